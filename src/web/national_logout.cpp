// What machines ask for: the provider announces that a session has ended, and reads our public key.
#include "http/forms.hpp"
#include "http/rate_limit.hpp"
#include "web/national.hpp"

#include "base/json.hpp"
#include "base/log.hpp"

#include <exception>
#include <memory>

namespace wasl::web {

namespace {

constexpr std::size_t most_body_bytes = 128U << 10U;

http::Response machine_answer(http::Response response) {
    response.set("Cache-Control", "no-store");
    return response;
}

// OpenID Connect Back-Channel Logout 1.0 §2.8: 200, or 400 with why.
http::Response not_ended(const http::Request& request, const Error& error) {
    log::warning("national.logout-refused",
                 {{"incident", request.id()}, {"key", error.key}, {"detail", error.detail}});
    const json::Object body{{"error", "invalid_request"}, {"error_description", error.key}};
    return machine_answer(http::Response::json(json::write(body), 400));
}

Result<void> end_sessions(Site& site, const http::Request& request) {
    const auto& door = *site.national;
    const auto form = TRY(http::parse_form(request, {}));
    const auto token = TRY(door.client->logout(form.text("logout_token")));
    const auto ended = TRY(door.ids->log_out(token, door.client->config().issuer, *site.sessions));
    log::info("national.logout", {{"sessions", static_cast<std::int64_t>(ended)}});
    return {};
}

http::Later logout_later(Site& site, http::Request& request) {
    return http::Later([&site, held = request.keep()](http::Responder responder) mutable {
        auto shared = std::make_shared<http::Responder>(std::move(responder));
        const bool queued = site.outside->submit([&site, held, shared] {
            try {
                const auto done = end_sessions(site, *held);
                shared->send(done ? machine_answer(http::Response::text("", 200))
                                  : not_ended(*held, done.error()));
            } catch (const std::exception& problem) {
                log::error("web.defect", {{"incident", held->id()}, {"what", problem.what()}});
                shared->fail({Code::internal, "web.defect", problem.what()});
            }
        });
        if (!queued) shared->fail({Code::unavailable, "http.busy", "the pool is full"});
    });
}

}  // namespace

void add_national_logout_routes(http::Router& router, Site& site) {
    // Each answer costs a signature: enough for a provider that ends many sessions at once, too
    // little to keep the pool busy.
    auto limit = std::make_shared<http::RateLimit>(http::Rate{.burst = 200, .per_second = 20});
    router.post(
        "/oidc/back-channel-logout",
        [&site, limit](http::Request& request) -> http::Reply {
            if (site.national == nullptr || site.outside == nullptr)
                return Error{Code::not_found, "http.not-found", {}};
            if (!limit->allow(http::address_key(request.peer()), site.clock->monotonic_micros()))
                return http::Response::empty(429);
            return logout_later(site, request);
        },
        {.body_limit = most_body_bytes});
    router.get("/oidc/jwks.json", [&site](http::Request&) -> http::Reply {
        const auto keys =
            site.national == nullptr ? std::string() : site.national->client->public_keys();
        if (keys.empty()) return Error{Code::not_found, "http.not-found", {}};
        return http::Response::json(keys);
    });
}

}  // namespace wasl::web
