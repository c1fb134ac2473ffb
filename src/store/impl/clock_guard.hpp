// Instants for the journal from a clock that may be wrong.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <mutex>
#include <string>

namespace wasl::store::impl {

// Up to 5 s back the last entry's instant is used again. More than 5 s back, or 5 min forward
// against the monotonic clock: nothing is written until somebody accepts the clock.
class ClockGuard {
public:
    static constexpr std::int64_t back_micros = 5'000'000;
    static constexpr std::int64_t forward_micros = 300'000'000;

    ClockGuard(const Clock& clock, Instant last_entry);

    // Instant for a group; "store.clock-jumped".
    Result<Instant> instant();
    void written(Instant at);  // the newest journal row
    void accept();

    struct State {
        bool accepted = true;
        std::string why;
        Instant last_entry;
    };
    [[nodiscard]] State state() const;  // any thread

private:
    void check(Instant now, std::int64_t monotonic);

    const Clock& clock_;
    mutable std::mutex mutex_;
    Instant last_entry_;
    Instant seen_;                 // wall and monotonic of the last look
    std::int64_t seen_monotonic_;
    std::string jumped_;           // why; empty while the clock is believed
};

}  // namespace wasl::store::impl
