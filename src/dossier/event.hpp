// What happened to a dossier. Events are facts: written once to the journal, never changed, and
// enough to rebuild the state (apply). impl/fields.hpp lists the fields of each body once, in
// canonical order; the JSON codec reads that list both ways, leaving out empty values.
#pragma once

#include "dossier/actor.hpp"
#include "dossier/parts.hpp"

#include <variant>

namespace wasl::dossier {

// Who did it, as the journal keeps it.
struct By {
    std::string id;
    std::string name;
    std::string office;
    std::string role;        // in which role it was done
    std::string acting_for;  // person id
    std::string mandate;

    bool operator==(const By&) const = default;
};

struct Filed {
    static constexpr EventType type = EventType::filed;
    std::string member, reference, procedure, revision, title;  // revision: hash, hex
    Kind kind = Kind::authorisation;
    std::string office;         // competent office
    Party applicant;
    std::optional<Representative> representative;
    Contact contact;
    std::string channel;        // online, counter, post, desk
    Terms terms;
    std::vector<std::string> listed;  // codes of the papers and questions that may be asked (law 55-19 arts 5–6)
    std::vector<std::string> sensitive;  // questions whose answers stay out of lists, search and exports
    json::Object answers;       // normalised by form
    std::vector<Piece> pieces;
    Receipt receipt;
    std::optional<Link> link;   // an appeal names what it attacks
    std::string follow_code;    // printed on the receipt: with the reference, follows without an account
    std::string once;           // idempotency key of the filing, with the actor's id before it
    std::string once_print;     // fingerprint of what was asked under that key; empty: none was kept
    std::vector<std::string> obligations;  // codes of what is taken on by the act, told and confirmed before filing
    std::optional<DecisionRecord> tables;  // decision tables that set fee, delay and papers, as they answered then
    bool operator==(const Filed&) const = default;
};

struct PieceAdded {
    static constexpr EventType type = EventType::piece_added;
    Piece piece;
    bool operator==(const PieceAdded&) const = default;
};

struct AnswersAmended {
    static constexpr EventType type = EventType::answers_amended;
    json::Object answers;       // changed answers only; null removes
    bool operator==(const AnswersAmended&) const = default;
};

struct Completed {  // the clock starts, or runs again
    static constexpr EventType type = EventType::completed;
    Instant due;                // end of the delay, exclusive
    std::string accepted_by;    // agent who accepts the file as it stands; empty: nothing was missing any more
    std::string reasons;
    bool operator==(const Completed&) const = default;
};

struct CompletionRequested {  // only if the receipt asked for nothing
    static constexpr EventType type = EventType::completion_requested;
    std::vector<Missing> missing;
    std::string reasons;
    Instant complete_by;        // end of the person's time, exclusive
    bool operator==(const CompletionRequested&) const = default;
};

struct LapseNoticed {  // a warning, not a decision
    static constexpr EventType type = EventType::lapse_noticed;
    std::optional<Instant> lapses_from;  // the first instant at which an agent may pronounce the lapse
    bool operator==(const LapseNoticed&) const = default;
};

struct Lapsed {
    static constexpr EventType type = EventType::lapsed;
    std::string reasons;
    bool operator==(const Lapsed&) const = default;
};

struct ClockExtended {
    static constexpr EventType type = EventType::clock_extended;
    std::string ground;         // expertise, public-inquiry
    Delay length;
    std::string reasons, basis;
    Instant due;
    bool operator==(const ClockExtended&) const = default;
};

struct ClockRecomputed {  // the calendar changed: a Hijri feast was proclaimed, a day was added
    static constexpr EventType type = EventType::clock_recomputed;
    Instant due;
    std::string why;
    bool operator==(const ClockRecomputed&) const = default;
};

struct OpinionRequested {
    static constexpr EventType type = EventType::opinion_requested;
    std::string desk, question;
    Instant due;                // the desk's own time; never stops the clock
    bool operator==(const OpinionRequested&) const = default;
};

struct OpinionGiven {
    static constexpr EventType type = EventType::opinion_given;
    std::string desk;
    Opinion opinion = Opinion::favourable;
    std::string text;
    bool operator==(const OpinionGiven&) const = default;
};

struct VisaRequested {
    static constexpr EventType type = EventType::visa_requested;
    std::string desk;
    Instant due;
    bool operator==(const VisaRequested&) const = default;
};

struct VisaGiven {
    static constexpr EventType type = EventType::visa_given;
    std::string desk, text;
    bool operator==(const VisaGiven&) const = default;
};

struct VisaRefused {
    static constexpr EventType type = EventType::visa_refused;
    std::string desk, reasons;
    bool operator==(const VisaRefused&) const = default;
};

struct Proposed {
    static constexpr EventType type = EventType::proposed;
    Outcome outcome = Outcome::granted;
    std::string reasons;        // written; required when adverse
    json::Object details;       // what the document says, an amount, conditions
    std::optional<DecisionRecord> record;
    bool operator==(const Proposed&) const = default;
};

struct Returned {  // signature book to caseworker
    static constexpr EventType type = EventType::returned;
    std::string reasons;
    bool operator==(const Returned&) const = default;
};

struct Signed {
    static constexpr EventType type = EventType::signed_by_authority;
    Outcome outcome = Outcome::granted;
    std::string reasons;        // of this dossier, also in a batch
    std::string authority;      // office in whose name
    std::string delegation;     // empty: the authority itself
    std::string also;           // other roles the signatory held here: "caseworker", "visa"
    std::vector<std::string> silent;  // desks that did not answer in their time
    std::string appeal_routes;  // as the decision tells them; required when adverse
    std::optional<Document> document;
    bool operator==(const Signed&) const = default;
};

struct Notified {  // the decision takes effect here; appeal time runs from here
    static constexpr EventType type = EventType::notified;
    std::string channel;        // account, sms, email, counter, post
    Instant at;                 // when the person was reached
    std::string proof;
    std::optional<Instant> appeal_until;  // exclusive
    bool operator==(const Notified&) const = default;
};

struct SilenceApproved {  // arises by law at `at`, whenever the program wakes (law 55-19 art. 19)
    static constexpr EventType type = EventType::silence_approved;
    Instant at;
    std::string basis;
    bool operator==(const SilenceApproved&) const = default;
};

struct SilenceRecorded {  // our node's signed record of silence
    static constexpr EventType type = EventType::silence_recorded;
    Document document;
    bool operator==(const SilenceRecorded&) const = default;
};

struct SilenceAttested {  // decree 2-22-141: by the wali or the governor
    static constexpr EventType type = EventType::silence_attested;
    std::string authority, number;
    bool operator==(const SilenceAttested&) const = default;
};

struct Withdrawn {
    static constexpr EventType type = EventType::withdrawn;
    std::string reasons;
    bool operator==(const Withdrawn&) const = default;
};

struct Transferred {
    static constexpr EventType type = EventType::transferred;
    std::string to, reasons;    // the competent administration
    bool operator==(const Transferred&) const = default;
};

struct DecisionCorrected {  // a clerical error; never the outcome
    static constexpr EventType type = EventType::decision_corrected;
    std::string reasons;
    json::Object details;       // corrected details; null removes
    std::optional<Document> document;
    bool operator==(const DecisionCorrected&) const = default;
};

struct DocumentReplaced {
    static constexpr EventType type = EventType::document_replaced;
    std::string document;
    Document by;
    std::string reasons;
    bool operator==(const DocumentReplaced&) const = default;
};

struct DocumentWithdrawn {
    static constexpr EventType type = EventType::document_withdrawn;
    std::string document, reasons, appeal_routes;
    bool operator==(const DocumentWithdrawn&) const = default;
};

struct AppealLodged {
    static constexpr EventType type = EventType::appeal_lodged;
    std::string dossier, reference, authority;  // of the appeal
    bool operator==(const AppealLodged&) const = default;
};

struct AppealDecided {
    static constexpr EventType type = EventType::appeal_decided;
    std::string dossier;        // of the appeal
    Outcome outcome = Outcome::dismissed;
    std::string reasons;
    std::optional<Instant> due; // a refusal annulled is decided anew within the delay of the act
    bool operator==(const AppealDecided&) const = default;
};

struct FinalReceiptIssued {
    static constexpr EventType type = EventType::final_receipt_issued;
    std::string authority, delegation, also;
    Document document;
    bool operator==(const FinalReceiptIssued&) const = default;
};

struct FreeToOperate {  // no final receipt in time: dahir 1-58-376 art. 5
    static constexpr EventType type = EventType::free_to_operate;
    Instant at;
    bool operator==(const FreeToOperate&) const = default;
};

struct Registered {
    static constexpr EventType type = EventType::registered;
    std::string series, number;
    bool operator==(const Registered&) const = default;
};

struct GrantedAutomatically {
    static constexpr EventType type = EventType::granted_automatically;
    DecisionRecord record;
    std::optional<Document> document;
    bool operator==(const GrantedAutomatically&) const = default;
};

struct LookedAt {
    static constexpr EventType type = EventType::looked_at;
    std::string purpose, what;  // what: "dossier", "attachment:<digest>"
    bool operator==(const LookedAt&) const = default;
};

struct Assigned {
    static constexpr EventType type = EventType::assigned;
    std::string to;             // agent id; empty: back to the queue
    bool operator==(const Assigned&) const = default;
};

struct Noted {  // internal
    static constexpr EventType type = EventType::noted;
    std::string text;
    bool operator==(const Noted&) const = default;
};

struct MessageSent {
    static constexpr EventType type = EventType::message_sent;
    std::string id, text;       // free text between agent and person
    bool to_person = true;
    bool operator==(const MessageSent&) const = default;
};

struct MessageRead {
    static constexpr EventType type = EventType::message_read;
    std::string id;
    bool operator==(const MessageRead&) const = default;
};

struct Reminded {  // the person, of a time that runs out
    static constexpr EventType type = EventType::reminded;
    std::string what;
    bool operator==(const Reminded&) const = default;
};

struct FeePaid {
    static constexpr EventType type = EventType::fee_paid;
    std::string amount, receipt;  // MAD
    bool operator==(const FeePaid&) const = default;
};

struct Rendered {  // the PDF made on first request: the same bytes ever after
    static constexpr EventType type = EventType::rendered;
    std::string what, digest;   // "receipt" or a document id
    std::uint64_t bytes = 0;
    bool operator==(const Rendered&) const = default;
};

struct EvidenceAgreed {  // before filing, for one paper and its purpose
    static constexpr EventType type = EventType::evidence_agreed;
    std::string requirement, evidence, holder, legal_basis;
    bool operator==(const EvidenceAgreed&) const = default;
};

struct EvidenceFetched {  // its holder answered: yes, no, data or a document
    static constexpr EventType type = EventType::evidence_fetched;
    Evidence evidence;
    std::optional<Piece> piece;  // of a document
    bool operator==(const EvidenceFetched&) const = default;
};

struct EvidenceUnanswered {  // its holder is asked again at evidence.next
    static constexpr EventType type = EventType::evidence_unanswered;
    Evidence evidence;
    bool operator==(const EvidenceUnanswered&) const = default;
};

struct EvidenceContested {
    static constexpr EventType type = EventType::evidence_contested;
    std::string requirement, text;
    bool operator==(const EvidenceContested&) const = default;
};

// An automatic check of what is asked against what the member keeps elsewhere (a network that must carry a load): what
// it found and all that is needed to find it again. Never a decision.
struct Checked {
    static constexpr EventType type = EventType::checked;
    std::string subject;     // of the check: "grid-connection"
    std::string outcome;     // in its own words: "granted", "granted-up-to", "study"
    bool satisfied = false;  // everything that was asked is possible
    json::Object details;    // what a grant says of it: {"capacity": …}
    json::Object record;     // inputs, method and result, to be run again by anyone
    bool operator==(const Checked&) const = default;
};

struct ComplaintAcknowledged {  // decree 2-17-265: in the time of the pack's [[complaint]]
    static constexpr EventType type = EventType::complaint_acknowledged;
    std::string text;        // for the person: who deals with it
    bool operator==(const ComplaintAcknowledged&) const = default;
};

struct ComplaintReopened {  // by the person, who does not find it settled
    static constexpr EventType type = EventType::complaint_reopened;
    std::string reasons;
    Instant due;             // of the new answer
    bool operator==(const ComplaintReopened&) const = default;
};

struct SatisfactionGiven {  // once for each answer
    static constexpr EventType type = EventType::satisfaction_given;
    std::int64_t score = 0;  // 1 to 5
    std::string text;
    bool operator==(const SatisfactionGiven&) const = default;
};

using Body = std::variant<Filed, PieceAdded, AnswersAmended, Completed, CompletionRequested, LapseNoticed, Lapsed,
                          ClockExtended, ClockRecomputed, OpinionRequested, OpinionGiven, VisaRequested, VisaGiven,
                          VisaRefused, Proposed, Returned, Signed, Notified, SilenceApproved, SilenceRecorded,
                          SilenceAttested, Withdrawn, Transferred, DecisionCorrected, DocumentReplaced,
                          DocumentWithdrawn, AppealLodged, AppealDecided, FinalReceiptIssued, FreeToOperate,
                          Registered, GrantedAutomatically, LookedAt, Assigned, Noted, MessageSent, MessageRead,
                          Reminded, FeePaid, Rendered, EvidenceAgreed, EvidenceFetched, EvidenceUnanswered,
                          EvidenceContested, Checked, ComplaintAcknowledged, ComplaintReopened, SatisfactionGiven>;

struct Event {
    Instant at;  // when it was written; never earlier than the event before it
    By by;
    Body body;

    [[nodiscard]] EventType type() const noexcept {
        return std::visit([](const auto& body_) { return std::decay_t<decltype(body_)>::type; }, body);
    }
    bool operator==(const Event&) const = default;
};

}  // namespace wasl::dossier
