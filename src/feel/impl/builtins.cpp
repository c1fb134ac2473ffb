// The table of built-in functions and how they are called.
#include "feel/impl/builtins.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::feel::impl {

namespace {

// "name~?: type": ~ null is allowed, ? may be left out; a type "list<number>..." may be given as arguments,
// with "...!" always is: each argument is then one element, a single list too.
BuiltinParameter parameter_of(std::string_view declaration, bool& variadic, bool& separate) {
    BuiltinParameter out;
    const auto colon = declaration.find(':');
    auto name = trim(declaration.substr(0, colon));
    while (name.ends_with('?') || name.ends_with('~')) {
        (name.ends_with('?') ? out.optional : out.nullable) = true;
        name.remove_suffix(1);
    }
    out.name = name;
    if (colon == std::string_view::npos) {
        out.nullable = true;
        return out;
    }
    auto type = trim(declaration.substr(colon + 1));
    if (type.ends_with("!")) {
        separate = true;
        type.remove_suffix(1);
    }
    if (type.ends_with("...")) {
        variadic = true;
        type.remove_suffix(3);
    }
    if (type.starts_with("list<")) {
        out.type = Type::list_of(Type::named(type.substr(5, type.size() - 6)).value_or(Type{}));
    } else {
        out.type = Type::named(type).value_or(Type{});
    }
    return out;
}

const BuiltinTable& table() {
    static const BuiltinTable all = [] {
        BuiltinTable out;
        add_conversions(out);
        add_strings(out);
        add_lists(out);
        add_list_editing(out);
        add_numbers(out);
        add_temporals(out);
        add_contexts(out);
        add_ranges(out);
        return out;
    }();
    return all;
}

// A built-in as a value: the arguments choose the form, so it takes any number of them.
class BuiltinFunction final : public Function {
public:
    explicit BuiltinFunction(std::size_t index) : index_(index) {
        for (const auto& parameter : builtin_at(index).signatures.front().parameters) {
            parameters_.push_back({parameter.name, parameter.type});
        }
    }
    [[nodiscard]] std::string_view name() const override { return builtin_at(index_).name; }
    [[nodiscard]] const std::vector<Parameter>& parameters() const override { return parameters_; }
    [[nodiscard]] const Type& result() const override { return result_; }
    [[nodiscard]] bool variadic() const override { return true; }
    [[nodiscard]] Value invoke(std::span<const Value> arguments, Evaluation& evaluation) const override {
        return run_builtin(index_, arguments, evaluation, 0);
    }
    [[nodiscard]] std::size_t index() const { return index_; }

private:
    std::size_t index_;
    std::vector<Parameter> parameters_;
    Type result_;
};

std::size_t obligatory(const Signature& signature) {
    return static_cast<std::size_t>(std::count_if(signature.parameters.begin(), signature.parameters.end(),
                                                  [](const BuiltinParameter& p) { return !p.optional; }));
}

// Coerces in place; false with a diagnostic when an argument does not fit.
bool coerce(const Builtin& builtin, const Signature& signature, BuiltinCall& call) {
    for (std::size_t i = 0; i < signature.parameters.size(); ++i) {
        const auto& parameter = signature.parameters[i];
        auto& argument = call.arguments[i];
        if (argument.is_null()) {
            const bool absent = (call.given >> i & 1U) == 0;
            if (absent ? parameter.optional || (call.named && parameter.nullable) : parameter.nullable) continue;
            static_cast<void>(call.error(fmt::format("{}: {} is null", builtin.name, parameter.name)));
            return false;
        }
        if (parameter.type.is_any() || parameter.type.includes(argument)) continue;
        auto coerced = parameter.type.coerce(argument);
        if (!coerced || coerced->is_null()) {
            static_cast<void>(call.error(fmt::format("{}: {} is no {}", builtin.name, parameter.name, parameter.type.text())));
            return false;
        }
        argument = std::move(*coerced);
    }
    return true;
}

Value checked(const Builtin& builtin, BuiltinCall& call) {
    std::uint64_t cost = 1;
    for (const auto& argument : call.arguments) {
        cost += argument.weight() - 1;
        if (const auto* text = argument.string()) cost += text->size() / 8;
    }
    if (!call.evaluation.spend(cost)) return {};
    if (!coerce(builtin, builtin.signatures[call.signature], call)) return {};
    return builtin.run(call);
}

}  // namespace

Value BuiltinCall::error(std::string detail) const {
    evaluation.report("feel.arguments", std::move(detail), position);
    return {};
}

Builtin builtin(std::string_view declaration, Value (*run)(BuiltinCall&), bool foldable) {
    Builtin out;
    out.run = run;
    out.foldable = foldable;
    // "name(a: type, b) | (c: type)"
    const auto open = declaration.find('(');
    out.name = declaration.substr(0, open);
    for (const auto form : split(declaration.substr(open), '|')) {
        Signature signature;
        const auto inside = trim(form);
        for (const auto parameter : split(inside.substr(1, inside.size() - 2), ',')) {
            if (!trim(parameter).empty()) signature.parameters.push_back(parameter_of(parameter, signature.variadic, signature.separate));
        }
        out.signatures.push_back(std::move(signature));
    }
    return out;
}

