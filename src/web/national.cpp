#include "web/national.hpp"

#include "base/json.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "http/cookies.hpp"
#include "web/shell.hpp"
#include "web/views/national.hpp"

#include "pages/sign_in/national.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace wasl::web {

namespace {

constexpr std::string_view attempt_cookie = "wasl-national";
constexpr std::string_view attempt_context = "national-attempt";
constexpr std::int64_t attempt_seconds = 900;
constexpr std::size_t most_code_bytes = 4'000;

// What was asked of the provider, and for whom; the browser holds it closed.
struct Waiting {
    identity::OidcAttempt attempt;
    std::string back, session;  // path of ours; key of the person's session then, or empty
    Instant until;
};

std::string callback_of(const Visit& visit) {
    return visit.site->public_url + visit.link("/sign-in/national/back");
}
std::string person_session(const Visit& visit) {
    return visit.actor.is_person() ? visit.session->key : std::string();
}

void keep_attempt(http::Response& response, const Visit& visit, const Waiting& waiting) {
    const json::Object body{{"state", waiting.attempt.state},
                            {"nonce", waiting.attempt.nonce},
                            {"verifier", waiting.attempt.verifier},
                            {"level", waiting.attempt.level},
                            {"back", waiting.back},
                            {"session", waiting.session},
                            {"until", waiting.until.micros}};
    const auto closed = visit.site->national->secrets->close(json::write(body), attempt_context,
                                                             *visit.site->entropy);
    http::set_cookie(response, *visit.request,
                     {std::string(attempt_cookie), closed, attempt_seconds});
}

Result<Waiting> attempt_of(const Visit& visit) {
    const auto none = [] { return fail(Code::invalid, "oidc.state-missing"); };
    const auto cookie = http::own_cookie(*visit.request, attempt_cookie);
    if (!cookie) return none();
    const auto opened = visit.site->national->secrets->open(*cookie, attempt_context);
    const auto value = opened ? json::parse(*opened) : Result<json::Value>(none());
    if (!value) return none();
    const auto word = [&](std::string_view name) {
        return std::string((*value)[name].text_or(""));
    };
    Waiting out;
    out.attempt = {word("state"), word("nonce"), word("verifier"),
                   static_cast<int>((*value)["level"].integer_or(0))};
    out.back = safe_return(word("back"), "");
    out.session = word("session");
    out.until = {(*value)["until"].integer_or(0)};
    if (visit.now() >= out.until) return none();
    return out;
}

// The sentence for a refusal: the national keys of identity have their own, the others one for
// their kind.
std::string words_of(const Visit& visit, const Error& error) {
    const auto name = national_name(visit);
    const auto say = [&](std::string_view key) { return visit.say(key, {{"name", name}}); };
    if (error.key == "identity.national-replayed" || error.key.starts_with("oidc.state") ||
        error.key == "oidc.code")
        return say("signin.national.again");
    if (error.key.starts_with("identity.")) return lingua::say(visit.language, error);
    if (error.key == "oidc.denied") return say("signin.national.denied");
    if (error.key == "oidc.acr-low") return say("signin.national.level");
    return say(error.code == Code::unavailable || error.code == Code::internal
                   ? "signin.national.down"
                   : "signin.national.unproven");
}

http::Response refusal_page(const Visit& visit, const Error& error, std::string_view back,
                            int level) {
    log::warning("national.refused",
                 {{"incident", visit.request->id()}, {"key", error.key}, {"detail", error.detail}});
    NationalView view;
    const bool inside = visit.actor.is_person();
    view.heading = visit.say(inside ? "signin.national.not-raised" : "signin.national.not-in");
    view.chrome = chrome_for(visit, view.heading);
    view.text = words_of(visit, error);
    const bool stronger = error.key == "identity.national-level" || error.key == "oidc.acr-low";
    const auto start =
        national_start(visit, back, stronger ? identity::level_counter_verified : level);
    view.button = {visit.say(stronger ? "signin.national.stronger" : "signin.national.retry"),
                   start};
    if (inside) {
        view.ways.push_back({visit.say("account.title"), link_to(visit, "/me")});
    } else {
        view.ways.push_back(
            {visit.say("signin.national.code"), link_to(visit, "/sign-in").with("return", back)});
    }
    view.code = error.key;
    view.incident = visit.request->id();
    const int status = error.code == Code::internal ? 503 : http_status(error.code);
    return render(visit, view, pages::sign_in_national, status == 401 ? 403 : status);
}

Result<http::Response> begin(Visit& visit) {
    const auto* door = visit.site->national;
    if (door == nullptr) return fail(Code::not_found, "http.not-found");
    const auto back = safe_return(visit.request->query("return"), "");
    const int level = static_cast<int>(
        std::clamp<std::int64_t>(to_integer(visit.request->query("level")).value_or(0), 0,
                                 identity::level_counter_verified));
    if (visit.actor.is_person() && (level == 0 || visit.actor.level >= level))
        return http::Response::redirect(back.empty() ? visit.link("/me") : back);
    const auto start = door->client->start(callback_of(visit), visit.tag(), level);
    if (!start) return refusal_page(visit, start.error(), back, level);
    auto response = http::Response::redirect(start->url);
    response.set("Cache-Control", "no-store");
    keep_attempt(
        response, visit,
        {start->attempt, back, person_session(visit), visit.now().plus_seconds(attempt_seconds)});
    return response;
}

// A parameter that comes twice means two things to two readers: it is refused.
Result<std::string> once_in(const http::Request& request, std::string_view name) {
    const auto count = std::ranges::count(request.query(), name, &http::Parameter::name);
    if (count > 1) return fail(Code::invalid, "oidc.answer-malformed", std::string(name));
    return std::string(request.query(name));
}

// The answer belongs to the attempt of this browser, comes once, and is no refusal. The code.
Result<std::string> code_of(const Visit& visit, const Waiting& waiting) {
    const auto state = TRY(once_in(*visit.request, "state"));
    if (!equals_in_constant_time(state, waiting.attempt.state))
        return fail(Code::invalid, "oidc.state");
    if (waiting.session != person_session(visit)) return fail(Code::invalid, "oidc.state-session");
    TRY(visit.site->national->ids->once("state", state, waiting.until));
    const auto error = TRY(once_in(*visit.request, "error"));
    if (error == "access_denied" || error == "login_required" || error == "interaction_required" ||
        error == "consent_required") {
        return fail(Code::forbidden, "oidc.denied", error);
    }
    if (error == "unmet_authentication_requirements")
        return fail(Code::unauthenticated, "oidc.acr-low", error);
    if (!error.empty()) return fail(Code::unavailable, "oidc.provider-says", error.substr(0, 80));
    auto code = TRY(once_in(*visit.request, "code"));
    if (code.empty() || code.size() > most_code_bytes)
        return fail(Code::invalid, "oidc.answer-malformed", "code");
    return code;
}

Result<identity::Person> person_of(const Visit& visit, const Waiting& waiting,
                                   identity::SessionOrigin& origin) {
    const auto& door = *visit.site->national;
    const auto code = TRY(code_of(visit, waiting));
    const auto issuer = TRY(once_in(*visit.request, "iss"));
    const auto done = TRY(door.client->finish(waiting.attempt, code, callback_of(visit), issuer));
    const auto who =
        TRY(identity::read_national(door.client->config(), visit.site->pack->identifiers(),
                                    done.token, done.claims, visit.site->today()));
    origin = door.ids->origin(who.issuer, who.subject, who.session);
    return door.ids->sign_in(who, visit.actor.is_person() ? visit.actor.id : std::string(),
                             visit.tag(), visit.site->today());
}

void forget_attempt(http::Response& response, const Visit& visit) {
    http::set_cookie(response, *visit.request, {std::string(attempt_cookie), "", 0});
}

Result<http::Response> come_back(Visit& visit) {
    if (visit.site->national == nullptr) return fail(Code::not_found, "http.not-found");
    const auto waiting = attempt_of(visit);
    if (!waiting) return refusal_page(visit, waiting.error(), "", 0);
    identity::SessionOrigin origin;
    const auto person = person_of(visit, *waiting, origin);
    if (!person) {
        auto response = refusal_page(visit, person.error(), waiting->back, waiting->attempt.level);
        // A forged answer must not end the attempt of who is still on the way.
        if (person.error().key != "oidc.state") forget_attempt(response, visit);
        return response;
    }
    auto& sessions = *visit.site->sessions;
    const std::string device(visit.request->header("User-Agent").substr(0, 200));
    const auto kind = identity::ActorKind::person;
    const auto token =
        visit.session == nullptr
            ? TRY(sessions.begin(kind, person->id, "", device, origin))
            : TRY(sessions.replace(*visit.session, kind, person->id, "", device, origin));
    auto response =
        http::Response::redirect(waiting->back.empty() ? visit.link("/me") : waiting->back);
    forget_attempt(response, visit);
    begin_session(response, visit, token);
    return response;
}

// Signed out here; whoever leaves a shared computer signs out of the identity as well.
Result<http::Response> show_out(Visit& visit) {
    if (visit.site->national == nullptr) return fail(Code::not_found, "http.not-found");
    NationalView view;
    view.heading = visit.say("signin.national.out-title");
    view.chrome = chrome_for(visit, view.heading);
    view.text = visit.say("signin.national.out-text", {{"name", national_name(visit)}});
    const auto url = visit.site->national->client->sign_out_url(
        visit.site->public_url + visit.link("/"), visit.tag());
    view.button = {visit.say("signin.national.out", {{"name", national_name(visit)}}),
                   Url::parse(url).value_or(Url())};
    view.ways.push_back({visit.say("nav.home-link"), link_to(visit, "/")});
    return render(visit, view, pages::sign_in_national);
}

}  // namespace

std::string national_name(const Visit& visit) {
    const auto* door = visit.site->national;
    const auto own = door == nullptr ? std::string() : door->name.in(visit.tag());
    return own.empty() ? visit.say("signin.national.name") : own;
}

Url national_start(const Visit& visit, std::string_view back, int level) {
    const auto* door = visit.site->national;
    if (door == nullptr || door->client->config().best_level() < level) return {};
    auto out = link_to(visit, "/sign-in/national");
    if (!back.empty()) out = out.with("return", back);
    return level > 0 ? out.with("level", std::to_string(level)) : out;
}

Link raise_link(const Visit& visit, int level) {
    auto start = national_start(visit, visit.request->path(), level);
    return start.empty()
               ? Link()
               : Link{visit.say("signin.national.raise", {{"name", national_name(visit)}}),
                      std::move(start)};
}

void add_national_routes(http::Router& router, Site& site) {
    get_slow(router, site, "/sign-in/national", Door::open, begin, &Site::outside);
    get_slow(router, site, "/sign-in/national/back", Door::open, come_back, &Site::outside);
    get(router, site, "/sign-in/national/out", Door::open, show_out);
}

}  // namespace wasl::web
