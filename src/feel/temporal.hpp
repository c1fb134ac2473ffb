// Times, date-times and durations of FEEL 1.5 (DMN 1.5, 10.3.4) as plain values. Civil dates come from base.
#pragma once

#include "base/time.hpp"

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wasl::feel {

// Where a time of day stands: nowhere (local), at a fixed offset, or in a tzdata region.
struct TimeZone {
    enum class Form : std::uint8_t { local, offset, region };
    Form form = Form::local;
    int offset_seconds = 0;  // east of UTC; for Form::offset only
    std::string region;      // tzdata name, known to be valid; for Form::region only

    bool operator==(const TimeZone&) const = default;
    static TimeZone at_offset(int seconds) { return {Form::offset, seconds, {}}; }
    // Nothing for a name tzdata does not know.
    static std::optional<TimeZone> in_region(std::string_view name);
};

struct Time {
    int hour = 0, minute = 0, second = 0;
    int nanosecond = 0;
    TimeZone zone;

    bool operator==(const Time&) const = default;  // component by component, as `is()` compares
    [[nodiscard]] std::int64_t nanosecond_of_day() const noexcept;
    static Time from_nanosecond_of_day(std::int64_t nanoseconds, TimeZone zone);
    // Seconds east of UTC; for a region, which needs a date, the offset of
    // 2024-01-01; nothing for a local time.
    [[nodiscard]] std::optional<int> offset() const;
    [[nodiscard]] std::string text() const;  // "10:30:00.5+01:00", "10:30:00@Africa/Casablanca"
};

struct DateTime {
    Date date;
    Time time;

    bool operator==(const DateTime&) const = default;
    // Seconds east of UTC at that moment; nothing for a local value.
    [[nodiscard]] std::optional<int> offset() const;
    // Seconds since 1970-01-01T00:00:00Z without the fraction; a local value counts as UTC.
    [[nodiscard]] std::int64_t epoch_seconds() const;
    [[nodiscard]] std::string text() const;
};

// Exact to the nanosecond; both parts carry the sign.
struct DaysDuration {
    std::int64_t seconds = 0;
    std::int32_t nanoseconds = 0;  // |nanoseconds| < 1e9, same sign as seconds

    auto operator<=>(const DaysDuration&) const = default;
    [[nodiscard]] __int128 total() const noexcept { return static_cast<__int128>(seconds) * 1'000'000'000 + nanoseconds; }
    // Nothing when the seconds leave 64 bits.
    static std::optional<DaysDuration> from_total(__int128 nanoseconds) noexcept;
    static DaysDuration of_days(std::int64_t days) noexcept { return {days * 86'400, 0}; }
    [[nodiscard]] std::string text() const;  // canonical: "P1DT2H", "-PT0.5S", "PT0S"
};

struct MonthsDuration {
    std::int64_t months = 0;

    auto operator<=>(const MonthsDuration&) const = default;
    [[nodiscard]] std::string text() const;  // canonical: "P2Y2M", "-P1M", "P0M"
};

inline constexpr std::int64_t largest_year = 999'999'999;

// Lexical forms of the standard; nothing for any other text. No white space is skipped.
std::optional<Date> read_date(std::string_view text);           // 4 to 9 digits of year, optional '-'
std::optional<Time> read_time(std::string_view text);           // "24:00:00" reads as "00:00:00"
std::optional<DateTime> read_date_time(std::string_view text);  // a bare date is its midnight
std::optional<DaysDuration> read_days_duration(std::string_view text);
std::optional<MonthsDuration> read_months_duration(std::string_view text);

// Arithmetic; nothing when the year leaves ±999,999,999.
std::optional<DateTime> shifted(const DateTime& from, const DaysDuration& by);
std::optional<DateTime> shifted(const DateTime& from, const MonthsDuration& by);
std::optional<Date> shifted(const Date& from, const DaysDuration& by);
std::optional<Date> shifted(const Date& from, const MonthsDuration& by);
Time shifted(const Time& from, const DaysDuration& by);  // wraps at midnight
// Whole months from one date to another, truncated toward zero.
MonthsDuration months_between(const Date& from, const Date& to);

int day_of_year(const Date& date);       // 1…366
int iso_week_of_year(const Date& date);  // ISO 8601: 1…53

}  // namespace wasl::feel
