// Between complete and notified: opinions, visas, proposal, signature, notification, and what a
// machine may do. None of it stops the legal clock.
#include "dossier/impl/deciding.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::dossier {

namespace {

bool waits_for(const std::vector<DeskState>& desks, std::string_view desk) {
    return std::ranges::any_of(desks, [&](const DeskState& d) { return d.desk == desk && d.answer == DeskState::Answer::none; });
}

std::int64_t days_of_desk(const State& state, std::string_view desk, std::int64_t asked) {
    if (asked > 0) return asked;
    for (const auto& terms : state.file.terms.desks) {
        if (terms.desk == desk) return terms.days;
    }
    return 0;
}

// Everything written that the signatory did here before signing: one person may hold several roles
// in a small commune, and the journal says so.
std::string other_roles(const State& state, const Actor& actor) {
    std::vector<std::string> roles;
    if (state.proposal && state.proposal->by.id == actor.id) roles.emplace_back("caseworker");
    const bool visa = std::ranges::any_of(state.visas, [&](const DeskState& v) { return v.by && v.by->id == actor.id; });
    if (visa) roles.emplace_back("visa");
    return join(roles, ",");
}

void write_number(Deciding& d) {
    if (d.state.kind() != Kind::registration) return;
    d.emit(Registered{d.state.file.terms.series, d.context.number});
}

}  // namespace

Result<void> decide_on(Deciding& d, const RequestOpinion& command) {
    TRY(d.event_exists(EventType::opinion_requested));
    TRY(d.agent({Role::caseworker}));
    TRY(d.in_phase({Phase::examination, Phase::visa, Phase::signature}));
    if (command.desk.empty()) return fail(Code::not_found, "dossier.unknown-desk");
    if (waits_for(d.state.opinions, command.desk)) return {};  // asked already
    d.emit(OpinionRequested{command.desk, command.question,
                            desk_end(d.pack, d.at, days_of_desk(d.state, command.desk, command.days))});
    return {};
}

// A late opinion is still heard: only the decision's own phase counts.
Result<void> decide_on(Deciding& d, const GiveOpinion& command) {
    TRY(d.event_exists(EventType::opinion_given));
    TRY(d.desk(command.desk, {Role::opinion, Role::visa, Role::caseworker}));
    TRY(d.named_agent());
    TRY(d.in_phase({Phase::examination, Phase::completion, Phase::visa, Phase::signature}));
    if (!waits_for(d.state.opinions, command.desk)) return fail(Code::not_found, "dossier.unknown-desk", command.desk);
    if (command.opinion != Opinion::favourable) TRY(d.reasons(command.text));
    d.emit(OpinionGiven{command.desk, command.opinion, command.text});
    return {};
}

Result<void> decide_on(Deciding& d, const RequestVisa& command) {
    TRY(d.event_exists(EventType::visa_requested));
    TRY(d.agent({Role::caseworker, Role::signatory}));
    TRY(d.in_phase({Phase::visa, Phase::signature}));
    if (command.desk.empty()) return fail(Code::not_found, "dossier.unknown-desk");
    if (waits_for(d.state.visas, command.desk)) return {};
    d.emit(VisaRequested{command.desk, desk_end(d.pack, d.at, days_of_desk(d.state, command.desk, command.days))});
    return {};
}

Result<void> decide_on(Deciding& d, const GiveVisa& command) {
    TRY(d.event_exists(EventType::visa_given));
    TRY(d.desk(command.desk, {Role::visa}));
    TRY(d.named_agent());
    TRY(d.in_phase({Phase::visa}));
    TRY(d.not_an_author_of_what_is_appealed());
    if (!waits_for(d.state.visas, command.desk)) return fail(Code::not_found, "dossier.unknown-desk", command.desk);
    d.emit(VisaGiven{command.desk, command.text});
    return {};
}

Result<void> decide_on(Deciding& d, const RefuseVisa& command) {
    TRY(d.event_exists(EventType::visa_refused));
    TRY(d.desk(command.desk, {Role::visa}));
    TRY(d.named_agent());
    TRY(d.in_phase({Phase::visa}));
    TRY(d.reasons(command.reasons));
    if (!waits_for(d.state.visas, command.desk)) return fail(Code::not_found, "dossier.unknown-desk", command.desk);
    d.emit(VisaRefused{command.desk, command.reasons});
    return {};
}

