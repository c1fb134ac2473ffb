#include "catalogue/catalogue.hpp"

#include "base/text.hpp"
#include "catalogue/impl/compiled.hpp"
#include "catalogue/impl/disk.hpp"

#include <algorithm>
#include <chrono>
#include <list>
#include <map>
#include <mutex>
#include <unordered_map>

namespace wasl::catalogue {
namespace {

namespace fs = std::filesystem;
using impl::Compiled;
using impl::Mapping;
using RevisionPointer = std::shared_ptr<const Revision>;

constexpr std::uintmax_t largest_revision = 8U << 20U;
constexpr std::uintmax_t largest_log = 256U << 20U;
constexpr std::size_t kept_revisions = 128;  // parsed revisions held besides those in use
constexpr std::string_view io = "catalogue.io";
constexpr std::chrono::seconds patience{30};  // with a publisher that has written the log and not yet the rest

struct Snapshot {
    std::shared_ptr<const Mapping> mapping;
    Compiled compiled;
};

// published.log: "ID HASH" lines, a line "." after each publish. What follows the last "." was never published.
std::string complete_part(const std::string& log) {
    if (log.starts_with(".\n") && log.size() == 2) {
        return log;
    }
    const std::size_t end = log.rfind("\n.\n");
    return end == std::string::npos ? std::string() : log.substr(0, end + 3);
}

std::map<std::string, std::string> newest_hashes(const std::string& log) {
    std::map<std::string, std::string> out;
    for (const auto line : split(log, '\n')) {
        const std::size_t blank = line.find(' ');
        if (blank != std::string_view::npos) {
            out[std::string(line.substr(0, blank))] = line.substr(blank + 1);
        }
    }
    return out;
}

}  // namespace

struct Catalogue::Impl {
    fs::path folder;
    mutable std::mutex mutex;  // guards snapshot and cache
    std::shared_ptr<const Snapshot> snapshot;
    mutable std::list<std::pair<Digest, RevisionPointer>> recent;  // newest first
    std::mutex publishing;  // one publish at a time; guards seen
    // Size and time of published.log when its content was last taken over.
    std::pair<std::uintmax_t, fs::file_time_type> seen;

    [[nodiscard]] std::pair<std::uintmax_t, fs::file_time_type> log_mark() const {
        std::error_code error;
        const auto size = fs::file_size(log_path(), error);
        const auto time = fs::last_write_time(log_path(), error);
        return {error ? 0 : size, error ? fs::file_time_type{} : time};
    }

    [[nodiscard]] fs::path file_of(std::string_view hash) const { return folder / "revisions" / (std::string(hash) + ".json"); }
    [[nodiscard]] fs::path log_path() const { return folder / "published.log"; }
    [[nodiscard]] fs::path compiled_path() const { return folder / "catalogue.bin"; }

    [[nodiscard]] std::shared_ptr<const Snapshot> current() const {
        const std::lock_guard lock(mutex);
        return snapshot;
    }

    [[nodiscard]] Result<std::string> read_log() const {
        std::error_code error;
        if (!fs::exists(log_path(), error)) {
            return std::string();
        }
        return complete_part(TRY(impl::read_whole(log_path(), largest_log, io)));
    }

    [[nodiscard]] Result<RevisionPointer> load(const std::string& hash) const {
        auto text = impl::read_whole(file_of(hash), largest_revision, "catalogue.corrupt");
        if (!text) {
            return std::unexpected(std::move(text).error());
        }
        auto revision = revision_from_json(*text);
        if (!revision || (*revision)->hash.hex() != hash) {
            return fail(Code::internal, "catalogue.corrupt", file_of(hash).string() + ": its content is not what its name says");
        }
        return revision;
    }

    Result<std::shared_ptr<const Snapshot>> map() const {
        auto mapping = TRY(Mapping::open(compiled_path(), io));
        const Compiled compiled = TRY(Compiled::open(mapping->bytes()));
        return std::make_shared<const Snapshot>(Snapshot{std::move(mapping), compiled});
    }

    // Compiles what the log says, writes catalogue.bin, maps it.
    Result<void> rebuild(const std::string& log) {
        std::vector<RevisionPointer> all;
        for (const auto& [id, hash] : newest_hashes(log)) {
            auto revision = TRY(load(hash));
            all.push_back(std::move(revision));
        }
        TRY(impl::replace_whole(compiled_path(), impl::compile(all, sha256(log)), io));
        auto fresh = TRY(map());
        const std::lock_guard lock(mutex);
        snapshot = std::move(fresh);
        return {};
    }

    Result<void> start() {
        seen = log_mark();
        std::error_code error;
        fs::create_directories(folder / "revisions", error);
        if (error) {
            return fail(Code::unavailable, std::string(io), folder.string() + ": " + error.message());
        }
        const std::string log = TRY(read_log());
        if (auto mapped = map(); mapped && (*mapped)->compiled.log() == sha256(log)) {
            snapshot = std::move(*mapped);
            return {};
        }
        return rebuild(log);
    }

