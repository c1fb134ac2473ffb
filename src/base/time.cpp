#include "base/time.hpp"

#include "base/text.hpp"

#include <cctz/civil_time.h>
#include <cctz/time_zone.h>

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <map>
#include <memory>
#include <mutex>
#include <optional>

namespace wasl {

namespace {

constexpr std::int64_t floor_div(std::int64_t a, std::int64_t b) { return a / b - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0); }

constexpr std::int64_t last_year = 9999;  // that four digits can write

bool leap(std::int64_t year) { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); }

std::optional<int> digits(std::string_view text) {
    int value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') return std::nullopt;
        value = value * 10 + (c - '0');
    }
    return value;
}

cctz::time_point<cctz::seconds> point(std::int64_t seconds) {
    return cctz::time_point<cctz::seconds>(cctz::seconds(seconds));
}

std::int64_t seconds_of(cctz::time_point<cctz::seconds> at) { return at.time_since_epoch().count(); }

// cctz keeps every loaded zone for ever; ours are kept beside it, so that a Zone is a pointer.
const cctz::time_zone* keep(const std::string& name) {
    static std::mutex guard;
    static std::map<std::string, std::unique_ptr<cctz::time_zone>> zones;
    const std::lock_guard lock(guard);
    auto& slot = zones[name];
    if (slot == nullptr) {
        cctz::time_zone zone;
        if (!cctz::load_time_zone(name, &zone)) {
            zones.erase(name);
            return nullptr;
        }
        slot = std::make_unique<cctz::time_zone>(zone);
    }
    return slot.get();
}

// The lock above is met once by each thread and zone; only zones that exist are remembered.
const cctz::time_zone* known(const std::string& name) {
    thread_local std::map<std::string, const cctz::time_zone*, std::less<>> seen;
    if (const auto at = seen.find(name); at != seen.end()) return at->second;
    const auto* zone = keep(name);
    if (zone != nullptr) seen.emplace(name, zone);
    return zone;
}

const cctz::time_zone& rules(const void* zone) { return *static_cast<const cctz::time_zone*>(zone); }

}  // namespace

