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

// A function of the host: a business knowledge model, a decision service.
std::shared_ptr<const Function> make_function(std::string name, std::vector<Parameter> parameters, Type result,
                                              std::function<Value(std::span<const Value>, Evaluation&)> body);

}  // namespace wasl::feel
