// What stands around a quantity of time: little words that change nothing, the day it starts, the
// law it rests on, days that are not counted, a case, or words that nobody may guess at.
#pragma once

#include "catalogue/impl/delay_phrase.hpp"
#include "catalogue/impl/delay_span.hpp"

#include <string>
#include <string_view>

namespace wasl::catalogue::sheet {

struct Rest {
    enum class Kind { nothing, start, working, when, unclear };
    Kind kind = Kind::nothing;  // working: weekends and holidays do not count
    std::string when;      // the case as published
    bool step = false;     // it names a stage of the work (study, then delivery): delays might add up
    bool counts = false;   // it only says first, second: stages when every delay is so labelled
    bool general = false;  // it only names the delay ("أجل معالجة الطلب:")
};

// `several`: the text has more than one delay.
Rest read_prefix(std::string_view text, const Tokens& tokens, std::size_t from, std::size_t to,
                 const TimePhrase& phrase, bool several);
// `last`: nothing follows; otherwise the words that introduce the next delay are dropped from the end.
Rest read_suffix(std::string_view text, const Tokens& tokens, std::size_t from, std::size_t to,
                 bool last);

// Drops from the end the words that introduce the quantity behind it, and the comma or "and" before
// them. Whether a sign or an "and" was among them, which parts the words before from the quantity.
bool drop_introduction(Span& span);

}  // namespace wasl::catalogue::sheet
