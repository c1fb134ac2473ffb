// Up to 500 dossiers at once: each by itself, with its own reasons where the decision is adverse, and a list
// of what was done and what was not.
#include "web/acting.hpp"
#include "web/desk_rows.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/desk.hpp"

#include "base/text.hpp"

#include "pages/desk/bulk.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wasl::web::desk {

namespace {

constexpr std::size_t bulk_limit = 500;
constexpr std::array<std::string_view, 5> bulk_actions{"assign", "grant", "refuse", "sign", "notify"};

bool is_bulk_action(std::string_view action) { return std::ranges::find(bulk_actions, action) != bulk_actions.end(); }

// A dossier as the form names it, with the version that the agent has seen: "ID.VERSION".
struct Named {
    std::string id, version, reasons;
};
Named named(std::string_view text) {
    const auto dot = text.find('.');
    return {std::string(text.substr(0, dot)), dot == std::string_view::npos ? std::string() : std::string(text.substr(dot + 1)), {}};
}

// Rows with reasons of their own come as "reasons-ID.VERSION" = text: one field a dossier.
std::vector<Named> chosen(const http::Form& form) {
    constexpr std::string_view prefix = "reasons-";
    std::vector<Named> out;
    for (const auto& field : form.fields) {
        if (field.name == "id") out.push_back(named(field.value));
        if (!field.name.starts_with(prefix)) continue;
        out.push_back(named(std::string_view(field.name).substr(prefix.size())));
        out.back().reasons = trim(field.value);
    }
    return out;
}

// Opened within the scope of the agent; nothing otherwise.
std::optional<dossier::Stored> in_reach(const Visit& visit, const MemberSite& member, const std::string& id) {
    auto found = member.dossiers->get(id);
    if (!found || !*found || office_on(visit, (*found)->state).empty()) return std::nullopt;
    return std::move(*found);
}

std::vector<Option> bulk_colleagues(const Visit& visit, const MemberSite& member) {
    std::vector<Option> out{{visit.actor.id, visit.say("desk.assign.me"), "", true}};
    const auto all = member.staff->all();
    if (!all) return out;
    for (const auto& staff : *all) {
        const bool shares = std::ranges::any_of(staff.offices, [&](const auto& office) { return visit.actor.works_for(office); });
        if (staff.active && shares && staff.id != visit.actor.id) out.push_back({staff.id, staff_name(visit, staff), "", false});
    }
    return out;
}

std::vector<DeskQuestion> common_questions(const Visit& visit, const MemberSite& member, std::string_view action) {
    std::vector<DeskQuestion> out;
    if (action == "assign") out.push_back({question(visit, "bulk", "to", "desk.field.assign-to"), Shape::select, bulk_colleagues(visit, member)});
    if (action == "grant") {
        auto field = question(visit, "bulk", "reasons", "desk.field.reasons");
        field.value = visit.say("desk.default.grant-reasons");
        out.push_back({field, Shape::text, {}});
    }
    if (action == "sign") {
        auto field = question(visit, "bulk", "routes", "desk.field.appeal-routes");
        field.value = visit.say("desk.default.appeal-routes");
        field.hint = visit.say("desk.hint.routes-if-adverse");
        out.push_back({field, Shape::text, {}});
    }
    if (action == "notify") {
        std::vector<Option> channels;
        for (const std::string_view channel : {"account", "counter", "post", "sms", "email"}) {
            channels.push_back({std::string(channel), visit.say("desk.channel." + std::string(channel)), "", channel == "account"});
        }
        out.push_back({question(visit, "bulk", "channel", "desk.field.channel"), Shape::select, std::move(channels)});
        out.push_back({question(visit, "bulk", "proof", "desk.field.proof"), Shape::line, {}});
    }
    return out;
}

BulkRow bulk_row(const Visit& visit, const dossier::Stored& stored, bool adverse) {
    const auto& state = stored.state;
    BulkRow row;
    row.id = fmt::format("{}.{}", state.id, stored.version);
    row.reference = state.file.reference;
    row.title = state.file.title;
    row.applicant = party_name(visit.language, state.file.applicant);
    row.phase = phase_word(visit, state.phase);
    row.url = link_to(visit, base(visit) + "/dossier/" + state.id);
    row.with_reasons = adverse;
    row.reasons.id = "reasons-" + row.id;
    row.reasons.label = visit.say("desk.bulk.reasons-for", {{"reference", state.file.reference}});
    row.reasons.rows = 2;
    row.reasons.longest = 2'000;
    return row;
}

// Named in the form, yet not to be asked: of nobody's reach here (which tells nothing of it), or without
// the version that the agent has seen.
BulkRow not_asked(const Visit& visit, const Named& each, const std::optional<dossier::Stored>& stored) {
    if (stored) {
        auto row = bulk_row(visit, *stored, false);
        row.result = lingua::say(visit.language, Error{Code::conflict, "dossier.stale", {}});
        return row;
    }
    BulkRow row;
    row.id = each.id;
    row.reference = each.id;
    row.url = page(visit, "/queue");
    row.result = lingua::say(visit.language, Error{Code::not_found, "dossier.unknown", {}});
    return row;
}

BulkView bulk_frame(const Visit& visit, std::string_view action) {
    BulkView view;
    view.chrome = chrome(visit, "desk.bulk." + std::string(action));
    view.heading = view.chrome.title;
    view.here = page(visit, "/bulk/run");
    view.back = page(visit, action == "sign" ? "/signature" : "/queue");
    view.script = script();
    view.csrf = visit.csrf();
    view.action = action;
    return view;
}

// Which dossiers, and what it takes: nothing is changed yet.
Result<http::Response> prepare_bulk(Visit& visit, http::Form& form) {
    auto* member = TRY(enter(visit));
    TRY(offices_of_agent(visit));
    const std::string action(form.text("action"));
    if (!is_bulk_action(action)) return fail(Code::not_found, "http.not-found", action);
    const auto picked = chosen(form);
    if (picked.empty()) return redirect(visit, base(visit) + "/queue?done=nothing-selected");
    if (picked.size() > bulk_limit) return fail(Code::unprocessable, "dossier.bulk-limit");
    auto view = bulk_frame(visit, action);
    view.button = visit.say("desk.bulk.run");
    view.questions = common_questions(visit, *member, action);
    for (const auto& each : picked) {
        const auto stored = in_reach(visit, *member, each.id);
        if (stored) view.rows.push_back(bulk_row(visit, *stored, action == "refuse"));
        if (!stored) view.left_out.push_back(not_asked(visit, each, stored));
    }
    view.hint = visit.say("desk.bulk-hint." + action, {{"count", view.rows.size()}});
    return render(visit, view, pages::desk_bulk);
}

dossier::Command bulk_command(const http::Form& form, std::string_view action, const dossier::State& state, const Named& row) {
    using namespace dossier;
    const bool decides = allows(state.kind(), Outcome::granted);
    const std::string common(trim(form.text("reasons")));
    if (action == "assign") return Assign{std::string(form.text("to"))};
    if (action == "sign") return Sign{std::string(trim(form.text("routes")))};
    if (action == "notify") return Notify{.channel = std::string(form.text("channel")), .at = {}, .proof = std::string(trim(form.text("proof")))};
    if (action == "refuse") return Propose{.outcome = decides ? Outcome::refused : Outcome::dismissed, .reasons = row.reasons, .details = {}, .record = {}};
    return Propose{.outcome = decides ? Outcome::granted : Outcome::upheld, .reasons = common, .details = {}, .record = {}};
}

// One's own colleagues only.
Result<void> bulk_assignee(const Visit& visit, const MemberSite& member, const http::Form& form, std::string_view action) {
    if (action != "assign") return {};
    for (const auto& option : bulk_colleagues(visit, member)) {
        if (option.value == form.text("to")) return {};
    }
    return fail(Code::not_found, "identity.no-staff");
}

Result<http::Response> run_bulk(Visit& visit, http::Form& form) {
    auto* member = TRY(enter(visit));
    TRY(offices_of_agent(visit));
    const std::string action(form.text("action"));
    if (!is_bulk_action(action)) return fail(Code::not_found, "http.not-found", action);
    TRY(bulk_assignee(visit, *member, form, action));
    const auto picked = chosen(form);
    if (picked.size() > bulk_limit) return fail(Code::unprocessable, "dossier.bulk-limit");
    const auto rights = signing_rights(TRY(member->staff->delegations_of(visit.actor.id)));
    auto view = bulk_frame(visit, action);
    view.finished = true;
    std::vector<dossier::Ask> asks;
    std::vector<std::size_t> asked;  // rows of the asks
    for (const auto& each : picked) {
        const auto stored = in_reach(visit, *member, each.id);
        const auto version = to_integer(each.version);
        if (!stored || !version || *version < 1) {
            view.rows.push_back(not_asked(visit, each, stored));
            continue;
        }
        asked.push_back(view.rows.size());
        view.rows.push_back(bulk_row(visit, *stored, false));
        asks.push_back({.dossier = each.id,
                        .expected = *version,
                        .command = bulk_command(form, action, stored->state, each),
                        .actor = acting_agent(visit.actor, office_on(visit, stored->state), visit.say("desk.purpose.bulk")),
                        .rights = rights});
    }
    const auto results = member->dossiers->run_each(std::move(asks));
    std::size_t done = 0;
    for (std::size_t i = 0; i < results.size() && i < asked.size(); ++i) {
        auto& row = view.rows[asked[i]];
        row.done = results[i].has_value();
        done += row.done ? 1 : 0;
        row.result = row.done ? visit.say("desk.bulk.done") : lingua::say(visit.language, results[i].error());
        if (row.done) row.phase = phase_word(visit, results[i]->phase);
    }
    // What was not done stands first: it needs somebody.
    std::vector<BulkRow> ordered;
    for (const bool wanted : {false, true}) {
        std::ranges::copy_if(view.rows, std::back_inserter(ordered), [&](const BulkRow& row) { return row.done == wanted; });
    }
    view.rows = std::move(ordered);
    view.summary = visit.say("desk.bulk.summary", {{"done", done}, {"rest", view.rows.size() - done}});
    return render(visit, view, pages::desk_bulk);
}

}  // namespace

void add_bulk(http::Router& router, Site& site) {
    constexpr http::RouteOptions room{.body_limit = 4U << 20U};
    post(router, site, "/desk/{member}/bulk", Door::staff, prepare_bulk, room);
    post(router, site, "/desk/{member}/bulk/run", Door::staff, run_bulk, room);
    // After a session that ran out, the address of a form has no page of its own.
    get(router, site, "/desk/{member}/bulk", Door::staff, [](Visit& visit) -> Result<http::Response> { return redirect(visit, base(visit) + "/queue"); });
    get(router, site, "/desk/{member}/bulk/run", Door::staff, [](Visit& visit) -> Result<http::Response> { return redirect(visit, base(visit) + "/queue"); });
}

}  // namespace wasl::web::desk
