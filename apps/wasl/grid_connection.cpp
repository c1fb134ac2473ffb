#include "grid_connection_commands.hpp"
#include "member_grid.hpp"
#include "tool.hpp"

#include "base/clock.hpp"
#include "base/json.hpp"
#include "grid/connection_record.hpp"
#include "grid/matpower.hpp"
#include "grid/network_folder.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <iostream>
#include <memory>

namespace wasl::app {

namespace {

constexpr const char* check_help = R"(The two worst hours are solved, a peak evening without sun and a midday of low load with full sun; connection.toml
beside the network says which, and what the limits are. What others hold is counted where --held gives it.
Exit 0 granted, 1 granted up to less or a study by an engineer, 2 no answer.

  wasl grid check --network case33bw.m --at 18 --load 50
  wasl grid check --network data/grid/regie-electricite --at MT-0042 --solar 9 --json > record.json
  wasl grid recheck record.json --network data/grid/regie-electricite)";

int no_answer(const Error& error, bool json) {
    if (json) std::cout << json::write_pretty(json::Object{{"outcome", json::Value()}, {"error", error.key}, {"detail", printable(error.detail)}});
    complain(error);
    return 2;
}

// "held" of a record: a list, or a whole record.
Result<std::vector<grid::HeldCapacity>> read_held(const std::filesystem::path& file) {
    if (file.empty()) return std::vector<grid::HeldCapacity>{};
    const auto text = TRY(read_file(file));
    const auto value = TRY(json::parse(text));
    return grid::held_from(value.array() != nullptr ? value : value["held"]);
}

std::filesystem::path rules_folder(const std::filesystem::path& network) {
    std::error_code problem;
    return std::filesystem::is_directory(network, problem) ? network : network.parent_path();
}

Result<grid::ConnectionRules> rules_for(const GridCheckArgs& args) {
    if (args.rules.empty()) return connection_rules_of(rules_folder(args.network));
    const auto text = TRY(read_file(args.rules));
    return read_connection_rules(text, args.rules.string());
}

Result<grid::CheckRecord> checked(const GridCheckArgs& args) {
    auto metered = TRY(read_any_network(args.network));
    auto rules = TRY(rules_for(args));
    grid::NetworkInForce net;
    for (const auto& meter : metered.meters) net.points.emplace(meter.id, metered.network.buses[meter.bus].number);
    net.model = TRY(grid::ConnectionModel::prepare(std::move(metered.network), std::move(rules)));
    const grid::ConnectionRequest request{.bus = TRY(net.bus_at(args.at)), .load_kw = args.load_kw, .power_factor = args.power_factor, .solar_kw = args.solar_kw};
    const auto held = TRY(read_held(args.held));
    return grid::recorded_check(*net.model, request, held, SystemClock().now());
}

}  // namespace

Result<grid::MeteredNetwork> read_any_network(const std::filesystem::path& path) {
    std::error_code problem;
    if (std::filesystem::is_directory(path / "in-force", problem)) return grid::read_network_folder(path / "in-force");
    if (std::filesystem::is_directory(path, problem)) return grid::read_network_folder(path);
    const auto text = TRY(read_file(path));
    auto network = TRY(grid::read_matpower(text));
    return grid::MeteredNetwork{.network = grid::canonical(std::move(network)), .meters = {}};
}

int grid_check(const GridCheckArgs& args) {
    const auto record = checked(args);
    if (!record) return no_answer(record.error(), args.json);
    std::cout << (args.json ? json::write_pretty(grid::record_json(*record)) : grid::check_text(*record));
    return record->check.outcome == grid::ConnectionOutcome::granted ? 0 : 1;
}

int grid_recheck(const GridRecheckArgs& args) {
    const auto again = [&]() -> Result<grid::Rechecked> {
        const auto text = TRY(read_file(args.record));
        const auto value = TRY(json::parse(text));
        const auto record = TRY(grid::record_from(value));
        auto metered = TRY(read_any_network(args.network));
        return grid::recheck(record, std::move(metered.network));
    }();
    if (!again) return no_answer(again.error(), args.json);
    const bool same = again->differences.empty();
    if (args.json) {
        json::Array different;
        for (const auto& one : again->differences) different.emplace_back(one);
        std::cout << json::write_pretty(json::Object{{"same", same}, {"differs", std::move(different)}, {"again", grid::record_json(again->again)}});
    } else {
        std::cout << (same ? std::string("the same\n") : fmt::format("different: {}\n", fmt::join(again->differences, ", "))) << grid::check_text(again->again);
    }
    return same ? 0 : 1;
}

void add_grid_connection_commands(CLI::App& grid, int& code) {
    const auto check = std::make_shared<GridCheckArgs>();
    auto* check_command = grid.add_subcommand("check", "whether the network carries one connection more: exit 0 granted, 1 less or a study, 2 no answer");
    check_command->add_option("--network", check->network, "a folder of tables, or a MATPOWER case (.m)")->required();
    check_command->add_option("--at", check->at, "meter, name or number of the bus")->required();
    check_command->add_option("--load", check->load_kw, "new load, kW");
    check_command->add_option("--power-factor", check->power_factor, "of the load, lagging")->capture_default_str();
    check_command->add_option("--solar", check->solar_kw, "solar power fed in at most, kW");
    check_command->add_option("--held", check->held, "what others hold: the list \"held\" of a record, or a record");
    check_command->add_option("--rules", check->rules, "other rules than connection.toml beside the network");
    check_command->add_flag("--json", check->json, "the record, for machines and for recheck");
    check_command->footer(check_help);
    check_command->callback([check, &code] { code = grid_check(*check); });

    const auto again = std::make_shared<GridRecheckArgs>();
    auto* again_command = grid.add_subcommand("recheck", "a recorded check run again: exit 0 the same, 1 something differs, 2 unreadable");
    again_command->add_option("RECORD", again->record, "record of a check (.json); - for standard input")->required();
    again_command->add_option("--network", again->network, "a folder of tables, or a MATPOWER case (.m)")->required();
    again_command->add_flag("--json", again->json, "answer for machines");
    again_command->callback([again, &code] { code = grid_recheck(*again); });
}

}  // namespace wasl::app
