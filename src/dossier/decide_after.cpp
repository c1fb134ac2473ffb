// Around and after the decision: silence attested, withdrawal, transfer, documents, appeal, and the
// small things of every day.
#include "dossier/impl/deciding.hpp"

#include "base/text.hpp"

#include <algorithm>

namespace wasl::dossier {

namespace {

Result<const Document*> valid_document(const State& state, std::string_view id) {
    const auto* document = find_document(state, id);
    if (document == nullptr || document->status != DocumentStatus::valid) {
        return fail(Code::not_found, "dossier.unknown-document", std::string(id));
    }
    return document;
}

// An appeal is open while its time runs from notification; silence without effect on the list may be
// appealed from the day the answer was due (law 55-19 arts 20–21).
Result<void> appeal_time_runs(const Deciding& d) {
    const auto& state = d.state;
    if (state.notified && state.notified->appeal_until) {
        if (d.at < *state.notified->appeal_until) return {};
        return fail(Code::conflict, "dossier.appeal-time-over", state.notified->appeal_until->iso());
    }
    const bool withdrawn = std::ranges::any_of(
        state.documents, [](const Document& document) { return document.status == DocumentStatus::withdrawn; });
    if (withdrawn || state.phase == Phase::lapsed) return {};
    if (is_open(state.phase) && state.clock.due && d.at >= *state.clock.due) {
        const auto& lodge = law_of(state, d.pack).appeal.value.lodge;
        // `due` is exclusive: the day before it is the last day of the answer.
        const auto over = jurisdiction::term_after(d.pack.calendar(), state.clock.due->plus_micros(-1), lodge).over;
        if (d.at < over) return {};
        return fail(Code::conflict, "dossier.appeal-time-over", over.iso());
    }
    return fail(Code::conflict, "dossier.wrong-phase", std::string(to_string(state.phase)));
}

// A desk must be able to read what it is sent.
Result<void> may_write_more(const Deciding& d) {
    const Date today = d.pack.calendar().date_at(d.at);
    const auto& limits = d.pack.law_on(today).messages.value;
    std::int64_t written = 0, written_today = 0;
    for (const auto& message : d.state.messages) {
        if (message.to_person) continue;
        ++written;
        if (d.pack.calendar().date_at(message.at) == today) ++written_today;
    }
    if (written >= limits.in_all) return fail(Code::too_many, "dossier.too-many-messages", std::to_string(limits.in_all));
    if (written_today >= limits.a_day) return fail(Code::too_many, "dossier.too-many-messages-today", std::to_string(limits.a_day));
    return {};
}

}  // namespace

// Decree 2-22-141: the attestation belongs to the supervisory authority.
Result<void> decide_on(Deciding& d, const Attest& command) {
    TRY(d.event_exists(EventType::silence_attested));
    TRY(d.desk(d.state.file.terms.supervisory_office, {Role::supervisor}));
    TRY(d.named_agent());
    if (d.state.phase != Phase::approved_by_silence) {
        return fail(Code::conflict, "dossier.wrong-phase", std::string(to_string(d.state.phase)));
    }
    if (command.number.empty()) return fail(Code::unprocessable, "dossier.reasons-required", "number");
    d.emit(SilenceAttested{d.state.file.terms.supervisory_office, command.number});
    return {};
}

Result<void> decide_on(Deciding& d, const Withdraw& command) {
    TRY(d.person_concerned());
    TRY(d.in_phase({Phase::incomplete, Phase::completion, Phase::examination, Phase::visa, Phase::signature}));
    d.emit(Withdrawn{command.reasons});
    return {};
}

Result<void> decide_on(Deciding& d, const Transfer& command) {
    TRY(d.agent({Role::caseworker, Role::signatory}));
    TRY(d.named_agent());
    TRY(d.in_phase({Phase::incomplete, Phase::completion, Phase::examination}));
    TRY(d.reasons(command.reasons));
    TRY(d.reasons(command.to));
    d.emit(Transferred{command.to, command.reasons});
    return {};
}

// A clerical error is corrected; the outcome never is.
Result<void> decide_on(Deciding& d, const CorrectDecision& command) {
    TRY(d.event_exists(EventType::decision_corrected));
    TRY(d.agent({Role::signatory}));
    TRY(d.named_agent());
    TRY(d.in_phase({Phase::granted, Phase::refused, Phase::upheld, Phase::dismissed}));
    TRY(d.signing_right());
    TRY(d.reasons(command.reasons));
    const bool has_document = std::ranges::any_of(
        d.state.documents, [](const Document& document) { return document.status == DocumentStatus::valid; });
    d.emit(DecisionCorrected{command.reasons, command.details, has_document ? d.output_document() : std::nullopt});
    return {};
}

Result<void> decide_on(Deciding& d, const ReplaceDocument& command) {
    TRY(d.event_exists(EventType::document_replaced));
    TRY(d.agent({Role::signatory}));
    TRY(d.named_agent());
    TRY(d.signing_right());
    TRY(d.reasons(command.reasons));
    const auto* old = TRY(valid_document(d.state, command.document));
    Document fresh = *old;
    fresh.id = d.context.fresh_id;
    fresh.issued = d.at;
    d.emit(DocumentReplaced{command.document, std::move(fresh), command.reasons});
    return {};
}

// Adverse: a named agent, reasons, and the routes of appeal. After silence this is all that is left.
Result<void> decide_on(Deciding& d, const WithdrawDocument& command) {
    TRY(d.event_exists(EventType::document_withdrawn));
    TRY(d.agent({Role::signatory}));
    TRY(d.named_agent());
    TRY(d.signing_right());
    TRY(d.reasons(command.reasons));
    if (trim(command.appeal_routes).empty()) return fail(Code::unprocessable, "dossier.appeal-routes-required");
    TRY(valid_document(d.state, command.document));
    d.emit(DocumentWithdrawn{command.document, command.reasons, command.appeal_routes});
    return {};
}

Result<void> decide_on(Deciding& d, const RecordAppeal& command) {
    TRY(d.event_exists(EventType::appeal_lodged));
    TRY(d.person_concerned());
    TRY(appeal_time_runs(d));
    const bool open = std::ranges::any_of(d.state.appeals, [](const AppealState& a) { return !a.outcome; });
    if (open) return fail(Code::conflict, "dossier.appeal-open");
    d.emit(AppealLodged{command.dossier, command.reference, command.authority});
    return {};
}

// Written by the program when the linked dossier is notified; it is that dossier which was decided.
Result<void> decide_on(Deciding& d, const RecordAppealDecision& command) {
    TRY(d.event_exists(EventType::appeal_decided));
    const auto appeal = std::ranges::find(d.state.appeals, command.dossier, &AppealState::dossier);
    if (appeal == d.state.appeals.end() || appeal->outcome) {
        return fail(Code::conflict, "dossier.wrong-phase", "no such appeal is open");
    }
    if (std::ranges::find(d.state.authors, d.context.actor.id) != d.state.authors.end()) {
        return fail(Code::forbidden, "dossier.author-decides-appeal", d.context.actor.id);
    }
    AppealDecided decided{command.dossier, command.outcome, command.reasons, {}};
    if (command.outcome == Outcome::upheld && d.state.phase == Phase::refused) {
        State anew = d.state;
        anew.clock = LegalClock{};
        decided.due = due_if_complete_at(anew, d.pack, d.at);
    }
    d.emit(std::move(decided));
    return {};
}

// A person's look at their own file is nobody's business.
Result<void> decide_on(Deciding& d, const Look& command) {
    if (!d.context.actor.is_agent()) return {};
    const auto offices = offices_of(d.state);
    if (std::ranges::find(offices, d.context.actor.office) == offices.end()) {
        return fail(Code::forbidden, "dossier.other-office", d.context.actor.office);
    }
    d.act_as(d.context.actor.roles.empty() ? Role::caseworker : d.context.actor.roles.front());
    d.emit(LookedAt{d.context.actor.purpose, command.what});
    return {};
}

Result<void> decide_on(Deciding& d, const Assign& command) {
    TRY(d.agent({Role::caseworker, Role::signatory}));
    if (!is_open(d.state.phase)) return fail(Code::conflict, "dossier.wrong-phase", std::string(to_string(d.state.phase)));
    if (command.to == d.state.assigned) return {};
    d.emit(Assigned{command.to});
    return {};
}

Result<void> decide_on(Deciding& d, const AddNote& command) {
    TRY(d.agent({Role::caseworker, Role::counter, Role::signatory}));
    TRY(d.reasons(command.text));
    d.emit(Noted{command.text});
    return {};
}

Result<void> decide_on(Deciding& d, const SendMessage& command) {
    TRY(d.reasons(command.text));
    const bool from_person = d.is_person_concerned();
    if (from_person) {
        TRY(d.person_concerned());
        TRY(may_write_more(d));
    } else {
        TRY(d.agent({Role::caseworker, Role::counter, Role::signatory}));
    }
    d.emit(MessageSent{d.context.fresh_id, command.text, !from_person});
    return {};
}

Result<void> decide_on(Deciding& d, const ReadMessage& command) {
    const auto message = std::ranges::find(d.state.messages, command.id, &Message::id);
    if (message == d.state.messages.end()) return fail(Code::not_found, "dossier.unknown-message", command.id);
    if (message->read) return {};
    if (message->to_person) {
        TRY(d.person_concerned());
    } else {
        TRY(d.agent({Role::caseworker, Role::counter, Role::signatory}));
    }
    d.emit(MessageRead{command.id});
    return {};
}

Result<void> decide_on(Deciding& d, const RecordFee& command) {
    TRY(d.agent({Role::cashier, Role::system}));
    if (command.amount.empty() || command.receipt.empty()) return fail(Code::unprocessable, "dossier.reasons-required", "receipt");
    const auto& fees = d.state.fees;
    if (std::ranges::find(fees, command.receipt, &FeePaid::receipt) != fees.end()) return {};
    d.emit(FeePaid{command.amount, command.receipt});
    // Where unpaid means incomplete, this was the last thing missing, or not.
    const bool waits = d.state.phase == Phase::incomplete || d.state.phase == Phase::completion;
    auto left = still_missing(d.state);
    const auto paid = std::erase_if(left, [](const Missing& m) { return !m.answer && m.code == unpaid_fee; });
    if (waits && paid > 0 && left.empty()) complete(d, "", "");
    return {};
}

// The first rendering stands for ever; asking again changes nothing.
Result<void> decide_on(Deciding& d, const KeepRendering& command) {
    const auto& kept = d.state.renderings;
    if (std::ranges::find(kept, command.what, &Rendering::what) != kept.end()) return {};
    if (command.what.empty() || command.digest.empty()) return fail(Code::invalid, "dossier.malformed", "rendering");
    d.emit(Rendered{command.what, command.digest, command.bytes});
    return {};
}

Result<void> decide_on(Deciding&, const Wake&) { return {}; }  // decide() has put what is due before it

}  // namespace wasl::dossier
