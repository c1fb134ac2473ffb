// The signature book and the register of incoming files.
#include "web/desk_rows.hpp"
#include "web/shell.hpp"
#include "web/views/desk.hpp"

#include "lingua/formats.hpp"

#include "pages/desk/register.hpp"
#include "pages/desk/signature.hpp"

#include <algorithm>

namespace wasl::web::desk {

namespace {

Result<http::Response> show_signature_book(Visit& visit) {
    auto* member = TRY(enter(visit, {identity::Role::signatory}));
    const auto offices = TRY(offices_of_agent(visit));
    dossier::ListQuery query;
    query.offices = offices;
    query.phase = dossier::Phase::signature;
    query.limit = rows_a_page(visit);
    query.after = visit.request->query("after");
    const auto list = TRY(member->dossiers->list(query, reader_of_list(visit, offices, "desk.purpose.signature")));
    QueueView view;
    view.chrome = chrome(visit, "nav.signature-book");
    view.heading = view.chrome.title;
    view.here = page(visit, "/signature");
    view.bulk = page(visit, "/bulk/run");
    view.script = script();
    view.csrf = visit.csrf();
    if (query.after.empty()) view.total = visit.say("common.results", {{"count", list.total}});
    for (const auto& summary : list.rows) view.rows.push_back(queue_row(visit, *member, summary));
    if (!list.next.empty()) view.pages.next = view.here.with("after", list.next);
    if (!query.after.empty()) view.pages.previous = view.here;
    const auto done = visit.request->query("done");
    if (!done.empty() && lingua::find_key("desk.done." + std::string(done))) {
        view.notice = visit.say("desk.done." + std::string(done)) + " " + lingua::isolated(visit.request->query("ref").substr(0, 100));
    }
    return render(visit, view, pages::desk_signature);
}

Date date_or(std::string_view typed, const Date& fallback) {
    const auto date = parse_date(typed);
    return date ? *date : fallback;
}

std::vector<DeskQuestion> register_filters(const Visit& visit, const MemberSite& member, const std::vector<std::string>& offices,
                                           const std::string& office, const Date& from, const Date& until) {
    std::vector<Option> options;
    for (const auto& code : offices) options.push_back({code, office_name(visit, member, code), "", code == office});
    auto first = question(visit, "filter", "from", "desk.register.from");
    auto last = question(visit, "filter", "until", "desk.register.until");
    first.type = last.type = "date";
    first.left_to_right = last.left_to_right = true;
    first.value = from.iso();
    last.value = until.iso();
    return {{question(visit, "filter", "office", "desk.fact.office"), Shape::select, std::move(options)},
            {std::move(first), Shape::line, {}},
            {std::move(last), Shape::line, {}}};
}

Result<http::Response> show_register(Visit& visit) {
    auto* member = TRY(enter(visit));
    const auto offices = TRY(offices_of_agent(visit));
    std::string office(visit.request->query("office", offices.front()));
    if (std::ranges::find(offices, office) == offices.end()) return fail(Code::not_found, "http.not-found", office);
    const auto today = visit.site->today();
    const auto from = date_or(visit.request->query("from"), today.plus_days(-6));
    const auto until = date_or(visit.request->query("until"), today);
    const auto list = TRY(member->dossiers->incoming(office, from, until, 200, std::string(visit.request->query("after")),
                                                     reader_of_list(visit, {office}, "desk.purpose.register")));
    RegisterView view;
    view.chrome = chrome(visit, "nav.incoming");
    view.heading = view.chrome.title;
    view.here = page(visit, "/incoming");
    view.range = office_name(visit, *member, office) + " · " + visit.say("common.date-range", {{"from", from}, {"to", until}});
    view.filters = register_filters(visit, *member, offices, office, from, until);
    view.table.caption = view.heading;
    view.table.caption_hidden = true;
    for (const std::string_view key : {"desk.register.received", "common.reference", "desk.queue.procedure", "desk.queue.applicant", "common.status", "desk.queue.due"}) {
        Cell cell;
        cell.text = visit.say(key);
        view.table.head.push_back(std::move(cell));
    }
    for (const auto& row : list.rows) {
        std::vector<Cell> cells(6);
        cells[0].text = moment(visit, row.received);
        cells[1].text = row.reference;
        cells[1].link = page(visit, "/dossier/" + row.id);
        cells[2].text = row.title;
        cells[3].text = row.applicant;
        cells[2].typed_by_person = cells[3].typed_by_person = true;
        cells[4].text = phase_word(visit, row.phase);
        cells[4].colour = phase_colour(row.phase);
        cells[5].text = row.due ? last_day(visit, *row.due) : "";
        view.table.rows.push_back(std::move(cells));
    }
    const auto here = view.here.with("office", office).with("from", from.iso()).with("until", until.iso());
    if (!list.next.empty()) view.pages.next = here.with("after", list.next);
    if (!visit.request->query("after").empty()) view.pages.previous = here;
    return render(visit, view, pages::desk_register);
}

}  // namespace

void add_books(http::Router& router, Site& site) {
    get_slow(router, site, "/desk/{member}/signature", Door::staff, show_signature_book);
    get_slow(router, site, "/desk/{member}/incoming", Door::staff, show_register);
}

}  // namespace wasl::web::desk
