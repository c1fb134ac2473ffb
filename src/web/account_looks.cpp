// /me/looks: which agents had this person's record before them at a counter. Looks at a request stand on its own page.
#include "web/account_parts.hpp"
#include "web/person_looks.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/account_looks.hpp"

#include "pages/account/looks.hpp"

namespace wasl::web {

namespace {

std::string office_words(const Visit& visit, const PersonLookSeen& look) {
    const auto* member = visit.site->members->info(look.member);
    if (member == nullptr) return look.member;
    const auto* office = member->office(look.office);
    return (office == nullptr ? look.office : office->name.in(visit.tag())) + " · " + member->name.in(visit.tag());
}

Result<http::Response> show_looks(Visit& visit) {
    PersonLooksView view;
    view.chrome = chrome_for(visit, visit.say("account.looks.title"));
    view.chrome.back = link_to(visit, "/me");
    view.table.caption = view.chrome.title;
    view.table.caption_hidden = true;
    for (const auto key : {"request.looks.when", "request.looks.who", "request.looks.office", "request.looks.why"}) {
        view.table.head.push_back({.text = visit.say(key)});
    }
    for (const auto& look : TRY(person_looks(*visit.site, visit.actor.id))) {
        const auto what = visit.say(look.what == PersonLook::asked   ? "account.looks.asked"
                                    : look.what == PersonLook::found ? "account.looks.found"
                                                                     : "account.looks.opened");
        view.table.rows.push_back({{.text = say_instant(visit, look.at)}, {.text = look.who, .typed_by_person = true},
                                   {.text = office_words(visit, look), .typed_by_person = true},
                                   {.text = look.purpose + " (" + what + ")", .typed_by_person = true}});
    }
    return render(visit, view, pages::account_looks);
}

}  // namespace

void add_person_look_routes(http::Router& router, Site& site) { get_slow(router, site, "/me/looks", Door::person, show_looks); }

}  // namespace wasl::web
