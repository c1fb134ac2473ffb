#include "grid_connection_commands.hpp"
#include "grid_network_commands.hpp"
#include "host.hpp"
#include "tool.hpp"

#include "base/json.hpp"
#include "grid/losses.hpp"
#include "grid/meters.hpp"
#include "grid/network_folder.hpp"
#include "grid/sample.hpp"
#include "grid/study.hpp"
#include "web/network_words.hpp"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <iostream>

namespace wasl::app {

namespace {

constexpr int no_use = 2;

int give_up(const Error& error, bool json = false) {
    if (json) std::cout << json::write_pretty(json::Object{{"error", error.key}, {"detail", printable(error.detail)}});
    complain(error);
    return no_use;
}

std::size_t branches_of(const grid::Network& network, grid::BranchKind kind) {
    return static_cast<std::size_t>(std::ranges::count(network.branches, kind, &grid::Branch::kind));
}

// What was imported, and whether a power flow answers.
json::Object import_facts(const grid::MeteredNetwork& metered) {
    const auto& network = metered.network;
    json::Object out{{"name", network.name}, {"hash", grid::network_hash(network)}, {"buses", static_cast<std::uint64_t>(network.buses.size())},
                     {"lines", static_cast<std::uint64_t>(branches_of(network, grid::BranchKind::line))},
                     {"transformers", static_cast<std::uint64_t>(branches_of(network, grid::BranchKind::transformer))},
                     {"switches", static_cast<std::uint64_t>(branches_of(network, grid::BranchKind::switching))},
                     {"sources", static_cast<std::uint64_t>(network.generators.size())}, {"meters", static_cast<std::uint64_t>(metered.meters.size())},
                     {"customers", grid::customers_of(metered.meters)}, {"feeders", static_cast<std::uint64_t>(grid::Trace(network).feeders().size())}};
    const auto solved = grid::study(network);
    if (solved) {
        out.set("losses_kw", json::Number{fmt::format("{}", solved->losses.mw * 1e3)});
        out.set("lowest_voltage_pu", json::Number{fmt::format("{}", solved->buses[solved->lowest].magnitude_pu)});
    } else {
        out.set("no_answer", solved.error().key);
        out.set("no_answer_detail", printable(solved.error().detail));
    }
    return out;
}

void tell_facts(const json::Object& facts) {
    for (const auto& fact : facts) {
        const auto* number = fact.second.number();
        std::cout << fmt::format("{:18} {}\n", fact.first, number != nullptr ? number->text : printable(fact.second.text_or("")));
    }
}

Result<void> knows_member(const std::filesystem::path& data, const std::string& member) {
    const auto node = TRY(read_node(data / "node.toml"));
    if (std::ranges::find(node.members, member, &web::MemberInfo::id) != node.members.end()) return {};
    return fail(Code::not_found, "web.no-member", member);
}

// What goes dark, bus by bus.
json::Object trace_facts(const grid::MeteredNetwork& metered, const std::vector<std::string>& opened, const std::vector<grid::Interrupted>& dark) {
    std::uint64_t customers = 0;
    json::Array buses, names;
    for (const auto& one : dark) {
        customers += one.customers;
        buses.emplace_back(json::Object{{"bus", metered.network.buses[one.bus].number}, {"customers", static_cast<std::uint64_t>(one.customers)}, {"feeder", one.feeder}});
    }
    for (const auto& name : opened) names.emplace_back(name);
    return {{"opened", std::move(names)}, {"customers", customers}, {"customers_of_network", grid::customers_of(metered.meters)},
            {"buses", std::move(buses)}};
}

Result<json::Object> traced(const GridTraceArgs& args) {
    const auto metered = TRY(read_any_network(args.source));
    std::vector<std::uint32_t> opened;
    std::vector<std::string> names;
    for (const auto& name : args.opened) {
        opened.push_back(TRY(grid::find_branch(metered.network, name)));
        names.push_back(grid::branch_called(metered.network, opened.back()));
    }
    const grid::Trace trace(metered.network);
    return trace_facts(metered, names, grid::interrupted_by(metered, trace, opened));
}

Result<grid::EnergyReport> balanced(const GridBalanceArgs& args) {
    const auto metered = TRY(read_any_network(args.source));
    const auto text = TRY(read_file(args.readings));
    return grid::energy_report(metered, TRY(grid::read_readings(args.readings.filename().string(), text)));
}

void tell_balance(const grid::EnergyReport& report) {
    std::cout << fmt::format("{} to {}: {} readings, {:.1f} kWh injected, {:.1f} kWh billed\n", report.from.iso(), report.until.iso(), report.readings,
                             report.injected_kwh, report.billed_kwh);
    for (const auto& one : report.balances) {
        const auto called = one.called.empty() ? one.meter : one.called;
        if (!one.readable) {
            std::cout << fmt::format("{:12} no reading of its own: no balance\n", printable(called));
            continue;
        }
        const auto share = one.lost_share() ? fmt::format("{:.1f} %", *one.lost_share() * 100) : std::string("-");
        const auto technical = one.technical_kwh ? fmt::format("{:.1f}", *one.technical_kwh) : std::string("-");
        std::cout << fmt::format("{:12} lost {:10.1f} kWh ({}), of which the lines' own {}; {} meters, {} missing\n", printable(called), one.lost_kwh(), share,
                                 technical, one.customers, one.missing);
    }
    for (const auto& one : report.anomalies) {
        const auto line = one.line > 0 ? fmt::format(", line {}", one.line) : std::string();
        std::cout << fmt::format("{}: meter {}{}\n", to_string(one.kind), printable(one.meter), line);
    }
}

Result<Date> month_begin(const std::string& month) { return parse_date(month + "-01"); }

}  // namespace

int grid_import(const GridImportArgs& args) {
    const auto metered = read_any_network(args.source);
    if (!metered) return give_up(metered.error(), args.json);
    const auto written = grid::write_network_folder(args.out, *metered);
    if (!written) return give_up(written.error(), args.json);
    // What was written is what counts.
    const auto again = grid::read_network_folder(args.out);
    if (!again) return give_up(again.error(), args.json);
    const auto facts = import_facts(*again);
    if (args.json) std::cout << json::write_pretty(facts);
    if (!args.json) tell_facts(facts);
    return 0;
}

int grid_install(const GridInstallArgs& args) {
    protect_new_files();
    if (const auto known = knows_member(args.data, args.member); !known) return give_up(known.error());
    const auto metered = read_any_network(args.source);
    if (!metered) return give_up(metered.error());
    const auto hash = grid::install_network(args.data / "grid" / args.member, *metered);
    if (!hash) return give_up(hash.error());
    // Who keeps the network may want it so for a while; requests go to an engineer meanwhile.
    if (const auto solved = grid::study(metered->network); !solved) complain(solved.error());
    std::cout << *hash << '\n';
    return 0;
}

int grid_draw(const GridDrawArgs& args) {
    const auto metered = read_any_network(args.source);
    if (!metered) return give_up(metered.error());
    auto network = metered->network;
    auto solved = grid::study(network);
    const bool whole = solved.has_value();
    if (!whole) {
        complain(solved.error());
        // What is fed has voltages although other parts are cut off.
        network = grid::fed_part(std::move(network));
        solved = grid::study(network);
    }
    const auto* study = solved ? &*solved : nullptr;
    const auto words = web::picture_words(terminal_language(args.language), network, study);
    const auto svg = grid::one_line_svg(network, study, words);
    if (args.out.empty() || args.out == "-") {
        std::cout << svg;
    } else if (const auto written = write_file(args.out, svg); !written) {
        return give_up(written.error());
    }
    return whole ? 0 : 1;
}

int grid_trace(const GridTraceArgs& args) {
    const auto facts = traced(args);
    if (!facts) return give_up(facts.error(), args.json);
    if (args.json) {
        std::cout << json::write_pretty(*facts);
        return 0;
    }
    const auto text = [&](std::string_view name) { return facts->find(name)->number()->text; };
    std::cout << fmt::format("{} of {} customers, {} buses\n", text("customers"), text("customers_of_network"), facts->find("buses")->array()->size());
    return 0;
}

int grid_balance(const GridBalanceArgs& args) {
    const auto report = balanced(args);
    if (!report) return give_up(report.error(), args.json);
    if (args.json) {
        std::cout << grid::energy_json(*report);
    } else if (args.csv) {
        std::cout << grid::energy_csv(*report);
    } else {
        tell_balance(*report);
    }
    return report->anomalies.empty() ? 0 : 1;
}

int grid_sample(const GridSampleArgs& args) {
    const auto metered = grid::sample_district({.feeders = args.feeders, .posts = args.posts, .households = args.households});
    auto written = grid::write_network_folder(args.out, metered);
    if (written && !args.month.empty()) {
        const auto from = month_begin(args.month);
        if (!from) return give_up(from.error());
        written = write_file(args.out / "readings.csv", grid::sample_readings(metered, *from, from->plus_months(1)));
    }
    if (!written) return give_up(written.error());
    tell_facts(import_facts(metered));
    return 0;
}

}  // namespace wasl::app
