// Functions with external bodies (DMN 1.5, 10.3.2.13.3). There is no Java here: well-known static
// methods are mapped to what they compute; everything else is null with a diagnostic when called.
#include "base/text.hpp"
#include "feel/function.hpp"
#include "feel/impl/java_text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace wasl::feel {

namespace {

using impl::double_value;
using impl::float_value;

enum class JavaType : std::uint8_t { boolean, character, byte, short_int, integer, long_int, single, real, text, object, big, objects };

std::optional<JavaType> java_type(std::string_view name) {
    struct Entry { std::string_view name; JavaType type; };
    using enum JavaType;
    static constexpr Entry entries[] = {
        {"boolean", boolean}, {"char", character}, {"byte", byte}, {"short", short_int}, {"int", integer}, {"long", long_int},
        {"float", single}, {"double", real}, {"java.lang.Boolean", boolean}, {"java.lang.Character", character},
        {"java.lang.Byte", byte}, {"java.lang.Short", short_int}, {"java.lang.Integer", integer}, {"java.lang.Long", long_int},
        {"java.lang.Float", single}, {"java.lang.Double", real}, {"java.lang.Number", big}, {"java.math.BigDecimal", big},
        {"java.math.BigInteger", big}, {"java.lang.String", text}, {"java.lang.CharSequence", text}, {"java.lang.Object", object},
        {"[Ljava.lang.Object;", objects}, {"java.lang.Object[]", objects}, {"java.lang.Object...", objects},
        {"[Ljava.lang.CharSequence;", objects}};
    for (const auto& entry : entries) {
        if (entry.name == name) return entry.type;
    }
    return std::nullopt;
}

std::optional<Value> whole(const Value& value, std::int64_t least, std::int64_t most) {
    const auto* number = value.number();
    const auto integer = number == nullptr ? std::nullopt : number->truncated().to_integer();
    if (!integer || *integer < least || *integer > most) return std::nullopt;
    return Value(*integer);
}

template <class T>
std::optional<Value> whole(const Value& value) {
    return whole(value, std::numeric_limits<T>::min(), std::numeric_limits<T>::max());
}

std::optional<Value> known(Value value) {
    return value.is_null() ? std::nullopt : std::optional{std::move(value)};
}

// The argument as the method would receive it; nothing when Java would refuse it.
std::optional<Value> converted(const Value& value, JavaType type) {
    switch (type) {
        case JavaType::boolean: return value.boolean() == nullptr ? std::nullopt : std::optional{value};
        case JavaType::character: {
            if (value.string() == nullptr) return std::nullopt;
            std::size_t at = 0;
            const auto first = value.string()->empty() ? 0 : next_code_point(*value.string(), at);
            return at == 0 || at != value.string()->size() || first > 0xFFFF ? std::nullopt : std::optional{value};
        }
        case JavaType::byte: return whole<std::int8_t>(value);
        case JavaType::short_int: return whole<std::int16_t>(value);
        case JavaType::integer: return whole<std::int32_t>(value);
        case JavaType::long_int: return whole<std::int64_t>(value);
        case JavaType::single: return value.number() == nullptr ? std::nullopt : known(float_value(static_cast<float>(value.number()->to_double())));
        case JavaType::real: return value.number() == nullptr ? std::nullopt : known(double_value(value.number()->to_double()));
        case JavaType::big: return value.number() == nullptr ? std::nullopt : std::optional{value};
        case JavaType::text: return value.string() == nullptr && !value.is_null() ? std::nullopt : std::optional{value};
        case JavaType::object:
        case JavaType::objects: return value;
    }
    return std::nullopt;
}

struct JavaCall {
    std::span<const Value> arguments;
    std::span<const JavaType> types;
    [[nodiscard]] double real(std::size_t i) const { return arguments[i].number()->to_double(); }
    [[nodiscard]] bool in_doubles() const {
        return std::any_of(types.begin(), types.end(), [](JavaType type) { return type == JavaType::real || type == JavaType::single; });
    }
};
using Body = Value (*)(const JavaCall&);

template <double (*Function)(double)>
Value unary(const JavaCall& call) { return double_value(Function(call.real(0))); }
template <double (*Function)(double, double)>
Value binary(const JavaCall& call) { return double_value(Function(call.real(0), call.real(1))); }

double rounded(double x) { return std::floor(x + 0.5); }
double radians(double x) { return x / 180.0 * 3.14159265358979323846; }
double degrees(double x) { return x * 180.0 / 3.14159265358979323846; }
double sign(double x) { return x > 0 ? 1 : x < 0 ? -1 : 0; }

Value larger(const JavaCall& call) { return *call.arguments[0].number() < *call.arguments[1].number() ? call.arguments[1] : call.arguments[0]; }
Value smaller(const JavaCall& call) { return *call.arguments[0].number() < *call.arguments[1].number() ? call.arguments[0] : call.arguments[1]; }
Value absolute(const JavaCall& call) { return call.arguments[0].number()->absolute(); }
Value itself(const JavaCall& call) { return call.arguments[0]; }

// Exact arithmetic of int and long: an overflow is an exception there, null here.
template <std::optional<Decimal> (Decimal::*Operation)(const Decimal&) const>
Value exact(const JavaCall& call) {
    const auto result = (call.arguments[0].number()->*Operation)(*call.arguments[1].number());
    return !result ? Value{} : converted(*result, call.types[0]).value_or(Value{});
}

Value floor_division(const JavaCall& call) {
    const auto quotient = call.arguments[0].number()->divided_by(*call.arguments[1].number());
    return quotient ? Value(quotient->floor()) : Value{};
}
Value floor_remainder(const JavaCall& call) {
    const auto quotient = call.arguments[0].number()->divided_by(*call.arguments[1].number());
    const auto whole_part = quotient ? quotient->floor().times(*call.arguments[1].number()) : std::nullopt;
    return whole_part ? Value(call.arguments[0].number()->minus(*whole_part)) : Value{};
}
Value comparison(const JavaCall& call) {
    const auto order = compare(call.arguments[0], call.arguments[1]);
    return !order ? Value{} : Value(*order < 0 ? -1 : *order > 0 ? 1 : 0);
}

template <class T>
Value read_whole(const JavaCall& call) {
    const auto* text = call.arguments[0].string();
    const auto digits = text == nullptr ? std::string_view{} : std::string_view(*text).substr(text->starts_with('+') ? 1 : 0);
    if (digits.empty() || digits.find_first_not_of("-0123456789") != std::string_view::npos) return {};
    const auto number = Decimal::parse(digits);
    return number ? whole<T>(*number).value_or(Value{}) : Value{};
}
Value read_real(const JavaCall& call) {
    const auto number = call.arguments[0].string() == nullptr ? std::nullopt : Decimal::parse(trim(*call.arguments[0].string()));
    return number ? double_value(number->to_double()) : Value{};
}
Value read_single(const JavaCall& call) {
    const auto number = call.arguments[0].string() == nullptr ? std::nullopt : Decimal::parse(trim(*call.arguments[0].string()));
    return number ? float_value(static_cast<float>(number->to_double())) : Value{};
}
Value read_boolean(const JavaCall& call) {
    const auto* text = call.arguments[0].string();
    return text != nullptr && to_lower_ascii(*text) == "true";
}

Value text_of(const JavaCall& call) {
    if (call.types[0] == JavaType::real) return impl::java_double_text(call.real(0));
    if (call.types[0] == JavaType::single) return impl::java_float_text(static_cast<float>(call.real(0)));
    return to_display(call.arguments[0]);
}

Value format(const JavaCall& call) {
    const auto* pattern = call.arguments[0].string();
    return pattern == nullptr ? Value{} : impl::java_format(*pattern, *call.arguments[1].list());
}

struct Method {
    std::string_view of;      // class, without its package
    std::string_view name;
    std::string_view arguments;  // a letter each: n number, i whole number, s string, b boolean, c char, o object, * the rest
    Body body;
};

constexpr Method methods[] = {
    {"Math", "sin", "n", unary<std::sin>}, {"Math", "cos", "n", unary<std::cos>}, {"Math", "tan", "n", unary<std::tan>},
    {"Math", "asin", "n", unary<std::asin>}, {"Math", "acos", "n", unary<std::acos>}, {"Math", "atan", "n", unary<std::atan>},
    {"Math", "sinh", "n", unary<std::sinh>}, {"Math", "cosh", "n", unary<std::cosh>}, {"Math", "tanh", "n", unary<std::tanh>},
    {"Math", "exp", "n", unary<std::exp>}, {"Math", "log", "n", unary<std::log>}, {"Math", "log10", "n", unary<std::log10>},
    {"Math", "sqrt", "n", unary<std::sqrt>}, {"Math", "cbrt", "n", unary<std::cbrt>}, {"Math", "ceil", "n", unary<std::ceil>},
    {"Math", "floor", "n", unary<std::floor>}, {"Math", "rint", "n", unary<std::nearbyint>}, {"Math", "expm1", "n", unary<std::expm1>},
    {"Math", "log1p", "n", unary<std::log1p>}, {"Math", "signum", "n", unary<sign>}, {"Math", "round", "n", unary<rounded>},
    {"Math", "toRadians", "n", unary<radians>}, {"Math", "toDegrees", "n", unary<degrees>}, {"Math", "abs", "n", absolute},
    {"Math", "pow", "nn", binary<std::pow>}, {"Math", "atan2", "nn", binary<std::atan2>}, {"Math", "hypot", "nn", binary<std::hypot>},
    {"Math", "IEEEremainder", "nn", binary<std::remainder>}, {"Math", "max", "nn", larger}, {"Math", "min", "nn", smaller},
    {"Math", "addExact", "ii", exact<&Decimal::plus>}, {"Math", "subtractExact", "ii", exact<&Decimal::minus>},
    {"Math", "multiplyExact", "ii", exact<&Decimal::times>}, {"Math", "floorDiv", "ii", floor_division},
    {"Math", "floorMod", "ii", floor_remainder},
    {"Byte", "valueOf", "s", read_whole<std::int8_t>}, {"Byte", "parseByte", "s", read_whole<std::int8_t>}, {"Byte", "valueOf", "i", itself},
    {"Short", "valueOf", "s", read_whole<std::int16_t>}, {"Short", "parseShort", "s", read_whole<std::int16_t>},
    {"Short", "valueOf", "i", itself}, {"Integer", "valueOf", "s", read_whole<std::int32_t>},
    {"Integer", "parseInt", "s", read_whole<std::int32_t>}, {"Integer", "valueOf", "i", itself}, {"Integer", "toString", "i", text_of},
    {"Integer", "max", "ii", larger}, {"Integer", "min", "ii", smaller}, {"Integer", "sum", "ii", exact<&Decimal::plus>},
    {"Integer", "signum", "i", unary<sign>}, {"Integer", "compare", "ii", comparison},
    {"Long", "valueOf", "s", read_whole<std::int64_t>}, {"Long", "parseLong", "s", read_whole<std::int64_t>}, {"Long", "valueOf", "i", itself},
    {"Long", "toString", "i", text_of}, {"Long", "max", "ii", larger}, {"Long", "min", "ii", smaller},
    {"Long", "sum", "ii", exact<&Decimal::plus>}, {"Long", "signum", "i", unary<sign>}, {"Long", "compare", "ii", comparison},
    {"Float", "valueOf", "s", read_single}, {"Float", "parseFloat", "s", read_single}, {"Float", "valueOf", "n", itself},
    {"Float", "toString", "n", text_of}, {"Float", "max", "nn", larger}, {"Float", "min", "nn", smaller},
    {"Double", "valueOf", "s", read_real}, {"Double", "parseDouble", "s", read_real}, {"Double", "valueOf", "n", itself},
    {"Double", "toString", "n", text_of}, {"Double", "max", "nn", larger}, {"Double", "min", "nn", smaller},
    {"Double", "compare", "nn", comparison}, {"Boolean", "valueOf", "s", read_boolean}, {"Boolean", "parseBoolean", "s", read_boolean},
    {"Boolean", "valueOf", "b", itself}, {"Boolean", "toString", "b", text_of}, {"Character", "toString", "c", text_of},
    {"String", "valueOf", "n", text_of}, {"String", "valueOf", "b", text_of}, {"String", "valueOf", "c", text_of},
    {"String", "valueOf", "o", text_of}, {"String", "format", "s*", format},
    {"BigDecimal", "valueOf", "n", itself}, {"BigInteger", "valueOf", "i", itself},
};

bool accepts(char letter, JavaType type) {
    const bool integral = type >= JavaType::byte && type <= JavaType::long_int;
    switch (letter) {
        case 'i': return integral;
        case 'n': return integral || type == JavaType::single || type == JavaType::real || type == JavaType::big;
        case 's': return type == JavaType::text;
        case 'b': return type == JavaType::boolean;
        case 'c': return type == JavaType::character;
        case 'o': return type == JavaType::object;
        default: return type == JavaType::objects;
    }
}

// "max(double, double)": the name and the types; nothing for a type that is not known.
struct Signature {
    std::string_view name;
    std::vector<JavaType> types;
};

std::optional<Signature> signature_of(std::string_view text) {
    const auto open = text.find('(');
    const auto close = text.rfind(')');
    if (open == std::string_view::npos || close == std::string_view::npos || close < open) return std::nullopt;
    Signature out{trim(text.substr(0, open)), {}};
    auto rest = trim(text.substr(open + 1, close - open - 1));
    while (!rest.empty()) {
        const auto comma = rest.find(',');
        const auto type = java_type(trim(rest.substr(0, comma)));
        if (!type) return std::nullopt;
        out.types.push_back(*type);
        rest = comma == std::string_view::npos ? std::string_view{} : rest.substr(comma + 1);
    }
    return out;
}

const Method* find_method(std::string_view of, const Signature& signature) {
    const auto package = of.rfind('.');
    if (package == std::string_view::npos) return nullptr;
    const auto name = of.substr(package + 1);
    const auto home = name == "BigDecimal" || name == "BigInteger" ? std::string_view("java.math") : std::string_view("java.lang");
    if (of.substr(0, package) != home) return nullptr;
    for (const auto& method : methods) {
        if (method.of == name && method.name == signature.name && method.arguments.size() == signature.types.size() &&
            std::equal(method.arguments.begin(), method.arguments.end(), signature.types.begin(), accepts)) {
            return &method;
        }
    }
    return nullptr;
}

Value run(const Method& method, const std::vector<JavaType>& types, std::span<const Value> given, Evaluation& evaluation) {
    const bool open_ended = !types.empty() && types.back() == JavaType::objects;
    std::vector<Value> arguments(given.begin(), given.begin() + static_cast<std::ptrdiff_t>(types.size() - (open_ended ? 1 : 0)));
    if (open_ended) {
        const auto rest = given.subspan(types.size() - 1);
        if (rest.size() == 1 && rest[0].list() != nullptr) {
            arguments.push_back(rest[0]);
        } else {
            arguments.emplace_back(List(rest.begin(), rest.end()));
        }
    }
    for (std::size_t i = 0; i < arguments.size(); ++i) {
        auto value = converted(arguments[i], types[i]);
        if (!value) {
            evaluation.report("feel.type-mismatch", fmt::format("argument {} does not fit the external function", i + 1));
            return {};
        }
        arguments[i] = std::move(*value);
    }
    auto result = method.body({arguments, types});
    if (result.is_null()) evaluation.report("feel.external", "the external function has no result for these arguments");
    return result;
}

}  // namespace

std::shared_ptr<const Function> external_function(std::vector<Parameter> parameters, Type result, const Value& body) {
    // A boxed definition of kind Java gives the inner context alone.
    const auto& java = body["java"].is_null() ? body : body["java"];
    const auto* name = java["class"].string();
    const auto* text = java["method signature"].string();
    const auto signature = name == nullptr || text == nullptr ? std::nullopt : signature_of(*text);
    const auto* method = signature ? find_method(*name, *signature) : nullptr;
    if (method != nullptr) {
        const bool open_ended = !signature->types.empty() && signature->types.back() == JavaType::objects;
        const bool fits = open_ended ? parameters.size() + 1 >= signature->types.size() : parameters.size() == signature->types.size();
        if (!fits) method = nullptr;
    }
    const auto types = method == nullptr ? std::vector<JavaType>{} : signature->types;
    return make_function({}, std::move(parameters), std::move(result), [method, types](std::span<const Value> arguments, Evaluation& evaluation) {
        if (method != nullptr) return run(*method, types, arguments, evaluation);
        evaluation.report("feel.external", "the external function is not known here");
        return Value{};
    });
}

}  // namespace wasl::feel
