// The legal basis of an [[evidence]] for people: it is written "law 55-19 art. 19; decree 2-22-141" in the procedure.
#pragma once

#include "lingua/language.hpp"

#include <string>
#include <string_view>

namespace wasl::web {

// Each text in the reader's words, joined as the language does; what is neither a law nor a decree stays as it is.
std::string say_basis(lingua::Language language, std::string_view basis);

}  // namespace wasl::web
