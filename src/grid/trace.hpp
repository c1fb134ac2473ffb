// Who is fed by what: the paths from the sources through branches in service, and what goes dark when some are opened.
// Works on any network, also one that no power flow solves.
#pragma once

#include "grid/network_csv.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::grid {

inline constexpr std::uint32_t no_place = UINT32_MAX;

// The part of a network behind one branch that leaves a source: closed switches belong to the point they join, so that
// a busbar of the station is no feeder. In a meshed part each bus belongs to the branch by which it is reached first;
// connection checks take such feeders together, under the name of the first.
struct TracedFeeder {
    std::string id;            // number of its first bus, as connection checks name it
    std::uint32_t branch = 0;  // by which it leaves the source
    std::uint32_t buses = 0;
};

class Trace {
public:
    explicit Trace(const Network& network);

    // Which buses have a path to a source when these branches (indexes) are open besides those that are anyway.
    [[nodiscard]] std::vector<bool> fed(std::span<const std::uint32_t> opened = {}) const;
    [[nodiscard]] const std::vector<TracedFeeder>& feeders() const noexcept { return feeders_; }
    // Index of the feeder of a bus; no_place at a source, and where nothing feeds it.
    [[nodiscard]] std::uint32_t feeder_of(std::uint32_t bus) const { return feeder_of_bus_[bus]; }
    // The bus before this one on the way from its source; no_place at the source and where nothing feeds it.
    [[nodiscard]] std::uint32_t before(std::uint32_t bus) const { return before_[bus]; }
    // Buses that are fed, each after the one before it.
    [[nodiscard]] const std::vector<std::uint32_t>& order() const noexcept { return order_; }

private:
    struct End {
        std::uint32_t bus, branch;
    };
    void name_feeders(const Network& network);
    std::vector<std::uint32_t> first_;  // of each bus, in ends_
    std::vector<End> ends_;
    std::vector<bool> switching_;       // of each branch
    std::vector<std::uint32_t> sources_, before_, by_branch_, order_, feeder_of_bus_;
    std::vector<TracedFeeder> feeders_;
};

// A branch by what people call it: its name, or "FROM-TO" by bus numbers. Keys "grid.no-branch" none, "grid.branch-twice"
// several of that name.
Result<std::uint32_t> find_branch(const Network& network, std::string_view called);
std::string branch_called(const Network& network, std::uint32_t branch);

// What an opening does to customers, by bus; buses without customers are in it too.
struct Interrupted {
    std::uint32_t bus = 0;        // index
    std::uint32_t customers = 0;
    std::string feeder;           // empty: at a source
};
// Buses that are fed while `already` is open, and no longer with `opened` besides. None where a loop still feeds all.
std::vector<Interrupted> interrupted_by(const MeteredNetwork& metered, const Trace& trace, std::span<const std::uint32_t> opened,
                                        std::span<const std::uint32_t> already = {});

std::uint64_t customers_of(std::span<const Meter> meters);

}  // namespace wasl::grid
