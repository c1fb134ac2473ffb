// wasl grid import, install, draw, trace, balance and sample: networks as their keepers handle them.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace wasl::app {

struct GridImportArgs {
    std::filesystem::path source, out;
    bool json = false;
};
int grid_import(const GridImportArgs& args);  // 0 written, 2 unreadable or not written

struct GridInstallArgs {
    std::filesystem::path source, data;
    std::string member;
};
int grid_install(const GridInstallArgs& args);  // 0 in force, 2 unreadable, or no such member

struct GridDrawArgs {
    std::filesystem::path source, out;
    std::string language;
};
int grid_draw(const GridDrawArgs& args);  // 0 drawn, 1 drawn without voltages: no answer, 2 unreadable

struct GridTraceArgs {
    std::filesystem::path source;
    std::vector<std::string> opened;
    bool json = false;
};
int grid_trace(const GridTraceArgs& args);  // 0 traced, 2 unreadable or no such branch

struct GridBalanceArgs {
    std::filesystem::path source, readings;
    bool json = false, csv = false;
};
int grid_balance(const GridBalanceArgs& args);  // 0 nothing wrong, 1 with anomalies, 2 unreadable

struct GridSampleArgs {
    std::filesystem::path out;
    unsigned feeders = 3, posts = 24, households = 10;
    std::string month;  // of readings.csv; "2026-10"
};
int grid_sample(const GridSampleArgs& args);  // 0 written, 2 not

// The subcommands of `wasl grid`; `code` gets what they return.
void add_grid_network_commands(CLI::App& grid, int& code);

}  // namespace wasl::app