// Law 55-19 art. 4 (reasons given), law 03-01: a refusal carries its own written reasons and a name.
Result<void> decide_on(Deciding& d, const Propose& command) {
    TRY(d.event_exists(EventType::proposed));
    TRY(d.outcome_exists(command.outcome));
    TRY(d.agent({Role::caseworker}));
    if (is_adverse(command.outcome)) {
        TRY(d.named_agent());
        TRY(d.reasons(command.reasons));
    }
    TRY(d.in_phase({Phase::examination}));
    TRY(d.not_an_author_of_what_is_appealed());
    for (const auto& opinion : d.state.opinions) {
        const bool mandatory = std::ranges::any_of(d.state.file.terms.desks, [&](const DeskTerms& t) {
            return t.desk == opinion.desk && !t.visa && t.mandatory;
        });
        // A holder who stays silent beyond its time does not hold the file (joint order 1839.23).
        if (mandatory && opinion.answer == DeskState::Answer::none && d.at < opinion.due) {
            return fail(Code::conflict, "dossier.opinion-outstanding", opinion.desk);
        }
    }
    auto details = command.details;
    if (command.outcome == Outcome::granted && d.state.check) {  // no more is granted than was found possible
        for (const auto& [name, value] : d.state.check->details) details.set(name, value);
    }
    d.emit(Proposed{command.outcome, command.reasons, std::move(details), command.record});
    for (const auto& desk : d.state.file.terms.desks) {
        if (desk.visa && desk.mandatory && allows(d.state.kind(), EventType::visa_requested)) {
            d.emit(VisaRequested{desk.desk, desk_end(d.pack, d.at, desk.days)});
        }
    }
    return {};
}

Result<void> decide_on(Deciding& d, const ReturnProposal& command) {
    TRY(d.event_exists(EventType::returned));
    TRY(d.agent({Role::signatory, Role::caseworker}));
    TRY(d.in_phase({Phase::visa, Phase::signature}));
    TRY(d.reasons(command.reasons));
    d.emit(Returned{command.reasons});
    return {};
}

// The authority or a delegate under a dated delegation, checked at this moment.
Result<void> decide_on(Deciding& d, const Sign& command) {
    TRY(d.event_exists(EventType::signed_by_authority));
    TRY(d.agent({Role::signatory}));
    TRY(d.named_agent());
    TRY(d.in_phase({Phase::signature, Phase::visa}));
    const auto* right = TRY(d.signing_right());
    TRY(d.not_an_author_of_what_is_appealed());
    if (!d.state.proposal) return fail(Code::conflict, "dossier.wrong-phase", "nothing is proposed");
    const auto& proposed = d.state.proposal->proposed;
    std::vector<std::string> silent;
    for (const auto& visa : d.state.visas) {
        if (visa.answer != DeskState::Answer::none) continue;
        if (d.at < visa.due) return fail(Code::conflict, "dossier.visa-outstanding", visa.desk);
        silent.push_back(visa.desk);
    }
    const bool adverse = is_adverse(proposed.outcome);
    if (adverse) TRY(d.reasons(proposed.reasons));
    if (adverse && trim(command.appeal_routes).empty()) {
        return fail(Code::unprocessable, "dossier.appeal-routes-required");
    }
    d.emit(Signed{.outcome = proposed.outcome,
                  .reasons = proposed.reasons,
                  .authority = right->office,
                  .delegation = right->delegation,
                  .also = other_roles(d.state, d.context.actor),
                  .silent = std::move(silent),
                  .appeal_routes = adverse ? command.appeal_routes : "",
                  .document = proposed.outcome == Outcome::granted ? d.output_document() : std::nullopt});
    if (proposed.outcome == Outcome::granted) write_number(d);
    return {};
}

