// A small chart of lines over years as SVG: with title and description, told apart by dashes and
// marks as well as by colour, its labels in the page's own font. What it shows always stands in a
// table beside it. Pure.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wasl::insight {

struct ChartLine {
    std::string name;
    std::vector<std::optional<std::int64_t>> values;  // one a label; none: a gap in the line
};

struct Chart {
    std::string id;                   // of the element; [a-z-]+
    std::string title, description;   // read out
    std::vector<std::string> labels;  // along the bottom, in order
    std::vector<ChartLine> lines;     // at most three
    bool ranks = false;               // 1 is at the top
};

// Markup that may stand in a page: every text is escaped. Empty when there is nothing to draw.
std::string svg(const Chart& chart);

}  // namespace wasl::insight
