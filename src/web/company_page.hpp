// What the pages of a company share: its frame, who may come in, cells and small forms.
#pragma once

#include "identity/company_rights.hpp"
#include "web/desk_panel.hpp"
#include "web/shell.hpp"
#include "web/views/company.hpp"
#include "web/visit.hpp"

#include <string>
#include <string_view>

namespace wasl::web {

// The company of the address, for who may see it; for everybody else there is none.
Result<identity::CompanyHeld> company_at(const Visit& visit);
// The frame of a page below /me/companies/ICE ("" for the dossiers), with the ways to the others.
CompanyView company_view(const Visit& visit, const identity::CompanyHeld& held, std::string_view below);
// What was refused: the sentence, and what was typed put back.
void company_refusal(const Visit& visit, CompanyView& view, const http::Form& typed, const Error& error, std::string_view field = {});
http::Response company_page(const Visit& visit, const CompanyView& view, int status = 200);
Link company_link(const Visit& visit, std::string_view key, std::string_view ice, std::string_view below);

}  // namespace wasl::web
