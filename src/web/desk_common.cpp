#include "web/desk_common.hpp"

#include "identity/scope.hpp"
#include "lingua/formats.hpp"
#include "web/acting.hpp"
#include "web/desk.hpp"
#include "web/pay.hpp"
#include "web/shell.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

// Where an agent's day begins, by what they may do.
std::string first_page(const Visit& visit) {
    using identity::Role;
    const auto& actor = visit.actor;
    if (actor.roles == std::vector{Role::cashier}) return "/cash";
    if (!identity::listable_offices(actor, actor.member).empty()) return "/queue";
    if (actor.has(Role::administrator) || actor.has(Role::op)) return "/admin";
    if (actor.has(Role::auditor)) return "/journal";
    return "/queue";
}

}  // namespace

void add_desk_routes(http::Router& router, Site& site) {
    get(router, site, "/desk", Door::staff,
        [](Visit& visit) -> Result<http::Response> { return redirect(visit, "/desk/" + visit.actor.member + first_page(visit)); });
    desk::add_sign_in(router, site);
    desk::add_queue(router, site);
    desk::add_dossier(router, site);
    desk::add_bulk(router, site);
    desk::add_books(router, site);
    desk::add_export(router, site);
    desk::add_silences(router, site);
    desk::add_counter(router, site);
    desk::add_cash(router, site);
    desk::add_payments(router, site);
    desk::add_admin(router, site);
    desk::add_journal(router, site);
    desk::add_exchange(router, site);
    desk::add_participation(router, site);
    desk::add_network(router, site);
    desk::add_outages(router, site);
    desk::add_meters(router, site);
    desk::add_capacity(router, site);
}

