// Help, accessibility, privacy, and what the program decides on its own.
#include "web/basis_words.hpp"
#include "web/journey.hpp"
#include "web/shell.hpp"
#include "web/views/info.hpp"

#include "pages/info/page.hpp"

#include <fmt/format.h>

namespace wasl::web {

namespace {

constexpr std::size_t most_listed = 500;

InfoView view_of(const Visit& visit, std::string_view page, int paragraphs) {
    InfoView view;
    view.title = visit.say(fmt::format("info.{}.title", page));
    view.chrome = chrome_for(visit, view.title);
    for (int i = 1; i <= paragraphs; ++i) view.paragraphs.push_back(visit.say(fmt::format("info.{}.{}", page, i)));
    return view;
}

// Procedures that may grant on their own, from what is published.
Result<http::Response> show_algorithms(Visit& visit) {
    auto view = view_of(visit, "algorithms", 3);
    for (const auto& name : visit.site->members->catalogues()) {
        auto* sheets = TRY(visit.site->members->catalogue(name));
        for (const auto& sheet : sheets->list(0, most_listed, visit.tag())) {
            if (sheet.imported) continue;  // an imported sheet never grants on its own
            const auto revision = TRY(sheets->find(sheet.id));
            if (revision == nullptr) continue;
            if (revision->automatic_grant) {
                view.list.push_back({fmt::format("{} ({})", sheet.title, say_basis(visit.language, revision->automatic_grant->article)), Url::path({visit.tag(), "p", name, sheet.id})});
            }
            if (!revision->rules().empty()) {
                view.list.push_back({visit.say("rules.listed", {{"title", sheet.title}}), Url::path({visit.tag(), "p", name, sheet.id, "rules"})});
            }
        }
    }
    if (view.list.empty()) view.none = visit.say("info.algorithms.none");
    return render(visit, view, pages::info_page);
}

void add_page(http::Router& router, Site& site, std::string_view page, int paragraphs) {
    get(router, site, fmt::format("/{}", page), Door::open, [page, paragraphs](Visit& visit) -> Result<http::Response> {
        return render(visit, view_of(visit, page, paragraphs), pages::info_page);
    });
}

}  // namespace

void add_info_routes(http::Router& router, Site& site) {
    add_page(router, site, "help", 4);
    add_page(router, site, "accessibility", 2);
    add_page(router, site, "privacy", 4);
    get_slow(router, site, "/algorithms", Door::open, show_algorithms);
}

}  // namespace wasl::web
