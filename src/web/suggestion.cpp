// A word on any page, from anybody: a short form that knows the page it was opened from, and where its answer stands.
#include "web/participation.hpp"
#include "web/request_words.hpp"
#include "web/shell.hpp"

#include "base/ids.hpp"
#include "http/rate_limit.hpp"
#include "pages/participation/small_form.hpp"
#include "pages/participation/suggestion.hpp"

#include <fmt/format.h>

#include <memory>

namespace wasl::web {

namespace {

using namespace taking_part;

constexpr std::size_t longest_path = 300;

// The page of the form, without its language and query; only a path of ours, else the first page.
std::string page_of(std::string_view typed) {
    auto path = safe_return(typed, "/");
    path = path.substr(0, path.find_first_of("?#"));
    if (path.size() > longest_path) return "/";
    const auto end = path.find('/', 1);
    if (lingua::from_tag(std::string_view(path).substr(1, end == std::string::npos ? end : end - 1))) path = end == std::string::npos ? "/" : path.substr(end);
    // Whose request it was is nobody's business.
    for (const std::string_view own : {"/request", "/draft", "/me", "/suggestion"}) {
        if (path == own || path.starts_with(std::string(own) + "/")) return std::string(own);
    }
    return path;
}

// Whose page it is, where its address says so: a sheet of a catalogue, a consultation, a desk of figures.
std::string member_of_page(const Visit& visit, std::string_view path) {
    for (const auto& member : visit.site->members->all()) {
        for (const auto& part : {"/" + member.id, "/p/" + member.catalogue}) {
            const auto at = path.find(part + "/");
            if (at != std::string_view::npos || path.ends_with(part)) return member.id;
        }
    }
    return visit.site->members->all().empty() ? std::string() : visit.site->members->all().front().id;
}

SmallFormView form_view(const Visit& visit, std::string page, std::string_view member, std::string once) {
    SmallFormView view;
    view.title = visit.say("participation.suggestion.title");
    view.chrome = chrome_for(visit, view.title);
    view.chrome.noindex = true;
    view.chrome.back = link_to(visit, page);
    view.action = link_to(visit, "/suggestion");
    view.csrf = visit.csrf();
    view.text = visit.say("participation.suggestion.intro", {{"page", page}});
    view.list = true;
    view.choice = {.id = "member", .label = visit.say("participation.suggestion.to")};
    for (const auto& one : visit.site->members->all()) view.options.push_back({one.id, one.name.in(visit.tag()), "", one.id == member});
    view.words = {.id = "text", .label = visit.say("participation.suggestion.label"), .hint = visit.say("participation.suggestion.hint"), .rows = 5,
                  .longest = static_cast<int>(participation::longest_suggestion)};
    view.button = visit.say("participation.suggestion.button");
    view.hidden = {{"about", std::move(page)}, {"once", std::move(once)}};
    if (view.options.size() == 1) {
        view.hidden.emplace_back("member", view.options.front().value);
        view.options.clear();
    }
    return view;
}

Result<http::Response> show_form(Visit& visit) {
    auto page = page_of(visit.request->query("page"));
    const auto member = member_of_page(visit, page);
    const auto view = form_view(visit, std::move(page), member, random_id(*visit.site->entropy));
    return render(visit, view, pages::participation_small_form);
}

Result<http::Response> take_form(Visit& visit, const http::Form& form, http::RateLimit& tries) {
    const auto page = page_of(form.text("about"));
    const std::string member(form.text("member"));
    const auto refused = [&](const Error& error) -> Result<http::Response> {
        auto view = form_view(visit, page, member, std::string(form.text("once")));
        const auto why = lingua::say(visit.language, error);
        view.chrome.has_errors = true;
        view.errors.push_back({why, Url::literal("#text")});
        view.words.value = form.text("text");
        view.words.error = why;
        return render(visit, view, pages::participation_small_form, http_status(error.code));
    };
    if (!tries.allow(http::address_key(visit.request->peer()), visit.site->clock->monotonic_micros())) return refused({Code::too_many, "participation.too-many-suggestions", {}});
    auto* site = TRY(visit.site->members->at(member));
    const auto done = site->forum->suggest(page, form.text("text"), visit.tag(), visit.person ? visit.person->id : std::string(), form.text("once"));
    if (!done && refusal(visit, done.error())) return refused(done.error());
    const auto one = TRY(done);
    return redirect(visit, fmt::format("/suggestion/{}/{}?done=1", member, one.id));
}

// Whoever has the address may read it: it was given to who wrote.
Result<http::Response> show_suggestion(Visit& visit) {
    auto* member = TRY(asked_member_site(visit));
    const auto one = TRY(member->forum->suggestion(visit.parameter("id")));
    SuggestionView view;
    view.title = visit.say("participation.suggestion.yours");
    view.chrome = chrome_for(visit, view.title);
    view.chrome.noindex = true;
    if (visit.request->query("done") == "1") view.done = visit.say("participation.suggestion.done");
    view.page = one.page;
    view.text = one.text;
    view.when = say_instant(visit, one.at);
    view.tag = visit.say(!one.handled ? "participation.suggestion.waits" : one.answer.empty() ? "participation.suggestion.handled" : "participation.suggestion.answered");
    view.colour = one.handled ? "green" : "yellow";
    view.answer = one.answer;
    return render(visit, view, pages::participation_suggestion);
}

}  // namespace

void add_suggestion_routes(http::Router& router, Site& site) {
    const auto tries = std::make_shared<http::RateLimit>(http::Rate{.burst = 10, .per_second = 0.02});
    get(router, site, "/suggestion", Door::open, show_form);
    post(router, site, "/suggestion", Door::open, [tries](Visit& visit, http::Form& form) { return take_form(visit, form, *tries); });
    get_slow(router, site, "/suggestion/{member}/{id}", Door::open, show_suggestion);
}

}  // namespace wasl::web
