// The person's account: what we know, how sure we are, their requests, devices, and everything to take away.
#include "web/account_parts.hpp"
#include "web/journey.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/account.hpp"

#include "base/json.hpp"
#include "pages/account/page.hpp"
#include "pages/account/requests.hpp"
#include "pages/account/sessions.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

void add_fact(std::vector<SummaryRow>& rows, const Visit& visit, std::string_view key, std::string value) {
    SummaryRow row{.key = visit.say(key), .value = value.empty() ? visit.say("common.not-given") : std::move(value)};
    row.typed_by_person = true;
    rows.push_back(std::move(row));
}

Result<http::Response> show_account(Visit& visit) {
    const auto& person = *visit.person;
    AccountView view;
    view.chrome = chrome_for(visit, visit.say("account.title"));
    if (visit.request->query("saved") == "1") view.saved = visit.say("account.saved");
    view.level = visit.say(fmt::format("account.level.{}", std::clamp(person.level, 1, 3)));
    if (person.level < 3) view.raise = visit.say("account.raise");
    add_fact(view.facts, visit, "account.name-ar", person.name.arabic());
    add_fact(view.facts, visit, "account.name-latin", person.name.latin());
    add_fact(view.facts, visit, "account.birth", person.birth == "unknown" ? visit.say("common.unknown") : shown_birth(person.birth));
    const auto kind = person.document_kind.empty() ? std::string() : visit.say("account.document." + person.document_kind) + " ";
    add_fact(view.facts, visit, "account.document.title", person.document_number.empty() ? "" : kind + person.document_number);
    add_fact(view.facts, visit, "common.phone", person.phone);
    add_fact(view.facts, visit, "common.email", person.email);
    add_fact(view.facts, visit, "common.address", person.address);
    add_fact(view.facts, visit, "account.commune", person.commune);
    constexpr std::pair<std::string_view, std::string_view> ways[] = {{"account.requests.title", "/me/requests"}, {"account.edit", "/me/about"},
                                                                     {"account.mandates.title", "/me/mandates"}, {"account.sessions.title", "/me/sessions"},
                                                                     {"account.data.title", "/me/data"}};
    for (const auto& [key, path] : ways) view.ways.push_back({visit.say(key), link_to(visit, path)});
    return render(visit, view, pages::account_page);
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
        if (row.due && dossier::is_open(row.phase)) {
            shown.due = visit.say("request.answer-due", {{"date", visit.site->local(row.due->plus_seconds(-1)).date}});
        }
        shown.url = link_to(visit, "/request/" + row.reference);
        view.requests.push_back(std::move(shown));
    }
    for (const auto& draft : TRY(member.dossiers->drafts(visit.actor.id))) {
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

// Everything held about the person, everywhere on this host, as one JSON document.
Result<http::Response> show_data(Visit& visit) {
    json::Object all{{"person", TRY(json::parse(identity::to_json(*visit.person)))}};
    json::Object members;
    for (const auto& id : members_of(visit)) {
        auto* member = TRY(visit.site->members->at(id));
        members.set(id, TRY(member->dossiers->take_out(visit.actor.id)));
    }
    all.set("members", std::move(members));
    json::Array mandates;
    for (const auto& mandate : TRY(visit.site->mandates->of_actor(visit.actor.id))) {
        mandates.emplace_back(json::Object{{"kind", identity::to_string(mandate.kind)}, {"for", mandate.principal_name}, {"from", mandate.from.iso()},
                                           {"until", mandate.until ? mandate.until->iso() : ""}, {"verified", mandate.verified}});
    }
    all.set("mandates", std::move(mandates));
    json::Array sessions;
    for (const auto& session : TRY(visit.site->sessions->of(identity::ActorKind::person, visit.actor.id, ""))) {
        sessions.emplace_back(json::Object{{"device", session.device}, {"since", session.created.iso()}, {"seen", session.seen.iso()}});
    }
    all.set("sessions", std::move(sessions));
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
    get(router, site, "/me", Door::person, show_account);
    get_slow(router, site, "/me/requests", Door::person, show_requests);
    get_slow(router, site, "/me/data", Door::person, show_data);
    get_slow(router, site, "/me/sessions", Door::person, show_sessions);
    post(router, site, "/me/sessions", Door::person, end_sessions);
    add_profile_routes(router, site);
    add_mandate_routes(router, site);
}

}  // namespace wasl::web
