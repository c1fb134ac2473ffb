#include "jurisdiction/calendar.hpp"
#include "jurisdiction/pack.hpp"

#include <doctest/doctest.h>

namespace {

using namespace wasl;
using namespace wasl::jurisdiction;

const Calendar& calendar() {
    static const auto pack = load_pack(WASL_SOURCE_DIR "/jurisdictions/ma");
    REQUIRE(pack);
    return (*pack)->calendar();
}

}  // namespace

TEST_CASE("fixed holidays, the Amazigh new year since 2024") {
    CHECK_FALSE(calendar().is_working_day({2026, 1, 14}));
    CHECK(calendar().is_working_day({2022, 1, 14}));
    CHECK(calendar().holiday_on({2026, 7, 30})->code == "throne-day");
    CHECK(calendar().holiday_on({2026, 11, 6})->name.in("fr") == "Marche verte");
    CHECK(calendar().is_weekend({2026, 11, 21}));
    CHECK(calendar().is_working_day({2026, 11, 20}));
}

TEST_CASE("two days of Aid for the public sector, and the day added by decision") {
    CHECK_FALSE(calendar().is_working_day({2025, 6, 7}));
    CHECK_FALSE(calendar().is_working_day({2025, 6, 8}));
    CHECK_FALSE(calendar().is_working_day({2025, 6, 9}));  // decision of the Head of Government
    CHECK(calendar().is_working_day({2025, 6, 10}));
    CHECK(calendar().holiday_on({2025, 6, 9})->code == "extra");
    CHECK_FALSE(calendar().holiday_on({2025, 6, 7})->forecast);
    CHECK(calendar().holiday_on({2027, 5, 17})->forecast);
}

TEST_CASE("working days are added one by one and days roll over to the next working day") {
    CHECK(calendar().next_working_day({2026, 11, 21}) == Date{2026, 11, 23});
    CHECK(calendar().next_working_day({2026, 11, 23}) == Date{2026, 11, 23});
    CHECK(calendar().add_working_days({2026, 11, 16}, 2) == Date{2026, 11, 19});  // Wednesday 18 is a holiday
    CHECK(calendar().add_working_days({2026, 11, 21}, 0) == Date{2026, 11, 23});
    CHECK(calendar().add_days({2026, 11, 16}, 2) == Date{2026, 11, 19});
    CHECK(calendar().add_days({2026, 11, 16}, 5) == Date{2026, 11, 23});
    CHECK(calendar().working_days_between({2026, 11, 16}, {2026, 11, 23}) == 4);
    CHECK(calendar().last_day({2026, 11, 16}, {0, Unit::day, false}) == Date{2026, 11, 16});
    CHECK(calendar().last_day({2026, 11, 16}, {1, Unit::month, false}) == Date{2026, 12, 16});
}

TEST_CASE("a forecast reaches one day to each side, as a moon sighting does") {
    CHECK(calendar().forecast_between({2027, 5, 16}, {2027, 5, 16}) != nullptr);
    CHECK(calendar().forecast_between({2027, 5, 19}, {2027, 5, 19}) != nullptr);
    CHECK(calendar().forecast_between({2027, 5, 20}, {2027, 5, 31}) == nullptr);
    CHECK(calendar().forecast_between({2027, 5, 1}, {2027, 5, 15}) == nullptr);
}

TEST_CASE("where two holidays fall on one day, the certain one counts") {
    Calendar::Parts parts;
    parts.holidays = {{{2030, 5, 1}, "moving", {}, true}, {{2030, 5, 1}, "labour-day", {}, false}};
    const Calendar one(Zone::utc(), parts);
    CHECK(one.holiday_on({2030, 5, 1})->code == "labour-day");
}
