// One command on its way to its events: the checks that the commands share.
#pragma once

#include "dossier/decide.hpp"
#include "dossier/impl/clock.hpp"
#include "dossier/work.hpp"

#include <initializer_list>

namespace wasl::dossier {

class Deciding {
public:
    Deciding(const State& state, const Context& context);

    const State& state;
    const Context& context;
    const jurisdiction::Pack& pack;
    Instant at;  // now, never before the last event
    std::vector<Event> events;

    void emit(Body body);

    // Who: the role is then written beside the name.
    Result<void> agent(std::initializer_list<Role> any_of);  // of the dossier's own office
    Result<void> desk(std::string_view desk, std::initializer_list<Role> any_of);
    Result<void> person_concerned();
    Result<void> named_agent() const;                        // never the program
    Result<const SigningRight*> signing_right() const;
    [[nodiscard]] bool is_person_concerned() const;
    [[nodiscard]] bool is_system() const { return context.actor.has(Role::system); }
    void act_as(Role role) { role_ = role; }

    // What and when.
    Result<void> event_exists(EventType type) const;
    Result<void> outcome_exists(Outcome outcome) const;
    Result<void> in_phase(std::initializer_list<Phase> phases) const;
    Result<void> reasons(std::string_view text) const;
    Result<void> not_an_author_of_what_is_appealed() const;

    [[nodiscard]] std::optional<Document> output_document() const;  // of a grant, when there is one

private:
    Role role_ = Role::person;
};

std::string_view to_string(Role role) noexcept;
bool is_adverse(Outcome outcome) noexcept;

Result<void> decide_on(Deciding& d, const File& command);
Result<void> decide_on(Deciding& d, const AddPiece& command);
Result<void> decide_on(Deciding& d, const AmendAnswers& command);
Result<void> decide_on(Deciding& d, const RequestCompletion& command);
Result<void> decide_on(Deciding& d, const AcceptAsComplete& command);
Result<void> decide_on(Deciding& d, const PronounceLapse& command);
Result<void> decide_on(Deciding& d, const Extend& command);
Result<void> decide_on(Deciding& d, const RequestOpinion& command);
Result<void> decide_on(Deciding& d, const GiveOpinion& command);
Result<void> decide_on(Deciding& d, const RequestVisa& command);
Result<void> decide_on(Deciding& d, const GiveVisa& command);
Result<void> decide_on(Deciding& d, const RefuseVisa& command);
Result<void> decide_on(Deciding& d, const Propose& command);
Result<void> decide_on(Deciding& d, const ReturnProposal& command);
Result<void> decide_on(Deciding& d, const Sign& command);
Result<void> decide_on(Deciding& d, const Notify& command);
Result<void> decide_on(Deciding& d, const Attest& command);
Result<void> decide_on(Deciding& d, const Withdraw& command);
Result<void> decide_on(Deciding& d, const Transfer& command);
Result<void> decide_on(Deciding& d, const CorrectDecision& command);
Result<void> decide_on(Deciding& d, const ReplaceDocument& command);
Result<void> decide_on(Deciding& d, const WithdrawDocument& command);
Result<void> decide_on(Deciding& d, const RecordAppeal& command);
Result<void> decide_on(Deciding& d, const RecordAppealDecision& command);
Result<void> decide_on(Deciding& d, const IssueFinalReceipt& command);
Result<void> decide_on(Deciding& d, const GrantAutomatically& command);
Result<void> decide_on(Deciding& d, const Look& command);
Result<void> decide_on(Deciding& d, const Assign& command);
Result<void> decide_on(Deciding& d, const AddNote& command);
Result<void> decide_on(Deciding& d, const SendMessage& command);
Result<void> decide_on(Deciding& d, const ReadMessage& command);
Result<void> decide_on(Deciding& d, const RecordFee& command);
Result<void> decide_on(Deciding& d, const KeepRendering& command);
Result<void> decide_on(Deciding& d, const TakeEvidence& command);
Result<void> decide_on(Deciding& d, const NoteSilentHolder& command);
Result<void> decide_on(Deciding& d, const ContestEvidence& command);
Result<void> decide_on(Deciding& d, const NoteCheck& command);
Result<void> decide_on(Deciding& d, const CheckAgain& command);
Result<void> decide_on(Deciding& d, const AcknowledgeComplaint& command);
Result<void> decide_on(Deciding& d, const ReopenComplaint& command);
Result<void> decide_on(Deciding& d, const GiveSatisfaction& command);
Result<void> decide_on(Deciding& d, const Wake& command);

// What the holders of papers said before the filing, and what they are asked after it.
void file_evidence(Deciding& d, const std::vector<Evidence>& evidence);
// The file is complete: its clock starts, and the opinions that the procedure always asks for are asked.
void complete(Deciding& d, std::string accepted_by, std::string reasons);
// Opinions that the procedure always asks for, once the file is complete.
void ask_mandatory_opinions(Deciding& d);

}  // namespace wasl::dossier
