#include "batch/parcel.hpp"

#include "base/text.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace wasl::batch {

namespace {

// APPNOTE 4.3: what each record begins with, and how long its fixed part is.
constexpr std::string_view local_mark{"PK\x03\x04", 4}, entry_mark{"PK\x01\x02", 4}, end_mark{"PK\x05\x06", 4};
constexpr std::size_t local_head = 30, entry_head = 46, end_head = 22, longest_comment = 0xFFFF, longest_name = 255;
constexpr std::uint32_t flag_encrypted = 1U, stored = 0, deflate = 8;

auto malformed(std::string what) { return fail(Code::unprocessable, "batch.zip-malformed", std::move(what)); }

// Little-endian numbers; the caller has looked that they are there.
std::uint32_t number_at(std::string_view bytes, std::size_t at, std::size_t width) {
    std::uint32_t out = 0;
    for (std::size_t i = width; i > 0; --i) out = out << 8U | static_cast<unsigned char>(bytes[at + i - 1]);
    return out;
}
std::uint32_t word_at(std::string_view bytes, std::size_t at) { return number_at(bytes, at, 2); }
std::uint32_t long_at(std::string_view bytes, std::size_t at) { return number_at(bytes, at, 4); }

// The end record: the last one whose comment ends with the file.
std::optional<std::size_t> end_record(std::string_view bytes) {
    if (bytes.size() < end_head) return std::nullopt;
    const auto last = bytes.size() - end_head, first = last > longest_comment ? last - longest_comment : 0;
    for (auto at = last + 1; at-- > first;) {
        if (bytes.substr(at, 4) == end_mark && at + end_head + word_at(bytes, at + 20) == bytes.size()) return at;
    }
    return std::nullopt;
}

std::string_view last_part(std::string_view path) {
    const auto slash = path.find_last_of("/\\");
    return slash == std::string_view::npos ? path : path.substr(slash + 1);
}

bool is_desktops_own(std::string_view path, std::string_view name) {
    static constexpr std::array<std::string_view, 3> known{".DS_Store", "Thumbs.db", "desktop.ini"};
    return path.starts_with("__MACOSX/") || std::ranges::find(known, name) != known.end();
}

bool is_good_name(std::string_view name) {
    if (name.empty() || name.size() > longest_name || name == "." || name == ".." || name.find('|') != std::string_view::npos) return false;
    return is_utf8(name) && std::ranges::none_of(name, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7F; });
}

std::optional<Format> lines_format_of(std::string_view name) {
    const auto lower = to_lower_ascii(name);
    if (lower.ends_with(".csv")) return Format::csv;
    if (lower.ends_with(".json")) return Format::json;
    return std::nullopt;
}

std::uint32_t crc_of(std::string_view bytes) {
    return static_cast<std::uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(bytes.data()), bytes.size()));
}

// Raw deflate into exactly `size` bytes; nothing when there is more, less, or something behind it.
std::optional<std::string> inflated(std::string_view packed, std::size_t size) {
    z_stream stream{};
    if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
    std::string out(size + 1, '\0');  // one more, so that what is too long shows
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));  // zlib does not write to it
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const bool whole = ::inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out == size && stream.avail_in == 0;
    ::inflateEnd(&stream);
    if (!whole) return std::nullopt;
    out.resize(size);
    return out;
}

}  // namespace

bool looks_like_archive(std::string_view bytes) noexcept { return bytes.starts_with(local_mark) || bytes.starts_with(end_mark); }

Result<Parcel> Parcel::open(std::string bytes) {
    if (bytes.size() > most_archive_bytes) return fail(Code::too_large, "batch.too-large", fmt::format("{} bytes", bytes.size()));
    Parcel out;
    out.bytes_ = std::move(bytes);
    TRY(out.read_directory());
    if (out.lines_name_.empty()) return fail(Code::unprocessable, "batch.zip-lines", "no file of lines");
    if (out.lines_.size > most_bytes) return fail(Code::too_large, "batch.too-large", out.lines_name_);
    return out;
}

Result<void> Parcel::read_directory() {
    const std::string_view bytes = bytes_;
    const auto end = end_record(bytes);
    if (!end) return malformed("no end of the directory");
    const std::size_t count = word_at(bytes, *end + 10), length = long_at(bytes, *end + 12), begin = long_at(bytes, *end + 16);
    const bool one_disk = word_at(bytes, *end + 4) == 0 && word_at(bytes, *end + 6) == 0 && word_at(bytes, *end + 8) == count;
    if (!one_disk || begin > *end || length != *end - begin) return malformed("the directory is not where its end says");
    if (count > most_files) return fail(Code::too_large, "batch.too-large", fmt::format("{} files", count));
    auto at = begin;
    for (std::size_t i = 0; i < count; ++i) TRY(add_file(at, *end));
    if (at != *end) return malformed("more in the directory than it counts");
    return {};
}

