#include "grid/circuit.hpp"

#include <fmt/format.h>

#include <cmath>
#include <initializer_list>
#include <numbers>
#include <numeric>

namespace wasl::grid {

namespace {

// The base is a unit and no more; but what counts as balanced is told in it, so that it has to be of a network's size.
constexpr double smallest_base_mva = 1e-4, largest_base_mva = 1e5;
constexpr double radians = std::numbers::pi / 180;

bool finite(std::initializer_list<double> values) {
    for (const double value : values) {
        if (!std::isfinite(value)) return false;
    }
    return true;
}

std::string words(const Network& network, const Branch& branch, std::size_t index) {
    return fmt::format("branch {} from bus {} to bus {}", index + 1, network.buses[branch.from].number,
                       network.buses[branch.to].number);
}

Result<void> check_buses(const Network& network) {
    if (network.buses.empty()) return fail(Code::unprocessable, "grid.empty");
    if (!(network.base_mva >= smallest_base_mva && network.base_mva <= largest_base_mva))
        return fail(Code::unprocessable, "grid.base-power", fmt::format("base of {} MVA", network.base_mva));
    for (const auto& bus : network.buses) {
        if (!finite({bus.load_mw, bus.load_mvar, bus.shunt_mw, bus.shunt_mvar, bus.start_pu, bus.start_degrees}))
            return fail(Code::unprocessable, "grid.number", fmt::format("bus {}", bus.number));
    }
    return {};
}

Result<void> check_branches(const Network& network) {
    for (std::size_t i = 0; i < network.branches.size(); ++i) {
        const auto& branch = network.branches[i];
        if (branch.from >= network.buses.size() || branch.to >= network.buses.size())
            return fail(Code::unprocessable, "grid.branch-end", fmt::format("branch {}", i + 1));
        if (!branch.in_service || branch.kind == BranchKind::switching) continue;
        if (branch.from == branch.to) return fail(Code::unprocessable, "grid.branch-end", words(network, branch, i));
        if (!finite({branch.r, branch.x, branch.b, branch.ratio, branch.shift_degrees}) || branch.ratio == 0)
            return fail(Code::unprocessable, "grid.number", words(network, branch, i));
        if (!(branch.rating_mva >= 0))  // would pass for none stated
            return fail(Code::unprocessable, "grid.number", words(network, branch, i) + fmt::format(": rating of {} MVA", branch.rating_mva));
        if (std::norm(Complex(branch.r, branch.x)) == 0)
            return fail(Code::unprocessable, "grid.zero-impedance", words(network, branch, i));
    }
    return {};
}

Result<void> check_generators(const Network& network) {
    for (std::size_t i = 0; i < network.generators.size(); ++i) {
        const auto& generator = network.generators[i];
        if (generator.bus >= network.buses.size())
            return fail(Code::unprocessable, "grid.branch-end", fmt::format("generator {}", i + 1));
        if (!generator.in_service) continue;
        const auto number = network.buses[generator.bus].number;
        if (!finite({generator.p_mw, generator.q_mvar}))
            return fail(Code::unprocessable, "grid.number", fmt::format("generator {} at bus {}", i + 1, number));
        if (!std::isfinite(generator.voltage_pu) || generator.voltage_pu <= 0)
            return fail(Code::unprocessable, "grid.generator-voltage",
                        fmt::format("generator {} at bus {}: {} per unit", i + 1, number, generator.voltage_pu));
    }
    return {};
}

// Disjoint sets with path halving.
class Groups {
public:
    explicit Groups(std::size_t size) : parent_(size) { std::iota(parent_.begin(), parent_.end(), 0U); }
    std::uint32_t find(std::uint32_t item) {
        while (parent_[item] != item) item = parent_[item] = parent_[parent_[item]];
        return item;
    }
    // The smaller index stays the group's name, so that a node is named by its first bus.
    void join(std::uint32_t a, std::uint32_t b) {
        a = find(a);
        b = find(b);
        if (a != b) parent_[std::max(a, b)] = std::min(a, b);
    }

private:
    std::vector<std::uint32_t> parent_;
};

bool takes_part(const Network& network, const Branch& branch) {
    return branch.in_service && network.buses[branch.from].kind != BusKind::isolated &&
           network.buses[branch.to].kind != BusKind::isolated;
}

void make_nodes(const Network& network, Circuit& circuit) {
    const auto count = static_cast<std::uint32_t>(network.buses.size());
    Groups joined(count);
    for (const auto& branch : network.branches) {
        if (branch.kind == BranchKind::switching && takes_part(network, branch)) joined.join(branch.from, branch.to);
    }
    circuit.node_of_bus.assign(count, no_node);
    for (std::uint32_t i = 0; i < count; ++i) {
        const auto& bus = network.buses[i];
        if (bus.kind == BusKind::isolated) continue;
        const auto first = joined.find(i);
        if (first == i) {
            circuit.node_of_bus[i] = static_cast<std::uint32_t>(circuit.nodes.size());
            const double start = bus.start_pu > 0 ? bus.start_pu : 1;
            circuit.nodes.push_back({.bus = i, .start = std::polar(start, bus.start_degrees * radians)});
        }
        circuit.node_of_bus[i] = circuit.node_of_bus[first];
        auto& node = circuit.nodes[circuit.node_of_bus[i]];
        node.injection -= Complex(bus.load_mw, bus.load_mvar) / network.base_mva;
        node.shunt += Complex(bus.shunt_mw, bus.shunt_mvar) / network.base_mva;
    }
}

// A bus holds its voltage only while a generator in service stands there; of several, the last one listed is obeyed.
// The reference keeps the angle of its own bus even when a switch joins it to one listed earlier.
void place_generators(const Network& network, Circuit& circuit) {
    std::vector<bool> generating(network.buses.size());
    for (const auto& generator : network.generators) {
        if (generator.in_service) generating[generator.bus] = true;
    }
    for (std::uint32_t i = 0; i < network.buses.size(); ++i) {
        const auto at = circuit.node_of_bus[i];
        if (at == no_node || !generating[i]) continue;
        auto& node = circuit.nodes[at];
        if (network.buses[i].kind == BusKind::reference && node.kind != NodeKind::reference) {
            node.kind = NodeKind::reference;
            node.start = std::polar(1.0, network.buses[i].start_degrees * radians);
        } else if (network.buses[i].kind == BusKind::generator && node.kind == NodeKind::load) {
            node.kind = NodeKind::generator;
        }
    }
    for (const auto& generator : network.generators) {
        const auto at = circuit.node_of_bus[generator.bus];
        if (!generator.in_service || at == no_node) continue;
        auto& node = circuit.nodes[at];
        node.injection += Complex(generator.p_mw, generator.q_mvar) / network.base_mva;
        const auto kind = network.buses[generator.bus].kind;
        const bool holds = kind == BusKind::reference || (kind == BusKind::generator && node.kind == NodeKind::generator);
        if (holds) node.start *= generator.voltage_pu / std::abs(node.start);
    }
}

void make_links(const Network& network, Circuit& circuit) {
    for (std::uint32_t i = 0; i < network.branches.size(); ++i) {
        const auto& branch = network.branches[i];
        if (branch.kind == BranchKind::switching || !takes_part(network, branch)) continue;
        const auto from = circuit.node_of_bus[branch.from], to = circuit.node_of_bus[branch.to];
        circuit.links.push_back({from, to, i, Complex(branch.r, branch.x), branch.b,
                                 std::polar(1.0, branch.shift_degrees * radians) * branch.ratio});
    }
}

// As the reference program does: without a reference in service, the first generator bus becomes it.
Result<void> settle_reference(const Network& network, Circuit& circuit) {
    Node* first = nullptr;
    for (auto& node : circuit.nodes) {
        if (node.kind == NodeKind::reference) return {};
        if (node.kind == NodeKind::generator && first == nullptr) first = &node;
    }
    if (first == nullptr) return fail(Code::unprocessable, "grid.no-reference", network.name);
    first->kind = NodeKind::reference;
    return {};
}

Result<void> find_islands(const Network& network, const Circuit& circuit) {
    const auto count = circuit.nodes.size();
    Groups reached(count);
    for (const auto& link : circuit.links) reached.join(link.from, link.to);
    std::vector<bool> fed(count);
    for (std::uint32_t i = 0; i < count; ++i) {
        if (circuit.nodes[i].kind == NodeKind::reference) fed[reached.find(i)] = true;
    }
    std::size_t cut_off = 0;
    std::uint32_t first = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
        if (fed[reached.find(i)]) continue;
        if (cut_off++ == 0) first = i;
    }
    if (cut_off == 0) return {};
    return fail(Code::unprocessable, "grid.island",
                fmt::format("bus {}{}", network.buses[circuit.nodes[first].bus].number,
                            cut_off > 1 ? fmt::format(" and {} more", cut_off - 1) : ""));
}

}  // namespace

Result<Circuit> make_circuit(const Network& network) {
    TRY(check_buses(network));
    TRY(check_branches(network));
    TRY(check_generators(network));
    Circuit circuit;
    circuit.base_mva = network.base_mva;
    make_nodes(network, circuit);
    place_generators(network, circuit);
    make_links(network, circuit);
    TRY(settle_reference(network, circuit));
    TRY(find_islands(network, circuit));
    return circuit;
}

}  // namespace wasl::grid
