#include "decision/impl/run.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::decision::impl {

using feel::Value;

namespace {

// A knowledge model or decision service as a function.
class GraphFunction final : public feel::Function {
public:
    GraphFunction(std::shared_ptr<const Program> program, NodeId id)
        : program_(std::move(program)), id_(id), node_(program_->nodes[id]) {}
    [[nodiscard]] std::string_view name() const override { return node_.name; }
    [[nodiscard]] const std::vector<feel::Parameter>& parameters() const override {
        return node_.parameters;
    }
    [[nodiscard]] const feel::Type& result() const override { return node_.result; }

    [[nodiscard]] Value invoke(std::span<const Value> arguments,
                               feel::Evaluation& evaluation) const override {
        const Options none;
        Run spare(none);
        auto& run = Run::of(evaluation, spare);
        if (auto* tracer = run.tracer()) {
            tracer->begin(node_.name, to_string(node_.kind));
            tracer->arguments(node_.parameters, arguments);
        }
        auto value = node_.kind == ElementKind::service ? serve(arguments, evaluation, run)
                                                        : compute(arguments, evaluation, run);
        if (auto* tracer = run.tracer()) tracer->end(value);
        return value;
    }

private:
    Value serve(std::span<const Value> arguments, feel::Evaluation& evaluation, Run& run) const {
        Slots slots(program_->nodes.size());
        for (std::size_t i = 0; i < arguments.size(); ++i)
            slots.set(node_.parameter_nodes[i], arguments[i]);
        return run.service(program_, id_, slots, &evaluation);
    }

    Value compute(std::span<const Value> arguments, feel::Evaluation& evaluation, Run& run) const {
        if (!node_.logic) return {};
        auto names = names_of(program_, node_, nullptr);
        names.set(node_.variable, std::shared_ptr<const feel::Function>(
                                      std::make_shared<GraphFunction>(program_, id_)));
        if (!node_.external) {
            for (std::size_t i = 0; i < arguments.size(); ++i)
                names.set(node_.parameters[i].name, arguments[i]);
        }
        Env env{names, evaluation, run, program_};
        auto value = node_.logic->evaluate(env);
        if (!node_.external) return value;
        const auto java = feel::external_function(node_.parameters, node_.result, value);
        value = feel::call(*java, arguments, evaluation);
        run.drain(*node_.logic, {});
        return value;
    }

    std::shared_ptr<const Program> program_;
    NodeId id_;
    const GraphNode& node_;
};

}  // namespace

std::shared_ptr<const feel::Function> function_of(const std::shared_ptr<const Program>& program,
                                                  NodeId node) {
    return std::make_shared<GraphFunction>(program, node);
}

feel::Bindings names_of(const std::shared_ptr<const Program>& program, const GraphNode& node,
                        const Slots* slots) {
    feel::Bindings names;
    std::vector<std::pair<std::string_view, feel::Context>> qualified;
    const auto bind = [&](const Need& need, Value value) {
        const auto& name = program->nodes[need.node].variable;
        if (need.qualifier.empty()) {
            names.set(name, std::move(value));
            return;
        }
        auto found = std::find_if(qualified.begin(), qualified.end(),
                                  [&](const auto& group) { return group.first == need.qualifier; });
        if (found == qualified.end()) found = qualified.insert(found, {need.qualifier, {}});
        found->second.set(name, std::move(value));
    };
    for (const auto& need : node.knowledge) bind(need, function_of(program, need.node));
    if (slots != nullptr) {
        for (const auto& need : node.information) bind(need, slots->values[need.node]);
    }
    for (auto& [name, context] : qualified) names.set(name, std::move(context));
    return names;
}

Run& Run::of(feel::Evaluation& evaluation, Run& spare) {
    return evaluation.host == nullptr ? spare : *static_cast<Run*>(evaluation.host);
}

feel::Evaluation Run::fresh(const Program& program) {
    feel::Evaluation evaluation(&raw_, program.limits.feel);
    evaluation.now = options_.now;
    evaluation.zone = options_.zone;
    evaluation.host = this;
    return evaluation;
}

void Run::report(Finding finding) {
    if (findings_.size() < most_findings) findings_.push_back(std::move(finding));
}

void Run::drain(const Logic& at, std::string_view text) {
    for (auto& found : raw_) {
        report({std::move(found.key),
                std::move(found.detail),
                at.origin->file,
                at.line,
                at.origin->element,
                {},
                std::string(text),
                found.position});
    }
    raw_.clear();
}

Value Run::decide(const std::shared_ptr<const Program>& program, const GraphNode& node,
                  const Slots& slots, feel::Evaluation& evaluation) {
    if (node.cyclic) {
        report({"decision.cycle",
                "the decision requires itself",
                node.origin.file,
                node.line,
                node.name,
                {},
                {},
                0});
        return {};
    }
    if (!node.logic) return {};
    auto names = names_of(program, node, &slots);
    Env env{names, evaluation, *this, program};
    if (tracer_) {
        tracer_->begin(node.name, to_string(node.kind));
        if (const auto* literal = dynamic_cast<const Literal*>(node.logic.get()))
            tracer_->expression(literal->text());
    }
    auto value = node.logic->evaluate(env);
    if (tracer_) tracer_->end(value);
    return value;
}

Value Run::call(const feel::Function& function, std::span<const Value> arguments,
                const GraphNode& node, feel::Evaluation& evaluation) {
    auto value = feel::call(function, arguments, evaluation);
    for (auto& found : raw_) {
        report({std::move(found.key),
                std::move(found.detail),
                node.origin.file,
                node.line,
                node.origin.element,
                {},
                {},
                found.position});
    }
    raw_.clear();
    return value;
}

Value Run::value_of(const std::shared_ptr<const Program>& program, NodeId target, Slots& slots,
                    feel::Evaluation* shared) {
    std::vector<NodeId> pending{target};
    while (!pending.empty()) {
        const auto id = pending.back();
        if (slots.known[id] != 0) {
            pending.pop_back();
            continue;
        }
        const auto& node = program->nodes[id];
        const auto waiting = pending.size();
        if (!node.cyclic && node.logic) {
            for (auto need = node.information.rbegin(); need != node.information.rend(); ++need) {
                if (slots.known[need->node] == 0) pending.push_back(need->node);
            }
        }
        if (pending.size() != waiting) continue;
        if (shared != nullptr) {
            slots.set(id, decide(program, node, slots, *shared));
        } else {
            auto evaluation = fresh(*program);
            slots.set(id, decide(program, node, slots, evaluation));
        }
        pending.pop_back();
    }
    return slots.values[target];
}

Value Run::service(const std::shared_ptr<const Program>& program, NodeId id, Slots& slots,
                   feel::Evaluation* shared) {
    const auto& node = program->nodes[id];
    if (node.outputs.size() == 1) return value_of(program, node.outputs.front(), slots, shared);
    feel::Context out;
    for (const auto output : node.outputs)
        out.set(program->nodes[output].variable, value_of(program, output, slots, shared));
    return out;
}

}  // namespace wasl::decision::impl
