// The trace as JSON, in the form that the decision record keeps.
#include "decision/impl/run.hpp"

namespace wasl::decision::impl {

namespace {

void append_to(json::Object& object, std::string_view list, json::Value value) {
    if (auto* held = object.find(list)) {
        held->array()->push_back(std::move(value));
    } else {
        object.set(std::string(list), json::Array{std::move(value)});
    }
}

json::Object row_of(const TableRule& rule, const TableTrace::Row& row,
                    const std::vector<TableOutput>& outputs) {
    json::Object out{{"row", static_cast<std::uint64_t>(row.rule + 1)}};
    if (!rule.id.empty()) out.set("id", rule.id);
    out.set("chosen", row.chosen);
    json::Object results;
    for (std::size_t i = 0; i < row.outputs.size() && i < outputs.size(); ++i) {
        results.set(outputs[i].name.empty() ? "result" : outputs[i].name,
                    feel::to_json(row.outputs[i]));
    }
    out.set("outputs", std::move(results));
    json::Array annotations;
    for (const auto& text : rule.annotations) {
        if (!text.empty()) annotations.emplace_back(text);
    }
    if (!annotations.empty()) out.set("annotations", std::move(annotations));
    return out;
}

}  // namespace

void Tracer::begin(std::string_view name, std::string_view kind) {
    if (++steps_ > most_steps) {
        ++skipped_;
        return;
    }
    open_.push_back(json::Object{{"name", name}, {"kind", kind}});
}

void Tracer::expression(std::string_view text) {
    if (skipped_ == 0 && !open_.empty()) open_.back().set("expression", text);
}

void Tracer::arguments(const std::vector<feel::Parameter>& parameters,
                       std::span<const feel::Value> values) {
    if (skipped_ != 0 || open_.empty()) return;
    json::Object given;
    for (std::size_t i = 0; i < parameters.size() && i < values.size(); ++i)
        given.set(parameters[i].name, feel::to_json(values[i]));
    open_.back().set("arguments", std::move(given));
}

void Tracer::table(const Table& table, const TableTrace& trace) {
    if (skipped_ != 0 || open_.empty() || ++steps_ > most_steps) return;
    const auto& said = table.description();
    json::Object out{{"hitPolicy", to_string(said.policy)}};
    if (said.aggregate != Aggregation::none) out.set("aggregation", to_string(said.aggregate));
    json::Array inputs, rows;
    for (std::size_t i = 0; i < trace.inputs.size(); ++i) {
        json::Object input{{"expression", trace.inputs[i].expression}};
        if (i < said.inputs.size() && !said.inputs[i].label.empty())
            input.set("label", said.inputs[i].label);
        input.set("value", feel::to_json(trace.inputs[i].value));
        inputs.emplace_back(std::move(input));
    }
    for (const auto& row : trace.rows) {
        if (row.rule < said.rules.size())
            rows.emplace_back(row_of(said.rules[row.rule], row, said.outputs));
    }
    out.set("inputs", std::move(inputs));
    out.set("rows", std::move(rows));
    if (trace.defaults) out.set("defaults", true);
    out.set("result", feel::to_json(trace.result));
    append_to(open_.back(), "tables", std::move(out));
}

void Tracer::end(const feel::Value& result) {
    if (skipped_ > 0) {
        --skipped_;
        return;
    }
    if (open_.empty()) return;
    auto step = std::move(open_.back());
    open_.pop_back();
    step.set("result", feel::to_json(result));
    if (open_.empty()) {
        done_.emplace_back(std::move(step));
    } else {
        append_to(open_.back(), "calls", std::move(step));
    }
}

}  // namespace wasl::decision::impl
