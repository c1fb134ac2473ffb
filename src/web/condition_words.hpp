// A condition of a published rule in words: "Power fed in: less than 11; does the inverter conform?: yes".
#pragma once

#include "catalogue/revision.hpp"
#include "feel/value.hpp"
#include "form/condition.hpp"
#include "lingua/language.hpp"

#include <functional>
#include <optional>
#include <string>

namespace wasl::web {

// What answers and facts are called, and how a value of one is said.
struct ConditionNames {
    std::function<std::string(const std::string& name)> title;
    std::function<std::string(const std::string& name, const feel::Value& value)> value;
};
ConditionNames names_of(lingua::Language language, const catalogue::Revision& revision);

// Nothing for what says more than feel::Outline can tell.
std::optional<std::string> say_condition(lingua::Language language, const form::Condition& condition, const ConditionNames& names);

// The rule by which a procedure grants on its own, with its legal basis; as it is written where it has no words.
std::string say_grant_rule(lingua::Language language, const catalogue::Revision& revision);

}  // namespace wasl::web
