// Places for a network on a grid of columns and rows: column is the distance from the source in branches, rows are such that
// no two branches of the tree cross. Trunks (the longest way on from each bus) are straight. A part that only open branches
// lead to stands behind one of them.
#pragma once

#include "grid/network.hpp"

#include <cstdint>
#include <span>
#include <vector>

namespace wasl::grid {

struct TidyTree {
    struct Spot {
        std::uint32_t column = 0, row = 0;
    };
    std::vector<Spot> spots;             // of each bus
    std::vector<std::uint32_t> parent;   // of each bus; UINT32_MAX: a root
    std::vector<std::uint32_t> by;       // branch from the parent; may be open
    std::vector<std::uint32_t> rest;     // the other branches: they close a loop, or are open between two places
    std::uint32_t columns = 1, rows = 1;
};

// Roots are the sources first, then one bus of each part that no branch joins to them. Linear but for a logarithm.
// `usual`: branches (indexes) that are taken as closed, so that what an outage opens changes no place.
TidyTree tidy_tree(const Network& network, std::span<const std::uint32_t> usual = {});

}  // namespace wasl::grid
