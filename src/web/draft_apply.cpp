// The beginning of a request: who it is for, who asks, what is needed. Nothing is written before "continue".
#include "web/draft_pages.hpp"
#include "web/draft_work.hpp"
#include "web/fetched.hpp"
#include "web/national.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/draft.hpp"

#include "base/text.hpp"
#include "pages/draft/apply.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

// The fact `applicant` that conditions read.
std::string_view whom_of(identity::MandateKind kind) {
    switch (kind) {
        case identity::MandateKind::company: return "company";
        case identity::MandateKind::parent:
        case identity::MandateKind::guardian: return "child";
        case identity::MandateKind::power_of_attorney: return "person";
    }
    return "person";
}

struct Applied {
    MemberSite* member = nullptr;
    std::shared_ptr<const catalogue::Revision> revision;
    std::vector<identity::Mandate> mandates;  // that stand today and cover the procedure
};

Result<Applied> applied_at(Visit& visit) {
    Applied out;
    const auto name = visit.parameter("member");
    if (visit.site->members->info(name) == nullptr) return fail(Code::not_found, "web.no-member");
    out.member = TRY(visit.site->members->at(name));
    out.revision = TRY(out.member->catalogue->find(visit.parameter("procedure")));
    // An appeal begins at the decision it attacks.
    if (out.revision == nullptr || out.revision->id == "administrative-appeal") return fail(Code::not_found, "http.not-found");
    for (auto& mandate : TRY(visit.site->mandates->of_actor(visit.actor.id))) {
        const bool company = mandate.kind == identity::MandateKind::company;
        const bool child = mandate.kind == identity::MandateKind::parent || mandate.kind == identity::MandateKind::guardian;
        const auto& filers = out.revision->filers;
        const bool allowed = company ? filers.company : filers.mandate || (child && filers.parent_for_child);
        if (allowed && !mandate.revoked && mandate.stands_on(visit.site->today()) && mandate.covers(out.revision->id) &&
            mandate.allows(identity::MandateRight::file)) {
            out.mandates.push_back(std::move(mandate));
        }
    }
    return out;
}

Field name_field(const Visit& visit, std::string_view id, std::string_view label, std::string value, std::string_view autocomplete) {
    return {.id = std::string(id), .label = visit.say(label), .value = std::move(value), .autocomplete = std::string(autocomplete), .longest = 200};
}

void add_names(ApplyView& view, const Visit& visit, const http::Form* form) {
    const auto& name = visit.person->name;
    view.asks_name = name.arabic().empty() && name.latin().empty();
    if (!view.asks_name) return;
    const auto typed = [&](std::string_view id) { return form == nullptr ? std::string() : std::string(form->text(id)); };
    view.names = {name_field(visit, "given_ar", "account.given-ar", typed("given_ar"), ""),
                  name_field(visit, "family_ar", "account.family-ar", typed("family_ar"), ""),
                  name_field(visit, "given_latin", "account.given-latin", typed("given_latin"), "given-name"),
                  name_field(visit, "family_latin", "account.family-latin", typed("family_latin"), "family-name")};
}

Result<void> add_drafts(ApplyView& view, const Visit& visit, const Applied& applied) {
    for (const auto& draft : TRY(applied.member->dossiers->drafts(visit.actor.id))) {
        if (draft.procedure != applied.revision->id) continue;
        const auto step = draft.step.empty() ? "check" : draft.step;
        view.drafts.push_back({visit.say("account.draft.saved", {{"date", say_instant(visit, draft.updated)}}),
                               Url::path({visit.tag(), "draft", applied.member->info->id, draft.id, step})});
    }
    return {};
}

