// Functions as values: literals of the language, built-ins, and what a model brings (business
// knowledge models, decision services).
#pragma once

#include "feel/evaluation.hpp"
#include "feel/type.hpp"
#include "feel/value.hpp"

#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::feel {

struct Parameter {
    std::string name;
    Type type;
};

class Function {
public:
    virtual ~Function() = default;
    // Name for diagnostics; empty for a literal.
    [[nodiscard]] virtual std::string_view name() const = 0;
    [[nodiscard]] virtual const std::vector<Parameter>& parameters() const = 0;
    [[nodiscard]] virtual const Type& result() const = 0;
    // Exactly one argument for each parameter, already coerced; called through `call` only.
    [[nodiscard]] virtual Value invoke(std::span<const Value> arguments, Evaluation& evaluation) const = 0;
    // Built-ins choose by the arguments themselves: any number, not coerced, names resolved inside.
    [[nodiscard]] virtual bool variadic() const { return false; }
};

// Positional call: arity, coercion of arguments and result; null with a diagnostic on any mismatch.
Value call(const Function& function, std::span<const Value> arguments, Evaluation& evaluation, std::size_t position = 0);

struct NamedArgument {
    std::string_view name;
    Value value;
};
// Call by names, in any order; what is not named is null (built-ins: must be optional). Null with a
// diagnostic for a name that is no parameter, or is given twice.
Value call(const Function& function, std::span<const NamedArgument> arguments, Evaluation& evaluation, std::size_t position = 0);

// What a body {java: {class: …, "method signature": …}}, or the inner context alone, stands for: a
// well-known static method computed natively. Any other body gives a function that is null with a
// diagnostic when called. (DMN 1.5, 10.3.2.13.3)
std::shared_ptr<const Function> external_function(std::vector<Parameter> parameters, Type result, const Value& body);

// A function of the host: a business knowledge model, a decision service.
std::shared_ptr<const Function> make_function(std::string name, std::vector<Parameter> parameters, Type result,
                                              std::function<Value(std::span<const Value>, Evaluation&)> body);

}  // namespace wasl::feel
