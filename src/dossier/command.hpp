// What somebody, or a legal instant, asks of a dossier. A command is a wish: decide() says what the
// law makes of it.
#pragma once

#include "dossier/event.hpp"

#include <variant>

namespace wasl::dossier {

// File anyway, incomplete or not: a missing paper never blocks filing.
struct File {
    Filed file;  // receipt and reference are filled in by decide and the service
    std::vector<Evidence> evidence = {};  // asked of its holders before filing, or to be asked after it
};
struct AddPiece { Piece piece; };
struct AmendAnswers { json::Object answers; };             // null removes
struct RequestCompletion { std::vector<Missing> missing; std::string reasons; };
struct AcceptAsComplete { std::string reasons; };          // the agent needs no more than what is there
struct PronounceLapse { std::string reasons; };
struct Extend { std::string ground, reasons; };
struct RequestOpinion { std::string desk, question; std::int64_t days = 0; };
struct GiveOpinion { std::string desk; Opinion opinion = Opinion::favourable; std::string text; };
struct RequestVisa { std::string desk; std::int64_t days = 0; };
struct GiveVisa { std::string desk, text; };
struct RefuseVisa { std::string desk, reasons; };
struct Propose { Outcome outcome = Outcome::granted; std::string reasons; json::Object details; std::optional<DecisionRecord> record; };
struct ReturnProposal { std::string reasons; };
struct Sign { std::string appeal_routes; };                // signs what is proposed
struct Notify { std::string channel; Instant at; std::string proof; };
struct Attest { std::string number; };                     // supervisory authority
struct Withdraw { std::string reasons; };
struct Transfer { std::string to, reasons; };
struct CorrectDecision { std::string reasons; json::Object details; };
struct ReplaceDocument { std::string document, reasons; };
struct WithdrawDocument { std::string document, reasons, appeal_routes; };
struct RecordAppeal { std::string dossier, reference, authority; };
struct RecordAppealDecision { std::string dossier; Outcome outcome = Outcome::dismissed; std::string reasons; };
struct IssueFinalReceipt {};
struct GrantAutomatically { DecisionRecord record; };
struct Look { std::string what; };                         // purpose comes with the actor
struct Assign { std::string to; };
struct AddNote { std::string text; };
struct SendMessage { std::string text; };
struct ReadMessage { std::string id; };
struct RecordFee { std::string amount, receipt; };
struct KeepRendering { std::string what, digest; std::uint64_t bytes = 0; };
struct TakeEvidence { Evidence evidence; std::optional<Piece> piece; };  // the holder answered
struct NoteSilentHolder { std::string requirement, holder, why; };        // it did not
struct ContestEvidence { std::string requirement, text; };
struct NoteCheck { Checked checked; };                      // an automatic check answered
struct CheckAgain { json::Object wish; };                  // an agent has it run again; `wish`: with these values instead
struct AcknowledgeComplaint { std::string text; };           // an agent has read it and says so
struct ReopenComplaint { std::string reasons; };
struct GiveSatisfaction { std::int64_t score = 0; std::string text; };
struct Wake {};                                            // the program woke: fire what is due by now

using Command = std::variant<File, AddPiece, AmendAnswers, RequestCompletion, AcceptAsComplete, PronounceLapse, Extend,
                             RequestOpinion, GiveOpinion, RequestVisa, GiveVisa, RefuseVisa, Propose, ReturnProposal,
                             Sign, Notify, Attest, Withdraw, Transfer, CorrectDecision, ReplaceDocument,
                             WithdrawDocument, RecordAppeal, RecordAppealDecision, IssueFinalReceipt,
                             GrantAutomatically, Look, Assign, AddNote, SendMessage, ReadMessage, RecordFee,
                             KeepRendering, TakeEvidence, NoteSilentHolder, ContestEvidence,
                             NoteCheck, CheckAgain, AcknowledgeComplaint, ReopenComplaint, GiveSatisfaction, Wake>;

}  // namespace wasl::dossier
