// Asked once: what the holders of papers are asked for instead of the person, seen before filing, and what they said.
#pragma once

#include "web/draft_work.hpp"
#include "web/page/fields.hpp"

#include <string>
#include <vector>

namespace wasl::web {

// What the holders said so far, as the draft keeps it.
std::vector<dossier::Evidence> evidence_in(const dossier::DraftRow& draft);
// Everything that may be asked of a holder with these answers, also what needs consent first and what fills answers
// that are not there yet.
Result<std::vector<dossier::Evidence>> evidence_open(DraftWork& work);
// Whether a page of its own comes before the questions: some answers come from a holder.
bool fills_answers(const catalogue::Revision& revision);

// The name of a holder in the reader's language.
std::string holder_name(const Visit& visit, MemberSite& member, const dossier::Evidence& evidence);
// The tag of what came of it: text and colour.
struct EvidenceTag {
    std::string text, colour;
};
EvidenceTag evidence_tag(lingua::Language language, const dossier::Evidence& evidence);
// What a summary shows of one: status, holder, the act it rests on, what was contested.
SummaryRow evidence_row(const Visit& visit, MemberSite& member, const catalogue::Revision* revision, const dossier::Evidence& evidence);

}  // namespace wasl::web
