#include "grid/impl/tidy_tree.hpp"

#include <algorithm>
#include <utility>

namespace wasl::grid {

namespace {

constexpr std::uint32_t none = UINT32_MAX;

struct Neighbour {
    std::uint32_t bus, branch;
};

// A spanning forest, breadth first, and the order in which it was found.
struct Forest {
    std::vector<std::uint32_t> order, depth;
};

std::vector<std::vector<Neighbour>> neighbours_of(const Network& network) {
    std::vector<std::vector<Neighbour>> out(network.buses.size());
    for (std::uint32_t i = 0; i < network.branches.size(); ++i) {
        const auto& branch = network.branches[i];
        if (!branch.in_service || branch.from == branch.to) continue;
        out[branch.from].push_back({branch.to, i});
        out[branch.to].push_back({branch.from, i});
    }
    return out;
}

Forest grow(const Network& network, TidyTree& tree) {
    const auto size = network.buses.size();
    const auto neighbours = neighbours_of(network);
    Forest out;
    out.depth.assign(size, 0);
    std::vector<bool> seen(size);
    std::vector<std::uint32_t> roots;
    for (std::uint32_t i = 0; i < size; ++i) {
        if (network.buses[i].kind == BusKind::reference) roots.push_back(i);
    }
    for (std::uint32_t i = 0; i < size; ++i) {
        if (network.buses[i].kind == BusKind::generator) roots.push_back(i);
    }
    for (std::uint32_t i = 0; i < size; ++i) roots.push_back(i);
    for (const auto root : roots) {
        if (seen[root]) continue;
        seen[root] = true;
        const auto begin = out.order.size();
        out.order.push_back(root);
        for (auto at = begin; at < out.order.size(); ++at) {
            const auto bus = out.order[at];
            for (const auto [other, branch] : neighbours[bus]) {
                if (seen[other]) continue;
                seen[other] = true;
                tree.parent[other] = bus;
                tree.by[other] = branch;
                out.depth[other] = out.depth[bus] + 1;
                out.order.push_back(other);
            }
        }
    }
    return out;
}

// How far down a subtree reaches in each column, from its deepest column back to its root's: the root is at the back.
using Contour = std::vector<std::uint32_t>;

// Puts a lateral below what its parent already carries; its row under the parent's.
std::uint32_t hang(Contour& carried, const Contour& lateral) {
    const auto shift = carried.size() - lateral.size();  // both end one column after the parent
    std::uint32_t row = 1;
    for (std::size_t i = 0; i < lateral.size(); ++i) row = std::max(row, carried[shift + i] + 1);
    for (std::size_t i = 0; i < lateral.size(); ++i) carried[shift + i] = row + lateral[i];
    return row;
}

}  // namespace

TidyTree tidy_tree(const Network& network) {
    const auto size = network.buses.size();
    TidyTree out;
    out.spots.resize(size);
    out.parent.assign(size, none);
    out.by.assign(size, none);
    const auto forest = grow(network, out);
    std::vector<std::vector<std::uint32_t>> children(size);
    std::vector<std::uint32_t> below(size);  // row under the parent's
    std::vector<Contour> contours(size);
    for (auto at = forest.order.rbegin(); at != forest.order.rend(); ++at) {
        auto& mine = children[*at];
        // The longest goes straight on; the shorter of the others hang nearer.
        std::ranges::sort(mine, {}, [&](std::uint32_t child) { return std::pair(contours[child].size(), child); });
        Contour contour;
        std::uint32_t drop = 0;  // how far the line down to its laterals goes
        if (!mine.empty()) {
            contour = std::move(contours[mine.back()]);
            for (std::size_t i = 0; i + 1 < mine.size(); ++i) {
                below[mine[i]] = hang(contour, contours[mine[i]]);
                drop = std::max(drop, below[mine[i]]);
                contours[mine[i]] = {};
            }
        }
        contour.push_back(drop);
        contours[*at] = std::move(contour);
        if (out.parent[*at] != none) children[out.parent[*at]].push_back(*at);
    }
    std::uint32_t next_row = 0, deepest = 0;
    for (const auto bus : forest.order) {
        const auto up = out.parent[bus];
        if (up == none) {
            out.spots[bus] = {0, next_row};
            next_row += 1 + *std::ranges::max_element(contours[bus]);
        } else {
            out.spots[bus] = {forest.depth[bus], out.spots[up].row + below[bus]};
        }
        deepest = std::max(deepest, forest.depth[bus]);
    }
    out.columns = deepest + 1;
    out.rows = std::max(1U, next_row);
    std::vector<bool> used(network.branches.size());
    for (const auto branch : out.by) {
        if (branch != none) used[branch] = true;
    }
    for (std::uint32_t i = 0; i < used.size(); ++i) {
        if (!used[i] && network.branches[i].from != network.branches[i].to) out.rest.push_back(i);
    }
    return out;
}

}  // namespace wasl::grid
