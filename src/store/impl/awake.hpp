// What a store holds only while it is in use: the lock, the writer's connection, idle readers.
#pragma once

#include "store/impl/blobs.hpp"
#include "store/impl/files.hpp"
#include "store/impl/layout.hpp"
#include "store/impl/log_mover.hpp"
#include "store/impl/notes.hpp"
#include "store/impl/sqlite.hpp"
#include "store/sqlite.hpp"

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

namespace wasl::store::impl {

inline constexpr const char* database_name = "store.db";
inline constexpr const char* blobs_name = "blobs";

struct View;

// Read connections of one store that nobody uses now.
class ReaderPool {
public:
    explicit ReaderPool(std::filesystem::path file) : file_(std::move(file)) {}
    Result<std::unique_ptr<Connection>> take();
    void give(std::unique_ptr<Connection> connection);

private:
    static constexpr std::size_t most_idle = 4;
    std::filesystem::path file_;
    std::mutex mutex_;
    std::vector<std::unique_ptr<Connection>> idle_;
};

// A consistent view: a read transaction on a connection of a pool.
Result<std::unique_ptr<Reader>> open_view(ReaderPool& pool, const Layout& layout, const Blobs& blobs,
                                          std::shared_ptr<void> use);

class Awake {
public:
    // Locks, opens, takes the schema forward.
    static Result<std::unique_ptr<Awake>> open(const SqliteOptions& options, Layout& layout, const Blobs& blobs,
                                               const Clock& clock, Entropy& entropy, Writers& writers);
    ~Awake();  // moves the whole log into the database
    Awake(const Awake&) = delete;
    Awake& operator=(const Awake&) = delete;

    [[nodiscard]] Connection& writer() { return *writer_; }
    [[nodiscard]] ReaderPool& readers() { return readers_; }
    Result<void> reopen_writer();  // after an I/O error: SQLite's view of the files is not to be trusted
    Result<void> limit_pages(std::int64_t pages);
    [[nodiscard]] Notes* notes() { return notes_.get(); }  // null: the store keeps none
    // What an earlier process noted and no group has taken; once.
    [[nodiscard]] std::vector<Note> left_notes() { return std::exchange(left_notes_, {}); }
    // Between two groups: moves the log when it is long enough.
    void tend_log() { log_.after_group(*writer_); }

private:
    Awake(Handle lock, const std::filesystem::path& file, Writers& writers, std::int64_t log_above_bytes)
        : lock_(std::move(lock)), file_(file), readers_(file), log_(writers, file, log_above_bytes) {}
    Result<void> open_writer();
    Result<void> open_notes(const View& view, Entropy& entropy);

    Handle lock_;
    std::filesystem::path file_;
    std::unique_ptr<Connection> writer_;
    ReaderPool readers_;
    LogMover log_;
    std::unique_ptr<Notes> notes_;
    std::vector<Note> left_notes_;
    std::int64_t pages_ = 0;
};

}  // namespace wasl::store::impl
