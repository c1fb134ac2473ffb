// The exchanges of a member with others, for its auditor: who asked whom, when, with what outcome, and the evidence of
// each to take away. What was exchanged is not here: the journal does not hold it.
#include "web/desk_common.hpp"
#include "web/desk_panel.hpp"
#include "web/exchange_desk.hpp"
#include "web/shell.hpp"

#include "base/text.hpp"
#include "exchange/exchange_journal.hpp"

#include "pages/desk/exchange.hpp"
#include "pages/desk/panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>

namespace wasl::web::desk {

namespace {

using exchange::FoundExchange;
using exchange::JournalSide;

constexpr std::size_t exchanges_a_page = 50;

Result<store::Store*> journal_of(const Visit& visit, const MemberSite& member) {
    auto* desk = visit.site->exchange;
    auto* journal = desk == nullptr ? nullptr : desk->journal(member.info->id);
    if (journal == nullptr) return fail(Code::not_found, "http.not-found", "takes no part in an exchange");
    return journal;
}

// What the form asks for, and what is wrong with an answer, by its name: nothing is searched with half of the conditions.
struct AskedExchanges {
    exchange::ExchangeQuery query;
    std::map<std::string, std::string, std::less<>> wrong;
    [[nodiscard]] bool of_a_member() const { return query.partner && query.partner->subsystem_code.empty(); }
};

AskedExchanges asked_exchanges(const Visit& visit) {
    const auto& request = *visit.request;
    const auto& zone = visit.site->pack->zone();
    AskedExchanges out;
    out.query.message_id = trim(request.query("message")).substr(0, 255);
    if (const auto typed = trim(request.query("partner")); !typed.empty()) {
        if (const auto partner = exchange::parse_client_id(typed)) out.query.partner = *partner;
        else out.wrong["partner"] = visit.say("desk.exchange.partner-wrong", {{"example", "MA/GOV/taxes/clearance"}});
    }
    const auto asked_day = [&](const char* name, std::int64_t further) -> std::optional<Instant> {
        const auto typed = trim(request.query(name));
        if (typed.empty()) return std::nullopt;
        if (const auto day = parse_date(typed)) return zone.start_of_day(day->plus_days(further));
        out.wrong[name] = visit.say("desk.exchange.day-wrong", {{"example", visit.site->today().iso()}});
        return std::nullopt;
    };
    out.query.from = asked_day("from", 0);
    out.query.to = asked_day("until", 1);
    out.query.limit = exchanges_a_page;
    out.query.after = request.query("after");
    return out;
}

std::vector<DeskQuestion> exchange_filters(const Visit& visit, const AskedExchanges& asked) {
    std::vector<DeskQuestion> out;
    for (const auto& [name, label] : {std::pair{"message", "desk.exchange.message"}, std::pair{"partner", "desk.exchange.partner"},
                                      std::pair{"from", "desk.register.from"}, std::pair{"until", "desk.register.until"}}) {
        auto field = question(visit, "filter", name, label);
        const bool is_day = std::string_view(name) == "from" || std::string_view(name) == "until";
        if (const auto wrong = asked.wrong.find(name); wrong != asked.wrong.end()) field.error = wrong->second;
        else if (is_day) field.type = "date";  // which would not show what is no date
        field.left_to_right = true;
        field.value = visit.request->query(name);
        out.push_back({std::move(field), DeskQuestion::Shape::line, {}});
    }
    return out;
}

Url with_exchange_filters(const Visit& visit, Url url) {
    for (const std::string_view name : {"message", "partner", "from", "until"}) {
        if (const auto value = visit.request->query(name); !value.empty()) url = url.with(name, value);
    }
    return url;
}

struct Outcome {
    std::string text, colour;
};
Outcome outcome_of(const Visit& visit, const FoundExchange& one) {
    if (one.outcome_unknown()) return {visit.say("desk.exchange.unknown"), "yellow"};
    if (!one.fault.empty()) return {one.fault, "red"};
    return {std::to_string(one.status), one.status < 400 ? "green" : "yellow"};
}

std::vector<Cell> row_of(const Visit& visit, const FoundExchange& one) {
    const auto outcome = outcome_of(visit, one);
    std::vector<Cell> out(6);
    out[0].text = moment(visit, one.at);
    out[1].text = visit.say(one.side == JournalSide::client ? "desk.exchange.asked" : "desk.exchange.answered");
    out[2].text = one.client.text();
    out[3].text = one.service.text();
    out[4].text = outcome.text;
    out[4].colour = outcome.colour;
    out[5].text = one.message_id;
    if (one.response_row) out[5].link = page(visit, "/exchange/" + one.request_id);
    for (auto& cell : out) cell.typed_by_person = true;  // identifiers and numbers, in any page's direction
    return out;
}

Result<http::Response> show_exchanges(Visit& visit) {
    auto* member = TRY(enter(visit, {identity::Role::auditor}));
    auto* journal = TRY(journal_of(visit, *member));
    const auto reader = TRY(journal->read());
    auto asked = asked_exchanges(visit);
    const auto found = asked.wrong.empty() ? TRY(exchange::find_exchanges(*reader, asked.query)) : exchange::ExchangePage();
    // The other side is a subsystem; under a member's own name stands at most what was refused.
    if (asked.of_a_member() && found.exchanges.empty()) {
        asked.wrong["partner"] = visit.say("desk.exchange.partner-member", {{"example", asked.query.partner->text() + "/…"}});
    }
    RegisterView view;
    view.chrome = chrome(visit, "nav.exchange");
    view.heading = view.chrome.title;
    view.here = page(visit, "/exchange");
    view.beside = page(visit, "/exchange-rights");
    view.filters = exchange_filters(visit, asked);
    view.chrome.has_errors = !asked.wrong.empty();
    const auto open = TRY(exchange::unknown_outcomes(*reader, exchanges_a_page)).size();
    if (open > 0) view.range = visit.say("desk.exchange.open", {{"count", std::to_string(open)}});
    view.table.caption = view.heading;
    view.table.caption_hidden = true;
    view.table.dense = true;
    for (const auto key : {"common.date", "desk.exchange.side", "desk.exchange.client", "desk.exchange.service", "desk.exchange.outcome", "desk.exchange.message"}) {
        view.table.head.push_back({.text = visit.say(key)});
    }
    for (const auto& one : found.exchanges) view.table.rows.push_back(row_of(visit, one));
    const auto here = with_exchange_filters(visit, view.here);
    if (!found.next.empty()) view.pages.next = here.with("after", found.next);
    if (!asked.query.after.empty()) view.pages.previous = here;
    return render(visit, view, pages::desk_exchange, asked.wrong.empty() ? 200 : http_status(Code::unprocessable));
}

// Who took the evidence of what is written down first: the address that was called may name a person.
Result<http::Response> take_evidence(Visit& visit) {
    auto* member = TRY(enter(visit, {identity::Role::auditor}));
    TRY(journal_of(visit, *member));
    const std::string id(visit.request->parameter("id"));
    auto bundle = TRY(visit.site->exchange->evidence(member->info->id, id));
    const json::Object entry{{"by", visit.actor.id}, {"request", id}};
    TRY(member->store->run([&](store::Transaction& transaction) -> Result<void> {
        TRY(transaction.append({.chain = "exchange-evidence", .kind = "exchange.evidence-taken", .content = json::write(entry)}));
        return {};
    }));
    return http::Response::download(std::move(bundle), "application/json", "exchange-" + id.substr(0, 40) + ".json");
}

// Who may ask this member for what, and by which law: those of its configuration, and agreements that both have signed. An
// administrator signs here what another administration has proposed over the exchange.
Result<DeskPanelView> rights_view(const Visit& visit, const MemberSite& member) {
    auto view = panel(visit, "desk.exchange.rights.title", "/exchange-rights");
    view.hint = visit.say("desk.exchange.rights.hint");
    auto rows = table(visit, view.heading, {"desk.exchange.client", "desk.exchange.service", "desk.exchange.rights.endpoint", "desk.exchange.rights.purpose",
                                            "desk.exchange.rights.basis", "desk.register.from", "desk.register.until", "desk.exchange.rights.agreed"});
    rows.caption_hidden = true;
    rows.dense = true;
    const auto& zone = visit.site->pack->zone();
    std::vector<Option> proposed;
    for (const auto& one : TRY(visit.site->exchange->rights(member.info->id))) {
        std::vector<Cell> cells;
        for (const auto& text : {one.subject, one.service, one.endpoint, one.purpose, one.legal_basis}) cells.push_back(cell(text, true));
        cells.push_back(cell(zone.date_at(one.from).iso(), true));
        cells.push_back(cell(zone.date_at(one.to).plus_days(-1).iso(), true));
        auto state = cell(visit.say(!one.agreed ? "desk.exchange.rights.by-file" : one.missing.empty() ? "desk.exchange.rights.both" : "desk.exchange.rights.waits"));
        if (one.agreed) state.colour = one.missing.empty() ? "green" : "yellow";
        cells.push_back(std::move(state));
        rows.rows.push_back(std::move(cells));
        if (one.to_sign) {
            proposed.push_back({one.id, fmt::format("{} · {}", lingua::isolated(one.id), lingua::isolated(one.purpose)),
                                fmt::format("{} → {} {}", lingua::isolated(one.subject), lingua::isolated(one.service), lingua::isolated(one.endpoint)), false});
        }
    }
    if (rows.rows.empty()) view.notice = visit.say("desk.exchange.rights.none");
    else view.tables.push_back(std::move(rows));
    if (!proposed.empty() && visit.actor.has(identity::Role::administrator)) {
        view.forms.push_back(FormMaker(visit, "sign-agreement", "desk.exchange.rights.sign", "desk.exchange.rights.sign-button").routine()
                                 .hint(visit.say("desk.exchange.rights.sign-hint")).radios("id", "desk.exchange.rights.proposed", std::move(proposed)).done());
    }
    return view;
}

Result<http::Response> show_rights(Visit& visit) {
    auto* member = TRY(enter(visit, {identity::Role::auditor, identity::Role::administrator}));
    TRY(journal_of(visit, *member));
    return render(visit, TRY(rights_view(visit, *member)), pages::desk_panel);
}

Result<http::Response> sign_agreement(Visit& visit, http::Form& form) {
    auto* member = TRY(enter(visit, {identity::Role::administrator}));
    TRY(journal_of(visit, *member));
    const std::string id(trim(form.text("id")));
    const auto signed_here = id.empty() ? Result<bool>(fail(Code::unprocessable, "exchange.agreement-choose", "")) : visit.site->exchange->sign(member->info->id, id, visit.actor.id);
    if (signed_here) return redirect(visit, base(visit) + "/exchange-rights?done=" + (*signed_here ? "agreement-sent" : "agreement-signed"));
    if (!can_be_mended(signed_here.error())) return std::unexpected(signed_here.error());
    auto view = TRY(rights_view(visit, *member));
    show_refusal(visit, view, form, signed_here.error());
    return render(visit, view, pages::desk_panel, http_status(signed_here.error().code));
}

}  // namespace

void add_exchange(http::Router& router, Site& site) {
    get_slow(router, site, "/desk/{member}/exchange", Door::staff, show_exchanges);
    get_slow(router, site, "/desk/{member}/exchange-rights", Door::staff, show_rights);
    post(router, site, "/desk/{member}/exchange-rights", Door::staff, sign_agreement);
    get_slow(router, site, "/desk/{member}/exchange/{id}", Door::staff, take_evidence);
}

}  // namespace wasl::web::desk
