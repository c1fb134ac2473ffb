// A mandate in words: its scope, who acts under it, in what capacity.
#pragma once

#include "identity/mandates.hpp"
#include "web/visit.hpp"

#include <string>
#include <string_view>

namespace wasl::web {

// "all procedures", or their titles.
std::string mandate_scope(const Visit& visit, const identity::Mandate& mandate);
// "Accountant: see its requests, file" of a company's mandate; "Representative: everything" of one without a role.
std::string mandate_role(const Visit& visit, const identity::Mandate& mandate);
// Name of a person or of an agent ("MEMBER/OFFICE/STAFF"), for who reads a company's history; empty when nobody knows.
std::string doer_name(const Visit& visit, const std::string& id);
// Who acts under it: their name, and until they have accepted the address it was offered to.
Result<std::string> actor_name(const Visit& visit, const identity::Mandate& mandate);
// "You act for Amina Alaoui, as guardian, until 1 May 2027."
std::string acting_sentence(const Visit& visit, const identity::Mandate& mandate);
// Title of a procedure in whatever catalogue has it; the id itself when none has.
std::string procedure_title(const Visit& visit, std::string_view id);

}  // namespace wasl::web
