// How Java writes numbers, and its format strings: what external functions give.
#pragma once

#include "feel/value.hpp"

#include <string>
#include <string_view>

namespace wasl::feel::impl {

// The shortest decimal that reads back as the same; null for infinities and what is no number.
Value double_value(double value);
Value float_value(float value);
std::string java_double_text(double value);  // "123.0", "1.0E10"
std::string java_float_text(float value);
// String.format: %s %S %d %f %e %b %c %n %%, with flags, width and precision; null for a pattern that
// does not fit the arguments, or that would grow beyond 64 KB.
Value java_format(std::string_view pattern, const List& arguments);

}  // namespace wasl::feel::impl
