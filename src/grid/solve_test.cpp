// Networks small enough to be solved by hand, random ones that both methods must agree on, and those that have no answer.
#include "grid/study.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <numbers>
#include <random>

using namespace wasl;
using namespace wasl::grid;

namespace {

// A reference at 1 per unit (bus 1) and load buses 2, 3, … on 1 MVA.
Network feeder(std::size_t buses) {
    Network network{.name = "feeder", .base_mva = 1};
    for (std::size_t i = 0; i < buses; ++i) network.buses.push_back({.number = static_cast<std::int64_t>(i) + 1});
    network.buses[0].kind = BusKind::reference;
    network.generators.push_back({.bus = 0});
    return network;
}

Branch line(std::uint32_t from, std::uint32_t to, double r, double x) { return {.from = from, .to = to, .r = r, .x = x}; }

std::string key_of(const Network& network, Method method = Method::both) {
    const auto solved = study(network, method);
    return solved ? "solved" : solved.error().key;
}

// A tree of random shape with transformers, shunts, charging and some generation among the loads.
Network random_tree(std::mt19937_64& random, std::size_t size, bool plain) {
    const auto between = [&](double low, double high) { return std::uniform_real_distribution(low, high)(random); };
    auto network = feeder(size);
    const double share = 1.0 / static_cast<double>(size);
    for (std::uint32_t i = 1; i < size; ++i) {
        network.buses[i].load_mw = between(-0.5, 1) * share;
        network.buses[i].load_mvar = between(-0.2, 0.6) * share;
        const auto up = static_cast<std::uint32_t>(between(0, static_cast<double>(i)) * 0.999);
        auto branch = line(up, i, between(0.001, 0.08), between(0.001, 0.08));
        if (between(0, 1) < 0.3) std::swap(branch.from, branch.to);
        if (!plain) {
            branch.b = between(0, 0.02);
            network.buses[i].shunt_mvar = between(-0.05, 0.05) * share;
            network.buses[i].shunt_mw = between(0, 0.05) * share;
            if (between(0, 1) < 0.2) {
                branch.kind = BranchKind::transformer;
                branch.ratio = between(0.95, 1.05);
                branch.shift_degrees = between(-30, 30);
            }
        }
        network.branches.push_back(branch);
    }
    std::shuffle(network.branches.begin(), network.branches.end(), random);
    return network;
}

// What flows into the branches and shunts of each bus, written down branch by branch: not the solver's matrix.
std::vector<Complex> drawn(const Network& network, const Study& study) {
    const auto voltage = [&](std::uint32_t bus) {
        return std::polar(study.buses[bus].magnitude_pu, study.buses[bus].angle_degrees * std::numbers::pi / 180);
    };
    std::vector<Complex> out(network.buses.size());
    for (std::uint32_t i = 0; i < network.buses.size(); ++i)
        out[i] = std::norm(voltage(i)) * Complex(network.buses[i].shunt_mw, -network.buses[i].shunt_mvar) / network.base_mva;
    for (const auto& branch : network.branches) {
        if (!branch.in_service) continue;
        const auto tap = std::polar(branch.ratio, branch.shift_degrees * std::numbers::pi / 180);
        const auto inner = voltage(branch.from) / tap, end = voltage(branch.to);
        const auto series = (inner - end) / Complex(branch.r, branch.x);
        out[branch.from] += inner * std::conj(series + inner * Complex(0, branch.b / 2));
        out[branch.to] += end * std::conj(-series + end * Complex(0, branch.b / 2));
    }
    return out;
}

}  // namespace

TEST_CASE("one line, one load: the voltage is the root of a quadratic") {
    auto network = feeder(2);
    network.branches.push_back(line(0, 1, 0.1, 0));
    network.buses[1].load_mw = 0.9;  // V^2 - V + r P = 0
    const auto solved = study(network);
    REQUIRE(solved.has_value());
    const double voltage = (1 + std::sqrt(1 - 4 * 0.1 * 0.9)) / 2;
    CHECK(voltage == doctest::Approx(0.9));
    CHECK(std::abs(solved->buses[1].magnitude_pu - voltage) < 1e-9);
    CHECK(std::abs(solved->losses.mw - 0.1) < 1e-8);  // I = 1: r I^2
    CHECK(solved->lowest == 1);
    CHECK(solved->highest == 0);
    CHECK(std::abs(solved->generation.mw - 1) < 1e-8);
    REQUIRE(solved->difference.has_value());
    CHECK(*solved->difference < agreement_limit);
}

