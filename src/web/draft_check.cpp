// Check your answers, then file: complete, or incomplete as is anyone's right. Filing twice gives one dossier.
#include "web/acting.hpp"
#include "web/company_access.hpp"
#include "web/draft_pages.hpp"
#include "web/draft_work.hpp"
#include "web/fetched.hpp"
#include "web/mandate_words.hpp"
#include "web/national.hpp"
#include "web/obligations.hpp"
#include "web/request_words.hpp"
#include "web/sheet_text.hpp"
#include "web/shell.hpp"
#include "web/views/draft.hpp"

#include "pages/draft/check.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

CheckSection section_of(const DraftWork& work, const form::Page& page, const json::Object& answers) {
    const auto& visit = *work.visit;
    CheckSection out{page.title.in(visit.tag()), {}};
    for (const auto& field : page.fields) {
        if (!form::is_visible(work.revision->form, field, answers, work.setting())) continue;
        const auto* value = answers.find(field.id);
        SummaryRow row;
        row.key = field.label.in(visit.tag());
        const auto at = field.type == form::FieldType::attachment ? "file-" + field.id : field.id;
        row.value = value == nullptr ? visit.say("common.not-given") : form::display(field, *value, visit.tag());
        if (value != nullptr && row.value == "unknown") row.value = visit.say("common.unknown");
        row.typed_by_person = value != nullptr;
        row.actions.push_back({visit.say("common.change"), work.url(page.id).with("then", "check").with_fragment(at), row.key});
        out.rows.push_back(std::move(row));
    }
    return out;
}

// What the holders said, and what they are still to be asked.
CheckSection fetched_of(const DraftWork& work, const dossier::Filing& filing) {
    const auto& visit = *work.visit;
    CheckSection out{visit.say("draft.fetched.title"), {}};
    for (const auto& one : filing.evidence) {
        out.rows.push_back(evidence_row(visit, *work.member, work.revision.get(), one));
        out.rows.back().actions.push_back({visit.say("common.change"), work.url("fetched").with_fragment("evidence-" + one.requirement), out.rows.back().key});
    }
    return out;
}

CheckSection papers_of(const DraftWork& work, const json::Object& answers, const dossier::Filing& filing) {
    const auto& visit = *work.visit;
    CheckSection out{visit.say("draft.papers.title"), {}};
    const auto facts = work.facts();
    const auto today = visit.site->today().iso();
    const auto pieces = pieces_of(work);
    for (const auto index : catalogue::papers_for(*work.revision, {.answers = &answers, .facts = &facts, .today = today, .form = &work.revision->form})) {
        const auto& requirement = work.revision->requirements[index];
        const bool given = std::ranges::any_of(pieces, [&](const dossier::Piece& piece) { return piece.requirement == requirement.code; });
        const bool its_holders = std::ranges::any_of(filing.evidence, [&](const dossier::Evidence& one) { return one.requirement == requirement.code && is_its_holders(one); });
        if (its_holders && !given) continue;
        SummaryRow row;
        row.key = requirement.title.in(visit.tag());
        for (const auto& piece : pieces) {
            if (piece.requirement != requirement.code) continue;
            const bool declared = piece.source == dossier::Source::declared;
            auto line = declared ? visit.say("draft.papers.state.declared") : piece.name;
            row.value.empty() ? row.value = std::move(line) : row.more.emplace_back(std::move(line));
            row.typed_by_person = !declared;
        }
        if (row.value.empty()) row.value = visit.say(way_of(work, requirement.code) == "bring" ? "draft.papers.state.bring" : "draft.papers.state.missing");
        row.actions.push_back({visit.say("common.change"), work.url("papers").with_fragment("paper-" + requirement.code), row.key});
        out.rows.push_back(std::move(row));
    }
    return out;
}

CheckSection terms_section(const Visit& visit, const dossier::Filing& filing, const dossier::Terms& terms) {
    CheckSection out{visit.say("request.title"), {}};
    out.rows.push_back({.key = visit.say("draft.applicant"), .value = party_name(visit.language, filing.applicant), .typed_by_person = true});
    if (filing.representative) out.rows.push_back({.key = visit.say("draft.filed-by"), .value = party_name(visit.language, filing.representative->party), .typed_by_person = true});
    const auto delay = say_delay(visit.language, terms.delay);
    out.rows.push_back({.key = visit.say("draft.answer-in"), .value = terms.delay_is_maximum ? visit.say("sheet.delay.maximum", {{"delay", delay}}) : delay});
    const auto fee = terms.fee.empty() ? visit.say("common.free") : terms.fee == "needs-human" ? visit.say("sheet.fee.agent") : say_money(visit, terms.fee);
    out.rows.push_back({.key = visit.say("journey.sheet.fee"), .value = fee});
    return out;
}

void add_findings(CheckView& view, const DraftWork& work, const std::vector<form::Finding>& findings) {
    const auto& visit = *work.visit;
    for (const auto& finding : findings) {
        if (finding.key == "form.required") continue;
        const auto* field = work.revision->form.field(finding.field.substr(0, finding.field.find('.')));
        auto line = labelled(visit.language, field == nullptr ? finding.field : field->label.in(visit.tag()), say_finding(visit.language, finding));
        (finding.warning ? view.doubts : view.wrong).push_back(std::move(line));
    }
}

void add_obligations(CheckView& view, const DraftWork& work, const json::Object& answers, bool unread) {
    const auto& visit = *work.visit;
    for (const auto& code : obligations_due(*work.revision, answers, work.facts(), visit.site->today())) {
        const auto one = std::ranges::find(work.revision->obligations, code, &catalogue::Obligation::code);
        view.obligations.push_back({one->text.in(visit.tag()), say_source(visit, *one)});
    }
    if (view.obligations.empty()) return;
    view.obligations_read = {.id = "obligations", .label = visit.say("sheet.obligations.confirm")};
    view.obligations_choice = {{"read", visit.say("sheet.obligations.read"), {}, false}};
    if (!unread) return;
    view.obligations_read.error = lingua::say(visit.language, Error{Code::unprocessable, "filing.obligations-unread", {}});
    view.errors.push_back({view.obligations_read.error, Url::literal("#obligations")});
    view.chrome.has_errors = true;
}

