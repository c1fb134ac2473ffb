#include "grid/newton.hpp"

#include <Eigen/SparseCore>
#include <Eigen/SparseLU>

#include <fmt/format.h>

#include <cmath>

namespace wasl::grid {

namespace {

using Admittance = Eigen::SparseMatrix<Complex, Eigen::RowMajor, int>;
using Jacobian = Eigen::SparseMatrix<double, Eigen::ColMajor, int>;

Admittance admittance_of(const Circuit& circuit) {
    std::vector<Eigen::Triplet<Complex>> entries;
    entries.reserve(circuit.links.size() * 4 + circuit.nodes.size());
    const auto add = [&](std::uint32_t row, std::uint32_t column, Complex value) {
        entries.emplace_back(static_cast<int>(row), static_cast<int>(column), value);
    };
    for (std::uint32_t i = 0; i < circuit.nodes.size(); ++i) add(i, i, circuit.nodes[i].shunt);
    for (const auto& link : circuit.links) {
        const auto series = 1.0 / link.impedance;
        const auto far_end = series + Complex(0, link.charging / 2);
        add(link.from, link.from, far_end / std::norm(link.tap));
        add(link.from, link.to, -series / std::conj(link.tap));
        add(link.to, link.from, -series / link.tap);
        add(link.to, link.to, far_end);
    }
    const auto size = static_cast<int>(circuit.nodes.size());
    Admittance matrix(size, size);
    matrix.setFromTriplets(entries.begin(), entries.end());
    return matrix;
}

// The voltages of a network without load, handed on from the references through ratios and shifts; what holds its
// magnitude keeps it. For networks whose own start leaves the shifts of their transformers out.
std::vector<Complex> idle_start(const Circuit& circuit) {
    std::vector<std::vector<std::pair<std::uint32_t, Complex>>> neighbours(circuit.nodes.size());
    for (const auto& link : circuit.links) {
        neighbours[link.from].emplace_back(link.to, 1.0 / link.tap);
        neighbours[link.to].emplace_back(link.from, link.tap);
    }
    std::vector<Complex> voltage(circuit.nodes.size());
    std::vector<std::uint32_t> reached;
    for (std::uint32_t i = 0; i < circuit.nodes.size(); ++i) {
        if (circuit.nodes[i].kind != NodeKind::reference) continue;
        voltage[i] = circuit.nodes[i].start;
        reached.push_back(i);
    }
    for (std::size_t next = 0; next < reached.size(); ++next) {
        for (const auto& [other, gain] : neighbours[reached[next]]) {
            if (voltage[other] != 0.0) continue;
            voltage[other] = voltage[reached[next]] * gain;
            if (circuit.nodes[other].kind == NodeKind::generator)
                voltage[other] *= std::abs(circuit.nodes[other].start) / std::abs(voltage[other]);
            reached.push_back(other);
        }
    }
    return voltage;
}

class Newton {
public:
    Newton(const Network& network, const Circuit& circuit, std::vector<Complex> start)
        : network_(network), circuit_(circuit), admittance_(admittance_of(circuit)), angle_row_(circuit.nodes.size(), -1),
          size_row_(circuit.nodes.size(), -1), voltage_(std::move(start)) {
        for (std::size_t i = 0; i < circuit.nodes.size(); ++i) {
            if (circuit.nodes[i].kind != NodeKind::reference) angle_row_[i] = unknowns_++;
        }
        for (std::size_t i = 0; i < circuit.nodes.size(); ++i) {
            if (circuit.nodes[i].kind == NodeKind::load) size_row_[i] = unknowns_++;
        }
        imbalance_.resize(unknowns_);
        current_.resize(circuit.nodes.size());
    }

    Result<Flow> solve(NewtonLimits limits) {
        double worst = 0;
        int iterations = 0;
        if (!approach(limits, iterations, worst)) return diverged(iterations, worst);
        refine(worst, [this] { return step(); });
        return Flow{std::move(voltage_), iterations, worst};
    }

    // Steps until the largest imbalance is within the limit.
    bool approach(NewtonLimits limits, int& iterations, double& worst) {
        worst = balance();
        while (!(worst <= limits.mismatch)) {
            if (iterations == limits.iterations || !step()) return false;
            ++iterations;
            worst = balance();
        }
        return true;
    }

