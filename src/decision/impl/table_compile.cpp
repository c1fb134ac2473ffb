#include "decision/impl/table_compiled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace wasl::decision::impl {

namespace {

bool is_blank(std::string_view text) { return text.find_first_not_of(" \t\r\n") == std::string_view::npos; }

class TableCompiler {
public:
    TableCompiler(TableDescription description, const feel::Scope& scope, const feel::Limits& limits)
        : scope_(scope), limits_(limits) {
        table_.description = std::move(description);
    }

    std::shared_ptr<const CompiledTable> compile(bool lower) {
        const auto& description = table_.description;
        for (std::size_t i = 0; i < description.inputs.size(); ++i) input(description.inputs[i], i + 1);
        for (std::size_t i = 0; i < description.outputs.size(); ++i) output(description.outputs[i], i + 1);
        if (description.outputs.empty()) error({}, "decision.no-output", "the table has no output", {});
        for (std::size_t i = 0; i < description.rules.size(); ++i) rule(description.rules[i], i + 1);
        policy();
        if (table_.valid) prepare(lower);
        return std::make_shared<const CompiledTable>(std::move(table_));
    }

private:
    using Part = TablePlace::Part;

    void error(const TablePlace& place, std::string key, std::string detail, const std::string& text, std::size_t position = 0) {
        table_.valid = false;
        table_.findings.push_back({place, std::move(key), std::move(detail), text, position});
    }

    // Takes the compiled text and its unknown names, or reports why there is none.
    template <class T>
    std::optional<T> taken(Result<T> compiled, const TablePlace& place, const std::string& text, std::size_t position) {
        if (!compiled) {
            error(place, compiled.error().key, compiled.error().detail, text, position);
            return std::nullopt;
        }
        for (const auto& name : compiled->unknown_names()) {
            table_.findings.push_back({place, "feel.unknown-name", fmt::format("\"{}\" is not known here", name), text, 0});
        }
        return std::move(*compiled);
    }
    std::optional<feel::Expression> expression(const TablePlace& place, const std::string& text) {
        std::size_t position = 0;
        auto compiled = feel::Expression::compile(text, scope_, limits_, &position);
        return taken(std::move(compiled), place, text, position);
    }
    std::optional<feel::UnaryTests> tests(const TablePlace& place, const std::string& text, const feel::Type& type) {
        std::size_t position = 0;
        auto compiled = feel::UnaryTests::compile(text, scope_, type, limits_, &position);
        return taken(std::move(compiled), place, text, position);
    }

    void input(const TableInput& from, std::size_t column) {
        CompiledInput out;
        const TablePlace place{Part::input_expression, 0, column};
        if (is_blank(from.expression)) {
            error(place, "decision.no-expression", "the input has no expression", from.label);
        } else {
            out.expression = expression(place, from.expression);
        }
        types_.push_back(!from.type.is_any() || !out.expression ? from.type : out.expression->type());
        if (!is_blank(from.allowed)) {
            // Of a list the items are allowed one by one.
            const auto& tested = types_.back().kind() == feel::Type::Kind::list ? types_.back().element() : types_.back();
            out.allowed = tests({Part::input_values, 0, column}, from.allowed, tested);
            if (out.allowed && out.allowed->is_any()) out.allowed.reset();
            if (out.allowed) out.allowed_constant = out.allowed->constant_tests();
        }
        table_.inputs.push_back(std::move(out));
    }

    void output(const TableOutput& from, std::size_t column) {
        CompiledOutput out;
        if (from.name.empty() && table_.description.outputs.size() > 1) {
            error({Part::output_values, 0, column}, "decision.output-name", "one of several outputs has no name", from.label);
        }
        if (!is_blank(from.allowed)) {
            out.allowed = tests({Part::output_values, 0, column}, from.allowed, from.type);
            if (out.allowed && out.allowed->is_any()) out.allowed.reset();
            if (out.allowed) {
                out.priority = out.allowed->constant_tests();
                if (out.priority && out.priority->negated) out.priority.reset();
            }
        }
        table_.outputs.push_back(std::move(out));
        auto& kept = table_.outputs.back();
        kept.has_default = !is_blank(from.default_entry);
        if (kept.has_default) kept.default_entry = output_cell({Part::default_entry, 0, column}, from.default_entry, column - 1);
        table_.has_defaults = table_.has_defaults || kept.has_default;
    }

