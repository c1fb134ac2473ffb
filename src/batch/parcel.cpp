#include "batch/parcel.hpp"

#include "base/text.hpp"

#include <zip.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <new>
#include <optional>
#include <utility>

#include <fmt/format.h>

namespace wasl::batch {

namespace {

// APPNOTE 4.3: what each record begins with, and where in it stands what is looked at here.
constexpr std::string_view local_mark{"PK\x03\x04", 4}, entry_mark{"PK\x01\x02", 4}, end_mark{"PK\x05\x06", 4};
constexpr std::size_t local_head = 30, entry_head = 46, longest_name = 255;
constexpr std::size_t local_flags = 6, local_crc = 14, local_packed = 18, local_size = 22, entry_flags = 8;
constexpr unsigned char descriptor_flag = 0x08, utf8_flag = 0x08;  // in the first and in the second byte of the flags

auto malformed(std::string what) { return fail(Code::unprocessable, "batch.zip-malformed", std::move(what)); }

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

std::size_t count_of(std::string_view bytes, std::string_view mark) {
    std::size_t out = 0;
    for (auto at = bytes.find(mark); at != std::string_view::npos; at = bytes.find(mark, at + mark.size())) ++out;
    return out;
}

bool is_zero(std::string_view bytes, std::size_t at) { return bytes.substr(at, 4) == std::string_view("\0\0\0\0", 4); }
void clear(std::string& bytes, std::size_t at, unsigned char flag) {
    bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) & static_cast<unsigned char>(~flag));
}

// What libzip calls inconsistent and desktops write, or what has a clearer answer of ours: a packed size in the head of a file
// whose sizes stand behind it, and names that are said to be UTF-8 (whether they are is looked at with every other name).
// A mark inside of packed bytes is no head: changing what stands there shows in the checksum of that file.
void mend(std::string& bytes) {
    for (auto at = bytes.find(local_mark); at != std::string::npos && bytes.size() - at >= local_head; at = bytes.find(local_mark, at + 4)) {
        clear(bytes, at + local_flags + 1, utf8_flag);
        const bool behind = (static_cast<unsigned char>(bytes[at + local_flags]) & descriptor_flag) != 0;
        if (behind && is_zero(bytes, at + local_crc) && is_zero(bytes, at + local_size)) bytes.replace(at + local_packed, 4, 4, '\0');
    }
    for (auto at = bytes.find(entry_mark); at != std::string::npos && bytes.size() - at >= entry_head; at = bytes.find(entry_mark, at + 4)) {
        clear(bytes, at + entry_flags + 1, utf8_flag);
    }
}

// Whether the deflated stream takes all of `packed` to its last byte: libzip does not look at what stands behind its end.
bool ends_with_its_stream(std::string_view packed) {
    z_stream stream{};
    if (::inflateInit2(&stream, -MAX_WBITS) != Z_OK) throw std::bad_alloc();
    std::array<Bytef, 1U << 14U> sink{};
    stream.next_in = const_cast<Bytef*>(reinterpret_cast<const Bytef*>(packed.data()));  // zlib does not write to it
    stream.avail_in = static_cast<uInt>(packed.size());
    int state = Z_OK;
    while (state == Z_OK) {
        stream.next_out = sink.data();
        stream.avail_out = static_cast<uInt>(sink.size());
        state = ::inflate(&stream, Z_NO_FLUSH);
    }
    const bool whole = state == Z_STREAM_END && stream.avail_in == 0;
    ::inflateEnd(&stream);
    return whole;
}

}  // namespace

bool looks_like_archive(std::string_view bytes) noexcept { return bytes.starts_with(local_mark) || bytes.starts_with(end_mark); }

class Parcel::Archive {
public:
    explicit Archive(std::string bytes) : bytes_(std::move(bytes)) {}
    Archive(const Archive&) = delete;
    Archive& operator=(const Archive&) = delete;
    ~Archive() { close(); }

