// Helpers of this module's tests: a place that cleans up, a store in it.
#pragma once

#include "store/conformance.hpp"
#include "store/sqlite.hpp"

#include <stdlib.h>  // mkdtemp

#include <filesystem>
#include <string>

namespace wasl::store::testing {

class TemporaryFolder {
public:
    TemporaryFolder() {
        std::string name = (std::filesystem::temp_directory_path() / "wasl-store-XXXXXX").string();
        path_ = ::mkdtemp(name.data());
    }
    ~TemporaryFolder() {
        std::error_code error;
        std::filesystem::remove_all(path_, error);
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

inline SqliteOptions options_at(const std::filesystem::path& folder) {
    SqliteOptions options;
    options.folder = folder;
    options.schema = conformance::sample_schema();
    options.reserve_bytes = 0;
    options.full_below_bytes = 0;
    options.low_below_bytes = 0;
    return options;
}

inline Result<void> put_note(Store& store, std::string key, std::string body, Priority priority = Priority::ordinary) {
    return store.run(
        [&](Transaction& tx) -> Result<void> {
            TRY(tx.put("note", key, Transaction::any_version, body));
            return {};
        },
        priority);
}

}  // namespace wasl::store::testing
