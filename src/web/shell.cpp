#include "web/shell.hpp"

#include "identity/scope.hpp"
#include "web/embedded.hpp"
#include "web/views/error.hpp"

#include "pages/error/page.hpp"

#include <algorithm>
#include <string_view>
#include <utility>

namespace wasl::web {

namespace {

using identity::Role;

Link nav(const Visit& visit, std::string_view key, std::string_view path) {
    const std::string address = visit.link(path);
    const auto& here = visit.request->path();
    const bool current = here == address || (path != "/" && here.starts_with(address + "/"));
    return {visit.say(key), Url::literal(address), current};
}

void add_staff_links(const Visit& visit, Chrome& chrome) {
    const std::string base = "/desk/" + visit.actor.member;
    const auto add = [&](std::string_view key, const std::string& page) { chrome.navigation.push_back(nav(visit, key, base + page)); };
    if (!identity::listable_offices(visit.actor, visit.actor.member).empty()) {
        add("nav.queue", "/queue");
        if (visit.actor.has(Role::signatory)) add("nav.signature-book", "/signature");
        add("nav.incoming", "/incoming");
        if (visit.actor.has(Role::supervisor)) add("nav.silences", "/silences");
    }
    if (visit.actor.has(Role::author) || visit.actor.has(Role::agent) || visit.actor.has(Role::signatory)) add("nav.consultations", "/participation");
    if (visit.actor.has(Role::author) || visit.actor.has(Role::agent) || visit.actor.has(Role::signatory) || visit.actor.has(Role::counter)) add("nav.suggestions", "/suggestions");
    const auto* member = visit.site->members->info(visit.actor.member);
    const bool keeps_network = member != nullptr && member->kind == "utility";
    if (keeps_network && visit.actor.has(Role::agent)) add("nav.capacity", "/capacity");
    if (keeps_network && (visit.actor.has(Role::agent) || visit.actor.has(Role::op) || visit.actor.has(Role::administrator))) add("nav.network", "/network");
    if (visit.actor.has(Role::counter)) add("nav.counter", "/counter");
    if (visit.actor.has(Role::cashier)) add("nav.cash", "/cash");
    if (visit.actor.has(Role::supervisor) || visit.actor.has(Role::signatory)) add("nav.payments", "/payments");
    if (visit.actor.has(Role::administrator) || visit.actor.has(Role::op)) add("nav.administration", "/admin");
    if (visit.actor.has(Role::auditor)) {
        add("nav.journal", "/journal");
        if (visit.site->exchange != nullptr) add("nav.exchange", "/exchange");
    } else if (visit.actor.has(Role::administrator) && visit.site->exchange != nullptr) {
        add("nav.exchange", "/exchange-rights");
    }
}

void add_person_links(const Visit& visit, Chrome& chrome) {
    chrome.navigation.push_back(nav(visit, "nav.services", "/"));
    if (visit.actor.is_person()) {
        chrome.navigation.push_back(nav(visit, "nav.my-requests", "/me/requests"));
        auto account = nav(visit, "nav.account", "/me");
        account.current = account.current && !chrome.navigation.back().current;  // one place at a time
        chrome.navigation.push_back(std::move(account));
    } else {
        chrome.navigation.push_back(nav(visit, "nav.follow", "/follow"));
        chrome.navigation.push_back(nav(visit, "common.sign-in", "/sign-in"));
    }
    chrome.navigation.push_back(nav(visit, "nav.verify", "/verify"));
}

void add_footer(const Visit& visit, Chrome& chrome) {
    constexpr std::pair<std::string_view, std::string_view> links[] = {
        {"nav.help", "/help"}, {"nav.accessibility", "/accessibility"}, {"nav.privacy", "/privacy"},
        {"nav.algorithms", "/algorithms"}, {"nav.figures", "/figures"}, {"nav.consultations", "/consultations"}, {"nav.staff", "/desk"}};
    for (const auto& [key, path] : links) chrome.footer.push_back(nav(visit, key, path));
    if (visit.actor.is_staff()) return;
    const auto suggestion = Url::literal(visit.link("/suggestion"));
    chrome.footer.push_back({visit.say("nav.suggestion"), suggestion.with("page", visit.request->path())});
    const bool utility = std::ranges::any_of(visit.site->members->all(), [](const MemberInfo& member) { return member.kind == "utility"; });
    if (utility) chrome.footer.push_back(nav(visit, "nav.outages", "/outages"));
}

struct ErrorWords {
    std::string_view heading, advice;
};

ErrorWords words_for(Code code) {
    switch (code) {
        case Code::not_found:
        case Code::gone: return {"nav.error.not-found", "nav.error.not-found-advice"};
        case Code::forbidden: return {"nav.error.forbidden", ""};
        case Code::insufficient_storage: return {"nav.error.disk-full", "nav.error.disk-full-advice"};
        case Code::internal:
        case Code::unavailable: return {"nav.error.problem", "nav.error.problem-advice"};
        default: return {"nav.error.problem", ""};
    }
}

// An API client wants problem details (RFC 9457), a person a page.
http::Response problem_details(const http::Request& request, const Error& error) {
    const auto language = lingua::negotiate(request.header("Accept-Language"), lingua::Language::en);
    const json::Object body{{"type", "about:blank"},
                            {"title", lingua::say(language, error)},
                            {"status", http_status(error.code)},
                            {"code", error.key},
                            {"instance", "urn:wasl:request:" + request.id()}};
    auto response = http::Response::json(json::write(body), http_status(error.code));
    response.set("Content-Type", "application/problem+json");
    return response;
}

}  // namespace

const http::Assets& static_files() {
    static const http::Assets files = [] {
        http::Assets made("/static/");
        for (const auto& file : embedded_files()) made.add(file.name, std::string(file.content));
        return made;
    }();
    return files;
}

const Assets& page_assets() {
    static const Assets assets = [] {
        const auto url = [](std::string_view name) { return Url::literal(static_files().path(name)); };
        return Assets{.styles_ltr = url("wasl.css"), .styles_rtl = url("wasl.rtl.css"), .print_large = {}, .script = url("wasl.js"), .icon = url("wasl.svg")};
    }();
    return assets;
}

Chrome chrome_for(const Visit& visit, std::string title) {
    Chrome chrome;
    chrome.title = std::move(title);
    chrome.home = Url::literal(visit.link("/"));
    for (const auto language : lingua::languages) chrome.languages[lingua::index(language)] = Url::literal(visit.in(language));
    chrome.assets = &page_assets();
    chrome.version = visit.site->build;
    chrome.demonstration = visit.site->demo;
    if (visit.site->demo) chrome.outbox = Url::literal(visit.link("/outbox"));
    if (visit.site->practice != nullptr) chrome.practice = Url::literal(visit.link("/practice"));
    if (visit.actor.is_staff()) {
        if (const auto* member = visit.site->members->info(visit.actor.member)) chrome.member_name = member->name.in(visit.tag());
        add_staff_links(visit, chrome);
        chrome.wide = true;
    } else {
        add_person_links(visit, chrome);
    }
    if (visit.session != nullptr) {
        const bool arabic = lingua::direction(visit.language) == lingua::Direction::rtl && !visit.actor.name_arabic.empty();
        chrome.person = visit.person ? visit.person->name.best(visit.tag()) : arabic ? visit.actor.name_arabic : visit.actor.name;
        chrome.sign_out = Url::literal(visit.link("/sign-out"));
        chrome.csrf = visit.csrf();
        chrome.noindex = true;
    }
    add_footer(visit, chrome);
    return chrome;
}

Url link_to(const Visit& visit, std::string_view path) { return Url::literal(visit.link(path)); }

http::Response error_page(Site& site, const http::Request& request, const Error& error) {
    const bool machine = request.path().starts_with("/api/") || request.header("Accept").starts_with("application/json");
    if (machine) return problem_details(request, error);
    Visit visit;
    visit.site = &site;
    // Nothing of the request is changed; a visit merely needs to name it.
    visit.request = const_cast<http::Request*>(&request);
    const auto path = std::string_view(request.path());
    const auto end = path.find('/', 1);
    const auto first = path.empty() ? path : path.substr(1, end == std::string_view::npos ? end : end - 1);
    const auto named = lingua::from_tag(first);
    visit.language = named ? *named : lingua::negotiate(request.header("Accept-Language"));
    ErrorView view;
    const auto words = words_for(error.code);
    view.heading = visit.say(words.heading);
    const std::string said = lingua::say(visit.language, error);
    // A service that stands still says why where there are words for it: a clock that jumped, a key that ended.
    const bool why_known = error.code == Code::unavailable && lingua::find_key("errors." + error.key).has_value();
    view.advice = words.advice.empty() || why_known ? said : visit.say(words.advice);
    if (error.code == Code::internal) view.advice = visit.say("nav.error.problem-advice");
    view.code = error.key;
    view.incident = request.id();
    view.chrome = chrome_for(visit, view.heading);
    return render(visit, view, pages::error_page, http_status(error.code));
}

}  // namespace wasl::web
