// What the decision tables of a procedure say of one dossier, and the decision record that keeps it.
#pragma once

#include "catalogue/proposal.hpp"
#include "dossier/state.hpp"

#include <optional>

namespace wasl::dossier {

// The facts of a dossier for its rules. Lends them: it must outlive what it gave.
class RuleFacts {
public:
    // `day` is the day of the question: amounts are those in force then.
    RuleFacts(const State& state, const catalogue::Revision& revision, Date day);
    RuleFacts(const RuleFacts&) = delete;
    RuleFacts& operator=(const RuleFacts&) = delete;
    [[nodiscard]] form::Facts facts() const { return {&state_->file.answers, &facts_, day_, &revision_->form}; }

private:
    const State* state_;
    const catalogue::Revision* revision_;
    json::Object facts_;
    std::string day_;
};

// Puts one run into a record: the rows that fired with their article, and its trace with the SHA-256 of the file.
void add_run(DecisionRecord& record, const catalogue::RuleRun& run);

// Which holders said what the decision rests on: {"evidence": [{"requirement", "type", "holder", "exchange", …}]}.
void add_evidence(DecisionRecord& record, const State& state);

// The record of a proposal (DESIGN section 8): rule set and version, inputs with their sources, the rows
// that fired with their article, what the person is told, and the trace with the SHA-256 of each model.
// `outcome` is what the agent proposes: the record says when it is not what the tables did.
DecisionRecord record_of(const State& state, const catalogue::RuleProposal& proposal, Outcome outcome, std::string told);

// The tables that set fee, delay and papers of a filing, as they answered on these facts; nothing where none did.
std::optional<DecisionRecord> record_at_filing(const catalogue::Revision& revision, const form::Facts& facts);

// Runs every run of a record again, on the inputs that it kept: the same tables give the same results, or the record
// is not what they said. Key "recheck.rule-differs" (Code::internal; detail: the decision). `day`: of the entry.
Result<void> replay(const DecisionRecord& record, const catalogue::Revision& revision, Date day);

// The runs that a record keeps.
std::vector<catalogue::RuleRun> runs_of(const DecisionRecord& record);

// The amount that goes with a grant: {"amount": {"total": "600.00", "parts": {"child": "600.00"}}}; else nothing.
json::Object details_of(const catalogue::RuleProposal& proposal, Outcome outcome);

}  // namespace wasl::dossier
