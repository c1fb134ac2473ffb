#include "web/api_problem.hpp"

#include "base/text.hpp"
#include "http/cookies.hpp"
#include "lingua/messages.hpp"
#include "web/visit.hpp"

#include <optional>
#include <utility>

namespace wasl::web::api {

namespace {

constexpr std::string_view bearer = "Bearer ";

// Token of the request; the cookie counts only for a request that no other site can have caused.
Result<std::optional<std::string_view>> token_of(const http::Request& request) {
    const auto authorization = request.header("Authorization");
    if (!authorization.empty()) {
        const bool ours = authorization.size() > bearer.size() &&
                          equals_ignoring_ascii_case(authorization.substr(0, bearer.size()), bearer);
        return ours ? std::optional(trim(authorization.substr(bearer.size()))) : std::nullopt;
    }
    const auto cookie = http::own_cookie(request, session_cookie);
    if (!cookie) return std::nullopt;
    const auto from = request.header("Sec-Fetch-Site");
    const auto origin = request.header("Origin");
    const auto host = origin.find("://");
    const bool own_origin = origin.empty() || (host != std::string_view::npos &&
                                               equals_ignoring_ascii_case(origin.substr(host + 3), request.host()));
    if ((!from.empty() && from != "same-origin" && from != "none") || !own_origin) {
        return fail(Code::forbidden, "web.foreign-form");
    }
    return cookie;
}

std::string pointer_to(std::string_view field) { return "/answers/" + replace_all(std::string(field), ".", "/"); }

// "field: key" a line, as the filing service reports answers of a wrong shape.
std::vector<Flaw> flaws_of(const Error& error) {
    std::vector<Flaw> out;
    if (error.key != "dossier.answers") return out;
    for (const auto line : split(error.detail, '\n')) {
        const auto colon = line.find(": ");
        if (colon != std::string_view::npos) out.push_back({pointer_to(line.substr(0, colon)), std::string(line.substr(colon + 2))});
    }
    return out;
}

}  // namespace

Caller caller_of(const http::Request& request) {
    return {request.id(), lingua::negotiate(request.header("Accept-Language"), lingua::Language::en)};
}

http::Response problem(const Caller& caller, Code code, std::string_view key, std::string_view detail, const std::vector<Flaw>& flaws) {
    const int status = http_status(code);
    json::Object body{{"type", "urn:wasl:problem:" + std::string(key)},
                      {"title", lingua::say(caller.language, Error{code, std::string(key), {}})},
                      {"status", status},
                      {"code", key},
                      {"instance", "urn:wasl:request:" + caller.incident}};
    if (!detail.empty()) body.set("detail", detail);
    if (!flaws.empty()) {
        json::Array list;
        for (const auto& flaw : flaws) list.emplace_back(json::Object{{"pointer", flaw.pointer}, {"code", flaw.code}});
        body.set("errors", std::move(list));
    }
    auto out = http::Response::json(json::write(body), status);
    out.set("Content-Type", "application/problem+json");
    out.set("Content-Language", std::string(lingua::tag(caller.language)));
    if (code == Code::unauthenticated) out.set("WWW-Authenticate", "Bearer realm=\"wasl\"");
    return out;
}

http::Response problem(const Caller& caller, const Error& error) { return problem(caller, error.code, error.key, {}, flaws_of(error)); }

Result<identity::Person> person_of(Site& site, const http::Request& request) {
    const auto token = TRY(token_of(request));
    if (!token) return fail(Code::unauthenticated, "identity.session-over");
    const auto session = TRY(site.sessions->find(*token));
    if (session->kind != identity::ActorKind::person) return fail(Code::forbidden, "http.403");
    return site.persons->find(session->id);
}

}  // namespace wasl::web::api
