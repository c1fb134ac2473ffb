// The decision tables of a procedure: its .dmn files, compiled once. A condition names a decision as
// it names a question; what a decision reads (its input data) are questions and facts by their names.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::decision {
class Model;
struct Outcome;
}

namespace wasl::feel {
class Value;
}

namespace wasl::form {

struct Facts;

struct RuleFile {
    std::string name;  // "eligibility.dmn"
    std::string text;  // its bytes, kept: their digest names the rules in every decision record
    Digest digest;     // SHA-256 of the bytes
    std::shared_ptr<const decision::Model> model;
};

class Rules {
public:
    Rules() = default;  // none
    // (name, bytes); each file may import the others by namespace. Keys of decision::Model::compile,
    // detail: the file.
    static Result<Rules> compile(const std::vector<std::pair<std::string, std::string>>& files);

    [[nodiscard]] bool empty() const noexcept { return files().empty(); }
    [[nodiscard]] std::span<const RuleFile> files() const noexcept;
    // The file whose own decisions include this one; null when there is none.
    [[nodiscard]] const RuleFile* file_of(std::string_view decision) const noexcept;
    // Names of all decisions, file by file.
    [[nodiscard]] std::vector<std::string> decisions() const;
    // Names of what a decision reads from outside, directly or through others. Empty when unknown.
    [[nodiscard]] std::vector<std::string> inputs_of(std::string_view decision) const;
    // What the decision says of these facts, with the trace for the decision record. Null with a finding
    // when there is no such decision.
    [[nodiscard]] decision::Outcome evaluate(std::string_view decision, const Facts& facts, bool trace = false) const;

    bool operator==(const Rules& other) const;  // the same files

private:
    struct Impl;
    std::shared_ptr<const Impl> impl_;
};

// The value that rules see under a name: an answer, a fact, "day" (the day of the question), a decision.
feel::Value value_of(const std::string& name, const Facts& facts);

}  // namespace wasl::form
