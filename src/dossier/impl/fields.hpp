// Every field of every value that is written to the journal or to a document row, once, in
// canonical order. Writer and reader of the codec both walk these lists.
#pragma once

#include "dossier/event.hpp"
#include "dossier/state.hpp"

namespace wasl::dossier::codec {

template <class T>
struct Fields;  // static void each(value, visitor)

template <> struct Fields<Delay> { static void each(auto& v, auto&& f) { f("n", v.n); f("unit", v.unit); f("working", v.working); } };
template <> struct Fields<ExtensionTerms> { static void each(auto& v, auto&& f) { f("ground", v.ground); f("longest", v.longest); f("basis", v.basis); } };
template <> struct Fields<DeskTerms> { static void each(auto& v, auto&& f) { f("desk", v.desk); f("visa", v.visa); f("mandatory", v.mandatory); f("days", v.days); } };
template <> struct Fields<AutomaticTerms> { static void each(auto& v, auto&& f) { f("allowed", v.allowed); f("declaration_enough", v.declaration_enough); f("inputs", v.inputs); f("article", v.article); } };
template <> struct Fields<RecordFieldTerms> { static void each(auto& v, auto&& f) { f("name", v.name); f("from", v.from); } };
template <> struct Fields<RecordTerms> {
    static void each(auto& v, auto&& f) {
        f("name", v.name);
        f("type", v.type);
        f("closes", v.closes);
        f("key", v.key);
        f("subject", v.subject);
        f("valid_from", v.valid_from);
        f("days", v.days);
        f("months", v.months);
        f("fields", v.fields);
    }
};
template <> struct Fields<FeeLine> { static void each(auto& v, auto&& f) { f("amount", v.amount); f("stamp", v.stamp); f("label", v.label); } };
template <> struct Fields<Terms> {
    static void each(auto& v, auto&& f) {
        f("delay", v.delay);
        f("delay_is_maximum", v.delay_is_maximum);
        f("delay_case", v.delay_case);
        f("silence", v.silence);
        f("silence_basis", v.silence_basis);
        f("extension", v.extension);
        f("desks", v.desks);
        f("automatic", v.automatic);
        f("provisional_receipt", v.provisional_receipt);
        f("appeal_office", v.appeal_office);
        f("supervisory_office", v.supervisory_office);
        f("fee", v.fee);
        f("fee_lines", v.fee_lines);
        f("unpaid_is_incomplete", v.unpaid_is_incomplete);
        f("output", v.output);
        f("output_days", v.output_days);
        f("output_months", v.output_months);
        f("series", v.series);
        f("pattern", v.pattern);
        f("record", v.record);
    }
};
template <> struct Fields<Party> {
    static void each(auto& v, auto&& f) {
        f("person", v.person);
        f("name_arabic", v.name_arabic);
        f("name_latin", v.name_latin);
        f("identifier_kind", v.identifier_kind);
        f("identifier", v.identifier);
    }
};
template <> struct Fields<Representative> { static void each(auto& v, auto&& f) { f("party", v.party); f("relation", v.relation); f("mandate", v.mandate); f("consent", v.consent); f("proven", v.proven); } };
template <> struct Fields<Contact> { static void each(auto& v, auto&& f) { f("channel", v.channel); f("address", v.address); f("language", v.language); } };
template <> struct Fields<Piece> {
    static void each(auto& v, auto&& f) {
        f("requirement", v.requirement);
        f("name", v.name);
        f("media_type", v.media_type);
        f("bytes", v.bytes);
        f("digest", v.digest);
        f("source", v.source);
        f("verified", v.verified);
    }
};
template <> struct Fields<EvidenceAnswer> { static void each(auto& v, auto&& f) { f("field", v.field); f("fact", v.fact); } };
template <> struct Fields<Evidence> {
    static void each(auto& v, auto&& f) {
        f("requirement", v.requirement);
        f("type", v.type);
        f("how", v.how);
        f("legal_basis", v.legal_basis);
        f("needs_consent", v.needs_consent);
        f("agreed", v.agreed);
        f("answers", v.answers);
        f("status", v.status);
        f("holder", v.holder);
        f("service", v.service);
        f("exchange", v.exchange);
        f("source", v.source);
        f("facts", v.facts);
        f("as_of", v.as_of);
        f("tries", v.tries);
        f("next", v.next);
        f("why", v.why);
        f("contested", v.contested);
        f("where", v.where);
        f("named", v.named);
        f("document", v.document);
    }
};
template <> struct Fields<Missing> { static void each(auto& v, auto&& f) { f("code", v.code); f("answer", v.answer); f("title", v.title); } };
template <> struct Fields<Receipt> { static void each(auto& v, auto&& f) { f("missing", v.missing); f("answer_due", v.answer_due); f("complete_by", v.complete_by); } };
template <> struct Fields<Link> { static void each(auto& v, auto&& f) { f("dossier", v.dossier); f("reference", v.reference); f("relation", v.relation); f("authors", v.authors); } };
template <> struct Fields<DecisionRecord> { static void each(auto& v, auto&& f) { f("rules", v.rules); f("inputs", v.inputs); f("sources", v.sources); f("fired", v.fired); f("told", v.told); f("trace", v.trace); } };
template <> struct Fields<Document> {
    static void each(auto& v, auto&& f) {
        f("id", v.id);
        f("type", v.type);
        f("issued", v.issued);
        f("valid_until", v.valid_until);
        f("status", v.status);
        f("replaced_by", v.replaced_by);
        f("reasons", v.reasons);
    }
};
template <> struct Fields<By> { static void each(auto& v, auto&& f) { f("id", v.id); f("name", v.name); f("office", v.office); f("role", v.role); f("acting_for", v.acting_for); f("mandate", v.mandate); } };

template <> struct Fields<Filed> {
    static void each(auto& v, auto&& f) {
        f("member", v.member);
        f("reference", v.reference);
        f("procedure", v.procedure);
        f("revision", v.revision);
        f("title", v.title);
        f("kind", v.kind);
        f("office", v.office);
        f("applicant", v.applicant);
        f("representative", v.representative);
        f("contact", v.contact);
        f("channel", v.channel);
        f("terms", v.terms);
        f("listed", v.listed);
        f("sensitive", v.sensitive);
        f("answers", v.answers);
        f("pieces", v.pieces);
        f("receipt", v.receipt);
        f("link", v.link);
        f("follow_code", v.follow_code);
        f("once", v.once);
        f("once_print", v.once_print);
        f("tables", v.tables);
        f("obligations", v.obligations);
    }
};
template <> struct Fields<PieceAdded> { static void each(auto& v, auto&& f) { f("piece", v.piece); } };
template <> struct Fields<AnswersAmended> { static void each(auto& v, auto&& f) { f("answers", v.answers); } };
template <> struct Fields<Completed> { static void each(auto& v, auto&& f) { f("due", v.due); f("accepted_by", v.accepted_by); f("reasons", v.reasons); } };
template <> struct Fields<CompletionRequested> { static void each(auto& v, auto&& f) { f("missing", v.missing); f("reasons", v.reasons); f("complete_by", v.complete_by); } };
template <> struct Fields<LapseNoticed> { static void each(auto& v, auto&& f) { f("lapses_from", v.lapses_from); } };
template <> struct Fields<Lapsed> { static void each(auto& v, auto&& f) { f("reasons", v.reasons); } };
template <> struct Fields<ClockExtended> { static void each(auto& v, auto&& f) { f("ground", v.ground); f("length", v.length); f("reasons", v.reasons); f("basis", v.basis); f("due", v.due); } };
template <> struct Fields<ClockRecomputed> { static void each(auto& v, auto&& f) { f("due", v.due); f("why", v.why); } };
template <> struct Fields<OpinionRequested> { static void each(auto& v, auto&& f) { f("desk", v.desk); f("question", v.question); f("due", v.due); } };
template <> struct Fields<OpinionGiven> { static void each(auto& v, auto&& f) { f("desk", v.desk); f("opinion", v.opinion); f("text", v.text); } };
template <> struct Fields<VisaRequested> { static void each(auto& v, auto&& f) { f("desk", v.desk); f("due", v.due); } };
template <> struct Fields<VisaGiven> { static void each(auto& v, auto&& f) { f("desk", v.desk); f("text", v.text); } };
template <> struct Fields<VisaRefused> { static void each(auto& v, auto&& f) { f("desk", v.desk); f("reasons", v.reasons); } };
template <> struct Fields<Proposed> { static void each(auto& v, auto&& f) { f("outcome", v.outcome); f("reasons", v.reasons); f("details", v.details); f("record", v.record); } };
template <> struct Fields<Returned> { static void each(auto& v, auto&& f) { f("reasons", v.reasons); } };
template <> struct Fields<Signed> {
    static void each(auto& v, auto&& f) {
        f("outcome", v.outcome);
        f("reasons", v.reasons);
        f("authority", v.authority);
        f("delegation", v.delegation);
        f("also", v.also);
        f("silent", v.silent);
        f("appeal_routes", v.appeal_routes);
        f("document", v.document);
    }
};
template <> struct Fields<Notified> { static void each(auto& v, auto&& f) { f("channel", v.channel); f("at", v.at); f("proof", v.proof); f("appeal_until", v.appeal_until); } };
template <> struct Fields<SilenceApproved> { static void each(auto& v, auto&& f) { f("at", v.at); f("basis", v.basis); } };
template <> struct Fields<SilenceRecorded> { static void each(auto& v, auto&& f) { f("document", v.document); } };
template <> struct Fields<SilenceAttested> { static void each(auto& v, auto&& f) { f("authority", v.authority); f("number", v.number); } };
template <> struct Fields<Withdrawn> { static void each(auto& v, auto&& f) { f("reasons", v.reasons); } };
template <> struct Fields<Transferred> { static void each(auto& v, auto&& f) { f("to", v.to); f("reasons", v.reasons); } };
template <> struct Fields<DecisionCorrected> { static void each(auto& v, auto&& f) { f("reasons", v.reasons); f("details", v.details); f("document", v.document); } };
template <> struct Fields<DocumentReplaced> { static void each(auto& v, auto&& f) { f("document", v.document); f("by", v.by); f("reasons", v.reasons); } };
template <> struct Fields<DocumentWithdrawn> { static void each(auto& v, auto&& f) { f("document", v.document); f("reasons", v.reasons); f("appeal_routes", v.appeal_routes); } };
template <> struct Fields<AppealLodged> { static void each(auto& v, auto&& f) { f("dossier", v.dossier); f("reference", v.reference); f("authority", v.authority); } };
template <> struct Fields<AppealDecided> { static void each(auto& v, auto&& f) { f("dossier", v.dossier); f("outcome", v.outcome); f("reasons", v.reasons); f("due", v.due); } };
template <> struct Fields<FinalReceiptIssued> { static void each(auto& v, auto&& f) { f("authority", v.authority); f("delegation", v.delegation); f("also", v.also); f("document", v.document); } };
template <> struct Fields<FreeToOperate> { static void each(auto& v, auto&& f) { f("at", v.at); } };
template <> struct Fields<Registered> { static void each(auto& v, auto&& f) { f("series", v.series); f("number", v.number); } };
template <> struct Fields<GrantedAutomatically> { static void each(auto& v, auto&& f) { f("record", v.record); f("document", v.document); } };
template <> struct Fields<LookedAt> { static void each(auto& v, auto&& f) { f("purpose", v.purpose); f("what", v.what); } };
template <> struct Fields<Assigned> { static void each(auto& v, auto&& f) { f("to", v.to); } };
template <> struct Fields<Noted> { static void each(auto& v, auto&& f) { f("text", v.text); } };
template <> struct Fields<MessageSent> { static void each(auto& v, auto&& f) { f("id", v.id); f("text", v.text); f("to_person", v.to_person); } };
template <> struct Fields<MessageRead> { static void each(auto& v, auto&& f) { f("id", v.id); } };
template <> struct Fields<Reminded> { static void each(auto& v, auto&& f) { f("what", v.what); } };
template <> struct Fields<FeePaid> { static void each(auto& v, auto&& f) { f("amount", v.amount); f("receipt", v.receipt); } };
template <> struct Fields<Rendered> { static void each(auto& v, auto&& f) { f("what", v.what); f("digest", v.digest); f("bytes", v.bytes); } };

template <> struct Fields<EvidenceAgreed> {
    static void each(auto& v, auto&& f) { f("requirement", v.requirement); f("evidence", v.evidence); f("holder", v.holder); f("legal_basis", v.legal_basis); }
};
template <> struct Fields<EvidenceFetched> { static void each(auto& v, auto&& f) { f("evidence", v.evidence); f("piece", v.piece); } };
template <> struct Fields<EvidenceUnanswered> { static void each(auto& v, auto&& f) { f("evidence", v.evidence); } };
template <> struct Fields<EvidenceContested> { static void each(auto& v, auto&& f) { f("requirement", v.requirement); f("text", v.text); } };

template <> struct Fields<Checked> {
    static void each(auto& v, auto&& f) {
        f("subject", v.subject);
        f("outcome", v.outcome);
        f("satisfied", v.satisfied);
        f("details", v.details);
        f("record", v.record);
    }
};

template <> struct Fields<ComplaintAcknowledged> { static void each(auto& v, auto&& f) { f("text", v.text); } };
template <> struct Fields<ComplaintReopened> { static void each(auto& v, auto&& f) { f("reasons", v.reasons); f("due", v.due); } };
template <> struct Fields<SatisfactionGiven> { static void each(auto& v, auto&& f) { f("score", v.score); f("text", v.text); } };
template <> struct Fields<ComplaintState> {
    static void each(auto& v, auto&& f) { f("acknowledged", v.acknowledged); f("words", v.words); f("reopenings", v.reopenings); f("satisfaction", v.satisfaction); }
};

template <> struct Fields<Stop> { static void each(auto& v, auto&& f) { f("from", v.from); f("until", v.until); } };
template <> struct Fields<LegalClock> {
    static void each(auto& v, auto&& f) {
        f("started", v.started);
        f("stops", v.stops);
        f("extension", v.extension);
        f("extension_ground", v.extension_ground);
        f("due", v.due);
        f("ended", v.ended);
    }
};
template <> struct Fields<CompletionState> {
    static void each(auto& v, auto&& f) {
        f("missing", v.missing);
        f("asked", v.asked);
        f("complete_by", v.complete_by);
        f("by_receipt", v.by_receipt);
        f("reasons", v.reasons);
        f("noticed", v.noticed);
        f("lapses_from", v.lapses_from);
        f("answered", v.answered);
    }
};
template <> struct Fields<DeskState> {
    static void each(auto& v, auto&& f) {
        f("desk", v.desk);
        f("question", v.question);
        f("asked", v.asked);
        f("due", v.due);
        f("answer", v.answer);
        f("text", v.text);
        f("by", v.by);
        f("answered", v.answered);
    }
};
template <> struct Fields<Proposal> { static void each(auto& v, auto&& f) { f("proposed", v.proposed); f("by", v.by); f("at", v.at); } };
template <> struct Fields<Decision> {
    static void each(auto& v, auto&& f) {
        f("outcome", v.outcome);
        f("reasons", v.reasons);
        f("authority", v.authority);
        f("delegation", v.delegation);
        f("appeal_routes", v.appeal_routes);
        f("details", v.details);
        f("record", v.record);
        f("by", v.by);
        f("signed_at", v.signed_at);
        f("automatic", v.automatic);
    }
};
template <> struct Fields<AppealState> { static void each(auto& v, auto&& f) { f("dossier", v.dossier); f("reference", v.reference); f("authority", v.authority); f("lodged", v.lodged); f("outcome", v.outcome); } };
template <> struct Fields<Message> { static void each(auto& v, auto&& f) { f("id", v.id); f("text", v.text); f("by", v.by); f("at", v.at); f("to_person", v.to_person); f("read", v.read); f("read_at", v.read_at); } };
template <> struct Fields<Note> { static void each(auto& v, auto&& f) { f("by", v.by); f("at", v.at); f("text", v.text); } };
template <> struct Fields<Rendering> { static void each(auto& v, auto&& f) { f("what", v.what); f("digest", v.digest); f("bytes", v.bytes); } };
template <> struct Fields<State> {
    static void each(auto& v, auto&& f) {
        f("id", v.id);
        f("events", v.events);
        f("last", v.last);
        f("phase", v.phase);
        f("file", v.file);
        f("filed_at", v.filed_at);
        f("filed_by", v.filed_by);
        f("clock", v.clock);
        f("completion", v.completion);
        f("opinions", v.opinions);
        f("visas", v.visas);
        f("proposal", v.proposal);
        f("decision", v.decision);
        f("notified", v.notified);
        f("silence_at", v.silence_at);
        f("attestation", v.attestation);
        f("documents", v.documents);
        f("authors", v.authors);
        f("appeals", v.appeals);
        f("registered", v.registered);
        f("transferred_to", v.transferred_to);
        f("closing_reasons", v.closing_reasons);
        f("assigned", v.assigned);
        f("notes", v.notes);
        f("messages", v.messages);
        f("fees", v.fees);
        f("renderings", v.renderings);
        f("reminders", v.reminders);
        f("evidence", v.evidence);
        f("check", v.check);
        f("complaint", v.complaint);
    }
};

}  // namespace wasl::dossier::codec
