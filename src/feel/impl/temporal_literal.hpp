// The text of an at-literal, duration() and other places where the words decide the kind.
#pragma once

#include "feel/value.hpp"

#include <string_view>

namespace wasl::feel::impl {

// Date, time, date and time, or either duration; null for other text.
Value read_temporal(std::string_view text);
// Either duration; null for other text.
Value read_duration(std::string_view text);

}  // namespace wasl::feel::impl