const NameSet& builtin_names() {
    static const NameSet names = [] {
        NameSet out;
        for (std::size_t i = 0; i < table().size(); ++i) out.add(table()[i].name, i);
        return out;
    }();
    return names;
}

const Builtin& builtin_at(std::size_t index) { return table()[index]; }

std::optional<std::size_t> find_builtin(std::string_view name) {
    for (std::size_t i = 0; i < table().size(); ++i) {
        if (table()[i].name == name) return i;
    }
    return std::nullopt;
}

Value run_builtin(std::size_t index, std::span<const Value> arguments, Evaluation& evaluation, std::size_t position) {
    const auto& builtin = table()[index];
    for (std::size_t i = 0; i < builtin.signatures.size(); ++i) {
        const auto& signature = builtin.signatures[i];
        const auto width = signature.parameters.size();
        std::vector<Value> held(width);
        if (signature.variadic) {
            if (arguments.empty()) continue;
            // Leading parameters one to one; the rest is the list, unless it is one list already.
            const auto tail = arguments.size() < width ? arguments.last(0) : arguments.subspan(width - 1);
            if (arguments.size() < width) continue;
            std::copy(arguments.begin(), arguments.begin() + static_cast<std::ptrdiff_t>(width - 1), held.begin());
            const bool single = width == 1 && !signature.separate && tail.size() == 1 && (tail[0].list() != nullptr || tail[0].is_null());
            held.back() = single ? tail[0] : Value(List(tail.begin(), tail.end()));
        } else {
            if (arguments.size() > width || arguments.size() < obligatory(signature)) continue;
            std::copy(arguments.begin(), arguments.end(), held.begin());
        }
        const auto given = signature.variadic ? ~std::uint64_t{0} : (std::uint64_t{1} << arguments.size()) - 1;
        BuiltinCall call{held, i, given, evaluation, position};
        return checked(builtin, call);
    }
    evaluation.report("feel.arguments", fmt::format("{} does not take {} arguments", builtin.name, arguments.size()), position);
    return {};
}

Value run_builtin(std::size_t index, std::size_t signature, std::vector<Value> arguments, std::uint64_t given, Evaluation& evaluation,
                  std::size_t position) {
    BuiltinCall call{arguments, signature, given, evaluation, position, true};
    return checked(table()[index], call);
}

std::optional<NamedCall> place_named(const Builtin& builtin, std::span<const std::string> names) {
    for (std::size_t i = 0; i < builtin.signatures.size(); ++i) {
        const auto& parameters = builtin.signatures[i].parameters;
        NamedCall out{i, {}};
        for (const auto& name : names) {
            const auto found = std::find_if(parameters.begin(), parameters.end(), [&](const BuiltinParameter& p) { return p.name == name; });
            const auto place = static_cast<std::size_t>(found - parameters.begin());
            if (found == parameters.end() || std::find(out.places.begin(), out.places.end(), place) != out.places.end()) break;
            out.places.push_back(place);
        }
        if (out.places.size() != names.size()) continue;
        bool complete = true;
        for (std::size_t p = 0; p < parameters.size(); ++p) {
            const bool given = std::find(out.places.begin(), out.places.end(), p) != out.places.end();
            complete = complete && (given || parameters[p].optional || parameters[p].nullable);
        }
        if (complete) return out;
    }
    return std::nullopt;
}

std::shared_ptr<const Function> builtin_function(std::size_t index) {
    static const auto all = [] {
        std::vector<std::shared_ptr<const Function>> out;
        for (std::size_t i = 0; i < table().size(); ++i) out.push_back(std::make_shared<BuiltinFunction>(i));
        return out;
    }();
    return all[index];
}

Value run_builtin_named(std::size_t index, std::span<const NamedArgument> arguments, Evaluation& evaluation, std::size_t position) {
    std::vector<std::string> names;
    for (const auto& argument : arguments) names.emplace_back(argument.name);
    const auto placed = place_named(builtin_at(index), names);
    if (!placed) {
        evaluation.report("feel.arguments", "the arguments fit no form of the function", position);
        return {};
    }
    std::vector<Value> values(builtin_at(index).signatures[placed->signature].parameters.size());
    std::uint64_t given = 0;
    for (std::size_t i = 0; i < names.size(); ++i) {
        values[placed->places[i]] = arguments[i].value;
        given |= std::uint64_t{1} << placed->places[i];
    }
    return run_builtin(index, placed->signature, std::move(values), given, evaluation, position);
}

std::optional<std::size_t> builtin_index(const Function& function) {
    const auto* held = dynamic_cast<const BuiltinFunction*>(&function);
    return held == nullptr ? std::nullopt : std::optional{held->index()};
}

}  // namespace wasl::feel::impl
