// Helpers of this module's tests: expressions and what they give, as rows.
#pragma once

#include "feel/expression.hpp"

#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>

namespace wasl::feel::testing {

inline std::string gives(std::string_view text, const Scope& scope = {}, const Bindings& bindings = {}) {
    auto expression = Expression::compile(text, scope);
    if (!expression) return "syntax: " + expression.error().detail;
    // Every expression of every test also prints and parses again to itself.
    const auto printed = expression->print();
    auto again = Expression::compile(printed, scope);
    if (!again) return "printed badly: " + printed + " (" + again.error().detail + ")";
    if (again->print() != printed) return "printed twice: " + printed + " | " + again->print();
    auto value = expression->evaluate(bindings);
    const auto other = again->evaluate(bindings);
    if (to_text(value) != to_text(other)) return "printed to another meaning: " + printed;
    return to_text(value);
}

using Rows = std::initializer_list<std::pair<const char*, const char*>>;

inline void check(Rows rows, const Scope& scope = {}, const Bindings& bindings = {}) {
    for (const auto& [text, expected] : rows) {
        const std::string expression = text;
        CAPTURE(expression);
        CHECK(gives(text, scope, bindings) == std::string(expected));
    }
}

inline bool rejected(std::string_view text, const Scope& scope = {}) { return !Expression::compile(text, scope).has_value(); }

}  // namespace wasl::feel::testing