    // What libzip says when it does not open: 0 when it does.
    int open() {
        int said = try_open();
        if (said != ZIP_ER_INCONS) return said;
        mend(bytes_);
        return try_open();
    }
    [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
    [[nodiscard]] std::uint64_t count() const noexcept { return static_cast<std::uint64_t>(::zip_get_num_entries(zip_, ZIP_FL_UNCHANGED)); }
    [[nodiscard]] zip_t* get() const noexcept { return zip_; }

    // The whole of one entry, or nothing when it is not the `size` bytes that it says; unpacked, or as it lies.
    [[nodiscard]] std::optional<std::string> read(std::uint64_t index, std::size_t size, zip_flags_t how) const {
        auto* file = ::zip_fopen_index(zip_, index, ZIP_FL_UNCHANGED | how);
        if (file == nullptr) return std::nullopt;
        std::string out(size + 1, '\0');  // one more, so that what is too long shows
        std::size_t got = 0;
        zip_int64_t some = 0;
        // To the end: there the checksum is looked at.
        while (got < out.size() && (some = ::zip_fread(file, out.data() + got, out.size() - got)) > 0) got += static_cast<std::size_t>(some);
        const bool closed = ::zip_fclose(file) == 0;
        if (some != 0 || !closed || got != size) return std::nullopt;
        out.resize(size);
        return out;
    }

private:
    int try_open() {
        close();
        zip_error_t error;
        ::zip_error_init(&error);
        auto* source = ::zip_source_buffer_create(bytes_.data(), bytes_.size(), 0, &error);
        if (source != nullptr) {
            zip_ = ::zip_open_from_source(source, ZIP_RDONLY | ZIP_CHECKCONS, &error);
            if (zip_ == nullptr) ::zip_source_free(source);
        }
        const int said = zip_ == nullptr ? ::zip_error_code_zip(&error) : ZIP_ER_OK;
        ::zip_error_fini(&error);
        return said;
    }
    void close() noexcept {
        if (zip_ != nullptr) ::zip_discard(std::exchange(zip_, nullptr));
    }

    std::string bytes_;
    zip_t* zip_ = nullptr;
};

Parcel::Parcel() noexcept = default;
Parcel::Parcel(Parcel&&) noexcept = default;
Parcel& Parcel::operator=(Parcel&&) noexcept = default;
Parcel::~Parcel() = default;

Result<Parcel> Parcel::open(std::string bytes) {
    if (bytes.size() > most_archive_bytes) return fail(Code::too_large, "batch.too-large", fmt::format("{} bytes", bytes.size()));
    // Before libzip makes room for them: a directory of 64-bit counts has place for 700,000 in as many bytes.
    if (const auto count = count_of(bytes, entry_mark); count > most_files) return fail(Code::too_large, "batch.too-large", fmt::format("{} files", count));
    if (!looks_like_archive(bytes)) return malformed("no archive");  // none at all is an archive of no files to libzip
    Parcel out;
    out.archive_ = std::make_unique<Archive>(std::move(bytes));
    TRY(out.read_directory());
    if (out.lines_name_.empty()) return fail(Code::unprocessable, "batch.zip-lines", "no file of lines");
    if (out.lines_.size > most_bytes) return fail(Code::too_large, "batch.too-large", out.lines_name_);
    return out;
}

Result<void> Parcel::read_directory() {
    switch (archive_->open()) {
        case ZIP_ER_OK: break;
        case ZIP_ER_MEMORY: throw std::bad_alloc();
        case ZIP_ER_EXISTS: return fail(Code::unprocessable, "batch.zip-name", "a path stands twice");
        default: return malformed("the directory");
    }
    for (std::uint64_t index = 0; index < archive_->count(); ++index) TRY(add_file(index));
    return {};
}

Result<void> Parcel::add_file(std::uint64_t index) {
    zip_stat_t facts;
    ::zip_stat_init(&facts);
    constexpr zip_uint64_t wanted = ZIP_STAT_NAME | ZIP_STAT_SIZE | ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD | ZIP_STAT_ENCRYPTION_METHOD;
    const auto* raw = ::zip_get_name(archive_->get(), index, ZIP_FL_ENC_RAW);
    if (raw == nullptr || ::zip_stat_index(archive_->get(), index, ZIP_FL_UNCHANGED, &facts) != 0 || (facts.valid & wanted) != wanted) {
        return malformed("an entry of the directory");
    }
    const std::string_view path = raw;
    const auto name = last_part(path);
    if ((name.empty() && !path.empty()) || is_desktops_own(path, name) || name.starts_with("._")) return {};  // a folder, or nobody's
    if (!is_good_name(name)) return fail(Code::unprocessable, "batch.zip-name", is_utf8(path) ? std::string(path) : "not UTF-8");
    if (facts.encryption_method != ZIP_EM_NONE) return fail(Code::unprocessable, "batch.zip-encrypted", std::string(name));
    const bool deflated = facts.comp_method == ZIP_CM_DEFLATE;
    if (!deflated && facts.comp_method != ZIP_CM_STORE) return malformed(fmt::format("{}: packed in a way that is not known", name));
    if (!deflated && facts.size != facts.comp_size) return malformed(std::string(name));
    if (facts.size > most_unpacked_bytes - declared_) return fail(Code::too_large, "batch.too-large", "unpacked");
    // Files that lie over each other are more together than the archive is.
    if (facts.comp_size > archive_->size() - packed_) return malformed(fmt::format("{} lies over another", name));
    declared_ += facts.size;
    packed_ += facts.comp_size;
    const File file{.index = index, .packed = facts.comp_size, .size = facts.size, .deflated = deflated};
    if (const auto format = lines_format_of(name)) {
        if (!lines_name_.empty()) return fail(Code::unprocessable, "batch.zip-lines", fmt::format("{}, {}", lines_name_, name));
        lines_name_ = name;
        lines_ = file;
        lines_format_ = *format;
        return {};
    }
    if (!files_.emplace(name, file).second) return fail(Code::unprocessable, "batch.zip-name", fmt::format("{} stands twice", name));
    return {};
}

Result<std::string> Parcel::unpacked(std::string_view name, const File& file) const {
    auto out = archive_->read(file.index, file.size, 0);
    if (!out) return malformed(std::string(name));
    if (file.deflated) {
        const auto packed = archive_->read(file.index, file.packed, ZIP_FL_COMPRESSED);
        if (!packed || !ends_with_its_stream(*packed)) return malformed(fmt::format("{}: more behind it", name));
    }
    return std::move(*out);
}

Result<std::string> Parcel::lines_text() const { return unpacked(lines_name_, lines_); }

Result<std::string> Parcel::paper(std::string_view name) const {
    const auto found = files_.find(name);
    if (found == files_.end()) return fail(Code::unprocessable, "batch.paper-unknown", std::string(name));
    if (found->second.size > most_paper_bytes) return fail(Code::too_large, "upload.too-large", std::string(name));
    return unpacked(name, found->second);
}

namespace {

Result<Content> archive_content(std::string bytes) {
    Content out;
    out.papers = TRY(Parcel::open(std::move(bytes)));
    out.format = out.papers.lines_format();
    const auto text = TRY(out.papers.lines_text());
    out.lines = TRY(read_lines(out.format, text));
    return out;
}

}  // namespace

Result<Content> read_content(bool archive, Format format, std::string&& bytes) {
    if (archive) return archive_content(std::move(bytes));
    return read_content(false, format, std::string_view(bytes));
}

Result<Content> read_content(bool archive, Format format, std::string_view bytes) {
    if (archive) return archive_content(std::string(bytes));
    Content out;
    out.format = format;
    out.lines = TRY(read_lines(format, bytes));
    return out;
}

}  // namespace wasl::batch
