// The calendar of consultations, one of them, and its public record to take away.
#include "lingua/formats.hpp"
#include "participation/public_record.hpp"
#include "web/participation.hpp"
#include "web/request_words.hpp"
#include "web/sheet_cell.hpp"
#include "web/shell.hpp"

#include "pages/participation/calendar.hpp"
#include "pages/participation/consultation.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

using namespace taking_part;
using participation::Stage;

ConsultationCard card_of(const Visit& visit, const Asked& asked, const participation::ArticleCounts& counts) {
    const auto tag = stage_tag(visit, asked.stage(visit));
    return {.title = spoken(visit, asked.consultation.title), .member = asked.member->info->name.in(visit.tag()), .tag = tag.text, .colour = tag.colour,
            .dates = open_days(visit, asked.consultation), .counts = count_words(visit, counts), .url = link_to(visit, asked.path())};
}

Result<http::Response> show_calendar(Visit& visit) {
    CalendarView view;
    view.title = visit.say("participation.title");
    view.chrome = chrome_for(visit, view.title);
    view.intro = visit.say("participation.intro");
    view.action = link_to(visit, "/consultations");
    offer_members(visit, view.member, view.members);
    if (visit.actor.is_person()) view.mine = link_to(visit, "/me/participation");
    constexpr std::array order = {Stage::open, Stage::planned, Stage::closed, Stage::answered};
    for (const auto stage : order) {
        const auto name = participation::to_string(stage);
        view.groups.push_back({std::string(name), visit.say(fmt::format("participation.group.{}", name)), visit.say(fmt::format("participation.none.{}", name)), {}});
    }
    for (const auto* info : shown_members(visit)) {
        auto* member = TRY(visit.site->members->at(info->id));
        for (auto& consultation : TRY(member->forum->calendar())) {
            const auto counts = TRY(member->forum->counts(consultation)).all();
            const Asked asked{member, std::move(consultation)};
            const auto place = std::ranges::find(order, asked.stage(visit)) - order.begin();
            view.groups[static_cast<std::size_t>(place)].cards.push_back(card_of(visit, asked, counts));
        }
    }
    return render(visit, view, pages::participation_calendar);
}

ArticleCard article_card(const Visit& visit, const Asked& asked, const participation::Article& article, const participation::ArticleCounts& counts) {
    ArticleCard out;
    out.id = fmt::format("article-{}", article.number);
    out.heading = article_name(visit, article.number);
    out.title = spoken(visit, article.title);
    out.text = spoken(visit, article.text);
    out.answer = spoken(visit, article.answer);
    out.counts = count_words(visit, counts);
    out.comments = visit.say(asked.stage(visit) == Stage::open ? "participation.read-and-speak" : "participation.read");
    out.url = link_to(visit, asked.path(fmt::format("/article/{}", article.number)));
    return out;
}

Result<http::Response> show_consultation(Visit& visit) {
    const auto asked = TRY(asked_consultation(visit));
    const auto& one = asked.consultation;
    const auto counts = TRY(asked.member->forum->counts(one));
    ConsultationView view;
    view.title = spoken(visit, one.title);
    view.chrome = chrome_for(visit, view.title.text);
    view.chrome.back = link_to(visit, "/consultations");
    view.member = asked.member->info->name.in(visit.tag());
    const auto tag = stage_tag(visit, asked.stage(visit));
    view.tag = tag.text;
    view.colour = tag.colour;
    view.why = spoken(visit, one.why);
    view.answer = spoken(visit, one.answer);
    view.facts = {{.key = visit.say("participation.when"), .value = open_days(visit, one)},
                  {.key = visit.say("participation.voices"), .value = count_words(visit, counts.all())}};
    for (const auto& [reason, count] : counts.hidden_by_reason) {
        view.facts.push_back({.key = visit.say("participation.hidden-for", {{"reason", reason_words(visit, reason)}}), .value = lingua::number(visit.language, count)});
    }
    if (one.answered) view.facts.push_back({.key = visit.say("participation.answered-on"), .value = say_day(visit, visit.site->pack->zone().date_at(*one.answered))});
    for (const auto& article : one.articles) view.articles.push_back(article_card(visit, asked, article, counts.articles.at(article.number)));
    view.downloads = {{"CSV", link_to(visit, asked.path("/record.csv"))}, {"JSON", link_to(visit, asked.path("/record.json"))}};
    return render(visit, view, pages::participation_consultation);
}

Result<http::Response> record_json(Visit& visit) {
    const auto asked = TRY(asked_consultation(visit));
    const auto reader = TRY(asked.member->store->read());
    const auto record = TRY(participation::public_record(*reader, asked.consultation, visit.site->pack->zone(), visit.now()));
    return http::Response::json(json::write_pretty(record));
}

Result<http::Response> record_csv(Visit& visit) {
    const auto asked = TRY(asked_consultation(visit));
    const auto reader = TRY(asked.member->store->read());
    std::string out = "\xEF\xBB\xBF";
    for (const auto& row : TRY(participation::public_record_rows(*reader, asked.consultation, visit.site->pack->zone()))) append_csv_line(out, row);
    auto response = http::Response::download(std::move(out), "text/csv; charset=utf-8", fmt::format("consultation-{}.csv", asked.consultation.id));
    response.compress = true;
    return response;
}

}  // namespace

void add_consultation_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/consultations", Door::open, show_calendar);
    get_slow(router, site, "/consultations/{member}/{id}", Door::open, show_consultation);
    get_slow(router, site, "/consultations/{member}/{id}/record.json", Door::open, record_json);
    get_slow(router, site, "/consultations/{member}/{id}/record.csv", Door::open, record_csv);
}

}  // namespace wasl::web
