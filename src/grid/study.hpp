// One network solved and told: losses, voltages, and whether both methods say the same.
#pragma once

#include "grid/newton.hpp"
#include "grid/sweep.hpp"

#include <optional>
#include <string_view>

namespace wasl::grid {

enum class Method : std::uint8_t { both, newton, sweep };

inline constexpr double agreement_limit = 1e-9;  // per unit, between the voltages of the two methods

struct Power {
    double mw = 0, mvar = 0;
};

struct BusResult {
    bool energised = false;  // false: isolated in the books; the rest is zero
    double magnitude_pu = 0, angle_degrees = 0;
};

struct Study {
    Method method = Method::newton;      // whose voltages these are
    int iterations = 0;
    std::optional<int> sweep_iterations; // of the sweep beside Newton's method
    std::optional<double> difference;    // largest between the two methods' voltages, per unit
    std::string sweep_left_out;          // why no sweep ran or what it ended with: a key; empty: it agreed
    std::string sweep_detail;
    std::vector<BusResult> buses;        // as the network's
    Power losses;                        // in the series impedances
    Power load, shunts, generation;      // generation: what the buses must inject so that all balances
    std::size_t lowest = 0, highest = 0; // buses of the lowest and highest voltage; of equals the first
};

// both: Newton's method, and the sweep beside it wherever the network is radial. A sweep that does not apply is told,
// not an error; one that differs by more than agreement_limit is. Keys: those of make_circuit, Sweep::prepare,
// "grid.no-convergence", "grid.methods-differ".
Result<Study> study(const Network& network, Method method = Method::both);

// The answer of `wasl grid solve`: for machines (losses_kw, lowest_voltage_pu, lowest_voltage_bus, …, the whole voltage
// profile) and for people. Numbers carry all their digits in the first.
std::string study_json(const Network& network, const Study& study);
std::string study_text(const Network& network, const Study& study);

}  // namespace wasl::grid