    [[nodiscard]] Result<RevisionPointer> by_hash(const Digest& hash) const {
        {
            const std::lock_guard lock(mutex);
            for (auto at = recent.begin(); at != recent.end(); ++at) {
                if (at->first == hash) {
                    recent.splice(recent.begin(), recent, at);
                    return recent.front().second;
                }
            }
        }
        std::error_code error;
        if (!fs::exists(file_of(hash.hex()), error)) {
            return RevisionPointer();
        }
        auto revision = TRY(load(hash.hex()));
        const std::lock_guard lock(mutex);
        recent.emplace_front(hash, revision);
        if (recent.size() > kept_revisions) {
            recent.pop_back();
        }
        return revision;
    }
};

Catalogue::Catalogue(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Catalogue::~Catalogue() = default;

Result<std::unique_ptr<Catalogue>> Catalogue::open(fs::path folder) {
    auto impl = std::make_unique<Impl>();
    impl->folder = std::move(folder);
    TRY(impl->start());
    return std::unique_ptr<Catalogue>(new Catalogue(std::move(impl)));
}

Result<std::shared_ptr<const Revision>> Catalogue::find(std::string_view id) const {
    const auto snapshot = impl_->current();
    const auto number = snapshot->compiled.find(id);
    return number ? impl_->by_hash(snapshot->compiled.hash(*number)) : RevisionPointer();
}

Result<std::shared_ptr<const Revision>> Catalogue::revision(const Digest& hash) const { return impl_->by_hash(hash); }

std::size_t Catalogue::size() const { return impl_->current()->compiled.size(); }

std::vector<Summary> Catalogue::list(std::size_t from, std::size_t count, std::string_view language) const {
    const auto snapshot = impl_->current();
    std::vector<Summary> out;
    for (std::size_t i = from; i < snapshot->compiled.size() && out.size() < count; ++i) {
        out.push_back(snapshot->compiled.summary(i, language));
    }
    return out;
}

std::vector<Summary> Catalogue::list(LifeEvent event, std::size_t from, std::size_t count, std::string_view language) const {
    const auto snapshot = impl_->current();
    std::vector<Summary> out;
    std::size_t place = 0;
    for (std::size_t i = 0; i < snapshot->compiled.size() && out.size() < count; ++i) {
        if (snapshot->compiled.belongs_to(i, event) && place++ >= from) out.push_back(snapshot->compiled.summary(i, language));
    }
    return out;
}

std::size_t Catalogue::size(LifeEvent event) const {
    const auto snapshot = impl_->current();
    std::size_t count = 0;
    for (std::size_t i = 0; i < snapshot->compiled.size(); ++i) count += snapshot->compiled.belongs_to(i, event) ? 1 : 0;
    return count;
}

std::vector<Summary> Catalogue::search(std::string_view words, std::string_view language, std::size_t count) const {
    const auto snapshot = impl_->current();
    std::vector<Summary> out;
    for (const Hit& hit : snapshot->compiled.index().search(words, count)) {
        out.push_back(snapshot->compiled.summary(hit.document, language));
    }
    return out;
}

Result<bool> Catalogue::refresh() {
    const std::lock_guard one_at_a_time(impl_->publishing);
    const auto mark = impl_->log_mark();
    if (mark == impl_->seen) return false;
    const std::string log = TRY(impl_->read_log());
    const auto before = impl_->current();
    if (before->compiled.log() != sha256(log)) {
        // The publisher writes the log first, then catalogue.bin: it is left to finish, unless it never does.
        auto mapped = impl_->map();
        if (mapped && (*mapped)->compiled.log() == sha256(log)) {
            const std::lock_guard lock(impl_->mutex);
            impl_->snapshot = std::move(*mapped);
        } else if (fs::file_time_type::clock::now() - mark.second < patience) {
            return false;
        } else {
            TRY(impl_->rebuild(log));
        }
    }
    impl_->seen = mark;
    return impl_->current() != before;
}

Result<void> Catalogue::publish(std::span<const Revision> revisions) {
    const std::lock_guard one_at_a_time(impl_->publishing);
    std::string log = TRY(impl_->read_log());
    const auto before = newest_hashes(log);
    std::string lines;
    for (const auto& revision : revisions) {
        const std::string text = canonical(revision);
        const auto again = TRY(revision_from_json(text));  // what cannot be read back is never published
        const std::string hash = again->hash.hex();
        if (const auto at = before.find(revision.id); at != before.end() && at->second == hash) {
            continue;
        }
        std::error_code error;
        if (!fs::exists(impl_->file_of(hash), error)) {
            TRY(impl::replace_whole(impl_->file_of(hash), text, io));
        }
        lines += revision.id + " " + hash + "\n";
    }
    if (lines.empty()) {
        return {};
    }
    lines += ".\n";
    // A torn tail of an earlier publish is dropped with the same stroke.
    TRY(impl::replace_whole(impl_->log_path(), log + lines, io));
    return impl_->rebuild(log + lines);
}

}  // namespace wasl::catalogue
