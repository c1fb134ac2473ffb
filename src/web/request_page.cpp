// The person's page of a request: where it stands, by when the answer is due and why, what happened, who looked.
#include "paper/qr.hpp"
#include "web/connection_words.hpp"
#include "web/decision_words.hpp"
#include "web/fetched.hpp"
#include "web/journey.hpp"
#include "web/papers.hpp"
#include "web/request.hpp"
#include "web/pay.hpp"
#include "web/request_words.hpp"
#include "web/sheet_text.hpp"
#include "web/shell.hpp"
#include "web/views/request.hpp"

#include "pages/request/page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

using dossier::EventType;
using dossier::State;

// What belongs to the work of the office is not told here; what is decided is told by its notification.
bool is_told(EventType type) {
    switch (type) {
        case EventType::looked_at:
        case EventType::assigned:
        case EventType::noted:
        case EventType::message_read:
        case EventType::rendered:
        case EventType::proposed:
        case EventType::returned:
        case EventType::signed_by_authority:
        case EventType::visa_requested:
        case EventType::visa_given:
        case EventType::visa_refused: return false;
        default: return true;
    }
}

std::string detail_of(const Visit& visit, const State& state, const dossier::Event& event) {
    if (const auto* added = std::get_if<dossier::PieceAdded>(&event.body)) return added->piece.name;
    if (const auto* asked = std::get_if<dossier::CompletionRequested>(&event.body)) return asked->reasons;
    if (const auto* moved = std::get_if<dossier::Transferred>(&event.body)) return visit.say("request.transferred-to", {{"office", moved->to}});
    if (const auto* number = std::get_if<dossier::Registered>(&event.body)) return number->number;
    if (const auto* wanted = std::get_if<dossier::OpinionRequested>(&event.body)) return office_name(visit, state.file.member, wanted->desk);
    if (const auto* given = std::get_if<dossier::OpinionGiven>(&event.body)) return office_name(visit, state.file.member, given->desk);
    if (const auto* longer = std::get_if<dossier::ClockExtended>(&event.body)) return longer->reasons;
    return {};
}

Result<void> add_timeline(RequestView& view, const Visit& visit, const OwnDossier& own) {
    for (const auto& event : TRY(own.member->dossiers->history(own.state().id))) {
        if (!is_told(event.type())) continue;
        const auto key = fmt::format("request.event.{}", dossier::to_string(event.type()));
        view.timeline.push_back({say_instant(visit, event.at), visit.say(key), detail_of(visit, own.state(), event), false});
    }
    if (!view.timeline.empty()) view.timeline.back().now = true;
    return {};
}

void add_clock(RequestView& view, const Visit& visit, const State& state, const catalogue::Revision& revision) {
    const auto reading = dossier::explain(state, *visit.site->pack, visit.now());
    if (dossier::is_open(state.phase) && reading.due) view.answer_due = visit.say("request.answer-due", {{"date", *reading.due}});
    for (const auto& phrase : reading.explanation) view.explanation.push_back(say_phrase(visit.language, phrase));
    if (!may_complete(state)) return;
    for (const auto& missing : dossier::still_missing(state)) view.missing.push_back(say_missing(visit, &revision, missing));
    if (reading.answer_due) view.missing_by = visit.say("request.missing.by", {{"date", *reading.answer_due}});
    if (!may_hand_in(state).empty()) view.complete = link_to(visit, "/request/" + state.file.reference + "/complete");
}

void add_verdict(RequestView& view, const Visit& visit, const OwnDossier& own, const catalogue::Revision& revision) {
    const auto& state = own.state();
    if (!decision_is_known(state)) return;
    if (!state.registered.empty()) view.verdict.push_back({.key = visit.say("request.registered"), .value = state.registered, .copyable = true});
    if (!state.decision) return;
    const auto& decision = *state.decision;
    view.verdict.push_back({.key = visit.say("common.status"), .value = say_phase(visit.language, state)});
    if (!decision.reasons.empty()) view.verdict.push_back({.key = visit.say("request.reasons"), .value = decision.reasons, .typed_by_person = true});
    view.verdict.push_back({.key = visit.say("request.signed-by"), .value = decision.automatic ? visit.say("request.rule.by") : decision.by.name, .typed_by_person = true});
    if (decision.record) {
        for (auto& row : record_rows(visit, *decision.record, &revision)) view.verdict.push_back(std::move(row));
    }
    if (!decision.appeal_routes.empty()) view.verdict.push_back({.key = visit.say("request.routes"), .value = decision.appeal_routes, .typed_by_person = true});
    if (state.documents.empty()) view.decision = link_to(visit, own.path("/decision.pdf"));
}

