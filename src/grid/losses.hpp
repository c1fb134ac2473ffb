// Where the losses of a solved network are: each branch by itself, feeders, and the voltages along them.
#pragma once

#include "grid/study.hpp"
#include "grid/trace.hpp"

#include <string>
#include <vector>

namespace wasl::grid {

struct BranchFlow {
    bool carries = false;      // out of service, isolated or a switch: the rest is zero
    double from_mw = 0, from_mvar = 0;  // into the branch at its from side
    double to_mw = 0, to_mvar = 0;      // into it at its to side
    double loss_kw = 0;        // in its series resistance
    double loading = 0;        // larger apparent power of its ends by its rating; 0 without a rating
};

// As the network's branches, from the voltages of its study (pi model; MATPOWER manual, section 3.2).
std::vector<BranchFlow> branch_flows(const Network& network, const Study& study);

struct FeederLosses {
    std::string feeder;
    double loss_kw = 0, load_kw = 0;
    double lowest_pu = 0;
    std::int64_t lowest_bus = 0;  // number
};
// By feeder, in the trace's order; losses of branches at the source stand in none.
std::vector<FeederLosses> feeder_losses(const Network& network, const Study& study, const std::vector<BranchFlow>& flows, const Trace& trace);

}  // namespace wasl::grid
