// wasl feel and wasl dmn: the language and the models by hand.
#pragma once

#include "base/result.hpp"
#include "feel/evaluation.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::app {

// What may be set of the limits of an evaluation.
struct LimitArgs {
    std::uint64_t steps = feel::Limits{}.steps;  // of each expression or decision
    int depth = feel::Limits{}.depth;
    std::size_t text = feel::Limits{}.text_bytes;
    std::size_t string = feel::Limits{}.string_bytes;
    std::size_t list = feel::Limits{}.list_elements;
    [[nodiscard]] feel::Limits feel() const;
};
std::string limits_help();  // all limits, with what they are by default

struct FeelArgs {
    std::string expression;
    std::string context;  // JSON object, or @FILE; empty: none
    LimitArgs limits;
};
int evaluate_feel(const FeelArgs& args);  // 0 evaluated, 1 with a finding, 2 no expression or no JSON

struct DmnEvalArgs {
    std::filesystem::path file;
    std::string decision;
    std::string input = "{}";  // JSON object, @FILE, or - for standard input
    bool trace = false;
    bool as_json = false;  // result and findings as one JSON object
    LimitArgs limits;
};
int dmn_eval(const DmnEvalArgs& args);  // 0 evaluated, 1 with a finding, 2 unreadable or unknown

struct DmnTckArgs {
    std::filesystem::path folder;
    std::filesystem::path csv;  // empty: none
    LimitArgs limits;
};
int dmn_tck(const DmnTckArgs& args);  // 0 all passed, 1 not all, 2 no folder, no case, no CSV written

// For those who write rules: what is wrong and where, in the words of the engine.
void refuse(const Error& error);
// Files of this extension in the folder itself, in order.
std::vector<std::filesystem::path> files_in(const std::filesystem::path& folder,
                                            std::string_view extension);

}  // namespace wasl::app