void add_documents(RequestView& view, const Visit& visit, const OwnDossier& own, const catalogue::Revision& revision) {
    const auto& state = own.state();
    if (!decision_is_known(state)) return;
    for (const auto& document : state.documents) {
        DocumentShown shown;
        const auto output = std::ranges::find(revision.outputs, document.type, &catalogue::Output::code);
        const auto known = lingua::find_key("paper.kind." + document.type);
        shown.title = output != revision.outputs.end() ? output->title.in(visit.tag()) : known ? lingua::say(visit.language, *known) : visit.say("verify.what.document");
        const bool expired = document.valid_until && *document.valid_until < visit.site->today();
        const bool valid = document.status == dossier::DocumentStatus::valid && !expired;
        const auto status = document.status == dossier::DocumentStatus::replaced    ? "replaced"
                            : document.status == dossier::DocumentStatus::withdrawn ? "withdrawn"
                            : expired                                               ? "expired"
                                                                                    : "valid";
        shown.status = visit.say(fmt::format("request.document.{}", status));
        shown.colour = valid ? "green" : "red";
        if (document.valid_until) shown.valid_until = say_day(visit, *document.valid_until);
        shown.label = visit.say("request.document.download", {{"title", shown.title}});
        shown.pdf = link_to(visit, own.path("/document/" + document.id + ".pdf"));
        view.documents.push_back(std::move(shown));
    }
}

void add_given(RequestView& view, const Visit& visit, const OwnDossier& own, const catalogue::Revision& revision) {
    const auto& file = own.state().file;
    for (const auto& page : revision.form.pages) {
        for (const auto& field : page.fields) {
            const auto* value = file.answers.find(field.id);
            if (value == nullptr || value->is_null()) continue;
            auto words = form::display(field, *value, visit.tag());
            if (words == "unknown") words = visit.say("common.unknown");
            const auto bad = std::ranges::find(own.dossier.unreadable, field.id, &dossier::Unreadable::field);
            if (bad != own.dossier.unreadable.end()) words = lingua::say(visit.language, Error{Code::internal, bad->key, {}});
            view.answers.push_back({.key = field.label.in(visit.tag()), .value = std::move(words), .typed_by_person = true});
        }
    }
    for (const auto& piece : file.pieces) {
        const auto* requirement = revision.requirement(piece.requirement);
        const auto* question = revision.form.field(piece.requirement);
        SummaryRow row{.key = requirement != nullptr ? requirement->title.in(visit.tag())
                              : question != nullptr  ? question->label.in(visit.tag())
                                                     : piece.requirement,
                       .value = piece.name};
        if (!piece.digest.empty()) row.link = link_to(visit, own.path("/attachment/" + piece.digest));
        view.papers.push_back(std::move(row));
    }
}

void add_check(RequestView& view, const Visit& visit, const OwnDossier& own) {
    auto told = connection_told(visit, *own.member, own.state());
    if (!told) return;
    view.check_tag = std::move(told->tag);
    view.check_colour = std::move(told->colour);
    view.check_lines = std::move(told->lines);
    view.check_record = link_to(visit, own.path("/check.json"));
}

// What its holders were asked, and what they said; the person may say that it is wrong.
void add_fetched(RequestView& view, const Visit& visit, const OwnDossier& own, const catalogue::Revision& revision) {
    const auto& state = own.state();
    for (const auto& evidence : state.evidence) {
        view.fetched.push_back(evidence_row(visit, *own.member, &revision, evidence));
        auto& row = view.fetched.back();
        const bool said = evidence.status == dossier::EvidenceStatus::held || evidence.status == dossier::EvidenceStatus::not_held;
        if (said && state.phase <= dossier::Phase::signature) {
            row.actions.push_back({visit.say("draft.fetched.contest"), link_to(visit, own.path("/contest/" + evidence.requirement)), row.key});
        }
        if (evidence.status == dossier::EvidenceStatus::waiting && state.phase <= dossier::Phase::examination) {
            row.actions.push_back({visit.say("request.hand-in"), link_to(visit, own.path("/complete")), row.key});
        }
    }
}

void add_messages(RequestView& view, const Visit& visit, const OwnDossier& own, std::string kept) {
    for (const auto& message : own.state().messages) {
        const auto who = message.to_person ? office_name(visit, own.state().file.member, message.by.office) : visit.say("request.messages.mine");
        view.messages.push_back({who, say_instant(visit, message.at), message.text});
    }
    if (dossier::is_open(own.state().phase)) view.message = link_to(visit, own.path("/message"));
    view.draft_message = std::move(kept);
}

