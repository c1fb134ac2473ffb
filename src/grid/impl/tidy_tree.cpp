#include "grid/impl/tidy_tree.hpp"

#include <algorithm>
#include <utility>

namespace wasl::grid {

namespace {

constexpr std::uint32_t none = UINT32_MAX;

struct Neighbour {
    std::uint32_t bus, branch;
};

// A spanning forest and the order in which it was found: each bus after its parent.
struct Forest {
    std::vector<std::uint32_t> order, depth;
};

using Neighbours = std::vector<std::vector<Neighbour>>;

std::vector<bool> closed_of(const Network& network, std::span<const std::uint32_t> usual) {
    std::vector<bool> out;
    for (const auto& branch : network.branches) out.push_back(branch.in_service);
    for (const auto branch : usual) out[branch] = true;
    return out;
}

Neighbours neighbours_of(const Network& network, const std::vector<bool>& closed, bool wanted) {
    Neighbours out(network.buses.size());
    for (std::uint32_t i = 0; i < network.branches.size(); ++i) {
        const auto& branch = network.branches[i];
        if (closed[i] != wanted || branch.from == branch.to) continue;
        out[branch.from].push_back({branch.to, i});
        out[branch.to].push_back({branch.from, i});
    }
    return out;
}

class Grower {
public:
    Grower(const Network& network, const std::vector<bool>& closed, TidyTree& tree)
        : network_(network), tree_(tree), joined_(neighbours_of(network, closed, true)), open_(neighbours_of(network, closed, false)), seen_(network.buses.size()) {
        out_.depth.assign(network.buses.size(), 0);
    }

    Forest grow() {
        roots_of(BusKind::reference);
        roots_of(BusKind::generator);
        hang_cut_parts();
        for (std::uint32_t i = 0; i < network_.buses.size(); ++i) {
            if (seen_[i]) continue;
            root(i);
            hang_cut_parts();
        }
        return std::move(out_);
    }

private:
    void roots_of(BusKind kind) {
        for (std::uint32_t i = 0; i < network_.buses.size(); ++i) {
            if (network_.buses[i].kind == kind && !seen_[i]) root(i);
        }
    }
    void root(std::uint32_t bus) {
        seen_[bus] = true;
        const auto begin = out_.order.size();
        out_.order.push_back(bus);
        spread(begin);
    }
    void take(std::uint32_t bus, const Neighbour& next) {
        seen_[next.bus] = true;
        tree_.parent[next.bus] = bus;
        tree_.by[next.bus] = next.branch;
        out_.depth[next.bus] = out_.depth[bus] + 1;
        out_.order.push_back(next.bus);
    }
    // Breadth first, from those of the order that begin here.
    void spread(std::size_t begin) {
        for (auto at = begin; at < out_.order.size(); ++at) {
            const auto bus = out_.order[at];
            for (const auto& next : joined_[bus]) {
                if (!seen_[next.bus]) take(bus, next);
            }
        }
    }
    // What only an open branch leads to stands behind it, where it would be fed from.
    void hang_cut_parts() {
        for (; looked_ < out_.order.size(); ++looked_) {
            const auto bus = out_.order[looked_];
            for (const auto& next : open_[bus]) {
                if (seen_[next.bus]) continue;
                const auto begin = out_.order.size();
                take(bus, next);
                spread(begin);
            }
        }
    }

    const Network& network_;
    TidyTree& tree_;
    Neighbours joined_, open_;
    std::vector<bool> seen_;
    std::size_t looked_ = 0;  // in the order, for open branches
    Forest out_;
};

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

TidyTree tidy_tree(const Network& network, std::span<const std::uint32_t> usual) {
    const auto size = network.buses.size();
    TidyTree out;
    out.spots.resize(size);
    out.parent.assign(size, none);
    out.by.assign(size, none);
    const auto forest = Grower(network, closed_of(network, usual), out).grow();
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
