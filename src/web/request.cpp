#include "web/request.hpp"

#include "base/ids.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "web/acting.hpp"
#include "web/company_access.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

using dossier::Phase;
using dossier::State;

std::string OwnDossier::path(std::string_view below) const { return fmt::format("/request/{}{}", state().file.reference, below); }

Result<OwnDossier> own_dossier(Visit& visit) {
    const auto unknown = [] { return fail(Code::not_found, "dossier.unknown"); };
    const auto text = fmt::format("{}/{}/{}/{}", visit.parameter("member"), visit.parameter("desk"), visit.parameter("series"), visit.parameter("number"));
    const auto reference = parse_reference(text);
    if (!reference || visit.site->members->info(reference->member) == nullptr) return unknown();
    OwnDossier out;
    out.member = TRY(visit.site->members->at(reference->member));
    auto found = TRY(out.member->dossiers->by_reference(reference->text()));
    if (!found) return unknown();
    const auto& representative = found->state.file.representative;
    bool stands = false;
    if (representative && representative->party.person == visit.actor.id && !representative->mandate.empty()) {
        const auto mandate = visit.site->mandates->may_act_under(representative->mandate, visit.actor.id, found->state.file.procedure, visit.site->today());
        stands = mandate && mandate->has_value();
    }
    if (identity::access(visit.actor, facts_of(found->state), stands) < identity::Access::act) {
        // Of a company: whoever else acts for it sees it, and acts on it as far as their mandate goes.
        const bool acts = visit.request->method() == http::Method::post;
        const auto right = acts ? identity::MandateRight::file : identity::MandateRight::see;
        auto mandate = company_right(*visit.site, visit.actor.id, found->state, right);
        if (!mandate && mandate.error().key == "identity.mandate-narrow" && acts) return std::unexpected(mandate.error());
        if (!mandate) return unknown();
        out.company = std::move(*mandate);
    }
    out.member->dossiers->reveal(*found);
    out.dossier = std::move(*found);
    return out;
}

dossier::Actor acting_on(const Visit& visit, const OwnDossier& own) {
    if (own.company) {
        auto out = acting_person(*visit.person, {}, own.company->id);
        out.company = own.company->ice;
        return out;
    }
    const auto& representative = own.state().file.representative;
    const bool acts_for = representative && representative->party.person == visit.actor.id;
    return acts_for ? acting_person(*visit.person, own.state().file.applicant.person, representative->mandate) : acting_person(*visit.person);
}

Result<void> run_on(const Visit& visit, const OwnDossier& own, dossier::Command command) {
    dossier::Ask ask;
    ask.dossier = own.state().id;
    ask.command = std::move(command);
    ask.actor = acting_on(visit, own);
    TRY(own.member->dossiers->run(std::move(ask)));
    return {};
}

Result<void> note_use(const Visit& visit, const OwnDossier& own, std::string_view what) {
    const auto& file = own.state().file;
    if (own.company) return visit.site->mandates->note_use(*own.company, {{}, visit.actor.id, std::string(what), file.procedure, file.reference});
    if (!file.representative || file.representative->party.person != visit.actor.id || file.representative->mandate.empty()) return {};
    const auto mandate = TRY(visit.site->mandates->find(file.representative->mandate));
    return visit.site->mandates->note_use(mandate, {{}, visit.actor.id, std::string(what), file.procedure, file.reference});
}

void mark_read(const Visit& visit, OwnDossier& own) {
    std::vector<dossier::Ask> asks;
    for (auto& message : own.dossier.state.messages) {
        if (!message.to_person || message.read) continue;
        dossier::Ask ask;
        ask.dossier = own.state().id;
        ask.command = dossier::ReadMessage{message.id};
        ask.actor = acting_on(visit, own);
        asks.push_back(std::move(ask));
    }
    if (asks.empty()) return;
    for (const auto& done : own.member->dossiers->run_each(std::move(asks))) {
        if (!done) log::warning("web.message-not-marked", {{"dossier", own.state().id}, {"code", done.error().key}});
    }
}

Result<std::shared_ptr<const catalogue::Revision>> revision_of(const OwnDossier& own) {
    const auto hash = TRY(from_hex(own.state().file.revision));
    return own.member->catalogue->revision(digest_from_bytes(hash));
}

bool may_complete(const State& state) { return dossier::waits_for_person(state.phase) && !dossier::still_missing(state).empty(); }

std::vector<dossier::Missing> may_hand_in(const State& state) {
    auto out = dossier::waits_for_person(state.phase) ? dossier::still_missing(state) : std::vector<dossier::Missing>();
    std::erase_if(out, [](const dossier::Missing& missing) { return !missing.answer && missing.code == dossier::unpaid_fee; });  // paid, not handed in
    if (state.phase > Phase::examination) return out;
    for (const auto& evidence : state.evidence) {
        if (evidence.status == dossier::EvidenceStatus::waiting) out.push_back({evidence.requirement, false, {}});
    }
    return out;
}

bool may_withdraw(const State& state) { return dossier::is_open(state.phase); }

bool may_appeal(const State& state, Instant now) {
    const bool adverse = state.phase == Phase::refused || state.phase == Phase::granted;
    const bool in_time = state.notified && state.notified->appeal_until && now < *state.notified->appeal_until;
    const bool open = std::ranges::any_of(state.appeals, [](const dossier::AppealState& appeal) { return !appeal.outcome; });
    return adverse && in_time && !open && dossier::allows(state.kind(), dossier::EventType::appeal_lodged);
}

bool decision_is_known(const State& state) {
    return state.notified.has_value() || state.silence_at.has_value() || state.phase == Phase::acknowledged || state.phase == Phase::free_to_operate;
}

}  // namespace wasl::web
