// A power network in the reader's words: numbers, causes of outages, and the words of its picture.
#pragma once

#include "grid/one_line.hpp"
#include "grid/outage.hpp"
#include "lingua/language.hpp"

#include <cstdint>
#include <optional>
#include <string>

namespace wasl::web {

// With so many decimals, as the language writes numbers: "0,9131".
std::string decimals(lingua::Language language, double value, int digits);
// 0.083 as "8,3 %".
std::string share_text(lingua::Language language, double share);
std::string cause_text(lingua::Language language, grid::OutageCause cause);
std::string month_text(lingua::Language language, std::int64_t year, int month);  // "octobre 2026"
// A count of customers as everybody may see it: small ones are not told exactly.
std::string public_count(lingua::Language language, std::int64_t customers, std::int64_t smallest);
// SAIDI and its like; the word for "no value" where a denominator is zero.
std::string index_text(lingua::Language language, const std::optional<Decimal>& value);

// `study` null: a network without an answer.
grid::OneLineWords picture_words(lingua::Language language, const grid::Network& network, const grid::Study* study);

// The place that an error of a network names ("bus 5 and 3 more", "branch 33 from bus 18 to bus 33"), for its reader; any other detail
// as it is.
std::string place_text(lingua::Language language, std::string_view detail);

}  // namespace wasl::web
