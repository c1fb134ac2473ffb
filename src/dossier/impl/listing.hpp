// Lists over one or several offices: one stream an office, merged in order, resumable at any row.
#pragma once

#include "dossier/service.hpp"

namespace wasl::dossier {

// Reads no more than needed; `after` resumes exactly. Nothing is journaled here.
Result<List> read_list(store::Reader& reader, const ListQuery& query);

}  // namespace wasl::dossier
