// What the registers of this host hold about a person, for the person's own data.
#pragma once

#include "web/site.hpp"

#include "base/json.hpp"
#include "catalogue/catalogue.hpp"
#include "identity/person.hpp"

#include <string>
#include <vector>

namespace wasl::web {

// Types of evidence that the acts of these procedures write, in order.
std::vector<std::string> register_types(const catalogue::Catalogue& procedures);

// Records that hold today, each with the act that it rests on. By the identifier only when it was seen (level 3): a
// number that somebody typed opens nobody's records.
Result<json::Array> held_records(MemberSite& member, const identity::Person& person, const jurisdiction::Pack& pack, Instant now);

}  // namespace wasl::web
