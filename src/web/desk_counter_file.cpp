// Filing on someone's behalf: all questions on one page, read back in large letters, then filed with the
// consent recorded. The receipt is printed from the page that follows.
#include "web/desk_counter.hpp"

#include "web/acting.hpp"
#include "web/draft_questions.hpp"
#include "web/form_files.hpp"
#include "web/obligations.hpp"
#include "web/paper_question.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/desk_counter.hpp"
#include "base/cut.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"

#include "pages/desk/counter_file.hpp"
#include "pages/desk/read_back.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web::desk {

namespace {

constexpr std::string_view obligations_box = "obligations";

struct AtCounter {
    MemberSite* member = nullptr;
    identity::Person person;
    std::shared_ptr<const catalogue::Revision> revision;
};

Result<AtCounter> at_counter(const Visit& visit) {
    AtCounter out;
    out.member = TRY(enter(visit, {identity::Role::counter}));
    TRY(offices_of_agent(visit));
    out.person = TRY(person_at_counter(visit, *out.member));
    out.revision = TRY(out.member->catalogue->find(visit.parameter("procedure")));
    if (out.revision == nullptr || out.revision->id == "administrative-appeal") return fail(Code::not_found, "http.not-found");
    return out;
}

form::Setting counter_setting(const Visit& visit, const AtCounter& here) {
    return {.pack = visit.site->pack.get(), .today = visit.site->today(),
            .facts = {{"channel", "counter"}, {"level", here.person.level}, {"applicant", "person"}}};
}

form::Facts facts_for(const form::Form& questions, const json::Object& answers, const form::Setting& setting, const std::string& today) {
    return {.answers = &answers, .facts = &setting.facts, .today = today, .form = &questions};
}

// Every code that takes files on this page: the papers and the questions answered by files.
Result<FormFiles> files_at_counter(const Visit& visit, const AtCounter& here, const http::Form* form) {
    auto codes = attachments_of(here.revision->form);
    for (const auto& requirement : here.revision->requirements) codes.push_back(requirement.code);
    return form_files(visit, *here.member, form, here.revision->id, codes);
}

// Files scanned at the counter, and originals shown across it.
std::vector<dossier::Piece> counter_pieces(const Visit& visit, const AtCounter& here, const http::Form& form, const FormFiles& files) {
    auto out = files.draft.pieces;
    for (const auto& requirement : here.revision->requirements) {
        if (!form.has("shown-" + requirement.code)) continue;
        dossier::Piece shown;
        shown.requirement = requirement.code;
        shown.name = requirement.title.in(visit.tag());
        shown.source = dossier::Source::shown;
        shown.verified = true;
        out.push_back(std::move(shown));
    }
    return out;
}

// What the act takes on for these answers.
std::vector<std::string> obligations_at_counter(const Visit& visit, const AtCounter& here, const json::Object& answers) {
    const auto setting = counter_setting(visit, here);
    return obligations_due(*here.revision, answers, setting.facts, setting.today);
}

dossier::Filing counter_filing(const Visit& visit, const AtCounter& here, json::Object answers, const FormFiles& files,
                               const http::Form& form) {
    dossier::Filing filing;
    filing.revision = here.revision;
    filing.applicant = party_of(here.person);
    filing.representative = dossier::Representative{.party = {.person = {}, .name_arabic = {}, .name_latin = visit.actor.name, .identifier_kind = {}, .identifier = {}},
                                                    .relation = "counter", .mandate = {}, .consent = std::string(trim(form.text("consent")))};
    filing.contact = contact_of(here.person);
    filing.channel = "counter";
    filing.office = here.member->info->office_for(here.revision->id).code;
    filing.offices = {here.member->info->appeal, here.member->info->supervisory};
    filing.answers = std::move(answers);
    filing.pieces = counter_pieces(visit, here, form, files);
    filing.draft = files.draft.id;
    filing.facts = counter_setting(visit, here).facts;
    filing.level = here.person.level;
    filing.once = cut_at_character(form.text("once"), 64);
    if (form.text(obligations_box) == "read") filing.obligations = obligations_at_counter(visit, here, filing.answers);
    return filing;
}

struct Drawn {
    form::Checked checked;
    Pairs typed;
    FormFiles files;
};

Result<Drawn> drawn(const Visit& visit, const AtCounter& here, const http::Form* form) {
    Drawn out;
    if (form != nullptr) out.typed = pairs_of(*form);
    out.files = TRY(files_at_counter(visit, here, form));
    auto answers = form::answers_from_pairs(here.revision->form, out.typed);
    set_attachments(answers, here.revision->form, out.files.draft.pieces);
    out.checked = form::check(here.revision->form, answers, counter_setting(visit, here));
    return out;
}

Question asked_at_counter(const Visit& visit, const form::Field& field, const Drawn& now, bool typed, bool with_findings) {
    const auto* value = now.checked.answers.find(field.id);
    auto asked = question_of(visit, field, value == nullptr ? json::Value() : *value, typed ? &now.typed : nullptr, false);
    for (const auto& finding : now.checked.findings) {
        if (!with_findings || finding.warning || finding.field.substr(0, finding.field.find('.')) != field.id) continue;
        asked.field.error = say_finding(visit.language, finding);
        break;
    }
    if (field.type != form::FieldType::attachment) return asked;
    asked.files = files_of(visit, now.files.draft.pieces, field.id);
    if (const auto refused = now.files.error(field.id); !refused.empty()) asked.field.error = refused;
    return asked;
}

void add_papers(CounterFileView& view, const Visit& visit, const AtCounter& here, const http::Form* form, const Drawn& now) {
    const auto setting = counter_setting(visit, here);
    const auto today = setting.today.iso();
    for (const auto index : catalogue::papers_for(*here.revision, facts_for(here.revision->form, now.checked.answers, setting, today))) {
        const auto& requirement = here.revision->requirements[index];
        auto paper = paper_question(visit, requirement);
        paper.files = files_of(visit, now.files.draft.pieces, requirement.code);
        paper.file.error = now.files.error(requirement.code);
        view.papers.push_back({std::move(paper), form != nullptr && form->has("shown-" + requirement.code)});
    }
}

CounterFileView counter_file_view(const Visit& visit, const AtCounter& here, const http::Form* form, const Drawn& now, bool with_findings) {
    CounterFileView view;
    view.chrome = chrome_titled(visit, here.revision->title.in(visit.tag()));
    view.chrome.back = page(visit, "/counter/person/" + here.person.id);
    view.title = view.chrome.title;
    view.person = here.person.name.best(visit.tag());
    view.here = Url::literal(visit.request->path());
    view.csrf = visit.csrf();
    view.files = now.files.draft.id;
    view.once = form != nullptr && !form->text("once").empty() ? std::string(form->text("once")) : random_id(*visit.site->entropy);
    const auto setting = counter_setting(visit, here);
    for (const auto index : form::visible_pages(here.revision->form, now.checked.answers, setting)) {
        const auto& form_page = here.revision->form.pages[index];
        CounterQuestions group{form_page.title.in(visit.tag()), {}};
        for (const auto& field : form_page.fields) {
            if (!form::is_visible(here.revision->form, field, now.checked.answers, setting)) continue;
            group.questions.push_back(asked_at_counter(visit, field, now, form != nullptr, with_findings));
        }
        if (!group.questions.empty()) view.groups.push_back(std::move(group));
    }
    add_papers(view, visit, here, form, now);
    for (const auto& [code, words] : now.files.refused) view.errors.push_back({words, Url::literal("#file-" + code)});
    view.chrome.has_errors = !view.errors.empty();
    view.consent = question(visit, "counter", "consent", "desk.counter.consent");
    view.consent.hint = visit.say("desk.counter.consent-hint");
    if (form != nullptr) view.consent.value = form->text("consent");
    view.consent.longest = 500;
    return view;
}

Result<http::Response> show_counter_form(Visit& visit) {
    const auto here = TRY(at_counter(visit));
    const auto kept = kept_form(visit);
    const auto* typed = kept ? &*kept : nullptr;
    return render(visit, counter_file_view(visit, here, typed, TRY(drawn(visit, here, typed)), false), pages::desk_counter_file);
}

Result<http::Response> counter_problem(Visit& visit, const AtCounter& here, const http::Form& form, const Drawn& now, const Error& error) {
    auto view = counter_file_view(visit, here, &form, now, true);
    const auto said = lingua::say(visit.language, error);
    view.chrome.has_errors = true;
    view.errors.push_back({said, Url::literal("#counter-consent")});
    if (error.detail == "consent") view.consent.error = said;
    return render(visit, view, pages::desk_counter_file, http_status(error.code));
}

// Read aloud, and taken on by the person before the agent files.
void add_obligations(ReadBackView& view, const Visit& visit, const AtCounter& here, const json::Object& answers, bool unread) {
    for (const auto& code : obligations_at_counter(visit, here, answers)) {
        const auto one = std::ranges::find(here.revision->obligations, code, &catalogue::Obligation::code);
        view.obligations.push_back({one->text.in(visit.tag()), say_source(visit, *one)});
    }
    if (view.obligations.empty()) return;
    view.obligations_read = {.id = std::string(obligations_box), .label = visit.say("sheet.obligations.confirm")};
    view.obligations_choice = {{"read", visit.say("sheet.obligations.read"), {}, false}};
    if (!unread) return;
    view.obligations_read.error = lingua::say(visit.language, Error{Code::unprocessable, "filing.obligations-unread", {}});
    view.errors.push_back({view.obligations_read.error, Url::literal("#obligations")});
    view.chrome.has_errors = true;
}

// What will be filed, in large letters, turned to the person across the counter; everything typed rides along.
Result<http::Response> read_back(Visit& visit, const AtCounter& here, const http::Form& form, const Drawn& now, bool unread = false) {
    ReadBackView view;
    view.chrome = chrome_titled(visit, visit.say("desk.counter.read-back"));
    view.chrome.large_print = true;
    view.title = here.revision->title.in(visit.tag());
    view.person = here.person.name.best(visit.tag());
    view.here = Url::literal(visit.request->path());
    view.csrf = visit.csrf();
    for (const auto& form_page : here.revision->form.pages) {
        for (const auto& field : form_page.fields) {
            const auto* value = now.checked.answers.find(field.id);
            if (value == nullptr || value->is_null()) continue;
            SummaryRow row;
            row.key = field.label.in(visit.tag());
            row.value = form::display(field, *value, visit.tag());
            row.typed_by_person = true;
            view.rows.push_back(std::move(row));
        }
    }
    auto filing = counter_filing(visit, here, now.checked.answers, now.files, form);
    filing.evidence = here.member->dossiers->evidence_for(filing);  // what its holders are asked for is not missing
    const auto ready = dossier::readiness(filing, *visit.site->pack, visit.site->today());
    for (const auto& missing : ready.missing) view.missing.push_back(missing.title);
    for (const auto& field : form.fields) {
        if (field.name != "csrf" && field.name != "do" && field.name != form_files_field && field.name != obligations_box) view.typed.emplace_back(field.name, field.value);
    }
    view.typed.emplace_back(form_files_field, now.files.draft.id);
    add_obligations(view, visit, here, now.checked.answers, unread);
    return render(visit, view, pages::desk_read_back, unread ? 422 : 200);
}

Result<http::Response> file_at_counter(Visit& visit, http::Form& form) {
    auto here = TRY(at_counter(visit));
    const auto now = TRY(drawn(visit, here, &form));
    const auto action = form.text("do");
    const bool refused = !now.files.refused.empty();
    if (refused || now.files.removed || (action != "file" && action != "read-back")) {
        return render(visit, counter_file_view(visit, here, &form, now, false), pages::desk_counter_file, refused ? 422 : 200);
    }
    if (action == "read-back") return read_back(visit, here, form, now);
    if (trim(form.text("consent")).empty()) return counter_problem(visit, here, form, now, {Code::unprocessable, "dossier.proof-required", "consent"});
    if (form.text(obligations_box) != "read" && !obligations_at_counter(visit, here, now.checked.answers).empty()) return read_back(visit, here, form, now, true);
    auto actor = acting_agent(visit.actor, here.member->info->office_for(here.revision->id).code, visit.say("desk.purpose.counter"));
    actor.acting_for = here.person.id;
    const auto done = here.member->dossiers->file(counter_filing(visit, here, now.checked.answers, now.files, form), std::move(actor));
    if (!done) return can_be_mended(done.error()) ? counter_problem(visit, here, form, now, done.error()) : std::unexpected(done.error());
    TRY(visit.site->persons->note_member(here.person.id, here.member->info->id));
    return redirect(visit, fmt::format("{}/counter/filed/{}", base(visit), done->dossier));
}

Result<http::Response> show_counter_filed(Visit& visit) {
    auto* member = TRY(enter(visit, {identity::Role::counter}));
    const auto found = TRY(member->dossiers->get(visit.parameter("id")));
    if (!found || office_on(visit, found->state).empty()) return fail(Code::not_found, "dossier.unknown");
    const auto& state = found->state;
    ReadBackView view;
    view.chrome = chrome_titled(visit, visit.say("desk.counter.filed"));
    view.finished = true;
    view.title = state.file.title;
    view.person = party_name(visit.language, state.file.applicant);
    view.reference = state.file.reference;
    const auto file = "/dossier/" + state.id;
    view.receipt = page(visit, file + "/receipt");
    view.receipt_large = view.receipt.with("large", "1");
    view.file = page(visit, file);
    view.next = page(visit, "/counter");
    for (const auto& missing : state.file.receipt.missing) view.missing.push_back(missing.title);
    if (state.file.receipt.answer_due) view.answer_by = last_day(visit, *state.file.receipt.answer_due);
    return render(visit, view, pages::desk_read_back);
}

}  // namespace

void add_counter_filing(http::Router& router, Site& site) {
    get_slow(router, site, "/desk/{member}/counter/person/{person}/file/{procedure}", Door::staff, show_counter_form);
    post(router, site, "/desk/{member}/counter/person/{person}/file/{procedure}", Door::staff, file_at_counter,
         {.body_limit = http::upload_body_limit});
    get_slow(router, site, "/desk/{member}/counter/filed/{id}", Door::staff, show_counter_filed);
}

}  // namespace wasl::web::desk
