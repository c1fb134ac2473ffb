// Helpers of the tests of decision tables: tables written as rows of text.
#pragma once

#include "decision/table.hpp"

#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::decision::testing {

struct Sketch {
    std::string policy = "U";
    std::vector<std::pair<std::string, feel::Type>> inputs;
    std::vector<std::pair<std::string, std::string>> outputs;  // name and allowed values
    std::vector<std::vector<std::string>> rows;                // input cells, then output cells

    [[nodiscard]] TableDescription description() const {
        TableDescription out;
        out.policy = *hit_policy(policy.substr(0, 1));
        if (policy.size() > 1) out.aggregate = *aggregation(policy.substr(1));
        for (const auto& [name, type] : inputs) out.inputs.push_back({name, type, {}, {}});
        for (const auto& [name, allowed] : outputs) out.outputs.push_back({.name = name, .type = {}, .allowed = allowed, .default_entry = {}, .label = {}});
        for (const auto& row : rows) {
            const auto middle = row.begin() + static_cast<std::ptrdiff_t>(inputs.size());
            out.rules.push_back({{row.begin(), middle}, {middle, row.end()}, {}, {}});
        }
        return out;
    }
    [[nodiscard]] feel::Scope scope() const {
        feel::Scope out;
        for (const auto& [name, type] : inputs) out.add(name, type);
        return out;
    }
};

// The result as FEEL text, then the keys of the findings.
inline std::string gives(const TableDescription& description, const feel::Scope& scope, const feel::Bindings& bindings) {
    const auto table = Table::compile(description, scope);
    const auto plain = Table::compile(description, scope, {}, Table::Lowering::off);
    feel::Evaluation evaluation;
    TableReport report;
    auto text = to_text(table.evaluate(bindings, evaluation, &report));
    feel::Evaluation again;
    const auto other = to_text(plain.evaluate(bindings, again));
    if (other != text) return "lowered " + text + ", plain " + other;
    for (const auto& finding : report.findings) text += " ! " + to_string(finding.place) + ": " + finding.key;
    return text;
}
inline std::string gives(const Sketch& sketch, const feel::Bindings& bindings) {
    return gives(sketch.description(), sketch.scope(), bindings);
}

}  // namespace wasl::decision::testing
