// A provider's settlement file: what it says it pays to the bank. CSV (RFC 4180) in UTF-8 with a head line; columns
// transaction, reference, amount, in any order, others are passed over; separated by commas, or by semicolons where the head
// line has more of these (then amounts may have a decimal comma). Pure.
#pragma once

#include "base/result.hpp"
#include "pay/money.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::pay {

struct SettlementRow {
    std::size_t line = 0;              // of the file, from 1
    std::string transaction, reference;
    std::optional<Money> amount;       // nothing: not understood, the row is listed and not booked; negative: given back
    bool operator==(const SettlementRow&) const = default;
};

inline constexpr std::size_t most_settlement_rows = 100'000;

// Keys "pay.settlement-malformed" (detail: the place) [invalid], "pay.settlement-too-large" [too_large].
Result<std::vector<SettlementRow>> read_settlement(std::string_view csv);

}  // namespace wasl::pay
