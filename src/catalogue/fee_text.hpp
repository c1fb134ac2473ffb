// Reads the fee of a published sheet: free, one amount, a rule in words, or nothing safe.
#pragma once

#include "catalogue/revision.hpp"

#include <string>
#include <string_view>

namespace wasl::catalogue {

struct FeeReading {
    FeeKind kind = FeeKind::needs_human;
    std::string amount;  // kind amount: MAD, two decimals
    std::string rule;    // kind rule: the text as published, trimmed
    std::string why;     // kind needs_human: "fee.absent", "fee.contradiction", "fee.unclear"
};

FeeReading read_fee(std::string_view published);

}  // namespace wasl::catalogue
