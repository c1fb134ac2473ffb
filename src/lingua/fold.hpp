// Folding for search: what a person does not think of when typing disappears.
//
// Arabic vowel signs (U+064B–0655, U+0670) and tatweel go; alef with hamza or madda, waw and ya with hamza,
// alef maqsura, ta marbuta become their plain letters and a bare hamza goes; Persian and Moroccan letters
// (گ ڭ ڤ پ ی ک) and presentation forms become the plain ones; Tifinagh becomes Latin; Latin loses case and
// accents; all digits become 0–9; marks of direction go. Folding twice gives what folding once gave.
#pragma once

#include <string>
#include <string_view>

namespace wasl::lingua {

std::string fold(std::string_view utf8);
// Appends to `out`; allocates only when `out` grows.
void fold_into(std::string& out, std::string_view utf8);

// Tifinagh (IRCAM) to the Latin letters of Tamazight, and back for what has one reading.
std::string tifinagh_to_latin(std::string_view text);
std::string latin_to_tifinagh(std::string_view text);

}  // namespace wasl::lingua
