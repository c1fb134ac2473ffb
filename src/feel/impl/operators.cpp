#include "feel/impl/operators.hpp"

#include <fmt/format.h>

namespace wasl::feel::impl {

namespace {

std::string_view sign_of(Op op) {
    switch (op) {
        case Op::add: return "+";
        case Op::subtract: return "-";
        case Op::multiply: return "*";
        case Op::divide: return "/";
        case Op::power: return "**";
        case Op::equal: return "=";
        case Op::not_equal: return "!=";
        case Op::less: return "<";
        case Op::less_equal: return "<=";
        case Op::greater: return ">";
        default: return ">=";
    }
}

Value mismatch(Op op, const Value& a, const Value& b, Evaluation& evaluation, std::size_t position) {
    evaluation.report("feel.type-mismatch",
                      fmt::format("{} {} {} is not defined", to_string(a.kind()), sign_of(op), to_string(b.kind())), position);
    return {};
}

template <class T>
Value or_null(std::optional<T> value) {
    return value ? Value(std::move(*value)) : Value{};
}

DateTime at_utc_midnight(const Date& date) { return {date, Time{0, 0, 0, 0, TimeZone::at_offset(0)}}; }

__int128 instant(const DateTime& value) { return static_cast<__int128>(value.epoch_seconds()) * 1'000'000'000 + value.time.nanosecond; }

bool is_local(const DateTime& value) { return value.time.zone.form == TimeZone::Form::local; }

// DT − DT, with dates as midnight UTC: both zoned or both local.
std::optional<DaysDuration> between(const DateTime& later, const DateTime& earlier) {
    if (is_local(later) != is_local(earlier)) return std::nullopt;
    return DaysDuration::from_total(instant(later) - instant(earlier));
}

std::optional<DaysDuration> between(const Time& later, const Time& earlier) {
    const auto a = later.offset();
    const auto b = earlier.offset();
    if (a.has_value() != b.has_value()) return std::nullopt;
    const auto shift = static_cast<__int128>(b.value_or(0) - a.value_or(0)) * 1'000'000'000;
    return DaysDuration::from_total(later.nanosecond_of_day() - static_cast<__int128>(earlier.nanosecond_of_day()) + shift);
}

// Moment + duration for each kind of moment; nothing for other pairs.
std::optional<Value> moved(const Value& moment, const Value& by, bool backwards) {
    const auto* days = by.days_duration();
    const auto* months = by.months_duration();
    if (days == nullptr && months == nullptr) return std::nullopt;
    const auto sign = backwards ? -1 : 1;
    const DaysDuration span = days == nullptr ? DaysDuration{} : DaysDuration{days->seconds * sign, days->nanoseconds * sign};
    const MonthsDuration step{months == nullptr ? 0 : months->months * sign};
    if (const auto* date = moment.date()) return days != nullptr ? or_null(shifted(*date, span)) : or_null(shifted(*date, step));
    if (const auto* at = moment.date_time()) return days != nullptr ? or_null(shifted(*at, span)) : or_null(shifted(*at, step));
    if (const auto* time = moment.time(); time != nullptr && days != nullptr) return Value(shifted(*time, span));
    return std::nullopt;
}

std::optional<Value> duration_sum(const Value& a, const Value& b, bool subtract) {
    if (const auto *x = a.days_duration(), *y = b.days_duration(); x != nullptr && y != nullptr) {
        return or_null(DaysDuration::from_total(subtract ? x->total() - y->total() : x->total() + y->total()));
    }
    if (const auto *x = a.months_duration(), *y = b.months_duration(); x != nullptr && y != nullptr) {
        std::int64_t sum = 0;
        if (subtract ? __builtin_sub_overflow(x->months, y->months, &sum) : __builtin_add_overflow(x->months, y->months, &sum)) {
            return Value{};
        }
        return Value(MonthsDuration{sum});
    }
    return std::nullopt;
}

std::optional<Value> sum(const Value& a, const Value& b) {
    if (const auto *x = a.string(), *y = b.string(); x != nullptr && y != nullptr) return Value(*x + *y);
    if (auto value = duration_sum(a, b, false)) return value;
    if (auto value = moved(a, b, false)) return value;
    return moved(b, a, false);
}

std::optional<Value> difference(const Value& a, const Value& b) {
    if (auto value = duration_sum(a, b, true)) return value;
    if (auto value = moved(a, b, true)) return value;
    if (const auto *x = a.time(), *y = b.time(); x != nullptr && y != nullptr) return or_null(between(*x, *y));
    const auto moment = [](const Value& value) -> std::optional<DateTime> {
        if (const auto* date = value.date()) return at_utc_midnight(*date);
        if (const auto* at = value.date_time()) return *at;
        return std::nullopt;
    };
    const auto later = moment(a);
    const auto earlier = moment(b);
    if (!later || !earlier) return std::nullopt;
    return or_null(between(*later, *earlier));
}

// Duration * number or duration / number.
std::optional<Value> scaled(const Value& duration, const Decimal& factor, bool divide) {
    const auto apply = [&](const Decimal& value) { return divide ? value.divided_by(factor) : value.times(factor); };
    if (const auto* days = duration.days_duration()) {
        const auto seconds = apply(seconds_of(*days));
        return seconds ? or_null(duration_of_seconds(*seconds)) : Value{};
    }
    if (const auto* months = duration.months_duration()) {
        const auto count = apply(Decimal::from_integer(months->months));
        const auto whole = count ? count->truncated().to_integer() : std::nullopt;
        return whole ? Value(MonthsDuration{*whole}) : Value{};
    }
    return std::nullopt;
}

std::optional<Value> product(const Value& a, const Value& b) {
    if (b.number() != nullptr) return scaled(a, *b.number(), false);
    if (a.number() != nullptr) return scaled(b, *a.number(), false);
    return std::nullopt;
}

std::optional<Value> quotient(const Value& a, const Value& b) {
    if (b.number() != nullptr) return scaled(a, *b.number(), true);
    if (const auto *x = a.days_duration(), *y = b.days_duration(); x != nullptr && y != nullptr) {
        return Value(seconds_of(*x).divided_by(seconds_of(*y)));
    }
    if (const auto *x = a.months_duration(), *y = b.months_duration(); x != nullptr && y != nullptr) {
        return Value(Decimal::from_integer(x->months).divided_by(Decimal::from_integer(y->months)));
    }
    return std::nullopt;
}

std::optional<Decimal> of_numbers(Op op, const Decimal& a, const Decimal& b) {
    switch (op) {
        case Op::add: return a.plus(b);
        case Op::subtract: return a.minus(b);
        case Op::multiply: return a.times(b);
        case Op::divide: return a.divided_by(b);
        default: return a.power(b);
    }
}

}  // namespace

Decimal seconds_of(const DaysDuration& duration) {
    const auto whole = Decimal::from_integer(duration.seconds);
    return duration.nanoseconds == 0 ? whole : whole.plus(Decimal::of(duration.nanoseconds, -9)).value_or(whole);
}

std::optional<DaysDuration> duration_of_seconds(const Decimal& seconds) {
    const auto exact = seconds.rounded(9, Decimal::Rounding::half_even);
    if (!exact) return std::nullopt;
    const auto whole = exact->truncated();
    const auto count = whole.to_integer();
    const auto rest = exact->minus(whole);
    if (!count || !rest) return std::nullopt;
    const auto nanoseconds = rest->times(Decimal::from_integer(1'000'000'000));
    return DaysDuration{*count, static_cast<std::int32_t>(nanoseconds->to_integer().value_or(0))};
}

Value arithmetic(Op op, const Value& a, const Value& b, Evaluation& evaluation, std::size_t position) {
    if (const auto *x = a.number(), *y = b.number(); x != nullptr && y != nullptr) [[likely]] {
        const auto result = of_numbers(op, *x, *y);
        if (result) [[likely]] return *result;
        evaluation.report("feel.arithmetic", op == Op::divide && y->is_zero() ? "division by zero" : "the result is no number", position);
        return {};
    }
    std::optional<Value> result;
    if (!a.is_null() && !b.is_null()) {
        switch (op) {
            case Op::add: result = sum(a, b); break;
            case Op::subtract: result = difference(a, b); break;
            case Op::multiply: result = product(a, b); break;
            case Op::divide: result = quotient(a, b); break;
            default: break;
        }
    }
    if (!result) return mismatch(op, a, b, evaluation, position);
    if (result->is_null()) evaluation.report("feel.arithmetic", "the result is out of range, or local and zoned times meet", position);
    return std::move(*result);
}

Value negate(const Value& value, Evaluation& evaluation, std::size_t position) {
    if (const auto* number = value.number()) return number->negated();
    if (const auto* days = value.days_duration()) return DaysDuration{-days->seconds, -days->nanoseconds};
    if (const auto* months = value.months_duration()) return MonthsDuration{-months->months};
    evaluation.report("feel.type-mismatch", fmt::format("-{} is not defined", to_string(value.kind())), position);
    return {};
}

Value ordered(Op op, const Value& a, const Value& b, Evaluation& evaluation, std::size_t position) {
    const auto order = compare(a, b);
    if (!order) return mismatch(op, a, b, evaluation, position);
    switch (op) {
        case Op::less: return *order < 0;
        case Op::less_equal: return *order <= 0;
        case Op::greater: return *order > 0;
        default: return *order >= 0;
    }
}

Value equality(Op op, const Value& a, const Value& b, Evaluation& evaluation, std::size_t position) {
    const auto same = equal(a, b);
    if (!same) return mismatch(op, a, b, evaluation, position);
    return *same == (op == Op::equal);
}

std::optional<bool> satisfies(const Value& value, const Value& test) {
    if (const auto* range = test.range()) {
        if (value.range() != nullptr && equal(value, test) == true) return true;
        return range->includes(value);
    }
    if (const auto* list = test.list()) {
        if (value.list() != nullptr && equal(value, test) == true) return true;
        for (const auto& element : *list) {
            if (equal(value, element) == true) return true;
            if (const auto* range = element.range(); range != nullptr && range->includes(value) == true) return true;
        }
        return false;
    }
    return equal(value, test);
}

namespace {

Value offset_value(std::optional<int> seconds) { return seconds ? Value(DaysDuration{*seconds, 0}) : Value{}; }

std::optional<Value> date_property(const Date& date, std::string_view name) {
    if (name == "year") return Value(date.year);
    if (name == "month") return Value(date.month);
    if (name == "day") return Value(date.day);
    if (name == "weekday") return Value(date.weekday());
    return std::nullopt;
}

std::optional<Value> time_property(const Time& time, std::string_view name) {
    if (name == "hour") return Value(time.hour);
    if (name == "minute") return Value(time.minute);
    if (name == "second") return Value(time.second);
    if (name == "timezone") return time.zone.form == TimeZone::Form::region ? Value(time.zone.region) : Value{};
    return std::nullopt;
}

std::optional<Value> duration_property(std::int64_t seconds, std::string_view name) {
    if (name == "days") return Value(seconds / 86'400);
    if (name == "hours") return Value(seconds / 3600 % 24);
    if (name == "minutes") return Value(seconds / 60 % 60);
    return std::nullopt;
}

}  // namespace

std::optional<Value> property(const Value& value, std::string_view name) {
    if (const auto* date = value.date()) return date_property(*date, name);
    if (const auto* time = value.time()) return name == "time offset" ? offset_value(time->offset()) : time_property(*time, name);
    if (const auto* at = value.date_time()) {
        if (name == "time offset") return offset_value(at->offset());
        auto found = date_property(at->date, name);
        return found ? found : time_property(at->time, name);
    }
    if (const auto* days = value.days_duration()) {
        if (name == "seconds") {
            return Value(Decimal::from_integer(days->seconds % 60).plus(Decimal::of(days->nanoseconds, -9)));
        }
        return duration_property(days->seconds, name);
    }
    if (const auto* months = value.months_duration()) {
        if (name == "years") return Value(months->months / 12);
        if (name == "months") return Value(months->months % 12);
        return std::nullopt;
    }
    if (const auto* range = value.range()) {
        if (name == "start") return range->start;
        if (name == "end") return range->end;
        if (name == "start included") return Value(range->start_included);
        if (name == "end included") return Value(range->end_included);
    }
    return std::nullopt;
}

}  // namespace wasl::feel::impl
