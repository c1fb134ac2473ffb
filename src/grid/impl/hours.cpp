// One hour of a feeder: solved by the sweep where it is radial, by Newton's method where it is not, and judged.
#include "grid/impl/feeder.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>

namespace wasl::grid {

namespace {

constexpr SweepLimits check_limits{.step = 1e-10, .iterations = 100};  // a feeder that needs more has no balance
constexpr std::size_t directions = 12;
// Beyond first order: what removal does to the flow of a branch is underrated where loads are of constant power.
constexpr double relief_margin = 1.1;

struct BranchPower {
    Complex in, away;
};

template <class Voltage>
BranchPower power_of(const RatedBranch& rated, const Voltage& voltage) {
    const Complex from = voltage(rated.from), to = voltage(rated.to);
    return {from * std::conj(rated.from_from * from + rated.from_to * to), to * std::conj(rated.to_from * from + rated.to_to * to)};
}

Circuit without_held_voltages(Circuit circuit) {
    for (auto& node : circuit.nodes) {
        if (node.kind == NodeKind::generator) node.kind = NodeKind::load;
    }
    return circuit;
}

void no_solution(HourState& state, LimitKind kind) {
    const auto hour = state.found.hour;
    state = {};
    state.found.hour = hour;
    state.excess = HUGE_VAL;
    state.broken = BindingElement{.kind = kind, .hour = hour, .bus = 0, .from = 0, .to = 0, .name = {}};
}

// The most that one flow can become when some of those who hold capacity are away, whichever some: for each of several
// directions away goes what thereby grows in it.
class WithoutSome {
public:
    explicit WithoutSome(Complex all) : all_(all), ahead_(all == 0.0 ? Complex(1) : all / std::abs(all)) {}

    void may_leave(Complex change) {
        const auto seen = change * std::conj(ahead_);
        for (std::size_t i = 0; i < directions; ++i) {
            if ((seen * std::conj(turn(i))).real() > 0) some_[i] += change;
        }
    }
    [[nodiscard]] double most() const {
        double most = std::abs(all_);
        for (const auto& some : some_) most = std::max(most, std::abs(all_ + some));
        return std::abs(all_) + relief_margin * (most - std::abs(all_));
    }

private:
    static Complex turn(std::size_t i) {
        static const auto turns = [] {
            std::array<Complex, directions> out;
            for (std::size_t at = 0; at < directions; ++at) out[at] = std::polar(1.0, 2 * std::numbers::pi * static_cast<double>(at) / directions);
            return out;
        }();
        return turns[i];
    }

