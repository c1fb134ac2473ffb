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
#include <set>

namespace wasl::app {

namespace {

// With the files that it names: the secret, certificates, keys.
std::vector<std::string> connector_findings(const std::filesystem::path& file) {
    const auto read = read_connector(file);
    const auto usable = read ? check_connector_files(*read) : Result<void>(std::unexpected(read.error()));
    if (usable) return {};
    return {read ? fmt::format("{}: {}: {}", file.string(), usable.error().key, usable.error().detail) : usable.error().detail};
}

// The files of a host, each by its name; any other is read as a node.toml.
std::vector<std::string> file_findings(const std::filesystem::path& file, const Zone& zone) {
    const auto said = [](const auto& read) { return read ? std::vector<std::string>() : std::vector{read.error().detail}; };
    if (file.filename() == connector_file_name) return connector_findings(file);
    if (file.filename() != exchange_file_name) return node_findings(file);
    const auto exchange = read_exchange_file(file.parent_path(), zone);
    auto out = said(exchange);
    if (!exchange) return out;
    std::set<std::filesystem::path> seen;
    for (const auto& service : exchange->services) {
        if (service.connector.empty() || !seen.insert(service.connector).second) continue;
        const auto more = connector_findings(service.connector);
        out.insert(out.end(), more.begin(), more.end());
    }
    return out;
}

}  // namespace

int run_check(std::span<const std::string> args) {
    if (args.empty()) {
        std::cerr << "usage: wasl check FOLDER|node.toml|exchange.toml|connector.toml…\n";
        return 2;
    }
    const auto pack = jurisdiction::load_pack(pack_folder());
    if (!pack) {
        complain(pack.error());
        return 2;
    }
    const Date today = (*pack)->zone().date_at(SystemClock().now());
    std::size_t findings = 0, folders = 0, files = 0;
    for (const auto& root : args) {
        std::error_code problem;
        if (std::filesystem::path(root).extension() == ".toml" && std::filesystem::is_regular_file(root, problem)) {
            for (const auto& finding : file_findings(root, (*pack)->zone())) {
                std::cout << finding << '\n';
                ++findings;
            }
            ++files;
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
    std::string checked;
    if (files > 0) checked = fmt::format("{} configuration {}", files, files == 1 ? "file" : "files");
    if (folders > 0 || files == 0) checked += fmt::format("{}{} {}", checked.empty() ? "" : " and ", folders, folders == 1 ? "procedure" : "procedures");
    std::cerr << fmt::format("{} checked, {} {}\n", checked, findings, findings == 1 ? "finding" : "findings");
    return findings == 0 ? 0 : 1;
}

}  // namespace wasl::app
