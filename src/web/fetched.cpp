#include "web/fetched.hpp"

#include "dossier/codec.hpp"
#include "form/text.hpp"
#include "web/request_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

std::vector<dossier::Evidence> evidence_in(const dossier::DraftRow& draft) {
    const auto* kept = draft.answers.find(draft_evidence);
    if (kept == nullptr) return {};
    return dossier::decode_evidence(*kept).value_or(std::vector<dossier::Evidence>());
}

Result<std::vector<dossier::Evidence>> evidence_open(DraftWork& work) {
    auto filing = TRY(filing_of(work));
    auto out = std::move(filing.evidence);
    const auto& dossiers = *work.member->dossiers;
    const auto known = evidence_in(work.draft);
    const auto ready = form::check(work.revision->form, work.answers(), work.setting());
    const auto facts = work.facts();
    const auto today = work.visit->site->today().iso();
    const auto papers = catalogue::papers_for(*work.revision, {.answers = &ready.answers, .facts = &facts, .today = today, .form = &work.revision->form});
    for (const auto& rule : work.revision->evidence) {
        const auto here = [&](const dossier::Evidence& one) { return one.requirement == rule.requirement; };
        if (std::ranges::any_of(out, here)) continue;
        const bool asked_for = std::ranges::any_of(papers, [&](std::size_t i) { return work.revision->requirements[i].code == rule.requirement; });
        const bool given = std::ranges::any_of(filing.pieces, [&](const dossier::Piece& piece) {
            return piece.requirement == rule.requirement && piece.source != dossier::Source::fetched;
        });
        if (given || (!asked_for && rule.answers.empty()) || rule.how == catalogue::EvidenceHow::identity) continue;
        auto asked = dossier::evidence_by(rule, filing.answers);
        if (!asked) continue;
        if (const auto said = std::ranges::find_if(known, here); said != known.end() && dossier::answers_to(*said, rule, filing.answers)) {
            out.push_back(*said);
            continue;
        }
        const auto holder = dossiers.holder_of(*asked);
        if (!holder || dossier::subject_key(filing.applicant.identifier_kind, filing.applicant.identifier).empty()) continue;
        out.push_back(std::move(*asked));
        out.back().holder = holder->id;
        out.back().service = holder->service;
    }
    return out;
}

bool fills_answers(const catalogue::Revision& revision) {
    return std::ranges::any_of(revision.evidence, [](const auto& rule) { return !rule.answers.empty() && rule.where.empty() && rule.holder.empty(); });
}

std::string holder_name(const Visit& visit, MemberSite& member, const dossier::Evidence& evidence) {
    if (evidence.how == catalogue::EvidenceHow::identity) return visit.say("draft.fetched.how.identity");
    if (const auto holder = member.dossiers->holder_of(evidence); holder && !holder->names.empty()) {
        for (const auto* language : {visit.tag().data(), "fr", "ar"}) {
            if (const auto found = holder->names.find(language); found != holder->names.end()) return found->second;
        }
    }
    return evidence.holder;
}

EvidenceTag evidence_tag(lingua::Language language, const dossier::Evidence& evidence) {
    using dossier::EvidenceStatus;
    std::string word(dossier::to_string(evidence.status));
    if (evidence.status == EvidenceStatus::waiting && evidence.tries == 0) word = "open";
    const auto* colour = evidence.status == EvidenceStatus::held       ? "green"
                         : evidence.status == EvidenceStatus::waiting  ? "blue"
                         : evidence.status == EvidenceStatus::not_held ? "yellow"
                                                                       : "grey";
    const auto key = lingua::find_key("draft.fetched.state." + word);
    return {key ? lingua::say(language, *key) : word, colour};
}

SummaryRow evidence_row(const Visit& visit, MemberSite& member, const catalogue::Revision* revision, const dossier::Evidence& evidence) {
    SummaryRow row;
    const auto* requirement = revision == nullptr ? nullptr : revision->requirement(evidence.requirement);
    row.key = requirement == nullptr ? evidence.requirement : requirement->title.in(visit.tag());
    row.value = evidence_tag(visit.language, evidence).text;
    row.more.push_back(holder_name(visit, member, evidence));
    if (!evidence.source.empty()) row.more.push_back(visit.say("draft.fetched.act", {{"reference", evidence.source}}));
    if (!evidence.document.empty()) row.more.push_back(visit.say("draft.fetched.document", {{"digest", evidence.document.substr(0, 16)}}));
    for (const auto& answer : evidence.answers) {
        const auto* fact = evidence.facts.find(answer.fact);
        const auto* field = revision == nullptr || fact == nullptr ? nullptr : revision->form.field(answer.field);
        if (field != nullptr) row.more.push_back(labelled(visit.language, field->label.in(visit.tag()), form::display(*field, *fact, visit.tag())));
    }
    if (!evidence.contested.empty()) row.more.push_back(labelled(visit.language, visit.say("draft.fetched.contested"), evidence.contested));
    return row;
}

}  // namespace wasl::web
