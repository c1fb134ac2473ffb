// For tests: small networks, and an oracle that judges them by Newton's method and the formulas of a pi model alone.
#pragma once

#include "grid/connection.hpp"
#include "grid/study.hpp"

#include <doctest/doctest.h>

#include <cmath>
#include <complex>
#include <random>

namespace wasl::grid::test {

template <class T>
T must(Result<T> result) {
    REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().key + ": " + result.error().detail));
    return std::move(*result);
}

inline void must(Result<void> result) { REQUIRE_MESSAGE(result.has_value(), (result ? "" : result.error().key + ": " + result.error().detail)); }

template <class T>
std::string key_of(const Result<T>& result) { return result ? "" : result.error().key; }

// Bus 1 feeds a street of `buses` more, a hundred metres apart, each drawing a little. On 20 kV and 10 MVA.
inline Network street(int buses, double load_kw = 40) {
    Network out;
    out.name = "street";
    out.base_mva = 10;
    out.buses.push_back({.number = 1, .name = "source", .kind = BusKind::reference, .base_kv = 20});
    for (int i = 0; i < buses; ++i) {
        out.buses.push_back({.number = i + 2, .name = "", .load_mw = load_kw / 1e3, .load_mvar = load_kw / 2e3, .base_kv = 20});
        out.branches.push_back({.from = static_cast<std::uint32_t>(i), .to = static_cast<std::uint32_t>(i + 1), .r = 0.05, .x = 0.04});
    }
    out.generators.push_back({.bus = 0});
    return out;
}

// The street with a last branch that leads back to the source.
inline Network ring(int buses, double load_kw = 40) {
    auto out = street(buses, load_kw);
    out.name = "ring";
    out.branches.push_back({.from = static_cast<std::uint32_t>(buses), .to = 0, .r = 0.05, .x = 0.04});
    return out;
}

// A tree of one to three feeders with lines, perhaps a transformer, ratings here and there, and loads.
inline Network random_tree(std::mt19937& random) {
    const auto share = [&] { return std::uniform_real_distribution(0.0, 1.0)(random); };
    Network out;
    out.name = "tree";
    out.base_mva = 10;
    out.buses.push_back({.number = 100, .name = "", .kind = BusKind::reference, .base_kv = 20});
    out.generators.push_back({.bus = 0, .voltage_pu = 1 + 0.02 * share()});
    const int buses = 3 + static_cast<int>(random() % 12);
    for (int i = 1; i <= buses; ++i) {
        Bus bus{.number = 1'000 - i, .name = "", .base_kv = 20};
        bus.load_mw = 0.3 * share();
        bus.load_mvar = bus.load_mw * 0.6 * share();
        out.buses.push_back(bus);
        const auto parent = i <= 3 && share() < 0.5 ? 0U : static_cast<std::uint32_t>(random() % static_cast<unsigned>(i));
        Branch branch{.from = parent, .to = static_cast<std::uint32_t>(i), .r = 0.02 + 0.05 * share(), .x = 0.02 + 0.05 * share()};
        if (share() < 0.3) std::swap(branch.from, branch.to);
        if (share() < 0.2) branch.b = 0.002;
        if (share() < 0.15) branch.kind = BranchKind::transformer, branch.ratio = 0.97 + 0.06 * share();
        if (share() < 0.5) branch.rating_mva = 1 + 3 * share();
        out.branches.push_back(branch);
    }
    return out;
}

// The network of one hour: everything held and asked for stands at its bus as load.
inline Network in_hour(Network network, const WorstHour& hour, const std::vector<HeldCapacity>& held) {
    for (auto& bus : network.buses) {
        const double share = bus.load_mw < 0 ? hour.generation : hour.load;
        bus.load_mw *= share;
        bus.load_mvar *= share;
        for (const auto& one : held) {
            if (one.bus != bus.number) continue;
            bus.load_mw += (one.load_kw * hour.new_load - one.solar_kw * hour.sun) / 1e3;
            bus.load_mvar += one.load_kvar * hour.new_load / 1e3;
        }
    }
    for (auto& generator : network.generators) {
        generator.p_mw *= hour.generation;
        generator.q_mvar *= hour.generation;
    }
    return network;
}

// How far the worst limit is from being broken, as a share of it: negative where one is. Over the whole network.
inline double margin(const Network& network, const ConnectionRules& rules) {
    const auto solved = study(network, Method::newton);
    if (!solved) return -1;
    double least = 1;
    const auto voltage = [&](std::uint32_t bus) {
        return std::polar(solved->buses[bus].magnitude_pu, solved->buses[bus].angle_degrees * std::acos(-1.0) / 180);
    };
    for (std::size_t i = 0; i < network.buses.size(); ++i) {
        if (network.buses[i].kind == BusKind::reference) continue;
        least = std::min({least, solved->buses[i].magnitude_pu / rules.lowest_pu - 1, 1 - solved->buses[i].magnitude_pu / rules.highest_pu});
    }
    for (const auto& branch : network.branches) {
        if (branch.rating_mva <= 0 || !branch.in_service) continue;
        const auto from = voltage(branch.from), to = voltage(branch.to);
        const std::complex<double> series = 1.0 / std::complex(branch.r, branch.x), half(0, branch.b / 2);
        const auto behind = from / branch.ratio;
        const auto in = behind * std::conj(series * (behind - to) + half * behind);
        const auto away = to * std::conj(series * (to - behind) + half * to);
        least = std::min(least, 1 - std::max(std::abs(in), std::abs(away)) * network.base_mva / (branch.rating_mva * rules.loading));
    }
    return least;
}

inline double margin(const Network& network, const ConnectionRules& rules, const std::vector<HeldCapacity>& held) {
    double least = 1;
    for (const auto& hour : rules.hours) least = std::min(least, margin(in_hour(network, hour, held), rules));
    return least;
}

}  // namespace wasl::grid::test