Result<http::Response> apply_page(Visit& visit, const Applied& applied, const http::Form* form, const std::string& problem) {
    const auto& revision = *applied.revision;
    ApplyView view;
    view.title = revision.title.in(visit.tag());
    view.chrome = chrome_for(visit, view.title);
    view.chrome.back = Url::path({visit.tag(), "p", applied.member->info->catalogue, revision.id});
    view.action = Url::path({visit.tag(), "apply", applied.member->info->id, revision.id});
    view.csrf = visit.csrf();
    view.authority = applied.member->info->name.in(visit.tag());
    view.before = revision.before_you_start.in(visit.tag());
    if (visit.person->level < revision.minimum_level) {
        view.level = visit.say("draft.level-low");
        view.raise = raise_link(visit, revision.minimum_level);
    }
    for (const auto& requirement : revision.requirements) view.papers.push_back(requirement.title.in(visit.tag()));
    TRY(add_drafts(view, visit, applied));
    add_names(view, visit, form);
    if (!problem.empty() && !view.names.empty()) {
        view.names.front().error = problem;
        view.errors.push_back({problem, Url::literal("#given_ar")});
        view.chrome.has_errors = true;
    }
    if (!applied.mandates.empty()) {
        view.whom = {.id = "whom", .label = visit.say("draft.for-whom")};
        view.for_whom.push_back({"", visit.say("draft.for-me"), {}, true});
        for (const auto& mandate : applied.mandates) {
            auto hint = visit.say(fmt::format("account.kind.{}", identity::to_string(mandate.kind)));
            if (mandate.until) hint += " · " + visit.say("account.mandates.until", {{"date", *mandate.until}});
            view.for_whom.push_back({mandate.id, visit.say("draft.for-other", {{"name", mandate.principal_name}}), std::move(hint), false});
        }
    }
    return render(visit, view, pages::draft_apply, problem.empty() ? 200 : 422);
}

Result<http::Response> show_apply(Visit& visit) {
    const auto applied = TRY(applied_at(visit));
    const auto kept = kept_form(visit);
    return apply_page(visit, applied, kept ? &*kept : nullptr, "");
}

// The name given here is the profile's from now on.
Result<bool> take_name(Visit& visit, const http::Form& form) {
    auto changed = *visit.person;
    if (!changed.name.arabic().empty() || !changed.name.latin().empty()) return true;
    const auto word = [&](std::string_view id) { return std::string(trim(form.text(id))); };
    changed.name = {word("given_ar"), word("family_ar"), word("given_latin"), word("family_latin")};
    if (changed.name.arabic().empty() && changed.name.latin().empty()) return false;
    visit.person = TRY(visit.site->persons->describe(changed.id, changed));
    return true;
}

// What the profile already knows is not asked for twice: the usual questions about the person, to be checked and
// changed on their page. Only when people file for themselves.
void prefill(DraftWork& work, const identity::Person& person) {
    const auto put = [&](std::string_view id, form::FieldType type, json::Value value) {
        const auto* field = work.revision->form.field(id);
        if (field != nullptr && field->type == type) work.draft.answers.set(std::string(id), std::move(value));
    };
    json::Object name;
    const auto& known = person.name;
    for (const auto& [part, text] : {std::pair("given_ar", &known.given_arabic), std::pair("family_ar", &known.family_arabic),
                                     std::pair("given_latin", &known.given_latin), std::pair("family_latin", &known.family_latin)}) {
        if (!text->empty()) name.set(part, *text);
    }
    if (!name.empty()) put("full_name", form::FieldType::person_name, std::move(name));
    if (!person.document_number.empty()) {
        put("identity", form::FieldType::identity_document, json::Object{{"kind", person.document_kind}, {"number", person.document_number}});
    }
    if (!person.phone.empty()) put("phone", form::FieldType::phone, person.phone);
    if (!person.email.empty()) put("email", form::FieldType::email, person.email);
}

Result<http::Response> take_apply(Visit& visit, http::Form& form) {
    const auto applied = TRY(applied_at(visit));
    if (!TRY(take_name(visit, form))) return apply_page(visit, applied, &form, visit.say("account.name-needed"));
    DraftWork work;
    work.visit = &visit;
    work.member = applied.member;
    work.revision = applied.revision;
    work.draft.owner = visit.actor.id;
    work.draft.procedure = applied.revision->id;
    work.draft.revision = applied.revision->hash.hex();
    const auto chosen = std::ranges::find(applied.mandates, form.text("whom"), &identity::Mandate::id);
    if (chosen != applied.mandates.end()) {
        work.draft.answers.set(std::string(draft_mandate), chosen->id);
        work.draft.answers.set(std::string(draft_kind), whom_of(chosen->kind));
    } else {
        prefill(work, *visit.person);
    }
    const auto pages = work.pages();
    work.draft.step = !pages.empty() ? applied.revision->form.pages[pages.front()].id : applied.revision->requirements.empty() ? "check" : "papers";
    // What a holder knows stands in the form before the person reads its questions.
    const bool holders_first = fills_answers(*work.revision);
    if (holders_first) work.draft.step = "fetched";
    TRY(work.save());
    return redirect(visit, work.path(work.draft.step) + (holders_first ? "?then=pages" : ""));
}

}  // namespace

void add_apply_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/apply/{member}/{procedure}", Door::person, show_apply);
    post(router, site, "/apply/{member}/{procedure}", Door::person, take_apply);
}

}  // namespace wasl::web
