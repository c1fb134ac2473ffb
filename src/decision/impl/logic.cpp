#include "decision/impl/logic.hpp"

#include "decision/impl/program.hpp"
#include "decision/impl/run.hpp"

#include <fmt/format.h>

namespace wasl::decision::impl {

using feel::Value;

namespace {

// One level of nested evaluation while it lives: boxes count like the nodes of an expression.
class Deeper {
public:
    explicit Deeper(feel::Evaluation& evaluation) : evaluation_(evaluation) {
        evaluation_.depth += 2;
    }
    ~Deeper() { evaluation_.depth -= 2; }
    Deeper(const Deeper&) = delete;
    Deeper& operator=(const Deeper&) = delete;

private:
    feel::Evaluation& evaluation_;
};

// A function definition with the names it closed over.
class BoxedFunction final : public feel::Function,
                            public std::enable_shared_from_this<BoxedFunction> {
public:
    BoxedFunction(std::shared_ptr<const Program> program, const FunctionDefinition& definition,
                  feel::Bindings names)
        : program_(std::move(program)), definition_(definition), names_(std::move(names)) {}
    [[nodiscard]] std::string_view name() const override { return definition_.name; }
    [[nodiscard]] const std::vector<feel::Parameter>& parameters() const override {
        return definition_.parameters;
    }
    [[nodiscard]] const feel::Type& result() const override { return definition_.result; }
    [[nodiscard]] Value invoke(std::span<const Value> arguments,
                               feel::Evaluation& evaluation) const override {
        const Options none;
        Run spare(none);
        auto names = names_;
        if (!definition_.name.empty())
            names.set(definition_.name, std::shared_ptr<const feel::Function>(shared_from_this()));
        for (std::size_t i = 0; i < arguments.size(); ++i)
            names.set(definition_.parameters[i].name, arguments[i]);
        Env env{names, evaluation, Run::of(evaluation, spare), program_};
        return definition_.body ? definition_.body->evaluate(env) : Value{};
    }

private:
    std::shared_ptr<const Program> program_;
    const FunctionDefinition& definition_;  // of the program
    feel::Bindings names_;
};

}  // namespace

Value Logic::error(Env& env, std::string key, std::string detail, std::string text) const {
    Finding finding{std::move(key),  std::move(detail),
                    origin->file,    line,
                    origin->element, {},
                    std::move(text), 0};
    env.run.report(std::move(finding));
    return {};
}

Value Logic::evaluate(Env& env) const {
    const Deeper level(env.evaluation);
    if (!env.evaluation.spend(1)) return {};
    if (env.evaluation.depth > env.evaluation.limits.depth) {
        env.evaluation.exhaust();
        env.run.drain(*this, {});
        return {};
    }
    auto value = compute(env);
    for (const auto* type : {&own, &wanted}) {
        if (type->is_any() && !type->is_constrained()) continue;
        if (type->includes(value)) continue;
        auto coerced = type->coerce(value);
        if (!coerced)
            return error(env, "feel.type-mismatch", fmt::format("the value is no {}", type->text()),
                         feel::to_text(value).substr(0, 200));
        value = std::move(*coerced);
    }
    return value;
}

Value Literal::compute(Env& env) const {
    auto value = expression_.evaluate(env.names, env.evaluation);
    env.run.drain(*this, text_);
    return value;
}

Value Broken::compute(Env& env) const {
    return key_.empty() ? Value{} : error(env, key_, detail_, text_);
}

Value BoxedContext::compute(Env& env) const {
    feel::Context out;
    std::vector<std::unique_ptr<Named>> names;
    names.reserve(entries.size());
    for (const auto& [name, logic] : entries) {  // each sees those before it
        auto value = logic ? logic->evaluate(env) : Value{};
        names.push_back(std::make_unique<Named>(env, name));
        names.back()->set(value);
        out.append(name, std::move(value));
    }
    Value value;
    if (repeated) {
        value = error(env, "feel.duplicate-key", "a name stands twice in the context");
    } else if (result) {
        value = result->evaluate(env);
    } else {
        value = Value(std::move(out));
        if (value.is_null())
            error(env, "feel.limit", "the context is nested too deeply or too large");
    }
    while (!names.empty()) names.pop_back();  // innermost first
    return value;
}

Value Invocation::compute(Env& env) const {
    const auto function = callee ? callee->evaluate(env) : Value{};
    std::vector<feel::NamedArgument> arguments;
    arguments.reserve(bindings.size());
    for (const auto& [name, logic] : bindings)
        arguments.push_back({name, logic ? logic->evaluate(env) : Value{}});
    if (function.function() == nullptr)
        return error(env, "feel.not-a-function", "what is invoked is no function");
    auto value = feel::call(**function.function(), std::span<const feel::NamedArgument>(arguments),
                            env.evaluation);
    env.run.drain(*this, {});
    return value;
}

Value BoxedList::compute(Env& env) const {
    feel::List out;
    out.reserve(elements.size());
    for (const auto& element : elements) out.push_back(element->evaluate(env));
    Value value(std::move(out));
    return value.is_null() ? error(env, "feel.limit", "the list is nested too deeply or too large")
                           : value;
}

Value Relation::compute(Env& env) const {
    feel::List out;
    out.reserve(rows.size());
    for (const auto& row : rows) {
        feel::Context line_values;
        for (std::size_t i = 0; i < columns.size(); ++i)
            line_values.set(columns[i], i < row.size() ? row[i]->evaluate(env) : Value{});
        out.emplace_back(std::move(line_values));
    }
    Value value(std::move(out));
    return value.is_null() ? error(env, "feel.limit", "the relation is too large") : value;
}

Value FunctionDefinition::compute(Env& env) const {
    if (external) {
        auto described = body ? body->evaluate(env) : Value{};
        return feel::external_function(parameters, result, described);
    }
    return std::shared_ptr<const feel::Function>(
        std::make_shared<BoxedFunction>(env.program, *this, env.names));
}

Value Conditional::compute(Env& env) const {
    const auto test = condition ? condition->evaluate(env) : Value{};
    if (!test.is_null() && test.boolean() == nullptr)
        return error(env, "feel.type-mismatch", "the condition is no boolean");
    const auto& branch = test.is_true() ? then : otherwise;
    return branch ? branch->evaluate(env) : Value{};
}

Value TableLogic::compute(Env& env) const {
    TableReport report;
    auto* tracer = env.run.tracer();
    report.with_trace = tracer != nullptr;
    auto value = table_.evaluate(env.names, env.evaluation, &report);
    for (auto& found : report.findings) {
        const auto at = found.place.row > 0 && found.place.row <= lines.size()
                            ? lines[found.place.row - 1]
                            : line;
        env.run.report({std::move(found.key), std::move(found.detail), origin->file, at,
                        origin->element, found.place, std::move(found.text), found.position});
    }
    env.run.drain(*this, {});
    if (tracer != nullptr) tracer->table(table_, report.trace);
    return value;
}

}  // namespace wasl::decision::impl
