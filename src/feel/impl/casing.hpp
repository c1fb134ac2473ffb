// Upper and lower case of whole texts, for no language in particular (as Java's ROOT locale).
#pragma once

#include "feel/evaluation.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace wasl::feel::impl {

// One character may become several: "ß" is "SS", "ﬁ" is "FI".
std::string upper_case(std::string_view text);
// A sigma that ends a word is "ς". Looking around it takes steps of the evaluation: nothing when
// they are spent.
std::optional<std::string> lower_case(std::string_view text, Evaluation& evaluation);

}  // namespace wasl::feel::impl