namespace desk {

Result<MemberSite*> enter(const Visit& visit, std::initializer_list<identity::Role> roles) {
    const auto member = visit.parameter("member");
    const bool has_role = roles.size() == 0 || std::ranges::any_of(roles, [&](auto role) { return visit.actor.has(role); });
    if (!visit.actor.is_staff() || visit.actor.member != member || !has_role) return fail(Code::not_found, "http.not-found", member);
    return visit.site->members->at(member);
}

Result<std::vector<std::string>> offices_of_agent(const Visit& visit) {
    auto offices = identity::listable_offices(visit.actor, visit.parameter("member"));
    if (offices.empty()) return fail(Code::not_found, "http.not-found", "no office");
    return offices;
}

std::string office_on(const Visit& visit, const dossier::State& state) {
    auto facts = facts_of(state);
    facts.desks = dossier::offices_of(state);
    if (identity::access(visit.actor, facts) < identity::Access::contents) return {};
    if (visit.actor.works_for(facts.office)) return facts.office;
    const auto asked = std::ranges::find_if(facts.desks, [&](const auto& office) { return visit.actor.works_for(office); });
    return asked == facts.desks.end() ? std::string() : *asked;
}

std::string base(const Visit& visit) { return "/desk/" + visit.actor.member; }
Url page(const Visit& visit, std::string_view below) { return link_to(visit, base(visit) + std::string(below)); }

Chrome chrome_titled(const Visit& visit, std::string title) {
    auto out = chrome_for(visit, std::move(title));
    if (visit.actor.is_staff()) out.sign_out = link_to(visit, "/desk/sign-out");
    out.noindex = true;
    return out;
}
Chrome chrome(const Visit& visit, std::string_view title_key) { return chrome_titled(visit, visit.say(title_key)); }

const Url& script() {
    static const Url url = Url::literal(static_files().path("keys.js"));
    return url;
}

std::string phase_word(const Visit& visit, dossier::Phase phase) {
    return visit.say("desk.phase." + std::string(dossier::to_string(phase)));
}

std::string phase_colour(dossier::Phase phase) {
    using dossier::Phase;
    switch (phase) {
        case Phase::incomplete:
        case Phase::completion: return "grey";
        case Phase::examination:
        case Phase::visa: return "blue";
        case Phase::signature:
        case Phase::notification: return "yellow";
        case Phase::granted:
        case Phase::upheld:
        case Phase::approved_by_silence:
        case Phase::acknowledged:
        case Phase::free_to_operate: return "green";
        case Phase::refused:
        case Phase::dismissed:
        case Phase::lapsed: return "red";
        case Phase::withdrawn:
        case Phase::transferred: return "grey";
    }
    return "grey";
}

std::string outcome_word(const Visit& visit, dossier::Outcome outcome) {
    return visit.say("desk.outcome." + std::string(dossier::to_string(outcome)));
}

std::string role_word(const Visit& visit, identity::Role role) { return visit.say("desk.role." + std::string(identity::to_string(role))); }

std::string office_name(const Visit& visit, const MemberSite& member, std::string_view code) {
    const auto* office = member.info->office(code);
    return office == nullptr ? std::string(code) : office->name.in(visit.tag());
}

std::string staff_name(const Visit& visit, const identity::Staff& staff) {
    const bool arabic = lingua::direction(visit.language) == lingua::Direction::rtl;
    return arabic && !staff.name_arabic.empty() ? staff.name_arabic : staff.name;
}

std::string staff_name(const Visit& visit, const MemberSite& member, std::string_view id) {
    if (id.empty()) return {};
    const auto staff = member.staff->find(id);
    return staff ? staff_name(visit, *staff) : std::string(id);
}

std::string day(const Visit& visit, Instant at) { return lingua::short_date(visit.site->local(at).date); }
std::string moment(const Visit& visit, Instant at) { return lingua::date_and_time(visit.language, visit.site->local(at)); }
std::string last_day(const Visit& visit, Instant end) { return day(visit, end.plus_micros(-1)); }

std::string phrase(const Visit& visit, const jurisdiction::Phrase& said) {
    const auto key = lingua::find_key(said.key);
    if (!key) return said.debug();
    std::vector<lingua::Arg> args;
    for (const auto& [name, value] : said.arguments) {
        // The analyzer takes a text inside the variant for one without a value.
        std::visit([&](const auto& v) { args.emplace_back(name, v); }, value);  // NOLINT(clang-analyzer-core.CallAndMessage)
    }
    std::string out;
    lingua::append(out, visit.language, *key, args);
    return out;
}

ClockWords clock_words(const Visit& visit, const dossier::State& state) {
    using jurisdiction::ClockState;
    const auto reading = dossier::explain(state, *visit.site->pack, visit.now());
    if (reading.state == ClockState::not_started) return {visit.say("desk.clock.not-started"), "grey"};
    std::string text = reading.of == 0 ? visit.say("common.delay.at-once")
                                       : visit.say(reading.working ? "desk.clock.day-working" : "desk.clock.day",
                                                   {{"day", std::min(reading.day, reading.of)}, {"of", reading.of}});
    if (reading.stopped_days > 0) text += visit.say("desk.clock.stopped-days", {{"days", reading.stopped_days}});
    switch (reading.state) {
        case ClockState::stopped: return {text + visit.say("desk.clock.stopped-now"), "grey"};
        case ClockState::elapsed: return {text + visit.say("desk.clock.late", {{"days", -reading.days_left}}), "red"};
        case ClockState::ended: return {text + visit.say("desk.clock.ended"), "grey"};
        case ClockState::ended_late: return {text + visit.say("desk.clock.ended-late"), "red"};
        case ClockState::not_started:
        case ClockState::running: break;
    }
    return {text, reading.days_left < 0 ? "red" : reading.days_left <= 3 ? "yellow" : "green"};
}

Field question(const Visit& visit, std::string_view form, std::string_view name, std::string_view label_key) {
    Field field;
    field.id = fmt::format("{}-{}", form, name);
    field.name = name;
    field.label = visit.say(label_key);
    return field;
}

}  // namespace desk

}  // namespace wasl::web
