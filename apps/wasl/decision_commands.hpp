// wasl feel and wasl dmn: the language and the models by hand.
#pragma once

#include "feel/evaluation.hpp"

#include <cstdint>
#include <filesystem>
#include <string>

namespace wasl::app {

struct FeelArgs {
    std::string expression;
    std::string context;  // JSON object, or @FILE; empty: none
    std::uint64_t max_steps = feel::Limits{}.steps;
};
int evaluate_feel(const FeelArgs& args);  // 0 evaluated, 1 with a finding, 2 no expression or no JSON

struct DmnEvalArgs {
    std::filesystem::path file;
    std::string decision;
    std::string input = "{}";  // JSON object, @FILE, or - for standard input
    bool trace = false;
    std::uint64_t max_steps = feel::Limits{}.steps;  // of each decision
};
int dmn_eval(const DmnEvalArgs& args);  // 0 evaluated, 1 with a finding, 2 unreadable or unknown

struct DmnTckArgs {
    std::filesystem::path folder;
    std::filesystem::path csv;  // empty: none
    std::uint64_t max_steps = feel::Limits{}.steps;  // of each decision
};
int dmn_tck(const DmnTckArgs& args);  // 0 all passed, 1 not all, 2 unreadable

}  // namespace wasl::app
