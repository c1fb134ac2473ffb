#include "jurisdiction/clock.hpp"
#include "jurisdiction/pack.hpp"

#include <doctest/doctest.h>

#include <algorithm>

namespace {

using namespace wasl;
using namespace wasl::jurisdiction;

const Pack& morocco() {
    static const auto pack = load_pack(WASL_SOURCE_DIR "/jurisdictions/ma");
    REQUIRE_MESSAGE(pack, (pack ? std::string() : pack.error().detail));
    return **pack;
}

const Calendar& calendar() { return morocco().calendar(); }
const Law& law() { return morocco().law_on({2026, 11, 1}); }

Law law_with(RequestEffect effect) {
    Law changed = law();
    changed.clock.value.request_effect = effect;
    return changed;
}

// 10:00 in the morning, legal time.
Instant morning(Date date) { return calendar().zone().instant_at(date, 10, 0, 0); }

ClockFacts filed_complete(Date day, Delay delay) {
    ClockFacts facts;
    facts.filed = morning(day);
    facts.complete = morning(day);
    facts.delay = delay;
    return facts;
}

std::string why(const ClockReading& reading) {
    std::string out;
    for (const Phrase& phrase : reading.explanation) {
        out += (out.empty() ? "" : "; ") + phrase.debug();
    }
    return out;
}

constexpr Delay days(int n) { return {n, Unit::day, false}; }
constexpr Delay working_days(int n) { return {n, Unit::day, true}; }
constexpr Delay months(int n) { return {n, Unit::month, false}; }

}  // namespace

TEST_CASE("law 55-19, art. 16: sixty days run from the day after the file is complete") {
    const auto facts = filed_complete({2026, 9, 1}, days(60));
    const auto reading = read_clock(law(), calendar(), facts, morning({2026, 10, 8}));
    CHECK(reading.state == ClockState::running);
    CHECK(reading.started == Date{2026, 9, 1});
    CHECK(reading.day == 37);
    CHECK(reading.of == 60);
    // Day 60 is Saturday 31 October, a holiday of the new decree too: the next working day is Monday.
    CHECK(reading.due == Date{2026, 11, 2});
    CHECK(reading.days_left == 25);
    CHECK(why(reading) ==
          "clock.started date=2026-09-01; clock.day day=37 of=60; clock.rolled from=2026-10-31 to=2026-11-02; "
          "clock.last-day date=2026-11-02; clock.forecast holiday=unity-day");
}

TEST_CASE("law 55-19: the day of filing is not counted") {
    const auto facts = filed_complete({2026, 11, 9}, days(1));
    CHECK(read_clock(law(), calendar(), facts, morning({2026, 11, 9})).day == 0);
    CHECK(read_clock(law(), calendar(), facts, morning({2026, 11, 10})).day == 1);
    CHECK(read_clock(law(), calendar(), facts, morning({2026, 11, 10})).due == Date{2026, 11, 10});
}

TEST_CASE("law 55-19, art. 19: silence arises at the end of the last local day, not before") {
    const auto facts = filed_complete({2026, 6, 1}, days(15));  // due Tuesday 16 June
    const auto end = calendar().zone().start_of_day({2026, 6, 17});
    CHECK(read_clock(law(), calendar(), facts, end.plus_micros(-1)).state == ClockState::running);
    const auto reading = read_clock(law(), calendar(), facts, end);
    CHECK(reading.state == ClockState::elapsed);
    CHECK(reading.last_instant == end);
    CHECK(end.iso() == "2026-06-16T23:00:00Z");  // legal time was GMT+1 then
}

TEST_CASE("legal time is GMT during Ramadan: the last instant follows it") {
    // Ramadan 1446: tzdata has Africa/Casablanca at GMT from 23 February to 6 April 2025.
    const auto facts = filed_complete({2025, 2, 20}, days(7));  // filed at GMT+1, due Thursday 27 February
    const auto reading = read_clock(law(), calendar(), facts, morning({2025, 2, 25}));
    CHECK(reading.due == Date{2025, 2, 27});
    CHECK(reading.last_instant->iso() == "2025-02-28T00:00:00Z");
}

TEST_CASE("law 55-19: silence counts until the decision is notified, late is late") {
    auto facts = filed_complete({2026, 11, 2}, days(15));
    facts.ended = morning({2026, 11, 17});
    auto reading = read_clock(law(), calendar(), facts, morning({2026, 12, 1}));
    CHECK(reading.state == ClockState::ended);
    CHECK(reading.day == 15);
    facts.ended = morning({2026, 11, 19});
    reading = read_clock(law(), calendar(), facts, morning({2026, 12, 1}));
    CHECK(reading.state == ClockState::ended_late);
    CHECK(why(reading).ends_with("clock.late days=2; clock.ended date=2026-11-19"));
}

