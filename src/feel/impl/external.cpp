// Functions with external bodies (DMN 1.5, 10.3.2.13.3). There is no Java here: well-known static
// methods are mapped to what they compute; everything else is null with a diagnostic when called.
#include "feel/impl/evaluator.hpp"

#include <cmath>
#include <fmt/format.h>

namespace wasl::feel::impl {

namespace {

using Body = Value (*)(std::span<const Value>);

std::optional<Decimal> from_double(double value) {
    if (!std::isfinite(value)) return std::nullopt;
    return Decimal::parse(fmt::format("{}", value));  // the shortest text that reads back the same
}

template <double (*Function)(double)>
Value of_double(std::span<const Value> arguments) {
    const auto* x = arguments[0].number();
    return x == nullptr ? Value{} : Value(from_double(Function(x->to_double())));
}

Value larger(std::span<const Value> arguments) {
    const auto order = compare(arguments[0], arguments[1]);
    return !order || arguments[0].number() == nullptr ? Value{} : *order < 0 ? arguments[1] : arguments[0];
}

Value smaller(std::span<const Value> arguments) {
    const auto order = compare(arguments[0], arguments[1]);
    return !order || arguments[0].number() == nullptr ? Value{} : *order < 0 ? arguments[0] : arguments[1];
}

Value number_of_text(std::span<const Value> arguments) {
    if (arguments[0].number() != nullptr) return arguments[0];
    return arguments[0].string() == nullptr ? Value{} : Value(Decimal::parse(*arguments[0].string()));
}

Value text_of(std::span<const Value> arguments) { return to_display(arguments[0]); }

// String.format with %s, %d and %%; the one list of arguments or each of its own.
Value format(std::span<const Value> arguments) {
    const auto* pattern = arguments[0].string();
    if (pattern == nullptr) return {};
    List values(arguments.begin() + 1, arguments.end());
    if (values.size() == 1 && values[0].list() != nullptr) {
        const List inner = *values[0].list();
        values = inner;
    }
    std::string out;
    std::size_t used = 0;
    for (std::size_t i = 0; i < pattern->size(); ++i) {
        if ((*pattern)[i] != '%') {
            out += (*pattern)[i];
            continue;
        }
        const char kind = i + 1 < pattern->size() ? (*pattern)[++i] : '\0';
        if (kind == '%') {
            out += '%';
        } else if ((kind == 's' || kind == 'd') && used < values.size()) {
            out += to_display(values[used++]);
        } else {
            return {};
        }
    }
    return out;
}

struct Known {
    std::string_view name;
    std::string_view signature;
    Body body;
};

constexpr Known known_methods[] = {
    {"java.lang.Math", "cos(double)", of_double<std::cos>},
    {"java.lang.Math", "sin(double)", of_double<std::sin>},
    {"java.lang.Math", "tan(double)", of_double<std::tan>},
    {"java.lang.Math", "sqrt(double)", of_double<std::sqrt>},
    {"java.lang.Math", "max(double,double)", larger},
    {"java.lang.Math", "max(int,int)", larger},
    {"java.lang.Math", "max(long,long)", larger},
    {"java.lang.Math", "max(float,float)", larger},
    {"java.lang.Math", "min(double,double)", smaller},
    {"java.lang.Math", "min(int,int)", smaller},
    {"java.lang.Math", "min(long,long)", smaller},
    {"java.lang.Integer", "valueOf(java.lang.String)", number_of_text},
    {"java.lang.Long", "valueOf(java.lang.String)", number_of_text},
    {"java.lang.Float", "valueOf(java.lang.String)", number_of_text},
    {"java.lang.Double", "valueOf(java.lang.String)", number_of_text},
    {"java.lang.String", "format(java.lang.String,[Ljava.lang.Object;)", format},
    {"java.lang.Short", "valueOf(short)", number_of_text},
    {"java.lang.Byte", "valueOf(byte)", number_of_text},
    {"java.lang.Integer", "valueOf(int)", number_of_text},
    {"java.lang.Long", "valueOf(long)", number_of_text},
    {"java.lang.Float", "valueOf(float)", number_of_text},
    {"java.lang.Double", "valueOf(double)", number_of_text},
    {"java.lang.String", "valueOf(char)", text_of},
    {"java.lang.String", "valueOf(double)", text_of},
    {"java.lang.String", "valueOf(java.lang.Object)", text_of},
};

std::string without_blanks(std::string_view text) {
    std::string out;
    for (const char c : text) {
        if (c != ' ') out += c;
    }
    return out;
}

}  // namespace

std::shared_ptr<const Function> external_function(const FunctionCode& code, const Value& body) {
    std::vector<Parameter> parameters;
    for (std::size_t i = 0; i < code.names.size(); ++i) parameters.push_back({code.names[i], code.types[i]});
    // A boxed definition of kind Java gives the inner context alone.
    const auto& java = body["java"].is_null() ? body : body["java"];
    const auto* name = java["class"].string();
    const auto* signature = java["method signature"].string();
    Body found = nullptr;
    if (name != nullptr && signature != nullptr) {
        const auto wanted = without_blanks(*signature);
        const auto arity = wanted.ends_with("()") ? 0 : std::count(wanted.begin(), wanted.end(), ',') + 1;
        for (const auto& method : known_methods) {
            if (method.name == *name && method.signature == wanted && static_cast<std::size_t>(arity) == parameters.size()) found = method.body;
        }
    }
    return make_function({}, std::move(parameters), {}, [found](std::span<const Value> arguments, Evaluation& evaluation) {
        if (found != nullptr) return found(arguments);
        evaluation.report("feel.external", "the external function is not known here");
        return Value{};
    });
}

}  // namespace wasl::feel::impl
