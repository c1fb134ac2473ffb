// Reads the delay of a published sheet ("60 يوما بالنسبة للتسجيل لأول مرة، 30 يوما للحالات الأخرى").
// Only what was understood to the last word counts; a range, a fraction, a formula, a contradiction
// between digits and words, or a word that is not known gives no number: a human must say.
#pragma once

#include "catalogue/revision.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::catalogue {

struct DelayRow {
    int n = 0;  // 0: at once. A week is 7 days, up to 24 hours 1 day, a year 12 months
    DelayUnit unit = DelayUnit::day;
    bool working = false;
    std::string when;  // the case as published; empty: no case
    bool operator==(const DelayRow&) const = default;
};

struct DelayReading {
    std::vector<DelayRow> rows;  // empty: needs a human, and `why` says why
    std::string why;             // "delay.absent", "delay.contradiction", "delay.unclear"
    [[nodiscard]] bool needs_human() const noexcept { return rows.empty(); }
};

DelayReading read_delay(std::string_view published);

}  // namespace wasl::catalogue
