#include "base/time.hpp"

#include "base/clock.hpp"

#include <doctest/doctest.h>

using namespace wasl;

TEST_CASE("dates: every day of 800 years counts one further and comes back") {
    Date walker{1600, 1, 1};
    const auto first = walker.days_since_epoch();
    for (std::int64_t days = first; days < first + 292'194; ++days) {
        REQUIRE(walker.days_since_epoch() == days);
        REQUIRE(Date::from_days(days) == walker);
        if (++walker.day > days_in_month(walker.year, walker.month)) {
            walker.day = 1;
            if (++walker.month > 12) {
                walker.month = 1;
                ++walker.year;
            }
        }
    }
}

TEST_CASE("dates: far years, week days, month ends") {
    CHECK(Date{1970, 1, 1}.weekday() == 4);
    CHECK(Date{2026, 11, 21}.weekday() == 6);
    CHECK(Date{2026, 1, 31}.plus_months(1) == Date{2026, 2, 28});
    CHECK(Date{2024, 2, 29}.plus_months(12) == Date{2025, 2, 28});
    CHECK(Date{2026, 1, 15}.plus_months(-1) == Date{2025, 12, 15});
    for (const std::int64_t year : {-999'999'999LL, -1LL, 0LL, 999'999'999LL}) {
        CHECK(Date::from_days(Date{year, 2, 28}.days_since_epoch()) == Date{year, 2, 28});
    }
}

TEST_CASE("dates: malformed text") {
    CHECK(parse_date("2026-11-21").value() == Date{2026, 11, 21});
    for (const char* bad : {"2026-13-01", "2026-02-29", "2026-2-1", "26-01-01", "2026-01-01 ", "", "2026/01/01", "+026-01-01"}) {
        CHECK_FALSE(parse_date(bad));
    }
}

TEST_CASE("instants: text and back, offsets, fractions") {
    CHECK(parse_instant("2026-11-21T20:15:00Z").value().iso() == "2026-11-21T20:15:00Z");
    CHECK(parse_instant("2026-11-21T21:15:00.5+01:00").value().iso() == "2026-11-21T20:15:00.500000Z");
    CHECK(Instant{-1}.iso() == "1969-12-31T23:59:59.999999Z");
    // A year of five digits is no date that anybody reads back.
    CHECK(Date{9999, 12, 31}.plus_days(1).iso() == "9999-12-31");
    CHECK(parse_instant("9999-12-31T23:59:59Z").value().plus_seconds(1).iso() == "9999-12-31T23:59:59Z");
    CHECK(parse_instant("9999-12-31T23:59:59Z").value().iso() == "9999-12-31T23:59:59Z");
    CHECK_FALSE(parse_instant("2026-11-21 20:15:00Z"));
    CHECK_FALSE(parse_instant("2026-11-21T24:00:00Z"));
    CHECK_FALSE(parse_instant("2026-11-21T20:15:00"));
    CHECK_FALSE(parse_instant("2026-11-21T20:15:00.Z"));
}

TEST_CASE("zone Africa/Casablanca: GMT+1, and GMT during Ramadan") {
    const auto zone = Zone::load("Africa/Casablanca").value();
    // Days that no later decision can change.
    CHECK(zone.local(parse_instant("2025-01-15T23:30:00Z").value()).date == Date{2025, 1, 16});
    CHECK(zone.local(parse_instant("2025-03-10T12:00:00Z").value()).offset_seconds == 0);
    CHECK(zone.start_of_day({2025, 1, 16}).iso() == "2025-01-15T23:00:00Z");
    CHECK_FALSE(Zone::load("Africa/Atlantis"));
}

TEST_CASE("manual clock: a wall clock may jump, the monotonic one does not") {
    ManualClock clock(parse_instant("2026-11-21T20:15:00Z").value());
    const auto before = clock.monotonic_micros();
    clock.jump_wall_only(-3600);
    CHECK(clock.monotonic_micros() == before);
    clock.advance_seconds(5);
    CHECK(clock.monotonic_micros() == before + 5'000'000);
}
