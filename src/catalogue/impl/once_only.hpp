// [[evidence]] and [register] of a procedure: what its holder is asked for instead of the person, and what
// its decision writes. Read from procedure.toml, as JSON of the revision, and checked.
#pragma once

#include "catalogue/impl/source.hpp"

namespace wasl::catalogue::impl {

void read_once_only(const Sources& sources, Section& root, Revision& out);
// Members left out when empty, so that a revision without them keeps its hash.
void put_once_only(json::Object& out, const Revision& revision);
Result<void> once_only_from(const json::Value& value, Revision& out);
// Also what is to be abolished: a paper that the identity already proves, or that another paper asked proves.
void check_once_only(const Revision& revision, const Places& places, const jurisdiction::Law* law, Report& report);

}  // namespace wasl::catalogue::impl
