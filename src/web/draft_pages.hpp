// Parts of the draft's routes, added by add_draft_routes.
#pragma once

#include "http/router.hpp"
#include "web/site.hpp"

namespace wasl::web {

void add_apply_routes(http::Router& router, Site& site);   // /apply/…
void add_papers_routes(http::Router& router, Site& site);  // /draft/…/papers
void add_fetched_routes(http::Router& router, Site& site);  // /draft/…/fetched
void add_check_routes(http::Router& router, Site& site);   // /draft/…/check, /file, /remove

}  // namespace wasl::web