// One entry of the directory at `at`, which moves behind it; `directory` is where the entries end.
Result<void> Parcel::add_file(std::size_t& at, std::size_t directory) {
    const std::string_view bytes = bytes_;
    if (directory - at < entry_head || bytes.substr(at, 4) != entry_mark) return malformed("an entry of the directory");
    const auto flags = word_at(bytes, at + 8), method = word_at(bytes, at + 10);
    const File file{.begin = long_at(bytes, at + 42), .packed = long_at(bytes, at + 20), .size = long_at(bytes, at + 24),
                    .crc = long_at(bytes, at + 16), .deflated = method == deflate};
    const std::size_t name_size = word_at(bytes, at + 28), whole = entry_head + name_size + word_at(bytes, at + 30) + word_at(bytes, at + 32);
    if (directory - at < whole) return malformed("an entry of the directory");
    const auto path = bytes.substr(at + entry_head, name_size);
    at += whole;
    const auto name = last_part(path);
    if ((name.empty() && !path.empty()) || is_desktops_own(path, name) || name.starts_with("._")) return {};  // a folder, or nobody's
    if (!is_good_name(name)) return fail(Code::unprocessable, "batch.zip-name", is_utf8(path) ? std::string(path) : "not UTF-8");
    if ((flags & flag_encrypted) != 0) return fail(Code::unprocessable, "batch.zip-encrypted", std::string(name));
    if (method != stored && method != deflate) return malformed(fmt::format("{}: packed in a way that is not known", name));
    // Where its bytes are, as its own head says it.
    const auto head = file.begin;
    if (head > bytes.size() || bytes.size() - head < local_head || bytes.substr(head, 4) != local_mark) return malformed(std::string(name));
    File placed = file;
    placed.begin = head + local_head + word_at(bytes, head + 26) + word_at(bytes, head + 28);
    const bool same = word_at(bytes, head + 26) == name_size && bytes.substr(head + local_head, name_size) == path;
    if (!same || placed.begin > bytes.size() || bytes.size() - placed.begin < placed.packed) return malformed(std::string(name));
    if (!placed.deflated && placed.size != placed.packed) return malformed(std::string(name));
    declared_ += placed.size;
    if (declared_ > most_unpacked_bytes) return fail(Code::too_large, "batch.too-large", "unpacked");
    if (const auto format = lines_format_of(name)) {
        if (!lines_name_.empty()) return fail(Code::unprocessable, "batch.zip-lines", fmt::format("{}, {}", lines_name_, name));
        lines_name_ = name;
        lines_ = placed;
        lines_format_ = *format;
        return {};
    }
    if (!files_.emplace(name, placed).second) return fail(Code::unprocessable, "batch.zip-name", fmt::format("{} stands twice", name));
    return {};
}

Result<std::string> Parcel::unpacked(std::string_view name, const File& file) const {
    const auto packed = std::string_view(bytes_).substr(file.begin, file.packed);
    auto out = file.deflated ? inflated(packed, file.size) : std::optional(std::string(packed));
    if (!out || crc_of(*out) != file.crc) return malformed(std::string(name));
    return std::move(*out);
}

Result<std::string> Parcel::lines_text() const { return unpacked(lines_name_, lines_); }

Result<std::string> Parcel::paper(std::string_view name) const {
    const auto found = files_.find(name);
    if (found == files_.end()) return fail(Code::unprocessable, "batch.paper-unknown", std::string(name));
    if (found->second.size > most_paper_bytes) return fail(Code::too_large, "upload.too-large", std::string(name));
    return unpacked(name, found->second);
}

Result<Content> read_content(bool archive, Format format, std::string bytes) {
    Content out;
    out.format = format;
    if (!archive) {
        out.lines = TRY(read_lines(format, bytes));
        return out;
    }
    out.papers = TRY(Parcel::open(std::move(bytes)));
    out.format = out.papers.lines_format();
    const auto text = TRY(out.papers.lines_text());
    out.lines = TRY(read_lines(out.format, text));
    return out;
}

}  // namespace wasl::batch
