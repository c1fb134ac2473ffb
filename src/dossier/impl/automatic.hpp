// The rule of a revision that grants without an agent (DESIGN section 8): where it holds, and its record.
#pragma once

#include "dossier/service.hpp"

namespace wasl::dossier {

// The record of a grant at the moment of filing; nothing when the revision has no rule or it does not hold for
// these answers (normalised, in plain words). What the inputs were stands in the record only once the dossier
// exists: see fill_record().
std::optional<DecisionRecord> rule_for(const Filing& filing, const json::Object& answers, const ServicePorts& ports);
// Inputs with their values as they stand in the dossier (sealed ones stay sealed), and where each came from.
void fill_record(DecisionRecord& record, const State& state);

}  // namespace wasl::dossier