TEST_CASE("a transformer with a tap and a shift, unloaded, hands on voltage and angle") {
    auto network = feeder(3);
    network.branches.push_back({.from = 0, .to = 1, .kind = BranchKind::transformer, .x = 0.1, .ratio = 0.95, .shift_degrees = 30});
    network.branches.push_back({.from = 2, .to = 0, .kind = BranchKind::transformer, .x = 0.1, .ratio = 0.95, .shift_degrees = 30});
    const auto solved = study(network);
    REQUIRE(solved.has_value());
    CHECK(solved->buses[1].magnitude_pu == doctest::Approx(1 / 0.95));
    CHECK(solved->buses[1].angle_degrees == doctest::Approx(-30));
    CHECK(solved->buses[2].magnitude_pu == doctest::Approx(0.95));
    CHECK(solved->buses[2].angle_degrees == doctest::Approx(30));
    CHECK(solved->sweep_left_out.empty());
}

TEST_CASE("a generator bus holds its voltage, without a generator in service it is a load") {
    auto network = feeder(2);
    network.branches.push_back(line(0, 1, 0.02, 0.1));
    network.buses[1].kind = BusKind::generator;
    network.buses[1].load_mw = 0.5;
    network.generators.push_back({.bus = 1, .p_mw = 0.2, .voltage_pu = 1.02});
    auto solved = study(network);
    REQUIRE(solved.has_value());
    CHECK(solved->buses[1].magnitude_pu == doctest::Approx(1.02));
    CHECK(solved->sweep_left_out == "grid.held-voltage");
    CHECK(key_of(network, Method::sweep) == "grid.held-voltage");
    network.generators[1].in_service = false;
    solved = study(network);
    REQUIRE(solved.has_value());
    CHECK(solved->buses[1].magnitude_pu < 1);
    CHECK(solved->sweep_left_out.empty());
}

TEST_CASE("without a reference in service the first generator bus takes its place") {
    auto network = feeder(2);
    network.branches.push_back(line(0, 1, 0.02, 0.1));
    network.buses[1].kind = BusKind::generator;
    network.generators.push_back({.bus = 1, .voltage_pu = 1.03});
    network.generators[0].in_service = false;
    network.buses[0].load_mw = 0.1;
    const auto solved = study(network);
    REQUIRE(solved.has_value());
    CHECK(solved->buses[1].magnitude_pu == doctest::Approx(1.03));
    network.generators[1].in_service = false;
    CHECK(key_of(network) == "grid.no-reference");
}

TEST_CASE("a closed switch joins two buses, an open one does not") {
    auto network = feeder(4);
    network.branches.push_back(line(0, 1, 0.05, 0.02));
    network.branches.push_back({.from = 1, .to = 2, .kind = BranchKind::switching});
    network.branches.push_back(line(2, 3, 0.05, 0.02));
    network.buses[3].load_mw = 0.5;
    const auto solved = study(network);
    REQUIRE(solved.has_value());
    CHECK(solved->buses[1].magnitude_pu == solved->buses[2].magnitude_pu);
    CHECK(solved->lowest == 3);
    network.branches[1].in_service = false;
    CHECK(key_of(network) == "grid.island");
    CHECK(study(network).error().detail == "bus 3 and 1 more");
    network.buses[2].kind = network.buses[3].kind = BusKind::isolated;
    const auto rest = study(network);
    REQUIRE(rest.has_value());
    CHECK_FALSE(rest->buses[3].energised);
}

TEST_CASE("property: both methods agree on random radial networks, and power balances at every bus") {
    std::mt19937_64 random(20261122);
    for (int round = 0; round < 120; ++round) {
        const auto network = random_tree(random, 2 + random() % 60, round % 3 == 0);
        const auto solved = study(network);
        REQUIRE_MESSAGE(solved.has_value(), solved.error().key, " ", solved.error().detail);
        REQUIRE(solved->difference.has_value());
        CHECK(*solved->difference < agreement_limit);
        const auto flows = drawn(network, *solved);
        for (std::size_t i = 1; i < network.buses.size(); ++i)
            CHECK(std::abs(flows[i] + Complex(network.buses[i].load_mw, network.buses[i].load_mvar)) < 1e-9);
        CHECK(std::abs(Complex(solved->generation.mw, solved->generation.mvar) - flows[0]) < 1e-8);
    }
}

TEST_CASE("property: power balances in random meshed networks") {
    std::mt19937_64 random(7);
    for (int round = 0; round < 60; ++round) {
        auto network = random_tree(random, 4 + random() % 40, true);
        const auto size = static_cast<std::uint32_t>(network.buses.size());
        for (std::uint32_t i = 0; i + 2 < size; i += 3) network.branches.push_back(line(i, i + 2, 0.03, 0.05));
        const auto solved = study(network);
        REQUIRE_MESSAGE(solved.has_value(), solved.error().key, " ", solved.error().detail);
        CHECK(solved->sweep_left_out == "grid.not-radial");
        const auto flows = drawn(network, *solved);
        for (std::size_t i = 1; i < size; ++i)
            CHECK(std::abs(flows[i] + Complex(network.buses[i].load_mw, network.buses[i].load_mvar)) < 1e-9);
    }
}

