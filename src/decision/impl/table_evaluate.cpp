#include "decision/impl/table_compiled.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <bit>
#include <tuple>
#include <utility>

namespace wasl::decision::impl {

namespace {

// One evaluation of a table.
class TableRun {
public:
    TableRun(const CompiledTable& table, const feel::Bindings& bindings, feel::Evaluation& evaluation, TableReport* report)
        : table_(table), bindings_(bindings), evaluation_(evaluation), report_(report),
          traced_(report != nullptr && report->with_trace) {}

    feel::Value run() {
        if (!table_.valid) {
            for (const auto& finding : table_.findings) note(finding);
            return {};
        }
        auto result = read_inputs() && match() ? decide() : feel::Value{};
        if (evaluation_.exhausted()) result = {};
        if (traced_) report_->trace.result = result;
        return result;
    }

private:
    using Part = TablePlace::Part;

    void note(TableFinding finding) {
        if (report_ == nullptr) {
            evaluation_.report(std::move(finding.key), fmt::format("{}: {}", to_string(finding.place), finding.detail), finding.position);
        } else if (report_->findings.size() < feel::Evaluation::most_diagnostics) {
            report_->findings.push_back(std::move(finding));
        }
    }

    // Runs `work`, whose findings belong to `place`.
    template <class Work>
    auto placed(const TablePlace& place, const std::string& text, Work work) {
        feel::Diagnostics found;
        auto* outer = std::exchange(evaluation_.diagnostics, &found);
        auto result = work();
        evaluation_.diagnostics = outer;
        for (auto& finding : found) note({place, std::move(finding.key), std::move(finding.detail), text, finding.position});
        return result;
    }

    // False when a value is not allowed: the table is then null.
    bool read_inputs() {
        const auto& columns = table_.description.inputs;
        values_.reserve(columns.size());
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const TablePlace place{Part::input_expression, 0, i + 1};
            auto value = placed(place, columns[i].expression, [&] { return table_.inputs[i].expression->evaluate(bindings_, evaluation_); });
            auto coerced = columns[i].type.coerce(value);
            if (!coerced) {
                note({place, "feel.type-mismatch", fmt::format("{} is no {}", to_text(value), columns[i].type.text()), columns[i].expression, 0});
            }
            values_.push_back(coerced ? std::move(*coerced) : feel::Value{});
            if (traced_) report_->trace.inputs.push_back({columns[i].expression, values_.back()});
        }
        for (std::size_t i = 0; i < columns.size(); ++i) {
            const auto& allowed = table_.inputs[i].allowed;
            if (!allowed) continue;
            const TablePlace place{Part::input_values, 0, i + 1};
            const bool fits = placed(place, columns[i].allowed, [&] {
                return is_allowed(values_[i], [&](const feel::Value& item) { return matches(*allowed, table_.inputs[i].allowed_constant, item); });
            });
            if (fits) continue;
            note({place, "decision.not-allowed", fmt::format("{} is not among the allowed values", to_text(values_[i])), columns[i].allowed, 0});
            return false;
        }
        return true;
    }

    [[nodiscard]] bool matches(const feel::UnaryTests& tests, const std::optional<feel::ConstantTests>& constant, const feel::Value& value) {
        if (constant && table_.lowered != nullptr) return evaluation_.spend(constant->tests.size()) && constant->matches(value);
        return tests.matches(value, bindings_, evaluation_);
    }

    bool cell_matches(std::size_t rule, std::size_t column) {
        const auto& cell = table_.rules[rule].inputs[column];
        if (!cell.tests) return true;
        return placed({Part::input_entry, rule + 1, column + 1}, table_.description.rules[rule].inputs[column],
                      [&] { return matches(*cell.tests, cell.constant, values_[column]); });
    }

