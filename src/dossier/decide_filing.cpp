// From filing to a complete file: receipt, completion once, lapse with notice, extension.
#include "dossier/impl/deciding.hpp"

#include <algorithm>

namespace wasl::dossier {

void ask_mandatory_opinions(Deciding& d) {
    for (const auto& desk : d.state.file.terms.desks) {
        const bool asked = std::ranges::any_of(d.state.opinions, [&](const DeskState& o) { return o.desk == desk.desk; });
        if (desk.visa || !desk.mandatory || asked || !allows(d.state.kind(), EventType::opinion_requested)) continue;
        d.emit(OpinionRequested{desk.desk, "", desk_end(d.pack, d.at, desk.days)});
    }
}

void complete(Deciding& d, std::string accepted_by, std::string reasons) {
    d.emit(Completed{due_if_complete_at(d.state, d.pack, d.at), std::move(accepted_by), std::move(reasons)});
    ask_mandatory_opinions(d);
}

namespace {

bool waits(const State& state) { return state.phase == Phase::incomplete || state.phase == Phase::completion; }

// Law 55-19 arts 5–6: only what rests on a legal text and is published may be asked.
Result<void> only_what_is_listed(const State& state, const std::vector<Missing>& missing) {
    if (missing.empty()) return fail(Code::unprocessable, "dossier.reasons-required", "nothing is asked for");
    for (const auto& wanted : missing) {
        if (std::ranges::find(state.file.listed, wanted.code) == state.file.listed.end()) {
            return fail(Code::unprocessable, "dossier.paper-not-listed", wanted.code);
        }
        // Law 55-19: what another administration holds is asked of it, also while it is silent.
        const auto* evidence = wanted.answer ? nullptr : evidence_of(state, wanted.code);
        if (evidence != nullptr && is_its_holders(*evidence)) {
            return fail(Code::conflict, "dossier.held-elsewhere", wanted.code);
        }
    }
    return {};
}

}  // namespace

// A receipt always, also for an incomplete file. What it lists as missing is the one completion
// request; the clock starts when the file is complete.
Result<void> decide_on(Deciding& d, const File& command) {
    const auto& actor = d.context.actor;
    if (!actor.has(Role::person) && !actor.has(Role::counter) && !actor.has(Role::system)) {
        return fail(Code::forbidden, "dossier.role-required", "person");
    }
    d.act_as(actor.has(Role::counter) ? Role::counter : Role::person);
    Filed filed = command.file;
    filed.reference = d.context.reference;
    State shape;  // the clock of a dossier that does not exist yet
    shape.filed_at = d.at;
    shape.file.terms.delay = filed.terms.delay;
    filed.receipt.answer_due.reset();
    filed.receipt.complete_by.reset();
    if (filed.receipt.complete()) {
        filed.receipt.answer_due = due_if_complete_at(shape, d.pack, d.at);
    } else {
        filed.receipt.complete_by = answer_end(law_of(shape, d.pack), d.pack, d.at);
    }
    const bool is_complete = filed.receipt.complete();
    const auto desks = filed.terms.desks;
    const Kind kind = filed.kind;
    d.emit(std::move(filed));
    file_evidence(d, command.evidence);
    if (!is_complete || !allows(kind, EventType::opinion_requested)) return {};
    for (const auto& desk : desks) {
        if (!desk.visa && desk.mandatory) d.emit(OpinionRequested{desk.desk, "", desk_end(d.pack, d.at, desk.days)});
    }
    return {};
}

Result<void> decide_on(Deciding& d, const AddPiece& command) {
    if (d.is_person_concerned()) {
        TRY(d.person_concerned());
    } else {
        TRY(d.agent({Role::caseworker, Role::counter, Role::system}));
    }
    TRY(d.in_phase({Phase::incomplete, Phase::completion, Phase::examination}));
    d.emit(PieceAdded{command.piece});
    auto left = still_missing(d.state);
    std::erase_if(left, [&](const Missing& m) { return !m.answer && m.code == command.piece.requirement; });
    if (waits(d.state) && left.empty()) complete(d, "", "");
    return {};
}

Result<void> decide_on(Deciding& d, const AmendAnswers& command) {
    if (d.is_person_concerned()) {
        TRY(d.person_concerned());
    } else {
        TRY(d.agent({Role::counter}));
    }
    TRY(d.in_phase({Phase::incomplete, Phase::completion}));
    if (command.answers.empty()) return {};
    d.emit(AnswersAmended{command.answers});
    auto left = still_missing(d.state);
    std::erase_if(left, [&](const Missing& m) {
        const auto* given = command.answers.find(m.code);
        return m.answer && given != nullptr && !given->is_null();
    });
    if (left.empty()) complete(d, "", "");
    return {};
}

// Law 55-19 art. 4: completion is asked once only; an incomplete receipt was the request already.
Result<void> decide_on(Deciding& d, const RequestCompletion& command) {
    if (d.state.completion) return fail(Code::conflict, "dossier.second-completion-request");
    TRY(d.agent({Role::caseworker}));
    TRY(d.named_agent());
    TRY(d.in_phase({Phase::examination}));
    TRY(d.reasons(command.reasons));
    TRY(only_what_is_listed(d.state, command.missing));
    const auto reading = read_clock(d.state, d.pack, d.at);
    if (!jurisdiction::may_request_completion(reading, d.pack.calendar(), d.at)) {
        return fail(Code::conflict, "dossier.completion-too-late", reading.request_until ? reading.request_until->iso() : "");
    }
    d.emit(CompletionRequested{command.missing, command.reasons, answer_end(law_of(d.state, d.pack), d.pack, d.at)});
    return {};
}

Result<void> decide_on(Deciding& d, const AcceptAsComplete& command) {
    TRY(d.agent({Role::caseworker}));
    TRY(d.named_agent());
    TRY(d.in_phase({Phase::incomplete, Phase::completion}));
    complete(d, d.context.actor.id, command.reasons);
    return {};
}

// No answer leads to lapse, after a notice, and by a named agent with reasons: the program only warns.
Result<void> decide_on(Deciding& d, const PronounceLapse& command) {
    TRY(d.event_exists(EventType::lapsed));
    TRY(d.agent({Role::caseworker, Role::signatory}));
    TRY(d.named_agent());
    TRY(d.in_phase({Phase::incomplete, Phase::completion}));
    TRY(d.reasons(command.reasons));
    const auto from = d.state.completion ? d.state.completion->lapses_from : std::nullopt;
    if (!from || d.at < *from) return fail(Code::conflict, "dossier.lapse-not-due", from ? from->iso() : "no notice yet");
    d.emit(Lapsed{command.reasons});
    return {};
}

// Law 55-19 art. 17, decree 2-22-386: once, for a listed act, on its ground, by its own length.
Result<void> decide_on(Deciding& d, const Extend& command) {
    TRY(d.event_exists(EventType::clock_extended));
    TRY(d.agent({Role::caseworker, Role::signatory}));
    TRY(d.named_agent());
    TRY(d.in_phase({Phase::examination, Phase::visa, Phase::signature}));
    TRY(d.reasons(command.reasons));
    const auto& terms = d.state.file.terms.extension;
    if (terms.ground.empty() || command.ground != terms.ground) {
        return fail(Code::conflict, "dossier.extension-not-listed", command.ground);
    }
    if (d.state.clock.extension) return fail(Code::conflict, "dossier.extended-already", d.state.clock.extension_ground);
    if (d.state.clock.due && d.at >= *d.state.clock.due) return fail(Code::conflict, "dossier.extension-too-late");
    State extended = d.state;
    extended.clock.extension = terms.longest;
    d.emit(ClockExtended{command.ground, terms.longest, command.reasons, terms.basis,
                         due_if_complete_at(extended, d.pack, d.at)});
    return {};
}

}  // namespace wasl::dossier
