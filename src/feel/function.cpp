#include "feel/function.hpp"

#include "feel/impl/builtins.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::feel {

void Evaluation::report(std::string key, std::string detail, std::size_t position) {
    if (diagnostics == nullptr) return;
    // The limit itself may be passed on, from the findings of a part to those of the whole.
    if ((exhausted_ || diagnostics->size() >= most_diagnostics) && key != "feel.limit") return;
    diagnostics->push_back({std::move(key), std::move(detail), position});
}

bool Evaluation::exhaust(std::string detail, std::size_t position) {
    // It is told even where no other finding has room: it says why there is no value.
    if (!exhausted_ && diagnostics != nullptr) diagnostics->push_back({"feel.limit", std::move(detail), position});
    exhausted_ = true;
    steps_left = 0;
    return false;
}

namespace {

class HostFunction final : public Function {
public:
    HostFunction(std::string name, std::vector<Parameter> parameters, Type result,
                 std::function<Value(std::span<const Value>, Evaluation&)> body)
        : name_(std::move(name)), parameters_(std::move(parameters)), result_(std::move(result)), body_(std::move(body)) {}
    [[nodiscard]] std::string_view name() const override { return name_; }
    [[nodiscard]] const std::vector<Parameter>& parameters() const override { return parameters_; }
    [[nodiscard]] const Type& result() const override { return result_; }
    [[nodiscard]] Value invoke(std::span<const Value> arguments, Evaluation& evaluation) const override {
        return body_(arguments, evaluation);
    }

private:
    std::string name_;
    std::vector<Parameter> parameters_;
    Type result_;
    std::function<Value(std::span<const Value>, Evaluation&)> body_;
};

// Calls nest in the machine's stack; beyond the limit the call is null.
class Nested {
public:
    explicit Nested(Evaluation& evaluation) : evaluation_(evaluation) { ++evaluation_.depth; }
    ~Nested() { --evaluation_.depth; }
    Nested(const Nested&) = delete;
    Nested& operator=(const Nested&) = delete;

private:
    Evaluation& evaluation_;
};

}  // namespace

Value call(const Function& function, std::span<const Value> arguments, Evaluation& evaluation, std::size_t position) {
    if (!evaluation.spend(1)) return {};
    const Nested nested(evaluation);
    if (evaluation.depth > evaluation.limits.depth) {
        evaluation.exhaust("calls nest too deeply", position);
        return {};
    }
    if (function.variadic()) return function.invoke(arguments, evaluation);
    const auto& parameters = function.parameters();
    if (arguments.size() != parameters.size()) {
        evaluation.report("feel.arguments", fmt::format("{} takes {} arguments, not {}", function.name().empty() ? "the function" : function.name(),
                                                        parameters.size(), arguments.size()), position);
        return {};
    }
    std::vector<Value> coerced;
    coerced.reserve(arguments.size());
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        auto value = parameters[i].type.coerce(arguments[i]);
        if (!value) {
            evaluation.report("feel.type-mismatch", fmt::format("argument {} is no {}", parameters[i].name, parameters[i].type.text()), position);
            return {};
        }
        coerced.push_back(std::move(*value));
    }
    auto result = function.result().coerce(function.invoke(coerced, evaluation));
    if (!result) {
        evaluation.report("feel.type-mismatch", fmt::format("the result is no {}", function.result().text()), position);
        return {};
    }
    return std::move(*result);
}

Value call(const Function& function, std::span<const NamedArgument> arguments, Evaluation& evaluation, std::size_t position) {
    if (const auto builtin = impl::builtin_index(function)) {
        return impl::run_builtin_named(*builtin, arguments, evaluation, position);
    }
    const auto& parameters = function.parameters();
    std::vector<Value> placed(parameters.size());
    std::vector<bool> given(parameters.size());
    for (const auto& argument : arguments) {
        const auto found = std::find_if(parameters.begin(), parameters.end(),
                                        [&](const Parameter& p) { return p.name == argument.name; });
        const auto place = static_cast<std::size_t>(found - parameters.begin());
        if (found == parameters.end() || given[place]) {
            evaluation.report("feel.arguments", fmt::format("\"{}\" is no parameter, or given twice", argument.name), position);
            return {};
        }
        given[place] = true;
        placed[place] = argument.value;
    }
    return call(function, std::span<const Value>(placed), evaluation, position);
}

std::shared_ptr<const Function> make_function(std::string name, std::vector<Parameter> parameters, Type result,
                                              std::function<Value(std::span<const Value>, Evaluation&)> body) {
    return std::make_shared<HostFunction>(std::move(name), std::move(parameters), std::move(result), std::move(body));
}

}  // namespace wasl::feel
