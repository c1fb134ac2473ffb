// A FEEL expression bound to a question, a paper, a delay or a fee: compiled once, evaluated on
// plain JSON. Absent names are null; a condition that is null or fails is false.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::form {

struct Form;

// What conditions and decisions see. Names are the field ids of the form, then what the caller knows
// besides (channel, level, applicant, age), then `day`, then the decisions of the form's rules; today()
// and `day` are the day given here. Nothing is copied.
struct Facts {
    const json::Object* answers = nullptr;  // field id -> normalised value
    const json::Object* facts = nullptr;    // seen as `facts.x` and, where no field has the name, as `x`
    std::string today;                      // ISO date: what today() answers; empty: null
    const Form* form = nullptr;             // types of the answers, and the rules; null: dates stay text, no decisions
};

class Condition {
public:
    Condition() = default;  // no condition: always holds
    // Key "feel.syntax"; detail says where.
    static Result<Condition> compile(std::string source);

    [[nodiscard]] bool empty() const noexcept { return source_.empty(); }
    [[nodiscard]] const std::string& source() const noexcept { return source_; }
    // True when there is no condition; else only when the expression gives exactly true.
    [[nodiscard]] bool holds(const Facts& facts) const;
    // Names the expression reads that it does not bind itself, for the checker.
    [[nodiscard]] const std::vector<std::string>& names() const noexcept;

    bool operator==(const Condition& other) const { return source_ == other.source_; }

private:
    struct Impl;
    std::string source_;
    std::shared_ptr<const Impl> impl_;  // immutable
};

}  // namespace wasl::form
