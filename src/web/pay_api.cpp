// What programs ask of payments: the state of a reference, and the word of a provider.
#include "web/pay.hpp"

#include "base/log.hpp"
#include "http/rate_limit.hpp"
#include "lingua/messages.hpp"
#include "pay/reference.hpp"
#include "web/api_problem.hpp"

#include <algorithm>
#include <memory>

namespace wasl::web {

namespace {

constexpr std::size_t notice_body_limit = 64U << 10U;

Result<MemberSite*> named_member(Site& site, const http::Request& request) {
    const std::string id(request.parameter("member"));
    if (site.members->info(id) == nullptr) return fail(Code::not_found, "web.no-member", id);
    return site.members->at(id);
}

// State and amount: what a cash point needs to know before it takes money. Nobody's name.
Result<json::Object> demand_json(Site& site, const http::Request& request, http::RateLimit& tries) {
    auto* member = TRY(named_member(site, request));
    const auto reference = TRY(pay::read_reference(request.parameter("reference")));
    const auto demand = TRY(member->payments->demand(reference));
    if (!demand) {
        if (!tries.allow(http::address_key(request.peer()), site.clock->monotonic_micros())) return fail(Code::too_many, "identity.too-many-tries");
        return fail(Code::not_found, "pay.unknown-reference", reference);
    }
    json::Object out{{"member", member->info->id}, {"reference", demand->reference}, {"state", pay::to_string(demand->state)}, {"amount", demand->amount.text()},
                     {"currency", "MAD"}, {"procedure", demand->procedure}, {"office", demand->office}, {"unpaid", demand->incomplete_until_paid ? "incomplete" : "complete"}};
    json::Array ways;
    for (const auto& provider : member->providers) ways.emplace_back(provider->name());
    out.set("providers", std::move(ways));
    return out;
}

// Every answer has its code, and its sentence in the language that was asked for.
Result<json::Object> notice_json(Site& site, const http::Request& request, const api::Caller& caller) {
    auto* member = TRY(named_member(site, request));
    const auto name = request.parameter("provider");
    const auto provider = std::ranges::find_if(member->providers, [&](const auto& each) { return each->name() == name; });
    if (provider == member->providers.end()) return fail(Code::not_found, "http.not-found", std::string(name));
    const auto told = TRY((*provider)->read(request.body(), request.header(pay::signature_header)));
    const auto answer = TRY(member->payments->take(name, told));
    if (!answer.dossier.empty()) go_on_after_payment(*member, answer.dossier);
    json::Object out{{"code", answer.code}, {"message", lingua::say(caller.language, *lingua::find_key(answer.code))}, {"transaction", told.transaction}, {"repeated", answer.repeated}};
    if (!answer.receipt.empty()) out.set("receipt", answer.receipt);
    if (!answer.held.is_zero()) out.set("held", answer.held.text());
    return out;
}

http::Reply take_notice(Site& site, http::Request& request) {
    auto* at = &site;
    return http::Later([at, request = request.keep()](http::Responder responder) {
        auto shared = std::make_shared<http::Responder>(std::move(responder));
        const auto caller = api::caller_of(*request);
        const bool queued = at->pool->submit([at, request, caller, shared] {
            const auto answer = notice_json(*at, *request, caller);
            if (!answer) {
                log::warning("payments.notice-refused", {{"incident", caller.incident}, {"code", answer.error().key}, {"detail", answer.error().detail}});
                shared->send(api::problem(caller, answer.error()));
                return;
            }
            auto response = http::Response::json(json::write(*answer));
            response.set("Cache-Control", "no-store");
            shared->send(std::move(response));
        });
        if (!queued) shared->send(api::problem(caller, Code::unavailable, "http.503"));  // told again by the provider
    });
}

http::Reply show_demand(Site& site, http::Request& request, http::RateLimit& tries) {
    const auto caller = api::caller_of(request);
    const auto found = demand_json(site, request, tries);
    if (!found) return api::problem(caller, found.error());
    auto response = http::Response::json(json::write(*found));
    response.set("Cache-Control", "no-store");
    return response;
}

}  // namespace

void add_pay_api_routes(http::Router& router, Site& site) {
    const auto tries = std::make_shared<http::RateLimit>(http::Rate{.burst = 20, .per_second = 0.2});
    router.get("/api/payments/{member}/{reference}", [&site, tries](http::Request& request) { return show_demand(site, request, *tries); });
    router.post("/api/payments/{member}/notices/{provider}", [&site](http::Request& request) { return take_notice(site, request); }, {.body_limit = notice_body_limit});
}

}  // namespace wasl::web
