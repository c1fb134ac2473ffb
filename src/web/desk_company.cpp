// A company at the counter: who represents it, on sight of the paper. From then on that person sees all its dossiers and
// gives mandates for it.
#include "web/company_access.hpp"
#include "web/desk_counter.hpp"
#include "web/person_looks.hpp"
#include "base/cut.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web::desk {

namespace {

constexpr std::size_t longest_name = 200;

std::string cut_text(const http::Form& form, std::string_view name) { return std::string(cut_at_character(trim(form.text(name)), longest_name)); }

// The one person of that document whom an agent has seen; the same answer when there is none or more than one.
Result<identity::Person> representative_of(const Visit& visit, MemberSite& member, const http::Form& form) {
    const auto kind = form.text("kind");
    const auto rule = kind == "residence" ? std::string_view("residence-card") : kind;
    const auto number = visit.site->pack->identifiers().read(rule, form.text("number")).normal;
    auto people = TRY(visit.site->persons->by_document(kind, number));
    std::erase_if(people, [](const identity::Person& person) { return person.level < identity::level_counter_verified; });
    if (people.size() != 1) return fail(Code::not_found, "identity.no-person");
    TRY(keep_person_looks(visit, member, PersonLook::found, counter_office(visit), visit.say("desk.purpose.company"), people));
    return std::move(people.front());
}

}  // namespace

DeskForm representative_form(const Visit& visit) {
    return FormMaker(visit, "company", "desk.company.title", "desk.company.enter").hint(visit.say("desk.company.hint"))
        .code("ice", "account.mandates.ice").line("company-ar", "desk.company.name-ar").code("company-latin", "desk.company.name-latin")
        .line("form", "desk.company.form").select("kind", "desk.counter.kind", counter_document_kinds(visit, "cnie")).code("number", "desk.counter.number")
        .line("paper", "desk.company.paper").note("desk.company.paper-hint").line("until", "account.grant.until", "", "date").note("desk.company.until-hint")
        .checks("seen", "desk.counter.check", {{"yes", visit.say("desk.company.seen"), "", false}}).done();
}

Result<identity::Company> enter_representative(const Visit& visit, MemberSite& member, const http::Form& form) {
    const auto paper = cut_text(form, "paper");
    if (paper.empty() || !form.has("seen")) return fail(Code::unprocessable, "identity.company-paper");
    const auto by = fmt::format("{}/{}/{}", visit.actor.member, counter_office(visit), visit.actor.id);
    const auto person = TRY(representative_of(visit, member, form));
    identity::Company company{std::string(form.text("ice")), cut_text(form, "company-ar"), cut_text(form, "company-latin"), cut_text(form, "form"), false};
    company = TRY(company_register(*visit.site).record(std::move(company), by, true));
    identity::Mandate mandate;
    mandate.kind = identity::MandateKind::company;
    mandate.actor = person.id;
    mandate.ice = company.ice;
    mandate.principal_name = company.name_latin.empty() ? company.name_arabic : company.name_latin;
    mandate.from = visit.site->today();
    if (const auto until = trim(form.text("until")); !until.empty()) mandate.until = TRY(parse_date(until));
    mandate.verified = true;
    mandate.seen_by = by;
    mandate.paper = paper;
    // Entered again: what stood before gives way, so that an end that was set counts.
    for (const auto& other : TRY(visit.site->mandates->of_actor(person.id))) {
        if (other.ice == company.ice && other.represents() && !other.revoked) TRY(visit.site->mandates->revoke(other.id, by));
    }
    TRY(visit.site->mandates->grant(std::move(mandate)));
    return company;
}

}  // namespace wasl::web::desk
