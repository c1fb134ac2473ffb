// Decision tables of a revision in the reader's words, and with the rows lit that one request fired.
#pragma once

#include "catalogue/proposal.hpp"
#include "catalogue/revision.hpp"
#include "web/views/rules.hpp"
#include "web/visit.hpp"

#include <optional>

namespace wasl::web {

// Every model of the revision; `base` is the address of the rules page, under which the files stand.
std::vector<RuleModel> rule_models(const Visit& visit, const catalogue::Revision& revision, std::string_view base);

// The tables that one run went through, rows lit, with what was used and where it came from.
std::vector<RuleTable> lit_tables(const Visit& visit, const catalogue::Revision& revision, const catalogue::RuleRun& run);

// What the tables proposed for a dossier, and every run that is to be shown.
struct RuleAccount {
    std::optional<catalogue::RuleProposal> proposal;
    std::vector<catalogue::RuleRun> runs;
};

// What set fee, delay and papers is read from the record of the filing. Of an open dossier the other tables are asked
// as of `today`. Of a decided one its decision record is read and nothing is run again: amounts may have changed since.
std::optional<RuleAccount> rule_account(const catalogue::Revision& revision, const dossier::State& state, Date today);

// That account as a page shows it; nothing when the procedure has no tables.
std::optional<RuleAdvice> rule_advice(const Visit& visit, const catalogue::Revision& revision, const dossier::State& state);

// "Children of a widow: 800.00 MAD", a line a part, then the total; in any language.
std::vector<std::pair<std::string, std::string>> amount_lines(const catalogue::Revision& revision, const catalogue::Amount& amount,
                                                              lingua::Language language);

// What a person is told when the tables are followed: the reasons, a line each, then the amount part by part.
std::string told_by_rules(const catalogue::Revision& revision, const catalogue::RuleProposal& proposal, const json::Object& answers,
                          lingua::Language language);

}  // namespace wasl::web
