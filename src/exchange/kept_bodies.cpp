#include "exchange/kept_bodies.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "base/time.hpp"
#include "exchange/digest_fields.hpp"
#include "exchange/evidence.hpp"
#include "exchange/journal_rows.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>

namespace wasl::exchange {

namespace {

using Path = std::filesystem::path;

constexpr std::string_view first_line = "wasl-body-1\n";
constexpr std::size_t chunk_bytes = 64U << 10U;
constexpr std::size_t longest_closed = 2 * chunk_bytes;
constexpr std::int64_t day_seconds = 86'400;

std::string day_of(Instant at) { return at.iso().substr(0, 10); }

std::string file_of(const BodyName& name) {
    return fmt::format("{}.{}.{}.{}", name.request_id, to_string(name.side), to_string(name.part), to_hex(name.sha512.substr(0, 16)));
}

bool good_name(const BodyName& name) {
    const auto plain = [](char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-'; };
    return !name.request_id.empty() && name.request_id.size() <= 64 && std::ranges::all_of(name.request_id, plain) && name.sha512.size() == 64;
}

std::unexpected<Error> storage(std::string_view what, int number) {
    const bool full = number == ENOSPC || number == EDQUOT;
    return fail(full ? Code::insufficient_storage : Code::internal, "exchange.body-storage", fmt::format("{}: {}", what, std::strerror(number)));
}

std::unexpected<Error> damaged(std::string_view why) { return fail(Code::internal, "exchange.body-damaged", std::string(why)); }

std::string length_of(std::size_t size) {
    std::string out(4, '\0');
    for (int i = 0; i < 4; ++i) out[static_cast<std::size_t>(i)] = static_cast<char>((size >> (24 - 8 * i)) & 0xFFU);
    return out;
}

// A file that has its name only when it is whole.
class NewFile {
public:
    explicit NewFile(Path name) : name_(std::move(name)), part_(name_.string() + ".part") {}
    NewFile(const NewFile&) = delete;
    NewFile& operator=(const NewFile&) = delete;
    ~NewFile() {
        if (file_ >= 0) ::close(file_);
        if (!done_) ::unlink(part_.c_str());
    }
    Result<void> open() {
        file_ = ::open(part_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOFOLLOW, 0600);
        return file_ < 0 ? Result<void>(storage("cannot be made", errno)) : Result<void>();
    }
    Result<void> write(std::string_view bytes) const {
        while (!bytes.empty()) {
            const auto done = ::write(file_, bytes.data(), bytes.size());
            if (done < 0 && errno == EINTR) continue;
            if (done <= 0) return storage("cannot be written", done < 0 ? errno : ENOSPC);
            bytes.remove_prefix(static_cast<std::size_t>(done));
        }
        return {};
    }
    Result<void> finish() {
        if (::rename(part_.c_str(), name_.c_str()) != 0) return storage("cannot be named", errno);
        done_ = true;
        return {};
    }

private:
    Path name_;
    std::string part_;
    int file_ = -1;
    bool done_ = false;
};

}  // namespace

std::string_view to_string(BodyPart part) noexcept { return part == BodyPart::request ? "request" : "response"; }

std::string KeptBodies::context(const BodyName& name, std::uint64_t chunk, bool last) const {
    return fmt::format("wasl-body-1|{}|{}|{}|{}|{}|{}|{}", options_.member.text(), to_string(name.side), to_string(name.part), name.request_id, to_hex(name.sha512), chunk,
                       last ? "last" : "more");
}

Result<void> KeptBodies::keep(const BodyName& name, std::string_view body, Instant now) const {
    return keep(name, body.size(), [body](std::uint64_t at, char* to, std::size_t most) -> Result<std::size_t> { return body.copy(to, most, at); }, now);
}

Result<void> KeptBodies::keep(const BodyName& name, const http::SharedBody& body, Instant now) const {
    if (body == nullptr) return {};
    return keep(name, body->size(), [&body](std::uint64_t at, char* to, std::size_t most) { return body->read(at, to, most); }, now);
}

// The day's folder is made with its first body: whether it stands, the look at the disk says.
Result<void> KeptBodies::make_room(const Path& folder, std::uint64_t size) const {
    std::error_code problem;
    auto room = std::filesystem::space(folder, problem);
    if (problem) {
        std::filesystem::create_directories(folder, problem);
        if (!problem) std::filesystem::permissions(options_.folder, std::filesystem::perms::owner_all, problem);
        if (problem) return storage("its folder", problem.value());
        room = std::filesystem::space(folder, problem);
    }
    if (!problem && room.available < options_.leave_free_bytes + 2 * size) return storage("the disk is nearly full", ENOSPC);
    return {};
}

Result<void> KeptBodies::keep(const BodyName& name, std::uint64_t size, const Read& read, Instant now) const {
    if (size == 0 || size > options_.most_bytes) return {};
    if (!good_name(name)) return fail(Code::internal, "exchange.body-storage", "no name for a body");
    const Path folder = options_.folder / day_of(now);
    TRY(make_room(folder, size));
    NewFile file(folder / file_of(name));
    TRY(file.open());
    TRY(file.write(first_line));
    std::array<char, chunk_bytes> bytes{};
    std::uint64_t at = 0;
    for (std::uint64_t chunk = 0; at < size; ++chunk) {
        std::size_t held = 0;
        const auto wanted = static_cast<std::size_t>(std::min<std::uint64_t>(chunk_bytes, size - at));
        while (held < wanted) {
            const auto more = TRY(read(at + held, bytes.data() + held, wanted - held));
            if (more == 0) return fail(Code::internal, "exchange.body-storage", "the body broke off");
            held += more;
        }
        at += held;
        const auto closed = options_.cipher.close({bytes.data(), held}, context(name, chunk, at == size));
        TRY(file.write(length_of(closed.size())));
        TRY(file.write(closed));
    }
    return file.finish();
}

void KeptBodies::forget(const BodyName& name, Instant now) const {
    std::error_code ignored;
    std::filesystem::remove(options_.folder / day_of(now) / file_of(name), ignored);
}

Result<std::string> KeptBodies::read(const BodyName& name) const {
    const auto none = [&name] { return fail(Code::not_found, "exchange.body-not-kept", name.request_id); };
    if (!good_name(name)) return none();
    const auto file_name = file_of(name);
    std::ifstream file;
    std::error_code problem;
    for (const auto& day : std::filesystem::directory_iterator(options_.folder, problem)) {
        file.open(day.path() / file_name, std::ios::binary);
        if (file.is_open()) break;
    }
    if (!file.is_open()) return none();
    std::string head(first_line.size(), '\0'), out, closed;
    if (!file.read(head.data(), static_cast<std::streamsize>(head.size())) || head != first_line) return damaged("not such a file");
    for (std::uint64_t chunk = 0;; ++chunk) {
        std::array<unsigned char, 4> length{};
        if (!file.read(reinterpret_cast<char*>(length.data()), 4)) return damaged("broken off");
        std::size_t size = 0;
        for (const auto byte : length) size = size << 8U | byte;
        if (size > longest_closed) return damaged("a chunk's length");
        closed.resize(size);
        if (!file.read(closed.data(), static_cast<std::streamsize>(size))) return damaged("broken off");
        const bool last = file.peek() == std::ifstream::traits_type::eof();
        const auto plain = options_.cipher.open(closed, context(name, chunk, last));
        if (!plain) return damaged(plain.error().key);
        out += *plain;
        if (last) break;
    }
    if (sha512(out) != name.sha512) return damaged("its digest");
    return out;
}

std::vector<BodyName> KeptBodies::all() const {
    std::vector<BodyName> out;
    std::error_code problem;
    for (auto at = std::filesystem::recursive_directory_iterator(options_.folder, problem); !problem && at != std::filesystem::recursive_directory_iterator(); at.increment(problem)) {
        const auto name = at->path().filename().string();
        const auto parts = split(name, '.');
        const auto digest = parts.size() == 4 ? from_hex(parts[3]) : Result<std::string>(fail(Code::invalid, "", ""));
        if (!digest) continue;
        out.push_back({journal_side_from(parts[1]), parts[2] == "request" ? BodyPart::request : BodyPart::response,
                       std::string(parts[0]), *digest});
    }
    return out;
}

std::size_t KeptBodies::erase_old(Instant now) const {
    const std::string oldest = day_of(now.plus_seconds(-options_.days * day_seconds));
    std::vector<Path> over;
    std::error_code problem;
    for (const auto& day : std::filesystem::directory_iterator(options_.folder, problem)) {
        const auto name = day.path().filename().string();
        if (parse_date(name) && name < oldest) over.push_back(day.path());
    }
    for (const auto& day : over) std::filesystem::remove_all(day, problem);
    return over.size();
}

std::string signed_body_sha512(std::string_view base) {
    constexpr std::string_view component = "\"content-digest\": ";
    for (const auto line : split(base, '\n')) {
        if (!line.starts_with(component)) continue;
        const auto parsed = parse_digest_field(line.substr(component.size()));
        return parsed ? parsed->sha512 : std::string();
    }
    return {};
}

Result<void> note_body_reading(store::Store& journal, const BodyName& name, const BodyReading& reading) {
    if (trim(reading.by).empty() || trim(reading.reason).empty()) return fail(Code::invalid, "exchange.body-reason", "say who reads it, and why");
    const json::Object entry{{"side", to_string(name.side)}, {"id", name.request_id}, {"part", to_string(name.part)}, {"by", reading.by}, {"reason", reading.reason}};
    return journal.run([content = json::write(entry)](store::Transaction& to) -> Result<void> {
        TRY(to.append({.chain = to.now().iso().substr(0, 10) + " bodies", .kind = std::string(body_read_kind), .content = content}));
        return {};
    });
}

Result<BodyName> body_name(store::Reader& reader, const ClientId& member, std::string_view id, BodyPart part) {
    const auto text = TRY(export_evidence(reader, member, id));
    const auto bundle = TRY(json::parse(text));
    const auto request = TRY(json::parse(bundle["request"]["content"].text_or("")));
    const auto entry = TRY(json::parse(bundle[to_string(part)]["content"].text_or("null")));
    BodyName out{journal_side_from(request["side"].text_or("")), part, std::string(request["id"].text_or("")),
                 signed_body_sha512(signed_base(entry))};
    if (out.sha512.empty()) return fail(Code::not_found, "exchange.body-not-kept", "no such entry, or no body signed");
    return out;
}

}  // namespace wasl::exchange
