// The only place that sees toml++.
#include "jurisdiction/toml.hpp"

#include <stdexcept>

namespace {

// toml++ 3.3 guards its own steps with assertions that some malformed files reach.
[[noreturn]] void stumbled() { throw std::logic_error("toml++ stumbled"); }

}  // namespace

// With NDEBUG the library would turn its assertions into assumptions, and a malformed file into undefined behaviour.
#pragma push_macro("NDEBUG")
#undef NDEBUG
#define TOML_ASSERT(expression) ((expression) ? void() : stumbled())
#define TOML_EXCEPTIONS 1
#define TOML_HEADER_ONLY 1
#define TOML_ENABLE_FORMATTERS 0
#define TOML_ENABLE_UNRELEASED_FEATURES 0
#if defined(__clang__)
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Weverything"
#endif
#include <toml++/toml.h>
#if defined(__clang__)
#pragma clang diagnostic pop
#endif
#pragma pop_macro("NDEBUG")

#include <algorithm>

namespace wasl::toml_text {
namespace {

int line_of(const toml::node& node) { return static_cast<int>(node.source().begin.line); }

Problem not_a_day(const toml::node& node) {
    return {line_of(node), "a time of day has no place here: write a date as YYYY-MM-DD"};
}

std::expected<Node, Problem> convert(const toml::node& from);

std::expected<Node, Problem> convert_table(const toml::table& from, int line) {
    Table table;
    for (const auto& [key, value] : from) {
        auto member = convert(value);
        if (!member) {
            return member;
        }
        table.push_back({std::string(key.str()), std::move(*member)});
    }
    // toml++ sorts by name; messages should follow the file.
    std::ranges::sort(table, {}, [](const Member& member) { return std::pair(member.value.line, std::string_view(member.key)); });
    return Node{line, std::move(table)};
}

std::expected<Node, Problem> convert_array(const toml::array& from, int line) {
    Array array;
    for (const auto& value : from) {
        auto element = convert(value);
        if (!element) {
            return element;
        }
        array.push_back(std::move(*element));
    }
    return Node{line, std::move(array)};
}

std::expected<Node, Problem> convert(const toml::node& from) {
    const int line = line_of(from);
    switch (from.type()) {
        case toml::node_type::table: return convert_table(*from.as_table(), line);
        case toml::node_type::array: return convert_array(*from.as_array(), line);
        case toml::node_type::string: return Node{line, from.as_string()->get()};
        case toml::node_type::integer: return Node{line, std::int64_t{from.as_integer()->get()}};
        case toml::node_type::floating_point: return Node{line, Number{from.as_floating_point()->get()}};
        case toml::node_type::boolean: return Node{line, from.as_boolean()->get()};
        case toml::node_type::date: {
            const auto& date = from.as_date()->get();
            return Node{line, Date{date.year, date.month, date.day}};
        }
        default: return std::unexpected(not_a_day(from));
    }
}

}  // namespace

const Node* Node::find(std::string_view key) const noexcept {
    const Table* members = table();
    if (members == nullptr) {
        return nullptr;
    }
    const auto found = std::ranges::find(*members, key, &Member::key);
    return found == members->end() ? nullptr : &found->value;
}

std::string_view Node::kind() const noexcept {
    static constexpr std::string_view names[] = {"nothing",  "a truth value", "an integer", "a decimal number",
                                                 "a string", "a date",        "a list",     "a table"};
    return names[value.index()];
}

std::expected<Node, Problem> parse(std::string_view text) {
    try {
        return convert_table(toml::parse(text), 1);
    } catch (const toml::parse_error& error) {
        return std::unexpected(Problem{static_cast<int>(error.source().begin.line), std::string(error.description())});
    } catch (const std::logic_error&) {
        return std::unexpected(Problem{1, "is not TOML (a key or a string is broken)"});
    }
}

}  // namespace wasl::toml_text
