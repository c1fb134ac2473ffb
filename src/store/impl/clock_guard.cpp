#include "store/impl/clock_guard.hpp"

#include "base/log.hpp"

#include <fmt/format.h>

namespace wasl::store::impl {

ClockGuard::ClockGuard(const Clock& clock, Instant last_entry)
    : clock_(clock), last_entry_(last_entry), seen_(clock.now()), seen_monotonic_(clock.monotonic_micros()) {
    check(seen_, seen_monotonic_);
}

void ClockGuard::check(Instant now, std::int64_t monotonic) {
    // What the wall clock moved beyond the time that passed since the last look.
    const std::int64_t drift = (now.micros - seen_.micros) - (monotonic - seen_monotonic_);
    if (now.micros < last_entry_.micros - back_micros) {
        jumped_ = fmt::format("the clock says {}, the last entry was written at {}", now.iso(), last_entry_.iso());
    } else if (drift < -back_micros) {
        jumped_ = fmt::format("the clock went back {} s, to {}", -drift / 1'000'000, now.iso());
    } else if (drift > forward_micros) {
        jumped_ = fmt::format("the clock went forward {} s, to {}", drift / 1'000'000, now.iso());
    } else {
        seen_ = now;
        seen_monotonic_ = monotonic;
        return;
    }
    log::error("store.clock-jumped", {{"why", jumped_}});
}

Result<Instant> ClockGuard::instant() {
    const auto now = clock_.now();
    const auto monotonic = clock_.monotonic_micros();
    const std::lock_guard lock(mutex_);
    if (jumped_.empty()) {
        check(now, monotonic);
    }
    if (!jumped_.empty()) {
        return fail(Code::unavailable, "store.clock-jumped", jumped_);
    }
    return std::max(now, last_entry_);
}

void ClockGuard::written(Instant at) {
    const std::lock_guard lock(mutex_);
    last_entry_ = at;
}

void ClockGuard::accept() {
    const auto now = clock_.now();
    const auto monotonic = clock_.monotonic_micros();
    const std::lock_guard lock(mutex_);
    jumped_.clear();
    seen_ = now;
    seen_monotonic_ = monotonic;
    last_entry_ = std::min(last_entry_, now);
}

ClockGuard::State ClockGuard::state() const {
    const std::lock_guard lock(mutex_);
    return {jumped_.empty(), jumped_, last_entry_};
}

}  // namespace wasl::store::impl
