// One request as a page sees it: language, who is asking, the way back. And the two shapes of a
// handler: a page that reads and answers at once, and an action that may wait for the disk.
#pragma once

#include "http/forms.hpp"
#include "http/message.hpp"
#include "http/reply.hpp"
#include "http/router.hpp"
#include "lingua/language.hpp"
#include "lingua/messages.hpp"
#include "web/site.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace wasl::web {

// What stands in front of a page. Not copied; lives for one request.
struct Visit {
    Site* site = nullptr;
    http::Request* request = nullptr;
    lingua::Language language = lingua::Language::ar;
    std::shared_ptr<const identity::Session> session;  // null: nobody is signed in
    identity::Actor actor;                             // kind nobody without a session
    std::optional<identity::Person> person;            // when a person is signed in

    [[nodiscard]] std::string_view tag() const { return lingua::tag(language); }
    [[nodiscard]] Instant now() const { return site->clock->now(); }
    // "/fr" + path.
    [[nodiscard]] std::string link(std::string_view path) const;
    // This page in another language, with its query.
    [[nodiscard]] std::string in(lingua::Language other) const;
    [[nodiscard]] std::string csrf() const;  // empty without a session
    [[nodiscard]] std::string say(std::string_view key, lingua::Args args = {}) const;
    [[nodiscard]] std::string parameter(std::string_view name) const { return std::string(request->parameter(name)); }
};

using Show = std::function<Result<http::Response>(Visit&)>;
using Act = std::function<Result<http::Response>(Visit&, http::Form&)>;

// Who may come in; the others are sent to sign in (people, staff) or get 404 (wrong role).
enum class Door : std::uint8_t {
    open,    // everybody
    person,  // a signed-in person
    staff,   // a signed-in agent
};

// `/{language}` + pattern. The page runs on the loop: it reads, and never waits for the disk.
void get(http::Router& router, Site& site, std::string_view pattern, Door door, Show show);
// The same on the pool: a page whose look is journaled before it is shown.
void get_slow(http::Router& router, Site& site, std::string_view pattern, Door door, Show show, http::Pool* Site::*pool = &Site::pool);
// A form: read (with CSRF token and same origin), then run on the pool. When the session is over, what
// was typed is kept and shown again after signing in.
void post(http::Router& router, Site& site, std::string_view pattern, Door door, Act act, http::RouteOptions options = {});

// Name of the session cookie.
inline constexpr std::string_view session_cookie = "wasl";
inline constexpr std::string_view kept_cookie = "wasl-kept";

http::Response redirect(const Visit& visit, std::string_view path);  // path without language
void begin_session(http::Response& response, const Visit& visit, const std::string& token);
void end_session(http::Response& response, const Visit& visit);
// Only a path of our own: never another host ("//", "\", scheme).
std::string safe_return(std::string_view path, std::string_view fallback);

// What was typed before the session ran out, by the cookie kept_cookie; fields of the same path.
std::optional<http::Form> kept_form(Visit& visit);

// Renders an error in the reader's language; installed as the server's error page too.
http::Response error_page(Site& site, const http::Request& request, const Error& error);

}  // namespace wasl::web
