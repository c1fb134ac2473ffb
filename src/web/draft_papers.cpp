// The papers of a request: sent as files, brought to the counter, or declared. None of them stops a filing.
#include "web/draft_pages.hpp"
#include "web/draft_work.hpp"
#include "web/mandate_words.hpp"
#include "web/paper_question.hpp"
#include "web/shell.hpp"

#include "pages/draft/papers.hpp"

#include <algorithm>
#include <iterator>

namespace wasl::web {

namespace {

using catalogue::Accepted;

struct Problem {
    std::string paper, text;
};

bool accepts(const catalogue::Requirement& requirement, Accepted way) {
    return std::ranges::find(requirement.accepted, way) != requirement.accepted.end();
}

// Not what its holder has proven; what a holder is still asked for may be handed in, and need not be.
std::vector<const catalogue::Requirement*> asked_of(DraftWork& work) {
    const auto filing = filing_of(work);
    const auto evidence = filing ? filing->evidence : std::vector<dossier::Evidence>();
    const auto ready = form::check(work.revision->form, work.answers(), work.setting());
    const auto facts = work.facts();
    const auto today = work.visit->site->today().iso();
    std::vector<const catalogue::Requirement*> out;
    for (const auto index : catalogue::papers_for(*work.revision, {.answers = &ready.answers, .facts = &facts, .today = today, .form = &work.revision->form})) {
        const auto& requirement = work.revision->requirements[index];
        const auto said = std::ranges::find(evidence, requirement.code, &dossier::Evidence::requirement);
        if (said == evidence.end() || said->status != dossier::EvidenceStatus::held) out.push_back(&requirement);
    }
    return out;
}

void set_state(PaperAsked& paper, const Visit& visit, const catalogue::Requirement& requirement, const std::string& way, bool its_holders) {
    const auto state = [&](std::string_view key, std::string_view colour) {
        paper.state = visit.say(key);
        paper.colour = colour;
    };
    if (!paper.files.empty()) return state("draft.papers.state.given", "green");
    if (way == "declare") return state("draft.papers.state.declared", "green");
    if (way == "bring") return state("draft.papers.state.bring", "blue");
    if (its_holders) return state("draft.papers.state.asked", "blue");
    if (!requirement.mandatory) return state("draft.papers.state.optional", "grey");
    return state("draft.papers.state.missing", "yellow");
}

PaperAsked asked(const DraftWork& work, const catalogue::Requirement& requirement, bool its_holders) {
    const auto& visit = *work.visit;
    auto paper = paper_question(visit, requirement);
    paper.files = files_of(visit, work.draft.pieces, requirement.code);
    const auto way = way_of(work, requirement.code);
    const bool can_bring = accepts(requirement, Accepted::show_original), can_declare = accepts(requirement, Accepted::declaration);
    if ((can_bring || can_declare) && paper.files.empty()) {
        paper.how = {.id = "how-" + requirement.code, .label = visit.say("draft.papers.how")};
        if (paper.uploads) paper.ways.push_back({"", visit.say("draft.papers.send-now"), {}, way.empty()});
        if (can_bring) paper.ways.push_back({"bring", visit.say("draft.papers.bring"), {}, way == "bring" || (way.empty() && !paper.uploads && !can_declare)});
        if (can_declare) paper.ways.push_back({"declare", visit.say("draft.papers.declare"), {}, way == "declare"});
    }
    set_state(paper, visit, requirement, way, its_holders);
    return paper;
}

http::Response papers_page(DraftWork& work, const std::vector<Problem>& problems) {
    auto& visit = *work.visit;
    PapersView view;
    view.chrome = chrome_for(visit, visit.say("draft.papers.title"));
    view.caption = work.title();
    view.action = work.url("papers");
    view.csrf = visit.csrf();
    if (const auto mandate = work.mandate(); mandate && *mandate) view.acting = acting_sentence(visit, **mandate);
    const auto pages = work.pages();
    view.chrome.back = pages.empty() ? link_to(visit, "/me/requests") : work.url(work.revision->form.pages[pages.back()].id);
    const auto filing = filing_of(work);
    for (const auto* requirement : asked_of(work)) {
        const bool its_holders = filing && std::ranges::any_of(filing->evidence, [&](const dossier::Evidence& one) {
            return one.requirement == requirement->code && dossier::is_its_holders(one);
        });
        view.papers.push_back(asked(work, *requirement, its_holders));
    }
    for (const auto& problem : problems) {
        const auto paper = std::ranges::find(view.papers, problem.paper, &PaperAsked::code);
        if (paper != view.papers.end()) paper->file.error = problem.text;
        view.errors.push_back({problem.text, Url::literal("#file-" + problem.paper)});
    }
    view.chrome.has_errors = !problems.empty();
    return render(visit, view, pages::draft_papers, problems.empty() ? 200 : 422);
}

Result<http::Response> show_papers(Visit& visit) {
    auto work = TRY(draft_at(visit));
    return papers_page(work, {});
}

json::Object chosen_ways(DraftWork& work, const http::Form& form) {
    json::Object ways;
    for (const auto* requirement : asked_of(work)) {
        const auto way = form.text("how-" + requirement->code);
        const bool good = (way == "bring" && accepts(*requirement, Accepted::show_original)) ||
                          (way == "declare" && accepts(*requirement, Accepted::declaration));
        if (good) ways.set(requirement->code, way);
    }
    return ways;
}

// Files that fit are kept even when others do not; nothing chosen on another device is lost.
Result<http::Response> take_papers(Visit& visit, http::Form& form) {
    auto work = TRY(draft_at(visit));
    const bool removes = form.has("remove");
    std::vector<Problem> problems;
    std::vector<dossier::Piece> sent;
    std::uint64_t sum = 0;
    for (const auto& piece : work.draft.pieces) sum += piece.bytes;
    for (const auto* requirement : asked_of(work)) {
        auto uploaded = take_files(*work.member, form, requirement->code, sum);
        std::ranges::move(uploaded.pieces, std::back_inserter(sent));
        for (const auto& error : uploaded.errors) problems.push_back({requirement->code, lingua::say(visit.language, error)});
    }
    const auto ways = chosen_ways(work, form);
    TRY(work.save_with([&](dossier::DraftRow& draft) {
        draft.step = "papers";
        if (removes) remove_piece(draft, form.text("remove"));
        if (!removes) draft.answers.set(std::string(draft_ways), ways);
        std::ranges::copy(sent, std::back_inserter(draft.pieces));
    }));
    if (!problems.empty()) return papers_page(work, problems);
    return redirect(visit, work.path(removes || form.has("stay") ? "papers" : "check"));
}

}  // namespace

void add_papers_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/draft/{member}/{id}/papers", Door::person, show_papers);
    post(router, site, "/draft/{member}/{id}/papers", Door::person, take_papers, {.body_limit = http::upload_body_limit});
}

}  // namespace wasl::web