    // Collects the rows that match. False when the budget is spent.
    bool match() {
        if (table_.lowered == nullptr) {
            for (std::size_t rule = 0; rule < table_.rules.size(); ++rule) {
                if (!row(rule, {})) break;
            }
            return !evaluation_.exhausted();
        }
        const auto& lowered = *table_.lowered;
        std::vector<Mask> masks;
        std::vector<std::uint32_t> open;  // columns to be tried cell by cell
        for (std::uint32_t i = 0; i < values_.size(); ++i) {
            const auto mask = lowered.columns[i].mask(values_[i], lowered.words);
            if (mask != nullptr) masks.push_back(mask);
            else open.push_back(i);
        }
        if (!evaluation_.spend(values_.size() + lowered.words)) return false;
        for (std::size_t word = 0; word < lowered.words; ++word) {
            auto bits = ~Word{0};
            for (const auto* mask : masks) bits &= mask[word];
            if (word == 0) bits &= ~Word{1};
            for (; bits != 0; bits &= bits - 1) {
                const auto rule = word * 64 + static_cast<std::size_t>(std::countr_zero(bits)) - 1;
                if (rule >= table_.rules.size()) break;
                if (!row(rule, open)) return !evaluation_.exhausted();
            }
        }
        return !evaluation_.exhausted();
    }

    // Tries what of a row is still open; false when no further row is wanted.
    bool row(std::size_t rule, const std::vector<std::uint32_t>& open) {
        bool fits = true;
        if (table_.lowered == nullptr) {
            for (std::size_t i = 0; fits && i < values_.size(); ++i) fits = cell_matches(rule, i);
        } else {
            for (std::size_t i = 0; fits && i < open.size(); ++i) fits = cell_matches(rule, open[i]);
            for (const auto column : table_.lowered->left[rule]) {
                fits = fits && (std::find(open.begin(), open.end(), column) != open.end() || cell_matches(rule, column));
            }
        }
        if (evaluation_.exhausted()) return false;
        if (fits) rows_.push_back(rule);
        return !fits || table_.description.policy != HitPolicy::first;
    }

    // The outputs of a row; false when one is not allowed, and the result null.
    bool outputs_of(std::size_t rule, std::vector<feel::Value>& out) {
        bool fine = true;
        for (std::size_t i = 0; i < table_.outputs.size(); ++i) {
            fine = entry(table_.rules[rule].outputs[i], {Part::output_entry, rule + 1, i + 1},
                         table_.description.rules[rule].outputs[i], i, out) && fine;
        }
        return fine;
    }

    bool entry(const OutputCell& cell, const TablePlace& place, const std::string& text, std::size_t column, std::vector<feel::Value>& out) {
        if (cell.constant) {
            out.push_back(*cell.constant);
            return true;
        }
        const auto& type = table_.description.outputs[column].type;
        const auto value = placed(place, text, [&] { return cell.expression->evaluate(bindings_, evaluation_); });
        auto coerced = type.coerce(value);
        if (!coerced) note({place, "feel.type-mismatch", fmt::format("{} is no {}", to_text(value), type.text()), text, 0});
        out.push_back(coerced ? std::move(*coerced) : feel::Value{});
        const auto& compiled = table_.outputs[column];
        if (!compiled.allowed) return true;
        const bool fits = placed(place, text, [&] {
            return is_allowed(out.back(), [&](const feel::Value& item) { return matches(*compiled.allowed, compiled.priority, item); });
        });
        if (!fits) note({place, "decision.output-not-allowed", fmt::format("{} is not among the output values", to_text(out.back())), text, 0});
        return fits;
    }

