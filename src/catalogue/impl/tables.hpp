// What stands in the decision tables of a folder, with where it stands.
#pragma once

#include "catalogue/revision.hpp"
#include "feel/type.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::catalogue::impl {

// A constant text that a table answers in one of its columns.
struct Answer {
    std::string code;
    const form::RuleFile* file = nullptr;
    std::string decision, rule;  // rule: its id in the file
    std::size_t row = 0, column = 0;  // from 1
};
// Every constant of the output columns of this name, row by row; the same code may come several times.
std::vector<Answer> answers_of(const form::Rules& rules, std::string_view output);

// What an answer is to the rules; Any when it can be several things.
feel::Type type_of(const form::Field& field);
// The same of a fact, by its name.
feel::Type type_of_fact(std::string_view name);

}  // namespace wasl::catalogue::impl
