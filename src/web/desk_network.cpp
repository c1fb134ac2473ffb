// The network for the staff of its utility: what is in force, its voltages and losses, and its picture.
#include "web/desk_common.hpp"
#include "web/network.hpp"
#include "web/network_words.hpp"
#include "web/shell.hpp"
#include "web/views/network.hpp"

#include "lingua/formats.hpp"

#include "pages/desk/network.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>

namespace wasl::web::desk {

namespace {

using network::said;

constexpr std::size_t branches_shown = 15;

Cell network_cell(std::string text, bool number = false) { return {.text = std::move(text), .number = number}; }

void fact(std::vector<SummaryRow>& rows, std::string key, std::string value, bool copyable = false) {
    SummaryRow row;
    row.key = std::move(key);
    row.value = std::move(value);
    row.copyable = copyable;
    rows.push_back(std::move(row));
}

std::string amount(const Visit& visit, std::int64_t value) { return lingua::number(visit.language, value); }

void tell_network_facts(NetworkView& view, const Visit& visit, const network::Solved& solved) {
    const auto& net = solved.net();
    const auto count = [&](grid::BranchKind kind) {
        return amount(visit, std::ranges::count(net.branches, kind, &grid::Branch::kind));
    };
    auto& rows = view.facts;
    fact(rows, visit.say("common.name"), net.name.empty() ? said(visit, "picture.unnamed") : net.name);
    fact(rows, said(visit, "hash"), solved.kept->hash, true);
    fact(rows, said(visit, "buses"), amount(visit, static_cast<std::int64_t>(net.buses.size())));
    fact(rows, said(visit, "branches"), said(visit, "branches-count", {{"lines", count(grid::BranchKind::line)},
                                                                     {"transformers", count(grid::BranchKind::transformer)},
                                                                     {"switches", count(grid::BranchKind::switching)}}));
    fact(rows, said(visit, "customers"), amount(visit, solved.customers()));
    if (!solved.study) return;
    const auto& study = *solved.study;
    fact(rows, said(visit, "load"), said(visit, "kw", {{"value", decimals(visit.language, study.load.mw * 1e3, 1)}}));
    fact(rows, said(visit, "losses"), said(visit, "kw", {{"value", decimals(visit.language, study.losses.mw * 1e3, 1)}}));
    fact(rows, said(visit, "lowest"), said(visit, "voltage-at", {{"value", decimals(visit.language, study.buses[study.lowest].magnitude_pu, 4)},
                                                               {"bus", std::to_string(net.buses[study.lowest].number)}}));
    fact(rows, said(visit, "methods"), study.difference ? said(visit, "methods-agree", {{"difference", fmt::format("{:.1e}", *study.difference)}})
                                                       : said(visit, "methods-one"));
    if (study.sweep_left_out.empty()) return;
    fact(rows, visit.say("connection.ledger.title"), fmt::format("{} ({})", visit.say("connection.desk.meshed"), place_text(visit.language, study.sweep_detail)));
}

Table feeder_table(const Visit& visit, const network::Solved& solved) {
    Table out{.caption = said(visit, "feeders"), .head = {network_cell(said(visit, "feeder")), network_cell(said(visit, "load"), true),
                                                          network_cell(said(visit, "losses"), true), network_cell(said(visit, "lowest"), true)}};
    for (const auto& line : grid::feeder_losses(solved.net(), *solved.study, solved.flows, solved.trace)) {
        out.rows.push_back({network_cell(network::feeder_called(solved.net(), line.feeder)), network_cell(decimals(visit.language, line.load_kw, 1), true),
                            network_cell(decimals(visit.language, line.loss_kw, 2), true),
                            network_cell(said(visit, "voltage-at", {{"value", decimals(visit.language, line.lowest_pu, 4)}, {"bus", std::to_string(line.lowest_bus)}}), true)});
    }
    return out;
}

// The first few branches by a measure, none where it is zero.
template <class Measure, class Text>
Table branch_table(const Visit& visit, const network::Solved& solved, std::string_view caption, std::string_view head, Measure measure, Text text) {
    Table out{.caption = said(visit, caption), .head = {network_cell(said(visit, "branch")), network_cell(said(visit, head), true)}};
    std::vector<std::uint32_t> order(solved.flows.size());
    std::iota(order.begin(), order.end(), 0U);
    std::erase_if(order, [&](std::uint32_t i) { return !(measure(solved.flows[i]) > 0); });
    std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) { return std::pair(-measure(solved.flows[a]), a) < std::pair(-measure(solved.flows[b]), b); });
    if (order.size() > branches_shown) order.resize(branches_shown);
    for (const auto i : order) out.rows.push_back({network_cell(grid::branch_called(solved.net(), i)), network_cell(text(measure(solved.flows[i])), true)});
    return out;
}

