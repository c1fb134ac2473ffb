// The canonical facts of the papers that a dossier gives out: what a receipt, a document, a decision
// and a record of silence say. Their text's digest is the subject of the seal; PDF, page and bundle
// show the same facts.
#pragma once

#include "dossier/state.hpp"
#include "jurisdiction/pack.hpp"
#include "trust/bundle.hpp"
#include "trust/seal.hpp"

#include <string>

namespace wasl::dossier {

// From the filed event itself (the first entry of the chain): later amendments do not change a receipt.
trust::PaperFacts receipt_facts(const Filed& filed, Instant received, const jurisdiction::Pack& pack);
// A document of the dossier as it stands; a correction gives a new document.
trust::PaperFacts document_facts(const State& state, const Document& document, const jurisdiction::Pack& pack);
// A decision without document: a refusal, an answer to a complaint or an appeal.
trust::PaperFacts decision_facts(const State& state, const jurisdiction::Pack& pack);

// Keys under which the seals are kept (trust::find_seal).
std::string receipt_seal_key(std::string_view dossier);
std::string document_seal_key(std::string_view document);
std::string decision_seal_key(const State& state);  // of the decision that stands

// What the event asks to be sealed, with its key; nothing for most events. `state` is after the event.
struct SealWish {
    std::string key;
    trust::SealRequest request;
};
Result<std::optional<SealWish>> seal_wish(const State& state, const Event& event, const jurisdiction::Pack& pack);

// The last day of a delay whose end is exclusive.
Date last_day_before(Instant end, const jurisdiction::Pack& pack);

}  // namespace wasl::dossier
