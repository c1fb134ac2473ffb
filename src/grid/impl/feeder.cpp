#include "grid/impl/feeder.hpp"

#include "grid/network_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace wasl::grid {

namespace {

constexpr SweepLimits check_limits{.step = 1e-10, .iterations = 100};  // a feeder that needs more has no balance

struct FeederLinks {
    std::vector<std::vector<std::uint32_t>> at;  // links at each node
};

FeederLinks feeder_links(const Circuit& circuit) {
    FeederLinks out;
    out.at.resize(circuit.nodes.size());
    for (std::uint32_t i = 0; i < circuit.links.size(); ++i) {
        out.at[circuit.links[i].from].push_back(i);
        out.at[circuit.links[i].to].push_back(i);
    }
    return out;
}

// The subtree behind one link of a source as a circuit of its own.
class FeederCut {
public:
    FeederCut(const Circuit& whole, const FeederLinks& links) : whole_(whole), links_(links), place_(whole.nodes.size(), no_node) {}

    Circuit cut(std::uint32_t source, std::uint32_t first_link) {
        Circuit out;
        out.base_mva = whole_.base_mva;
        nodes.clear();
        add(out, source);
        take(out, first_link, source);
        for (std::size_t next = 1; next < nodes.size(); ++next) {
            const auto node = nodes[next];
            for (const auto link : links_.at[node]) take(out, link, node);
        }
        for (const auto node : nodes) place_[node] = no_node;
        return out;
    }

    std::vector<std::uint32_t> nodes;  // of the whole, by place in the cut

private:
    void add(Circuit& out, std::uint32_t node) {
        place_[node] = static_cast<std::uint32_t>(nodes.size());
        nodes.push_back(node);
        out.nodes.push_back(whole_.nodes[node]);
    }
    // In a radial network a link leads either on, or back to where we came from.
    void take(Circuit& out, std::uint32_t index, std::uint32_t from) {
        auto link = whole_.links[index];
        const auto other = link.from == from ? link.to : link.from;
        if (place_[other] != no_node) return;
        add(out, other);
        link.from = place_[link.from];
        link.to = place_[link.to];
        out.links.push_back(link);
    }

    const Circuit& whole_;
    const FeederLinks& links_;
    std::vector<std::uint32_t> place_;
};

void rate_branches(const Network& network, FeederModel& feeder) {
    for (const auto& link : feeder.circuit.links) {
        const double rating = network.branches[link.branch].rating_mva;
        if (!(rating > 0)) continue;
        const Complex series = 1.0 / link.impedance, at_end = series + Complex(0, link.charging / 2);
        feeder.rated.push_back({link.from, link.to, link.branch, at_end / std::norm(link.tap), -series / std::conj(link.tap),
                                -series / link.tap, at_end, rating});
    }
}

void place_loads(const Network& network, const std::vector<std::vector<std::uint32_t>>& buses, const std::vector<std::uint32_t>& nodes,
                 FeederModel& feeder) {
    feeder.load.assign(nodes.size(), 0);
    feeder.generation.assign(nodes.size(), 0);
    for (std::uint32_t place = 0; place < nodes.size(); ++place) {
        for (const auto index : buses[nodes[place]]) {
            const auto& bus = network.buses[index];
            if (bus.load_mw >= 0) feeder.load[place] += Complex(bus.load_mw, bus.load_mvar) / feeder.circuit.base_mva;  // less than none is fed in
            if (place > 0) feeder.nodes.emplace(bus.number, place);
        }
        feeder.generation[place] = feeder.circuit.nodes[place].injection + feeder.load[place];
    }
}

}  // namespace

Result<void> check_held(std::span<const HeldCapacity> held) {
    for (const auto& one : held) {
        for (const double value : {one.load_kw, one.load_kvar, one.solar_kw}) {
            if (!std::isfinite(value) || value < 0) return fail(Code::unprocessable, "grid.held", fmt::format("bus {}: {}", one.bus, value));
        }
    }
    return {};
}

