#include "grid/sweep.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

namespace wasl::grid {

namespace {

std::int64_t number_of(const Network& network, const Circuit& circuit, std::uint32_t node) {
    return network.buses[circuit.nodes[node].bus].number;
}

// Links at each node: those of node i stand at [begin[i], begin[i + 1]).
struct Incidence {
    std::vector<std::uint32_t> begin, links;
};

Incidence incidence_of(const Circuit& circuit) {
    Incidence out;
    out.begin.assign(circuit.nodes.size() + 1, 0);
    for (const auto& link : circuit.links) {
        ++out.begin[link.from + 1];
        ++out.begin[link.to + 1];
    }
    for (std::size_t i = 1; i < out.begin.size(); ++i) out.begin[i] += out.begin[i - 1];
    out.links.resize(circuit.links.size() * 2);
    auto next = out.begin;
    for (std::uint32_t i = 0; i < circuit.links.size(); ++i) {
        out.links[next[circuit.links[i].from]++] = i;
        out.links[next[circuit.links[i].to]++] = i;
    }
    return out;
}

struct Visit {
    std::uint32_t node, parent_place, link;
};

// From each root to the ends, a line before its branches: neighbours in the network are neighbours in memory.
Result<std::vector<Visit>> order_from_roots(const Network& network, const Circuit& circuit) {
    const auto incidence = incidence_of(circuit);
    std::vector<bool> seen(circuit.nodes.size()), used(circuit.links.size());
    std::vector<Visit> order, waiting;
    order.reserve(circuit.nodes.size());
    for (std::uint32_t i = 0; i < circuit.nodes.size(); ++i) {
        if (circuit.nodes[i].kind != NodeKind::reference) continue;
        order.push_back({i, no_node, 0});
        seen[i] = true;
    }
    const auto open = [&](std::uint32_t place) -> Result<void> {
        const auto node = order[place].node;
        for (auto at = incidence.begin[node]; at < incidence.begin[node + 1]; ++at) {
            const auto index = incidence.links[at];
            if (used[index]) continue;
            used[index] = true;
            const auto& link = circuit.links[index];
            const auto other = link.from == node ? link.to : link.from;
            if (seen[other])
                return fail(Code::unprocessable, "grid.not-radial",
                            fmt::format("branch {} from bus {} to bus {} closes a loop", link.branch + 1,
                                        number_of(network, circuit, link.from), number_of(network, circuit, link.to)));
            seen[other] = true;
            waiting.push_back({other, place, index});
        }
        return {};
    };
    const auto roots = static_cast<std::uint32_t>(order.size());
    for (std::uint32_t i = 0; i < roots; ++i) TRY(open(i));
    while (!waiting.empty()) {
        order.push_back(waiting.back());
        waiting.pop_back();
        TRY(open(static_cast<std::uint32_t>(order.size() - 1)));
    }
    return order;
}

}  // namespace

Result<Sweep> Sweep::prepare(const Network& network, const Circuit& circuit) {
    for (std::uint32_t i = 0; i < circuit.nodes.size(); ++i) {
        if (circuit.nodes[i].kind == NodeKind::generator)
            return fail(Code::unprocessable, "grid.held-voltage", fmt::format("bus {}", number_of(network, circuit, i)));
    }
    const auto order = TRY(order_from_roots(network, circuit));
    Sweep out;
    const auto size = circuit.nodes.size();
    out.place_of_node_.resize(size);
    out.parent_.resize(size);
    for (auto* part : {&out.power_re_, &out.power_im_, &out.shunt_re_, &out.shunt_im_, &out.impedance_re_, &out.impedance_im_,
                       &out.gain_re_, &out.gain_im_, &out.voltage_re_, &out.voltage_im_, &out.current_re_, &out.current_im_})
        part->assign(size, 0);
    for (std::uint32_t place = 0; place < size; ++place) {
        const auto& visit = order[place];
        const auto& node = circuit.nodes[visit.node];
        out.place_of_node_[visit.node] = place;
        out.parent_[place] = visit.parent_place;
        out.power_re_[place] = node.injection.real();
        out.power_im_[place] = node.injection.imag();
        out.shunt_re_[place] += node.shunt.real();
        out.shunt_im_[place] += node.shunt.imag();
        if (visit.parent_place == no_node) {
            out.root_re_.push_back(node.start.real());
            out.root_im_.push_back(node.start.imag());
            continue;
        }
        // Seen from the parent: V = gain * V_parent - Z * I, and the parent carries conj(gain) * I.
        const auto& link = circuit.links[visit.link];
        const bool downwards = link.to == visit.node;
        const auto gain = downwards ? 1.0 / link.tap : link.tap;
        const auto impedance = downwards ? link.impedance : link.impedance * std::norm(link.tap);
        out.gain_re_[place] = gain.real();
        out.gain_im_[place] = gain.imag();
        out.impedance_re_[place] = impedance.real();
        out.impedance_im_[place] = impedance.imag();
        const double at_to = link.charging / 2, at_from = at_to / std::norm(link.tap);
        out.shunt_im_[place] += downwards ? at_to : at_from;
        out.shunt_im_[visit.parent_place] += downwards ? at_from : at_to;
        if (link.tap != 1.0) out.plain_ = false;
    }
    const auto some = [](const std::vector<double>& part) { return std::ranges::any_of(part, [](double x) { return x != 0; }); };
    if (some(out.shunt_re_) || some(out.shunt_im_)) out.plain_ = false;
    return out;
}

void Sweep::inject(std::uint32_t node, Complex power) {
    power_re_[place_of_node_[node]] = power.real();
    power_im_[place_of_node_[node]] = power.imag();
}

Complex Sweep::voltage(std::uint32_t node) const {
    const auto place = place_of_node_[node];
    return {voltage_re_[place], voltage_im_[place]};
}

// What a node draws itself at its present voltage: load, and what leads to earth.
template <bool Plain>
void Sweep::draw(std::size_t i) {
    const double re = voltage_re_[i], im = voltage_im_[i];
    const double inverse = 1 / (re * re + im * im);
    double drawn_re = -(power_re_[i] * re + power_im_[i] * im) * inverse;
    double drawn_im = -(power_re_[i] * im - power_im_[i] * re) * inverse;
    if constexpr (!Plain) {
        drawn_re += shunt_re_[i] * re - shunt_im_[i] * im;
        drawn_im += shunt_re_[i] * im + shunt_im_[i] * re;
    }
    current_re_[i] = drawn_re;
    current_im_[i] = drawn_im;
}

// No load: every node at the voltage of its root, as the transformers hand it on.
template <bool Plain>
void Sweep::start() {
    const auto roots = root_re_.size();
    for (std::size_t i = 0; i < parent_.size(); ++i) {
        if (i < roots) {
            voltage_re_[i] = root_re_[i];
            voltage_im_[i] = root_im_[i];
            current_re_[i] = current_im_[i] = 0;
            continue;
        }
        const auto up = parent_[i];
        voltage_re_[i] = gain_re_[i] * voltage_re_[up] - gain_im_[i] * voltage_im_[up];
        voltage_im_[i] = gain_re_[i] * voltage_im_[up] + gain_im_[i] * voltage_re_[up];
        draw<Plain>(i);
    }
}

// The currents of the ends are carried by every branch above them.
template <bool Plain>
void Sweep::gather() {
    for (std::size_t i = parent_.size(), roots = root_re_.size(); i-- > roots;) {
        const auto up = parent_[i];
        if constexpr (Plain) {
            current_re_[up] += current_re_[i];
            current_im_[up] += current_im_[i];
        } else {
            current_re_[up] += gain_re_[i] * current_re_[i] + gain_im_[i] * current_im_[i];
            current_im_[up] += gain_re_[i] * current_im_[i] - gain_im_[i] * current_re_[i];
        }
    }
}

// Voltages from the roots; the largest change, squared. Each voltage waits for the one above it: what the node draws
// at its new voltage is worked out meanwhile, in place of the current that its branch carried.
template <bool Plain>
double Sweep::spread() {
    double largest = 0;
    const auto size = parent_.size(), roots = root_re_.size();
    for (std::size_t i = 0; i < roots; ++i) current_re_[i] = current_im_[i] = 0;
    for (std::size_t i = roots; i < size; ++i) {
        const auto up = parent_[i];
        double re = voltage_re_[up], im = voltage_im_[up];
        if constexpr (!Plain) {
            const double turned = gain_re_[i] * re - gain_im_[i] * im;
            im = gain_re_[i] * im + gain_im_[i] * re;
            re = turned;
        }
        re -= impedance_re_[i] * current_re_[i] - impedance_im_[i] * current_im_[i];
        im -= impedance_re_[i] * current_im_[i] + impedance_im_[i] * current_re_[i];
        const double by_re = re - voltage_re_[i], by_im = im - voltage_im_[i];
        const double change = by_re * by_re + by_im * by_im;
        largest = change <= largest ? largest : change;
        voltage_re_[i] = re;
        voltage_im_[i] = im;
        draw<Plain>(i);
    }
    return largest;
}

template <bool Plain>
Sweep::Outcome Sweep::iterate(SweepLimits limits) {
    Outcome out;
    start<Plain>();
    while (out.iterations < limits.iterations) {
        gather<Plain>();
        out.step = std::sqrt(spread<Plain>());
        ++out.iterations;
        out.converged = out.step <= limits.step;
        // Beyond a thousand times the rated voltage nothing comes back.
        if (out.converged || !(out.step < 1e3)) break;
    }
    return out;
}

Sweep::Outcome Sweep::solve(SweepLimits limits) {
    auto out = plain_ ? iterate<true>(limits) : iterate<false>(limits);
    const auto finite = [](const std::vector<double>& part) { return std::ranges::all_of(part, [](double x) { return std::isfinite(x); }); };
    out.converged = out.converged && finite(voltage_re_) && finite(voltage_im_);
    return out;
}

Result<Flow> solve_sweep(const Network& network, const Circuit& circuit, SweepLimits limits) {
    auto sweep = TRY(Sweep::prepare(network, circuit));
    const auto outcome = sweep.solve(limits);
    if (!outcome.converged)
        return fail(Code::unprocessable, "grid.no-convergence",
                    fmt::format("sweep, {} iterations, last step {:.3g} per unit", outcome.iterations, outcome.step));
    Flow flow;
    flow.iterations = outcome.iterations;
    flow.mismatch = outcome.step;
    flow.voltage.reserve(circuit.nodes.size());
    for (std::uint32_t i = 0; i < circuit.nodes.size(); ++i) flow.voltage.push_back(sweep.voltage(i));
    return flow;
}

}  // namespace wasl::grid
