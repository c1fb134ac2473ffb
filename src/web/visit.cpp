#include "web/visit.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "http/cookies.hpp"
#include "web/kept.hpp"

#include <exception>
#include <utility>

namespace wasl::web {

namespace {

using http::Reply;
using http::Request;
using http::Response;

Result<void> recognise(Visit& visit) {
    const auto cookie = http::own_cookie(*visit.request, session_cookie);
    if (!cookie) return {};
    auto session = visit.site->sessions->find(*cookie);
    if (!session) {
        // A session that is over is no error: the visitor is somebody not signed in.
        return session.error().code == Code::unauthenticated ? Result<void>() : std::unexpected(session.error());
    }
    visit.session = std::move(*session);
    if (visit.session->kind == identity::ActorKind::person) {
        auto person = visit.site->persons->find(visit.session->id);
        if (!person) return std::unexpected(person.error());
        visit.actor = person->actor();
        visit.person = std::move(*person);
        return {};
    }
    auto* member = TRY(visit.site->members->at(visit.session->member));
    const auto staff = TRY(member->staff->find(visit.session->id));
    if (staff.active) {
        visit.actor = staff.actor();
    } else {
        visit.session = nullptr;
    }
    return {};
}

Result<Visit> open(Site& site, Request& request) {
    Visit visit;
    visit.site = &site;
    visit.request = &request;
    const auto language = lingua::from_tag(request.parameter("language"));
    if (!language) return fail(Code::not_found, "http.not-found");
    visit.language = *language;
    TRY(recognise(visit));
    return visit;
}

bool may_enter(const Visit& visit, Door door) {
    switch (door) {
        case Door::open: return true;
        case Door::person: return visit.actor.is_person();
        case Door::staff: return visit.actor.is_staff();
    }
    return false;
}

std::string whole_path(const Request& request) {
    const auto query = request.query_string();
    return query.empty() ? request.path() : request.path() + "?" + std::string(query);
}

Response to_sign_in(const Visit& visit, Door door, std::string_view back) {
    const std::string page = door == Door::staff ? "/desk/sign-in" : "/sign-in";
    return redirect(visit, page + "?return=" + percent_encode(back));
}

// Runs a page or action; an exception is a defect: caught here, logged with the request's number.
template <class Run>
Result<Response> guarded(const Request& request, Run&& run) {
    try {
        return run();
    } catch (const std::exception& problem) {
        log::error("web.defect", {{"incident", request.id()}, {"what", problem.what()}});
        return fail(Code::internal, "web.defect", problem.what());
    }
}

Reply to_reply(Result<Response> result) {
    if (result) return std::move(*result);
    return result.error();
}

void answer(http::Responder& responder, Result<Response> result) {
    if (result) {
        responder.send(std::move(*result));
    } else {
        responder.fail(result.error());
    }
}

// A form posted from another site is refused even before its token is looked at.
bool same_origin(const Request& request) {
    const auto site = request.header("Sec-Fetch-Site");
    if (!site.empty()) return site == "same-origin" || site == "none";
    const auto origin = request.header("Origin");
    if (origin.empty()) return true;  // old browsers; the token decides
    const auto host = origin.find("://");
    return host != std::string_view::npos && equals_ignoring_ascii_case(origin.substr(host + 3), request.host());
}

Result<Response> keep_and_sign_in(Visit& visit, Door door, const http::Form& form) {
    const auto token = TRY(keep_form(*visit.site->host_store, *visit.site->entropy, visit.request->path(), form));
    // After signing in, the page that held the form comes back; a form's own address may have none.
    const auto back = safe_return(form.text("page"), visit.request->path());
    auto response = to_sign_in(visit, door, back);
    http::set_cookie(response, *visit.request, {std::string(kept_cookie), token, 3'600});
    return response;
}

// Where files are taken, their size is the page's to judge, beside the field; the body is bounded already.
http::FormLimits form_limits(const http::RouteOptions& options) {
    http::FormLimits limits;
    if (options.body_limit > http::default_body_limit) {
        limits.file_bytes = options.body_limit;
        limits.files = 100;
    }
    return limits;
}

Result<Response> run_action(Site& site, Request& request, Door door, const Act& action, const http::RouteOptions& options) {
    auto visit = TRY(open(site, request));
    if (!same_origin(request)) return fail(Code::forbidden, "web.foreign-form");
    auto form = TRY(http::parse_form(request, form_limits(options)));
    if (!may_enter(visit, door)) return keep_and_sign_in(visit, door, form);
    if (visit.session != nullptr && !identity::csrf_matches(*visit.session, form.text("csrf"))) {
        return fail(Code::forbidden, "web.stale-form");
    }
    auto response = TRY(action(visit, form));
    // Given back once: what was kept has now been sent, or something newer has.
    if (const auto kept = http::own_cookie(request, kept_cookie); kept && visit.session != nullptr && response.status == 303) {
        TRY(drop_kept(*site.host_store, *kept));
        http::set_cookie(response, request, {std::string(kept_cookie), "", 0});
    }
    return response;
}

// Answers a request from the pool. The request stays where it is: the server needs it for the error page and the
// log, and holds it until the reply is written; nobody else touches it meanwhile.
http::Later later_on_pool(Site& site, Request& request, std::function<Result<Response>(Request&)> work, http::Pool* Site::*pool = &Site::pool) {
    auto held = std::const_pointer_cast<Request>(request.keep());
    return http::Later([&site, pool, held, work = std::move(work)](http::Responder responder) mutable {
        auto shared = std::make_shared<http::Responder>(std::move(responder));
        auto* chosen = site.*pool == nullptr ? site.pool : site.*pool;
        const bool queued = chosen->submit([shared, held, work = std::move(work)] {
            answer(*shared, guarded(*held, [&] { return work(*held); }));
        });
        if (!queued) shared->fail({Code::unavailable, "http.busy", "the pool is full"});
    });
}

std::string localised(std::string_view pattern) { return "/{language}" + std::string(pattern); }

Result<Response> run_page(Site& site, Request& request, Door door, const Show& page) {
    auto visit = TRY(open(site, request));
    if (!may_enter(visit, door)) return to_sign_in(visit, door, whole_path(request));
    return page(visit);
}

}  // namespace

std::string Visit::link(std::string_view path) const {
    std::string out = "/";
    out += tag();
    if (path != "/") out += path;
    return out;
}

std::string Visit::in(lingua::Language other) const {
    const std::string path = whole_path(*request);
    const auto end = path.find_first_of("/?", 1);
    return "/" + std::string(lingua::tag(other)) + (end == std::string::npos ? std::string() : path.substr(end));
}

std::string Visit::csrf() const { return session == nullptr ? std::string() : identity::csrf_token(*session, *site->entropy); }

std::string Visit::say(std::string_view key, lingua::Args args) const { return lingua::say(language, key, args); }

void get(http::Router& router, Site& site, std::string_view pattern, Door door, Show page) {
    router.get(localised(pattern), [&site, door, page = std::move(page)](Request& request) -> Reply {
        return to_reply(guarded(request, [&] { return run_page(site, request, door, page); }));
    });
}

void get_slow(http::Router& router, Site& site, std::string_view pattern, Door door, Show page, http::Pool* Site::*pool) {
    router.get(localised(pattern), [&site, door, pool, page = std::move(page)](Request& request) -> Reply {
        return later_on_pool(site, request, [&site, door, page](Request& moved) { return run_page(site, moved, door, page); }, pool);
    });
}

void post(http::Router& router, Site& site, std::string_view pattern, Door door, Act action, http::RouteOptions options) {
    router.post(
        localised(pattern),
        [&site, door, options, action = std::move(action)](Request& request) -> Reply {
            return later_on_pool(site, request, [&site, door, options, action](Request& moved) { return run_action(site, moved, door, action, options); });
        },
        options);
}

http::Response redirect(const Visit& visit, std::string_view path) { return Response::redirect(visit.link(path)); }

void begin_session(http::Response& response, const Visit& visit, const std::string& token) {
    http::set_cookie(response, *visit.request, {std::string(session_cookie), token, std::nullopt});
}

void end_session(http::Response& response, const Visit& visit) {
    http::set_cookie(response, *visit.request, {std::string(session_cookie), "", 0});
}

std::string safe_return(std::string_view path, std::string_view fallback) {
    const bool own = path.starts_with('/') && !path.starts_with("//") && path.find('\\') == std::string_view::npos &&
                     path.find_first_of("\r\n\t") == std::string_view::npos && path.size() < 2'000;
    return std::string(own ? path : fallback);
}

std::optional<http::Form> kept_form(Visit& visit) {
    const auto token = http::own_cookie(*visit.request, kept_cookie);
    if (!token) return std::nullopt;
    auto kept = find_kept(*visit.site->host_store, *token, visit.now());
    if (!kept || !*kept || (*kept)->path != visit.request->path()) return std::nullopt;
    return std::move((*kept)->form);
}

}  // namespace wasl::web