    Complex all_, ahead_;
    std::array<Complex, directions> some_{};
};

}  // namespace

FeederWork::FeederWork(const FeederModel& feeder, const Network& network, const ConnectionRules& rules, std::span<const HeldCapacity> held)
    : feeder_(feeder), network_(network), rules_(rules), sweep_(feeder.sweep), held_load_(feeder.load.size()), held_sun_(feeder.load.size()) {
    if (!sweep_) {
        meshed_.emplace_back(network, without_held_voltages(feeder.circuit));
        const bool holds = std::ranges::any_of(feeder.circuit.nodes, [](const Node& node) { return node.kind == NodeKind::generator; });
        if (holds) meshed_.emplace_back(network, feeder.circuit);
    }
    const double unit = feeder.circuit.base_mva * 1e3;
    for (const auto& one : held) {
        const auto at = feeder.nodes.find(one.bus);
        if (at == feeder.nodes.end()) continue;
        held_load_[at->second] += Complex(one.load_kw, one.load_kvar) / unit;
        held_sun_[at->second] += one.solar_kw / unit;
    }
}

Complex FeederWork::injected(const WorstHour& hour, std::uint32_t node) const {
    return feeder_.generation[node] * hour.generation - feeder_.load[node] * hour.load - held_load_[node] * hour.new_load + held_sun_[node] * hour.sun;
}

HourState FeederWork::solve(const WorstHour& hour, std::uint32_t node, Complex drawn, Beside beside) {
    HourState out;
    out.found.hour = hour.name;
    const auto more = drawn / (feeder_.circuit.base_mva * 1e3);
    sweep_ ? solve_radial(out, hour, node, more) : solve_meshed(out, hour, node, more, beside);
    out.found.within = !out.broken.has_value();
    return out;
}

void FeederWork::solve_radial(HourState& state, const WorstHour& hour, std::uint32_t node, Complex more) {
    for (std::uint32_t i = 1; i < feeder_.load.size(); ++i) sweep_->inject(i, injected(hour, i));
    if (node > 0) sweep_->inject(node, injected(hour, node) - more);
    ++power_flows_;
    if (!sweep_->solve(check_limits).converged) return no_solution(state, LimitKind::no_balance);
    const auto voltage = [&](std::uint32_t i) { return sweep_->voltage(i); };
    judge_voltages(state, voltage);
    judge_branches(state, voltage);
}

// The worse of both: with the help of generators that hold their voltage, where they run, and without it. What they
// really can do lies between.
void FeederWork::solve_meshed(HourState& state, const WorstHour& hour, std::uint32_t node, Complex more, Beside beside) {
    const NewtonLimits limits{.mismatch = mesh_imbalance_mva / feeder_.circuit.base_mva, .iterations = mesh_iterations};
    for (std::size_t helped = 0; helped < meshed_.size(); ++helped) {
        if (helped > 0 && hour.generation == 0) continue;
        auto& newton = meshed_[helped];
        for (std::uint32_t i = feeder_.sources; i < feeder_.load.size(); ++i) newton.inject(i, injected(hour, i));
        if (node > 0) newton.inject(node, injected(hour, node) - more);
        ++power_flows_;
        if (!newton.solve(limits)) return no_solution(state, LimitKind::no_convergence);
        const auto voltage = [&](std::uint32_t i) { return newton.voltages()[i]; };
        judge_voltages(state, voltage);
        judge_branches(state, voltage);
        if (beside == Beside::any_part && !state.broken) judge_relief(state, hour, newton);
    }
}

template <class Voltage>
void FeederWork::judge_voltages(HourState& state, const Voltage& voltage) {
    double lowest = HUGE_VAL, highest = -HUGE_VAL;
    std::uint32_t low = 0, high = 0;
    for (std::uint32_t i = feeder_.sources; i < feeder_.load.size(); ++i) {
        const double square = std::norm(voltage(i));
        if (square < lowest) lowest = square, low = i;
        if (square > highest) highest = square, high = i;
    }
    lowest = std::sqrt(lowest);
    highest = std::sqrt(highest);
    auto& found = state.found;
    const auto& low_bus = network_.buses[feeder_.circuit.nodes[low].bus];
    const auto& high_bus = network_.buses[feeder_.circuit.nodes[high].bus];
    const bool first = found.lowest_bus == 0;
    if (first || lowest < found.lowest_pu) found.lowest_pu = lowest, found.lowest_bus = low_bus.number;
    if (first || highest > found.highest_pu) found.highest_pu = highest, found.highest_bus = high_bus.number;
    const auto judge = [&](LimitKind kind, const Bus& bus, double value, double limit, double excess) {
        if (!(excess > 0) || excess <= state.excess) return;
        state.excess = excess;
        state.broken = BindingElement{kind, found.hour, bus.number, 0, 0, bus.name, value, limit};
    };
    judge(LimitKind::voltage_low, low_bus, lowest, rules_.lowest_pu, (rules_.lowest_pu - lowest) / rules_.lowest_pu);
    judge(LimitKind::voltage_high, high_bus, highest, rules_.highest_pu, (highest - rules_.highest_pu) / rules_.highest_pu);
}

template <class Voltage>
void FeederWork::judge_branches(HourState& state, const Voltage& voltage) {
    for (const auto& rated : feeder_.rated) {
        const auto power = power_of(rated, voltage);
        judge_branch(state, rated, std::max(std::abs(power.in), std::abs(power.away)) * feeder_.circuit.base_mva);
    }
}

void FeederWork::judge_branch(HourState& state, const RatedBranch& rated, double mva) {
    auto& found = state.found;
    const double loading = mva / rated.rating_mva;
    const auto& branch = network_.branches[rated.branch];
    const auto first = network_.buses[branch.from].number, second = network_.buses[branch.to].number;
    if (loading > found.loading) {
        found.loading = loading;
        found.loaded_from = first;
        found.loaded_to = second;
    }
    const double excess = loading / rules_.loading - 1;
    if (!(excess > 0) || excess <= state.excess) return;
    state.excess = excess;
    const auto kind = branch.kind == BranchKind::transformer ? LimitKind::transformer : LimitKind::line;
    state.broken = BindingElement{kind, found.hour, 0, first, second, branch.name, mva, rated.rating_mva * rules_.loading};
}

// In a ring one load can relieve a branch that another one loads. Nobody is granted what rests on a neighbour who may
// give back his own: each branch is judged with that part of what is held by which it carries most.
void FeederWork::judge_relief(HourState& state, const WorstHour& hour, RepeatedNewton& solved) {
    std::vector<std::pair<std::uint32_t, Complex>> leaving;
    for (std::uint32_t node = feeder_.sources; node < feeder_.load.size(); ++node) {
        for (const auto leaves : {held_load_[node] * hour.new_load, -held_sun_[node] * hour.sun}) {
            if (leaves != 0.0) leaving.emplace_back(node, leaves);
        }
    }
    if (leaving.empty() || feeder_.rated.empty()) return;
    if (!solved.linearise()) return no_solution(state, LimitKind::no_convergence);
    const auto& voltages = solved.voltages();
    std::vector<BranchPower> now;
    std::vector<WithoutSome> in, away;
    for (const auto& rated : feeder_.rated) {
        now.push_back(power_of(rated, [&](std::uint32_t i) { return voltages[i]; }));
        in.emplace_back(now.back().in);
        away.emplace_back(now.back().away);
    }
    for (const auto& [node, leaves] : leaving) {
        const auto change = solved.response(node, leaves);
        for (std::size_t i = 0; i < feeder_.rated.size(); ++i) {
            const auto then = power_of(feeder_.rated[i], [&](std::uint32_t at) { return voltages[at] + change[at]; });
            in[i].may_leave(then.in - now[i].in);
            away[i].may_leave(then.away - now[i].away);
        }
    }
    for (std::size_t i = 0; i < feeder_.rated.size(); ++i) {
        judge_branch(state, feeder_.rated[i], std::max(in[i].most(), away[i].most()) * feeder_.circuit.base_mva);
    }
}

}  // namespace wasl::grid
