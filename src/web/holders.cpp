// Who answers an administration, and who does not: counted by holder, for anybody to read.
#include "web/api_problem.hpp"
#include "web/journey.hpp"
#include "web/shell.hpp"
#include "web/views/fetched.hpp"

#include "pages/info/holders.hpp"

namespace wasl::web {

namespace {

Result<MemberSite*> member_of(Site& site, std::string_view name) {
    if (site.members->info(name) == nullptr) return fail(Code::not_found, "web.no-member");
    return site.members->at(name);
}

Result<http::Response> show_holders(Visit& visit) {
    auto* member = TRY(member_of(*visit.site, visit.parameter("member")));
    HoldersView view;
    view.chrome = chrome_for(visit, visit.say("info.holders.title"));
    view.member = member->info->name.in(visit.tag());
    view.json = Url::path({"api", "holders", member->info->id});
    view.table.caption = view.chrome.title;
    view.table.caption_hidden = true;
    view.table.head = {{.text = visit.say("info.holders.holder")}, {.text = visit.say("info.holders.answered"), .number = true},
                       {.text = visit.say("info.holders.silent"), .number = true}};
    for (const auto& holder : TRY(member->dossiers->holders())) {
        view.table.rows.push_back({{.text = holder.holder, .typed_by_person = true}, {.text = std::to_string(holder.answered), .number = true},
                                   {.text = std::to_string(holder.silent), .number = true}});
    }
    return render(visit, view, pages::info_holders);
}

http::Reply list_holders(Site& site, const http::Request& request) {
    const auto caller = api::caller_of(request);
    const auto member = member_of(site, request.parameter("member"));
    const auto holders = member ? (*member)->dossiers->holders() : Result<std::vector<dossier::Service::HolderRecord>>(std::unexpected(member.error()));
    if (!holders) return api::problem(caller, holders.error());
    json::Array list;
    for (const auto& one : *holders) list.emplace_back(json::Object{{"holder", one.holder}, {"answered", one.answered}, {"silent", one.silent}});
    return http::Response::json(json::write(json::Object{{"member", (*member)->info->id}, {"holders", std::move(list)}}));
}

}  // namespace

void add_holder_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/holders/{member}", Door::open, show_holders);
    router.get("/api/holders/{member}", [&site](http::Request& request) { return list_holders(site, request); });
}

}  // namespace wasl::web
