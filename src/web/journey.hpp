// The pages of a person's way: one function an area, called once from add_routes.
#pragma once

#include "http/router.hpp"
#include "web/site.hpp"

namespace wasl::web {

void add_home_routes(http::Router& router, Site& site);      // first page, search
void add_sheet_routes(http::Router& router, Site& site);     // sheet of a procedure
void add_rules_routes(http::Router& router, Site& site);     // its decision tables
void add_sign_in_routes(http::Router& router, Site& site);   // one-time code
void add_account_routes(http::Router& router, Site& site);   // profile, sessions, mandates, own data
void add_company_routes(http::Router& router, Site& site);   // spaces of companies, batches and their API
void add_draft_routes(http::Router& router, Site& site);     // apply, form pages, papers, check, file
void add_request_routes(http::Router& router, Site& site);   // a filed dossier, as its person sees it
void add_request_act_routes(http::Router& router, Site& site);  // complete, message, withdraw, appeal
void add_complaint_routes(http::Router& router, Site& site);  // opened again, rated
void add_follow_routes(http::Router& router, Site& site);    // by the printed code
void add_verify_routes(http::Router& router, Site& site);    // /verify and /v/SEAL
void add_info_routes(http::Router& router, Site& site);      // help, accessibility, privacy, algorithms
void add_holder_routes(http::Router& router, Site& site);    // who answers, and who does not
void add_outbox_routes(http::Router& router, Site& site);    // demonstration only

}  // namespace wasl::web