int days_in_month(std::int64_t year, int month) noexcept {
    static constexpr std::array<int, 12> lengths{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && leap(year) ? 29 : lengths[static_cast<std::size_t>(month - 1)];
}

// Howard Hinnant's days_from_civil: eras of 400 years, the year beginning in March.
std::int64_t Date::days_since_epoch() const noexcept {
    const std::int64_t y = year - (month <= 2 ? 1 : 0);
    const std::int64_t era = floor_div(y, 400);
    const std::int64_t year_of_era = y - era * 400;
    const std::int64_t day_of_year = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
    const std::int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * 146097 + day_of_era - 719468;
}

Date Date::from_days(std::int64_t days) noexcept {
    const std::int64_t shifted = days + 719468;
    const std::int64_t era = floor_div(shifted, 146097);
    const std::int64_t day_of_era = shifted - era * 146097;
    const std::int64_t year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    const std::int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    const std::int64_t shifted_month = (5 * day_of_year + 2) / 153;
    const int month = static_cast<int>(shifted_month < 10 ? shifted_month + 3 : shifted_month - 9);
    return {year_of_era + era * 400 + (month <= 2 ? 1 : 0), month,
            static_cast<int>(day_of_year - (153 * shifted_month + 2) / 5 + 1)};
}

Date Date::plus_days(std::int64_t days) const noexcept { return from_days(days_since_epoch() + days); }

Date Date::plus_months(std::int64_t months) const noexcept {
    const std::int64_t total = year * 12 + (month - 1) + months;
    const std::int64_t new_year = floor_div(total, 12);
    const int new_month = static_cast<int>(total - new_year * 12) + 1;
    return {new_year, new_month, std::min(day, days_in_month(new_year, new_month))};
}

int Date::weekday() const noexcept {
    const std::int64_t days = days_since_epoch() + 3;  // 1970-01-01 was a Thursday
    return static_cast<int>(days - floor_div(days, 7) * 7) + 1;
}

bool Date::valid() const noexcept { return month >= 1 && month <= 12 && day >= 1 && day <= days_in_month(year, month); }

std::string Date::iso() const {
    // Nobody who reads RFC 3339 reads a fifth digit: later days are written as the last that can be.
    if (year > last_year) return fmt::format("{}-12-31", last_year);
    return year < 0 ? fmt::format("-{:04}-{:02}-{:02}", -year, month, day) : fmt::format("{:04}-{:02}-{:02}", year, month, day);
}

Result<Date> parse_date(std::string_view iso) {
    const auto malformed = [&] { return fail(Code::invalid, "date.malformed", "expected YYYY-MM-DD"); };
    if (iso.size() != 10 || iso[4] != '-' || iso[7] != '-') return malformed();
    const auto year = digits(iso.substr(0, 4)), month = digits(iso.substr(5, 2)), day = digits(iso.substr(8, 2));
    if (!year || !month || !day) return malformed();
    const Date date{*year, *month, *day};
    if (!date.valid()) return fail(Code::invalid, "date.malformed", "no such day");
    return date;
}

std::int64_t Instant::seconds() const noexcept { return floor_div(micros, 1'000'000); }

std::string Instant::iso() const {
    const std::int64_t whole = seconds();
    const std::int64_t days = floor_div(whole, 86400);
    if (Date::from_days(days).year > last_year) return fmt::format("{}-12-31T23:59:59Z", last_year);
    const std::int64_t rest = whole - days * 86400;
    const std::int64_t fraction = micros - whole * 1'000'000;
    auto text = fmt::format("{}T{:02}:{:02}:{:02}", Date::from_days(days).iso(), rest / 3600, rest / 60 % 60, rest % 60);
    if (fraction != 0) text += fmt::format(".{:06}", fraction);
    return text + "Z";
}

Result<Instant> parse_instant(std::string_view text) {
    const auto malformed = [] { return fail(Code::invalid, "instant.malformed", "expected RFC 3339"); };
    if (text.size() < 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' || text[16] != ':') return malformed();
    const auto date = parse_date(text.substr(0, 10));
    const auto hour = digits(text.substr(11, 2)), minute = digits(text.substr(14, 2)), second = digits(text.substr(17, 2));
    if (!date || !hour || !minute || !second || *hour > 23 || *minute > 59 || *second > 59) return malformed();
    std::size_t at = 19;
    std::int64_t fraction = 0;
    if (text[at] == '.') {
        std::int64_t weight = 100'000;
        const std::size_t first = ++at;
        for (; at < text.size() && text[at] >= '0' && text[at] <= '9'; ++at, weight /= 10) fraction += (text[at] - '0') * weight;
        if (at == first) return malformed();
    }
    const std::string_view zone = text.substr(at);
    std::int64_t offset = 0;
    if (zone != "Z" && zone != "z") {
        if (zone.size() != 6 || (zone[0] != '+' && zone[0] != '-') || zone[3] != ':') return malformed();
        const auto hours = digits(zone.substr(1, 2)), minutes = digits(zone.substr(4, 2));
        if (!hours || !minutes || *hours > 23 || *minutes > 59) return malformed();
        offset = (*hours * 3600 + *minutes * 60) * (zone[0] == '-' ? -1 : 1);
    }
    const std::int64_t seconds = date->days_since_epoch() * 86400 + *hour * 3600 + *minute * 60 + *second - offset;
    return Instant{seconds * 1'000'000 + fraction};
}

Result<Zone> Zone::load(const std::string& name) {
    const auto* zone = known(name);
    if (zone == nullptr) return fail(Code::invalid, "zone.unknown", "no time zone " + name + " in tzdata");
    return Zone(name, zone);
}

Zone Zone::utc() { return Zone("UTC", known("UTC")); }

LocalTime Zone::local(Instant at) const {
    const auto found = rules(rules_).lookup(point(at.seconds()));
    return {{found.cs.year(), found.cs.month(), found.cs.day()}, found.cs.hour(), found.cs.minute(), found.cs.second(), found.offset};
}

Instant Zone::instant_at(Date date, int hour, int minute, int second) const {
    const auto found = rules(rules_).lookup(cctz::civil_second(date.year, date.month, date.day, hour, minute, second));
    const auto at = found.kind == cctz::time_zone::civil_lookup::SKIPPED ? found.trans : found.pre;
    return {seconds_of(at) * 1'000'000};
}

Instant Zone::start_of_day(Date date) const { return instant_at(date, 0, 0, 0); }

}  // namespace wasl
