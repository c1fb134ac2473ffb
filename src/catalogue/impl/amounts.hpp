// Finds amounts of money in the tokens of a fee: "1.000,00 درهم", "خمسون (50) درهما", "درهم 25".
#pragma once

#include "catalogue/impl/sheet_words.hpp"

namespace wasl::catalogue::sheet {

struct Amount {
    std::size_t from = 0, to = 0;  // tokens [from, to), with the currency
    std::int64_t centimes = 0;
    bool malformed = false;  // "000 5", "1,2,3"
    bool contradiction = false;  // digits and words differ
};

std::vector<Amount> find_amounts(const Tokens& tokens);

// A number as typed, starting at `at`: groups of thousands, decimals. In centimes.
struct Figure {
    std::size_t to = 0;
    std::int64_t centimes = 0;
    bool malformed = false;
};
Figure read_figure(const Tokens& tokens, std::size_t at);

}  // namespace wasl::catalogue::sheet
