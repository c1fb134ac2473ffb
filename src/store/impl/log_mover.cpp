#include "store/impl/log_mover.hpp"

#include "base/log.hpp"

#include <sqlite3.h>

#include <algorithm>

namespace wasl::store::impl {

namespace {

constexpr std::int64_t frame_bytes = 4'096 + 24;
constexpr std::int64_t mover_cache_kib = 64;
// For views of old, which answer a page and go: longer is for one that stays anyway.
constexpr int short_wait_ms = 10;
constexpr int long_wait_ms = 100;

}  // namespace

LogPlan::LogPlan(std::int64_t above_bytes)
    : above_(static_cast<int>(above_bytes / frame_bytes)), anew_(4 * above_), most_(16 * above_) {}

LogPlan::Step LogPlan::next(int frames, bool busy) {
    if (frames < frames_) {  // the log began anew
        try_again_at_ = 0;
        moved_ = 0;
    }
    frames_ = frames;
    moved_ = moved_ > frames ? 0 : moved_;  // the same, told late
    const int rest = frames - moved_;
    if (rest <= 0 || frames <= try_again_at_) {
        return Step::nothing;
    }
    if (frames > most_) {
        return Step::move_now;
    }
    if (busy) {
        return Step::nothing;
    }
    if (frames > anew_ && rest <= above_) {
        return Step::move_here;
    }
    return rest > above_ || frames > anew_ ? Step::move_beside : Step::nothing;
}

void LogPlan::done(const Moved& moved) {
    moved_ = moved.moved;
    if (moved.held) {
        try_again_at_ = frames_ + above_;
    }
}

void LogPlan::forget() {
    frames_ = 0;
    moved_ = 0;
    try_again_at_ = 0;
}

LogMover::LogMover(Writers& writers, std::filesystem::path file, std::int64_t above_bytes)
    : writers_(writers), file_(std::move(file)), plan_(above_bytes) {}

LogMover::~LogMover() {
    stop();
}

void LogMover::after_group(Connection& writer) {
    if (distrusted_) {
        return;
    }
    bool busy = false;
    std::optional<Result<Moved>> outcome;
    {
        const std::lock_guard lock(mutex_);
        busy = busy_;
        outcome = std::exchange(outcome_, std::nullopt);
    }
    if (outcome) {
        take(*outcome);
    }
    switch (plan_.next(writer.wal_frames(), busy)) {
        case LogPlan::Step::nothing: break;
        case LogPlan::Step::move_here: take(writer.checkpoint(short_wait_ms)); break;
        case LogPlan::Step::move_now:
            wait();
            take(writer.checkpoint(long_wait_ms));
            break;
        case LogPlan::Step::move_beside: {
            const std::lock_guard lock(mutex_);
            busy_ = true;
            writers_.schedule_beside(*this);
            break;
        }
    }
}

void LogMover::take(const Result<Moved>& outcome) {
    if (outcome) {
        plan_.done(*outcome);
        return;
    }
    plan_.failed();
    distrusted_ = distrusted_ || outcome.error().key == "store.unsynced";
    log::error("store.checkpoint-failed", {{"why", outcome.error().detail}});
}

bool LogMover::work() noexcept {
    auto outcome = move_beside();
    const std::lock_guard lock(mutex_);
    outcome_ = std::move(outcome);
    busy_ = false;
    over_.notify_all();  // under the lock: after it this object may be gone
    return false;
}

Result<Moved> LogMover::move_beside() {
    if (!connection_) {
        connection_ = std::make_unique<Connection>(TRY(Connection::open(file_, {Connection::Role::writer, mover_cache_kib})));
    }
    const auto moved = TRY(connection_->checkpoint());
    // What the writer moves at the end syncs the whole file: less of it is left then.
    TRY(connection_->sync_database());
    return moved;
}

void LogMover::wait() {
    std::unique_lock lock(mutex_);
    if (busy_ && writers_.withdraw(*this)) {
        busy_ = false;
    }
    over_.wait(lock, [&] { return !busy_; });
    if (auto outcome = std::exchange(outcome_, std::nullopt)) {
        take(*outcome);
    }
}

void LogMover::stop() {
    wait();
    connection_.reset();
    plan_.forget();
}

void LogMover::move_all(Connection& writer) {
    stop();
    if (distrusted_) {
        return;
    }
    // A reader of another process only makes the log stay.
    const auto moved = writer.checkpoint();
    if (!moved) {
        take(moved);
    } else if (!moved->held) {
        sqlite3_busy_timeout(writer.raw(), 0);
        sqlite3_wal_checkpoint_v2(writer.raw(), nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
    }
}

}  // namespace wasl::store::impl
