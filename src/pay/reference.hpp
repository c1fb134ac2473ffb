// The payment reference: what a person says, types or shows to pay. Fourteen digits, so that a keypad, a telephone or
// a cash point can take it: twelve drawn at random (the first is no zero) and two check digits, ISO/IEC 7064 MOD 97-10
// as in bank account numbers: every wrong digit and every exchange of two neighbours is found.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <string>
#include <string_view>

namespace wasl::pay {

inline constexpr std::size_t reference_digits = 14;

std::string draw_reference(Entropy& entropy);
// From what was typed: blanks, dashes and direction marks are passed over, Arabic-Indic digits are digits.
// Keys "pay.reference-malformed" (not fourteen digits), "pay.reference-check" (a digit is wrong) [invalid].
Result<std::string> read_reference(std::string_view typed);
// In groups, as it is printed: "1234 5678 9012 34".
std::string shown_reference(std::string_view reference);

}  // namespace wasl::pay
