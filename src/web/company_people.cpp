// Who acts for a company: its representatives, and the mandates they give and end.
#include "web/company_access.hpp"
#include "web/company_page.hpp"
#include "web/company_parts.hpp"
#include "web/mandate_words.hpp"
#include "web/request_words.hpp"
#include "web/waiting_code.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <tuple>

namespace wasl::web {

namespace {

using identity::CompanyHeld;
using identity::Mandate;
using identity::MandateRight;

constexpr std::size_t procedures_offered = 40;
constexpr std::size_t sheets_looked_at = 200;

CompanyCard card_of(const Visit& visit, const CompanyHeld& held, const Mandate& mandate, std::string name) {
    CompanyCard out;
    out.title = name.empty() ? visit.say("common.not-given") : std::move(name);
    const auto today = visit.site->today();
    const bool over = mandate.revoked || (mandate.until && *mandate.until < today);
    const auto state = over ? "account.mandates.state.over" : mandate.awaits ? "account.mandates.state.waits" : !mandate.is_proven() ? "account.mandates.declared"
                       : mandate.verified ? "account.mandates.verified" : "account.mandates.state.accepted";
    out.state = visit.say(state);
    out.colour = over ? "grey" : mandate.awaits ? "yellow" : mandate.is_proven() ? "green" : "orange";
    out.lines = {mandate_role(visit, mandate), mandate_scope(visit, mandate)};
    out.lines.push_back(visit.say("company.from", {{"date", mandate.from}}));
    if (mandate.until) out.lines.push_back(visit.say("account.mandates.until", {{"date", *mandate.until}}));
    if (mandate.revoked) out.lines.push_back(visit.say("company.withdrawn", {{"date", say_instant(visit, *mandate.revoked)}}));
    if (!mandate.paper.empty()) out.lines.push_back(visit.say("company.paper", {{"paper", mandate.paper}, {"who", doer_name(visit, mandate.seen_by)}}));
    out.id = mandate.id;
    const bool mine = mandate.actor == visit.actor.id || mandate.given_by == visit.actor.id;
    // Representatives are entered and taken off at a counter; each may leave.
    const bool may_end = mine || (held.represented && !mandate.given_by.empty());
    if (!over && may_end) out.end = visit.say("account.mandates.withdraw");
    out.about = out.title;
    return out;
}

std::vector<Option> company_procedures(const Visit& visit) {
    std::vector<Option> out;
    for (const auto& name : visit.site->members->catalogues()) {
        const auto sheets = visit.site->members->catalogue(name);
        if (!sheets) continue;
        for (const auto& sheet : (*sheets)->list(0, sheets_looked_at, visit.tag())) {
            const auto revision = (*sheets)->find(sheet.id);
            const bool known = std::ranges::find(out, sheet.id, &Option::value) != out.end();
            if (known || !revision || *revision == nullptr || !(*revision)->filers.company || out.size() == procedures_offered) continue;
            out.push_back({sheet.id, sheet.title, {}, false});
        }
    }
    return out;
}

DeskForm give_form(const Visit& visit) {
    std::vector<Option> roles, rights;
    for (const std::string_view role : {"accountant", "lawyer", "employee"}) roles.push_back({std::string(role), visit.say(fmt::format("company.role.{}", role)), {}, role == "accountant"});
    for (const auto right : {MandateRight::see, MandateRight::file, MandateRight::batch}) {
        rights.push_back({std::string(identity::to_string(right)), visit.say(fmt::format("company.right.{}", identity::to_string(right))), {}, right == MandateRight::see});
    }
    return desk::FormMaker(visit, "give", "company.people.give", "account.grant.send").hint(visit.say("company.people.give-text"))
        .code("contact", "account.grant.contact").note("account.grant.contact-hint").radios("role", "company.as", std::move(roles))
        .checks("rights", "company.people.rights", std::move(rights)).checks("procedures", "account.grant.procedures", company_procedures(visit))
        .note("company.people.procedures-hint").line("until", "account.grant.until", visit.site->today().plus_months(12).iso(), "date").note("account.grant.until-hint").done();
}

Result<CompanyView> people_view(const Visit& visit, const CompanyHeld& held) {
    auto view = company_view(visit, held, "people");
    view.cards_title = visit.say("company.people.title");
    view.cards_none = visit.say("company.people.none");
    view.end_name = "end";
    auto mandates = TRY(visit.site->mandates->of_company(held.ice));
    // Those that stand first, then those that wait, then those gone by, each newest first.
    const auto today = visit.site->today();
    const auto rank = [&](const Mandate& each) { return each.stands_on(today) ? 0 : each.awaits && !each.revoked ? 1 : 2; };
    std::ranges::sort(mandates, [&](const Mandate& a, const Mandate& b) { return std::tuple(rank(a), b.from, a.id) < std::tuple(rank(b), a.from, b.id); });
    for (const auto& mandate : mandates) {
        // Who only said of themselves that they represent it is no business of an accountant's.
        if (!held.represented && mandate.actor != visit.actor.id && !mandate.is_proven()) continue;
        view.cards.push_back(card_of(visit, held, mandate, TRY(actor_name(visit, mandate))));
    }
    if (held.represented) view.more.push_back(give_form(visit));
    return view;
}

// The offer as typed, or what is wrong with it and where.
struct Typed {
    Mandate offer;
    std::optional<Error> error;
    std::string field;
};

Typed typed_mandate(const Visit& visit, const CompanyHeld& held, const http::Form& form) {
    Typed out;
    auto& offer = out.offer;
    const auto wrong = [&](std::string key, std::string field) {
        if (!out.error) out.error = Error{Code::unprocessable, std::move(key), {}}, out.field = std::move(field);
    };
    offer.kind = identity::MandateKind::company;
    offer.ice = held.ice;
    offer.principal_name = held.name;
    offer.given_by = visit.actor.id;
    offer.from = visit.site->today();
    offer.role = form.text("role");
    if (const auto address = address_of(*visit.site, form.text("contact"))) {
        offer.offered_to = address->value;
        const auto own = visit.person->proven_addresses();
        if (std::ranges::find(own, offer.offered_to) != own.end()) wrong("identity.mandate-own", "contact");
    } else {
        wrong(address.error().key, "contact");
    }
    for (const auto name : form.all("rights")) {
        if (const auto right = identity::mandate_right_from(name)) offer.rights.push_back(*right);
    }
    if (offer.rights.empty()) wrong("identity.mandate-rights", "rights");
    for (const auto id : form.all("procedures")) {
        if (offer.procedures.size() < procedures_offered && procedure_title(visit, id) != id) offer.procedures.emplace_back(id);
    }
    const auto until = parse_date(form.text("until"));
    if (until) offer.until = *until;
    if (!until || *until < offer.from) wrong("identity.mandate-until", "until");
    return out;
}

Result<http::Response> give(Visit& visit, const CompanyHeld& held, const http::Form& form) {
    if (!held.represented) return fail(Code::forbidden, "identity.mandate-narrow");
    auto typed = typed_mandate(visit, held, form);
    if (!typed.error) {
        const auto done = visit.site->mandates->offer(std::move(typed.offer), visit.tag());
        if (done) return redirect(visit, fmt::format("/me/companies/{}/people?done=given", held.ice));
        if (!desk::can_be_mended(done.error()) && done.error().code != Code::too_many) return std::unexpected(done.error());
        typed.error = done.error();
        if (done.error().key == "identity.mandate-long") typed.field = "until";
    }
    auto view = TRY(people_view(visit, held));
    company_refusal(visit, view, form, *typed.error, typed.field);
    return company_page(visit, view, http_status(typed.error->code));
}

Result<http::Response> act_on_people(Visit& visit, http::Form& form) {
    const auto held = TRY(company_at(visit));
    if (form.text("do") == "give") return give(visit, held, form);
    if (form.text("do") != "end") return fail(Code::not_found, "http.not-found");
    const auto mandate = visit.site->mandates->find(form.text("id"));
    const bool own = mandate && mandate->ice == held.ice && identity::may_revoke(*mandate, visit.actor);
    const bool may = own || (mandate && mandate->ice == held.ice && held.represented && !mandate->given_by.empty());
    if (!may) return fail(Code::not_found, "identity.no-mandate");
    TRY(visit.site->mandates->revoke(mandate->id, visit.actor.id));
    // Whoever has just left may not see the company any more.
    const bool still = company_for(*visit.site, visit.actor.id, held.ice).has_value();
    return redirect(visit, still ? fmt::format("/me/companies/{}/people?done=ended", held.ice) : std::string("/me/companies"));
}

}  // namespace

void add_company_people_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/me/companies/{ice}/people", Door::person, [](Visit& visit) -> Result<http::Response> {
        const auto held = TRY(company_at(visit));
        return company_page(visit, TRY(people_view(visit, held)));
    });
    post(router, site, "/me/companies/{ice}/people", Door::person, act_on_people);
}

}  // namespace wasl::web
