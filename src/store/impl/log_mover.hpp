// Keeps the write-ahead log of one store short: moves its pages into the database file, most of
// them on the thread beside the writers, while the writer goes on.
//
// SQLite up to 3.51.2 can lose committed data when a checkpoint begins on a log that was moved
// wholly before, while the writer begins that log anew (its "WAL-reset bug"). So a move beside the
// writer is asked for only while the log holds pages that are not moved yet, nothing else moves
// until it is over, and until then nobody can begin the log anew.
#pragma once

#include "store/impl/sqlite.hpp"
#include "store/writers.hpp"

#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>

namespace wasl::store::impl {

// What is known of the log between two groups, in frames (a page of 4 KB and its header), and what
// to do about it.
class LogPlan {
public:
    enum class Step { nothing, move_beside, move_here, move_now };  // move_now: the log is too long

    explicit LogPlan(std::int64_t above_bytes);
    // After a group: `frames` are in the log; `busy` while a move runs beside the writer.
    Step next(int frames, bool busy);
    void done(const Moved& moved);  // a move is over
    void failed() { try_again_at_ = frames_ + above_; }
    void forget();  // the writer's connection is new

private:
    int above_;             // moved beside the writer when so many are not
    int anew_;              // from here on the writer moves the last few itself, so that the log begins anew
    int most_;              // from here on it does not wait for the other thread
    int frames_ = 0;
    int moved_ = 0;
    int try_again_at_ = 0;  // a view of old holds the rest: not before as much has come again
};

class LogMover final : private Writers::Worker {
public:
    LogMover(Writers& writers, std::filesystem::path file, std::int64_t above_bytes);
    ~LogMover() override;
    LogMover(const LogMover&) = delete;
    LogMover& operator=(const LogMover&) = delete;

    // On the writer's thread, between two groups: moves, or has moved, what is due.
    void after_group(Connection& writer);
    // The whole log, when nobody reads any more. Ends what runs beside.
    void move_all(Connection& writer);
    // Ends what runs beside and forgets what is known, before the writer's connection is replaced.
    void stop();

private:
    bool work() noexcept override;
    Result<Moved> move_beside();
    void take(const Result<Moved>& outcome);
    void wait();

    Writers& writers_;
    std::filesystem::path file_;
    LogPlan plan_;
    bool distrusted_ = false;

    std::mutex mutex_;
    std::condition_variable over_;
    bool busy_ = false;
    std::optional<Result<Moved>> outcome_;
    std::unique_ptr<Connection> connection_;  // while busy the other thread's, else the writer's
};

}  // namespace wasl::store::impl
