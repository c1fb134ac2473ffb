// Whether a delay may run longer than another: a month has up to 31 days, two up to 62 (July and August).
#pragma once

#include "jurisdiction/law.hpp"

#include <algorithm>

namespace wasl::catalogue::impl {

// Days of the longest run of so many months.
constexpr int longest_days_of_months(int months) {
    constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int longest = 0;
    for (int first = 0; first < 12; ++first) {
        int days = 0;
        for (int i = 0; i < months % 12; ++i) {
            days += lengths[(first + i) % 12];
        }
        longest = std::max(longest, days);
    }
    // Every whole year may hold a leap day, one in four must.
    return months / 12 * 365 + (months + 47) / 48 * (months >= 12 ? 1 : 0) + longest;
}

// A maximum that is itself in months allows as many months.
inline bool may_exceed(const jurisdiction::Delay& stated, const jurisdiction::Delay& maximum) {
    using jurisdiction::Unit;
    if (stated.unit == Unit::month && maximum.unit == Unit::month) {
        return stated.n > maximum.n;
    }
    const int days = stated.unit == Unit::month ? longest_days_of_months(std::min(stated.n, 1200))
                                                : stated.comparable_days();
    return days > maximum.comparable_days();
}

}  // namespace wasl::catalogue::impl
