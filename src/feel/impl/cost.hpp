// What single operations cost, in steps of the budget: about 0.4 µs each, measured with the slowest
// operands.
#pragma once

#include <cstdint>

namespace wasl::feel::impl::cost {

inline constexpr std::uint64_t power = 2000;        // also the exact powers: 34 digits take 0.8 ms
inline constexpr std::uint64_t logarithm = 2000;
inline constexpr std::uint64_t exponential = 1000;
inline constexpr std::uint64_t root = 50;
inline constexpr std::uint64_t modulo = 50;
inline constexpr std::uint64_t division = 5;
inline constexpr std::uint64_t regex_work = 16;     // units of a match's work for one step
inline constexpr std::uint64_t text_bytes = 1024;   // of a text, for one of its weight

}  // namespace wasl::feel::impl::cost
