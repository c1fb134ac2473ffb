// The legal clock (law 55-19): pure, told the time. The day of filing is not counted; the clock
// starts when the file is complete; a completion request suspends or restarts it (pack); one
// extension; opinions and silent holders do not stop it; it runs until the decision is notified.
#pragma once

#include "jurisdiction/calendar.hpp"
#include "jurisdiction/law.hpp"

namespace wasl::jurisdiction {

// A completion request: from the instant the person was asked to the instant all was there.
// The day of the request is counted, the day of the answer is not: E − S days stand still.
struct Stop {
    Instant from;
    std::optional<Instant> to;  // nothing: still waiting for the person
};

// What happened, as far as the clock is concerned.
struct ClockFacts {
    Instant filed;
    std::optional<Instant> complete;      // nothing: filed incomplete, the receipt is the one request
    Delay delay;                          // of the revision under which it was filed
    std::vector<Stop> stops;              // in order; the law knows one, the arithmetic any number
    std::optional<Delay> extension;       // counted from the last day of the delay
    std::optional<Instant> lapse_notice;  // when the person was told that nothing came
    std::optional<Instant> ended;         // notified, withdrawn, lapsed: the clock is read as of then
};

enum class ClockState {
    not_started,  // incomplete
    running,
    stopped,      // waits for the person's answer
    elapsed,      // the last instant passed without notification: silence
    ended,        // notified (or closed otherwise) in time
    ended_late,
};
std::string_view to_string(ClockState value) noexcept;

// What the clock shows at one instant. Absent while the clock has not started or stands still.
struct ClockReading {
    ClockState state = ClockState::not_started;
    std::optional<Date> started;           // day 0, not counted
    std::optional<Date> due;               // last day
    std::optional<Instant> last_instant;   // first instant after the last day: silence arises here
    int day = 0;                           // days counted so far (calendar or working), at most `of` + late
    int of = 0;                            // days of the delay, extension included
    int stopped_days = 0;                  // calendar days not counted so far
    int days_left = 0;                     // calendar days from today to the last day; negative when late
    bool working = false;                  // `day` and `of` are working days
    std::optional<Date> request_until;     // last day on which a completion may be asked
    std::optional<Date> answer_due;        // last day of the person's answer, while one is awaited
    std::optional<Instant> answer_last_instant;
    std::optional<Date> lapses_on;         // after the notice; when no notice yet, the earliest day possible
    std::optional<Instant> lapse_instant;  // only once the notice was given
    std::string forecast_holiday;          // code of the holiday whose forecast the due date rests on
    std::vector<Phrase> explanation;       // in the order they should be read; keys in clock_phrases()
};

[[nodiscard]] ClockReading read_clock(const Law& law, const Calendar& calendar, const ClockFacts& facts, Instant now);

// Whether a completion may still be asked at `now` (the other condition, that none was asked
// before, belongs to the dossier).
[[nodiscard]] bool may_request_completion(const ClockReading& reading, const Calendar& calendar, Instant now);

// Last day of a delay that starts with an event (notification → appeal), and the instant it is over.
struct Term {
    Date last_day;
    Instant over;
    bool forecast = false;
};
[[nodiscard]] Term term_after(const Calendar& calendar, Instant event, const Delay& delay);

// Every key that an explanation can carry, with its arguments: for the check that all languages
// have them. {"clock.running", "day of"}.
[[nodiscard]] const std::vector<std::pair<std::string_view, std::string_view>>& clock_phrases();

}  // namespace wasl::jurisdiction
