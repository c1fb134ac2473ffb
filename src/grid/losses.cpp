#include "grid/losses.hpp"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace wasl::grid {

namespace {

Complex voltage_of(const BusResult& bus) { return std::polar(bus.magnitude_pu, bus.angle_degrees * std::numbers::pi / 180); }

}  // namespace

std::vector<BranchFlow> branch_flows(const Network& network, const Study& study) {
    std::vector<BranchFlow> out(network.branches.size());
    for (std::size_t i = 0; i < out.size(); ++i) {
        const auto& branch = network.branches[i];
        const auto &from = study.buses[branch.from], &to = study.buses[branch.to];
        if (!branch.in_service || branch.kind == BranchKind::switching || !from.energised || !to.energised) continue;
        const auto tap = std::polar(branch.ratio, branch.shift_degrees * std::numbers::pi / 180);
        const auto inner = voltage_of(from) / tap, end = voltage_of(to);
        const Complex impedance(branch.r, branch.x), charging(0, branch.b / 2);
        const auto series = (inner - end) / impedance;
        const auto into = inner * std::conj(series + inner * charging) * network.base_mva;
        const auto back = end * std::conj(-series + end * charging) * network.base_mva;
        auto& flow = out[i];
        flow.carries = true;
        flow.from_mw = into.real();
        flow.from_mvar = into.imag();
        flow.to_mw = back.real();
        flow.to_mvar = back.imag();
        flow.loss_kw = std::norm(series) * branch.r * network.base_mva * kw_of_mw;
        if (branch.rating_mva > 0) flow.loading = std::max(std::abs(into), std::abs(back)) / branch.rating_mva;
    }
    return out;
}

std::vector<FeederLosses> feeder_losses(const Network& network, const Study& study, const std::vector<BranchFlow>& flows, const Trace& trace) {
    std::vector<FeederLosses> out;
    for (const auto& feeder : trace.feeders()) out.push_back({.feeder = feeder.id});
    for (std::uint32_t i = 0; i < network.buses.size(); ++i) {
        const auto feeder = trace.feeder_of(i);
        if (feeder == no_place || !study.buses[i].energised) continue;
        auto& line = out[feeder];
        line.load_kw += network.buses[i].load_mw * kw_of_mw;
        const double voltage = study.buses[i].magnitude_pu;
        if (line.lowest_bus == 0 || voltage < line.lowest_pu) {
            line.lowest_pu = voltage;
            line.lowest_bus = network.buses[i].number;
        }
    }
    for (std::size_t i = 0; i < flows.size(); ++i) {
        const auto at_to = trace.feeder_of(network.branches[i].to), at_from = trace.feeder_of(network.branches[i].from);
        const auto feeder = at_to == no_place ? at_from : at_to;
        if (feeder != no_place) out[feeder].loss_kw += flows[i].loss_kw;
    }
    return out;
}

}  // namespace wasl::grid
