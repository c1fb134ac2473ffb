// Conversion functions (DMN 1.5, 10.3.4.1), is() and not().
#include "base/text.hpp"
#include "feel/impl/builtins.hpp"
#include "feel/impl/evaluator.hpp"
#include "feel/impl/parser.hpp"
#include "feel/impl/temporal_literal.hpp"

#include <algorithm>
#include <array>

namespace wasl::feel::impl {

Value read_duration(std::string_view text) {
    if (const auto days = read_days_duration(text)) return *days;
    if (const auto months = read_months_duration(text)) return *months;
    return {};
}

Value read_temporal(std::string_view text) {
    if (const auto date = read_date(text)) return *date;
    if (auto time = read_time(text)) return std::move(*time);
    if (text.find('T') != std::string_view::npos) {
        if (auto moment = read_date_time(text)) return std::move(*moment);
    }
    return read_duration(text);
}

namespace {

Value to_date(BuiltinCall& call) {
    if (call.signature == 1) {
        const auto year = call.number(0).to_integer();
        const auto month = call.number(1).to_integer();
        const auto day = call.number(2).to_integer();
        if (!year || !month || !day || *month < 1 || *month > 12 || *day < 1 || *day > 31 || *year < -largest_year || *year > largest_year) {
            return call.error("date: there is no such day");
        }
        const Date date{*year, static_cast<int>(*month), static_cast<int>(*day)};
        return date.valid() ? Value(date) : call.error("date: there is no such day");
    }
    const auto& from = single(call[0]);
    if (from.date() != nullptr) return from;
    if (const auto* moment = from.date_time()) return moment->date;
    const auto* text = from.string();
    const auto date = text == nullptr ? std::nullopt : read_date(*text);
    return date ? Value(*date) : call.error("date: the text is no date");
}

Value to_date_time(BuiltinCall& call) {
    if (call.signature == 1) {
        const auto& day = single(call[0]), &hour = single(call[1]);
        const auto* date = day.date();
        if (date == nullptr && day.date_time() != nullptr) date = &day.date_time()->date;
        const auto* time = hour.time();
        if (date == nullptr || time == nullptr) return call.error("date and time: takes a date and a time");
        return DateTime{*date, *time};
    }
    const auto& from = single(call[0]);
    if (from.date_time() != nullptr) return from;
    if (const auto* date = from.date()) return DateTime{*date, {}};
    const auto* text = from.string();
    auto moment = text == nullptr ? std::nullopt : read_date_time(*text);
    return moment ? Value(std::move(*moment)) : call.error("date and time: the text is no date and time");
}

Value time_of_parts(BuiltinCall& call) {
    const auto hour = call.number(0).to_integer();
    const auto minute = call.number(1).to_integer();
    const auto whole = call.number(2).truncated();
    const auto second = whole.to_integer();
    const auto fraction = call.number(2).minus(whole);
    if (!hour || !minute || !second || !fraction || *hour < 0 || *hour > 23 || *minute < 0 || *minute > 59 || *second < 0 ||
        *second > 59 || fraction->is_negative()) {
        return call.error("time: there is no such time");
    }
    const auto nanoseconds = fraction->times(Decimal::from_integer(1'000'000'000));
    Time time{static_cast<int>(*hour), static_cast<int>(*minute), static_cast<int>(*second),
              static_cast<int>(nanoseconds->truncated().to_integer().value_or(0)), {}};
    if (call.has(3)) {
        const auto* offset = call[3].days_duration();
        if (offset == nullptr || offset->nanoseconds != 0 || std::abs(offset->seconds) > 18 * 3600) {
            return call.error("time: the offset is out of range");
        }
        time.zone = TimeZone::at_offset(static_cast<int>(offset->seconds));
    }
    return time;
}

Value to_time(BuiltinCall& call) {
    if (call.signature == 1) return time_of_parts(call);
    const auto& from = single(call[0]);
    if (from.time() != nullptr) return from;
    if (const auto* moment = from.date_time()) return moment->time;
    if (from.date() != nullptr) return Time{0, 0, 0, 0, TimeZone::at_offset(0)};
    const auto* text = from.string();
    auto time = text == nullptr ? std::nullopt : read_time(*text);
    return time ? Value(std::move(*time)) : call.error("time: the text is no time");
}

Value to_number(BuiltinCall& call) {
    if (call.signature == 0) {
        const auto& from = single(call[0]);
        if (from.number() != nullptr) return from;
        if (from.string() == nullptr) return call.error("number: the value is no text");
        const auto number = Decimal::parse(*from.string());
        return number ? Value(*number) : call.error("number: the text is no number");
    }
    const auto grouping = call.has(1) ? call.string(1) : std::string{};
    const auto point = call.has(2) ? call.string(2) : std::string{"."};
    if ((call.has(1) && grouping != " " && grouping != "," && grouping != ".") || (point != "." && point != ",") || grouping == point) {
        return call.error("number: the separators are not allowed");
    }
    auto text = call.string(0);
    if (!grouping.empty()) text = replace_all(std::move(text), grouping, "");
    if (point == ",") {
        if (text.find('.') != std::string::npos) return call.error("number: the text is no number");
        text = replace_all(std::move(text), ",", ".");
    }
    const auto number = Decimal::parse(text);
    return number ? Value(*number) : call.error("number: the text is no number");
}

Value to_string_value(BuiltinCall& call) {
    if (call[0].is_null()) return {};
    if (call[0].string() != nullptr) return call[0];
    return to_display(call[0]);
}

Value to_duration(BuiltinCall& call) {
    const auto& from = single(call[0]);
    if (from.days_duration() != nullptr || from.months_duration() != nullptr) return from;
    const auto* text = from.string();
    auto duration = text == nullptr ? Value{} : read_duration(*text);
    return duration.is_null() ? call.error("duration: the text is no duration") : duration;
}

Value years_and_months(BuiltinCall& call) {
    std::array<Date, 2> dates;
    for (std::size_t i = 0; i < 2; ++i) {
        const auto& given = single(call[i]);
        if (const auto* date = given.date()) {
            dates[i] = *date;
        } else if (const auto* moment = given.date_time()) {
            dates[i] = moment->date;
        } else {
            return call.error("years and months duration: takes two dates");
        }
    }
    return months_between(dates[0], dates[1]);
}

// Only literals may stand at the ends: numbers, strings, at-literals, and date("…") and its like.
bool is_range_end(const Program& program, NodeId id) {
    const auto& node = program.nodes[id];
    if (node.op == Op::constant) return true;
    if (node.op != Op::folded) return false;
    const auto& original = program.nodes[node.b];
    if (original.op == Op::negate) return program.nodes[original.a].op == Op::constant;
    if (original.op != Op::call_builtin || original.count != 1) return false;
    static constexpr std::string_view allowed[] = {"date", "time", "date and time", "duration"};
    const auto& name = builtin_at(original.a).name;
    const auto& argument = program.nodes[program.extra[original.b]];
    return std::find(std::begin(allowed), std::end(allowed), name) != std::end(allowed) && argument.op == Op::constant;
}

Value to_range(BuiltinCall& call) {
    const auto complaint = "range: the text is no interval of literals";
    std::string text(trim(call.string(0)));
    if (text.size() < 4 || text.size() > 10'000) return call.error(complaint);
    // An omitted end is null.
    if (trim(std::string_view(text).substr(1)).starts_with("..")) text.insert(1, "null");
    if (trim(std::string_view(text).substr(0, text.size() - 1)).ends_with("..")) text.insert(text.size() - 1, "null");
    auto tokens = tokenise(text);
    if (!tokens) return call.error(complaint);
    const Scope nothing;
    const Limits limits;
    Parser parser(std::move(*tokens), nothing.data(), limits);
    if (!parser.parse_expression()) return call.error(complaint);
    const auto program = std::make_shared<const Program>(parser.take());
    const auto& root = program->nodes[program->root];
    if (root.op != Op::interval || !is_range_end(*program, root.a) || !is_range_end(*program, root.b)) return call.error(complaint);
    auto value = Evaluator(program, call.evaluation, {}).evaluate(program->root);
    const auto* range = value.range();
    if (range == nullptr) return {};
    const bool closed_nothing = (range->start.is_null() && range->start_included) || (range->end.is_null() && range->end_included);
    return closed_nothing ? call.error("range: an open end needs an open bracket") : value;
}

Value to_context(BuiltinCall& call) {
    Context out;
    for (const auto& entry : call.list(0)) {
        const auto* fields = entry.context();
        const auto* key = fields == nullptr ? nullptr : fields->find("key");
        const auto* value = fields == nullptr ? nullptr : fields->find("value");
        if (key == nullptr || value == nullptr || key->string() == nullptr) return call.error("context: an entry needs key and value");
        if (!call.evaluation.spend(out.size() / 8) || out.find(*key->string()) != nullptr) return call.error("context: a key stands twice");
        out.append(*key->string(), *value);
    }
    return out;
}

Value negation(BuiltinCall& call) {
    if (call[0].boolean() != nullptr) return !*call[0].boolean();
    return call[0].is_null() ? Value{} : call.error("not: the value is no boolean");
}

Value same(BuiltinCall& call) { return is_same(call[0], call[1]); }

}  // namespace

void add_conversions(BuiltinTable& table) {
    table.push_back(builtin("date(from: Any) | (year: number, month: number, day: number)", to_date, true));
    table.push_back(builtin("date and time(from: Any) | (date: Any, time: Any)", to_date_time, true));
    table.push_back(builtin("time(from: Any) | (hour: number, minute: number, second: number, offset~?: Any)", to_time, true));
    table.push_back(builtin("number(from: Any) | (from: string, grouping separator~: string, decimal separator~: string)", to_number));
    table.push_back(builtin("string(from~: Any)", to_string_value));
    table.push_back(builtin("duration(from: Any)", to_duration, true));
    table.push_back(builtin("years and months duration(from: Any, to: Any)", years_and_months));
    table.push_back(builtin("context(entries: list<context>)", to_context));
    table.push_back(builtin("range(from: string)", to_range));
    table.push_back(builtin("not(negand~: Any)", negation));
    table.push_back(builtin("is(value1~: Any, value2~: Any)", [](BuiltinCall& call) {
        return call.given == 3 ? same(call) : Value(false);
    }));
}

}  // namespace wasl::feel::impl
