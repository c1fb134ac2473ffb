// The ledger of capacity at a utility's desk: what is kept for whom on each feeder, until when; what was connected, and
// what the network's own model has by now.
#include "web/connection_words.hpp"
#include "web/desk_panel.hpp"
#include "web/shell.hpp"

#include "pages/desk/panel.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web::desk {

namespace {

constexpr std::size_t shown_rows = 500;

// A utility alone keeps a network; elsewhere this page does not exist.
Result<MemberSite*> enter_utility(const Visit& visit) {
    auto* member = TRY(enter(visit, {identity::Role::agent, identity::Role::signatory}));
    if (member->info->kind != "utility") return fail(Code::not_found, "http.not-found", member->info->id);
    return member;
}

// Those whose dossiers this agent may open; the rest is capacity all the same, without a name.
bool may_open(const Visit& visit, MemberSite& member, const grid::Holding& holding) {
    const auto found = member.dossiers->get(holding.dossier);
    return found && *found && !office_on(visit, (*found)->state).empty();
}

std::vector<Cell> ledger_row(const Visit& visit, const grid::Holding& holding, bool open) {
    auto reference = cell(open ? holding.reference : visit.say("common.none"), true);
    if (open) reference.link = page(visit, "/dossier/" + holding.dossier);
    return {cell(holding.feeder, true), cell(std::to_string(holding.bus), true), std::move(reference),
            cell(visit.say(holding.load_kw > 0 ? "connection.ledger.kind-load" : "connection.ledger.kind-solar")), cell(say_kw(visit.language, holding.kw())),
            cell(say_holding(visit, holding))};
}

DeskPanelView ledger_view(const Visit& visit, MemberSite& member, const std::vector<grid::Holding>& all) {
    auto view = panel(visit, "connection.ledger.title", "/capacity");
    view.hint = visit.say("connection.ledger.hint");
    auto rows = table(visit, view.heading, {"connection.ledger.feeder", "connection.ledger.bus", "common.reference", "connection.ledger.kind",
                                            "connection.ledger.power", "connection.ledger.state"});
    rows.caption_hidden = true;
    std::vector<Option> granted, connected;
    for (const auto& holding : all) {
        const bool open = may_open(visit, member, holding);
        rows.rows.push_back(ledger_row(visit, holding, open));
        if (!open || !holding.counts(visit.now())) continue;
        const auto label = fmt::format("{} · {}", lingua::isolated(holding.reference), say_kw(visit.language, holding.kw()));
        if (holding.state == grid::HoldState::granted) granted.push_back({holding.dossier, label, "", false});
        if (holding.state == grid::HoldState::connected) connected.push_back({holding.dossier, label, "", false});
    }
    if (rows.rows.empty()) {
        view.hint += " " + visit.say("connection.ledger.empty");
    } else {
        view.tables.push_back(std::move(rows));
    }
    if (!visit.actor.has(identity::Role::agent)) return view;
    if (!granted.empty()) {
        view.forms.push_back(FormMaker(visit, "connect", "connection.ledger.connect", "common.save").routine().hint(visit.say("connection.ledger.connect-hint"))
                                 .select("dossier", "connection.ledger.reference", std::move(granted)).done());
    }
    if (!connected.empty()) {
        view.forms.push_back(FormMaker(visit, "in-network", "connection.ledger.in-network", "common.save").hint(visit.say("connection.ledger.in-network-hint"))
                                 .select("dossier", "connection.ledger.reference", std::move(connected)).done());
    }
    return view;
}

Result<std::vector<grid::Holding>> holdings_of(MemberSite& member) {
    const auto reader = TRY(member.store->read());
    return grid::all_holdings(*reader, shown_rows);
}

Result<http::Response> show_capacity(Visit& visit) {
    auto* member = TRY(enter_utility(visit));
    const auto all = TRY(holdings_of(*member));
    return render(visit, ledger_view(visit, *member, all), pages::desk_panel);
}

Result<void> act(const Visit& visit, MemberSite& member, std::string_view action, const std::string& dossier) {
    if (dossier.empty()) return fail(Code::invalid, "grid.holding-unchosen");
    const auto reader = TRY(member.store->read());
    const auto holding = TRY(grid::holding_of(*reader, dossier));
    if (!holding || !may_open(visit, member, *holding)) return fail(Code::not_found, "grid.no-holding", dossier);
    const auto& by = visit.actor.id;
    if (action == "connect") return member.store->run([&](store::Transaction& tx) { return grid::take_up(tx, dossier, by); });
    if (action != "in-network") return fail(Code::not_found, "http.not-found", std::string(action));
    return member.store->run([&](store::Transaction& tx) -> Result<void> {
        const auto now = TRY(grid::holding_of(tx, dossier));
        if (!now || now->state != grid::HoldState::connected) return fail(Code::conflict, "grid.no-holding", dossier);
        return grid::release(tx, dossier, by, "in-network");
    });
}

Result<http::Response> act_on_capacity(Visit& visit, http::Form& form) {
    auto* member = TRY(enter_utility(visit));
    if (!visit.actor.has(identity::Role::agent)) return fail(Code::not_found, "http.not-found", member->info->id);
    const std::string action(form.text("do"));
    const auto done = act(visit, *member, action, std::string(form.text("dossier")));
    if (done) return redirect(visit, base(visit) + "/capacity?done=" + action);
    if (!can_be_mended(done.error())) return std::unexpected(done.error());
    const auto all = TRY(holdings_of(*member));
    auto view = ledger_view(visit, *member, all);
    show_refusal(visit, view, form, done.error(), done.error().key == "grid.holding-unchosen" ? "dossier" : "");
    return render(visit, view, pages::desk_panel, http_status(done.error().code));
}

}  // namespace

void add_capacity(http::Router& router, Site& site) {
    get_slow(router, site, "/desk/{member}/capacity", Door::staff, show_capacity);
    post(router, site, "/desk/{member}/capacity", Door::staff, act_on_capacity);
}

}  // namespace wasl::web::desk
