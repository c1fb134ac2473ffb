// Comparison of names and words regardless of case, accents, Arabic marks and letter variants.
#pragma once

#include <string>
#include <string_view>

namespace wasl::jurisdiction {

// Latin: lower case without accents; Arabic: without marks and tatweel, alef and ya forms unified, ta marbuta as ha;
// every run of blanks and punctuation is one blank.
std::string fold(std::string_view text);

}  // namespace wasl::jurisdiction
