// Folders and report on disk: each complete or not at all.
#include "base/text.hpp"
#include "catalogue/idarati.hpp"
#include "catalogue/impl/disk.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fmt/format.h>
#include <iterator>
#include <set>
#include <unistd.h>

namespace wasl::catalogue {
namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t largest_portal_file = 64U << 20U;

std::unexpected<Error> io_error(const fs::path& path, std::string_view why) {
    return fail(Code::unavailable, "import.io", fmt::format("{}: {}", path.string(), why));
}

// Everything is written below a scratch folder beside its place; leaving without `keep` removes it.
class Scratch {
public:
    static Result<std::unique_ptr<Scratch>> below(const fs::path& out) {
        std::error_code error;
        fs::create_directories(out, error);
        if (error) {
            return io_error(out, error.message());
        }
        std::string name = (out / ".import-XXXXXX").string();
        if (!::mkdtemp(name.data())) {
            return io_error(out, std::strerror(errno));
        }
        return std::unique_ptr<Scratch>(new Scratch(name));
    }
    Scratch(const Scratch&) = delete;
    Scratch& operator=(const Scratch&) = delete;
    ~Scratch() {
        std::error_code ignored;
        fs::remove_all(path_, ignored);
    }
    [[nodiscard]] const fs::path& path() const { return path_; }

private:
    explicit Scratch(fs::path path) : path_(std::move(path)) {}
    fs::path path_;
};

Result<void> write_folder(const fs::path& folder, const Files& files) {
    std::error_code error;
    fs::create_directories(folder, error);
    if (error) {
        return io_error(folder, error.message());
    }
    for (const auto& [name, content] : files) {
        TRY(impl::write_whole(folder / name, content, "import.io"));
    }
    return {};
}

// The finished folder takes the place of an older import.
Result<void> put_in_place(const fs::path& finished, const fs::path& target, const fs::path& old) {
    std::error_code error;
    if (fs::exists(target, error)) {
        fs::rename(target, old, error);
        if (error) {
            return io_error(target, error.message());
        }
    }
    fs::rename(finished, target, error);
    if (error) {
        return io_error(target, error.message());
    }
    return {};
}

Result<std::vector<ImportedSheet>> read_file(const fs::path& path, const ImportSetting& setting) {
    const std::string text = TRY(impl::read_whole(path, largest_portal_file, "import.io"));
    auto read = read_idarati(text, setting);
    if (!read) {
        return fail(read.error().code, read.error().key, path.string() + ": " + read.error().detail);
    }
    return read;
}

void mark_duplicates(std::vector<ImportedSheet>& sheets) {
    std::set<std::string> ids;
    for (auto& sheet : sheets) {
        if (!sheet.id.empty() && !ids.insert(sheet.id).second) {
            sheet.findings.push_back({"id.duplicate", "another sheet has this title and authority; the first one counts"});
            sheet.files.clear();
        }
    }
}

}  // namespace

Result<ImportResult> import_idarati(const std::vector<fs::path>& files, const fs::path& out, const fs::path& report,
                                    const ImportSetting& setting) {
    std::vector<ImportedSheet> sheets;
    ImportResult result;
    for (const auto& path : files) {
        auto read = read_file(path, setting);
        if (!read) {
            result.unread.push_back(std::move(read.error()));
            continue;
        }
        std::move(read->begin(), read->end(), std::back_inserter(sheets));
    }
    if (!result.unread.empty() && result.unread.size() == files.size()) {
        return std::unexpected(result.unread.front());
    }
    mark_duplicates(sheets);
    result.procedures = sheets.size();
    std::string lines;
    for (const auto& sheet : sheets) {
        lines += report_line(sheet) + "\n";
        result.findings += sheet.findings.size();
    }
    const auto scratch = TRY(Scratch::below(out));
    for (const auto& sheet : sheets) {
        if (!sheet.files.empty()) {
            TRY(write_folder(scratch->path() / sheet.id, sheet.files));
        }
    }
    const fs::path new_report = report.string() + ".new";
    if (report.has_parent_path()) {
        std::error_code ignored;
        fs::create_directories(report.parent_path(), ignored);
    }
    TRY(impl::write_whole(new_report, lines, "import.io"));
    for (const auto& sheet : sheets) {
        if (!sheet.files.empty()) {
            TRY(put_in_place(scratch->path() / sheet.id, out / sheet.id, scratch->path() / (sheet.id + ".old")));
            ++result.folders;
        }
    }
    std::error_code error;
    fs::rename(new_report, report, error);
    if (error) {
        return io_error(report, error.message());
    }
    return result;
}

}  // namespace wasl::catalogue
