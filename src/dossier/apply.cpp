#include "dossier/apply.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::dossier {

namespace {

void note_author(State& state, const By& by) {
    if (by.id.empty() || by.id == "system") return;
    if (std::ranges::find(state.authors, by.id) == state.authors.end()) state.authors.push_back(by.id);
}

void provide(State& state, std::string_view code, bool answer) {
    if (!state.completion) return;
    std::erase_if(state.completion->missing, [&](const Missing& m) { return m.answer == answer && m.code == code; });
}

void start_clock(State& state, Instant at, Instant due) {
    auto& clock = state.clock;
    if (!clock.started) clock.started = at;
    if (!clock.stops.empty() && !clock.stops.back().until) clock.stops.back().until = at;
    clock.due = due;
    state.phase = Phase::examination;
    if (state.completion) {
        state.completion->answered = true;
        state.completion->missing.clear();
    }
}

void end(State& state, Phase phase, Instant at) {
    state.phase = phase;
    state.clock.ended = at;
}

DeskState* waiting(std::vector<DeskState>& desks, std::string_view desk) {
    for (auto& candidate : desks) {
        if (candidate.desk == desk && candidate.answer == DeskState::Answer::none) return &candidate;
    }
    return nullptr;
}

bool visas_outstanding(const State& state) {
    return std::ranges::any_of(state.visas, [](const DeskState& v) { return v.answer == DeskState::Answer::none; });
}

Phase phase_of(Outcome outcome) {
    switch (outcome) {
        case Outcome::granted: return Phase::granted;
        case Outcome::refused: return Phase::refused;
        case Outcome::upheld: return Phase::upheld;
        case Outcome::dismissed: return Phase::dismissed;
    }
    return Phase::refused;
}

void replace_document(State& state, std::string_view old, const Document& with, const std::string& reasons) {
    for (auto& document : state.documents) {
        if (document.id == old) {
            document.status = DocumentStatus::replaced;
            document.replaced_by = with.id;
            document.reasons = reasons;
        }
    }
    state.documents.push_back(with);
}

// What an event does to the state, one overload an event.
struct Applier {
    State& state;
    const Event& event;

