// The store on SQLite: a folder with store.db, blobs/, a lock and the reserve file.
#pragma once

#include "base/clock.hpp"
#include "store/store.hpp"
#include "store/writers.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>

namespace wasl::store {

struct SqliteOptions {
    std::filesystem::path folder;      // made when absent, mode 0700
    Schema schema;
    // These outlive the store. Without a clock, entropy or space: the system's.
    CommitHook* hook = nullptr;
    const Clock* clock = nullptr;
    Entropy* entropy = nullptr;
    const Space* disk = nullptr;

    std::size_t group_limit = 256;                     // commands committed together at most
    Reserve* reserve = nullptr;                        // one for all stores of this disk; it outlives them
    std::int64_t reserve_bytes = 64LL << 20U;          // without one: a reserve of the store's own; 0 = none
    std::int64_t full_below_bytes = 32LL << 20U;       // free room under which ordinary writes stop
    std::int64_t low_below_bytes = 1LL << 30U;         // free room under which to warn
    std::int64_t quota_bytes = 0;                      // of the database file; 0 = no quota
    // Of the write-ahead log: beyond it what is new in the log is moved into the database beside the
    // writer; at four times it the log begins anew; beyond sixteen times the writer moves it itself.
    std::int64_t checkpoint_above_bytes = 4LL << 20U;
    bool notes = false;                                // store/notes.hpp: keeps a file of 256 KB for them
    std::size_t search_backlog = 4'096;                // documents committed but not yet indexed, at most
};

// Errors: "store.locked" (another process writes here), "store.newer-schema",
// "store.schema-changed", "store.damaged", "store.io", "store.disk-full".
Result<std::unique_ptr<Store>> open_sqlite(SqliteOptions options, Writers& writers);

// For another process, or a tool beside the server: never writes, never checkpoints.
class ReadOnlyStore {
public:
    virtual ~ReadOnlyStore() = default;
    virtual Result<std::unique_ptr<Reader>> read() = 0;
};
Result<std::unique_ptr<ReadOnlyStore>> open_sqlite_read_only(const std::filesystem::path& folder);

// Puts a backup in place of nothing: every file is checked against the manifest first
// ("store.backup-altered"), and `to` must be empty or absent ("store.not-empty").
Result<BackupReport> restore_sqlite(const std::filesystem::path& from, const std::filesystem::path& to);

}  // namespace wasl::store
