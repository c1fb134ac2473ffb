// Date and time functions (DMN 1.5, 10.3.4.6). The clock's reading comes with the evaluation.
#include "feel/impl/builtins.hpp"

namespace wasl::feel::impl {

namespace {

constexpr std::string_view day_names[] = {"Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"};
constexpr std::string_view month_names[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September",
                                            "October", "November", "December"};

// A date, or the date of a date and time.
const Date* date_of(const Value& value) {
    if (const auto* moment = value.date_time()) return &moment->date;
    return value.date();
}

Value of_date(BuiltinCall& call, Value (*ask)(const Date&)) {
    const auto* date = date_of(single(call[0]));
    return date == nullptr ? call.error("the function takes a date") : ask(*date);
}

std::optional<LocalTime> reading(BuiltinCall& call) {
    const auto& evaluation = call.evaluation;
    if (!evaluation.now) {
        static_cast<void>(call.error("the moment of the evaluation is not given"));
        return std::nullopt;
    }
    return evaluation.zone.value_or(Zone::utc()).local(*evaluation.now);
}

Value now(BuiltinCall& call) {
    const auto local = reading(call);
    if (!local) return {};
    const auto fraction = call.evaluation.now->micros - call.evaluation.now->seconds() * 1'000'000;
    const auto& zone = call.evaluation.zone;
    const auto region = zone ? TimeZone::in_region(zone->name()) : std::nullopt;
    return DateTime{local->date, Time{local->hour, local->minute, local->second, static_cast<int>(fraction * 1000),
                                      region.value_or(TimeZone::at_offset(local->offset_seconds))}};
}

Value today(BuiltinCall& call) {
    const auto local = reading(call);
    return local ? Value(local->date) : Value{};
}

}  // namespace

void add_temporals(BuiltinTable& table) {
    table.push_back(builtin("now()", now));
    table.push_back(builtin("today()", today));
    table.push_back(builtin("day of year(date: Any)", [](BuiltinCall& call) {
        return of_date(call, [](const Date& date) { return Value(day_of_year(date)); });
    }));
    table.push_back(builtin("day of week(date: Any)", [](BuiltinCall& call) {
        return of_date(call, [](const Date& date) { return Value(day_names[static_cast<std::size_t>(date.weekday() - 1)]); });
    }));
    table.push_back(builtin("month of year(date: Any)", [](BuiltinCall& call) {
        return of_date(call, [](const Date& date) { return Value(month_names[static_cast<std::size_t>(date.month - 1)]); });
    }));
    table.push_back(builtin("week of year(date: Any)", [](BuiltinCall& call) {
        return of_date(call, [](const Date& date) { return Value(iso_week_of_year(date)); });
    }));
}

}  // namespace wasl::feel::impl
