// Dates and instants. Civil dates are proleptic Gregorian with 64-bit years; instants are UTC
// microseconds. Time zones are tzdata names read through cctz.
#pragma once

#include "base/result.hpp"

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

namespace wasl {

// A civil date without time or zone.
struct Date {
    std::int64_t year = 1970;
    int month = 1;  // 1–12
    int day = 1;    // 1–31

    auto operator<=>(const Date&) const = default;

    // Days since 1970-01-01, which may be negative.
    [[nodiscard]] std::int64_t days_since_epoch() const noexcept;
    static Date from_days(std::int64_t days_since_epoch) noexcept;
    [[nodiscard]] Date plus_days(std::int64_t days) const noexcept;
    // Moves whole months; the day is clamped to the end of the month (31 January + 1 = 28 February).
    [[nodiscard]] Date plus_months(std::int64_t months) const noexcept;
    [[nodiscard]] int weekday() const noexcept;  // ISO: 1 = Monday … 7 = Sunday
    [[nodiscard]] bool valid() const noexcept;
    [[nodiscard]] std::string iso() const;  // "2026-11-21"; "9999-12-31" for every later day
};

int days_in_month(std::int64_t year, int month) noexcept;
Result<Date> parse_date(std::string_view iso);  // YYYY-MM-DD only; key "date.malformed"

// A moment, in microseconds since 1970-01-01T00:00:00Z.
struct Instant {
    std::int64_t micros = 0;

    auto operator<=>(const Instant&) const = default;
    [[nodiscard]] Instant plus_seconds(std::int64_t seconds) const noexcept { return {micros + seconds * 1'000'000}; }
    [[nodiscard]] Instant plus_micros(std::int64_t more) const noexcept { return {micros + more}; }
    [[nodiscard]] std::int64_t seconds() const noexcept;  // floor
    [[nodiscard]] std::string iso() const;   // RFC 3339, "2026-11-21T20:15:00.123456Z"; no fraction when zero; year 9999 at most
};

Result<Instant> parse_instant(std::string_view rfc3339);  // any offset; key "instant.malformed"

struct LocalTime {
    Date date;
    int hour = 0, minute = 0, second = 0;
    int offset_seconds = 0;  // east of UTC
};

// A tzdata zone, e.g. "Africa/Casablanca" (GMT+1, and GMT during Ramadan). Cheap to copy.
class Zone {
public:
    static Result<Zone> load(const std::string& name);  // key "zone.unknown"
    static Zone utc();

    [[nodiscard]] const std::string& name() const noexcept { return name_; }
    [[nodiscard]] LocalTime local(Instant at) const;
    [[nodiscard]] Date date_at(Instant at) const { return local(at).date; }
    // First instant of that local day (00:00, or the first that exists).
    [[nodiscard]] Instant start_of_day(Date date) const;
    // Instant of a local wall time; of two, the earlier; in a gap, the instant the gap ends.
    [[nodiscard]] Instant instant_at(Date date, int hour, int minute, int second) const;

private:
    Zone(std::string name, const void* rules) : name_(std::move(name)), rules_(rules) {}
    std::string name_;
    const void* rules_;  // cctz::time_zone::Impl, kept for ever by cctz
};

}  // namespace wasl
