#include "grid_commands.hpp"
#include "grid_connection_commands.hpp"
#include "tool.hpp"

#include "base/json.hpp"
#include "grid/matpower.hpp"
#include "grid/study.hpp"

#include <iostream>

namespace wasl::app {

namespace {

grid::Method method_named(const std::string& name) {
    if (name == "newton") return grid::Method::newton;
    return name == "sweep" ? grid::Method::sweep : grid::Method::both;
}

// A case keeps the order of its rows, so that a complaint names them; a folder is read as it is in force.
Result<grid::Network> read_case_or_folder(const std::filesystem::path& path) {
    std::error_code problem;
    if (std::filesystem::is_directory(path, problem)) return TRY(read_any_network(path)).network;
    const auto text = TRY(read_file(path));
    return grid::read_matpower(text);
}

// A script reads on standard output that there is no answer, and why.
int refuse(const Error& error, bool json, int code) {
    if (json) {
        std::cout << json::write_pretty(json::Object{
            {"converged", false}, {"error", error.key}, {"detail", printable(error.detail)}});
    }
    complain(error);
    return code;
}

}  // namespace

int grid_solve(const GridSolveArgs& args) {
    const auto network = read_case_or_folder(args.file);
    if (!network) return refuse(network.error(), args.json, 2);
    const auto study = grid::study(*network, method_named(args.method));
    if (!study) return refuse(study.error(), args.json, 1);
    std::cout << (args.json ? grid::study_json(*network, *study) : grid::study_text(*network, *study));
    return 0;
}

}  // namespace wasl::app