    OutputCell output_cell(const TablePlace& place, const std::string& text, std::size_t column) {
        OutputCell out;
        if (is_blank(text)) {
            out.constant = feel::Value{};
            return out;
        }
        out.expression = expression(place, text);
        if (!out.expression) return out;
        const auto& compiled = table_.outputs[column];
        if (auto value = out.expression->constant()) {
            auto coerced = table_.description.outputs[column].type.coerce(*value);
            const auto allowed = [&](const feel::Value& item) { return compiled.priority && compiled.priority->matches(item); };
            if (coerced && (!compiled.allowed || is_allowed(*coerced, allowed))) out.constant = std::move(coerced);
        }
        return out;
    }

    void rule(const TableRule& from, std::size_t row) {
        const auto& description = table_.description;
        if (from.inputs.size() != description.inputs.size() || from.outputs.size() != description.outputs.size()) {
            error({Part::table, row, 0}, "decision.cells",
                  fmt::format("the row has {} and {} cells, the table {} inputs and {} outputs", from.inputs.size(),
                              from.outputs.size(), description.inputs.size(), description.outputs.size()), from.id);
            return;
        }
        CompiledRule out;
        for (std::size_t i = 0; i < from.inputs.size(); ++i) {
            InputCell cell;
            if (!is_blank(from.inputs[i])) cell.tests = tests({Part::input_entry, row, i + 1}, from.inputs[i], types_[i]);
            if (cell.tests && cell.tests->is_any()) cell.tests.reset();
            if (cell.tests) cell.constant = cell.tests->constant_tests();
            out.inputs.push_back(std::move(cell));
        }
        for (std::size_t i = 0; i < from.outputs.size(); ++i) {
            out.outputs.push_back(output_cell({Part::output_entry, row, i + 1}, from.outputs[i], i));
        }
        table_.rules.push_back(std::move(out));
    }

    void policy() {
        const auto& description = table_.description;
        if (description.policy == HitPolicy::priority || description.policy == HitPolicy::output_order) {
            const bool ordered = std::any_of(table_.outputs.begin(), table_.outputs.end(), [](const auto& o) { return o.priority; });
            if (!ordered) error({}, "decision.no-priority", "the hit policy needs output values in the order of their priority", {});
        }
        if (description.aggregate == Aggregation::none) return;
        if (description.policy != HitPolicy::collect) {
            table_.findings.push_back({{}, "decision.aggregation", "only COLLECT aggregates: the aggregation is ignored", {}, 0});
            return;
        }
        if (description.outputs.size() > 1 && description.aggregate != Aggregation::count) {
            error({}, "decision.aggregation", "an aggregation needs a single output", {});
        }
        static constexpr std::string_view functions[] = {"", "sum(values)", "count(values)", "min(values)", "max(values)"};
        feel::Scope scope;
        scope.add("values", feel::Type::Kind::list);
        if (auto compiled = feel::Expression::compile(functions[static_cast<std::size_t>(description.aggregate)], scope)) {
            table_.aggregate = std::move(*compiled);
        }
    }

    void prepare(bool lower) {
        bool constant = true;
        for (auto& rule : table_.rules) constant = prepare_rule(rule) && constant;
        constant = constant && rank_rules();
        std::vector<feel::Value> defaults;
        for (const auto& output : table_.outputs) {
            if (output.has_default && !output.default_entry.constant) break;
            defaults.push_back(output.has_default ? *output.default_entry.constant : feel::Value{});
        }
        if (!table_.has_defaults) {
            table_.default_result = feel::Value{};
        } else if (defaults.size() == table_.outputs.size()) {
            table_.default_result = result_of(table_, std::move(defaults));
        }
        if (!lower) return;
        table_.lowered = LoweredTable::of(table_);
        table_.typed = constant && table_.default_result && table_.inputs.size() <= 64 && inputs_are_plain();
    }

