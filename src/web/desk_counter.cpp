// The counter: find by document, enrol or verify against the card, change of phone, recovery.
#include "web/desk_counter.hpp"
#include "web/national.hpp"
#include "web/person_looks.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/waiting_code.hpp"

#include "base/text.hpp"

#include "pages/desk/panel.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wasl::web::desk {

namespace {

using identity::Role;

std::string normal_number(const Visit& visit, std::string_view kind, std::string_view typed) {
    return visit.site->pack->identifiers().read(kind == "residence" ? "residence-card" : kind, typed).normal;
}

FormMaker& person_questions(FormMaker& form, const Visit& visit, const identity::Person& person) {
    return form.line("given-ar", "desk.counter.given-ar", person.name.given_arabic).line("family-ar", "desk.counter.family-ar", person.name.family_arabic)
        .code("given-latin", "desk.counter.given-latin", person.name.given_latin).code("family-latin", "desk.counter.family-latin", person.name.family_latin)
        .code("birth", "desk.counter.birth", person.birth).note("desk.counter.birth-hint")
        .select("kind", "desk.counter.kind", counter_document_kinds(visit, person.document_kind)).code("number", "desk.counter.number", person.document_number);
}

identity::Person typed_person(const Visit& visit, const http::Form& form, identity::Person person) {
    const auto typed = [&](std::string_view name) { return std::string(trim(form.text(name))); };
    person.name = {typed("given-ar"), typed("family-ar"), typed("given-latin"), typed("family-latin")};
    person.birth = typed("birth");
    person.document_kind = typed("kind");
    person.document_number = normal_number(visit, person.document_kind, form.text("number"));
    if (const auto phone = trim(form.text("phone")); !phone.empty()) person.phone = visit.site->pack->identifiers().read_phone(phone).normal;
    return person;
}

// Who saw which card. Without the tick there is no check: the kind stays empty and identity refuses.
identity::CounterCheck counter_check(const Visit& visit, const http::Form& form) {
    identity::CounterCheck check;
    check.member = visit.actor.member;
    check.office = counter_office(visit);
    check.staff = visit.actor.id;
    check.at = visit.now();
    if (form.has("seen")) {
        check.document_kind = form.text("kind");
        check.document_number = normal_number(visit, check.document_kind, form.text("number"));
    }
    return check;
}

std::vector<Option> seen_choice(const Visit& visit) { return {{"yes", visit.say("desk.counter.seen-card"), "", false}}; }

DeskForm find_form(const Visit& visit) {
    return FormMaker(visit, "find", "desk.counter.find", "common.search").routine()
        .select("kind", "desk.counter.kind", counter_document_kinds(visit, "cnie")).code("number", "desk.counter.number").done();
}

DeskForm enrol_form(const Visit& visit) {
    FormMaker form(visit, "enrol", "desk.counter.enrol", "desk.counter.enrol");
    person_questions(form, visit, {}).line("phone", "common.phone", "", "tel").note("desk.counter.phone-hint");
    return form.checks("seen", "desk.counter.check", seen_choice(visit)).done();
}

DeskPanelView counter_view(const Visit& visit) {
    auto view = panel(visit, "nav.counter", "/counter");
    view.hint = visit.say("desk.counter.hint");
    view.forms.push_back(find_form(visit));
    view.forms.push_back(enrol_form(visit));
    view.forms.push_back(representative_form(visit));
    return view;
}

Result<http::Response> show_counter(Visit& visit) {
    TRY(enter(visit, {Role::counter}));
    auto view = counter_view(visit);
    if (const auto kept = kept_form(visit)) restore_typed(view.forms, *kept, "");
    return render(visit, view, pages::desk_panel);
}

Result<http::Response> found_people(Visit& visit, MemberSite& member, const http::Form& form) {
    auto view = counter_view(visit);
    restore_typed(view.forms, form, "");
    const auto people = TRY(visit.site->persons->by_document(form.text("kind"), normal_number(visit, form.text("kind"), form.text("number"))));
    // A list of names and birth dates is a look already: journaled before it is shown.
    TRY(keep_person_looks(visit, member, PersonLook::found, counter_office(visit), visit.say("desk.purpose.counter-search"), people));
    auto list = table(visit, visit.say("desk.counter.found"), {"common.name", "desk.counter.birth", "desk.counter.level"});
    for (const auto& person : people) {
        auto name = cell(person.name.best(visit.tag()).empty() ? person.document_number : person.name.best(visit.tag()), true);
        name.link = page(visit, "/counter/person/" + person.id);
        list.rows.push_back({std::move(name), cell(person.birth), cell(visit.say("desk.level." + std::to_string(person.level)))});
    }
    if (people.empty()) {
        view.notice = visit.say("desk.counter.nobody");
    } else {
        view.tables.push_back(std::move(list));
    }
    return render(visit, view, pages::desk_panel);
}

// The phone that was typed opens the account only once its owner has read back the code that goes there now.
Result<void> send_phone_code(const Visit& visit, const identity::Person& person) {
    if (person.phone.empty() || person.phone_confirmed) return {};
    const auto sent = visit.site->persons->send_code({"sms", person.phone}, person.language, "counter " + person.id);
    if (!sent && sent.error().key != "identity.code-limit") return sent;
    return {};
}

Result<http::Response> act_at_counter(Visit& visit, http::Form& form) {
    auto* member = TRY(enter(visit, {Role::counter}));
    if (form.text("do") == "find") return found_people(visit, *member, form);
    if (form.text("do") == "company") {
        const auto entered = enter_representative(visit, *member, form);
        if (entered) return redirect(visit, base(visit) + (entered->doubtful ? "/counter?done=company-doubtful" : "/counter?done=company"));
        if (!can_be_mended(entered.error()) && entered.error().code != Code::not_found) return std::unexpected(entered.error());
        auto view = counter_view(visit);
        show_refusal(visit, view, form, entered.error(), entered.error().key == "identity.ice-malformed" ? "ice" : "");
        return render(visit, view, pages::desk_panel, http_status(entered.error().code));
    }
    identity::Person fresh;
    fresh.language = visit.tag();
    const auto enrolled = visit.site->persons->enrol_at_counter(typed_person(visit, form, fresh), counter_check(visit, form));
    if (enrolled) {
        TRY(send_phone_code(visit, *enrolled));
        return redirect(visit, fmt::format("{}/counter/person/{}?done=enrol", base(visit), enrolled->id));
    }
    if (!can_be_mended(enrolled.error())) return std::unexpected(enrolled.error());
    auto view = counter_view(visit);
    show_refusal(visit, view, form, enrolled.error(), enrolled.error().key == "identity.birth-malformed" ? "birth" : "");
    return render(visit, view, pages::desk_panel, http_status(enrolled.error().code));
}

PanelGroup person_facts(const Visit& visit, const identity::Person& person) {
    PanelGroup out{visit.say("desk.counter.person"), {}};
    const auto add = [&](std::string_view key, std::string value) {
        SummaryRow row;
        row.key = visit.say(key);
        row.value = value.empty() ? visit.say("common.not-given") : std::move(value);
        row.typed_by_person = true;
        out.rows.push_back(std::move(row));
    };
    add("desk.counter.name-arabic", person.name.arabic());
    add("desk.counter.name-latin", person.name.latin());
    add("desk.counter.birth", person.birth);
    add("desk.counter.number", person.document_number);
    add("common.phone", person.phone);
    if (!person.phone.empty() && !person.phone_confirmed) out.rows.back().more.push_back(visit.say("account.addresses.unproven"));
    add("desk.counter.level", visit.say("desk.level." + std::to_string(person.level)));
    if (person.national) add("desk.counter.national", national_name(visit) + " · " + say_instant(visit, person.national->since));
    return out;
}

std::vector<Option> fileable(const Visit& visit, const MemberSite& member) {
    std::vector<Option> out;
    for (const auto& sheet : member.catalogue->list(0, 500, visit.tag())) {
        if (sheet.id != "administrative-appeal") out.push_back({sheet.id, sheet.title, "", false});
    }
    return out;
}

DeskPanelView person_view(const Visit& visit, const MemberSite& member, const identity::Person& person) {
    auto view = panel(visit, "nav.counter", "/counter/person/" + person.id);
    view.heading = person.name.best(visit.tag()).empty() ? person.document_number : person.name.best(visit.tag());
    view.chrome.back = page(visit, "/counter");
    view.groups.push_back(person_facts(visit, person));
    view.forms.push_back(FormMaker(visit, "file", "desk.counter.file", "common.continue").routine().select("procedure", "desk.queue.procedure", fileable(visit, member)).done());
    if (!person.phone.empty() && !person.phone_confirmed) {
        view.forms.push_back(FormMaker(visit, "confirm", "desk.counter.confirm-phone", "account.addresses.confirm")
                                 .hint(visit.say("desk.counter.confirm-phone-hint", {{"phone", person.phone}})).code("code", "journey.code.title").done());
        view.forms.push_back(FormMaker(visit, "send-code", "desk.counter.send-code", "account.addresses.send").done());
    }
    FormMaker verify(visit, "verify", "desk.counter.verify", "desk.counter.verify");
    person_questions(verify, visit, person);
    view.forms.push_back(verify.checks("seen", "desk.counter.check", seen_choice(visit)).done());
    view.forms.push_back(FormMaker(visit, "phone", "desk.counter.new-phone", "common.save").hint(visit.say("desk.counter.new-phone-hint"))
                             .line("phone", "common.phone", "", "tel").select("kind", "desk.counter.kind", counter_document_kinds(visit, person.document_kind))
                             .code("number", "desk.counter.number").checks("seen", "desk.counter.check", seen_choice(visit)).done());
    if (person.national && visit.site->national != nullptr) {
        view.forms.push_back(FormMaker(visit, "unbind", "desk.counter.unbind", "desk.counter.unbind").hint(visit.say("desk.counter.unbind-hint"))
                                 .select("kind", "desk.counter.kind", counter_document_kinds(visit, person.document_kind))
                                 .code("number", "desk.counter.number").checks("seen", "desk.counter.check", seen_choice(visit)).done());
    }
    return view;
}

Result<http::Response> show_person(Visit& visit) {
    auto* member = TRY(enter(visit, {Role::counter}));
    const auto person = TRY(person_at_counter(visit, *member));
    return render(visit, person_view(visit, *member, person), pages::desk_panel);
}

// The card is seen, the account bound; after a change of phone every open session of the person ends.
Result<void> bind_person(Visit& visit, const identity::Person& person, const http::Form& form) {
    auto& persons = *visit.site->persons;
    if (form.text("do") == "verify") {
        TRY(persons.check_at_counter(person.id, typed_person(visit, form, person), counter_check(visit, form)));
        return {};
    }
    if (form.text("do") == "send-code") return send_phone_code(visit, person);
    if (form.text("do") == "unbind") {
        if (visit.site->national == nullptr) return fail(Code::not_found, "http.not-found");
        TRY(visit.site->national->ids->unbind(person.id, counter_check(visit, form), *visit.site->sessions));
        return {};
    }
    if (form.text("do") == "confirm") {
        TRY(persons.attach_address(person.id, {"sms", person.phone}, digits_of(form.text("code"))));
        return {};
    }
    const auto phone = visit.site->pack->identifiers().read_phone(trim(form.text("phone"))).normal;
    const auto changed = TRY(persons.change_phone(person.id, phone, counter_check(visit, form)));
    TRY(send_phone_code(visit, changed));
    TRY(visit.site->sessions->end_all(identity::ActorKind::person, person.id, ""));
    return {};
}

Result<http::Response> act_on_person(Visit& visit, http::Form& form) {
    auto* member = TRY(enter(visit, {Role::counter}));
    const auto person = TRY(person_at_counter(visit, *member));
    const std::string action(form.text("do"));
    if (action == "file") return redirect(visit, fmt::format("{}/counter/person/{}/file/{}", base(visit), person.id, percent_encode(form.text("procedure"))));
    constexpr std::array known{std::string_view("verify"), std::string_view("phone"), std::string_view("confirm"), std::string_view("send-code"),
                               std::string_view("unbind")};
    if (std::ranges::find(known, action) == known.end()) return fail(Code::not_found, "http.not-found", action);
    const auto done = bind_person(visit, person, form);
    if (done) return redirect(visit, fmt::format("{}/counter/person/{}?done={}", base(visit), person.id, action));
    if (!can_be_mended(done.error())) return std::unexpected(done.error());
    auto view = person_view(visit, *member, person);
    show_refusal(visit, view, form, done.error(), done.error().key == "identity.birth-malformed" ? "birth" : "");
    return render(visit, view, pages::desk_panel, http_status(done.error().code));
}

}  // namespace

