// The built-in functions of FEEL 1.5 (DMN 1.5, 10.3.4) as a table: names, parameters, code.
#pragma once

#include "feel/function.hpp"
#include "feel/impl/names.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace wasl::feel::impl {

struct BuiltinParameter {
    std::string name;
    Type type;
    bool optional = false;  // may be left out
    bool nullable = false;  // null is a value like others, not an error
};

struct Signature {
    std::vector<BuiltinParameter> parameters;
    bool variadic = false;  // the one list may be given as separate arguments
    bool separate = false;  // and a single argument is an element of it even when it is a list
};

// One call as a built-in sees it: arguments coerced, those not given null.
struct BuiltinCall {
    std::span<Value> arguments;
    std::size_t signature = 0;
    std::uint64_t given = 0;  // bit i: argument i was given
    Evaluation& evaluation;
    std::size_t position = 0;
    bool named = false;  // arguments were given by name: one that may be null may also miss

    const Value& operator[](std::size_t i) const { return arguments[i]; }
    [[nodiscard]] bool has(std::size_t i) const { return (given >> i & 1U) != 0 && !arguments[i].is_null(); }
    [[nodiscard]] const Decimal& number(std::size_t i) const { return *arguments[i].number(); }
    [[nodiscard]] const std::string& string(std::size_t i) const { return *arguments[i].string(); }
    [[nodiscard]] const List& list(std::size_t i) const { return *arguments[i].list(); }
    // Null with a diagnostic.
    [[nodiscard]] Value error(std::string detail) const;
};

// The element of a list of one, for parameters of several kinds; any other value itself.
inline const Value& single(const Value& value) {
    const auto* list = value.list();
    return list != nullptr && list->size() == 1 ? list->front() : value;
}

struct Builtin {
    std::string name;
    std::vector<Signature> signatures;
    Value (*run)(BuiltinCall& call) = nullptr;
    bool foldable = false;  // depends on its arguments alone and is cheap
};

const NameSet& builtin_names();  // value: index
const Builtin& builtin_at(std::size_t index);
std::optional<std::size_t> find_builtin(std::string_view name);

// Positional call: picks the signature by the number of arguments and coerces them.
Value run_builtin(std::size_t index, std::span<const Value> arguments, Evaluation& evaluation, std::size_t position);
// Call by a known signature with some arguments not given.
Value run_builtin(std::size_t index, std::size_t signature, std::vector<Value> arguments, std::uint64_t given,
                  Evaluation& evaluation, std::size_t position);
Value run_builtin_named(std::size_t index, std::span<const NamedArgument> arguments, Evaluation& evaluation, std::size_t position);
// Place of each named argument in the first signature that knows them all and misses no obligatory
// one; nothing when there is none.
struct NamedCall {
    std::size_t signature = 0;
    std::vector<std::size_t> places;
};
std::optional<NamedCall> place_named(const Builtin& builtin, std::span<const std::string> names);
// The built-in as a value that may be passed to functions.
std::shared_ptr<const Function> builtin_function(std::size_t index);
// Index of a value made by builtin_function.
std::optional<std::size_t> builtin_index(const Function& function);

// Parts of the table, by section of the reference.
using BuiltinTable = std::vector<Builtin>;
Builtin builtin(std::string_view declaration, Value (*run)(BuiltinCall&), bool foldable = false);
void add_conversions(BuiltinTable& table);
void add_strings(BuiltinTable& table);
void add_lists(BuiltinTable& table);
void add_list_editing(BuiltinTable& table);
void add_numbers(BuiltinTable& table);
void add_temporals(BuiltinTable& table);
void add_contexts(BuiltinTable& table);
void add_ranges(BuiltinTable& table);

}  // namespace wasl::feel::impl
