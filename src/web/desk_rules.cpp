#include "web/desk_rules.hpp"

#include "web/rule_words.hpp"

namespace wasl::web::desk {

std::optional<catalogue::RuleProposal> proposal_by_rules(const InHand& hand) {
    if (hand.revision == nullptr || !hand.revision->proposal) return std::nullopt;
    const dossier::RuleFacts facts(*hand.state, *hand.revision, hand.visit->site->today());
    return catalogue::proposal_for(*hand.revision, facts.facts());
}

std::string told_by(const InHand& hand, const catalogue::RuleProposal& proposal, catalogue::Advice advice) {
    if (proposal.advice != advice) return {};
    const auto language = lingua::from_tag(hand.state->file.contact.language).value_or(lingua::Language::ar);
    return told_by_rules(*hand.revision, proposal, hand.state->file.answers, language);
}

}  // namespace wasl::web::desk
