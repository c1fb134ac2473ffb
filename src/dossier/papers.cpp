#include "dossier/papers.hpp"

#include "base/json.hpp"

#include <fmt/format.h>

namespace wasl::dossier {

namespace {

using trust::PaperFacts;

void say(PaperFacts& facts, std::string name, std::string value) {
    if (!value.empty()) facts.emplace_back(std::move(name), std::move(value));
}

void say_applicant(PaperFacts& facts, const Party& applicant) {
    say(facts, "applicant-ar", applicant.name_arabic);
    say(facts, "applicant", applicant.name_latin);
    if (!applicant.identifier.empty()) say(facts, "identifier", applicant.identifier_kind + " " + applicant.identifier);
}

void say_request(PaperFacts& facts, const Filed& filed) {
    say(facts, "reference", filed.reference);
    say(facts, "member", filed.member);
    say(facts, "office", filed.office);
    say(facts, "procedure", filed.procedure);
    say(facts, "revision", filed.revision);
    say(facts, "title", filed.title);
    say_applicant(facts, filed.applicant);
}

std::string in_words(const Delay& delay) {
    return fmt::format("{} {}{}", delay.n, delay.working ? "working " : "", delay.unit == Unit::month ? "month" : "day");
}

}  // namespace

Date last_day_before(Instant end, const jurisdiction::Pack& pack) { return pack.calendar().date_at(end.plus_micros(-1)); }

PaperFacts receipt_facts(const Filed& filed, Instant received, const jurisdiction::Pack& pack) {
    PaperFacts facts;
    say(facts, "paper", filed.terms.provisional_receipt ? "provisional-receipt" : "receipt");
    say_request(facts, filed);
    if (filed.representative) {
        say(facts, "filed-by", filed.representative->party.name());
        say(facts, "relation", filed.representative->relation);
    }
    say(facts, "channel", filed.channel);
    say(facts, "received", received.iso());
    say(facts, "answers", sha256(json::write(json::Value(filed.answers))).hex());
    for (const auto& piece : filed.pieces) say(facts, "piece", piece.requirement + " " + piece.digest);
    say(facts, "complete", filed.receipt.complete() ? "yes" : "no");
    for (const auto& missing : filed.receipt.missing) say(facts, "missing", missing.code + " " + missing.title);
    if (filed.receipt.complete_by) say(facts, "complete-by", last_day_before(*filed.receipt.complete_by, pack).iso());
    say(facts, "delay", in_words(filed.terms.delay));
    if (filed.receipt.answer_due) say(facts, "answer-by", last_day_before(*filed.receipt.answer_due, pack).iso());
    say(facts, "silence", filed.terms.silence == SilenceEffect::approval ? "approval" : "none");
    say(facts, "appeal", filed.terms.appeal_office);
    say(facts, "fee", filed.terms.fee);
    if (filed.link) say(facts, filed.link->relation + "-of", filed.link->reference);
    return facts;
}

PaperFacts document_facts(const State& state, const Document& document, const jurisdiction::Pack&) {
    PaperFacts facts;
    say(facts, "paper", document.type);
    say(facts, "document", document.id);
    say_request(facts, state.file);
    say(facts, "issued", document.issued.iso());
    if (document.valid_until) say(facts, "valid-until", document.valid_until->iso());
    say(facts, "number", state.registered);
    if (state.silence_at && document.type == "silence-record") {
        say(facts, "approved-by-silence", state.silence_at->iso());
        say(facts, "basis", state.file.terms.silence_basis);
        return facts;
    }
    if (state.decision) {
        say(facts, "outcome", std::string(to_string(state.decision->outcome)));
        say(facts, "authority", state.decision->authority);
        say(facts, "delegation", state.decision->delegation);
        say(facts, "signed-by", state.decision->automatic ? "rule" : state.decision->by.name);
        say(facts, "details", sha256(json::write(json::Value(state.decision->details))).hex());
    }
    say(facts, "answers", sha256(json::write(json::Value(state.file.answers))).hex());
    return facts;
}

PaperFacts decision_facts(const State& state, const jurisdiction::Pack&) {
    PaperFacts facts;
    say(facts, "paper", "decision");
    say_request(facts, state.file);
    if (state.decision) {
        say(facts, "outcome", std::string(to_string(state.decision->outcome)));
        say(facts, "reasons", state.decision->reasons);
        say(facts, "authority", state.decision->authority);
        say(facts, "delegation", state.decision->delegation);
        say(facts, "signed-by", state.decision->by.name);
        say(facts, "signed", state.decision->signed_at.iso());
        say(facts, "appeal-routes", state.decision->appeal_routes);
    }
    return facts;
}

std::string receipt_seal_key(std::string_view dossier) { return fmt::format("receipt/{}", dossier); }
std::string document_seal_key(std::string_view document) { return fmt::format("document/{}", document); }
std::string decision_seal_key(const State& state) {
    return fmt::format("decision/{}/{}", state.id, state.decision ? state.decision->signed_at.micros : 0);
}

namespace {

Result<SealWish> wish_for(const State& state, const Document& document, trust::PaperKind kind, const jurisdiction::Pack& pack) {
    const auto text = TRY(trust::canonical_text(document_facts(state, document, pack)));
    // The document's id is in the seal, so that a scan finds its status (valid, replaced, withdrawn).
    return SealWish{document_seal_key(document.id),
                    {.kind = kind,
                     .reference = state.file.reference,
                     .subject = trust::subject_digest(text),
                     .due = {},
                     .valid_until = document.valid_until,
                     .facts = document.id}};
}

}  // namespace

Result<std::optional<SealWish>> seal_wish(const State& state, const Event& event, const jurisdiction::Pack& pack) {
    using trust::PaperKind;
    const auto of = [&](const std::optional<Document>& document) -> Result<std::optional<SealWish>> {
        if (!document) return std::nullopt;
        return TRY(wish_for(state, *document, PaperKind::document, pack));
    };
    if (const auto* filed = std::get_if<Filed>(&event.body)) {
        const auto text = TRY(trust::canonical_text(receipt_facts(*filed, event.at, pack)));
        const auto due = filed->receipt.answer_due ? std::optional(last_day_before(*filed->receipt.answer_due, pack)) : std::nullopt;
        return SealWish{receipt_seal_key(state.id),
                        {.kind = PaperKind::receipt,
                         .reference = filed->reference,
                         .subject = trust::subject_digest(text),
                         .due = due,
                         .valid_until = {},
                         .facts = filed->receipt.complete() ? "complete" : "incomplete"}};
    }
    if (const auto* signed_ = std::get_if<Signed>(&event.body)) {
        if (signed_->document) return of(signed_->document);
        const auto text = TRY(trust::canonical_text(decision_facts(state, pack)));
        return SealWish{decision_seal_key(state),
                        {.kind = PaperKind::decision,
                         .reference = state.file.reference,
                         .subject = trust::subject_digest(text),
                         .due = {},
                         .valid_until = {},
                         .facts = std::string(to_string(signed_->outcome))}};
    }
    if (const auto* silence = std::get_if<SilenceRecorded>(&event.body)) {
        return TRY(wish_for(state, silence->document, PaperKind::silence_record, pack));
    }
    if (const auto* granted = std::get_if<GrantedAutomatically>(&event.body)) return of(granted->document);
    if (const auto* corrected = std::get_if<DecisionCorrected>(&event.body)) return of(corrected->document);
    if (const auto* replaced = std::get_if<DocumentReplaced>(&event.body)) return of(replaced->by);
    if (const auto* final_receipt = std::get_if<FinalReceiptIssued>(&event.body)) return of(final_receipt->document);
    return std::nullopt;
}

}  // namespace wasl::dossier
