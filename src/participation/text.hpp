// Words that people type, as they may be kept: UTF-8, lines ended by "\n", trimmed, no control characters (nor the invisible
// ones that turn the direction of what follows), not too long. Words of which nothing is seen are no words.
//
// Error keys: participation.control-characters [invalid] (also malformed UTF-8) · participation.text-missing,
// participation.too-long [unprocessable] (detail: "N > LIMIT").
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace wasl::participation {

Result<std::string> clean_text(std::string_view typed, std::size_t longest);           // something must be said
Result<std::string> clean_optional_text(std::string_view typed, std::size_t longest);  // may be empty
// A name as it may stand on a signed paper: the same, on one line.
Result<std::string> clean_name(std::string_view typed, std::size_t longest);

}  // namespace wasl::participation
