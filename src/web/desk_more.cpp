#include "web/desk_common.hpp"
namespace wasl::web::desk {
void add_counter(http::Router&, Site&) {}
}
