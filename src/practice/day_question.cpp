#include "practice/day_question.hpp"

#include <array>

namespace wasl::practice {

namespace {

constexpr int tries = 400;

jurisdiction::Delay delay_of(const DayQuestion& question) { return {.n = question.days, .unit = jurisdiction::Unit::day, .working = question.working}; }

}  // namespace

Date last_day_of(const jurisdiction::Calendar& calendar, const DayQuestion& question) { return calendar.last_day(question.from, delay_of(question)); }

std::vector<SkippedDay> explain(const jurisdiction::Calendar& calendar, const DayQuestion& question, std::string_view language) {
    std::vector<SkippedDay> out;
    const Date end = last_day_of(calendar, question);
    const Date first = question.working ? question.from.plus_days(1) : question.from.plus_days(question.days);
    for (Date day = first; day < end; day = day.plus_days(1)) {
        if (calendar.is_working_day(day)) continue;
        const auto* holiday = calendar.holiday_on(day);
        out.push_back({day, holiday == nullptr ? std::string() : holiday->name.in(language)});
    }
    return out;
}

DayQuestion draw_day_question(const jurisdiction::Calendar& calendar, Date today, Entropy& entropy) {
    static constexpr std::array<std::pair<int, bool>, 5> delays{{{3, true}, {5, true}, {15, false}, {30, false}, {10, true}}};
    DayQuestion out;
    for (int i = 0; i < tries; ++i) {
        const auto [days, working] = delays[entropy.below(delays.size())];
        out = {today.plus_days(-static_cast<std::int64_t>(entropy.below(330)) - 40), days, working};
        if (!calendar.is_working_day(out.from)) continue;  // files come in on days of work
        const Date end = last_day_of(calendar, out);
        if (calendar.forecast_between(out.from, end) != nullptr) continue;
        bool holiday = false;
        for (const auto& day : explain(calendar, out, "fr")) holiday |= !day.holiday.empty();
        // A holiday where one can be had; after many draws a weekend is enough.
        if (holiday || (i > tries / 2 && !explain(calendar, out, "fr").empty())) return out;
    }
    return out;
}

json::Object to_json(const DayQuestion& question) {
    return {{"from", question.from.iso()}, {"days", question.days}, {"working", question.working}};
}

DayQuestion day_question_from(const json::Value& value) {
    const auto from = parse_date(value["from"].text_or(""));
    return {from.value_or(Date{}), static_cast<int>(value["days"].integer_or(0)), value["working"].bool_or(false)};
}

}  // namespace wasl::practice
