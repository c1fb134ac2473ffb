#include "decision/table.hpp"

#include "decision/impl/table_compiled.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>

namespace wasl::decision {

namespace {

struct PolicyName {
    std::string_view word;
    std::string_view letter;
};
constexpr std::array<PolicyName, 7> policy_names{{{"UNIQUE", "U"}, {"ANY", "A"}, {"PRIORITY", "P"}, {"FIRST", "F"},
                                                  {"COLLECT", "C"}, {"RULE ORDER", "R"}, {"OUTPUT ORDER", "O"}}};
constexpr std::array<PolicyName, 5> aggregation_names{{{"", ""}, {"SUM", "+"}, {"COUNT", "#"}, {"MIN", "<"}, {"MAX", ">"}}};

template <class T, std::size_t N>
std::optional<T> named(const std::array<PolicyName, N>& names, std::string_view text) {
    for (std::size_t i = 0; i < N; ++i) {
        if (text == names[i].word || text == names[i].letter) return static_cast<T>(i);
    }
    return std::nullopt;
}

}  // namespace

std::optional<HitPolicy> hit_policy(std::string_view text) { return named<HitPolicy>(policy_names, text); }
std::optional<Aggregation> aggregation(std::string_view text) { return named<Aggregation>(aggregation_names, text); }
std::string_view to_string(HitPolicy policy) noexcept { return policy_names[static_cast<std::size_t>(policy)].word; }
std::string_view to_string(Aggregation aggregation) noexcept { return aggregation_names[static_cast<std::size_t>(aggregation)].word; }

std::string to_string(const TablePlace& place) {
    using Part = TablePlace::Part;
    switch (place.part) {
        case Part::table: return place.row == 0 ? std::string("table") : fmt::format("row {}", place.row);
        case Part::input_expression: return fmt::format("input {}", place.column);
        case Part::input_values: return fmt::format("allowed values of input {}", place.column);
        case Part::input_entry: return fmt::format("row {}, input {}", place.row, place.column);
        case Part::output_values: return fmt::format("allowed values of output {}", place.column);
        case Part::output_entry: return fmt::format("row {}, output {}", place.row, place.column);
        case Part::default_entry: return fmt::format("default of output {}", place.column);
    }
    return {};
}

TypedInput::TypedInput(const feel::Value& value) {
    if (const auto* truth = value.boolean()) *this = TypedInput(*truth);
    else if (const auto* number = value.number()) *this = TypedInput(*number);
    else if (const auto* text = value.string()) *this = TypedInput(std::string_view(*text));
    else if (const auto* date = value.date()) *this = TypedInput(*date);
    else if (!value.is_null()) {
        kind_ = Kind::other;
        value_ = &value;
    }
}

Table Table::compile(TableDescription description, const feel::Scope& scope, const feel::Limits& limits, Lowering lowering) {
    return Table(impl::compile_table(std::move(description), scope, limits, lowering == Lowering::on));
}

const TableFindings& Table::findings() const noexcept { return compiled_->findings; }
bool Table::valid() const noexcept { return compiled_->valid; }
const TableDescription& Table::description() const noexcept { return compiled_->description; }
bool Table::typed() const noexcept { return compiled_->typed; }

feel::Value Table::evaluate(const feel::Bindings& bindings, feel::Evaluation& evaluation, TableReport* report) const {
    return impl::evaluate_table(*compiled_, bindings, evaluation, report);
}

TypedDecision Table::decide(std::span<const TypedInput> inputs, std::span<std::uint32_t> rows) const {
    return impl::decide_table(*compiled_, inputs, rows);
}

}  // namespace wasl::decision
