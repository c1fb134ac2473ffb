// A power network as its keepers describe it: buses, branches (lines, transformers, switches), generators.
// Balanced three-phase, steady state; impedances in per unit on `base_mva`, powers in MW and Mvar, angles in degrees.
// The branch is the standard pi model behind an ideal transformer at its from side (MATPOWER manual, section 3.2).
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace wasl::grid {

inline constexpr double kw_of_mw = 1e3;

// What is held at a bus: PQ, PV, reference (slack) and isolated in the books.
enum class BusKind : std::uint8_t { load, generator, reference, isolated };

struct Bus {
    std::int64_t number = 0;       // as the source numbers it: positive, unique
    std::string name;              // may be empty
    BusKind kind = BusKind::load;
    double load_mw = 0, load_mvar = 0;
    double shunt_mw = 0, shunt_mvar = 0;  // consumed, and injected, at 1 per unit of voltage (Gs, Bs)
    double base_kv = 0;
    double start_pu = 1, start_degrees = 0;  // where the iterations begin; the reference keeps its angle
};

// A closed switch joins two buses into one point; the others have an impedance.
enum class BranchKind : std::uint8_t { line, transformer, switching };

struct Branch {
    std::uint32_t from = 0, to = 0;  // indexes of `buses`
    BranchKind kind = BranchKind::line;
    bool in_service = true;          // of a switch: closed
    double r = 0, x = 0;             // series impedance, per unit
    double b = 0;                    // total charging susceptance, per unit
    double ratio = 1;                // of the ideal transformer at the from side
    double shift_degrees = 0;
    double rating_mva = 0;           // 0: none stated
    std::string name = {};           // as its keepers call it; may be empty, a switch is operated by it
};

struct Generator {
    std::uint32_t bus = 0;  // index of `buses`
    bool in_service = true;
    double p_mw = 0, q_mvar = 0;
    double voltage_pu = 1;  // held where the bus is of kind generator or reference
};

struct Network {
    std::string name;
    double base_mva = 100;
    std::vector<Bus> buses;
    std::vector<Branch> branches;
    std::vector<Generator> generators;
};

}  // namespace wasl::grid
