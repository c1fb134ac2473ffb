// What the decision tables of a procedure say of one request: an amount, and what they propose to the
// agent. A table never decides against anybody: an agent confirms, or does otherwise with reasons.
//
// A decision that gives an amount answers a number, or {part, amount}, or a list of these.
// A decision that proposes answers {outcome, reason} or a list: outcome "grant", "refuse" or "look",
// reason a code with words in [reason.CODE] of the texts. One "refuse" in the list outweighs the rest,
// then one "look"; no answer, or anything else, is "look".
#pragma once

#include "base/decimal.hpp"
#include "catalogue/revision.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::catalogue {

struct AmountPart {
    std::string part;  // code; empty when the table gives one number
    Decimal amount;    // MAD
};

struct Amount {
    Decimal total;  // MAD
    std::vector<AmountPart> parts;
};

// Nothing when the decision gives no amount: an agent must say.
std::optional<Amount> amount_of(const Revision& revision, std::string_view decision, const Facts& facts);

enum class Advice { grant, refuse, look };
std::string_view to_string(Advice advice) noexcept;  // "grant", "refuse", "look"

// One decision as it came out, with the trace that the decision record keeps.
struct RuleRun {
    std::string decision;
    std::string file;    // "aid.dmn"
    Digest digest;       // SHA-256 of that file
    json::Value trace;   // decision::Outcome::trace
};

struct RuleProposal {
    Advice advice = Advice::look;
    std::vector<std::string> reasons;  // codes of those rows that carry the advice, in the table's order
    std::optional<Amount> amount;      // only with Advice::grant
    std::vector<RuleRun> runs;         // the proposal's decision, then the amount's
};

// Nothing when the procedure proposes by no table.
std::optional<RuleProposal> proposal_for(const Revision& revision, const Facts& facts);
// A decision with its trace, as it stands in a record. Nothing when there is no such decision.
std::optional<RuleRun> run_rule(const Revision& revision, std::string_view decision, const Facts& facts);

// A row that matched, read back from a trace.
struct FiredRow {
    std::string decision;  // or knowledge model whose table it is
    std::size_t row = 0;   // from 1
    bool chosen = true;    // false: it matched, but the hit policy took another
    bool operator==(const FiredRow&) const = default;
};
std::vector<FiredRow> fired_rows(const json::Value& trace);

// Decisions that procedure.toml and form.toml name, each once: proposal and amount first, then fee,
// then those of conditions in the order of the file.
std::vector<std::string> decisions_named(const Revision& revision);
// Those of them that set the terms of a filing: its papers, delay and fee.
std::vector<std::string> decisions_at_filing(const Revision& revision);

// The code under which [column] of the texts names what heads a column, and [note] what a row notes:
// "children.all" is "children_all", "loi 58-23 (seuil à confirmer)" is "loi_58_23_seuil_confirmer".
std::string column_code(std::string_view expression);

// The words of a code; null when there are none.
const RuleWord* word_for(const std::vector<RuleWord>& words, std::string_view code) noexcept;
// The reasons in words of one language: "Text (article)", with {answers.x} filled in.
std::vector<std::string> reasons_in_words(const Revision& revision, const RuleProposal& proposal, const json::Object& answers,
                                          std::string_view language);

}  // namespace wasl::catalogue