std::string counter_office(const Visit& visit) { return visit.actor.offices.empty() ? std::string() : visit.actor.offices.front(); }

std::vector<Option> counter_document_kinds(const Visit& visit, std::string_view chosen) {
    std::vector<Option> out;
    for (const std::string_view kind : {"cnie", "passport", "residence", "other"}) {
        out.push_back({std::string(kind), visit.say("desk.document-kind." + std::string(kind)), "", kind == chosen});
    }
    return out;
}

// A person's record is opened in the open: the member's journal and the person's own chain say who, where and why.
Result<identity::Person> person_at_counter(const Visit& visit, MemberSite& member) {
    auto person = TRY(visit.site->persons->find(visit.parameter("person")));
    TRY(keep_person_looks(visit, member, PersonLook::opened, counter_office(visit), visit.say("desk.purpose.counter"), {&person, 1}));
    return person;
}

void add_counter(http::Router& router, Site& site) {
    get(router, site, "/desk/{member}/counter", Door::staff, show_counter);
    post(router, site, "/desk/{member}/counter", Door::staff, act_at_counter);
    get_slow(router, site, "/desk/{member}/counter/person/{person}", Door::staff, show_person);
    post(router, site, "/desk/{member}/counter/person/{person}", Door::staff, act_on_person);
    add_counter_filing(router, site);
}

}  // namespace wasl::web::desk
