// Which case belongs to which of several delays on one line: the case stands before each of them,
// behind each of them, or only some have one.
#pragma once

#include "catalogue/impl/delay_rest.hpp"

#include <string_view>
#include <vector>

namespace wasl::catalogue::sheet {

struct DelayLine {
    std::size_t from = 0, to = 0;            // tokens
    const std::vector<TimePhrase>& phrases;  // in it, at least one
};

// One rest a delay: its case, "working", or nothing. False when it is not told whose case is whose.
bool read_cases(std::string_view text, const Tokens& tokens, const DelayLine& line,
                std::vector<Rest>& cases);

}  // namespace wasl::catalogue::sheet
