// Decision tables (DMN 1.5, chapter 8): described in plain data, compiled once, evaluated many times
// by any number of threads. No XML here; orientation is notation and has no place.
//
//   TableDescription d;  d.inputs = {{"age", feel::Type::Kind::number}};  d.outputs = {{.name = "fee"}};
//   d.rules = {{{"< 18"}, {"0"}}, {{">= 18"}, {"50"}}};
//   const auto table = Table::compile(d, scope);
//   table.evaluate(bindings, evaluation);
#pragma once

#include "feel/expression.hpp"

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::decision {

enum class HitPolicy : std::uint8_t { unique, any, priority, first, collect, rule_order, output_order };
enum class Aggregation : std::uint8_t { none, sum, count, min, max };  // of COLLECT

// "UNIQUE", "RULE ORDER", …, or the letter ("U", "R"); nothing for any other text.
std::optional<HitPolicy> hit_policy(std::string_view text);
// "SUM", "COUNT", "MIN", "MAX" or "+", "#", "<", ">".
std::optional<Aggregation> aggregation(std::string_view text);
std::string_view to_string(HitPolicy policy) noexcept;  // "RULE ORDER"
std::string_view to_string(Aggregation aggregation) noexcept;

struct TableInput {
    std::string expression;  // FEEL
    feel::Type type;         // the value is coerced to it; what does not conform is null, with a finding
    std::string allowed;     // unary tests (inputValues, or the type's allowed values); empty: none
    std::string label;       // for people; the expression when empty
};

struct TableOutput {
    std::string name;  // key of the result; may be empty when it is the only output
    feel::Type type;   // each output entry is coerced to it
    std::string allowed;        // unary tests (outputValues); their order is the priority of P and O
    std::string default_entry;  // FEEL (defaultOutputEntry); empty: none
    std::string label;
};

struct TableRule {
    std::vector<std::string> inputs;   // unary tests, one an input; blank counts as "-"
    std::vector<std::string> outputs;  // FEEL, one an output; blank counts as null
    std::vector<std::string> annotations;
    std::string id;  // of the source, for whoever shows the row
    std::size_t line = 0;  // in the source, from 1; 0 when unknown
};

struct TableDescription {
    std::vector<TableInput> inputs;
    std::vector<TableOutput> outputs;
    std::vector<TableRule> rules;
    HitPolicy policy = HitPolicy::unique;
    Aggregation aggregate = Aggregation::none;
};

// What stands where in a table.
struct TablePlace {
    enum class Part : std::uint8_t {
        table,             // the table as a whole
        input_expression,  // column: the input
        input_values,      // column: the input
        input_entry,       // row and column
        output_values,     // column: the output
        output_entry,      // row and column
        default_entry      // column: the output
    };
    Part part = Part::table;
    std::size_t row = 0;     // from 1; 0 where there is none
    std::size_t column = 0;  // from 1, inputs and outputs counted apart; 0 where there is none

    bool operator==(const TablePlace&) const = default;
};
std::string to_string(const TablePlace& place);  // "row 3, input 2"

struct TableFinding {
    TablePlace place;
    std::string key;     // "feel.syntax", "decision.several-rows", …: a message key
    std::string detail;  // English, for authors of rules
    std::string text;    // the cell's or expression's text
    std::size_t position = 0;  // byte offset in it
};
using TableFindings = std::vector<TableFinding>;

// How one evaluation came to its result.
struct TableTrace {
    struct Input {
        std::string expression;
        feel::Value value;  // after coercion
    };
    struct Row {
        std::size_t rule = 0;               // index into the description's rules
        std::vector<feel::Value> outputs;   // one an output
        bool chosen = true;                 // false: matched, but the hit policy took another
    };
    std::vector<Input> inputs;
    std::vector<Row> rows;  // those that matched, in rule order; under FIRST only the first
    bool defaults = false;  // no row matched and the default outputs were taken
    feel::Value result;
};

// Filled by an evaluation when given.
struct TableReport {
    bool with_trace = false;
    TableFindings findings;  // at most feel::Evaluation::most_diagnostics of them
    TableTrace trace;        // when with_trace
};

// An input of the typed path: a value that owns nothing. Texts and lists must outlive the call.
class TypedInput {
public:
    enum class Kind : std::uint8_t { null, boolean, number, string, strings, date, other };
    TypedInput() = default;
    template <std::same_as<bool> T>
    TypedInput(T value) : kind_(Kind::boolean), boolean_(value) {}
    TypedInput(Decimal value) : kind_(Kind::number), number_(value) {}
    TypedInput(std::string_view value) : kind_(Kind::string), text_(value) {}
    TypedInput(std::span<const std::string_view> value) : kind_(Kind::strings), texts_(value) {}
    TypedInput(Date value) : kind_(Kind::date), date_(value) {}
    // Any value of the language; what is no list of strings and none of the kinds above is Kind::other.
    TypedInput(const feel::Value& value);

    [[nodiscard]] Kind kind() const noexcept { return kind_; }
    [[nodiscard]] bool boolean() const noexcept { return boolean_; }
    [[nodiscard]] const Decimal& number() const noexcept { return number_; }
    [[nodiscard]] std::string_view text() const noexcept { return text_; }
    [[nodiscard]] std::span<const std::string_view> texts() const noexcept { return texts_; }
    [[nodiscard]] const Date& date() const noexcept { return date_; }
    [[nodiscard]] const feel::Value* value() const noexcept { return value_; }

private:
    Kind kind_ = Kind::null;
    bool boolean_ = false;
    Decimal number_;
    std::string_view text_;
    std::span<const std::string_view> texts_;
    Date date_;
    const feel::Value* value_ = nullptr;
};

// The answer of the typed path.
struct TypedDecision {
    enum class Status : std::uint8_t {
        decided,      // by `rule`
        defaults,     // no row matched; the default outputs, or null
        conflict,     // UNIQUE with several rows, ANY with unlike ones: null
        not_allowed,  // an input outside its allowed values or of another type: null
    };
    Status status = Status::defaults;
    std::uint32_t rule = 0;     // index of the rule chosen; under list policies the first that matched
    std::uint32_t matched = 0;  // how many rows matched (under FIRST: 1)
    // The result, owned by the table; a null pointer under list policies and aggregations, whose rows
    // the caller receives.
    const feel::Value* value = nullptr;
};

namespace impl {
struct CompiledTable;
}

class Table {
public:
    enum class Lowering : std::uint8_t { on, off };  // off: every cell by the evaluator, as an oracle

    // Never fails: a table with static errors (see findings) evaluates to null with these findings.
    // `scope` holds the names the decision may use.
    static Table compile(TableDescription description, const feel::Scope& scope, const feel::Limits& limits = {},
                         Lowering lowering = Lowering::on);

    // Of compilation: errors, and names known nowhere ("feel.unknown-name", no error).
    [[nodiscard]] const TableFindings& findings() const noexcept;
    [[nodiscard]] bool valid() const noexcept;  // no static error
    [[nodiscard]] const TableDescription& description() const noexcept;

    // Null and findings for whatever goes wrong. Without a report the findings go to the
    // evaluation's diagnostics, with the place in their detail.
    [[nodiscard]] feel::Value evaluate(const feel::Bindings& bindings, feel::Evaluation& evaluation,
                                       TableReport* report = nullptr) const;

    // Whether `decide` may be used: every cell, allowed value and output is made of constants.
    [[nodiscard]] bool typed() const noexcept;
    // The typed path: values of the inputs in their order, instead of their expressions. Allocates
    // nothing for null, booleans, numbers, texts, dates and durations of the input's type, nor for
    // lists of texts in a column that asks only list contains(?, …). `rows`, when given, receives the
    // indexes of the rows that matched (as many as fit), in the order of the hit policy.
    // Precondition: typed() and one value an input.
    TypedDecision decide(std::span<const TypedInput> inputs, std::span<std::uint32_t> rows = {}) const;

    [[nodiscard]] const impl::CompiledTable& compiled() const noexcept { return *compiled_; }

private:
    explicit Table(std::shared_ptr<const impl::CompiledTable> compiled) : compiled_(std::move(compiled)) {}
    std::shared_ptr<const impl::CompiledTable> compiled_;
};

}  // namespace wasl::decision
