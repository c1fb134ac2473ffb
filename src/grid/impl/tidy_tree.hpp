// Places for a network on a grid of columns and rows: column is the distance from the source in branches, rows are such that
// no two branches of the tree cross. Trunks (the longest way on from each bus) are straight.
#pragma once

#include "grid/network.hpp"

#include <cstdint>
#include <vector>

namespace wasl::grid {

struct TidyTree {
    struct Spot {
        std::uint32_t column = 0, row = 0;
    };
    std::vector<Spot> spots;             // of each bus
    std::vector<std::uint32_t> parent;   // of each bus; UINT32_MAX: a root
    std::vector<std::uint32_t> by;       // branch from the parent
    std::vector<std::uint32_t> rest;     // branches that are not in the tree: they close a loop, or are open
    std::uint32_t columns = 1, rows = 1;
};

// Roots are the sources first, then one bus of each part that none of them reaches. Linear but for a logarithm.
TidyTree tidy_tree(const Network& network);

}  // namespace wasl::grid
