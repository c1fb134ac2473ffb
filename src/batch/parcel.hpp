// A batch with its papers: a ZIP (APPNOTE 6.3.10) of one file of lines, ending in .csv or .json, and the PDF, JPEG and PNG files
// that the lines name. Folders in it mean nothing: a file is known by its name, which stands once. What desktops add by
// themselves (__MACOSX, .DS_Store, Thumbs.db, desktop.ini) is passed over. Hostile archives are refused before anything of them
// is unpacked; each file is unpacked alone, no further than the size that it declares. The format is libzip's affair, and what it
// leaves open ours: docs/decisions/archives.md. Pure; one parcel belongs to one thread at a time.
//
// Error keys: batch.too-large [too_large], batch.zip-malformed (detail: what), batch.zip-encrypted, batch.zip-name (detail: the
// name), batch.zip-lines [unprocessable]: of the archive; batch.paper-unknown [unprocessable], upload.too-large [too_large],
// batch.zip-malformed: of one file.
#pragma once

#include "batch/lines.hpp"

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace wasl::batch {

inline constexpr std::size_t most_archive_bytes = 32U << 20U;   // as sent
inline constexpr std::size_t most_unpacked_bytes = 256U << 20U; // all files together, as declared
inline constexpr std::size_t most_files = 5'000;
inline constexpr std::size_t most_paper_bytes = 10U << 20U;     // as of every upload

bool looks_like_archive(std::string_view bytes) noexcept;

class Parcel {
public:
    // No archive, no papers: lines alone.
    Parcel() noexcept;
    Parcel(Parcel&&) noexcept;
    Parcel& operator=(Parcel&&) noexcept;
    Parcel(const Parcel&) = delete;
    Parcel& operator=(const Parcel&) = delete;
    ~Parcel();
    // Takes the directory apart; `bytes` are kept.
    static Result<Parcel> open(std::string bytes);

    [[nodiscard]] Format lines_format() const noexcept { return lines_format_; }
    [[nodiscard]] Result<std::string> lines_text() const;
    [[nodiscard]] Result<std::string> paper(std::string_view name) const;
    [[nodiscard]] std::size_t papers() const noexcept { return files_.size(); }

private:
    class Archive;  // libzip's handle and the bytes under it
    struct File {
        std::uint64_t index = 0;           // in the directory
        std::size_t packed = 0, size = 0;  // bytes, as declared
        bool deflated = false;
    };
    [[nodiscard]] Result<std::string> unpacked(std::string_view name, const File& file) const;
    Result<void> read_directory();
    Result<void> add_file(std::uint64_t index);

    std::unique_ptr<Archive> archive_;
    std::map<std::string, File, std::less<>> files_;  // papers by name
    std::string lines_name_;
    File lines_;
    Format lines_format_ = Format::json;
    std::size_t declared_ = 0, packed_ = 0;  // of all files together
};

// What was sent, taken apart: an archive of lines and papers, or lines alone.
struct Content {
    Format format = Format::json;  // of the lines
    std::vector<Line> lines;
    Parcel papers;                 // none where lines came alone
};
// `format` is that of lines sent alone. Only an archive keeps the bytes: lines are read where they lie.
// Keys of read_lines and of Parcel::open.
Result<Content> read_content(bool archive, Format format, std::string&& bytes);
Result<Content> read_content(bool archive, Format format, std::string_view bytes);

}  // namespace wasl::batch
