// The civil servants' desk: sign-in, queue, dossier page, signature book, register, counter,
// administration and journal, all under /{language}/desk.
#pragma once

#include "http/router.hpp"
#include "web/site.hpp"

namespace wasl::web {

void add_desk_routes(http::Router& router, Site& site);

}  // namespace wasl::web
