// A network made ready to be solved: what is out of service left out, closed switches joined, everything in per unit,
// checked once. Both solvers start from it.
#pragma once

#include "grid/network.hpp"

#include <complex>

namespace wasl::grid {

using Complex = std::complex<double>;

enum class NodeKind : std::uint8_t { load, generator, reference };  // PQ, PV, V-theta

// Buses joined by closed switches are one node.
struct Node {
    NodeKind kind = NodeKind::load;
    std::uint32_t bus = 0;  // the first bus of the node, to name it
    Complex injection;      // generation less load, per unit
    Complex shunt;          // admittance to earth without line charging, per unit
    Complex start;          // voltage to begin with; the reference keeps it
};

struct Link {
    std::uint32_t from = 0, to = 0;  // nodes
    std::uint32_t branch = 0;        // index of the network's branches
    Complex impedance;
    double charging = 0;
    Complex tap = 1;                 // from side voltage / voltage behind the ideal transformer
};

inline constexpr std::uint32_t no_node = UINT32_MAX;

struct Circuit {
    double base_mva = 100;
    std::vector<Node> nodes;
    std::vector<Link> links;
    std::vector<std::uint32_t> node_of_bus;  // no_node: isolated, takes no part
};

// Keys, all with the bus or branch in the detail:
//   grid.empty                 no bus at all
//   grid.base-power            base_mva not between 0.0001 and 100,000
//   grid.number                a value that is no finite number, a rating below zero
//   grid.branch-end            a branch or generator at a bus that is not there, or a branch in service from a bus to itself
//   grid.zero-impedance        a branch in service without impedance (a switch has none and says so)
//   grid.generator-voltage     a held voltage that is not positive
//   grid.no-reference          no reference bus with a generator in service, nor a generator bus to take its place
//   grid.island                buses in service without a path to a reference
Result<Circuit> make_circuit(const Network& network);

}  // namespace wasl::grid
