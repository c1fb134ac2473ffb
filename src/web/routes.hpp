// Every page and every address, in one list: each area adds its own.
#pragma once

#include "http/router.hpp"
#include "web/site.hpp"

namespace wasl::web {

void add_routes(http::Router& router, Site& site);

}  // namespace wasl::web
