// The demonstration's outbox: what would have been sent, and the agents' codes of the moment. Elsewhere: 404.
#include "web/journey.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"
#include "web/views/outbox.hpp"

#include "pages/outbox/page.hpp"

namespace wasl::web {

namespace {

Result<http::Response> show_outbox(Visit& visit) {
    if (!visit.site->demo || !visit.site->demo_outbox) return fail(Code::not_found, "http.not-found");
    const auto outbox = TRY(visit.site->demo_outbox());
    OutboxView view;
    view.chrome = chrome_for(visit, visit.say("outbox.title"));
    view.people.caption = visit.say("outbox.people");
    view.people.caption_hidden = true;
    for (const auto key : {"outbox.when", "outbox.to", "outbox.message"}) view.people.head.push_back({.text = visit.say(key)});
    for (const auto& line : outbox.messages) {
        view.people.rows.push_back({{.text = say_instant(visit, line.at)}, {.text = line.to, .typed_by_person = true}, {.text = line.text, .typed_by_person = true}});
    }
    view.staff.caption = visit.say("outbox.staff");
    view.staff.caption_hidden = true;
    for (const auto key : {"outbox.code", "outbox.login", "outbox.password", "common.name", "outbox.roles"}) view.staff.head.push_back({.text = visit.say(key)});
    for (const auto& agent : outbox.staff) {
        view.staff.rows.push_back({{.text = agent.code, .typed_by_person = true}, {.text = agent.login + " @ " + agent.member, .typed_by_person = true},
                                   {.text = agent.password, .typed_by_person = true}, {.text = agent.name, .typed_by_person = true},
                                   {.text = agent.roles, .typed_by_person = true}});
    }
    return render(visit, view, pages::outbox_page);
}

}  // namespace

void add_outbox_routes(http::Router& router, Site& site) { get_slow(router, site, "/outbox", Door::open, show_outbox); }

}  // namespace wasl::web