Result<void> add_looks(RequestView& view, const Visit& visit, const OwnDossier& own) {
    view.looks.caption = visit.say("journey.looks.title");
    view.looks.caption_hidden = true;
    for (const auto key : {"request.looks.when", "request.looks.who", "request.looks.office", "request.looks.why"}) view.looks.head.push_back({.text = visit.say(key)});
    for (const auto& look : TRY(own.member->dossiers->looks(own.state().id, 100))) {
        view.looks.rows.push_back({{.text = say_instant(visit, look.at)}, {.text = look.who, .typed_by_person = true},
                                   {.text = office_name(visit, own.state().file.member, look.office), .typed_by_person = true},
                                   {.text = look.purpose, .typed_by_person = true}});
    }
    return {};
}

void add_links(RequestView& view, const Visit& visit, const OwnDossier& own) {
    const auto& state = own.state();
    if (state.file.link) {
        view.linked.push_back({visit.say("request.appeal.of", {{"reference", state.file.link->reference}}), link_to(visit, "/request/" + state.file.link->reference)});
    }
    for (const auto& appeal : state.appeals) {
        view.linked.push_back({visit.say("request.appeal.linked", {{"reference", appeal.reference}}), link_to(visit, "/request/" + appeal.reference)});
    }
    if (may_appeal(state, visit.now())) {
        view.appeal = link_to(visit, own.path("/appeal"));
        const auto last = visit.site->local(state.notified->appeal_until->plus_seconds(-1)).date;
        view.appeal_until = visit.say("request.appeal.until", {{"date", last}});
    }
    if (may_withdraw(state)) view.withdraw = link_to(visit, own.path("/withdraw"));
}

void add_receipt(RequestView& view, const Visit& visit, const OwnDossier& own) {
    view.receipt = link_to(visit, own.path("/receipt.pdf"));
    view.proof = link_to(visit, own.path("/proof.json"));
    view.follow_code = shown_follow_code(own.state().file.follow_code);
    if (const auto text = paper_seal_text(*own.member, *visit.site, own.dossier, {})) {
        view.qr_text = *text;
        if (const auto code = paper::Qr::encode(*text)) view.qr = Html::trusted(code->svg(visit.say("request.qr")));
    }
}

// What was just done, by the word that the redirect carries.
std::string done_words(const Visit& visit) {
    constexpr std::pair<std::string_view, std::string_view> words[] = {{"completed", "request.complete.done"}, {"message", "request.messages.sent"}, {"contested", "request.contested"}, {"reopened", "participation.done.reopened"}, {"rated", "participation.done.rated"}};
    for (const auto& [word, key] : words) {
        if (visit.request->query("done") == word) return visit.say(key);
    }
    return {};
}

Result<http::Response> page_of(Visit& visit, const OwnDossier& own, std::string typed, const Error* refused) {
    const auto& state = own.state();
    const auto revision = TRY(revision_of(own));
    RequestView view;
    view.title = revision->title.in(visit.tag());
    view.chrome = chrome_for(visit, fmt::format("{} {}", visit.say("request.title"), state.file.reference));
    view.chrome.back = link_to(visit, "/me/requests");
    view.csrf = visit.csrf();
    view.reference = state.file.reference;
    view.fresh = visit.request->query("filed") == "1";
    view.done = done_words(visit);
    view.phase = say_phase(visit.language, state);
    const auto tag = phase_tag(visit.language, state.phase);
    view.tag = tag.text;
    view.colour = tag.colour;
    view.facts = {{.key = visit.say("request.filed-on"), .value = say_instant(visit, state.filed_at)},
                  {.key = visit.say("journey.sheet.authority"), .value = own.member->info->name.in(visit.tag()), .more = {office_name(visit, state.file.member, state.file.office)}},
                  {.key = visit.say("draft.applicant"), .value = party_name(visit.language, state.file.applicant), .typed_by_person = true}};
    if (state.file.representative) {
        const auto& by = *state.file.representative;
        SummaryRow row{.key = visit.say("draft.filed-by"), .value = party_name(visit.language, by.party), .typed_by_person = true};
        if (const auto relation = lingua::find_key("paper.relation." + by.relation)) row.more.push_back(lingua::say(visit.language, *relation));
        view.facts.push_back(std::move(row));
    }
    if (!state.file.terms.fee.empty()) {
        view.facts.push_back({.key = visit.say("request.fee"), .value = state.file.terms.fee == "needs-human" ? visit.say("sheet.fee.agent") : say_money(visit, state.file.terms.fee)});
    }
    if (auto payment = TRY(payment_of(visit, *own.member, state.id))) {
        view.payment = std::move(*payment);
        view.has_payment = true;
    }
    add_clock(view, visit, state, *revision);
    add_check(view, visit, own);
    add_verdict(view, visit, own, *revision);
    add_documents(view, visit, own, *revision);
    auto complaint = complaint_told(visit, own);
    view.complaint = std::move(complaint.facts);
    view.complaint_actions = std::move(complaint.actions);
    add_links(view, visit, own);
    add_receipt(view, visit, own);
    add_messages(view, visit, own, std::move(typed));
    if (refused != nullptr) {
        view.message_error = lingua::say(visit.language, *refused);
        view.chrome.has_errors = true;
    }
    add_given(view, visit, own, *revision);
    add_fetched(view, visit, own, *revision);
    TRY(add_timeline(view, visit, own));
    TRY(add_looks(view, visit, own));
    return render(visit, view, pages::request_page, refused == nullptr ? 200 : http_status(refused->code));
}