    void operator()(const Filed& e) {
        state.file = e;
        state.filed_at = event.at;
        state.filed_by = event.by;
        if (e.receipt.complete()) {
            start_clock(state, event.at, e.receipt.answer_due.value_or(event.at));
            return;
        }
        state.phase = Phase::incomplete;
        state.completion = CompletionState{.missing = e.receipt.missing,
                                           .asked = event.at,
                                           .complete_by = e.receipt.complete_by.value_or(event.at),
                                           .by_receipt = true,
                                           .reasons = {},
                                           .noticed = {},
                                           .lapses_from = {},
                                           .answered = false};
    }
    void operator()(const PieceAdded& e) {
        state.file.pieces.push_back(e.piece);
        for (auto& evidence : state.evidence) {
            if (evidence.requirement != e.piece.requirement || evidence.status != EvidenceStatus::waiting) continue;
            evidence.status = EvidenceStatus::handed_in;
            evidence.next.reset();
        }
        provide(state, e.piece.requirement, false);
    }
    void operator()(const AnswersAmended& e) {
        for (const auto& [name, value] : e.answers) {
            if (value.is_null()) {
                state.file.answers.erase(name);
            } else {
                state.file.answers.set(name, value);
                provide(state, name, true);
            }
        }
    }
    void operator()(const Completed& e) { start_clock(state, event.at, e.due); }
    void operator()(const CompletionRequested& e) {
        state.completion = CompletionState{.missing = e.missing,
                                           .asked = event.at,
                                           .complete_by = e.complete_by,
                                           .by_receipt = false,
                                           .reasons = e.reasons,
                                           .noticed = {},
                                           .lapses_from = {},
                                           .answered = false};
        state.clock.stops.push_back({event.at, std::nullopt});
        state.clock.due.reset();
        state.phase = Phase::completion;
    }
    void operator()(const LapseNoticed& e) {
        if (state.completion) {
            state.completion->noticed = event.at;
            state.completion->lapses_from = e.lapses_from;
        }
    }
    void operator()(const Lapsed& e) {
        state.closing_reasons = e.reasons;
        end(state, Phase::lapsed, event.at);
    }
    void operator()(const ClockExtended& e) {
        state.clock.extension = e.length;
        state.clock.extension_ground = e.ground;
        state.clock.due = e.due;
    }
    void operator()(const ClockRecomputed& e) { state.clock.due = e.due; }
    void operator()(const OpinionRequested& e) {
        state.opinions.push_back({.desk = e.desk, .question = e.question, .asked = event.at, .due = e.due, .text = {}, .by = {}, .answered = {}});
    }
    void operator()(const OpinionGiven& e) {
        if (auto* desk = waiting(state.opinions, e.desk)) {
            desk->answer = e.opinion == Opinion::favourable ? DeskState::Answer::favourable
                           : e.opinion == Opinion::reserved ? DeskState::Answer::reserved
                                                            : DeskState::Answer::unfavourable;
            desk->text = e.text;
            desk->by = event.by;
            desk->answered = event.at;
        }
    }
    void operator()(const VisaRequested& e) {
        state.visas.push_back({.desk = e.desk, .question = {}, .asked = event.at, .due = e.due, .text = {}, .by = {}, .answered = {}});
        if (state.phase == Phase::signature) state.phase = Phase::visa;
    }
    void operator()(const VisaGiven& e) {
        if (auto* desk = waiting(state.visas, e.desk)) {
            desk->answer = DeskState::Answer::given;
            desk->text = e.text;
            desk->by = event.by;
            desk->answered = event.at;
            note_author(state, event.by);
        }
        if (state.phase == Phase::visa && !visas_outstanding(state)) state.phase = Phase::signature;
    }
    void operator()(const VisaRefused& e) {
        if (auto* desk = waiting(state.visas, e.desk)) {
            desk->answer = DeskState::Answer::refused;
            desk->text = e.reasons;
            desk->by = event.by;
            desk->answered = event.at;
        }
        back_to_examination();
    }
    void operator()(const Proposed& e) {
        state.proposal = Proposal{e, event.by, event.at};
        note_author(state, event.by);
        state.visas.clear();  // a new proposal is seen afresh; the old visas stay in the journal
        state.phase = Phase::signature;
    }
    void operator()(const Returned&) { back_to_examination(); }
    void operator()(const Signed& e) {
        Decision decision{.outcome = e.outcome,
                          .reasons = e.reasons,
                          .authority = e.authority,
                          .delegation = e.delegation,
                          .appeal_routes = e.appeal_routes,
                          .details = {},
                          .record = {},
                          .by = event.by,
                          .signed_at = event.at};
        if (state.proposal) {
            decision.details = state.proposal->proposed.details;
            decision.record = state.proposal->proposed.record;
        }
        state.decision = std::move(decision);
        note_author(state, event.by);
        if (e.document) state.documents.push_back(*e.document);
        state.phase = Phase::notification;
    }
    void operator()(const Notified& e) {
        state.notified = e;
        end(state, state.decision ? phase_of(state.decision->outcome) : Phase::granted, e.at);
    }
    void operator()(const SilenceApproved& e) {
        state.silence_at = e.at;
        state.proposal.reset();
        // A refusal that was signed but not notified in time never took effect. A grant stands beside.
        if (state.decision && state.decision->outcome != Outcome::granted) state.decision.reset();
        end(state, Phase::approved_by_silence, e.at);
    }
    void operator()(const SilenceRecorded& e) { state.documents.push_back(e.document); }
    void operator()(const SilenceAttested& e) { state.attestation = e.number; }
    void operator()(const Withdrawn& e) {
        state.closing_reasons = e.reasons;
        end(state, Phase::withdrawn, event.at);
    }
    void operator()(const Transferred& e) {
        state.transferred_to = e.to;
        state.closing_reasons = e.reasons;
        end(state, Phase::transferred, event.at);
    }
    void operator()(const DecisionCorrected& e) {
        if (state.decision) {
            for (const auto& [name, value] : e.details) {
                if (value.is_null()) {
                    state.decision->details.erase(name);
                } else {
                    state.decision->details.set(name, value);
                }
            }
        }
        if (e.document) {
            std::string old;
            for (const auto& document : state.documents) {
                if (document.status == DocumentStatus::valid) old = document.id;
            }
            replace_document(state, old, *e.document, e.reasons);
        }
    }
    void operator()(const DocumentReplaced& e) { replace_document(state, e.document, e.by, e.reasons); }
    void operator()(const DocumentWithdrawn& e) {
        for (auto& document : state.documents) {
            if (document.id == e.document) {
                document.status = DocumentStatus::withdrawn;
                document.reasons = e.reasons;
            }
        }
    }
    void operator()(const AppealLodged& e) {
        state.appeals.push_back({e.dossier, e.reference, e.authority, event.at, std::nullopt});
    }
    void operator()(const AppealDecided& e) {
        for (auto& appeal : state.appeals) {
            if (appeal.dossier == e.dossier) appeal.outcome = e.outcome;
        }
        if (e.due) reopen(*e.due);
    }
    void operator()(const FinalReceiptIssued& e) {
        note_author(state, event.by);
        state.documents.push_back(e.document);
        end(state, Phase::acknowledged, event.at);
    }
    void operator()(const FreeToOperate& e) { end(state, Phase::free_to_operate, e.at); }
    void operator()(const Registered& e) { state.registered = e.number; }
    void operator()(const GrantedAutomatically& e) {
        Decision decision;
        decision.outcome = Outcome::granted;
        decision.authority = state.file.office;
        decision.record = e.record;
        decision.by = event.by;
        decision.signed_at = event.at;
        decision.automatic = true;
        state.decision = std::move(decision);
        if (e.document) state.documents.push_back(*e.document);
        state.phase = Phase::notification;
    }
    void operator()(const LookedAt&) {}  // in the journal only: see apply()
    void operator()(const Assigned& e) { state.assigned = e.to; }
    void operator()(const Noted& e) { state.notes.push_back({event.by, event.at, e.text}); }
    void operator()(const MessageSent& e) { state.messages.push_back({e.id, e.text, event.by, event.at, e.to_person, false}); }
    void operator()(const MessageRead& e) {
        for (auto& message : state.messages) {
            if (message.id != e.id) continue;
            message.read = true;
            message.read_at = event.at;
        }
    }
    void operator()(const Reminded& e) { state.reminders.push_back(e.what); }
    void operator()(const FeePaid& e) {
        state.fees.push_back(e);
        provide(state, unpaid_fee, false);
    }
    void operator()(const Rendered& e) { state.renderings.push_back({e.what, e.digest, e.bytes}); }

