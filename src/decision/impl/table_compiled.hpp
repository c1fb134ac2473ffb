// The compiled form of a decision table: every cell twice where it can be, as a program of the
// expression language and as plain data.
#pragma once

#include "decision/impl/table_lowering.hpp"
#include "decision/table.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

namespace wasl::decision::impl {

// An input entry. Without tests it is "-".
struct InputCell {
    std::optional<feel::UnaryTests> tests;
    std::optional<feel::ConstantTests> constant;
};

// An output entry or default. Without an expression it is null.
struct OutputCell {
    std::optional<feel::Expression> expression;
    std::optional<feel::Value> constant;  // coerced and allowed: nothing is left to do
};

struct CompiledInput {
    std::optional<feel::Expression> expression;
    std::optional<feel::UnaryTests> allowed;
    std::optional<feel::ConstantTests> allowed_constant;
};

struct CompiledOutput {
    std::optional<feel::UnaryTests> allowed;
    std::optional<feel::ConstantTests> priority;  // the allowed values, when they are constants
    OutputCell default_entry;
    bool has_default = false;
};

struct CompiledRule {
    std::vector<InputCell> inputs;
    std::vector<OutputCell> outputs;
    // When every output is constant:
    std::optional<feel::Value> result;
    std::uint32_t rank = 0;  // place in the order of priority; equal ranks are ties
    std::uint32_t alike = 0; // index of the first rule with an equal result
};

struct CompiledTable {
    TableDescription description;
    std::vector<CompiledInput> inputs;
    std::vector<CompiledOutput> outputs;
    std::vector<CompiledRule> rules;
    TableFindings findings;
    bool valid = true;
    bool has_defaults = false;
    std::optional<feel::Value> default_result;   // when constant; null without defaults
    std::optional<feel::Expression> aggregate;   // over the name "values"
    std::unique_ptr<const LoweredTable> lowered; // absent: every cell goes through the evaluator
    bool typed = false;
};

// Places in the priority of each output; what is not listed comes last.
std::vector<std::size_t> ranks(const CompiledTable& table, const std::vector<feel::Value>& outputs);
// The bare value of a single output, or a context keyed by the outputs' names.
feel::Value result_of(const CompiledTable& table, std::vector<feel::Value> outputs);
// Whether the value is null, allowed, or a list of allowed values.
template <class Tests>
bool is_allowed(const feel::Value& value, Tests matches) {
    if (value.is_null() || matches(value)) return true;
    const auto* list = value.list();
    if (list == nullptr || list->empty()) return false;
    for (const auto& item : *list) {
        if (!matches(item)) return false;
    }
    return true;
}

std::shared_ptr<const CompiledTable> compile_table(TableDescription description, const feel::Scope& scope,
                                                   const feel::Limits& limits, bool lower);
feel::Value evaluate_table(const CompiledTable& table, const feel::Bindings& bindings, feel::Evaluation& evaluation,
                           TableReport* report);
TypedDecision decide_table(const CompiledTable& table, std::span<const TypedInput> inputs, std::span<std::uint32_t> rows);

}  // namespace wasl::decision::impl
