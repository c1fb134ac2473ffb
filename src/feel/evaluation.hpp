// What one evaluation carries besides its names: the clock's reading, the budget, the findings.
#pragma once

#include "base/time.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::feel {

// Bounds on one expression and its evaluation; what exceeds them is null with "feel.limit".
struct Limits {
    static constexpr std::size_t pattern_bytes = 20'000;  // of a regular expression
    std::size_t text_bytes = 256 * 1024;        // of the expression
    int nesting = 200;                          // of the expression's syntax
    int depth = 1000;                           // of calls and nested evaluation
    // Nodes evaluated and elements touched; what costs more is charged more, so that the whole
    // budget is spent within a few seconds whatever the text.
    std::uint64_t steps = 5'000'000;
    std::size_t string_bytes = 16U << 20U;      // of any one string
    std::size_t list_elements = 1'000'000;      // of any one list
};

// A finding of evaluation: FEEL never fails, it gives null and says why.
struct Diagnostic {
    std::string key;           // "feel.type-mismatch", "feel.unknown-name", …: a message key
    std::string detail;        // English, for authors of rules
    std::size_t position = 0;  // byte offset in the expression
};

using Diagnostics = std::vector<Diagnostic>;

// A place in a text for people: from 1, columns counted in characters (code points), not bytes.
struct TextPlace {
    std::size_t line = 1, column = 1;
    bool operator==(const TextPlace&) const = default;
    [[nodiscard]] std::string words() const;  // "line 2, column 7"
};
TextPlace place_in(std::string_view text, std::size_t byte_offset);

// Whoever evaluates a whole model: functions that it brought find it again through the evaluation.
class EvaluationHost {
protected:
    ~EvaluationHost() = default;
};

// Passed down through calls, so that a function shares its caller's clock, budget and findings.
class Evaluation {
public:
    static constexpr std::size_t most_diagnostics = 50;

    explicit Evaluation(Diagnostics* diagnostics = nullptr, const Limits& limits = {})
        : limits(limits), steps_left(limits.steps), diagnostics(diagnostics) {}

    void report(std::string key, std::string detail, std::size_t position = 0);
    // Takes `steps` from the budget; false when it is spent: the evaluation has ended then, with null.
    bool spend(std::uint64_t steps) {
        if (steps <= steps_left) [[likely]] {
            steps_left -= steps;
            return true;
        }
        return exhaust();
    }
    [[nodiscard]] bool exhausted() const noexcept { return exhausted_; }
    // Ends the evaluation: reports "feel.limit" once and nothing after it; returns false.
    bool exhaust(std::string detail = "the evaluation takes too many steps", std::size_t position = 0);

    std::optional<Instant> now;  // what now() and today() read
    std::optional<Zone> zone;    // UTC when absent
    Limits limits;
    std::uint64_t steps_left;
    int depth = 0;
    Diagnostics* diagnostics;
    EvaluationHost* host = nullptr;

private:
    bool exhausted_ = false;
};

}  // namespace wasl::feel
