// TOML as a small tree with line numbers; toml++ stays inside one source file.
#pragma once

#include "base/time.hpp"

#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace wasl::toml_text {

struct Node;
using Array = std::vector<Node>;
struct Member;
using Table = std::vector<Member>;  // in the order of the file

struct Number {
    double value = 0;  // a float of TOML; money and law write integers or strings
};

struct Node {
    int line = 0;  // where the value begins, from 1
    std::variant<std::monostate, bool, std::int64_t, Number, std::string, Date, Array, Table> value;

    [[nodiscard]] const Node* find(std::string_view key) const noexcept;  // member of a table
    [[nodiscard]] const bool* boolean() const noexcept { return std::get_if<bool>(&value); }
    [[nodiscard]] const std::int64_t* integer() const noexcept { return std::get_if<std::int64_t>(&value); }
    [[nodiscard]] const std::string* string() const noexcept { return std::get_if<std::string>(&value); }
    [[nodiscard]] const Date* date() const noexcept { return std::get_if<Date>(&value); }
    [[nodiscard]] const Array* array() const noexcept { return std::get_if<Array>(&value); }
    [[nodiscard]] const Table* table() const noexcept { return std::get_if<Table>(&value); }
    [[nodiscard]] std::string_view kind() const noexcept;  // "a string", "a table", …
};

struct Member {
    std::string key;
    Node value;
};

struct Problem {
    int line = 0;
    std::string message;
};

// The root table. Local dates become Date; times and date-times are refused (the law speaks of days).
std::expected<Node, Problem> parse(std::string_view text);

}  // namespace wasl::toml_text
