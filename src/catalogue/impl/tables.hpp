// What stands in the decision tables of a folder, with where it stands.
#pragma once

#include "catalogue/revision.hpp"

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

}  // namespace wasl::catalogue::impl
