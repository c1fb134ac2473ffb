// First page: one search box and what is asked for most; search over the sheets of every administration.
#include "web/journey.hpp"
#include "web/shell.hpp"
#include "web/views/home.hpp"

#include "base/text.hpp"
#include "pages/home/page.hpp"
#include "pages/home/search.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

constexpr std::size_t on_first_page = 8, a_page = 20;

SheetLink link_of(const Visit& visit, std::string_view catalogue, const catalogue::Summary& sheet) {
    SheetLink out{.title = sheet.title, .authority = sheet.authority, .language = {}, .direction = {}, .only_in = {},
                  .url = Url::path({visit.tag(), "p", catalogue, sheet.id})};
    const auto written = lingua::from_tag(sheet.language);
    if (written && *written != visit.language) {
        out.language = sheet.language;
        out.direction = lingua::dir(*written);
        out.only_in = visit.say("sheet.only-in", {{"language", lingua::own_name(*written)}});
    }
    return out;
}

// Appeals begin from the decision, never from the list.
bool offered(const catalogue::Summary& sheet) { return sheet.id != "administrative-appeal"; }

std::vector<SheetLink> some_of_each(const Visit& visit, bool& more) {
    std::vector<SheetLink> out;
    for (const auto& name : visit.site->members->catalogues()) {
        const auto sheets = visit.site->members->catalogue(name);
        if (!sheets) continue;
        for (const auto& sheet : (*sheets)->list(0, on_first_page, visit.tag())) {
            if (offered(sheet)) out.push_back(link_of(visit, name, sheet));
        }
        more = more || (*sheets)->size() > on_first_page;
    }
    if (out.size() > 2 * on_first_page) {
        out.resize(2 * on_first_page);
        more = true;
    }
    return out;
}

// Life events that have a sheet in some catalogue.
std::vector<Link> events_of(const Visit& visit, std::string_view chosen) {
    std::vector<Link> out;
    for (std::size_t i = 0; i < catalogue::life_event_count; ++i) {
        const auto event = static_cast<catalogue::LifeEvent>(i);
        const bool some = std::ranges::any_of(visit.site->members->catalogues(), [&](const auto& name) {
            const auto sheets = visit.site->members->catalogue(name);
            return sheets && (*sheets)->size(event) > 0;
        });
        const auto name = catalogue::to_string(event);
        if (some) out.push_back({visit.say(fmt::format("sheet.event.{}", name)), link_to(visit, "/search").with("event", std::string(name)), name == chosen});
    }
    return out;
}

Result<http::Response> show_home(Visit& visit) {
    HomeView view;
    view.events = events_of(visit, "");
    view.chrome = chrome_for(visit, visit.say("layout.service"));
    view.search = link_to(visit, "/search");
    view.all = link_to(visit, "/search");
    view.sheets = some_of_each(visit, view.more);
    return render(visit, view, pages::home_page);
}

// Results of every catalogue; each has its own ranking, so they take turns.
std::vector<SheetLink> found_for(const Visit& visit, std::string_view words) {
    std::vector<std::vector<SheetLink>> by_catalogue;
    for (const auto& name : visit.site->members->catalogues()) {
        const auto sheets = visit.site->members->catalogue(name);
        if (!sheets) continue;
        auto& mine = by_catalogue.emplace_back();
        for (const auto& sheet : (*sheets)->search(words, visit.tag(), a_page)) {
            if (offered(sheet)) mine.push_back(link_of(visit, name, sheet));
        }
    }
    std::vector<SheetLink> out;
    for (std::size_t place = 0; place < a_page; ++place) {
        for (auto& mine : by_catalogue) {
            if (place < mine.size()) out.push_back(std::move(mine[place]));
        }
    }
    return out;
}

// All sheets, page by page, catalogue after catalogue.
std::vector<SheetLink> page_of_all(const Visit& visit, std::size_t from, std::size_t& total) {
    std::vector<SheetLink> out;
    for (const auto& name : visit.site->members->catalogues()) {
        const auto sheets = visit.site->members->catalogue(name);
        if (!sheets) continue;
        const auto size = (*sheets)->size();
        const auto begin = from > total ? from - total : 0;
        if (begin < size && out.size() < a_page) {
            for (const auto& sheet : (*sheets)->list(begin, a_page - out.size(), visit.tag())) out.push_back(link_of(visit, name, sheet));
        }
        total += size;
    }
    return out;
}

std::size_t asked_page(const Visit& visit) {
    return static_cast<std::size_t>(std::clamp<std::int64_t>(to_integer(visit.request->query("page", "1")).value_or(1), 1, 10'000));
}

void set_pages(SearchView& view, const Visit& visit, const Url& base, std::size_t page, std::size_t total) {
    const auto last = std::max<std::size_t>(1, (total + a_page - 1) / a_page);
    view.count = visit.say("common.results", {{"count", total}});
    if (page > 1) view.pages.previous = base.with("page", std::to_string(page - 1));
    if (page < last) view.pages.next = base.with("page", std::to_string(page + 1));
    if (last > 1) view.pages.label = visit.say("common.page-of", {{"page", page}, {"pages", last}});
}

// The sheets of one life event, catalogue after catalogue.
void fill_event(SearchView& view, const Visit& visit, catalogue::LifeEvent event) {
    const auto page = asked_page(visit);
    const std::size_t from = (page - 1) * a_page;
    std::size_t total = 0;
    for (const auto& name : visit.site->members->catalogues()) {
        const auto sheets = visit.site->members->catalogue(name);
        if (!sheets) continue;
        const auto size = (*sheets)->size(event);
        const auto begin = from > total ? from - total : 0;
        if (begin < size && view.found.size() < a_page) {
            for (const auto& sheet : (*sheets)->list(event, begin, a_page - view.found.size(), visit.tag())) view.found.push_back(link_of(visit, name, sheet));
        }
        total += size;
    }
    view.heading = visit.say(fmt::format("sheet.event.{}", catalogue::to_string(event)));
    set_pages(view, visit, view.search.with("event", std::string(catalogue::to_string(event))), page, total);
}

Result<http::Response> show_search(Visit& visit) {
    SearchView view;
    const auto event = catalogue::life_event_from(visit.request->query("event"));
    view.words = trim(visit.request->query("q"));
    view.search = link_to(visit, "/search");
    view.events = events_of(visit, event ? catalogue::to_string(*event) : "");
    if (view.words.empty() && event) {
        fill_event(view, visit, *event);
    } else if (view.words.empty()) {
        const auto page = asked_page(visit);
        std::size_t total = 0;
        view.found = page_of_all(visit, (page - 1) * a_page, total);
        view.heading = visit.say("sheet.all");
        set_pages(view, visit, view.search, page, total);
    } else {
        view.found = found_for(visit, view.words);
        view.heading = visit.say("sheet.results-for", {{"words", view.words}});
        view.count = visit.say("common.results", {{"count", view.found.size()}});
    }
    view.chrome = chrome_for(visit, view.heading);
    return render(visit, view, pages::home_search);
}

}  // namespace

void add_home_routes(http::Router& router, Site& site) {
    router.get("/", [](http::Request& request) -> http::Reply {
        const auto language = lingua::negotiate(request.header("Accept-Language"));
        auto response = http::Response::redirect("/" + std::string(lingua::tag(language)));
        response.set("Vary", "Accept-Language");
        return response;
    });
    get(router, site, "", Door::open, show_home);
    get(router, site, "/search", Door::open, show_search);
}

}  // namespace wasl::web
