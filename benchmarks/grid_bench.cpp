// uses: base grid
// Power flow of radial networks by the sweep, beside Newton's method on the same network; a connection check, on a radial network and on a
// meshed one; a picture.
// Targets: 2,605 nodes under 0.2 ms and 100,000 nodes under 10 ms, from no load to voltages that move less than 1e-11, the
// network laid out beforehand, as a connection check finds it; a check under 5 ms. Networks are made anew, always the same.
#include "grid/connection.hpp"
#include "grid/newton.hpp"
#include "grid/one_line.hpp"
#include "grid/sample.hpp"
#include "grid/sweep.hpp"

#include <fmt/core.h>

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

using namespace wasl;
using namespace wasl::grid;

namespace {

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

bool told(const std::string& what, double spent, double limit) {
    fmt::print("{:<34} {:8.3f} ms, {:.2f} of the limit of {} ms\n", what, spent, spent / limit, limit);
    return spent < limit;
}

bool power_flow(std::uint32_t size, double limit) {
    const auto network = sample_city(size);
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
    const bool fast = told(fmt::format("sweep, {} nodes", size), spent, limit);
    fmt::print("    {} iterations, {:.1f} ns a node each; laid out in {:.2f} ms; lowest voltage {:.4f}\n", outcome.iterations,
               spent * 1e6 / size / outcome.iterations, prepared, lowest);
    fmt::print("    Newton {:.2f} ms, {} iterations: the sweep takes {:.3f} of it; the two differ by {:.1e}\n", other, newton->iterations, spent / other, difference);
    return fast && difference < 1e-9;
}

// One that is cut down, so that the bisection runs to its end, beside what neighbours hold.
bool connection_check(double limit) {
    const auto model = ConnectionModel::prepare(sample_city(2'605), {});
    if (!model) {
        fmt::print("no model: {} {}\n", model.error().key, model.error().detail);
        return false;
    }
    const std::vector<HeldCapacity> held{{.bus = 200, .load_kw = 50, .load_kvar = 20}, {.bus = 350, .solar_kw = 30}};
    Result<ConnectionCheck> check = ConnectionCheck{};
    const double spent = milliseconds(20, [&] { check = check_connection(**model, {.bus = 500, .load_kw = 4'000}, held); });
    if (!check) {
        fmt::print("no check: {} {}\n", check.error().key, check.error().detail);
        return false;
    }
    const bool fast = told("connection check, 2,605 nodes", spent, limit);
    fmt::print("    {}, {:.0f} kW of 4,000, {} power flows\n", to_string(check->outcome), check->granted_kw, check->power_flows);
    return fast;
}

// The same question of a network in which a tie is closed at every twentieth bus: Newton's method from no load for each step
// of the bisection, and each line judged with the neighbours by which it carries most.
void meshed_check(std::uint32_t size) {
    auto network = sample_city(size);
    for (std::uint32_t i = 20; i + 17 < size; i += 20) network.branches.push_back({.from = i, .to = i + 17, .r = 0.002, .x = 0.0015});
    for (auto& branch : network.branches) branch.rating_mva = 20;
    const auto model = ConnectionModel::prepare(std::move(network), {});
    if (!model) return fmt::print("no model: {} {}\n", model.error().key, model.error().detail);
    std::vector<HeldCapacity> held;
    for (std::int64_t i = 1; i <= 20; ++i) held.push_back({.bus = 15 * i, .load_kw = 50, .load_kvar = 20});
    Result<ConnectionCheck> check = ConnectionCheck{};
    const double spent = milliseconds(5, [&] { check = check_connection(**model, {.bus = 300, .load_kw = 20'000}, held); });
    if (!check) return fmt::print("no check: {} {}\n", check.error().key, check.error().detail);
    fmt::print("{:<34} {:8.3f} ms, no limit set\n", fmt::format("connection check, mesh of {} nodes", size), spent);
    fmt::print("    {}, {:.0f} kW of 20,000, {} power flows by Newton's method, 20 neighbours\n", to_string(check->outcome), check->granted_kw, check->power_flows);
}

void picture() {
    const auto network = sample_city(2'605);
    const OneLineWords words{.title = "city", .number = [](double value, int digits) { return fmt::format("{:.{}f}", value, digits); }};
    const auto solved = study(network, Method::sweep);
    if (!solved) return;
    std::string svg;
    const double spent = milliseconds(5, [&] { svg = one_line_svg(network, &*solved, words); });
    fmt::print("{:<34} {:8.3f} ms, {} KB\n", "one-line picture, 2,605 nodes", spent, svg.size() / 1000);
}

}  // namespace

int main() {
    const bool small = power_flow(2'605, 0.2);
    const bool large = power_flow(100'000, 10);
    const bool check = connection_check(5);
    meshed_check(400);
    picture();
    return small && large && check ? EXIT_SUCCESS : EXIT_FAILURE;
}
