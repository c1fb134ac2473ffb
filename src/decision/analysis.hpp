// What can be said of a decision table without running it: rows that overlap or repeat each other,
// inputs that no row answers, rows that can never decide, inputs that nothing asks for.
//
// Exact for columns of numbers, texts, booleans, dates and durations whose cells are made of
// constants. A cell of another sort is named as not analysed; then only what is certain whatever it
// may say is reported. Null is left out: no table is expected to answer it.
#pragma once

#include "decision/table.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::decision {

struct TableRemark {
    enum class Kind : std::uint8_t {
        overlap,       // both rows match the values of `where`: UNIQUE gives null there; ANY, if their outputs differ
        gap,           // no row matches the values of `where`
        duplicate,     // the rows have the same conditions
        unreachable,   // the row never decides: its conditions exclude each other, or other rows take all it could
        unused_input,  // no row looks at the input
        not_analysed   // the cell (or without a row, the column) says something only an evaluation can tell
    };
    Kind kind = Kind::gap;
    std::vector<std::size_t> rows;   // from 1
    std::size_t column = 0;          // from 1, of an input; 0: none
    std::vector<std::string> where;  // a unary test for each input
};
std::string_view to_string(TableRemark::Kind kind) noexcept;  // "overlap", "unused input", …

struct AnalysisLimits {
    std::size_t remarks = 50;     // of each kind
    std::size_t steps = 500'000;  // boxes looked at; large ones count for more
};

struct TableAnalysis {
    std::vector<TableRemark> remarks;
    bool complete = true;  // false: a limit was met, there may be more
};

// Empty for a table with static errors, or without its lowered form.
TableAnalysis analyse(const Table& table, const AnalysisLimits& limits = {});

}  // namespace wasl::decision
