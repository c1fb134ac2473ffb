// Feeders, each laid out for itself, and their hours solved and judged. A feeder is what hangs together without going
// through a source: in a radial network the tree behind one branch of its source, else all that loops join.
#pragma once

#include "grid/connection.hpp"
#include "grid/sweep.hpp"

#include <span>
#include <unordered_map>

namespace wasl::grid {

// A branch with a rating, ready to say what flows in it (MATPOWER manual, section 3.2).
struct RatedBranch {
    std::uint32_t from = 0, to = 0;  // nodes of the feeder
    std::uint32_t branch = 0;        // of the network
    Complex from_from, from_to, to_from, to_to;  // admittances
    double rating_mva = 0;
};

struct FeederModel {
    Feeder feeder;
    Circuit circuit;                        // its sources come first
    std::uint32_t sources = 1;              // so many nodes
    std::optional<Sweep> sweep;             // as the network is; none where it is meshed
    std::vector<Complex> load, generation;  // of each node, per unit
    std::vector<RatedBranch> rated;
    std::unordered_map<std::int64_t, std::uint32_t> nodes;  // by bus number

    [[nodiscard]] std::uint32_t node_of(std::int64_t bus) const { return nodes.at(bus); }
};

struct ConnectionModel::Parts {
    Network network;
    ConnectionRules rules;
    std::string hash;
    std::vector<FeederModel> feeders;
    std::vector<Feeder> listed;
    std::unordered_map<std::int64_t, std::uint32_t> feeder_of_bus;  // index of feeders
    std::unordered_map<std::int64_t, bool> others;                  // buses on none: true at the source

    [[nodiscard]] const FeederModel* feeder(std::string_view id) const noexcept;
};

// The feeders of a circuit, in the order of its links from the sources.
std::vector<FeederModel> feeders_of(const Network& network, const Circuit& circuit);

// Of Newton's method in a check; a feeder that needs more is for an engineer.
inline constexpr double mesh_imbalance_mva = 1e-7;  // of the largest power balance: a tenth of a watt
inline constexpr int mesh_iterations = 10;

// With what each branch is judged. The second is what counts; the first, which takes less time, never says more of a limit.
enum class Beside : std::uint8_t { all, any_part };

// One hour as it came out.
struct HourState {
    HourFound found;
    std::optional<BindingElement> broken;  // the limit broken worst
    double excess = 0;                     // how far, as a share of it
};

// A feeder being solved again and again with what is held on it and one thing more.
class FeederWork {
public:
    FeederWork(const FeederModel& feeder, const Network& network, const ConnectionRules& rules, std::span<const HeldCapacity> held);
    // `drawn` in kW and kvar at `node`, beside all that is held; or, where it is meshed, beside that part of it by which each branch
    // carries most.
    HourState solve(const WorstHour& hour, std::uint32_t node, Complex drawn, Beside beside = Beside::any_part);
    [[nodiscard]] int power_flows() const noexcept { return power_flows_; }

private:
    [[nodiscard]] Complex injected(const WorstHour& hour, std::uint32_t node) const;
    void solve_radial(HourState& state, const WorstHour& hour, std::uint32_t node, Complex more);
    void solve_meshed(HourState& state, const WorstHour& hour, std::uint32_t node, Complex more, Beside beside);
    void judge_relief(HourState& state, const WorstHour& hour, RepeatedNewton& solved);
    template <class Voltage>
    void judge_voltages(HourState& state, const Voltage& voltage);
    template <class Voltage>
    void judge_branches(HourState& state, const Voltage& voltage);
    void judge_branch(HourState& state, const RatedBranch& rated, double mva);

    const FeederModel& feeder_;
    const Network& network_;
    const ConnectionRules& rules_;
    std::optional<Sweep> sweep_;
    // Where it is meshed: with generators that hold their voltage as mere feeders-in, and (where there are such) as they are.
    std::vector<RepeatedNewton> meshed_;
    std::vector<Complex> held_load_, held_sun_;  // per unit, drawn and fed in
    int power_flows_ = 0;
};

// Key "grid.held".
Result<void> check_held(std::span<const HeldCapacity> held);

}  // namespace wasl::grid