Result<std::vector<FeederModel>> feeders_of(const Network& network, const Circuit& circuit) {
    TRY(Sweep::prepare(network, circuit));  // radial, and nothing but sources holds a voltage
    const auto links = feeder_links(circuit);
    std::vector<std::vector<std::uint32_t>> buses(circuit.nodes.size());
    for (std::uint32_t i = 0; i < network.buses.size(); ++i) {
        if (circuit.node_of_bus[i] != no_node) buses[circuit.node_of_bus[i]].push_back(i);
    }
    FeederCut cut(circuit, links);
    std::vector<FeederModel> out;
    for (std::uint32_t source = 0; source < circuit.nodes.size(); ++source) {
        if (circuit.nodes[source].kind != NodeKind::reference) continue;
        for (const auto first : links.at[source]) {
            FeederModel feeder;
            feeder.circuit = cut.cut(source, first);
            feeder.sweep = TRY(Sweep::prepare(network, feeder.circuit));
            place_loads(network, buses, cut.nodes, feeder);
            rate_branches(network, feeder);
            feeder.feeder = {std::to_string(network.buses[feeder.circuit.nodes[1].bus].number), static_cast<std::uint32_t>(feeder.nodes.size())};
            out.push_back(std::move(feeder));
        }
    }
    return out;
}

FeederWork::FeederWork(const FeederModel& feeder, const Network& network, const ConnectionRules& rules, std::span<const HeldCapacity> held)
    : feeder_(feeder), network_(network), rules_(rules), sweep_(feeder.sweep), held_load_(feeder.load.size()), held_sun_(feeder.load.size()) {
    const double unit = feeder.circuit.base_mva * 1e3;
    for (const auto& one : held) {
        const auto at = feeder.nodes.find(one.bus);
        if (at == feeder.nodes.end()) continue;
        held_load_[at->second] += Complex(one.load_kw, one.load_kvar) / unit;
        held_sun_[at->second] += one.solar_kw / unit;
    }
}

HourState FeederWork::solve(const WorstHour& hour, std::uint32_t node, Complex drawn) {
    HourState out;
    out.found.hour = hour.name;
    for (std::uint32_t i = 1; i < feeder_.load.size(); ++i) {
        sweep_.inject(i, feeder_.generation[i] * hour.generation - feeder_.load[i] * hour.load - held_load_[i] * hour.new_load + held_sun_[i] * hour.sun);
    }
    if (node > 0) {
        const auto more = drawn / (feeder_.circuit.base_mva * 1e3);
        sweep_.inject(node, feeder_.generation[node] * hour.generation - feeder_.load[node] * hour.load - held_load_[node] * hour.new_load +
                                held_sun_[node] * hour.sun - more);
    }
    ++power_flows_;
    const auto solved = sweep_.solve(check_limits);
    if (!solved.converged) {
        out.excess = HUGE_VAL;
        out.broken = BindingElement{.kind = LimitKind::no_balance, .hour = hour.name, .bus = 0, .from = 0, .to = 0, .name = {}};
        return out;
    }
    judge_voltages(out);
    judge_branches(out);
    out.found.within = !out.broken.has_value();
    return out;
}

void FeederWork::judge_voltages(HourState& state) {
    double lowest = HUGE_VAL, highest = -HUGE_VAL;
    std::uint32_t low = 0, high = 0;
    for (std::uint32_t i = 1; i < feeder_.load.size(); ++i) {
        const double square = std::norm(sweep_.voltage(i));
        if (square < lowest) lowest = square, low = i;
        if (square > highest) highest = square, high = i;
    }
    auto& found = state.found;
    const auto& low_bus = network_.buses[feeder_.circuit.nodes[low].bus];
    const auto& high_bus = network_.buses[feeder_.circuit.nodes[high].bus];
    found.lowest_pu = std::sqrt(lowest);
    found.highest_pu = std::sqrt(highest);
    found.lowest_bus = low_bus.number;
    found.highest_bus = high_bus.number;
    const auto judge = [&](LimitKind kind, const Bus& bus, double value, double limit, double excess) {
        if (!(excess > 0) || excess <= state.excess) return;
        state.excess = excess;
        state.broken = BindingElement{kind, found.hour, bus.number, 0, 0, bus.name, value, limit};
    };
    judge(LimitKind::voltage_low, low_bus, found.lowest_pu, rules_.lowest_pu, (rules_.lowest_pu - found.lowest_pu) / rules_.lowest_pu);
    judge(LimitKind::voltage_high, high_bus, found.highest_pu, rules_.highest_pu, (found.highest_pu - rules_.highest_pu) / rules_.highest_pu);
}