// A decision takes effect when notified; appeal time runs from there (law 55-19 arts 20–21).
Result<void> decide_on(Deciding& d, const Notify& command) {
    TRY(d.event_exists(EventType::notified));
    TRY(d.agent({Role::caseworker, Role::counter, Role::signatory, Role::system}));
    TRY(d.in_phase({Phase::notification}));
    if (command.channel.empty() || command.proof.empty()) {
        return fail(Code::unprocessable, "dossier.proof-required", "channel and proof");
    }
    const Instant reached = command.at.micros == 0 ? d.at : command.at;
    // Nobody writes a notification into the past: silence may have arisen in between.
    if (reached > d.at || (d.state.decision && reached < d.state.decision->signed_at)) {
        return fail(Code::unprocessable, "dossier.bad-instant", reached.iso());
    }
    Notified notified{.channel = command.channel, .at = reached, .proof = command.proof, .appeal_until = {}};
    if (allows(d.state.kind(), EventType::appeal_lodged)) {
        const auto& appeal = law_of(d.state, d.pack).appeal.value;
        notified.appeal_until = jurisdiction::term_after(d.pack.calendar(), reached, appeal.lodge).over;
    }
    d.emit(std::move(notified));
    return {};
}

// Dahir 1-58-376 art. 5: the final receipt of a declaration.
Result<void> decide_on(Deciding& d, const IssueFinalReceipt&) {
    TRY(d.event_exists(EventType::final_receipt_issued));
    TRY(d.agent({Role::signatory}));
    TRY(d.named_agent());
    TRY(d.in_phase({Phase::examination, Phase::free_to_operate}));
    const auto* right = TRY(d.signing_right());
    auto document = d.output_document();
    if (!document) {
        document = Document{.id = d.context.fresh_id, .type = "final-receipt", .issued = d.at, .valid_until = {}, .replaced_by = {}, .reasons = {}};
    }
    d.emit(FinalReceiptIssued{right->office, right->delegation, "", *document});
    return {};
}

// A machine may say yes where nobody else is touched and every granting input is verified, or the
// procedure says that a declaration is enough. It never says no.
// Whoever caused the check: the program at filing, or the agent who had it run again.
Result<void> decide_on(Deciding& d, const NoteCheck& command) {
    if (!d.is_system()) TRY(d.agent({Role::caseworker}));
    TRY(d.in_phase({Phase::examination}));
    if (!d.state.check || *d.state.check != command.checked) d.emit(command.checked);
    return {};
}

// Only whether it may be: the answer comes as NoteCheck, from whoever can run it.
Result<void> decide_on(Deciding& d, const CheckAgain&) {
    TRY(d.agent({Role::caseworker}));
    TRY(d.named_agent());
    return d.in_phase({Phase::examination});
}

Result<void> decide_on(Deciding& d, const GrantAutomatically& command) {
    TRY(d.event_exists(EventType::granted_automatically));
    if (!d.is_system()) return fail(Code::forbidden, "dossier.role-required", "system");
    TRY(d.in_phase({Phase::examination}));
    const auto& terms = d.state.file.terms.automatic;
    if (!terms.allowed || !d.context.automation_on) {
        return fail(Code::conflict, "dossier.automatic-not-allowed", terms.allowed ? "switched off" : "not declared");
    }
    if (command.record.rules.empty()) return fail(Code::conflict, "dossier.automatic-not-allowed", "no decision record");
    if (d.state.check && !d.state.check->satisfied) {
        return fail(Code::conflict, "dossier.automatic-not-allowed", d.state.check->outcome);
    }
    for (const auto& input : terms.inputs) {
        if (terms.declaration_enough) break;
        const bool piece = std::ranges::any_of(d.state.file.pieces,
                                               [&](const Piece& p) { return p.requirement == input && p.verified; });
        const auto& sources = command.record.sources;
        if (!piece && std::ranges::find(sources, input + "=fetched") == sources.end()) {
            return fail(Code::conflict, "dossier.automatic-not-allowed", fmt::format("{} is not verified", input));
        }
    }
    d.emit(GrantedAutomatically{command.record, d.output_document()});
    write_number(d);
    return {};
}

}  // namespace wasl::dossier
