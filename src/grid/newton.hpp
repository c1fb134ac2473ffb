// Power flow of any network, meshed or radial, by Newton's method on the power balance in polar form
// (W. F. Tinney, C. E. Hart, IEEE Trans. PAS-86, 1967), with sparse factors.
#pragma once

#include "grid/circuit.hpp"

#include <memory>
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

// One circuit solved again and again with other injections. Each time from the voltages without load, so that the same
// question has the same answer whatever was asked before.
class RepeatedNewton {
public:
    RepeatedNewton(const Network& network, Circuit circuit);
    ~RepeatedNewton();
    RepeatedNewton(RepeatedNewton&&) noexcept;
    RepeatedNewton& operator=(RepeatedNewton&&) = delete;

    // What a node injects (negative: draws), per unit.
    void inject(std::uint32_t node, Complex power);
    // False: no operating point was found within the limits, and there is nothing else to ask for. Factors of the state
    // before are used as long as they serve; counted are the steps with new ones.
    bool solve(NewtonLimits limits);
    [[nodiscard]] const std::vector<Complex>& voltages() const noexcept;  // of the last solution, per node
    // Makes ready for response(), which tells how they would change, to first order, if `node` injected `power` more.
    // False: they stand at the very edge of what the network can carry, where nothing can be told.
    bool linearise();
    std::vector<Complex> response(std::uint32_t node, Complex power);

private:
    struct Parts;
    std::unique_ptr<Parts> parts_;
};

}  // namespace wasl::grid
