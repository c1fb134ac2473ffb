// A condition of a published rule in words: "Power fed in: less than 11; does the inverter conform?: yes".
#pragma once

#include "catalogue/revision.hpp"
#include "lingua/language.hpp"

#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace wasl::web {

// What answers and facts are called, and how a value of one is said ("11", "\"trade\"", "true" as the condition writes it).
struct ConditionNames {
    std::function<std::string(const std::string& name)> title;
    std::function<std::string(const std::string& name, std::string_view value)> value;
};
ConditionNames names_of(lingua::Language language, const catalogue::Revision& revision);

// Comparisons, `in (…)`, and, or, parentheses; nothing for what says more than that.
std::optional<std::string> say_condition(lingua::Language language, std::string_view condition, const ConditionNames& names);

// The rule by which a procedure grants on its own, with its legal basis; as it is written where it has no words.
std::string say_grant_rule(lingua::Language language, const catalogue::Revision& revision);

}  // namespace wasl::web
