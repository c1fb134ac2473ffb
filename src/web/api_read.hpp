// What the API shows: one's own request, the published procedures, and the API itself.
#pragma once

#include "http/reply.hpp"
#include "web/api_problem.hpp"

#include <string>
#include <string_view>

namespace wasl::web::api {

// One's own request; somebody else's answers 404 exactly like one that does not exist.
http::Reply show_dossier(Site& site, const http::Request& request);
http::Reply list_procedures(Site& site, const http::Request& request);
http::Reply show_procedure(Site& site, const http::Request& request);
http::Reply show_schema(Site& site, const http::Request& request);

// OpenAPI 3.1 of everything under /api, with the address of this server.
std::string openapi(std::string_view public_url);

}  // namespace wasl::web::api
