// What a plain condition says, for those who put it into words.
#pragma once

#include "feel/expression.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace wasl::feel {

// Comparisons of a name with constants, joined by "and" and "or".
struct Outline {
    enum class Kind : std::uint8_t { all, any, holds, equal, not_equal, less, less_equal, greater, greater_equal, one_of };
    Kind kind = Kind::holds;
    std::vector<Outline> parts;  // of `all` and `any`: two or more
    std::string name;            // of the others
    std::vector<Value> values;   // what the name is compared with: none for `holds`, several for `one_of`
};

// Nothing for what says more than that.
std::optional<Outline> outline_of(const Expression& expression);

}  // namespace wasl::feel
