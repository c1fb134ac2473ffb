#include "grid_commands.hpp"
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
    const auto text = read_file(args.file);
    if (!text) return refuse(text.error(), args.json, 2);
    const auto network = grid::read_matpower(*text);
    if (!network) return refuse(network.error(), args.json, 2);
    const auto study = grid::study(*network, method_named(args.method));
    if (!study) return refuse(study.error(), args.json, 1);
    std::cout << (args.json ? grid::study_json(*network, *study) : grid::study_text(*network, *study));
    return 0;
}

}  // namespace wasl::app
