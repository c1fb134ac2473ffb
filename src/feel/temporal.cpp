#include "feel/temporal.hpp"

#include "base/text.hpp"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>
#include <fmt/format.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <limits>
#include <map>
#include <string>

namespace wasl::feel {

namespace {

constexpr std::int64_t day_nanoseconds = 86'400'000'000'000;
constexpr std::int64_t billion = 1'000'000'000;
constexpr std::int64_t day_seconds = 86'400;

bool plausible_region(std::string_view name) {
    if (name.empty() || name.size() > 64 || name.front() == '/' || name.find("..") != std::string_view::npos) return false;
    return std::all_of(name.begin(), name.end(), [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '/' || c == '_' || c == '-' ||
               c == '+';
    });
}

// The zones this thread has met: neither cctz, which locks, nor the files are asked twice. Only zones
// that exist are kept, so that it is never longer than tzdata's list of names.
using KnownZones = std::map<std::string, cctz::time_zone, std::less<>>;
KnownZones& known_zones() {
    thread_local KnownZones zones;
    return zones;
}

cctz::time_zone zone_of(const std::string& region) {
    auto& zones = known_zones();
    if (const auto found = zones.find(region); found != zones.end()) return found->second;
    cctz::time_zone zone;
    if (cctz::load_time_zone(region, &zone)) zones.emplace(region, zone);
    return zone;  // UTC when it fails, but only known names get here
}

cctz::civil_second civil(const Date& date, const Time& time) {
    return cctz::civil_second(date.year, date.month, date.day, time.hour, time.minute, time.second);
}

std::int64_t local_seconds(const Date& date, const Time& time) {
    return date.days_since_epoch() * day_seconds + time.hour * 3600 + time.minute * 60 + time.second;
}

bool year_fits(std::int64_t year) { return year >= -largest_year && year <= largest_year; }

std::optional<Date> date_from_days(__int128 days) {
    static const auto first = Date{-largest_year, 1, 1}.days_since_epoch();
    static const auto last = Date{largest_year, 12, 31}.days_since_epoch();
    if (days < first || days > last) return std::nullopt;
    return Date::from_days(static_cast<std::int64_t>(days));
}

struct Floored {
    __int128 quotient;
    std::int64_t rest;
};

Floored floor_divide(__int128 value, std::int64_t unit) {
    auto quotient = value / unit;
    auto rest = static_cast<std::int64_t>(value % unit);
    if (rest < 0) {
        rest += unit;
        --quotient;
    }
    return {quotient, rest};
}

// A cursor over the text: each reader moves it or says no.
class Reader {
public:
    explicit Reader(std::string_view text) : text_(text) {}
    bool take(char c) {
        if (text_.empty() || text_.front() != c) return false;
        text_.remove_prefix(1);
        return true;
    }
    // Between `least` and `most` digits.
    std::optional<std::int64_t> digits(std::size_t least, std::size_t most) {
        std::size_t count = 0;
        std::int64_t value = 0;
        while (count < text_.size() && text_[count] >= '0' && text_[count] <= '9') {
            if (++count > most) return std::nullopt;
            value = value * 10 + (text_[count - 1] - '0');
        }
        if (count < least) return std::nullopt;
        text_.remove_prefix(count);
        return value;
    }
    // ".123" as nanoseconds; digits after the ninth are cut. Zero when there is no point.
    std::optional<int> fraction(bool may_be_empty = false) {
        if (!take('.')) return 0;
        int value = 0;
        int count = 0;
        for (; !text_.empty() && text_.front() >= '0' && text_.front() <= '9'; text_.remove_prefix(1), ++count) {
            if (count < 9) value = value * 10 + (text_.front() - '0');
        }
        if (count == 0 && !may_be_empty) return std::nullopt;
        for (; count < 9; ++count) value *= 10;
        return value;
    }
    [[nodiscard]] std::string_view rest() const { return text_; }
    [[nodiscard]] bool done() const { return text_.empty(); }

private:
    std::string_view text_;
};

std::optional<TimeZone> read_zone(Reader& reader) {
    if (reader.done()) return TimeZone{};
    if (reader.take('@')) return TimeZone::in_region(reader.rest());
    if (reader.take('Z')) return reader.done() ? std::optional{TimeZone::at_offset(0)} : std::nullopt;
    const bool west = reader.take('-');
    if (!west && !reader.take('+')) return std::nullopt;
    const auto hours = reader.digits(2, 2);
    if (!hours || !reader.take(':')) return std::nullopt;
    const auto minutes = reader.digits(2, 2);
    if (!minutes) return std::nullopt;
    std::int64_t seconds = 0;
    if (reader.take(':')) {
        const auto read = reader.digits(2, 2);
        if (!read) return std::nullopt;
        seconds = *read;
    }
    const auto total = *hours * 3600 + *minutes * 60 + seconds;
    if (!reader.done() || *minutes > 59 || seconds > 59 || total > 18 * 3600) return std::nullopt;
    return TimeZone::at_offset(static_cast<int>(west ? -total : total));
}

std::string zone_text(const TimeZone& zone) {
    if (zone.form == TimeZone::Form::region) return "@" + zone.region;
    if (zone.form == TimeZone::Form::local) return {};
    if (zone.offset_seconds == 0) return "Z";
    const auto magnitude = std::abs(zone.offset_seconds);
    auto text = fmt::format("{}{:02}:{:02}", zone.offset_seconds < 0 ? '-' : '+', magnitude / 3600, magnitude / 60 % 60);
    if (magnitude % 60 != 0) text += fmt::format(":{:02}", magnitude % 60);
    return text;
}

std::string fraction_text(int nanoseconds) {
    if (nanoseconds == 0) return {};
    auto text = fmt::format(".{:09}", nanoseconds);
    text.erase(text.find_last_not_of('0') + 1);
    return text;
}

std::string date_text(const Date& date) {
    return fmt::format("{}{:04}-{:02}-{:02}", date.year < 0 ? "-" : "", std::abs(date.year), date.month, date.day);
}

// The time, and whether it was written 24:00:00 and so belongs to the next day.
struct ReadTime {
    Time time;
    bool next_day = false;
};

std::optional<ReadTime> read_clock(std::string_view text) {
    Reader reader(text);
    const auto hour = reader.digits(2, 2);
    if (!hour || !reader.take(':')) return std::nullopt;
    const auto minute = reader.digits(2, 2);
    if (!minute || !reader.take(':')) return std::nullopt;
    const auto second = reader.digits(2, 2);
    if (!second) return std::nullopt;
    const auto nanosecond = reader.fraction();
    if (!nanosecond) return std::nullopt;
    const bool midnight = *hour == 24 && *minute == 0 && *second == 0 && *nanosecond == 0;
    if ((*hour > 23 && !midnight) || *minute > 59 || *second > 59) return std::nullopt;
    auto zone = read_zone(reader);
    if (!zone) return std::nullopt;
    return ReadTime{Time{midnight ? 0 : static_cast<int>(*hour), static_cast<int>(*minute), static_cast<int>(*second),
                         *nanosecond, std::move(*zone)},
                    midnight};
}

}  // namespace

std::optional<TimeZone> TimeZone::in_region(std::string_view name) {
    if (!plausible_region(name)) return std::nullopt;
    if (known_zones().contains(name)) return TimeZone{Form::region, 0, std::string(name)};
    // Asked of the files first: cctz remembers for ever each name it could not find.
    const char* folder = std::getenv("TZDIR");
    std::error_code error;
    if (!std::filesystem::is_regular_file(std::filesystem::path(folder != nullptr ? folder : "/usr/share/zoneinfo") / name, error)) {
        return std::nullopt;
    }
    cctz::time_zone zone;
    if (!cctz::load_time_zone(std::string(name), &zone)) return std::nullopt;
    known_zones().emplace(name, zone);
    return TimeZone{Form::region, 0, std::string(name)};
}

std::int64_t Time::nanosecond_of_day() const noexcept {
    return (std::int64_t{hour} * 3600 + minute * 60 + second) * billion + nanosecond;
}

Time Time::from_nanosecond_of_day(std::int64_t nanoseconds, TimeZone zone) {
    const auto seconds = static_cast<int>(nanoseconds / billion);
    return {seconds / 3600, seconds / 60 % 60, seconds % 60, static_cast<int>(nanoseconds % billion), std::move(zone)};
}

std::optional<int> Time::offset() const {
    return DateTime{Date{2024, 1, 1}, *this}.offset();
}

std::string Time::text() const {
    return fmt::format("{:02}:{:02}:{:02}", hour, minute, second) + fraction_text(nanosecond) + zone_text(zone);
}

std::optional<int> DateTime::offset() const {
    if (time.zone.form == TimeZone::Form::local) return std::nullopt;
    if (time.zone.form == TimeZone::Form::offset) return time.zone.offset_seconds;
    return static_cast<int>(local_seconds(date, time) - epoch_seconds());
}

std::int64_t DateTime::epoch_seconds() const {
    if (time.zone.form != TimeZone::Form::region) return local_seconds(date, time) - time.zone.offset_seconds;
    const auto found = zone_of(time.zone.region).lookup(civil(date, time));
    const auto at = found.kind == cctz::time_zone::civil_lookup::SKIPPED ? found.trans : found.pre;
    return at.time_since_epoch().count();
}

std::string DateTime::text() const { return date_text(date) + "T" + time.text(); }

std::optional<DaysDuration> DaysDuration::from_total(__int128 nanoseconds) noexcept {
    const auto seconds = nanoseconds / billion;
    if (seconds > std::numeric_limits<std::int64_t>::max() || seconds < -std::numeric_limits<std::int64_t>::max()) {
        return std::nullopt;
    }
    return DaysDuration{static_cast<std::int64_t>(seconds), static_cast<std::int32_t>(nanoseconds % billion)};
}

std::string DaysDuration::text() const {
    if (seconds == 0 && nanoseconds == 0) return "PT0S";
    const bool negative = seconds < 0 || nanoseconds < 0;
    const auto whole = seconds < 0 ? -seconds : seconds;
    std::string text = negative ? "-P" : "P";
    if (whole >= day_seconds) text += fmt::format("{}D", whole / day_seconds);
    const auto rest = whole % day_seconds;
    if (rest == 0 && nanoseconds == 0) return text;
    text += 'T';
    if (rest >= 3600) text += fmt::format("{}H", rest / 3600);
    if (rest / 60 % 60 != 0) text += fmt::format("{}M", rest / 60 % 60);
    if (rest % 60 != 0 || nanoseconds != 0) {
        text += fmt::format("{}{}S", rest % 60, fraction_text(std::abs(nanoseconds)));
    }
    return text;
}

std::string MonthsDuration::text() const {
    if (months == 0) return "P0M";
    const auto magnitude = months < 0 ? -months : months;
    std::string text = months < 0 ? "-P" : "P";
    if (magnitude >= 12) text += fmt::format("{}Y", magnitude / 12);
    if (magnitude % 12 != 0) text += fmt::format("{}M", magnitude % 12);
    return text;
}

std::optional<Date> read_date(std::string_view text) {
    Reader reader(text);
    const bool before_zero = reader.take('-');
    const auto start = reader.rest();
    const auto year = reader.digits(4, 9);
    if (!year || (start.front() == '0' && start.size() - reader.rest().size() > 4) || (before_zero && *year == 0) ||
        !reader.take('-')) {
        return std::nullopt;
    }
    const auto month = reader.digits(2, 2);
    if (!month || !reader.take('-')) return std::nullopt;
    const auto day = reader.digits(2, 2);
    if (!day || !reader.done()) return std::nullopt;
    const Date date{before_zero ? -*year : *year, static_cast<int>(*month), static_cast<int>(*day)};
    return date.valid() ? std::optional{date} : std::nullopt;
}

std::optional<Time> read_time(std::string_view text) {
    auto read = read_clock(text);
    return read ? std::optional{std::move(read->time)} : std::nullopt;
}

std::optional<DateTime> read_date_time(std::string_view text) {
    const auto mark = text.find('T');
    const auto date = read_date(text.substr(0, mark));
    if (!date) return std::nullopt;
    if (mark == std::string_view::npos) return DateTime{*date, {}};
    auto read = read_clock(text.substr(mark + 1));
    if (!read) return std::nullopt;
    if (!read->next_day) return DateTime{*date, std::move(read->time)};
    const auto next = date_from_days(date->days_since_epoch() + 1);
    return next ? std::optional{DateTime{*next, std::move(read->time)}} : std::nullopt;
}

std::optional<DaysDuration> read_days_duration(std::string_view text) {
    Reader reader(text);
    const bool negative = reader.take('-');
    if (!reader.take('P')) return std::nullopt;
    __int128 total = 0;
    bool any = false;
    if (!reader.done() && reader.rest().front() != 'T') {
        const auto days = reader.digits(1, 15);
        if (!days || !reader.take('D')) return std::nullopt;
        total += static_cast<__int128>(*days) * day_nanoseconds;
        any = true;
    }
    if (reader.take('T')) {
        any = false;
        static constexpr std::int64_t units[] = {3600, 60, 1};
        for (int unit = 0; unit < 3 && !reader.done();) {
            const auto count = reader.digits(1, 18);
            if (!count) return std::nullopt;
            const bool point = reader.rest().starts_with('.');
            const auto fraction = reader.fraction(true);  // "PT0.S" is in use
            if (!fraction) return std::nullopt;
            while (unit < 3 && !reader.take("HMS"[unit])) ++unit;
            if (unit == 3 || (point && unit != 2)) return std::nullopt;
            total += static_cast<__int128>(*count) * units[unit] * billion + *fraction;
            any = true;
            ++unit;
        }
    }
    if (!any || !reader.done()) return std::nullopt;
    return DaysDuration::from_total(negative ? -total : total);
}

std::optional<MonthsDuration> read_months_duration(std::string_view text) {
    Reader reader(text);
    const bool negative = reader.take('-');
    if (!reader.take('P') || reader.done()) return std::nullopt;
    std::int64_t total = 0;
    auto count = reader.digits(1, 15);
    if (!count) return std::nullopt;
    if (reader.take('Y')) {
        total = *count * 12;
        if (reader.done()) return MonthsDuration{negative ? -total : total};
        count = reader.digits(1, 15);
        if (!count) return std::nullopt;
    }
    if (!reader.take('M') || !reader.done()) return std::nullopt;
    total += *count;
    return MonthsDuration{negative ? -total : total};
}

std::optional<DateTime> shifted(const DateTime& from, const DaysDuration& by) {
    if (from.time.zone.form == TimeZone::Form::region) {
        // In a region the day may have 23 or 25 hours: the duration is added to the instant.
        const auto total = static_cast<__int128>(from.epoch_seconds()) * billion + from.time.nanosecond + by.total();
        const auto [seconds, nanosecond] = floor_divide(total, billion);
        if (!date_from_days(floor_divide(seconds, day_seconds).quotient)) return std::nullopt;
        const cctz::time_point<cctz::seconds> at{cctz::seconds(static_cast<std::int64_t>(seconds))};
        const auto local = zone_of(from.time.zone.region).lookup(at).cs;
        if (!year_fits(local.year())) return std::nullopt;
        return DateTime{{local.year(), local.month(), local.day()},
                        {local.hour(), local.minute(), local.second(), static_cast<int>(nanosecond), from.time.zone}};
    }
    const auto total = static_cast<__int128>(from.date.days_since_epoch()) * day_nanoseconds + from.time.nanosecond_of_day() + by.total();
    const auto [days, rest] = floor_divide(total, day_nanoseconds);
    const auto date = date_from_days(days);
    if (!date) return std::nullopt;
    return DateTime{*date, Time::from_nanosecond_of_day(rest, from.time.zone)};
}

std::optional<Date> shifted(const Date& from, const MonthsDuration& by) {
    constexpr auto most = 3 * 12 * largest_year;
    if (by.months > most || by.months < -most) return std::nullopt;
    const auto date = from.plus_months(by.months);
    return year_fits(date.year) ? std::optional{date} : std::nullopt;
}

std::optional<DateTime> shifted(const DateTime& from, const MonthsDuration& by) {
    const auto date = shifted(from.date, by);
    return date ? std::optional{DateTime{*date, from.time}} : std::nullopt;
}

std::optional<Date> shifted(const Date& from, const DaysDuration& by) {
    const auto moment = shifted(DateTime{from, {}}, by);
    return moment ? std::optional{moment->date} : std::nullopt;
}

Time shifted(const Time& from, const DaysDuration& by) {
    return Time::from_nanosecond_of_day(floor_divide(from.nanosecond_of_day() + by.total(), day_nanoseconds).rest, from.zone);
}

MonthsDuration months_between(const Date& from, const Date& to) {
    auto months = (to.year - from.year) * 12 + (to.month - from.month);
    if (months > 0 && to.day < from.day) --months;
    if (months < 0 && to.day > from.day) ++months;
    return {months};
}

int day_of_year(const Date& date) {
    return static_cast<int>(date.days_since_epoch() - Date{date.year, 1, 1}.days_since_epoch()) + 1;
}

int iso_week_of_year(const Date& date) {
    // The week belongs to the year of its Thursday.
    const auto thursday = date.plus_days(4 - date.weekday());
    return (day_of_year(thursday) - 1) / 7 + 1;
}

}  // namespace wasl::feel
