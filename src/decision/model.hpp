// A decision model (DMN 1.1 to 1.5), compiled once from its files and evaluated many times, by any
// number of threads at once. Nothing here reads a file or a clock.
//
//   const auto model = TRY(Model::compile({"fees.dmn", text}));
//   const auto outcome = model.evaluate("Fee", Inputs().set("Age", 20));
//   outcome.value, outcome.findings
#pragma once

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "decision/table.hpp"
#include "feel/evaluation.hpp"
#include "feel/type.hpp"
#include "feel/value.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::decision {

// Bounds on the files of one model.
struct Limits {
    std::size_t file_bytes = 8U << 20U;
    std::size_t files = 100;
    std::size_t elements = 200'000;  // of the XML of one file
    std::size_t nesting = 100;       // of the XML: boxed expressions in boxed expressions
    std::size_t item_types = 20'000; // of all files
    feel::Limits feel;               // of each expression, and of the evaluation of each decision
};

// One DMN file: its bytes, and a name for findings.
struct File {
    std::string name;
    std::string text;
};

// Something wrong in a model (found by compiling it) or in an evaluation; what it touches is null.
struct Finding {
    std::string key;      // "feel.syntax", "decision.cycle", …: a message key
    std::string detail;   // English, for authors of rules
    std::string model;    // name of the file
    std::size_t line = 0;    // in the file, from 1; 0 when unknown
    std::string element;  // decision, knowledge model, service or type; may be empty
    TablePlace place;     // when it concerns a part of a decision table
    std::string text;     // the expression it concerns
    std::size_t position = 0;  // byte offset in that expression

    // "fees.dmn:12: Fee: row 3, input 2: number + string is not defined (feel.type-mismatch) at line 1,
    // column 3 in: a + \"x\""
    [[nodiscard]] std::string words() const;
    // The position for people; nothing when it is the beginning of the text, or not known.
    [[nodiscard]] std::optional<feel::TextPlace> text_place() const;
};

enum class ElementKind : std::uint8_t { input, decision, knowledge, service };
std::string_view to_string(ElementKind kind) noexcept;  // "input", …, "knowledge model", "decision service"

// What a model offers to be set or asked.
struct Element {
    ElementKind kind = ElementKind::decision;
    std::string name;
    std::string space;  // XML namespace of its model
    feel::Type type;    // of the value; for knowledge models and services a function
    std::string question;  // `question` of a decision, for people
};

// Values given to an evaluation: inputs, and decisions whose logic shall not run. Arguments, when a
// knowledge model or service is invoked.
class Inputs {
public:
    struct Entry {
        std::string space;  // empty: of the main model, else by the name alone
        std::string name;
        feel::Value value;
    };
    // An imported model's inputs may also be given as a context under the import's name.
    Inputs& set(std::string name, feel::Value value) { return set({}, std::move(name), std::move(value)); }
    Inputs& set(std::string space, std::string name, feel::Value value) {
        entries_.push_back({std::move(space), std::move(name), std::move(value)});
        return *this;
    }
    [[nodiscard]] const std::vector<Entry>& entries() const noexcept { return entries_; }

    // What could not be read as it was meant; an evaluation with these inputs reports it first.
    Inputs& note(Finding finding) {
        findings_.push_back(std::move(finding));
        return *this;
    }
    [[nodiscard]] const std::vector<Finding>& findings() const noexcept { return findings_; }

private:
    std::vector<Entry> entries_;
    std::vector<Finding> findings_;
};

struct Options {
    std::optional<Instant> now;  // what now() and today() read; null without
    std::optional<Zone> zone;
    bool trace = false;
};

struct Outcome {
    feel::Value value;
    std::vector<Finding> findings;  // at most 200
    // With Options::trace: {"model": {"name", "namespace", "file", "sha256"}, "element", "given",
    // "decisions": [{"name", "expression" or "tables": [{"inputs", "rows", …}], "calls", "result"}],
    // "result", "findings"}. `rows` hold the number of the row (from 1), its id and annotations.
    std::optional<json::Value> trace;
};

namespace impl {
struct Program;
}

class Model {
public:
    // `others` are the files that may be imported; those that no import reaches are ignored.
    // Errors: "decision.too-large" and "decision.malformed" (detail: "file, line: …") when a file is no
    // readable model, "decision.import" when two files claim the imported namespace. All other
    // mistakes are findings of the model.
    static Result<Model> compile(const File& main, std::span<const File> others = {}, const Limits& limits = {});

    [[nodiscard]] const std::string& name() const noexcept;
    [[nodiscard]] const std::string& space() const noexcept;  // XML namespace
    // SHA-256 of the file; with imports, of the digests of all files, in order of import.
    [[nodiscard]] const Digest& digest() const noexcept;
    [[nodiscard]] const std::vector<Finding>& findings() const noexcept;
    // Of the main file, in its order; then of imported ones.
    [[nodiscard]] const std::vector<Element>& elements() const noexcept;
    [[nodiscard]] const Element* find(std::string_view name, std::string_view space = {}) const noexcept;
    // The decision tables of the main file's decisions and knowledge models, with the element's name.
    [[nodiscard]] const std::vector<std::pair<std::string, const Table*>>& tables() const noexcept;
    // Inputs that the decision needs, directly or through others, in order of first need.
    [[nodiscard]] std::vector<const Element*> inputs_of(std::string_view decision) const;

    // Inputs of the main file that no decision or service requires.
    [[nodiscard]] std::vector<const Element*> unused_inputs() const;

    // The value of a decision; or of a knowledge model or service, whose parameters are then `inputs`.
    // Null with the finding "decision.unknown-element" when there is none of this name.
    [[nodiscard]] Outcome evaluate(std::string_view name, const Inputs& inputs, const Options& options = {}) const;
    [[nodiscard]] Outcome evaluate(const Element& element, const Inputs& inputs, const Options& options = {}) const;

    // A JSON object read by the model's types: numbers keep their digits, strings become dates where
    // the type says so. Key "decision.input" when it is no object. A name that the model does not
    // have ("decision.unknown-input") and a number beyond FEEL's ("feel.arithmetic") are findings of
    // the inputs.
    [[nodiscard]] Result<Inputs> read_inputs(const json::Value& object) const;

private:
    explicit Model(std::shared_ptr<const impl::Program> program) : program_(std::move(program)) {}
    std::shared_ptr<const impl::Program> program_;
};

// JSON of a finding: {"key", "detail", "model", "line", "element", "row", "column", "text", "at"}; `at` is the
// {"line", "column"} inside the text.
json::Value to_json(const Finding& finding);

}  // namespace wasl::decision
