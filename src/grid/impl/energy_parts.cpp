#include "grid/impl/energy_parts.hpp"

#include <algorithm>
#include <unordered_map>

namespace wasl::grid {

namespace {

// The branch by which each bus is fed, by its ends; of several between the same two, any.
std::unordered_map<std::uint64_t, std::size_t> branches_by_ends(const Network& network) {
    std::unordered_map<std::uint64_t, std::size_t> out;
    for (std::size_t i = 0; i < network.branches.size(); ++i) {
        const auto& branch = network.branches[i];
        if (!branch.in_service) continue;
        const auto [low, high] = std::minmax(branch.from, branch.to);
        out.emplace(static_cast<std::uint64_t>(low) << 32U | high, i);
    }
    return out;
}

}  // namespace

EnergyParts::EnergyParts(const MeteredNetwork& metered) : trace_(metered.network) {
    const auto& network = metered.network;
    std::unordered_map<std::uint32_t, std::size_t> at;  // bus of a transformer meter: its part; of two at one bus the first
    for (std::size_t i = 0; i < metered.meters.size(); ++i) {
        if (metered.meters[i].role != MeterRole::transformer) continue;
        if (at.emplace(metered.meters[i].bus, meters_.size()).second) meters_.push_back(i);
    }
    called_.resize(meters_.size());
    part_of_bus_.assign(network.buses.size(), none);
    most_mva_.assign(network.buses.size(), 0);
    const auto branches = branches_by_ends(network);
    for (const auto bus : trace_.order()) {
        const auto up = trace_.before(bus);
        if (up != no_place) {
            part_of_bus_[bus] = part_of_bus_[up];
            most_mva_[bus] = most_mva_[up];
            const auto [low, high] = std::minmax(bus, up);
            const auto by = branches.find(static_cast<std::uint64_t>(low) << 32U | high);
            const auto* branch = by == branches.end() ? nullptr : &network.branches[by->second];
            if (branch != nullptr && branch->rating_mva > 0) {
                most_mva_[bus] = most_mva_[bus] > 0 ? std::min(most_mva_[bus], branch->rating_mva) : branch->rating_mva;
            }
            if (branch != nullptr && branch->kind == BranchKind::transformer) {
                if (const auto mine = at.find(bus); mine != at.end()) called_[mine->second] = branch_called(network, static_cast<std::uint32_t>(by->second));
            }
        }
        if (const auto mine = at.find(bus); mine != at.end()) part_of_bus_[bus] = mine->second;
    }
    for (const auto& branch : network.branches) {
        // The part in which both ends lie: a branch into the bus of a transformer meter is above that meter.
        const auto one = part_of_bus_[branch.from], other = part_of_bus_[branch.to];
        auto part = one == other ? one : none;
        if (one != other && part_above(branch.to) == one) part = one;
        if (one != other && part_above(branch.from) == other) part = other;
        part_of_branch_.push_back(part == none || !branch.in_service ? count() : part);
    }
}

std::size_t EnergyParts::part_above(std::uint32_t bus) const {
    const auto up = trace_.before(bus);
    return up == no_place ? none : part_of_bus_[up];
}

}  // namespace wasl::grid
