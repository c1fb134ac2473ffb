// What a person does with a filed request: completes it, writes, withdraws, appeals.
#include "web/acting.hpp"
#include "web/draft_questions.hpp"
#include "web/draft_work.hpp"
#include "web/fetched.hpp"
#include "web/form_files.hpp"
#include "web/journey.hpp"
#include "web/paper_question.hpp"
#include "web/request.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/request.hpp"
#include "base/cut.hpp"

#include "base/text.hpp"
#include "pages/request/complete.hpp"
#include "pages/request/reasons.hpp"

#include <algorithm>

namespace wasl::web {

namespace {

// --- complete ---------------------------------------------------------------------------------------

// What is wrong with what was sent: the id of the input, empty for the whole page, and the sentence.
struct Wrong {
    std::string field, text;
};

bool declares(const catalogue::Requirement& requirement) {
    return std::ranges::find(requirement.accepted, catalogue::Accepted::declaration) != requirement.accepted.end();
}

Result<http::Response> complete_page(Visit& visit, const OwnDossier& own, const Pairs* typed, const std::vector<Wrong>& errors) {
    const auto revision = TRY(revision_of(own));
    CompleteView view;
    view.chrome = chrome_for(visit, visit.say("request.complete.title"));
    view.chrome.back = link_to(visit, own.path());
    view.chrome.has_errors = !errors.empty();
    view.action = link_to(visit, own.path("/complete"));
    view.csrf = visit.csrf();
    view.reference = own.state().file.reference;
    for (const auto& error : errors) view.errors.push_back({error.text, error.field.empty() ? Url() : Url::literal("#" + error.field)});
    const auto reading = dossier::explain(own.state(), *visit.site->pack, visit.now());
    if (reading.answer_due) view.by = visit.say("request.missing.by", {{"date", *reading.answer_due}});
    static const json::Value nothing;
    for (const auto& missing : may_hand_in(own.state())) {
        if (missing.answer) {
            const auto* field = revision->form.field(missing.code);
            if (field == nullptr) continue;
            view.questions.push_back(question_of(visit, *field, nothing, typed, false));
            auto& question = view.questions.back();
            for (const auto& error : errors) {
                if (error.field == question.field.id || error.field == first_input(question)) question.field.error = error.text;
            }
            continue;
        }
        const auto* requirement = revision->requirement(missing.code);
        if (requirement == nullptr) continue;
        auto paper = paper_question(visit, *requirement);
        for (const auto& error : errors) {
            if (error.field == paper.file.id) paper.file.error = error.text;
        }
        if (declares(*requirement)) {
            paper.how = {.id = "how-" + paper.code, .label = visit.say("draft.papers.how")};
            paper.ways = {{"", visit.say("draft.papers.send-now"), {}, true}, {"declare", visit.say("draft.papers.declare"), {}, false}};
        }
        view.papers.push_back(std::move(paper));
    }
    return render(visit, view, pages::request_complete, errors.empty() ? 200 : 422);
}

Result<http::Response> show_complete(Visit& visit) {
    const auto own = TRY(own_dossier(visit));
    if (may_hand_in(own.state()).empty()) return redirect(visit, own.path());
    if (const auto kept = kept_form(visit)) {
        const auto typed = pairs_of(*kept);
        return complete_page(visit, own, &typed, {});
    }
    return complete_page(visit, own, nullptr, {});
}

// Answers of the missing questions only, normalised; findings beside them.
form::Checked missing_answers(const Visit& visit, const OwnDossier& own, const catalogue::Revision& revision, const Pairs& typed) {
    auto all = own.state().file.answers;
    for (const auto& [id, value] : form::answers_from_pairs(revision.form, typed)) all.set(id, value);
    const json::Object facts{{"channel", own.state().file.channel}, {"level", visit.person->level}};
    auto checked = form::check(revision.form, all, {.pack = visit.site->pack.get(), .today = visit.site->today(), .facts = facts});
    form::Checked out;
    for (const auto& missing : may_hand_in(own.state())) {
        if (!missing.answer) continue;
        if (const auto* value = checked.answers.find(missing.code)) out.answers.set(missing.code, *value);
        for (const auto& finding : checked.findings) {
            const bool here = finding.field.substr(0, finding.field.find('.')) == missing.code;
            if (here && !finding.warning && finding.key != "form.required") out.findings.push_back(finding);
        }
    }
    return out;
}

struct Gathered {
    std::vector<dossier::Piece> pieces;
    json::Object answers;  // files sent for a question
    std::vector<Wrong> errors;
};

Gathered gather(const Visit& visit, const OwnDossier& own, const catalogue::Revision& revision, const http::Form& form) {
    Gathered out;
    std::uint64_t sum = 0;
    for (const auto& piece : own.state().file.pieces) sum += piece.bytes;
    for (const auto& missing : may_hand_in(own.state())) {
        const auto* requirement = missing.answer ? nullptr : revision.requirement(missing.code);
        const auto* question = missing.answer ? revision.form.field(missing.code) : nullptr;
        const bool takes_files = requirement != nullptr || (question != nullptr && question->type == form::FieldType::attachment);
        if (!takes_files) continue;
        auto uploaded = take_files(*own.member, form, missing.code, sum);
        for (const auto& error : uploaded.errors) out.errors.push_back({"file-" + missing.code, lingua::say(visit.language, error)});
        if (question != nullptr && !uploaded.pieces.empty()) out.answers.set(missing.code, files_as_answer(uploaded.pieces));
        if (uploaded.pieces.empty() && requirement != nullptr && declares(*requirement) && form.text("how-" + missing.code) == "declare") {
            dossier::Piece declared;
            declared.requirement = missing.code;
            declared.name = requirement->title.in(visit.tag());
            declared.source = dossier::Source::declared;
            out.pieces.push_back(std::move(declared));
        }
        std::ranges::move(uploaded.pieces, std::back_inserter(out.pieces));
    }
    return out;
}

Result<http::Response> take_complete(Visit& visit, http::Form& form) {
    const auto own = TRY(own_dossier(visit));
    if (may_hand_in(own.state()).empty()) return redirect(visit, own.path());
    const auto revision = TRY(revision_of(own));
    const auto typed = pairs_of(form);
    auto answers = missing_answers(visit, own, *revision, typed);
    auto papers = gather(visit, own, *revision, form);
    for (const auto& finding : answers.findings) papers.errors.push_back({finding.field.substr(0, finding.field.find('.')), say_finding(visit.language, finding)});
    if (papers.errors.empty() && papers.pieces.empty() && answers.answers.empty()) papers.errors.push_back({"", visit.say("request.complete.nothing")});
    if (!papers.errors.empty()) return complete_page(visit, own, &typed, papers.errors);
    for (const auto& [id, value] : papers.answers) answers.answers.set(id, value);
    // Answers first: the last paper makes the file complete and starts the clock.
    if (!answers.answers.empty()) TRY(run_on(visit, own, dossier::AmendAnswers{std::move(answers.answers)}));
    for (auto& piece : papers.pieces) TRY(run_on(visit, own, dossier::AddPiece{std::move(piece)}));
    TRY(note_use(visit, own, "completed"));
    return redirect(visit, own.path("?done=completed"));
}

// --- message ----------------------------------------------------------------------------------------

Result<http::Response> take_message(Visit& visit, http::Form& form) {
    const auto own = TRY(own_dossier(visit));
    const auto text = trim(form.text("text"));
    if (text.empty()) return redirect(visit, own.path());
    const auto sent = run_on(visit, own, dossier::SendMessage{std::string(cut_at_character(text, 20'000))});
    if (!sent && sent.error().code == Code::too_many) return refused_message(visit, own, std::string(text), sent.error());
    TRY(sent);
    TRY(note_use(visit, own, "message"));
    return redirect(visit, own.path("?done=message"));
}

// --- withdraw ---------------------------------------------------------------------------------------

Question reasons_question(const Visit& visit, std::string_view label, std::string value) {
    Question out;
    out.kind = Question::Kind::textarea;
    out.field = {.id = "reasons", .label = visit.say(label), .value = std::move(value), .longest = 5'000};
    return out;
}

Result<http::Response> show_withdraw(Visit& visit) {
    const auto own = TRY(own_dossier(visit));
    if (!may_withdraw(own.state())) return redirect(visit, own.path());
    ReasonsView view;
    view.title = visit.say("request.withdraw.sure");
    view.chrome = chrome_for(visit, view.title);
    view.chrome.back = link_to(visit, own.path());
    view.action = link_to(visit, own.path("/withdraw"));
    view.csrf = visit.csrf();
    view.caption = own.state().file.reference;
    view.text = visit.say("request.withdraw.text");
    view.button = visit.say("request.withdraw.title");
    view.style = "warning";
    const auto kept = kept_form(visit);
    view.questions.push_back(reasons_question(visit, "request.withdraw.reasons", kept ? std::string(kept->text("reasons")) : std::string()));
    return render(visit, view, pages::request_reasons);
}

Result<http::Response> take_withdraw(Visit& visit, http::Form& form) {
    const auto own = TRY(own_dossier(visit));
    if (!may_withdraw(own.state())) return redirect(visit, own.path());
    TRY(run_on(visit, own, dossier::Withdraw{std::string(trim(form.text("reasons")))}));
    TRY(note_use(visit, own, "withdrawn"));
    return redirect(visit, own.path());
}

// --- contest ----------------------------------------------------------------------------------------

// What the holder of a paper said and the person may still answer.
const dossier::Evidence* answered(const OwnDossier& own, const Visit& visit) {
    const auto* evidence = dossier::evidence_of(own.state(), visit.parameter("paper"));
    const bool said = evidence != nullptr && (evidence->status == dossier::EvidenceStatus::held || evidence->status == dossier::EvidenceStatus::not_held);
    return said && own.state().phase <= dossier::Phase::signature ? evidence : nullptr;
}

Result<http::Response> show_contest(Visit& visit) {
    const auto own = TRY(own_dossier(visit));
    const auto* evidence = answered(own, visit);
    if (evidence == nullptr) return redirect(visit, own.path());
    const auto revision = TRY(revision_of(own));
    ReasonsView view;
    view.title = visit.say("draft.fetched.contest");
    view.chrome = chrome_for(visit, view.title);
    view.chrome.back = link_to(visit, own.path());
    view.action = link_to(visit, own.path("/contest/" + evidence->requirement));
    view.csrf = visit.csrf();
    view.caption = own.state().file.reference;
    const auto row = evidence_row(visit, *own.member, revision.get(), *evidence);
    view.text = labelled(visit.language, row.key, row.value);
    view.more = visit.say("draft.fetched.from", {{"holder", holder_name(visit, *own.member, *evidence)}});
    view.button = visit.say("common.send");
    view.questions.push_back(reasons_question(visit, "draft.fetched.contest-label", evidence->contested));
    return render(visit, view, pages::request_reasons);
}

Result<http::Response> take_contest(Visit& visit, http::Form& form) {
    const auto own = TRY(own_dossier(visit));
    const auto* evidence = answered(own, visit);
    const auto text = trim(form.text("reasons"));
    if (evidence == nullptr || text.empty()) return redirect(visit, own.path());
    TRY(run_on(visit, own, dossier::ContestEvidence{evidence->requirement, std::string(cut_at_character(text, 5'000))}));
    TRY(note_use(visit, own, "contested"));
    return redirect(visit, own.path("?done=contested"));
}

// --- appeal -----------------------------------------------------------------------------------------

constexpr std::string_view appeal_procedure = "administrative-appeal";

// One question of the appeal with what was typed or sent for it, and what is wrong beside it.
void add_appeal_question(ReasonsView& view, const Visit& visit, Question question, const std::string& code, const FormFiles& files,
                         const std::vector<form::Finding>& findings) {
    if (question.kind == Question::Kind::files) {
        view.uploads = true;
        question.files = files_of(visit, files.draft.pieces, code);
        question.field.error = files.error(code);
    }
    for (const auto& finding : findings) {
        if (finding.warning || !question.field.error.empty() || finding.field.substr(0, finding.field.find('.')) != code) continue;
        question.field.error = say_finding(visit.language, finding);
    }
    if (!question.field.error.empty()) {
        view.errors.push_back({labelled(visit.language, question.field.label, question.field.error), Url::literal("#" + first_input(question))});
    }
    view.questions.push_back(std::move(question));
}

Question appeal_paper(const Visit& visit, const catalogue::Requirement& requirement) {
    auto paper = paper_question(visit, requirement);
    Question out;
    out.kind = Question::Kind::files;
    out.field = std::move(paper.file);
    out.field.label = std::move(paper.title);
    if (!paper.hint.empty()) out.field.hint = paper.hint + " " + out.field.hint;
    return out;
}

bool takes_upload(const catalogue::Requirement& requirement) {
    return std::ranges::find(requirement.accepted, catalogue::Accepted::upload) != requirement.accepted.end();
}

Result<http::Response> appeal_page(Visit& visit, const OwnDossier& own, const catalogue::Revision& form_of, const Pairs* typed,
                                   const FormFiles& files, const std::vector<form::Finding>& findings) {
    ReasonsView view;
    view.files = files.draft.id;
    view.title = visit.say("request.appeal.title");
    view.chrome = chrome_for(visit, view.title);
    view.chrome.back = link_to(visit, own.path());
    view.action = link_to(visit, own.path("/appeal"));
    view.csrf = visit.csrf();
    view.caption = own.state().file.reference;
    view.text = visit.say("request.appeal.before", {{"authority", office_name(visit, own.state().file.member, own.state().file.terms.appeal_office)}});
    const auto last = visit.site->local(own.state().notified->appeal_until->plus_seconds(-1)).date;
    view.more = visit.say("request.appeal.until", {{"date", last}});
    view.button = visit.say("request.appeal.send");
    static const json::Value nothing;
    for (const auto& page : form_of.form.pages) {
        for (const auto& field : page.fields) {
            add_appeal_question(view, visit, question_of(visit, field, nothing, typed, false), field.id, files, findings);
        }
    }
    for (const auto& requirement : form_of.requirements) {
        if (takes_upload(requirement)) add_appeal_question(view, visit, appeal_paper(visit, requirement), requirement.code, files, {});
    }
    view.chrome.has_errors = !view.errors.empty();
    return render(visit, view, pages::request_reasons, view.errors.empty() ? 200 : 422);
}

// What of an appeal is sent as files: answers of its form, and the papers that support it.
Result<FormFiles> appeal_files(const Visit& visit, const OwnDossier& own, const catalogue::Revision& revision, const http::Form& form) {
    auto codes = attachments_of(revision.form);
    for (const auto& requirement : revision.requirements) {
        if (takes_upload(requirement)) codes.push_back(requirement.code);
    }
    return form_files(visit, *own.member, &form, revision.id, codes);
}

Result<std::shared_ptr<const catalogue::Revision>> appeal_form(const OwnDossier& own) {
    auto revision = TRY(own.member->catalogue->find(appeal_procedure));
    if (revision == nullptr) return fail(Code::not_found, "web.no-catalogue", "the catalogue has no procedure for appeals");
    return revision;
}

Result<http::Response> show_appeal(Visit& visit) {
    const auto own = TRY(own_dossier(visit));
    if (!may_appeal(own.state(), visit.now())) return redirect(visit, own.path());
    const auto revision = TRY(appeal_form(own));
    if (const auto kept = kept_form(visit)) {
        const auto typed = pairs_of(*kept);
        return appeal_page(visit, own, *revision, &typed, {}, {});
    }
    return appeal_page(visit, own, *revision, nullptr, {}, {});
}

Result<http::Response> take_appeal(Visit& visit, http::Form& form) {
    const auto own = TRY(own_dossier(visit));
    if (!may_appeal(own.state(), visit.now())) {
        // Sent twice: the appeal is there.
        return redirect(visit, own.state().appeals.empty() ? own.path() : "/request/" + own.state().appeals.back().reference);
    }
    const auto revision = TRY(appeal_form(own));
    const auto typed = pairs_of(form);
    const auto files = TRY(appeal_files(visit, own, *revision, form));
    if (files.removed || !files.refused.empty()) return appeal_page(visit, own, *revision, &typed, files, {});
    dossier::Filing filing;
    filing.revision = revision;
    filing.applicant = own.state().file.applicant;
    filing.representative = own.state().file.representative;
    filing.contact = contact_of(*visit.person);
    filing.contact.language = visit.tag();
    filing.office = own.state().file.terms.appeal_office;
    filing.offices = {own.member->info->appeal, own.member->info->supervisory};
    filing.answers = form::answers_from_pairs(revision->form, typed);
    set_attachments(filing.answers, revision->form, files.draft.pieces);
    filing.pieces = files.draft.pieces;
    filing.draft = files.draft.id;
    filing.facts = {{"channel", "online"}, {"level", visit.person->level}, {"applicant", "person"}};
    filing.level = visit.person->level;
    const auto ready = dossier::readiness(filing, *visit.site->pack, visit.site->today());
    if (!ready.checked.clean()) return appeal_page(visit, own, *revision, &typed, files, ready.checked.findings);
    filing.once = "appeal:" + own.state().id + ":" + std::to_string(own.state().appeals.size());
    const auto done = TRY(own.member->dossiers->appeal(own.state().id, std::move(filing), acting_on(visit, own)));
    TRY(note_use(visit, own, "appealed"));
    return redirect(visit, "/request/" + done.reference + "?filed=1");
}

}  // namespace

void add_request_act_routes(http::Router& router, Site& site) {
    const std::string base = "/request/{member}/{desk}/{series}/{number}";
    get_slow(router, site, base + "/complete", Door::person, show_complete);
    post(router, site, base + "/complete", Door::person, take_complete, {.body_limit = http::upload_body_limit});
    post(router, site, base + "/message", Door::person, take_message);
    get_slow(router, site, base + "/withdraw", Door::person, show_withdraw);
    post(router, site, base + "/withdraw", Door::person, take_withdraw);
    get_slow(router, site, base + "/contest/{paper}", Door::person, show_contest);
    post(router, site, base + "/contest/{paper}", Door::person, take_contest);
    get_slow(router, site, base + "/appeal", Door::person, show_appeal);
    post(router, site, base + "/appeal", Door::person, take_appeal, {.body_limit = http::upload_body_limit});
}

}  // namespace wasl::web
