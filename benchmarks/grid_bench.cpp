// uses: base grid
// Power flow of radial networks by the sweep, beside Newton's method on the same network.
// Targets: 2,605 nodes under 0.2 ms and 100,000 nodes under 10 ms, from no load to voltages that move less than 1e-11;
// the network is laid out beforehand, as a connection check finds it.
#include "grid/newton.hpp"
#include "grid/sweep.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <random>

using namespace wasl;
using namespace wasl::grid;

namespace {

// Feeders of a city: trunks with laterals, buses of 10 kW on average, voltages down to about 0.95.
Network city(std::uint32_t size) {
    std::mt19937_64 random(size);
    Network network{.name = "city", .base_mva = 10};
    network.buses.push_back({.number = 1, .kind = BusKind::reference});
    network.generators.push_back({.bus = 0});
    std::uint32_t trunk = 0;
    for (std::uint32_t i = 1; i < size; ++i) {
        if (i % 500 == 1) trunk = 0;  // a new feeder leaves the station
        const bool lateral = random() % 4 == 0;
        const auto up = lateral ? std::max(trunk, i - 1) : trunk;
        const double length = 0.5 + static_cast<double>(random() % 1000) / 1000;
        network.buses.push_back({.number = static_cast<std::int64_t>(i) + 1, .load_mw = 0.01 * length, .load_mvar = 0.004 * length});
        network.branches.push_back({.from = i % 500 == 1 ? 0 : up, .to = i, .r = 0.0004 * length, .x = 0.0003 * length});
        if (!lateral) trunk = i;
    }
    return network;
}

template <class Work>
double milliseconds(int rounds, Work work) {
    double best = 1e18;
    for (int i = 0; i < rounds; ++i) {
        const auto begin = std::chrono::steady_clock::now();
        work();
        best = std::min(best, std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - begin).count());
    }
    return best;
}

bool run(std::uint32_t size, double target) {
    const auto network = city(size);
    const auto circuit = make_circuit(network);
    if (!circuit) return false;
    auto sweep = Sweep::prepare(network, *circuit);
    if (!sweep) return false;
    Sweep::Outcome outcome;
    const double spent = milliseconds(200, [&] { outcome = sweep->solve(); });
    const double prepared = milliseconds(5, [&] { static_cast<void>(Sweep::prepare(network, *circuit)); });
    Result<Flow> newton = Flow{};
    const double other = milliseconds(3, [&] { newton = solve_newton(network, *circuit); });
    if (!outcome.converged || !newton) return false;
    double lowest = 1, difference = 0;
    for (std::uint32_t i = 0; i < circuit->nodes.size(); ++i) {
        lowest = std::min(lowest, std::abs(sweep->voltage(i)));
        difference = std::max(difference, std::abs(sweep->voltage(i) - newton->voltage[i]));
    }
    fmt::print("{:>7} nodes: sweep {:.3f} ms (limit {} ms), {} iterations, {:.1f} ns a node each; laid out in {:.2f} ms\n", size, spent, target,
               outcome.iterations, spent * 1e6 / size / outcome.iterations, prepared);
    fmt::print("               Newton {:.2f} ms, {} iterations; lowest voltage {:.4f}; the two differ by {:.1e}\n", other, newton->iterations, lowest,
               difference);
    return difference < 1e-9 && spent < target;
}

}  // namespace

int main() {
    const bool small = run(2'605, 0.2);
    const bool large = run(100'000, 10);
    return small && large ? EXIT_SUCCESS : EXIT_FAILURE;
}
