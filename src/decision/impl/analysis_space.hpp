// The space of a table's inputs, column by column: parts in which every cell is true or false throughout.
#pragma once

#include "feel/value.hpp"

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace wasl::decision::impl {

struct CompiledTable;

// A set of rules by index.
class RuleSet {
public:
    explicit RuleSet(std::size_t rules) : words_((rules + 63) / 64) {}
    static RuleSet all(std::size_t rules);
    [[nodiscard]] bool has(std::size_t rule) const { return (words_[rule / 64] >> (rule % 64) & 1U) != 0; }
    void set(std::size_t rule) { words_[rule / 64] |= std::uint64_t{1} << (rule % 64); }
    void add(const RuleSet& other);
    void keep(const RuleSet& other);
    void remove(const RuleSet& other);
    [[nodiscard]] bool empty() const;
    auto operator<=>(const RuleSet&) const = default;

private:
    std::vector<std::uint64_t> words_;
};

struct AnalysisColumn {
    struct Part {
        std::size_t region = 0;  // of the axis, or 0: false, 1: true
        RuleSet rules;       // that it satisfies; those that are doubtful here are always among them
    };
    std::vector<Part> parts;  // of allowed values; one without meaning when nothing is known of the column
    RuleSet doubtful;         // rules whose cell is not known
    feel::Kind kind = feel::Kind::null;  // null: nothing is known
    std::vector<feel::Value> points;     // of the axis
    std::vector<bool> vacant;            // of its regions
    bool even = false;

    // The parts that `chosen` takes, as a unary test; "-" for all.
    [[nodiscard]] std::string text(const std::function<bool(const RuleSet&)>& chosen) const;
};

std::vector<AnalysisColumn> analysis_space(const CompiledTable& table);

}  // namespace wasl::decision::impl
