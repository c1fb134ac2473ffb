// Companies as a signed-in person comes to them: only those whose standing, proven mandate lets them see.
#pragma once

#include "batch/book.hpp"
#include "dossier/service.hpp"
#include "identity/companies.hpp"
#include "identity/company_rights.hpp"
#include "identity/person.hpp"
#include "web/site.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::web {

// By name.
Result<std::vector<identity::CompanyHeld>> companies_for(const Site& site, const std::string& person);
// The one of that ICE; for everybody else "identity.no-company", as for one that does not exist.
Result<identity::CompanyHeld> company_for(const Site& site, const std::string& person, std::string_view ice);
// The mandate under which this person may do that for the dossier's applicant, when it is a company; errors of
// identity::may_use.
Result<identity::Mandate> company_right(const Site& site, const std::string& person, const dossier::State& state, identity::MandateRight right);
// The register of companies of this host.
identity::Companies company_register(const Site& site);
// Procedures that these mandates let see; empty: all.
std::vector<std::string> visible_procedures(const identity::CompanyHeld& held);
// Who sent it, who represents the company, and who may see all its procedures: a batch has lines of any of them.
bool sees_batch(const identity::CompanyHeld& held, const std::string& person, const batch::Batch& batch);
// Where it may have dossiers: what is remembered, and every member of a small host.
Result<std::vector<std::string>> company_members(const Site& site, std::string_view ice);

}  // namespace wasl::web
