#include "exchange/timestamp_keeper.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "exchange/small_file.hpp"
#include "trust/audit.hpp"
#include "trust/checkpoint.hpp"

#include <algorithm>
#include <map>

namespace wasl::exchange {

namespace {

std::filesystem::path file_of(const std::filesystem::path& folder, std::uint64_t size, const char* kind) {
    return folder / (std::to_string(size) + kind);
}

std::unexpected<Error> odd_file(const std::filesystem::path& path) { return fail(Code::internal, "exchange.timestamp-file", path.string()); }

}  // namespace

TimestampKeeper::TimestampKeeper(Options options) : options_(std::move(options)) {
    const auto kept = kept_stamps(options_.folder);
    if (!kept || kept->empty()) return;
    status_.size = kept->back().size;
    if (const auto stamp = verify_timestamp(kept->back().token, sha256(kept->back().note), options_.roots_pem)) status_.at = stamp->at;
}

void TimestampKeeper::round(Instant now, Entropy& entropy) {
    if (tried_ && now >= *tried_ && now < tried_->plus_seconds(options_.every_seconds)) return;
    tried_ = now;
    const auto done = stamp(now, entropy);
    const std::lock_guard lock(guard_);
    if (!done) {
        status_.problem = done.error().key;
        status_.detail = done.error().detail;
        log::warning("exchange.timestamp", {{"folder", options_.folder.string()}, {"key", status_.problem}, {"detail", status_.detail}});
        return;
    }
    status_.problem.clear();
    status_.detail.clear();
}

StampStatus TimestampKeeper::status() const {
    const std::lock_guard lock(guard_);
    return status_;
}

Result<void> TimestampKeeper::stamp(Instant now, Entropy& entropy) {
    const auto note = TRY(options_.newest());
    if (note.empty()) return {};
    const auto size = TRY(trust::parse_signed_checkpoint(note)).checkpoint.size;
    if (size <= status().size) return {};
    const auto query = TRY(timestamp_query(sha256(note), entropy));
    const auto reply = TRY(options_.ask(query));
    const auto token = TRY(timestamp_token(reply, query, options_.roots_pem));
    const auto stamped = TRY(verify_timestamp(token, sha256(note), options_.roots_pem));
    // The note first: a token without its note is worth nothing, the other way round the stamp is asked for again.
    TRY(write_small_file(file_of(options_.folder, size, ".note"), note));
    TRY(write_small_file(file_of(options_.folder, size, ".tsr"), token));
    {
        const std::lock_guard lock(guard_);
        status_.size = size;
        status_.at = stamped.at;
    }
    log::info("exchange.timestamped", {{"size", size}, {"at", stamped.at.iso()}, {"asked", now.iso()}});
    return {};
}

Result<std::vector<KeptStamp>> kept_stamps(const std::filesystem::path& folder) {
    std::map<std::uint64_t, KeptStamp> found;
    std::error_code problem;
    for (const auto& entry : std::filesystem::directory_iterator(folder, problem)) {
        const auto& path = entry.path();
        if (path.extension() == ".new") continue;  // a write that was cut short
        const auto size = to_integer(path.stem().string());
        const bool note = path.extension() == ".note";
        if (!size || *size <= 0 || (!note && path.extension() != ".tsr")) return odd_file(path);
        auto& stamp = found[static_cast<std::uint64_t>(*size)];
        stamp.size = static_cast<std::uint64_t>(*size);
        (note ? stamp.note : stamp.token) = TRY(read_small_file(path));
    }
    std::vector<KeptStamp> out;
    for (auto& [size, stamp] : found) {
        if (stamp.note.empty()) return odd_file(file_of(folder, size, ".note"));
        if (!stamp.token.empty()) out.push_back(std::move(stamp));
    }
    return out;
}

Result<StampReport> check_stamps(const std::filesystem::path& folder, std::string_view roots_pem, std::uint64_t journal_size,
                                 const trust::NodeSource& nodes) {
    StampReport out;
    const auto kept = TRY(kept_stamps(folder));
    for (const auto& one : kept) {
        ++out.stamps;
        const auto where = "timestamp of size " + std::to_string(one.size);
        const auto add = [&](const char* key, std::string detail) { out.findings.push_back({key, where, std::move(detail)}); };
        const auto stamp = verify_timestamp(one.token, sha256(one.note), roots_pem);
        const auto head = trust::parse_signed_checkpoint(one.note);
        if (!stamp || !head || head->checkpoint.size != one.size) {
            add("exchange.timestamp-wrong", stamp ? "the note is not a checkpoint of that size" : stamp.error().detail);
            continue;
        }
        out.newest = *stamp;
        if (one.size > journal_size) {
            add("exchange.timestamp-beyond", "the journal has " + std::to_string(journal_size) + " entries");
            continue;
        }
        const auto root = trust::root_at(one.size, nodes);
        if (!root && !trust::is_damage(root.error())) return std::unexpected(root.error());
        if (!root || *root != head->checkpoint.root) add("exchange.timestamp-differs", root ? stamp->at.iso() : root.error().key);
    }
    return out;
}

}  // namespace wasl::exchange
