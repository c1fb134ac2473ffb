// The inputs of a table as bit masks: for every value of a column, the set of rules whose cell it
// satisfies. The values of a kind with an order fall into regions (below, at and between the
// constants that the cells mention); the mask of a region is found by trying one value of it, so
// that the masks cannot disagree with the cells.
#pragma once

#include "decision/table.hpp"

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace wasl::decision::impl {

struct CompiledTable;
using Word = std::uint64_t;

// Bit 0: the value is allowed; bit r + 1: it satisfies the cell of rule r. A cell that is no constant
// has its bit set: it has to be evaluated still.
using Mask = const Word*;

// The regions of one kind. Region 2i lies below point i, 2i + 1 is point i, 2n lies above all.
class Axis {
public:
    std::vector<feel::Value> points;
    std::vector<Word> masks;  // (2n + 1) times the words of a mask
    std::vector<bool> vacant; // regions in which no value lies
    bool even = false;        // all regions between points have one mask

    void prepare(std::size_t words);  // once points and masks are there
    [[nodiscard]] Mask at(const feel::Value& value) const;
    [[nodiscard]] Mask at(const Decimal& value) const;
    [[nodiscard]] Mask at(std::string_view value) const;
    [[nodiscard]] Mask region(std::size_t index) const { return masks.data() + index * words_; }
    [[nodiscard]] std::size_t regions() const { return vacant.size(); }

private:
    std::size_t words_ = 1;
    std::vector<Decimal> numbers_;
    std::vector<std::string_view> texts_;
    std::vector<std::uint32_t> buckets_;  // hash of the text to 1 + index; open addressing
};

struct LoweredColumn {
    bool usable = false;  // false: too large, every cell is tried
    std::vector<Word> fixed;  // masks of null, false, true
    Axis number, string, date, days, months;
    // Lists, when all constant cells are "-" or list contains(?, constant): rules that a list
    // satisfies by one of its texts; without it lists are tried cell by cell.
    bool lists = false;
    std::vector<Word> always;   // "-" and cells that are no constants
    std::vector<Word> negated;  // not(…)
    bool contains = false;      // some cell asks list contains

    // Nothing when the cells have to be tried one by one for such a value.
    [[nodiscard]] Mask mask(const feel::Value& value, std::size_t words) const;
};

struct LoweredTable {
    std::size_t words = 1;
    std::vector<LoweredColumn> columns;
    std::vector<std::vector<std::uint32_t>> left;  // per rule: columns whose cell is no constant

    static std::unique_ptr<const LoweredTable> of(const CompiledTable& table);
};

}  // namespace wasl::decision::impl
