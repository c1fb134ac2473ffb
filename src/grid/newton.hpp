// Power flow of any network, meshed or radial, by Newton's method on the power balance in polar form
// (W. F. Tinney, C. E. Hart, IEEE Trans. PAS-86, 1967), with sparse factors.
#pragma once

#include "grid/circuit.hpp"

#include <vector>

namespace wasl::grid {

struct NewtonLimits {
    double mismatch = 1e-8;  // per unit, of the largest power balance; refined further at no risk
    int iterations = 10;
};

struct Flow {
    std::vector<Complex> voltage;  // per node, per unit
    int iterations = 0;
    double mismatch = 0;           // largest remaining imbalance (Newton), or last step of a voltage (sweep), per unit
};

// Begins at the voltages that the network states; when that leads nowhere, once more at those of the network without load.
// Key "grid.no-convergence": the load cannot be carried, or the start is too far off; the detail names the bus whose
// power balance is worst.
Result<Flow> solve_newton(const Network& network, const Circuit& circuit, NewtonLimits limits = {});
// Only from the voltages without load: they lead to the working point even where a start that leaves out the shifts of
// transformers leads to another, of low voltage.
Result<Flow> solve_newton_from_idle(const Network& network, const Circuit& circuit, NewtonLimits limits = {});

}  // namespace wasl::grid
