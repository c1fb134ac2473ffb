// Parts of the account's routes, added by add_account_routes.
#pragma once

#include "http/router.hpp"
#include "web/site.hpp"

#include <string>
#include <string_view>

namespace wasl::web {

void add_profile_routes(http::Router& router, Site& site);  // /me/about
void add_mandate_routes(http::Router& router, Site& site);  // /me/mandates, and below:
void add_grant_routes(http::Router& router, Site& site);    // /me/mandates/grant
void add_address_routes(http::Router& router, Site& site);  // /me/addresses
void add_person_look_routes(http::Router& router, Site& site);  // /me/looks
// "1990-05" as "05/1990".
std::string shown_birth(std::string_view iso);

}  // namespace wasl::web
