// Backup and restore: a folder with store.db, blobs/ and MANIFEST.json, which lists every file
// with its SHA-256. Written last; a folder without it is no backup.
#include "base/json.hpp"
#include "base/text.hpp"
#include "store/impl/reading.hpp"
#include "store/impl/sqlite_store.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <set>

namespace wasl::store {

namespace impl {

namespace {

constexpr const char* manifest_name = "MANIFEST.json";
constexpr std::int64_t manifest_format = 1;

struct Listed {
    std::string name;  // relative, '/' between folders
    std::int64_t size = 0;
    std::string sha256;
};

bool is_empty_or_absent(const std::filesystem::path& folder) {
    std::error_code error;
    return !std::filesystem::exists(folder, error) ||
           (std::filesystem::is_directory(folder, error) && std::filesystem::is_empty(folder, error));
}

Result<void> copy_database(Connection& source, const std::filesystem::path& to) {
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(to.c_str(), &raw, SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE, nullptr);
    const std::unique_ptr<sqlite3, decltype(&sqlite3_close_v2)> target(raw, sqlite3_close_v2);
    if (opened != SQLITE_OK) {
        return std::unexpected(error_of(raw, "create backup"));
    }
    auto* copying = sqlite3_backup_init(raw, "main", source.raw(), "main");
    if (copying == nullptr) {
        return std::unexpected(error_of(raw, "begin backup"));
    }
    // In one step: the source's connection holds a view already, the writer goes on beside it.
    const int stepped = sqlite3_backup_step(copying, -1);
    const int finished = sqlite3_backup_finish(copying);
    if (stepped != SQLITE_DONE || finished != SQLITE_OK) {
        return std::unexpected(error_of(raw, "backup"));
    }
    return {};
}

Result<Listed> list_file(const std::filesystem::path& root, const std::string& name, const Digest& digest) {
    std::error_code error;
    const auto size = std::filesystem::file_size(root / name, error);
    return Listed{name, static_cast<std::int64_t>(size), digest.hex()};
}

std::string blob_name(const Digest& digest) {
    const auto hex = digest.hex();
    return fmt::format("{}/{}/{}", blobs_name, hex.substr(0, 2), hex.substr(2));
}

Result<std::vector<Listed>> copy_blobs(Connection& source, const Blobs& blobs, const std::filesystem::path& to) {
    std::vector<Listed> out;
    std::set<std::filesystem::path> folders;
    auto row = TRY(source.use("SELECT digest FROM blobs ORDER BY digest"));
    while (TRY(row.step())) {
        const auto digest = digest_from_bytes(row.bytes_at(0));
        const auto name = blob_name(digest);
        const auto folder = (to / name).parent_path();
        if (folders.insert(folder).second) {
            TRY(make_folder(folder));
        }
        if (TRY(copy_durably(blobs.path_of(digest), to / name)) != digest) {
            return fail(Code::internal, "store.damaged", fmt::format("blob {} was altered", digest.hex()));
        }
        out.push_back(TRY(list_file(to, name, digest)));
    }
    for (const auto& folder : folders) {
        TRY(sync_folder(folder));
    }
    return out;
}

std::string write_manifest(const std::vector<Listed>& files, std::uint64_t journal_size) {
    json::Array list;
    for (const auto& file : files) {
        list.emplace_back(json::Object{{"name", file.name}, {"size", file.size}, {"sha256", file.sha256}});
    }
    return json::write_pretty(
        json::Object{{"format", manifest_format}, {"journal_size", journal_size}, {"files", std::move(list)}});
}

std::unexpected<Error> altered(std::string detail) {
    return fail(Code::unprocessable, "store.backup-altered", std::move(detail));
}

bool is_safe_name(std::string_view name) {
    if (name == database_name) {
        return true;
    }
    const auto parts = split(name, '/');
    const auto is_hex = [](std::string_view text, std::size_t size) {
        return text.size() == size && text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
    };
    return parts.size() == 3 && parts[0] == blobs_name && is_hex(parts[1], 2) && is_hex(parts[2], 62);
}

struct Manifest {
    std::vector<Listed> files;
    std::uint64_t journal_size = 0;
};

Result<Manifest> read_manifest(const std::filesystem::path& from) {
    const auto text = read_file(from / manifest_name);
    if (!text) {
        return altered("no MANIFEST.json: not a finished backup");
    }
    const auto value = json::parse(*text, {.bytes = 1U << 30U});
    if (!value || (*value)["format"].integer_or(0) != manifest_format || (*value)["files"].array() == nullptr) {
        return altered("MANIFEST.json is not one of ours");
    }
    Manifest manifest;
    manifest.journal_size = static_cast<std::uint64_t>((*value)["journal_size"].integer_or(0));
    bool database = false;
    for (const auto& file : *(*value)["files"].array()) {
        Listed listed{std::string(file["name"].text_or("")), file["size"].integer_or(-1), std::string(file["sha256"].text_or(""))};
        if (!is_safe_name(listed.name)) {
            return altered(fmt::format("MANIFEST.json names '{}'", listed.name));
        }
        database = database || listed.name == database_name;
        manifest.files.push_back(std::move(listed));
    }
    if (!database) {
        return altered("MANIFEST.json has no database");
    }
    return manifest;
}

Result<void> verify(const std::filesystem::path& from, const Manifest& manifest) {
    for (const auto& file : manifest.files) {
        const auto digest = digest_of_file(from / file.name);
        if (!digest || digest->hex() != file.sha256) {
            return altered(fmt::format("{} is not what was copied", file.name));
        }
    }
    return {};
}

Result<void> copy_all(const std::filesystem::path& from, const std::filesystem::path& to, const Manifest& manifest) {
    for (const auto& file : manifest.files) {
        const auto target = to / file.name;
        TRY(make_folder(target.parent_path()));
        // The database appears under its name last, when everything it names is there.
        const auto under = file.name == database_name ? to / "store.db.restoring" : target;
        if (TRY(copy_durably(from / file.name, under)).hex() != file.sha256) {
            return altered(fmt::format("{} changed while it was copied", file.name));
        }
        TRY(sync_folder(target.parent_path()));
    }
    std::error_code error;
    std::filesystem::rename(to / "store.db.restoring", to / database_name, error);
    if (error) {
        return fail(Code::unavailable, "store.io", error.message());
    }
    return sync_folder(to);
}

BackupReport report_of(const Manifest& manifest) {
    BackupReport report{manifest.journal_size, manifest.files.size(), 0};
    for (const auto& file : manifest.files) {
        report.bytes += static_cast<std::uint64_t>(file.size);
    }
    return report;
}

}  // namespace

Result<BackupReport> make_backup(Connection source, const Layout& layout, Blobs& blobs, const std::filesystem::path& to) {
    if (!is_empty_or_absent(to)) {
        return fail(Code::conflict, "store.not-empty", to.filename().string());
    }
    TRY(make_folder(to));
    const Blobs::Hold hold(blobs);
    TRY(source.execute("BEGIN"));
    Manifest manifest;
    manifest.journal_size = TRY(journal_size(View{source, layout, blobs}));  // the first read fixes the view
    TRY(copy_database(source, to / database_name));
    manifest.files = TRY(copy_blobs(source, blobs, to));
    TRY(source.execute("ROLLBACK"));
    const auto digest = TRY(digest_of_file(to / database_name));
    manifest.files.insert(manifest.files.begin(), TRY(list_file(to, database_name, digest)));
    TRY(sync_folder(to));
    TRY(write_durably(to / manifest_name, to / "MANIFEST.writing", write_manifest(manifest.files, manifest.journal_size)));
    return report_of(manifest);
}

}  // namespace impl

Result<BackupReport> restore_sqlite(const std::filesystem::path& from, const std::filesystem::path& to) {
    const auto manifest = TRY(impl::read_manifest(from));
    if (!impl::is_empty_or_absent(to)) {
        return fail(Code::conflict, "store.not-empty", to.filename().string());
    }
    TRY(impl::verify(from, manifest));
    TRY(impl::make_folder(to));
    TRY(impl::copy_all(from, to, manifest));
    return impl::report_of(manifest);
}

}  // namespace wasl::store