Result<http::Response> check_page(Visit& visit, bool unread) {
    auto work = TRY(draft_at(visit));
    const auto filing = TRY(filing_of(work));
    const auto ready = dossier::readiness(filing, *visit.site->pack, visit.site->today());
    CheckView view;
    view.title = work.title();
    view.chrome = chrome_for(visit, visit.say("journey.answers.title"));
    const auto pages = form::visible_pages(work.revision->form, ready.checked.answers, work.setting());
    view.chrome.back = !work.revision->requirements.empty() ? work.url("papers")
                       : pages.empty()                      ? link_to(visit, "/me/requests")
                                                            : work.url(work.revision->form.pages[pages.back()].id);
    view.file = work.url("file");
    view.remove = work.url("remove");
    view.csrf = visit.csrf();
    for (const auto index : pages) view.sections.push_back(section_of(work, work.revision->form.pages[index], ready.checked.answers));
    if (auto fetched = fetched_of(work, filing); !fetched.rows.empty()) view.sections.push_back(std::move(fetched));
    if (auto papers = papers_of(work, ready.checked.answers, filing); !papers.rows.empty()) view.sections.push_back(std::move(papers));
    view.sections.push_back(terms_section(visit, filing, ready.terms));
    for (const auto& missing : ready.missing) view.missing.push_back(missing.title);
    add_findings(view, work, ready.checked.findings);
    view.complete = ready.missing.empty();
    if (const auto mandate = TRY(work.mandate())) view.acting = acting_sentence(visit, *mandate);
    if (filing.level < work.revision->minimum_level) {
        view.level = visit.say("draft.level-low");
        view.raise = raise_link(visit, work.revision->minimum_level);
    }
    add_obligations(view, work, ready.checked.answers, unread);
    return render(visit, view, pages::draft_check, unread ? 422 : 200);
}

Result<http::Response> show_check(Visit& visit) { return check_page(visit, false); }

// What is taken on is confirmed as it stands now, for the answers that are filed: the page is shown again otherwise.
bool takes_on(const DraftWork& work, dossier::Filing& filing, const http::Form& form) {
    const auto ready = dossier::readiness(filing, *work.visit->site->pack, work.visit->site->today());
    filing.obligations = obligations_due(*work.revision, ready.checked.answers, work.facts(), work.visit->site->today());
    return filing.obligations.empty() || form.text("obligations") == "read";
}

// The draft is gone: filed a moment ago by the first of two taps, or from another tab.
Result<http::Response> already_filed(Visit& visit, MemberSite& member) {
    const auto key = fmt::format("{}:draft:{}", visit.actor.id, visit.parameter("id"));
    for (const auto& summary : TRY(member.dossiers->mine(visit.actor.id, 50))) {
        const auto found = TRY(member.dossiers->get(summary.id));
        if (found && found->state.file.once == key) return redirect(visit, "/request/" + summary.reference);
    }
    return fail(Code::not_found, "draft.unknown");
}

Result<http::Response> take_file(Visit& visit, http::Form& form) {
    auto work = draft_at(visit);
    if (!work) {
        if (work.error().key != "draft.unknown") return std::unexpected(work.error());
        auto* member = TRY(visit.site->members->at(visit.parameter("member")));
        return already_filed(visit, *member);
    }
    auto filing = TRY(filing_of(*work));
    if (!takes_on(*work, filing, form)) return check_page(visit, true);
    const auto mandate = filing.representative ? filing.representative->mandate : std::string();
    const auto principal = filing.representative ? filing.applicant.person : std::string();
    const auto used = TRY(work->mandate());
    const auto done = work->member->dossiers->file(std::move(filing), acting_person(*visit.person, principal, mandate));
    if (!done) {
        // What is wrong is said on the check page, beside the answers.
        if (done.error().key == "dossier.answers") return redirect(visit, work->path("check"));
        return std::unexpected(done.error());
    }
    TRY(visit.site->persons->note_member(visit.person->id, work->member->info->id));
    if (used && !done->repeated) {
        TRY(visit.site->mandates->note_use(*used, {{}, visit.actor.id, "filed", work->revision->id, done->reference}));
        // The one acted for finds it among their requests too.
        if (!used->ice.empty()) TRY(company_register(*visit.site).note_member(used->ice, work->member->info->id));
        if (!used->principal.empty()) TRY(visit.site->persons->note_member(used->principal, work->member->info->id));
    }
    return redirect(visit, "/request/" + done->reference + "?filed=1");
}

Result<http::Response> take_remove(Visit& visit, http::Form&) {
    auto work = TRY(draft_at(visit));
    TRY(work.member->dossiers->drop_draft(visit.actor.id, work.draft.id));
    return redirect(visit, "/me/requests");
}

}  // namespace

void add_check_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/draft/{member}/{id}/check", Door::person, show_check);
    // After signing in again, or "back": the form's own address leads to the check.
    get(router, site, "/draft/{member}/{id}/file", Door::person, [](Visit& visit) -> Result<http::Response> {
        return redirect(visit, fmt::format("/draft/{}/{}/check", visit.parameter("member"), visit.parameter("id")));
    });
    post(router, site, "/draft/{member}/{id}/file", Door::person, take_file);
    post(router, site, "/draft/{member}/{id}/remove", Door::person, take_remove);
}

}  // namespace wasl::web
