// Tables of a TOML file of ours, read strictly: what nobody reads is a mistake with its line.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "jurisdiction/toml.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::app {

// One table of the file: what may stand in it is said once, and anything else is a mistake with its line.
class Table {
public:
    // Problems have the key `key` and the detail "FILE:LINE: why".
    Table(const toml_text::Node& node, std::string_view file, std::string_view key) : node_(&node), file_(file), key_(key) {}

    [[nodiscard]] int line() const noexcept { return node_->line; }
    [[nodiscard]] int line_of(std::string_view key) const noexcept {
        const auto* value = node_->find(key);
        return value == nullptr ? node_->line : value->line;
    }
    [[nodiscard]] bool has(std::string_view key) const noexcept { return node_->find(key) != nullptr; }
    [[nodiscard]] std::unexpected<Error> problem(int line, std::string_view why) const {
        return fail(Code::invalid, std::string(key_), fmt::format("{}:{}: {}", file_, std::max(line, 1), why));
    }
    [[nodiscard]] std::unexpected<Error> problem(std::string_view key, std::string_view why) const {
        return problem(line_of(key), fmt::format("{}: {}", key, why));
    }

    Result<void> only(std::initializer_list<std::string_view> keys) const {
        if (node_->table() == nullptr) return problem(line(), "a table is needed here");
        for (const auto& [key, value] : *node_->table()) {
            if (std::ranges::find(keys, key) == keys.end()) return problem(value.line, fmt::format("\"{}\" is not known here", key));
        }
        return {};
    }

    Result<std::string> text(std::string_view key) const {
        if (!has(key)) return problem(line(), fmt::format("{} is missing", key));
        const auto* value = node_->find(key)->string();
        if (value == nullptr || value->empty()) return problem(key, "must be text in quotes");
        return *value;
    }
    Result<std::string> text_or(std::string_view key, std::string fallback) const { return has(key) ? text(key) : Result<std::string>(std::move(fallback)); }
    Result<bool> flag_or(std::string_view key, bool fallback) const {
        if (!has(key)) return fallback;
        const auto* value = node_->find(key)->boolean();
        return value == nullptr ? Result<bool>(problem(key, "must be true or false")) : Result<bool>(*value);
    }
    Result<std::int64_t> number_or(std::string_view key, std::int64_t fallback, std::int64_t from, std::int64_t to) const {
        if (!has(key)) return fallback;
        const auto* value = node_->find(key)->integer();
        if (value == nullptr || *value < from || *value > to) return problem(key, fmt::format("must be a number from {} to {}", from, to));
        return *value;
    }
    // A number with or without a fraction.
    Result<double> quantity_or(std::string_view key, double fallback) const {
        if (!has(key)) return fallback;
        const auto* value = node_->find(key);
        if (const auto* whole = value->integer()) return static_cast<double>(*whole);
        if (const auto* number = std::get_if<toml_text::Number>(&value->value)) return number->value;
        return problem(key, "must be a number");
    }
    Result<Date> date(std::string_view key) const {
        if (!has(key)) return problem(line(), fmt::format("{} is missing", key));
        const auto* value = node_->find(key)->date();
        return value == nullptr ? Result<Date>(problem(key, "must be a day: 2026-11-22, without quotes")) : Result<Date>(*value);
    }
    Result<std::vector<std::string>> texts_or_none(std::string_view key) const {
        std::vector<std::string> out;
        if (!has(key)) return out;
        const auto* values = node_->find(key)->array();
        if (values == nullptr) return problem(key, "must be a list of texts");
        for (const auto& one : *values) {
            if (one.string() == nullptr || one.string()->empty()) return problem(one.line, fmt::format("{}: must be a list of texts", key));
            out.push_back(*one.string());
        }
        return out;
    }
    // The tables of [[key]]; none when it is absent.
    Result<std::vector<Table>> tables(std::string_view key) const {
        std::vector<Table> out;
        if (!has(key)) return out;
        const auto* values = node_->find(key)->array();
        if (values == nullptr) return problem(key, fmt::format("write [[{}]]", key));
        for (const auto& one : *values) out.emplace_back(one, file_, key_);
        return out;
    }
    Result<Table> table(std::string_view key) const {
        if (!has(key)) return problem(line(), fmt::format("[{}] is missing", key));
        if (node_->find(key)->table() == nullptr) return problem(key, fmt::format("write [{}]", key));
        return Table(*node_->find(key), file_, key_);
    }

    Result<std::vector<std::int64_t>> numbers_or(std::string_view key, std::vector<std::int64_t> fallback, std::int64_t from, std::int64_t to) const {
        if (!has(key)) return fallback;
        std::vector<std::int64_t> out;
        const auto* values = node_->find(key)->array();
        if (values == nullptr) return problem(key, "must be a list of numbers");
        for (const auto& one : *values) {
            if (one.integer() == nullptr || *one.integer() < from || *one.integer() > to) {
                return problem(one.line, fmt::format("{}: must be numbers from {} to {}", key, from, to));
            }
            out.push_back(*one.integer());
        }
        return out;
    }
    // Names and texts of [key], in the order of the file; none when it is absent.
    Result<std::vector<std::pair<std::string, std::string>>> words(std::string_view key) const {
        std::vector<std::pair<std::string, std::string>> out;
        if (!has(key)) return out;
        const auto* members = node_->find(key)->table();
        if (members == nullptr) return problem(key, fmt::format("write [{}]", key));
        for (const auto& [name, value] : *members) {
            if (value.string() == nullptr || value.string()->empty()) return problem(value.line, fmt::format("{}: must be text in quotes", name));
            out.emplace_back(name, *value.string());
        }
        return out;
    }

private:
    const toml_text::Node* node_;
    std::string_view file_, key_;
};

}  // namespace wasl::app
