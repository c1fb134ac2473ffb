// The counter: finding a person by document, and the way from there to filing for them.
#pragma once

#include "identity/companies.hpp"
#include "web/desk_panel.hpp"

namespace wasl::web::desk {

// Filing on someone's behalf (desk_counter_file.cpp).
void add_counter_filing(http::Router& router, Site& site);

// A company's representative, entered on sight of the paper that proves it (desk_company.cpp).
DeskForm representative_form(const Visit& visit);
// Keys: identity.no-person, identity.company-paper, and those of Companies::record and Mandates::grant.
// The company as it stands in the register now: `doubtful` is for the agent to look at.
Result<identity::Company> enter_representative(const Visit& visit, MemberSite& member, const http::Form& form);

// The counter's agent in one of their offices, journaled as having this person's record before them.
Result<identity::Person> person_at_counter(const Visit& visit, MemberSite& member);
std::string counter_office(const Visit& visit);
std::vector<Option> counter_document_kinds(const Visit& visit, std::string_view chosen);

}  // namespace wasl::web::desk
