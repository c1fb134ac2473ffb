// Power flow of radial networks by backward and forward sweeps (D. Shirmohammadi et al., IEEE Trans. Power Systems 3(2),
// 1988): currents gathered from the ends to the root, voltages from the root to the ends, until they stand still.
#pragma once

#include "grid/newton.hpp"

namespace wasl::grid {

struct SweepLimits {
    double step = 1e-11;  // per unit, largest change of a voltage between two sweeps
    int iterations = 500;
};

// A radial network laid out in flat arrays, parents before children. Prepared once; solving allocates nothing, so that
// one feeder can be asked thousands of times with other loads.
class Sweep {
public:
    // Keys: "grid.not-radial" a loop (the detail names a branch that closes it),
    //       "grid.held-voltage" a bus besides the reference holds its voltage.
    static Result<Sweep> prepare(const Network& network, const Circuit& circuit);

    // What a node injects (negative: draws), per unit.
    void inject(std::uint32_t node, Complex power);

    struct Outcome {
        bool converged = false;
        int iterations = 0;
        double step = 0;
    };
    Outcome solve(SweepLimits limits = {});

    [[nodiscard]] Complex voltage(std::uint32_t node) const;
    [[nodiscard]] std::size_t size() const noexcept { return parent_.size(); }

private:
    template <bool Plain>
    void draw(std::size_t place);
    template <bool Plain>
    void start();
    template <bool Plain>
    void gather();
    template <bool Plain>
    double spread();
    template <bool Plain>
    Outcome iterate(SweepLimits limits);

    // By place in the order from the roots; real and imaginary parts apart.
    std::vector<std::uint32_t> place_of_node_, parent_;
    std::vector<double> power_re_, power_im_, shunt_re_, shunt_im_;
    std::vector<double> impedance_re_, impedance_im_, gain_re_, gain_im_;
    std::vector<double> voltage_re_, voltage_im_, current_re_, current_im_;
    std::vector<double> root_re_, root_im_;  // voltages of the roots, which stand first
    bool plain_ = true;                      // no transformer changes a voltage, nothing leads to earth
};

// Prepares, solves and names the failure: the keys of prepare, and "grid.no-convergence".
Result<Flow> solve_sweep(const Network& network, const Circuit& circuit, SweepLimits limits = {});

}  // namespace wasl::grid
