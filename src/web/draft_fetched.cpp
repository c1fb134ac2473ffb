// Before filing: who is asked for what instead of the person, why, and what they said. Asked at the person's word.
#include "web/basis_words.hpp"
#include "web/draft_pages.hpp"
#include "web/fetched.hpp"
#include "web/mandate_words.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/fetched.hpp"

#include "base/cut.hpp"
#include "base/text.hpp"
#include "dossier/codec.hpp"
#include "lingua/formats.hpp"
#include "pages/draft/fetched.hpp"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <mutex>

namespace wasl::web {

namespace {

using dossier::Evidence;
using dossier::EvidenceStatus;

constexpr std::chrono::seconds patience{4};  // of the page; who is slower is asked again after filing
constexpr std::size_t longest_contest = 2'000;

bool is_open(const Evidence& one) { return one.status == EvidenceStatus::waiting || one.status == EvidenceStatus::declined; }

// The document that came with it, as the draft keeps it.
const dossier::Piece* document_of(const dossier::DraftRow& draft, const Evidence& one) {
    const auto came = std::ranges::find_if(draft.pieces, [&](const dossier::Piece& piece) {
        return piece.source == dossier::Source::fetched && brought_by({one}, piece);
    });
    return one.document.empty() || came == draft.pieces.end() ? nullptr : &*came;
}

EvidenceAsked item_of(const DraftWork& work, const Evidence& one) {
    const auto& visit = *work.visit;
    const auto summary = evidence_row(visit, *work.member, work.revision.get(), one);
    EvidenceAsked out;
    out.code = one.requirement;
    out.title = summary.key;
    const auto tag = evidence_tag(visit.language, one);
    out.state = tag.text;
    out.colour = tag.colour;
    out.holder = visit.say("draft.fetched.from", {{"holder", holder_name(visit, *work.member, one)}});
    out.how = one.how == catalogue::EvidenceHow::identity ? std::string() : visit.say("draft.fetched.how." + std::string(catalogue::to_string(one.how)));
    out.why = visit.say("draft.fetched.why", {{"purpose", work.title()}, {"law", say_basis(visit.language, one.legal_basis)}});
    if (!one.source.empty()) out.facts.push_back({.key = visit.say("draft.fetched.source"), .value = one.source, .typed_by_person = true});
    if (const auto* came = document_of(work.draft, one); came != nullptr) {
        out.facts.push_back({.key = visit.say("draft.fetched.how.document"), .value = came->name, .link = work.url("fetched/" + one.requirement),
                             .more = {lingua::file_size(visit.language, static_cast<std::int64_t>(came->bytes)),
                                      visit.say("draft.fetched.document", {{"digest", one.document.substr(0, 16)}})}});
    }
    for (const auto& answer : one.answers) {
        const auto* fact = one.facts.find(answer.fact);
        const auto* field = fact == nullptr ? nullptr : work.revision->form.field(answer.field);
        if (field != nullptr) out.facts.push_back({.key = field->label.in(visit.tag()), .value = form::display(*field, *fact, visit.tag())});
    }
    if (one.needs_consent && is_open(one)) {
        out.agree = {.id = "agree-" + one.requirement, .label = visit.say("draft.fetched.agree")};
        out.agreeing = {{"1", visit.say("draft.fetched.agree-text"), {}, one.agreed}};
    }
    out.may_contest = one.status == EvidenceStatus::held || one.status == EvidenceStatus::not_held;
    out.contest = {.id = "contest-" + one.requirement, .label = visit.say("draft.fetched.contest-label"), .value = one.contested, .rows = 3,
                   .longest = static_cast<int>(longest_contest)};
    return out;
}

// Answers as they come, in this time.
struct Gathered {
    std::mutex guard;
    std::condition_variable came;
    std::vector<Evidence> answers;
    std::vector<dossier::Piece> documents;
    std::size_t left = 0;
};

// Documents that came.
std::vector<dossier::Piece> ask_all(const DraftWork& work, const dossier::Party& subject, std::string_view office, std::vector<Evidence>& items) {
    auto gathered = std::make_shared<Gathered>();
    for (auto& one : items) {
        const bool may = one.status == EvidenceStatus::waiting && (!one.needs_consent || one.agreed);
        if (!may) continue;
        {
            const std::lock_guard lock(gathered->guard);
            ++gathered->left;
        }
        work.member->dossiers->ask_holder(one, subject, work.revision->id, office, "draft " + work.draft.id, [gathered](Evidence answer, std::optional<dossier::Piece> document) {
            const std::lock_guard lock(gathered->guard);
            gathered->answers.push_back(std::move(answer));
            if (document) gathered->documents.push_back(std::move(*document));
            --gathered->left;
            gathered->came.notify_all();
        });
        ++one.tries;  // until the answer is there
        one.why = "evidence.slow";
    }
    std::unique_lock lock(gathered->guard);
    gathered->came.wait_for(lock, patience, [&] { return gathered->left == 0; });
    for (auto& answer : gathered->answers) {
        const auto one = std::ranges::find(items, answer.requirement, &Evidence::requirement);
        if (one != items.end()) *one = std::move(answer);
    }
    return gathered->documents;
}

void take_words(std::vector<Evidence>& items, const http::Form& form, bool asks) {
    for (auto& one : items) {
        if (one.needs_consent && is_open(one)) {
            one.agreed = form.has("agree-" + one.requirement);
            one.status = one.agreed || asks ? EvidenceStatus::waiting : EvidenceStatus::declined;
        }
        if (one.status == EvidenceStatus::held || one.status == EvidenceStatus::not_held) {
            one.contested = std::string(cut_at_character(trim(form.text("contest-" + one.requirement)), longest_contest));
        }
    }
}

// Documents of answers that stand no longer go, new ones come.
void keep_documents(dossier::DraftRow& draft, const std::vector<Evidence>& items, const std::vector<dossier::Piece>& documents) {
    std::ranges::copy(documents, std::back_inserter(draft.pieces));
    std::vector<std::string> seen;
    std::erase_if(draft.pieces, [&](const dossier::Piece& piece) {
        if (piece.source != dossier::Source::fetched) return false;
        const auto name = piece.requirement + " " + piece.digest;
        const bool twice = std::ranges::find(seen, name) != seen.end();
        seen.push_back(name);
        return twice || !brought_by(items, piece);
    });
}

// What is kept: all but what nobody has been asked for yet; and the answers that came stand in the form.
void keep_in(dossier::DraftRow& draft, const catalogue::Revision& revision, const std::vector<Evidence>& items) {
    std::vector<Evidence> kept;
    for (const auto& one : items) {
        const bool untouched = one.status == EvidenceStatus::waiting && one.tries == 0 && !one.agreed;
        if (!untouched && one.how != catalogue::EvidenceHow::identity) kept.push_back(one);
        for (const auto& answer : one.answers) {
            const auto* fact = one.status == EvidenceStatus::held ? one.facts.find(answer.fact) : nullptr;
            const bool mine = draft.answers.find(answer.field) != nullptr && fact != nullptr && !one.contested.empty();
            if (fact != nullptr && !mine && revision.form.field(answer.field) != nullptr) draft.answers.set(answer.field, *fact);
        }
    }
    draft.answers.set(std::string(draft_evidence), json::parse(dossier::encode(kept)).value_or(json::Value(json::Array{})));
}

// Whether its holders have proven every paper that these answers ask for.
bool needs_no_paper(DraftWork& work) {
    const auto filing = filing_of(work);
    if (!filing) return false;
    const auto ready = form::check(work.revision->form, work.answers(), work.setting());
    const auto facts = work.facts();
    const auto today = work.visit->site->today().iso();
    const auto papers = catalogue::papers_for(*work.revision, {.answers = &ready.answers, .facts = &facts, .today = today, .form = &work.revision->form});
    return std::ranges::all_of(papers, [&](std::size_t index) {
        const auto one = std::ranges::find(filing->evidence, work.revision->requirements[index].code, &Evidence::requirement);
        return one != filing->evidence.end() && one->status == EvidenceStatus::held;
    });
}

std::string next_step(DraftWork& work, bool before_questions) {
    const auto pages = work.pages();
    if (before_questions && !pages.empty()) return work.revision->form.pages[pages.front()].id;
    return needs_no_paper(work) ? "check" : "papers";
}

Result<http::Response> show_fetched(Visit& visit) {
    auto work = TRY(draft_at(visit));
    const auto items = TRY(evidence_open(work));
    const bool nobody = std::ranges::all_of(items, [](const Evidence& one) { return one.how == catalogue::EvidenceHow::identity; });
    if (nobody) return redirect(visit, work.path(next_step(work, visit.request->query("then") == "pages")));
    FetchedView view;
    view.chrome = chrome_for(visit, visit.say("draft.fetched.title"));
    view.caption = work.title();
    view.action = work.url("fetched");
    view.csrf = visit.csrf();
    view.holders = Url::path({visit.tag(), "holders", work.member->info->id});
    view.then = visit.request->query("then") == "pages" ? "pages" : "papers";
    view.chrome.back = link_to(visit, "/me/requests");
    if (visit.request->query("done") == "1") view.notice = visit.say("draft.fetched.done");
    if (const auto mandate = work.mandate(); mandate && *mandate) view.acting = acting_sentence(visit, **mandate);
    for (const auto& one : items) {
        view.items.push_back(item_of(work, one));
        view.may_ask = view.may_ask || is_open(one);
    }
    return render(visit, view, pages::draft_fetched);
}

Result<http::Response> take_fetched(Visit& visit, http::Form& form) {
    auto work = TRY(draft_at(visit));
    auto items = TRY(evidence_open(work));
    const bool asks = form.has("ask");
    const bool before_questions = form.text("then") == "pages";
    take_words(items, form, asks);
    std::vector<dossier::Piece> documents;
    if (asks) {
        const auto filing = TRY(filing_of(work));
        documents = ask_all(work, filing.applicant, filing.office, items);
    }
    TRY(work.save_with([&](dossier::DraftRow& draft) {
        draft.step = "fetched";
        keep_in(draft, *work.revision, items);
        keep_documents(draft, items, documents);
    }));
    if (asks) return redirect(visit, work.path("fetched") + (before_questions ? "?done=1&then=pages" : "?done=1"));
    return redirect(visit, work.path(next_step(work, before_questions)));
}

// What was handed over, before it is filed.
Result<http::Response> show_handed_over(Visit& visit) {
    const auto work = TRY(draft_at(visit));
    for (const auto& one : evidence_in(work.draft)) {
        const auto* came = one.requirement == visit.parameter("paper") ? document_of(work.draft, one) : nullptr;
        if (came == nullptr) continue;
        return http::Response::download(TRY(work.member->dossiers->bytes_of(*came)), came->media_type, came->name);
    }
    return fail(Code::not_found, "web.no-paper");
}

}  // namespace

void add_fetched_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/draft/{member}/{id}/fetched", Door::person, show_fetched);
    post(router, site, "/draft/{member}/{id}/fetched", Door::person, take_fetched);
    get_slow(router, site, "/draft/{member}/{id}/fetched/{paper}", Door::person, show_handed_over);
}

}  // namespace wasl::web
