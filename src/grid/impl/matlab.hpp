// A safe interpreter of the MATLAB that case files are written in: assignments, and nothing that acts on the world.
#pragma once

#include "base/result.hpp"
#include "grid/impl/matlab_value.hpp"

#include <cstdint>
#include <string_view>

namespace wasl::grid::matlab {

struct Program {
    std::string name;  // of the function; empty for a script
    Value output;      // what the function gives back
};

// Every statement is either carried out or an error whose detail begins with "line N:". Keys:
//   grid.case-syntax     not MATLAB, or cut short
//   grid.case-statement  MATLAB that case files have no need of: control flow, other functions, files
//   grid.case-table      rows of unequal length, an index past the end, sizes that do not fit
//   grid.too-large       more work than `elements`
Result<Program> run(std::string_view text, std::uint64_t elements);

}  // namespace wasl::grid::matlab
