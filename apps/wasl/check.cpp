// wasl check: procedure folders against the format and the law of today; the files of a host against what it needs.
#include "catalogue_commands.hpp"
#include "connector.hpp"
#include "exchange_file.hpp"
#include "host.hpp"
#include "tool.hpp"

#include "base/clock.hpp"
#include "catalogue/loader.hpp"
#include "jurisdiction/pack.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>

namespace wasl::app {

namespace {

// The files of a host, each by its name; any other is read as a node.toml.
std::vector<std::string> file_findings(const std::filesystem::path& file, const Zone& zone) {
    const auto said = [](const auto& read) { return read ? std::vector<std::string>() : std::vector{read.error().detail}; };
    if (file.filename() == connector_file_name) return said(read_connector(file));
    if (file.filename() == exchange_file_name) return said(read_exchange_file(file.parent_path(), zone));
    return node_findings(file);
}

}  // namespace

int run_check(std::span<const std::string> args) {
    if (args.empty()) {
        std::cerr << "usage: wasl check DIR|node.toml|exchange.toml|connector.toml…\n";
        return 2;
    }
    const auto pack = jurisdiction::load_pack(pack_folder());
    if (!pack) {
        complain(pack.error());
        return 2;
    }
    const Date today = (*pack)->zone().date_at(SystemClock().now());
    std::size_t findings = 0, folders = 0;
    for (const auto& root : args) {
        std::error_code problem;
        if (std::filesystem::path(root).extension() == ".toml" && std::filesystem::is_regular_file(root, problem)) {
            for (const auto& finding : file_findings(root, (*pack)->zone())) {
                std::cout << finding << '\n';
                ++findings;
            }
            continue;
        }
        if (!std::filesystem::is_directory(root, problem)) {
            complain(root + " is no folder");
            return 2;
        }
        const auto found = catalogue::procedure_folders(root);
        if (found.empty()) {
            std::cout << fmt::format("{}:1: there is no procedure here: no folder with a procedure.toml.\n", root);
            ++findings;
        }
        for (const auto& folder : found) {
            ++folders;
            for (const auto& finding : catalogue::load_procedure(folder, pack->get(), today).diagnostics) {
                std::cout << finding.text() << '\n';
                ++findings;
            }
        }
    }
    std::cerr << fmt::format("{} procedures checked, {} findings\n", folders, findings);
    return findings == 0 ? 0 : 1;
}

}  // namespace wasl::app