    // The same with factors kept, from one network to the next, as long as they serve: a step with those of another state costs
    // a fraction of one with its own. One that leaves more than a fifth of the imbalance is taken back and made anew.
    bool approach_with_kept(NewtonLimits limits) {
        constexpr double serves = 0.2;
        double worst = balance();
        int iterations = 0;
        while (!(worst <= limits.mismatch)) {
            if (factored_) {
                const auto before = voltage_;
                if (!move()) return false;
                const double left = balance();
                if (left < serves * worst) {
                    worst = left;
                    continue;
                }
                voltage_ = before;
                balance();
            }
            if (iterations++ == limits.iterations || !step()) return false;
            worst = balance();
        }
        if (factored_) refine(worst, [this] { return move(); });
        return true;
    }

    void restart(const std::vector<Complex>& start) { voltage_ = start; }
    void forget_factors() { factored_ = false; }
    [[nodiscard]] const std::vector<Complex>& voltages() const noexcept { return voltage_; }

    // Factors of the derivatives at the voltages as they are now; false where there are none.
    bool linearise() {
        balance();
        return factorise();
    }
    // To first order, by these factors.
    std::vector<Complex> response(std::size_t node, Complex power) {
        Eigen::VectorXd more = Eigen::VectorXd::Zero(unknowns_);
        if (angle_row_[node] >= 0) more[angle_row_[node]] = power.real();
        if (size_row_[node] >= 0) more[size_row_[node]] = power.imag();
        const Eigen::VectorXd change = factors_.solve(more);
        std::vector<Complex> out(voltage_.size());
        for (std::size_t i = 0; i < out.size(); ++i) {
            const double angle = angle_row_[i] < 0 ? 0 : change[angle_row_[i]];
            const double size = size_row_[i] < 0 ? 0 : change[size_row_[i]];
            out[i] = voltage_[i] * Complex(size / std::abs(voltage_[i]), angle);
        }
        return out;
    }

private:
    // Power in excess of what is injected, at the unknowns; the largest of them, NaN when one is.
    double balance() {
        double worst = 0;
        for (int i = 0; i < admittance_.rows(); ++i) {
            Complex current = 0;
            for (Admittance::InnerIterator entry(admittance_, i); entry; ++entry)
                current += entry.value() * voltage_[static_cast<std::size_t>(entry.col())];
            const auto at = static_cast<std::size_t>(i);
            current_[at] = current;
            const auto excess = voltage_[at] * std::conj(current) - circuit_.nodes[at].injection;
            note(angle_row_[at], excess.real(), at, worst);
            note(size_row_[at], excess.imag(), at, worst);
        }
        return worst;
    }

    void note(int row, double value, std::size_t node, double& worst) {
        if (row < 0) return;
        imbalance_[row] = value;
        if (std::isnan(worst) || std::abs(value) <= worst) return;
        worst = std::abs(value);
        worst_node_ = node;
    }

    void derivatives(Jacobian& jacobian) {
        std::vector<Eigen::Triplet<double>> entries;
        entries.reserve(static_cast<std::size_t>(admittance_.nonZeros()) * 4);
        for (int i = 0; i < admittance_.rows(); ++i) {
            const auto row = static_cast<std::size_t>(i);
            for (Admittance::InnerIterator entry(admittance_, i); entry; ++entry) {
                const auto column = static_cast<std::size_t>(entry.col());
                const auto drawn = std::conj(entry.value() * voltage_[column]);
                auto by_angle = Complex(0, -1) * voltage_[row] * drawn;
                auto by_size = voltage_[row] * drawn / std::abs(voltage_[column]);
                if (row == column) {
                    by_angle += Complex(0, 1) * voltage_[row] * std::conj(current_[row]);
                    by_size += std::conj(current_[row]) * voltage_[row] / std::abs(voltage_[row]);
                }
                put(entries, angle_row_[row], angle_row_[column], by_angle.real());
                put(entries, angle_row_[row], size_row_[column], by_size.real());
                put(entries, size_row_[row], angle_row_[column], by_angle.imag());
                put(entries, size_row_[row], size_row_[column], by_size.imag());
            }
        }
        jacobian.setFromTriplets(entries.begin(), entries.end());
    }

    static void put(std::vector<Eigen::Triplet<double>>& entries, int row, int column, double value) {
        if (row >= 0 && column >= 0) entries.emplace_back(row, column, value);
    }