Result<http::Response> show_request(Visit& visit) {
    auto own = TRY(own_dossier(visit));
    mark_read(visit, own);
    // A message whose session had run out is there again after signing in.
    const auto kept = kept_form(visit);
    return page_of(visit, own, kept ? std::string(kept->text("text")) : std::string(), nullptr);
}

Result<http::Response> show_pdf(Visit& visit, const PaperWanted& wanted, std::string_view name) {
    const auto own = TRY(own_dossier(visit));
    if (wanted.of != PaperOf::receipt && !decision_is_known(own.state())) return fail(Code::not_found, "web.no-paper");
    auto bytes = TRY(paper_pdf(*visit.site, *own.member, own.dossier, wanted));
    auto file = fmt::format("{}-{}.pdf", name, own.state().file.reference);
    std::ranges::replace(file, '/', '-');
    return http::Response::download(std::move(bytes), "application/pdf", file);
}

Result<http::Response> show_document(Visit& visit) {
    auto id = visit.parameter("file");
    if (!id.ends_with(".pdf")) return fail(Code::not_found, "web.no-paper");
    id.resize(id.size() - 4);
    return show_pdf(visit, {PaperOf::document, id}, "document");
}

Result<http::Response> show_proof(Visit& visit) {
    const auto own = TRY(own_dossier(visit));
    auto bundle = TRY(paper_bundle(*own.member, *visit.site, own.dossier, {}));
    return http::Response::download(std::move(bundle), "application/json", "proof.json");
}

Result<http::Response> show_check(Visit& visit) {
    const auto own = TRY(own_dossier(visit));
    auto record = connection_record_file(own.state());
    if (!record) return fail(Code::not_found, "web.no-paper");
    return http::Response::download(std::move(*record), "application/json", "check.json");
}

Result<http::Response> show_attachment(Visit& visit) {
    const auto own = TRY(own_dossier(visit));
    const auto& pieces = own.state().file.pieces;
    const auto piece = std::ranges::find(pieces, visit.parameter("digest"), &dossier::Piece::digest);
    if (piece == pieces.end() || piece->digest.empty()) return fail(Code::not_found, "dossier.unknown");
    auto bytes = TRY(own.member->dossiers->bytes_of(*piece));
    return http::Response::download(std::move(bytes), piece->media_type, piece->name);
}

}  // namespace

Result<http::Response> refused_message(Visit& visit, const OwnDossier& own, std::string typed, const Error& error) {
    return page_of(visit, own, std::move(typed), &error);
}

void add_request_routes(http::Router& router, Site& site) {
    const std::string base = "/request/{member}/{desk}/{series}/{number}";
    get_slow(router, site, base, Door::person, show_request);
    get_slow(router, site, base + "/message", Door::person, show_request);
    get_slow(router, site, base + "/receipt.pdf", Door::person, [](Visit& visit) { return show_pdf(visit, {}, "receipt"); });
    get_slow(router, site, base + "/decision.pdf", Door::person, [](Visit& visit) { return show_pdf(visit, {PaperOf::decision, {}}, "decision"); });
    get_slow(router, site, base + "/document/{file}", Door::person, show_document);
    get_slow(router, site, base + "/proof.json", Door::person, show_proof);
    get_slow(router, site, base + "/check.json", Door::person, show_check);
    get_slow(router, site, base + "/attachment/{digest}", Door::person, show_attachment);
    add_request_act_routes(router, site);
}

}  // namespace wasl::web
