// Finds the quantities of time in the tokens of a delay: "خمسة عشر (15) يوما", "يومان", "على الفور".
#pragma once

#include "catalogue/impl/sheet_words.hpp"

namespace wasl::catalogue::sheet {

enum class TimeUnit { minute, hour, day, week, month, year };

struct TimePhrase {
    std::size_t from = 0, to = 0;  // tokens [from, to)
    std::int64_t n = 0;
    TimeUnit unit = TimeUnit::day;
    bool working = false;
    bool at_once = false;
    bool broken = false;        // contradiction, or a form with no safe reading
    bool needs_start = false;   // "فور …": at once only when a filing follows
};

std::vector<TimePhrase> find_times(const Tokens& tokens);
// Whether two phrases say the same delay (48 hours and two days do; two months and 60 days do not).
bool same_time(const TimePhrase& a, const TimePhrase& b);

}  // namespace wasl::catalogue::sheet
