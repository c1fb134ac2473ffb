#include "store/impl/sqlite.hpp"

#include "store/impl/tokens.hpp"

#include <fmt/format.h>
#include <sqlite3.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace wasl::store::impl {

namespace {

constexpr int busy_timeout_ms = 5'000;

int on_wal_commit(void* frames, sqlite3*, const char*, int count) {
    *static_cast<int*>(frames) = count;
    return SQLITE_OK;
}

}  // namespace

Error error_of(sqlite3* database, std::string_view doing) {
    const int code = sqlite3_extended_errcode(database);
    const int primary = code & 0xff;
    std::string detail = fmt::format("{}: {} ({})", doing, sqlite3_errmsg(database), code);
    if (primary == SQLITE_FULL || (primary == SQLITE_IOERR && sqlite3_system_errno(database) == ENOSPC)) {
        return {Code::insufficient_storage, "store.disk-full", std::move(detail)};
    }
    if (primary == SQLITE_CONSTRAINT) {
        return {Code::conflict, "store.duplicate", sqlite3_errmsg(database)};
    }
    if (primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB) {
        return {Code::internal, "store.damaged", std::move(detail)};
    }
    return {Code::unavailable, "store.io", std::move(detail)};
}

bool is_fatal(const Error& error) {
    return error.key == "store.disk-full" || error.key == "store.io" || error.key == "store.damaged";
}

Statement::~Statement() {
    if (statement_ != nullptr) {
        sqlite3_reset(statement_);
    }
}

Statement& Statement::text(std::string_view value) {
    sqlite3_bind_text64(statement_, next_++, value.data() == nullptr ? "" : value.data(), value.size(), SQLITE_STATIC,
                        SQLITE_UTF8);
    return *this;
}

Statement& Statement::blob(std::string_view value) {
    sqlite3_bind_blob64(statement_, next_++, value.data() == nullptr ? "" : value.data(), value.size(), SQLITE_STATIC);
    return *this;
}

Statement& Statement::integer(std::int64_t value) {
    sqlite3_bind_int64(statement_, next_++, value);
    return *this;
}

Statement& Statement::null() {
    sqlite3_bind_null(statement_, next_++);
    return *this;
}

Statement& Statement::scalar(const Scalar& value) {
    if (const auto* number = value.integer()) {
        return integer(*number);
    }
    if (const auto* characters = value.text()) {
        return text(*characters);
    }
    return null();
}

Result<bool> Statement::step() {
    const int code = sqlite3_step(statement_);
    if (code == SQLITE_ROW) {
        return true;
    }
    if (code == SQLITE_DONE) {
        return false;
    }
    return std::unexpected(error_of(sqlite3_db_handle(statement_), sqlite3_sql(statement_)));
}

Result<void> Statement::run() {
    while (TRY(step())) {
    }
    return {};
}

std::int64_t Statement::integer_at(int column) const {
    return sqlite3_column_int64(statement_, column);
}

std::string_view Statement::bytes_at(int column) const {
    const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
    const auto size = static_cast<std::size_t>(sqlite3_column_bytes(statement_, column));
    return data == nullptr ? std::string_view() : std::string_view(data, size);
}

