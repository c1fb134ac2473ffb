#include "web/api.hpp"

#include "web/api_filing.hpp"
#include "web/api_read.hpp"

#include <memory>

namespace wasl::web {

void add_api_routes(http::Router& router, Site& site) {
    const auto filer = std::make_shared<api::Filer>(site);
    router.post("/api/dossiers", [filer](http::Request& request) { return filer->file(request); }, {.body_limit = api_body_limit});
    router.get("/api/dossiers/{member}/{desk}/{series}/{number}", [&site](http::Request& request) { return api::show_dossier(site, request); });
    router.get("/api/procedures", [&site](http::Request& request) { return api::list_procedures(site, request); });
    router.get("/api/procedures/{catalogue}/{id}", [&site](http::Request& request) { return api::show_procedure(site, request); });
    router.get("/api/procedures/{catalogue}/{id}/schema", [&site](http::Request& request) { return api::show_schema(site, request); });
    router.get("/api/openapi.json", [&site](http::Request&) -> http::Reply {
        auto out = http::Response::json(api::openapi(site.public_url));
        out.set("Cache-Control", "no-cache");
        out.compress = true;
        return out;
    });
}

}  // namespace wasl::web