TEST_CASE("law 55-19, art. 4: an incomplete file has a receipt, no clock, and time to complete") {
    ClockFacts facts;
    facts.filed = morning({2026, 9, 1});
    facts.delay = days(60);
    const auto reading = read_clock(law(), calendar(), facts, morning({2026, 9, 5}));
    CHECK(reading.state == ClockState::not_started);
    CHECK_FALSE(reading.due);
    CHECK(reading.answer_due == Date{2026, 10, 1});
    CHECK(reading.answer_last_instant == calendar().end_of_day({2026, 10, 1}));
    CHECK_FALSE(may_request_completion(reading, calendar(), morning({2026, 9, 5})));
    CHECK(why(reading) == "clock.not-started filed=2026-09-01; clock.answer-until date=2026-10-01");
}

TEST_CASE("a completion request suspends the clock: no last day while it waits, then the days stopped are added") {
    auto facts = filed_complete({2026, 9, 1}, days(60));
    facts.stops = {{morning({2026, 9, 10}), std::nullopt}};
    auto reading = read_clock(law(), calendar(), facts, morning({2026, 9, 12}));
    CHECK(reading.state == ClockState::stopped);
    CHECK(reading.day == 9);
    CHECK_FALSE(reading.due);
    CHECK(reading.answer_due == Date{2026, 10, 12});  // 30 days end on Saturday 10 October
    CHECK(why(reading) == "clock.started date=2026-09-01; clock.day day=9 of=60; clock.stopped-now since=2026-09-10; "
                          "clock.answer-until date=2026-10-12");
    facts.stops[0].to = morning({2026, 9, 14});
    reading = read_clock(law(), calendar(), facts, morning({2026, 10, 12}));
    CHECK(reading.day == 37);
    CHECK(reading.stopped_days == 4);
    CHECK(reading.due == Date{2026, 11, 4});
    CHECK(why(reading) == "clock.started date=2026-09-01; clock.day day=37 of=60; clock.stopped-for days=4; "
                          "clock.last-day date=2026-11-04");
}

TEST_CASE("a completion request restarts the clock where the pack says so") {
    auto facts = filed_complete({2026, 9, 1}, days(30));
    facts.stops = {{morning({2026, 9, 10}), morning({2026, 9, 14})}};
    const auto reading = read_clock(law_with(RequestEffect::restarts), calendar(), facts, morning({2026, 9, 20}));
    CHECK(reading.started == Date{2026, 9, 14});
    CHECK(reading.day == 6);
    CHECK(reading.due == Date{2026, 10, 14});
    CHECK(why(reading).starts_with("clock.restarted date=2026-09-14"));
}

TEST_CASE("a request answered on the same day stops nothing") {
    auto facts = filed_complete({2026, 9, 1}, days(30));
    facts.stops = {{morning({2026, 9, 10}), morning({2026, 9, 10}).plus_seconds(3600)}};
    const auto reading = read_clock(law(), calendar(), facts, morning({2026, 9, 20}));
    CHECK(reading.stopped_days == 0);
    CHECK(reading.due == Date{2026, 10, 1});
}

TEST_CASE("a request on the last day leaves at least the day of the answer") {
    auto facts = filed_complete({2026, 11, 2}, days(15));
    facts.stops = {{morning({2026, 11, 17}), std::nullopt}};
    CHECK(read_clock(law(), calendar(), facts, morning({2026, 11, 30})).state == ClockState::stopped);
    facts.stops[0].to = morning({2026, 11, 24});
    CHECK(read_clock(law(), calendar(), facts, morning({2026, 11, 30})).due == Date{2026, 11, 24});
}

TEST_CASE("a completion may be asked only until the day of the pack, sooner for a short delay") {
    auto reading = read_clock(law(), calendar(), filed_complete({2026, 9, 1}, days(60)), morning({2026, 9, 16}));
    CHECK(reading.request_until == Date{2026, 9, 16});  // day 15
    CHECK(may_request_completion(reading, calendar(), morning({2026, 9, 16})));
    CHECK_FALSE(may_request_completion(reading, calendar(), morning({2026, 9, 17})));
    reading = read_clock(law(), calendar(), filed_complete({2026, 11, 2}, days(15)), morning({2026, 11, 3}));
    CHECK(reading.request_until == Date{2026, 11, 10});  // half of 15, rounded up
    reading = read_clock(law(), calendar(), filed_complete({2026, 11, 2}, days(0)), morning({2026, 11, 2}));
    CHECK(reading.request_until == Date{2026, 11, 2});
}

TEST_CASE("no answer leads to lapse, after a notice and its own time") {
    ClockFacts facts;
    facts.filed = morning({2026, 9, 1});
    facts.delay = days(60);
    auto reading = read_clock(law(), calendar(), facts, morning({2026, 10, 2}));
    CHECK(reading.lapses_on == Date{2026, 10, 19});  // the earliest: notice on 2 October, 15 days, Saturday 17 rolls
    CHECK_FALSE(reading.lapse_instant);
    facts.lapse_notice = morning({2026, 10, 5});
    reading = read_clock(law(), calendar(), facts, morning({2026, 10, 6}));
    CHECK(reading.lapses_on == Date{2026, 10, 20});
    CHECK(reading.lapse_instant == calendar().end_of_day({2026, 10, 20}));
}

