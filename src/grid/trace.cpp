#include "grid/trace.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::grid {

namespace {

// Reference buses with a source in service; without any, as the solvers do, the first generator bus that has one.
std::vector<std::uint32_t> feeding_buses(const Network& network) {
    std::vector<bool> generating(network.buses.size());
    for (const auto& source : network.generators) {
        if (source.in_service) generating[source.bus] = true;
    }
    std::vector<std::uint32_t> out;
    std::uint32_t spare = no_place;
    for (std::uint32_t i = 0; i < network.buses.size(); ++i) {
        if (!generating[i]) continue;
        if (network.buses[i].kind == BusKind::reference) out.push_back(i);
        if (network.buses[i].kind == BusKind::generator && spare == no_place) spare = i;
    }
    if (out.empty() && spare != no_place) out.push_back(spare);
    return out;
}

bool joins(const Network& network, const Branch& branch) {
    return branch.in_service && network.buses[branch.from].kind != BusKind::isolated && network.buses[branch.to].kind != BusKind::isolated;
}

}  // namespace

Trace::Trace(const Network& network) : sources_(feeding_buses(network)) {
    const auto size = network.buses.size();
    first_.assign(size + 1, 0);
    for (const auto& branch : network.branches) {
        switching_.push_back(branch.kind == BranchKind::switching);
        if (!joins(network, branch)) continue;
        ++first_[branch.from + 1];
        ++first_[branch.to + 1];
    }
    for (std::size_t i = 0; i < size; ++i) first_[i + 1] += first_[i];
    ends_.resize(first_[size]);
    auto next = first_;
    for (std::uint32_t i = 0; i < network.branches.size(); ++i) {
        const auto& branch = network.branches[i];
        if (!joins(network, branch)) continue;
        ends_[next[branch.from]++] = {branch.to, i};
        ends_[next[branch.to]++] = {branch.from, i};
    }
    before_.assign(size, no_place);
    by_branch_.assign(size, no_place);
    std::vector<bool> seen(size);
    for (const auto source : sources_) {
        seen[source] = true;
        order_.push_back(source);
    }
    for (std::size_t at = 0; at < order_.size(); ++at) {
        const auto bus = order_[at];
        for (auto i = first_[bus]; i < first_[bus + 1]; ++i) {
            const auto [other, branch] = ends_[i];
            if (seen[other]) continue;
            seen[other] = true;
            before_[other] = bus;
            by_branch_[other] = branch;
            order_.push_back(other);
        }
    }
    name_feeders(network);
}

// The source's point is all that closed switches join to it; every other branch that leaves it begins a feeder.
void Trace::name_feeders(const Network& network) {
    feeder_of_bus_.assign(network.buses.size(), no_place);
    std::vector<bool> at_source(network.buses.size());
    for (const auto source : sources_) at_source[source] = true;
    for (const auto bus : order_) {
        const auto up = before_[bus];
        if (up == no_place) continue;
        if (at_source[up] && switching_[by_branch_[bus]]) {
            at_source[bus] = true;
        } else if (at_source[up]) {
            feeder_of_bus_[bus] = static_cast<std::uint32_t>(feeders_.size());
            feeders_.push_back({.id = {}, .branch = by_branch_[bus], .buses = 0});
        } else {
            feeder_of_bus_[bus] = feeder_of_bus_[up];
        }
    }
    for (auto& feeder : feeders_) {
        // The first bus of the point at its beginning, as make_circuit names nodes.
        const auto index = static_cast<std::uint32_t>(&feeder - feeders_.data());
        const auto& branch = network.branches[feeder.branch];
        std::vector<std::uint32_t> point{feeder_of_bus_[branch.to] == index ? branch.to : branch.from};
        for (std::size_t at = 0; at < point.size(); ++at) {
            for (auto i = first_[point[at]]; i < first_[point[at] + 1]; ++i) {
                const bool joined = switching_[ends_[i].branch] && feeder_of_bus_[ends_[i].bus] == index;
                if (joined && std::ranges::find(point, ends_[i].bus) == point.end()) point.push_back(ends_[i].bus);
            }
        }
        feeder.id = std::to_string(network.buses[*std::ranges::min_element(point)].number);
    }
    for (const auto feeder : feeder_of_bus_) {
        if (feeder != no_place) ++feeders_[feeder].buses;
    }
}

std::vector<bool> Trace::fed(std::span<const std::uint32_t> opened) const {
    std::vector<bool> open(switching_.size()), out(before_.size());
    for (const auto branch : opened) open[branch] = true;
    std::vector<std::uint32_t> reached = sources_;
    for (const auto source : sources_) out[source] = true;
    while (!reached.empty()) {
        const auto bus = reached.back();
        reached.pop_back();
        for (auto i = first_[bus]; i < first_[bus + 1]; ++i) {
            if (open[ends_[i].branch] || out[ends_[i].bus]) continue;
            out[ends_[i].bus] = true;
            reached.push_back(ends_[i].bus);
        }
    }
    return out;
}

std::string branch_called(const Network& network, std::uint32_t branch) {
    const auto& one = network.branches[branch];
    if (!one.name.empty()) return one.name;
    return fmt::format("{}-{}", network.buses[one.from].number, network.buses[one.to].number);
}

Result<std::uint32_t> find_branch(const Network& network, std::string_view called) {
    called = trim(called);
    std::uint32_t found = no_place;
    for (std::uint32_t i = 0; i < network.branches.size(); ++i) {
        const auto& branch = network.branches[i];
        const bool this_one = branch_called(network, i) == called ||
                              fmt::format("{}-{}", network.buses[branch.from].number, network.buses[branch.to].number) == called;
        if (!this_one || called.empty()) continue;
        if (found != no_place) return fail(Code::conflict, "grid.branch-twice", std::string(called));
        found = i;
    }
    if (found == no_place) return fail(Code::not_found, "grid.no-branch", std::string(called));
    return found;
}

std::vector<Interrupted> interrupted_by(const MeteredNetwork& metered, const Trace& trace, std::span<const std::uint32_t> opened,
                                        std::span<const std::uint32_t> already) {
    std::vector<std::uint32_t> both(already.begin(), already.end());
    both.insert(both.end(), opened.begin(), opened.end());
    const auto before = trace.fed(already), after = trace.fed(both);
    std::vector<std::uint32_t> customers(before.size());
    for (const auto& meter : metered.meters) {
        if (meter.role == MeterRole::customer) customers[meter.bus] += meter.customers;
    }
    std::vector<Interrupted> out;
    for (std::uint32_t bus = 0; bus < before.size(); ++bus) {
        if (!before[bus] || after[bus]) continue;
        const auto feeder = trace.feeder_of(bus);
        out.push_back({bus, customers[bus], feeder == no_place ? std::string() : trace.feeders()[feeder].id});
    }
    return out;
}

std::uint64_t customers_of(std::span<const Meter> meters) {
    std::uint64_t out = 0;
    for (const auto& meter : meters) out += meter.role == MeterRole::customer ? meter.customers : 0;
    return out;
}

}  // namespace wasl::grid
