#include "web/routes.hpp"

#include "web/api.hpp"
#include "web/desk.hpp"
#include "web/figures.hpp"
#include "web/journey.hpp"
#include "web/national.hpp"
#include "web/pay.hpp"
#include "web/participation.hpp"
#include "web/practice.hpp"
#include "web/network.hpp"
#include "web/shell.hpp"

namespace wasl::web {

void add_routes(http::Router& router, Site& site) {
    static_files().mount(router);
    add_home_routes(router, site);
    add_sheet_routes(router, site);
    add_rules_routes(router, site);
    add_sign_in_routes(router, site);
    add_national_routes(router, site);
    add_national_logout_routes(router, site);
    add_draft_routes(router, site);
    add_request_routes(router, site);
    add_account_routes(router, site);
    add_company_routes(router, site);
    add_complaint_routes(router, site);
    add_follow_routes(router, site);
    add_verify_routes(router, site);
    add_info_routes(router, site);
    add_holder_routes(router, site);
    add_figures_routes(router, site);
    add_un_index_routes(router, site);
    add_outages_routes(router, site);
    add_consultation_routes(router, site);
    add_voice_routes(router, site);
    add_suggestion_routes(router, site);
    add_outbox_routes(router, site);
    add_practice_routes(router, site);
    add_api_routes(router, site);
    add_pay_routes(router, site);
    add_pay_api_routes(router, site);
    add_desk_routes(router, site);
}

}  // namespace wasl::web