    // Whether all outputs are constant.
    bool prepare_rule(CompiledRule& rule) {
        std::vector<feel::Value> outputs;
        for (const auto& cell : rule.outputs) {
            if (!cell.constant) return false;
            outputs.push_back(*cell.constant);
        }
        rule.result = result_of(table_, std::move(outputs));
        return true;
    }

    // Of rules with constant results: their order, and which are alike. False when that is too much work.
    bool rank_rules() {
        std::vector<std::pair<std::vector<std::size_t>, std::uint32_t>> order;
        for (std::uint32_t i = 0; i < table_.rules.size(); ++i) {
            std::vector<feel::Value> outputs;
            for (const auto& cell : table_.rules[i].outputs) outputs.push_back(*cell.constant);
            order.emplace_back(ranks(table_, outputs), i);
        }
        std::sort(order.begin(), order.end());
        for (std::size_t i = 1; i < order.size(); ++i) {
            table_.rules[order[i].second].rank =
                table_.rules[order[i - 1].second].rank + (order[i].first != order[i - 1].first ? 1U : 0U);
        }
        if (table_.description.policy != HitPolicy::any) return true;
        if (table_.rules.size() > 4096) return false;
        for (std::uint32_t i = 0; i < table_.rules.size(); ++i) {
            std::uint32_t first = 0;
            while (first < i && !(*table_.rules[first].result == *table_.rules[i].result)) ++first;
            table_.rules[i].alike = first;
        }
        return true;
    }

    [[nodiscard]] bool inputs_are_plain() const {
        using Kind = feel::Type::Kind;
        for (std::size_t i = 0; i < table_.inputs.size(); ++i) {
            const auto& type = table_.description.inputs[i].type;
            const auto& item = type.kind() == Kind::list ? type.element() : type;
            if (type.is_constrained() || item.is_constrained()) return false;
            if (item.kind() >= Kind::list) return false;
            if (table_.inputs[i].allowed && !table_.inputs[i].allowed_constant) return false;
        }
        return std::all_of(table_.rules.begin(), table_.rules.end(), [](const CompiledRule& rule) {
            return std::all_of(rule.inputs.begin(), rule.inputs.end(), [](const InputCell& cell) { return !cell.tests || cell.constant; });
        });
    }

    const feel::Scope& scope_;
    const feel::Limits& limits_;
    CompiledTable table_;
    std::vector<feel::Type> types_;  // of the inputs
};

}  // namespace

std::vector<std::size_t> ranks(const CompiledTable& table, const std::vector<feel::Value>& outputs) {
    std::vector<std::size_t> out;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        const auto& priority = table.outputs[i].priority;
        std::size_t rank = 0;
        if (priority) {
            while (rank < priority->tests.size() && (outputs[i].is_null() || !priority->tests[rank].holds(outputs[i]))) ++rank;
        }
        out.push_back(rank);
    }
    return out;
}

feel::Value result_of(const CompiledTable& table, std::vector<feel::Value> outputs) {
    if (outputs.size() == 1) return std::move(outputs.front());
    feel::Context out;
    for (std::size_t i = 0; i < outputs.size(); ++i) {
        out.set(feel::normalise_name(table.description.outputs[i].name), std::move(outputs[i]));
    }
    return out;
}

std::shared_ptr<const CompiledTable> compile_table(TableDescription description, const feel::Scope& scope,
                                                   const feel::Limits& limits, bool lower) {
    return TableCompiler(std::move(description), scope, limits).compile(lower);
}

}  // namespace wasl::decision::impl
