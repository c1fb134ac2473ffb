#include "web/routes.hpp"

#include "web/shell.hpp"

namespace wasl::web {

void add_routes(http::Router& router, Site& site) {
    static_files().mount(router);
    static_cast<void>(site);
}

}  // namespace wasl::web
