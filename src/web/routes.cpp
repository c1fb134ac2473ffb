#include "web/routes.hpp"

#include "web/api.hpp"
#include "web/shell.hpp"

namespace wasl::web {

void add_routes(http::Router& router, Site& site) {
    static_files().mount(router);
    add_api_routes(router, site);
}

}  // namespace wasl::web