TEST_CASE("a sweep prepared once is solved again with other loads") {
    auto network = feeder(3);
    network.branches = {line(0, 1, 0.02, 0.01), line(1, 2, 0.02, 0.01)};
    const auto circuit = make_circuit(network);
    REQUIRE(circuit.has_value());
    auto sweep = Sweep::prepare(network, *circuit);
    REQUIRE(sweep.has_value());
    for (const double load : {0.1, 0.9, 0.0}) {
        sweep->inject(2, {-load, -load / 2});
        CHECK(sweep->solve().converged);
        network.buses[2].load_mw = load;
        network.buses[2].load_mvar = load / 2;
        const auto fresh = study(network, Method::newton);
        REQUIRE(fresh.has_value());
        CHECK(std::abs(std::abs(sweep->voltage(2)) - fresh->buses[2].magnitude_pu) < 1e-9);
    }
}

TEST_CASE("grid.not-radial: a loop, a parallel line, a line around a closed switch") {
    auto network = feeder(3);
    network.branches = {line(0, 1, 0.1, 0.1), line(1, 2, 0.1, 0.1), line(2, 0, 0.1, 0.1)};
    CHECK(key_of(network) == "solved");
    CHECK(key_of(network, Method::sweep) == "grid.not-radial");
    network.branches[2] = line(1, 0, 0.1, 0.1);
    CHECK(key_of(network, Method::sweep) == "grid.not-radial");
    network.branches[2] = {.from = 0, .to = 1, .kind = BranchKind::switching};
    CHECK(key_of(network, Method::sweep) == "grid.not-radial");
    CHECK(key_of(network) == "solved");
    network.branches[2] = line(0, 1, 0.1, 0.1);
    network.branches[2].in_service = false;
    CHECK(key_of(network, Method::sweep) == "solved");
}

TEST_CASE("grid.no-convergence: more load than a line can carry, by either method") {
    auto network = feeder(2);
    network.branches.push_back(line(0, 1, 0.1, 0));
    network.buses[1].load_mw = 2.6;  // the most is 1 / (4 r) = 2.5
    CHECK(key_of(network) == "grid.no-convergence");
    CHECK(key_of(network, Method::sweep) == "grid.no-convergence");
    CHECK(study(network).error().detail.ends_with("at bus 2"));
    network.buses[1].load_mw = 1e300;
    CHECK(key_of(network) == "grid.no-convergence");
    CHECK(key_of(network, Method::sweep) == "grid.no-convergence");
}

TEST_CASE("what cannot be a network is refused by its own key") {
    auto network = feeder(2);
    network.branches.push_back(line(0, 1, 0, 0));
    CHECK(key_of(network) == "grid.zero-impedance");
    network.branches[0] = line(0, 1, 0.1, NAN);
    CHECK(key_of(network) == "grid.number");
    network.branches[0] = line(0, 1, 0.1, 0.1);
    for (const double rating : {-7.0, static_cast<double>(NAN)}) {
        network.branches[0].rating_mva = rating;  // "none stated" would let anything be granted on it
        CHECK(key_of(network) == "grid.number");
    }
    network.branches[0] = line(0, 0, 0.1, 0.1);
    CHECK(key_of(network) == "grid.branch-end");
    network.branches.push_back(line(0, 1, 0.1, 0.1));
    network.branches[0].in_service = false;
    CHECK(key_of(network) == "solved");
    network.branches.pop_back();
    network.branches[0] = line(0, 7, 0.1, 0.1);
    CHECK(key_of(network) == "grid.branch-end");
    network.branches[0] = line(0, 1, 0.1, 0.1);
    network.buses[1].load_mw = INFINITY;
    CHECK(key_of(network) == "grid.number");
    network.buses[1].load_mw = 0;
    network.generators[0].voltage_pu = 0;
    CHECK(key_of(network) == "grid.generator-voltage");
    network.generators[0].voltage_pu = 1;
    for (const double base : {0.0, -1.0, 1e-6, 1e9, 1e308, static_cast<double>(INFINITY), static_cast<double>(NAN)}) {
        network.base_mva = base;
        CHECK(key_of(network) == "grid.base-power");
    }
    CHECK(key_of({}) == "grid.empty");
    network = feeder(1);
    CHECK(key_of(network) == "solved");
}
