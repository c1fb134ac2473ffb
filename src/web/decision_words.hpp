// Why a rule decided, as the person and the desk read it (DESIGN section 8: every decision keeps its record).
#pragma once

#include "web/page/fields.hpp"
#include "web/visit.hpp"

#include "catalogue/revision.hpp"
#include "dossier/parts.hpp"

#include <vector>

namespace wasl::web {

// The rule and its version, what fired with its article, each input with its value and its source. The
// values are as they stand: sealed ones read "••••••". `revision` null: codes instead of labels.
std::vector<SummaryRow> record_rows(const Visit& visit, const dossier::DecisionRecord& record, const catalogue::Revision* revision);

}  // namespace wasl::web