    void operator()(const EvidenceAgreed& e) {
        if (auto* known = evidence(e.requirement)) known->agreed = true;
    }
    void operator()(const EvidenceFetched& e) {
        keep(e.evidence);
        if (e.piece) state.file.pieces.push_back(*e.piece);
        if (e.evidence.status == EvidenceStatus::held) provide(state, e.evidence.requirement, false);
    }
    void operator()(const EvidenceUnanswered& e) { keep(e.evidence); }
    void operator()(const EvidenceContested& e) {
        if (auto* known = evidence(e.requirement)) known->contested = e.text;
    }
    void operator()(const Checked& e) { state.check = e; }
    void operator()(const ComplaintAcknowledged& e) {
        complaint().acknowledged = event.at;
        complaint().words = e.text;
    }
    void operator()(const ComplaintReopened& e) {
        complaint().reopenings.push_back(e);
        reopen(e.due);
    }
    void operator()(const SatisfactionGiven& e) { complaint().satisfaction.push_back(e); }

private:
    ComplaintState& complaint() {
        if (!state.complaint) state.complaint.emplace();
        return *state.complaint;
    }
    Evidence* evidence(std::string_view requirement) {
        const auto known = std::ranges::find(state.evidence, requirement, &Evidence::requirement);
        return known == state.evidence.end() ? nullptr : &*known;
    }
    void keep(const Evidence& value) {
        if (auto* known = evidence(value.requirement)) {
            *known = value;
        } else {
            state.evidence.push_back(value);
        }
    }
    void back_to_examination() {
        state.proposal.reset();
        state.phase = Phase::examination;
    }
    // The refusal is annulled: decided anew, the delay of the act running from now.
    void reopen(Instant due) {
        state.decision.reset();
        state.proposal.reset();
        state.notified.reset();
        state.visas.clear();
        state.clock = LegalClock{.started = event.at, .stops = {}, .extension = {}, .extension_ground = {}, .due = due, .ended = {}};
        state.phase = Phase::examination;
    }
};

}  // namespace

Result<void> apply(State& state, const Event& event) {
    const auto type = event.type();
    const bool first = type == EventType::filed;
    if (first == state.exists()) {
        return fail(Code::internal, "dossier.event-out-of-order", first ? "filed twice" : "nothing was filed yet");
    }
    const Kind kind = first ? std::get<Filed>(event.body).kind : state.kind();
    if (!allows(kind, type)) {
        return fail(Code::internal, "dossier.event-not-for-kind", fmt::format("{} × {}", to_string(kind), to_string(type)));
    }
    // A look changes nothing: it stands in the chain, and the document row is not written for it.
    if (type == EventType::looked_at) return {};
    if (event.at < state.last) {
        return fail(Code::internal, "dossier.event-out-of-order", fmt::format("{} before the event before it", to_string(type)));
    }
    std::visit(Applier{state, event}, event.body);
    state.last = event.at;
    ++state.events;
    return {};
}

Result<State> replay(std::string id, std::span<const Event> events) {
    State state;
    state.id = std::move(id);
    for (const auto& event : events) TRY(apply(state, event));
    return state;
}

}  // namespace wasl::dossier
