#include "grid/study.hpp"

#include <fmt/format.h>

#include <cmath>
#include <numbers>

namespace wasl::grid {

namespace {

void tell_voltages(const Network& network, const Circuit& circuit, const Flow& flow, Study& out) {
    out.buses.resize(network.buses.size());
    bool first = true;
    for (std::size_t i = 0; i < network.buses.size(); ++i) {
        const auto node = circuit.node_of_bus[i];
        if (node == no_node) continue;
        const auto voltage = flow.voltage[node];
        out.buses[i] = {true, std::abs(voltage), std::arg(voltage) * 180 / std::numbers::pi};
        if (first || out.buses[i].magnitude_pu < out.buses[out.lowest].magnitude_pu) out.lowest = i;
        if (first || out.buses[i].magnitude_pu > out.buses[out.highest].magnitude_pu) out.highest = i;
        first = false;
    }
}

void tell_power(const Network& network, const Circuit& circuit, const Flow& flow, Study& out) {
    Complex losses, charging;
    for (const auto& link : circuit.links) {
        const auto behind_tap = flow.voltage[link.from] / link.tap, end = flow.voltage[link.to];
        losses += std::norm(behind_tap - end) / std::conj(link.impedance);
        charging += Complex(0, link.charging / 2) * (std::norm(behind_tap) + std::norm(end));
    }
    Complex shunts;
    for (std::size_t i = 0; i < circuit.nodes.size(); ++i) shunts += std::norm(flow.voltage[i]) * std::conj(circuit.nodes[i].shunt);
    for (std::size_t i = 0; i < network.buses.size(); ++i) {
        if (circuit.node_of_bus[i] == no_node) continue;
        out.load.mw += network.buses[i].load_mw;
        out.load.mvar += network.buses[i].load_mvar;
    }
    losses *= circuit.base_mva;
    shunts *= circuit.base_mva;
    out.losses = {losses.real(), losses.imag()};
    out.shunts = {shunts.real(), shunts.imag()};
    out.generation = {out.load.mw + losses.real() + shunts.real(),
                      out.load.mvar + losses.imag() + shunts.imag() - charging.imag() * circuit.base_mva};
}

double largest_difference(const Flow& a, const Flow& b) {
    double largest = 0;
    for (std::size_t i = 0; i < a.voltage.size(); ++i) largest = std::max(largest, std::abs(a.voltage[i] - b.voltage[i]));
    return largest;
}

}  // namespace

Result<Study> study(const Network& network, Method method) {
    const auto circuit = TRY(make_circuit(network));
    auto flow = TRY(method == Method::sweep ? solve_sweep(network, circuit) : solve_newton(network, circuit));
    Study out;
    out.method = method == Method::sweep ? Method::sweep : Method::newton;
    out.iterations = flow.iterations;
    if (method == Method::both) {
        const auto other = solve_sweep(network, circuit);
        if (other) {
            out.sweep_iterations = other->iterations;
            out.difference = largest_difference(flow, *other);
            if (!(*out.difference <= agreement_limit)) {
                flow = TRY(solve_newton_from_idle(network, circuit));
                out.iterations = flow.iterations;
                out.difference = largest_difference(flow, *other);
            }
            if (!(*out.difference <= agreement_limit))
                return fail(Code::unprocessable, "grid.methods-differ", fmt::format("by {:.3g} per unit", *out.difference));
        } else {
            out.sweep_left_out = other.error().key;
            out.sweep_detail = other.error().detail;
        }
    }
    tell_voltages(network, circuit, flow, out);
    tell_power(network, circuit, flow, out);
    return out;
}

}  // namespace wasl::grid
