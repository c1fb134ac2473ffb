// wasl grid: power networks by hand.
#pragma once

#include <filesystem>
#include <string>

namespace wasl::app {

struct GridSolveArgs {
    std::filesystem::path file;
    std::string method = "both";  // both, newton, sweep
    bool json = false;
};
int grid_solve(const GridSolveArgs& args);  // 0 solved, 1 a network without an answer, 2 unreadable

}  // namespace wasl::app
