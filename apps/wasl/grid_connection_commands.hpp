// wasl grid check and wasl grid recheck: whether a network carries one connection more, and a recorded check run again.
#pragma once

#include "grid/network_csv.hpp"

#include <filesystem>
#include <string>

namespace CLI {
class App;
}

namespace wasl::app {

// A network by any of its names: a folder of tables, the folder of a member's network (what is in force there), or a
// MATPOWER case (.m, or - for standard input). Keys of the readers.
Result<grid::MeteredNetwork> read_any_network(const std::filesystem::path& path);

struct GridCheckArgs {
    std::filesystem::path network, rules, held;
    std::string at;                 // meter, name or number of a bus
    double load_kw = 0, solar_kw = 0, power_factor = 0.9;
    bool json = false;
};
int grid_check(const GridCheckArgs& args);  // 0 granted, 1 less or a study, 2 no answer

struct GridRecheckArgs {
    std::filesystem::path record, network;
    bool json = false;
};
int grid_recheck(const GridRecheckArgs& args);  // 0 the same, 1 something differs, 2 unreadable

// The subcommands of `wasl grid`; `code` gets what they return.
void add_grid_connection_commands(CLI::App& grid, int& code);

}  // namespace wasl::app
