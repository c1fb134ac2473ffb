// What stands around a quantity of time: little words that change nothing, the day it starts, the
// law it rests on, a case, or words that nobody may guess at.
#pragma once

#include "catalogue/impl/delay_phrase.hpp"

#include <string>
#include <string_view>

namespace wasl::catalogue::sheet {

struct Rest {
    enum class Kind { nothing, start, when, unclear };
    Kind kind = Kind::nothing;
    std::string when;      // the case as published
    bool step = false;     // it names a stage of the work (study, then delivery): delays might add up
    bool general = false;  // it only names the delay ("أجل معالجة الطلب:")
};

// `several`: the text has more than one delay.
Rest read_prefix(std::string_view text, const Tokens& tokens, std::size_t from, std::size_t to, const TimePhrase& phrase,
                 bool several);
// `last`: nothing follows; otherwise the words that introduce the next delay are dropped from the end.
Rest read_suffix(std::string_view text, const Tokens& tokens, std::size_t from, std::size_t to, bool last);

}  // namespace wasl::catalogue::sheet
