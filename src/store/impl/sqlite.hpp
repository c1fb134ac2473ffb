// A thin wrapper of the SQLite C API: connections with our pragmas, cached statements, errors.
#pragma once

#include "base/result.hpp"
#include "store/value.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

struct sqlite3;
struct sqlite3_stmt;

namespace wasl::store::impl {

struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>{}(text); }
};

// One use of a prepared statement: bind, step, read; reset when it goes.
class Statement {
public:
    explicit Statement(sqlite3_stmt* statement) noexcept : statement_(statement) {}
    ~Statement();
    Statement(Statement&& other) noexcept : statement_(std::exchange(other.statement_, nullptr)), next_(other.next_) {}
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;

    // Each binds the next parameter. Text and blobs are not copied: they live until the last step.
    Statement& text(std::string_view value);
    Statement& blob(std::string_view value);
    Statement& integer(std::int64_t value);
    Statement& null();
    Statement& scalar(const Scalar& value);

    Result<bool> step();       // true: there is a row
    Result<void> run();        // to the end, no rows wanted
    [[nodiscard]] std::int64_t integer_at(int column) const;
    [[nodiscard]] std::string_view bytes_at(int column) const;  // until the next step
    [[nodiscard]] bool null_at(int column) const;
    [[nodiscard]] Value value_at(int column) const;

private:
    sqlite3_stmt* statement_;
    int next_ = 1;
};

// Frames of a log that a checkpoint saw, and how many of them are in the database file now.
struct Moved {
    int seen = 0;
    int moved = 0;
    bool held = false;  // a view of old is still open: the log does not begin anew
};

class Connection {
public:
    enum class Role { writer, reader };
    struct Settings {
        Role role = Role::reader;
        std::int64_t cache_kib = 2'048;
    };
    static Result<Connection> open(const std::filesystem::path& file, Settings settings);
    Connection(Connection&& other) noexcept;
    Connection& operator=(Connection&&) = delete;
    ~Connection();

    // A cached statement; one use at a time. A statement that does not compile is a defect.
    Result<Statement> use(std::string_view sql);
    Result<void> execute(const std::string& sql);
    Result<std::int64_t> integer(std::string_view sql);
    [[nodiscard]] std::int64_t changes() const;
    [[nodiscard]] std::int64_t last_id() const;
    [[nodiscard]] bool in_transaction() const;
    [[nodiscard]] int wal_frames() const { return *wal_frames_; }  // after the last commit (writer)
    // Moves the log into the database file as far as views allow; with `wait_ms` it waits so long for
    // them to end, so that the next write begins the log anew. "store.unsynced" when the file could
    // not be synced: what the kernel then holds of it is not to be trusted.
    Result<Moved> checkpoint(int wait_ms = 0);
    Result<void> sync_database();  // the file, not the log; "store.unsynced"
    [[nodiscard]] sqlite3* raw() const noexcept { return database_; }

private:
    explicit Connection(sqlite3* database) : database_(database), wal_frames_(std::make_unique<int>(0)) {}
    sqlite3* database_;
    std::unique_ptr<int> wal_frames_;
    std::unordered_map<std::string, sqlite3_stmt*, StringHash, std::equal_to<>> statements_;
};

// What the last call on this connection failed with: "store.disk-full", "store.duplicate",
// "store.damaged", else "store.io".
Error error_of(sqlite3* database, std::string_view doing);
// Whether the group can not go on after this error.
bool is_fatal(const Error& error);

}  // namespace wasl::store::impl