bool Statement::null_at(int column) const {
    return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

Value Statement::value_at(int column) const {
    switch (sqlite3_column_type(statement_, column)) {
        case SQLITE_NULL: return {};
        case SQLITE_INTEGER: return integer_at(column);
        default: return bytes_at(column);
    }
}

Result<Connection> Connection::open(const std::filesystem::path& file, Settings settings) {
    const bool writes = settings.role == Role::writer;
    const int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE |
                      (writes ? SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE : SQLITE_OPEN_READONLY);
    sqlite3* raw = nullptr;
    if (sqlite3_open_v2(file.c_str(), &raw, flags, nullptr) != SQLITE_OK) {
        auto error = error_of(raw, "open");
        sqlite3_close_v2(raw);
        return std::unexpected(std::move(error));
    }
    Connection connection(raw);
    sqlite3_busy_timeout(raw, busy_timeout_ms);
    // Only impl/log_mover.hpp moves the log, which says why: never on close either.
    sqlite3_db_config(raw, SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, nullptr);
    TRY(connection.execute("PRAGMA wal_autocheckpoint=0"));
    TRY(connection.execute(fmt::format("PRAGMA cache_size=-{}", settings.cache_kib)));
    TRY(connection.execute("PRAGMA temp_store=MEMORY"));
    if (writes) {
        TRY(connection.execute("PRAGMA journal_mode=WAL"));
        TRY(connection.execute("PRAGMA synchronous=FULL"));
        TRY(connection.execute("PRAGMA secure_delete=ON"));  // what is erased leaves no bytes behind
        sqlite3_wal_hook(raw, on_wal_commit, connection.wal_frames_.get());
    }
    TRY(register_tokenizer(raw));
    return connection;
}

Connection::Connection(Connection&& other) noexcept
    : database_(std::exchange(other.database_, nullptr)),
      wal_frames_(std::move(other.wal_frames_)),
      statements_(std::move(other.statements_)) {}

Connection::~Connection() {
    if (database_ == nullptr) {
        return;
    }
    for (auto& [sql, statement] : statements_) {
        sqlite3_finalize(statement);
    }
    sqlite3_close_v2(database_);
}

Result<Statement> Connection::use(std::string_view sql) {
    auto found = statements_.find(sql);
    if (found == statements_.end()) {
        sqlite3_stmt* statement = nullptr;
        if (sqlite3_prepare_v3(database_, sql.data(), static_cast<int>(sql.size()), SQLITE_PREPARE_PERSISTENT,
                               &statement, nullptr) != SQLITE_OK) {
            return std::unexpected(error_of(database_, sql));
        }
        found = statements_.emplace(std::string(sql), statement).first;
    }
    return Statement(found->second);
}

Result<void> Connection::execute(const std::string& sql) {
    if (sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr) != SQLITE_OK) {
        return std::unexpected(error_of(database_, sql));
    }
    return {};
}

Result<std::int64_t> Connection::integer(std::string_view sql) {
    auto statement = TRY(use(sql));
    return TRY(statement.step()) ? statement.integer_at(0) : 0;
}

std::int64_t Connection::changes() const {
    return sqlite3_changes64(database_);
}

std::int64_t Connection::last_id() const {
    return sqlite3_last_insert_rowid(database_);
}

bool Connection::in_transaction() const {
    return sqlite3_get_autocommit(database_) == 0;
}

Result<Moved> Connection::checkpoint(int wait_ms) {
    Moved done;
    const int mode = wait_ms > 0 ? SQLITE_CHECKPOINT_RESTART : SQLITE_CHECKPOINT_PASSIVE;
    sqlite3_busy_timeout(database_, wait_ms);
    const int code = sqlite3_wal_checkpoint_v2(database_, nullptr, mode, &done.seen, &done.moved);
    sqlite3_busy_timeout(database_, busy_timeout_ms);
    done.held = (code & 0xff) == SQLITE_BUSY || done.moved < done.seen;
    if (code == SQLITE_OK || (code & 0xff) == SQLITE_BUSY) {
        return Moved{std::max(done.seen, 0), std::max(done.moved, 0), done.held};
    }
    auto error = error_of(database_, "checkpoint");
    if (code == SQLITE_IOERR_FSYNC) {
        error.key = "store.unsynced";
    }
    return std::unexpected(std::move(error));
}

Result<void> Connection::sync_database() {
    sqlite3_file* file = nullptr;
    if (sqlite3_file_control(database_, "main", SQLITE_FCNTL_FILE_POINTER, &file) != SQLITE_OK || file == nullptr ||
        file->pMethods == nullptr) {
        return fail(Code::unavailable, "store.io", "no database file");
    }
    if (const int code = file->pMethods->xSync(file, SQLITE_SYNC_NORMAL | SQLITE_SYNC_DATAONLY); code != SQLITE_OK) {
        return fail(Code::unavailable, "store.unsynced", fmt::format("sync of the database ({})", code));
    }
    return {};
}

}  // namespace wasl::store::impl
