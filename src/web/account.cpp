// The person's account: what we know, how sure we are, their requests, devices, and everything to take away.
#include "web/account_parts.hpp"
#include "web/form_files.hpp"
#include "web/held_records.hpp"
#include "web/journey.hpp"
#include "web/national.hpp"
#include "web/person_looks.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/account.hpp"

#include "base/json.hpp"
#include "pages/account/page.hpp"
#include "pages/account/requests.hpp"
#include "pages/account/sessions.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

namespace wasl::web {

namespace {

void add_fact(std::vector<SummaryRow>& rows, const Visit& visit, std::string_view key, std::string value) {
    SummaryRow row{.key = visit.say(key), .value = value.empty() ? visit.say("common.not-given") : std::move(value)};
    row.typed_by_person = true;
    rows.push_back(std::move(row));
}

// With a word on whether a code has proven it.
void add_address(std::vector<SummaryRow>& rows, const Visit& visit, std::string_view key, const std::string& value) {
    add_fact(rows, visit, key, value);
    if (value.empty()) return;
    const auto proven = visit.person->proven_addresses();
    const bool known = std::ranges::find(proven, value) != proven.end();
    rows.back().more.push_back(visit.say(known ? "account.addresses.proven" : "account.addresses.unproven"));
}

// Members where this person has filed, and those where a draft may wait: all that are open cheaply.
std::vector<std::string> members_of(const Visit& visit) {
    auto out = visit.person->members;
    const auto& all = visit.site->members->all();
    // A draft leaves no trace in the person; a small host is asked whole.
    if (all.size() <= 20) {
        for (const auto& member : all) {
            if (std::ranges::find(out, member.id) == out.end()) out.push_back(member.id);
        }
    }
    return out;
}

// Messages of agents that nobody has opened yet, and mandates offered to this person.
Result<void> add_waiting(AccountView& view, const Visit& visit) {
    std::size_t unread = 0;
    for (const auto& id : members_of(visit)) {
        const auto member = visit.site->members->at(id);
        if (!member) continue;
        for (const auto& row : TRY((*member)->dossiers->mine(visit.actor.id, 100))) unread += row.unread;
    }
    if (unread > 0) view.waiting.push_back({visit.say("account.unread", {{"count", unread}}), link_to(visit, "/me/requests")});
    const auto offers = TRY(visit.site->mandates->offered(*visit.person, visit.site->today()));
    if (!offers.empty()) view.waiting.push_back({visit.say("account.offers", {{"count", offers.size()}}), link_to(visit, "/me/mandates")});
    return {};
}

// How sure we are and whose word it is: an agent's, or the national identity's.
void add_level(AccountView& view, const Visit& visit) {
    const auto& person = *visit.person;
    const bool by_provider = person.national && person.level >= identity::level_counter_verified && !person.checked;
    view.level = visit.say(by_provider ? "account.level.national" : fmt::format("account.level.{}", std::clamp(person.level, 1, 3)));
    if (person.national) view.national = visit.say("account.national", {{"date", say_instant(visit, person.national->since)}, {"name", national_name(visit)}});
    if (person.level >= identity::level_counter_verified) return;
    view.raise = visit.say("account.raise");
    view.raise_now = raise_link(visit, identity::level_counter_verified);
}

Result<http::Response> show_account(Visit& visit) {
    const auto& person = *visit.person;
    AccountView view;
    view.chrome = chrome_for(visit, visit.say("account.title"));
    if (visit.request->query("saved") == "1") view.saved = visit.say("account.saved");
    add_level(view, visit);
    add_fact(view.facts, visit, "account.name-ar", person.name.arabic());
    add_fact(view.facts, visit, "account.name-latin", person.name.latin());
    add_fact(view.facts, visit, "account.birth", person.birth == "unknown" ? visit.say("common.unknown") : shown_birth(person.birth));
    const auto kind = person.document_kind.empty() ? std::string() : visit.say("account.document." + person.document_kind) + " ";
    add_fact(view.facts, visit, "account.document.title", person.document_number.empty() ? "" : kind + person.document_number);
    add_address(view.facts, visit, "common.phone", person.phone);
    if (!person.second_phone.empty()) add_address(view.facts, visit, "account.addresses.second", person.second_phone);
    add_address(view.facts, visit, "common.email", person.email);
    add_fact(view.facts, visit, "common.address", person.address);
    add_fact(view.facts, visit, "account.commune", person.commune);
    constexpr std::pair<std::string_view, std::string_view> ways[] = {{"account.requests.title", "/me/requests"}, {"account.edit", "/me/about"},
                                                                     {"account.addresses.title", "/me/addresses"}, {"account.mandates.title", "/me/mandates"}, {"company.title", "/me/companies"}, {"account.sessions.title", "/me/sessions"},
                                                                     {"account.looks.title", "/me/looks"}, {"account.data.title", "/me/data"}};
    for (const auto& [key, path] : ways) view.ways.push_back({visit.say(key), link_to(visit, path)});
    TRY(add_waiting(view, visit));
    return render(visit, view, pages::account_page);
}

Result<void> add_requests(RequestsView& view, const Visit& visit, MemberSite& member) {
    for (const auto& row : TRY(member.dossiers->mine(visit.actor.id, 100))) {
        RequestRow shown;
        shown.title = row.title;
        if (const auto found = member.catalogue->find(row.procedure); found && *found != nullptr) shown.title = (*found)->title.in(visit.tag());
        shown.reference = row.reference;
        const auto tag = phase_tag(visit.language, row.phase);
        shown.tag = tag.text;
        shown.colour = tag.colour;
        shown.when = say_instant(visit, row.received);
        if (row.unread > 0) shown.unread = visit.say("account.unread", {{"count", row.unread}});
        if (row.due && dossier::is_open(row.phase)) {
            shown.due = visit.say("request.answer-due", {{"date", visit.site->local(row.due->plus_seconds(-1)).date}});
        }
        shown.url = link_to(visit, "/request/" + row.reference);
        view.requests.push_back(std::move(shown));
    }
    for (const auto& draft : TRY(member.dossiers->drafts(visit.actor.id))) {
        if (keeps_form_files(draft)) continue;
        const auto revision = member.catalogue->find(draft.procedure);
        RequestRow shown;
        shown.title = revision && *revision != nullptr ? (*revision)->title.in(visit.tag()) : draft.procedure;
        shown.when = visit.say("account.draft.saved", {{"date", say_instant(visit, draft.updated)}});
        shown.url = Url::path({visit.tag(), "draft", member.info->id, draft.id, draft.step.empty() ? "check" : draft.step});
        view.drafts.push_back(std::move(shown));
    }
    return {};
}

Result<http::Response> show_requests(Visit& visit) {
    RequestsView view;
    view.chrome = chrome_for(visit, visit.say("account.requests.title"));
    view.services = link_to(visit, "/");
    for (const auto& id : members_of(visit)) {
        const auto member = visit.site->members->at(id);
        if (member) TRY(add_requests(view, visit, **member));
    }
    return render(visit, view, pages::account_requests);
}

// Of both sides, with every use.
Result<json::Array> mandates_held(const Visit& visit) {
    auto& mandates = *visit.site->mandates;
    auto both = TRY(mandates.of_actor(visit.actor.id));
    std::ranges::move(TRY(mandates.of_principal(visit.actor.id)), std::back_inserter(both));
    json::Array out;
    for (const auto& mandate : both) {
        json::Array uses;
        for (const auto& use : TRY(mandates.uses(mandate.id, 1'000))) {
            uses.emplace_back(json::Object{{"at", use.at.iso()}, {"what", use.what}, {"reference", use.reference}});
        }
        json::Array procedures;
        for (const auto& id : mandate.procedures) procedures.emplace_back(id);
        out.emplace_back(json::Object{{"kind", identity::to_string(mandate.kind)}, {"for", mandate.principal_name},
                                      {"offered-to", mandate.offered_to}, {"i-act", mandate.actor == visit.actor.id},
                                      {"from", mandate.from.iso()}, {"until", mandate.until ? mandate.until->iso() : ""},
                                      {"procedures", std::move(procedures)}, {"accepted", mandate.accepted ? mandate.accepted->iso() : ""},
                                      {"withdrawn", mandate.revoked ? mandate.revoked->iso() : ""},
                                      {"verified", mandate.verified}, {"uses", std::move(uses)}});
    }
    return out;
}

// Everything held about the person, everywhere on this host, as one JSON document.
Result<http::Response> show_data(Visit& visit) {
    json::Object all{{"person", TRY(json::parse(identity::to_json(*visit.person)))}};
    json::Object members, records;
    for (const auto& id : members_of(visit)) {
        auto* member = TRY(visit.site->members->at(id));
        members.set(id, TRY(member->dossiers->take_out(visit.actor.id)));
        auto held = TRY(held_records(*member, *visit.person, *visit.site->pack, visit.site->clock->now()));
        if (!held.empty()) records.set(id, std::move(held));
    }
    all.set("members", std::move(members));
    all.set("registers", std::move(records));
    all.set("mandates", TRY(mandates_held(visit)));
    json::Array sessions;
    for (const auto& session : TRY(visit.site->sessions->of(identity::ActorKind::person, visit.actor.id, ""))) {
        sessions.emplace_back(json::Object{{"device", session.device}, {"since", session.created.iso()}, {"seen", session.seen.iso()}});
    }
    all.set("sessions", std::move(sessions));
    json::Array looks;
    for (const auto& look : TRY(person_looks(*visit.site, visit.actor.id, 10'000))) {
        looks.emplace_back(json::Object{{"at", look.at.iso()}, {"who", look.who}, {"member", look.member}, {"office", look.office},
                                        {"purpose", look.purpose}});
    }
    all.set("looks", std::move(looks));
    return http::Response::download(json::write_pretty(all), "application/json", "wasl-data.json");
}

Result<http::Response> show_sessions(Visit& visit) {
    SessionsView view;
    view.chrome = chrome_for(visit, visit.say("account.sessions.title"));
    view.action = link_to(visit, "/me/sessions");
    view.csrf = visit.csrf();
    if (visit.request->query("done") == "1") view.done = visit.say("account.sessions.ended");
    for (const auto& session : TRY(visit.site->sessions->of(identity::ActorKind::person, visit.actor.id, ""))) {
        view.sessions.push_back({session.device.empty() ? visit.say("account.sessions.browser") : session.device,
                                 visit.say("account.sessions.since", {{"date", say_instant(visit, session.created)}}), session.key == visit.session->key});
    }
    return render(visit, view, pages::account_sessions);
}

Result<http::Response> end_sessions(Visit& visit, http::Form&) {
    TRY(visit.site->sessions->end_all(identity::ActorKind::person, visit.actor.id, "", visit.session->key));
    return redirect(visit, "/me/sessions?done=1");
}

}  // namespace

void add_account_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/me", Door::person, show_account);
    get_slow(router, site, "/me/requests", Door::person, show_requests);
    get_slow(router, site, "/me/data", Door::person, show_data);
    get_slow(router, site, "/me/sessions", Door::person, show_sessions);
    post(router, site, "/me/sessions", Door::person, end_sessions);
    add_profile_routes(router, site);
    add_mandate_routes(router, site);
    add_address_routes(router, site);
    add_person_look_routes(router, site);
}

}  // namespace wasl::web