    // False when the derivatives are singular or no finite numbers: the network is past what it can carry.
    bool factorise() {
        factored_ = false;
        Jacobian jacobian(unknowns_, unknowns_);
        derivatives(jacobian);
        for (int i = 0; i < jacobian.nonZeros(); ++i) {
            if (!std::isfinite(jacobian.valuePtr()[i])) return false;
        }
        if (!analysed_) factors_.analyzePattern(jacobian);
        analysed_ = true;
        factors_.factorize(jacobian);
        factored_ = factors_.info() == Eigen::Success;
        return factored_;
    }

    bool step() { return factorise() && move(); }

    bool move() {
        const Eigen::VectorXd change = factors_.solve(imbalance_);
        if (factors_.info() != Eigen::Success || !change.allFinite()) return false;
        for (std::size_t i = 0; i < voltage_.size(); ++i) {
            const double angle = std::arg(voltage_[i]) - (angle_row_[i] < 0 ? 0 : change[angle_row_[i]]);
            const double size = std::abs(voltage_[i]) - (size_row_[i] < 0 ? 0 : change[size_row_[i]]);
            if (angle_row_[i] >= 0) voltage_[i] = Complex(size * std::cos(angle), size * std::sin(angle));
        }
        return true;
    }

    // Within the limit already: further steps are kept only while they make the balance better, down to rounding.
    template <class Step>
    void refine(double& worst, Step one_step) {
        for (int i = 0; i < 3 && worst > 0; ++i) {
            const auto kept = voltage_;
            if (!one_step()) {
                voltage_ = kept;
                return;
            }
            const double better = balance();
            if (!(better < worst)) {
                voltage_ = kept;
                return;
            }
            worst = better;
        }
    }

    std::unexpected<Error> diverged(int iterations, double worst) const {
        return fail(Code::unprocessable, "grid.no-convergence",
                    fmt::format("Newton's method, {} iterations, imbalance of {:.3g} MVA at bus {}", iterations,
                                worst * circuit_.base_mva, network_.buses[circuit_.nodes[worst_node_].bus].number));
    }

    const Network& network_;
    const Circuit& circuit_;
    Admittance admittance_;
    std::vector<int> angle_row_, size_row_;  // of each node's angle and magnitude among the unknowns; -1: held
    std::vector<Complex> voltage_, current_;
    int unknowns_ = 0;
    Eigen::VectorXd imbalance_;
    Eigen::SparseLU<Jacobian> factors_;
    std::size_t worst_node_ = 0;
    bool analysed_ = false, factored_ = false;
};

}  // namespace

Result<Flow> solve_newton(const Network& network, const Circuit& circuit, NewtonLimits limits) {
    std::vector<Complex> start;
    start.reserve(circuit.nodes.size());
    for (const auto& node : circuit.nodes) start.push_back(node.start);
    auto flow = Newton(network, circuit, std::move(start)).solve(limits);
    if (flow) return flow;
    auto again = solve_newton_from_idle(network, circuit, limits);
    return again ? again : flow;
}

Result<Flow> solve_newton_from_idle(const Network& network, const Circuit& circuit, NewtonLimits limits) {
    return Newton(network, circuit, idle_start(circuit)).solve(limits);
}

struct RepeatedNewton::Parts {
    Parts(const Network& network, Circuit of) : circuit(std::move(of)), idle(idle_start(circuit)), newton(network, circuit, idle) {}

    Circuit circuit;  // the method looks at its injections
    std::vector<Complex> idle;
    Newton newton;
};

RepeatedNewton::RepeatedNewton(const Network& network, Circuit circuit) : parts_(std::make_unique<Parts>(network, std::move(circuit))) {}
RepeatedNewton::~RepeatedNewton() = default;
RepeatedNewton::RepeatedNewton(RepeatedNewton&&) noexcept = default;

void RepeatedNewton::inject(std::uint32_t node, Complex power) { parts_->circuit.nodes[node].injection = power; }

bool RepeatedNewton::solve(NewtonLimits limits) {
    auto& parts = *parts_;
    parts.newton.restart(parts.idle);
    if (parts.newton.approach_with_kept(limits)) return true;
    parts.newton.forget_factors();  // they are of no state of the network
    return false;
}

const std::vector<Complex>& RepeatedNewton::voltages() const noexcept { return parts_->newton.voltages(); }

bool RepeatedNewton::linearise() { return parts_->newton.linearise(); }

std::vector<Complex> RepeatedNewton::response(std::uint32_t node, Complex power) { return parts_->newton.response(node, power); }

}  // namespace wasl::grid