    feel::Value decide() {
        if (rows_.empty()) return no_match();
        const auto policy = table_.description.policy;
        const auto& only = table_.rules[rows_.front()];
        if (rows_.size() == 1 && only.result && !traced_ && has_single_result()) return *only.result;
        if (policy == HitPolicy::unique && rows_.size() > 1) conflict("decision.several-rows", "several rows match, where only one may");
        if (policy == HitPolicy::unique && rows_.size() > 1 && !traced_) return {};
        bool fine = true;
        std::vector<std::vector<feel::Value>> outputs(rows_.size());
        for (std::size_t i = 0; i < rows_.size(); ++i) fine = outputs_of(rows_[i], outputs[i]) && fine;
        std::vector<std::size_t> chosen(rows_.size());
        for (std::size_t i = 0; i < chosen.size(); ++i) chosen[i] = i;
        const bool by_priority = policy == HitPolicy::priority || policy == HitPolicy::output_order;
        if (by_priority) {
            std::vector<std::vector<std::size_t>> order;
            for (const auto& values : outputs) order.push_back(ranks(table_, values));
            std::sort(chosen.begin(), chosen.end(), [&](std::size_t a, std::size_t b) { return std::tie(order[a], a) < std::tie(order[b], b); });
        }
        if (policy == HitPolicy::priority) chosen.resize(1);
        trace_rows(outputs, chosen);
        if (!fine || (policy == HitPolicy::unique && rows_.size() > 1)) return {};
        return combined(outputs, chosen);
    }

    [[nodiscard]] bool has_single_result() const {
        const auto policy = table_.description.policy;
        return policy == HitPolicy::unique || policy == HitPolicy::any || policy == HitPolicy::priority || policy == HitPolicy::first;
    }

    feel::Value combined(std::vector<std::vector<feel::Value>>& outputs, const std::vector<std::size_t>& chosen) {
        const auto policy = table_.description.policy;
        feel::List results;
        for (const auto i : chosen) results.push_back(result_of(table_, std::move(outputs[i])));
        if (policy == HitPolicy::any) {
            const bool alike = std::all_of(results.begin(), results.end(), [&](const feel::Value& value) { return value == results.front(); });
            if (!alike) return conflict("decision.unlike-rows", "rows with different outputs match, where they must agree");
        }
        if (has_single_result()) return std::move(results.front());
        if (!table_.aggregate) return results;
        const feel::Bindings values{{"values", feel::Value(std::move(results))}};
        return placed({}, {}, [&] { return table_.aggregate->evaluate(values, evaluation_); });
    }

    feel::Value conflict(const char* key, const char* what) {
        std::string numbers;
        for (const auto rule : rows_) {
            if (numbers.size() > 100) {
                numbers += ", …";
                break;
            }
            numbers += fmt::format("{}{}", numbers.empty() ? "" : ", ", rule + 1);
        }
        note({{Part::table, 0, 0}, key, fmt::format("{}: rows {}", what, numbers), {}, 0});
        return {};
    }

    feel::Value no_match() {
        if (traced_) report_->trace.defaults = table_.has_defaults;
        if (table_.default_result) return *table_.default_result;
        std::vector<feel::Value> out;
        bool fine = true;
        for (std::size_t i = 0; i < table_.outputs.size(); ++i) {
            if (!table_.outputs[i].has_default) out.emplace_back();
            else fine = entry(table_.outputs[i].default_entry, {Part::default_entry, 0, i + 1}, table_.description.outputs[i].default_entry, i, out) && fine;
        }
        return fine ? result_of(table_, std::move(out)) : feel::Value{};
    }

    void trace_rows(const std::vector<std::vector<feel::Value>>& outputs, const std::vector<std::size_t>& chosen) {
        if (!traced_) return;
        for (std::size_t i = 0; i < rows_.size(); ++i) {
            const bool taken = std::find(chosen.begin(), chosen.end(), i) != chosen.end();
            report_->trace.rows.push_back({rows_[i], outputs[i], taken});
        }
    }

    const CompiledTable& table_;
    const feel::Bindings& bindings_;
    feel::Evaluation& evaluation_;
    TableReport* report_;
    bool traced_;
    std::vector<feel::Value> values_;  // of the inputs
    std::vector<std::size_t> rows_;    // that match
};

}  // namespace

feel::Value evaluate_table(const CompiledTable& table, const feel::Bindings& bindings, feel::Evaluation& evaluation,
                           TableReport* report) {
    return TableRun(table, bindings, evaluation, report).run();
}

}  // namespace wasl::decision::impl