void FeederWork::judge_branches(HourState& state) {
    auto& found = state.found;
    for (const auto& rated : feeder_.rated) {
        const auto from = sweep_.voltage(rated.from), to = sweep_.voltage(rated.to);
        const double in = std::abs(from * std::conj(rated.from_from * from + rated.from_to * to));
        const double away = std::abs(to * std::conj(rated.to_from * from + rated.to_to * to));
        const double mva = std::max(in, away) * feeder_.circuit.base_mva;
        const double loading = mva / rated.rating_mva;
        const auto& branch = network_.branches[rated.branch];
        const auto first = network_.buses[branch.from].number, second = network_.buses[branch.to].number;
        if (loading > found.loading) {
            found.loading = loading;
            found.loaded_from = first;
            found.loaded_to = second;
        }
        const double excess = loading / rules_.loading - 1;
        if (!(excess > 0) || excess <= state.excess) continue;
        state.excess = excess;
        const auto kind = branch.kind == BranchKind::transformer ? LimitKind::transformer : LimitKind::line;
        state.broken = BindingElement{kind, found.hour, 0, first, second, branch.name, mva, rated.rating_mva * rules_.loading};
    }
}

const FeederModel* ConnectionModel::Parts::feeder(std::string_view id) const noexcept {
    const auto found = std::ranges::find_if(feeders, [&](const FeederModel& one) { return one.feeder.id == id; });
    return found == feeders.end() ? nullptr : &*found;
}

ConnectionModel::ConnectionModel(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
ConnectionModel::~ConnectionModel() = default;

Result<std::shared_ptr<const ConnectionModel>> ConnectionModel::prepare(Network network, ConnectionRules rules) {
    TRY(check_rules(rules));
    auto parts = std::make_unique<Parts>();
    parts->network = canonical(std::move(network));
    parts->rules = std::move(rules);
    parts->hash = network_hash(parts->network);
    const auto circuit = TRY(make_circuit(parts->network));
    parts->feeders = TRY(feeders_of(parts->network, circuit));
    for (std::uint32_t i = 0; i < parts->feeders.size(); ++i) {
        parts->listed.push_back(parts->feeders[i].feeder);
        for (const auto& [bus, node] : parts->feeders[i].nodes) parts->feeder_of_bus.emplace(bus, i);
    }
    for (std::uint32_t i = 0; i < parts->network.buses.size(); ++i) {
        const auto number = parts->network.buses[i].number;
        if (!parts->feeder_of_bus.contains(number)) parts->others.emplace(number, circuit.node_of_bus[i] != no_node);
    }
    return std::shared_ptr<const ConnectionModel>(new ConnectionModel(std::move(parts)));
}

const Network& ConnectionModel::network() const noexcept { return parts_->network; }
const ConnectionRules& ConnectionModel::rules() const noexcept { return parts_->rules; }
const std::string& ConnectionModel::hash() const noexcept { return parts_->hash; }
const std::vector<Feeder>& ConnectionModel::feeders() const noexcept { return parts_->listed; }

Result<std::string> ConnectionModel::feeder_of(std::int64_t bus) const {
    const auto found = parts_->feeder_of_bus.find(bus);
    if (found != parts_->feeder_of_bus.end()) return parts_->feeders[found->second].feeder.id;
    const auto other = parts_->others.find(bus);
    if (other == parts_->others.end()) return fail(Code::unprocessable, "grid.point-unknown", fmt::format("bus {}", bus));
    return fail(Code::unprocessable, other->second ? "grid.at-source" : "grid.point-not-fed", fmt::format("bus {}", bus));
}

}  // namespace wasl::grid
