// Which day is the last one of a delay: a question drawn from the calendar itself, and its explanation.
#pragma once

#include "base/clock.hpp"
#include "base/json.hpp"
#include "jurisdiction/calendar.hpp"

#include <string>
#include <vector>

namespace wasl::practice {

struct DayQuestion {
    Date from;             // the file became complete on that day, which is not counted
    int days = 0;          // of the delay
    bool working = false;  // working days, or days of the calendar
    bool operator==(const DayQuestion&) const = default;
};

// A question whose answer depends on a weekend or a holiday, among days of the year before `today` that the calendar knows for sure.
DayQuestion draw_day_question(const jurisdiction::Calendar& calendar, Date today, Entropy& entropy);
// As the clock of the law counts it.
Date last_day_of(const jurisdiction::Calendar& calendar, const DayQuestion& question);

// A day that is not counted, or that moves the end, and why.
struct SkippedDay {
    Date day;
    std::string holiday;  // its name in `language`; empty: a day of the weekend
};
// Working days: every day off up to the end. Days of the calendar: those that the end was moved over.
std::vector<SkippedDay> explain(const jurisdiction::Calendar& calendar, const DayQuestion& question, std::string_view language);

json::Object to_json(const DayQuestion& question);
DayQuestion day_question_from(const json::Value& value);

}  // namespace wasl::practice
