// [[obligation]] of a procedure: what is taken on by the act, told and confirmed before filing. Read from procedure.toml
// and the texts, as JSON of the revision, and checked.
#pragma once

#include "catalogue/impl/source.hpp"

namespace wasl::catalogue::impl {

void read_obligations(const Sources& sources, Section& root, Revision& out);
// Left out when there are none, so that such a revision keeps its hash.
void put_obligations(json::Object& out, const Revision& revision);
Result<void> obligations_from(const json::Value& value, Revision& out);
// Codes, dates, a source among the procedure's legal texts.
void check_obligations(const Revision& revision, const Places& places, Report& report);

}  // namespace wasl::catalogue::impl
