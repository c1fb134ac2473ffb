// Networks as folders of tables, and the one canonical form that everything else rests on: a network read from a
// MATPOWER case and one read from tables that say the same are the same network, with the same hash.
//
//   network.csv       name, base_mva                         (optional: the folder's name, 100 MVA)
//   buses.csv         bus, name, kind, base_kv, load_kw …    (kind: load, generator, reference, isolated)
//   lines.csv         from_bus, to_bus, name, in_service, r_ohm, x_ohm …
//   transformers.csv  the same with ratio, shift_degrees, rating_kva
//   switches.csv      from_bus, to_bus, name, closed
//   sources.csv       bus, in_service, voltage_pu, p_kw, q_kvar   (optional: one at each reference, at 1 per unit)
//   meters.csv        meter, bus or transformer, role, customers, language, phone, email   (optional)
//
// Units stand in the names of columns and several are understood (docs/grid.md lists them); the canonical form is
// written in MW, Mvar, kV and per unit.
#pragma once

#include "grid/network.hpp"

#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::grid {

// What a meter counts: what its customers took, or all that a transformer handed to its low side.
enum class MeterRole : std::uint8_t { customer, transformer };

struct Meter {
    std::string id;               // unique
    std::uint32_t bus = 0;        // index of the network's buses: where it stands
    MeterRole role = MeterRole::customer;
    std::uint32_t customers = 1;  // supplied through it; 0 for a transformer's own
    std::string language;         // in which its customer is written to; empty: the member's first
    std::string phone, email;     // where the customer is told; either may be empty

    bool operator==(const Meter&) const = default;
};

struct MeteredNetwork {
    Network network;
    std::vector<Meter> meters;
};

struct CsvFile {
    std::string name;  // "buses.csv", without a folder
    std::string text;
};

struct NetworkCsvLimits {
    std::size_t bytes = 256U << 20U;  // of all files together
};

// The network in canonical order: buses by number, lines before transformers before switches, each by its ends and its
// name, sources by bus; -0 is 0. What a power flow answers does not depend on the order, with one exception: without a
// reference in service the generator bus of the smallest number takes its place.
Network canonical(Network network);

// The canonical form: network, buses, lines, transformers, switches, sources in this order, then meters when there are
// any. Numbers are written shortest, so that reading them gives the same bits.
std::vector<CsvFile> write_network_csv(const Network& network, std::span<const Meter> meters = {});

// SHA-256, 64 hexadecimal digits, over the canonical form without its meters: what
// `cat network.csv buses.csv lines.csv transformers.csv switches.csv sources.csv | sha256sum` says of a folder that
// `wasl grid import` wrote. The same for every order of rows; another for any other number or name.
std::string network_hash(const Network& network);

// Reads a folder. The network comes in canonical order, meters by id. Keys; but for the first the detail begins with
// "FILE:LINE:COLUMN: ", the column counted in characters from 1:
//   grid.csv-file     a file that must be there is not, is twice or has another name; the detail names it
//   grid.too-large    more bytes than the limit
//   grid.csv-syntax   not RFC 4180: a stray quote, a row longer or shorter than the first, no UTF-8, a bare CR
//   grid.csv-column   a column that is missing, twice, unknown, or stated in two units at once
//   grid.csv-value    a cell that is no number, no word of its column, or out of range
//   grid.bus-twice    grid.meter-twice
//   grid.bus-unknown  a branch, source or meter at a bus or transformer that is not in the tables
Result<MeteredNetwork> read_network_csv(std::span<const CsvFile> files, NetworkCsvLimits limits = {});

class CsvTable;
// The table of meters alone, by id, on a network in canonical order.
Result<std::vector<Meter>> read_meters(const CsvTable& table, const Network& network);

}  // namespace wasl::grid
