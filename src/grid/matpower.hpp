// Networks from MATPOWER case files, version 2 (MATPOWER manual, appendix B), with the MATLAB lines that many of them
// end with: conversions from ohms, kW and the like are carried out, never skipped.
#pragma once

#include "grid/network.hpp"

#include <string_view>

namespace wasl::grid {

struct CaseLimits {
    std::size_t bytes = 256U << 20U;
    std::uint64_t elements = 500'000'000;  // work of the file's own lines, in numbers touched
};

// Rows keep their order: branch i of the network is row i of mpc.branch. A branch with a ratio or a shift is a
// transformer. Keys: those of the lines (grid.case-syntax, grid.case-statement, grid.case-table, grid.too-large; the
// detail begins with "line N:") and
//   grid.case-version   no case of version 2
//   grid.case-field     a table is missing or has too few columns
//   grid.bus-number     a number that is no positive integer
//   grid.bus-twice      two buses of one number
//   grid.bus-kind       a bus type other than 1, 2, 3, 4
//   grid.bus-unknown    a branch or generator at a bus that is not in the table
Result<Network> read_matpower(std::string_view text, CaseLimits limits = {});

}  // namespace wasl::grid
