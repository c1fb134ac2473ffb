#include "grid/impl/feeder.hpp"

#include "grid/network_csv.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace wasl::grid {

namespace {

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

// One feeder after the other as circuits of their own.
class FeederCut {
public:
    FeederCut(const Circuit& whole, const FeederLinks& links)
        : whole_(whole), links_(links), taken_(whole.links.size()), place_(whole.nodes.size(), no_node) {}

    // What lies behind a link of a source; nothing where that is another source, or belongs to a feeder already.
    Circuit cut(std::uint32_t source, std::uint32_t first_link) {
        nodes.clear();
        sources.clear();
        Circuit out;
        out.base_mva = whole_.base_mva;
        if (taken_[first_link] || is_source(other_end(first_link, source))) return out;
        note(source);
        take(out, first_link, source);
        for (std::size_t next = 0; next < nodes.size(); ++next) {
            const auto node = nodes[next];
            for (const auto link : links_.at[node]) take(out, link, node);
        }
        nodes.insert(nodes.begin(), sources.begin(), sources.end());
        for (std::uint32_t i = 0; i < nodes.size(); ++i) {
            place_[nodes[i]] = i;
            out.nodes.push_back(whole_.nodes[nodes[i]]);
        }
        for (auto& link : out.links) {
            link.from = place_[link.from];
            link.to = place_[link.to];
        }
        for (const auto node : nodes) place_[node] = no_node;
        return out;
    }

    std::vector<std::uint32_t> nodes;    // of the whole, by place in the cut
    std::vector<std::uint32_t> sources;  // the first of them

private:
    [[nodiscard]] bool is_source(std::uint32_t node) const { return whole_.nodes[node].kind == NodeKind::reference; }
    [[nodiscard]] std::uint32_t other_end(std::uint32_t link, std::uint32_t from) const {
        return whole_.links[link].from == from ? whole_.links[link].to : whole_.links[link].from;
    }
    void note(std::uint32_t node) {
        if (place_[node] != no_node) return;
        place_[node] = 0;  // seen; where it comes to stand is known at the end
        (is_source(node) ? sources : nodes).push_back(node);
    }
    void take(Circuit& out, std::uint32_t index, std::uint32_t from) {
        if (taken_[index]) return;
        taken_[index] = true;
        note(other_end(index, from));
        out.links.push_back(whole_.links[index]);
    }

    const Circuit& whole_;
    const FeederLinks& links_;
    std::vector<bool> taken_;
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
            if (place >= feeder.sources) feeder.nodes.emplace(bus.number, place);
        }
        feeder.generation[place] = feeder.circuit.nodes[place].injection + feeder.load[place];
    }
}

// A generator that holds its voltage gives what reactive power that takes; where it does not, it is taken to give none.
void drop_reactive_help(const Network& network, const Circuit& circuit, std::vector<FeederModel>& feeders) {
    for (const auto& generator : network.generators) {
        const auto node = circuit.node_of_bus[generator.bus];
        if (!generator.in_service || node == no_node || circuit.nodes[node].kind != NodeKind::generator) continue;
        for (auto& feeder : feeders) {
            const auto at = feeder.nodes.find(network.buses[generator.bus].number);
            if (at != feeder.nodes.end()) feeder.generation[at->second] -= Complex(0, generator.q_mvar / network.base_mva);
        }
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

std::vector<FeederModel> feeders_of(const Network& network, const Circuit& circuit) {
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
            if (feeder.circuit.nodes.empty()) continue;
            feeder.sources = static_cast<std::uint32_t>(cut.sources.size());
            if (auto sweep = Sweep::prepare(network, feeder.circuit)) feeder.sweep = std::move(*sweep);  // else a loop, or a held voltage
            place_loads(network, buses, cut.nodes, feeder);
            rate_branches(network, feeder);
            feeder.feeder = {.id = std::to_string(network.buses[feeder.circuit.nodes[feeder.sources].bus].number),
                             .buses = static_cast<std::uint32_t>(feeder.nodes.size()), .meshed = !feeder.sweep};
            out.push_back(std::move(feeder));
        }
    }
    drop_reactive_help(network, circuit, out);
    return out;
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
    parts->feeders = feeders_of(parts->network, circuit);
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