TEST_CASE("law 55-19, art. 17: the extension is counted on from the last day of the delay") {
    auto facts = filed_complete({2026, 9, 1}, days(60));
    facts.extension = days(30);
    const auto reading = read_clock(law(), calendar(), facts, morning({2026, 11, 10}));
    CHECK(reading.of == 90);
    CHECK(reading.day == 70);
    CHECK(reading.due == Date{2026, 11, 30});  // day 90; not day 60 rolled over, then thirty
    CHECK(why(reading).find("clock.extended-days n=30") != std::string::npos);
}

TEST_CASE("at once is due the same day, or the next working day") {
    auto reading = read_clock(law(), calendar(), filed_complete({2026, 11, 9}, days(0)), morning({2026, 11, 9}));
    CHECK(reading.due == Date{2026, 11, 9});
    CHECK(reading.of == 0);
    reading = read_clock(law(), calendar(), filed_complete({2026, 11, 7}, days(0)), morning({2026, 11, 7}));
    CHECK(reading.due == Date{2026, 11, 9});  // Saturday to Monday
    CHECK(why(reading).find("clock.at-once") != std::string::npos);
}

TEST_CASE("working days skip weekends and holidays, and need no roll-over") {
    // 16 November 2026 is a Monday; Wednesday 18 is Independence Day.
    const auto reading =
        read_clock(law(), calendar(), filed_complete({2026, 11, 16}, working_days(5)), morning({2026, 11, 19}));
    CHECK(reading.due == Date{2026, 11, 24});
    CHECK(reading.day == 2);
    CHECK(why(reading).find("clock.day-working day=2 of=5") != std::string::npos);
}

TEST_CASE("a delay in months ends on the same day of the month, or on its last day") {
    CHECK(read_clock(law(), calendar(), filed_complete({2026, 9, 15}, months(2)), morning({2026, 9, 16})).due ==
          Date{2026, 11, 16});  // 15 November is a Sunday
    CHECK(read_clock(law(), calendar(), filed_complete({2026, 12, 31}, months(2)), morning({2027, 1, 4})).due ==
          Date{2027, 3, 1});  // 28 February is a Sunday
}

TEST_CASE("a due date that rests on a forecast holiday says so") {
    // Aid al-Fitr 2027 is forecast for 10 and 11 March.
    auto reading =
        read_clock(law(), calendar(), filed_complete({2027, 3, 1}, working_days(10)), morning({2027, 3, 2}));
    CHECK(reading.forecast_holiday == "aid-al-fitr");
    reading = read_clock(law(), calendar(), filed_complete({2027, 2, 8}, days(30)), morning({2027, 3, 2}));
    CHECK(reading.due == Date{2027, 3, 12});  // day 30 is 10 March
    CHECK(reading.forecast_holiday == "aid-al-fitr");
    reading = read_clock(law(), calendar(), filed_complete({2027, 2, 8}, days(15)), morning({2027, 2, 9}));
    CHECK(reading.forecast_holiday.empty());
    reading = read_clock(law(), calendar(), filed_complete({2029, 2, 8}, days(15)), morning({2029, 2, 9}));
    CHECK(reading.forecast_holiday == "calendar");
}

TEST_CASE("law 55-19, art. 20: thirty days to appeal run from notification") {
    const Term term = term_after(calendar(), morning({2026, 11, 2}), law().appeal.value.lodge);
    CHECK(term.last_day == Date{2026, 12, 2});
    CHECK(term.over == calendar().end_of_day({2026, 12, 2}));
    CHECK_FALSE(term.forecast);
}

TEST_CASE("every sentence of an explanation is one of the published keys, with its arguments") {
    const auto& known = clock_phrases();
    const auto check = [&](const ClockReading& reading) {
        for (const Phrase& phrase : reading.explanation) {
            std::string names;
            for (const auto& [name, value] : phrase.arguments) {
                names += (names.empty() ? "" : " ") + name;
            }
            const bool found = std::ranges::any_of(
                known, [&](const auto& entry) { return entry.first == phrase.key && entry.second == names; });
            CHECK_MESSAGE(found, phrase.debug());
        }
    };
    auto facts = filed_complete({2026, 9, 1}, days(60));
    for (const Delay& extension : {days(10), working_days(10), months(1)}) {
        facts.extension = extension;
        for (const int later : {0, 20, 200}) {
            check(read_clock(law(), calendar(), facts, morning(Date{2026, 9, 1}.plus_days(later))));
        }
    }
    facts.complete.reset();
    facts.lapse_notice = morning({2026, 10, 10});
    check(read_clock(law(), calendar(), facts, morning({2026, 10, 12})));
}
