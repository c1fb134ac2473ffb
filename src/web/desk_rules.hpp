// What the decision tables propose for the dossier in hand: never more than a proposal to an agent.
#pragma once

#include "catalogue/proposal.hpp"
#include "dossier/rule_record.hpp"
#include "web/desk_action.hpp"

#include <optional>
#include <string>

namespace wasl::web::desk {

// As of today; nothing when the procedure proposes by no table.
std::optional<catalogue::RuleProposal> proposal_by_rules(const InHand& hand);
// What the person would be told, in their language: the reasons with their article, and the amount part by
// part. Empty when the tables advise otherwise: who overrides them writes why.
std::string told_by(const InHand& hand, const catalogue::RuleProposal& proposal, catalogue::Advice advice);

}  // namespace wasl::web::desk