Result<http::Response> show_network(Visit& visit, network::Shelf& shelf) {
    auto* member = TRY(enter(visit, {identity::Role::agent, identity::Role::op, identity::Role::administrator}));
    const auto solved = TRY(shelf.of(*member));
    NetworkView view;
    view.chrome = chrome(visit, "nav.network");
    view.heading = view.chrome.title;
    if (solved == nullptr) {
        view.empty = said(visit, "none-here");
        view.how = fmt::format("wasl grid install TABLES --data DATA --member {}", member->info->id);
        return render(visit, view, pages::desk_network);
    }
    view.links = {{said(visit, "outages"), page(visit, "/network/outages")}, {said(visit, "readings.title"), page(visit, "/network/meters")},
                  {said(visit, "public-page"), link_to(visit, "/outages").with("member", member->info->id)}};
    tell_network_facts(view, visit, *solved);
    view.picture = page(visit, "/network/one-line.svg");
    const auto now = TRY(network::network_now(*member, *solved));
    view.picture_words = picture_words(visit.language, now.net(), now.study()).description;
    if (!solved->study) {
        view.no_answer = said(visit, "no-answer", {{"why", lingua::say(visit.language, solved->no_answer)}, {"where", place_text(visit.language, solved->no_answer.detail)}});
        return render(visit, view, pages::desk_network);
    }
    view.feeders = feeder_table(visit, *solved);
    view.loaded = branch_table(visit, *solved, "loaded", "loading", [](const grid::BranchFlow& flow) { return flow.loading; },
                               [&](double share) { return share_text(visit.language, share); });
    view.losing = branch_table(visit, *solved, "losing", "losses", [](const grid::BranchFlow& flow) { return flow.loss_kw; },
                               [&](double kw) { return said(visit, "kw", {{"value", decimals(visit.language, kw, 2)}}); });
    return render(visit, view, pages::desk_network);
}

Result<http::Response> show_picture(Visit& visit, network::Shelf& shelf) {
    auto* member = TRY(enter(visit, {identity::Role::agent, identity::Role::op, identity::Role::administrator}));
    const auto solved = TRY(shelf.of(*member));
    if (solved == nullptr) return fail(Code::not_found, "grid.no-network");
    const auto now = TRY(network::network_now(*member, *solved));
    http::Response response;
    response.body = grid::one_line_svg(now.net(), now.study(), picture_words(visit.language, now.net(), now.study()), now.opened());
    response.set("Content-Type", "image/svg+xml");
    response.compress = true;
    return response;
}

}  // namespace

void add_network(http::Router& router, Site& site) {
    const auto shelf = std::make_shared<network::Shelf>();
    get_slow(router, site, "/desk/{member}/network", Door::staff, [shelf](Visit& visit) { return show_network(visit, *shelf); });
    get_slow(router, site, "/desk/{member}/network/one-line.svg", Door::staff, [shelf](Visit& visit) { return show_picture(visit, *shelf); });
}

}  // namespace wasl::web::desk
