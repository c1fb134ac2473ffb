// Paying by the reference: whoever has it may pay, for themselves or for somebody else. The page names the procedure and
// the office, never a person.
#include "web/pay.hpp"

#include "http/rate_limit.hpp"
#include "pay/reference.hpp"
#include "web/request.hpp"
#include "web/shell.hpp"

#include "pages/pay/page.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <memory>

namespace wasl::web {

namespace {

using Tries = std::shared_ptr<http::RateLimit>;

Result<MemberSite*> member_of(const Visit& visit) {
    const auto id = visit.parameter("member");
    if (visit.site->members->info(id) == nullptr) return fail(Code::not_found, "http.not-found", id);
    return visit.site->members->at(id);
}

PayView asking_view(const Visit& visit, const MemberSite& member) {
    PayView view;
    view.chrome = chrome_for(visit, visit.say("pay.title"));
    view.chrome.noindex = true;
    view.office = member.info->name.in(visit.tag());
    view.action = link_to(visit, "/pay/" + member.info->id);
    view.reference = {.id = "reference", .label = visit.say("pay.reference"), .hint = visit.say("pay.reference-hint"), .input_mode = "numeric", .width = 20, .left_to_right = true, .longest = 60};
    return view;
}

http::Response refused(const Visit& visit, PayView view, std::string_view typed, const Error& error) {
    view.reference.value = typed;
    view.reference.error = lingua::say(visit.language, error);
    view.errors.push_back({view.reference.error, Url::literal("#reference")});
    view.chrome.has_errors = true;
    return render(visit, view, pages::pay_page, http_status(error.code));
}

// Nine hundred thousand million references: some wrong tries a minute are enough for people.
Result<pay::Demand> demand_at(const Visit& visit, const MemberSite& member, const Tries& tries) {
    const auto reference = TRY(pay::read_reference(visit.parameter("reference")));
    auto demand = TRY(member.payments->demand(reference));
    if (demand) return std::move(*demand);
    if (!tries->allow(http::address_key(visit.request->peer()), visit.site->clock->monotonic_micros())) return fail(Code::too_many, "identity.too-many-tries");
    return fail(Code::not_found, "pay.unknown-reference", reference);
}

Result<http::Response> ask_reference(Visit& visit) {
    auto* member = TRY(member_of(visit));
    const auto typed = visit.request->query("reference");
    auto view = asking_view(visit, *member);
    if (typed.empty()) return render(visit, view, pages::pay_page);
    const auto reference = pay::read_reference(typed);
    if (!reference) return refused(visit, std::move(view), typed, reference.error());
    return redirect(visit, fmt::format("/pay/{}/{}", member->info->id, *reference));
}

Result<http::Response> show_payment(Visit& visit, const Tries& tries) {
    auto* member = TRY(member_of(visit));
    auto view = asking_view(visit, *member);
    const auto demand = demand_at(visit, *member, tries);
    if (!demand) {
        if (demand.error().code != Code::not_found && demand.error().code != Code::invalid) return std::unexpected(demand.error());
        return refused(visit, std::move(view), visit.parameter("reference"), demand.error());
    }
    const auto sheet = member->catalogue->find(demand->procedure);
    view.found = true;
    view.title = sheet && *sheet != nullptr ? (*sheet)->title.in(visit.tag()) : demand->procedure;
    view.payment = shown_payment(visit, *member, *demand);
    if (const auto id = visit.request->query("attempt"); !id.empty()) {
        const auto attempt = TRY(member->payments->attempt(id));
        const bool mine = attempt && attempt->reference == demand->reference;
        view.returned = mine && attempt->transaction.empty() && view.payment.open;
        if (mine && !attempt->transaction.empty() && !attempt->successful && view.payment.open) view.waiting = visit.say("pay.notice.not-paid");
        if (view.returned) view.again = view.payment.page.with("attempt", id);
    }
    return render(visit, view, pages::pay_page);
}

// The browser goes to the provider; what counts is the provider's own word, which comes to the notification address.
Result<http::Response> go_to_provider(Visit& visit, const Tries& tries) {
    auto* member = TRY(member_of(visit));
    const auto name = visit.parameter("provider");
    const auto provider = std::ranges::find_if(member->providers, [&](const auto& each) { return each->name() == name; });
    if (provider == member->providers.end()) return fail(Code::not_found, "http.not-found", name);
    const auto demand = TRY(demand_at(visit, *member, tries));
    if (demand.state != pay::DemandState::open) return redirect(visit, fmt::format("/pay/{}/{}", member->info->id, demand.reference));
    const auto attempt = TRY(member->payments->begin(demand.reference, name, std::string(visit.tag())));
    const auto back = visit.site->public_url + visit.link(fmt::format("/pay/{}/{}?attempt={}", member->info->id, demand.reference, attempt.id));
    const auto notify = fmt::format("{}/api/payments/{}/notices/{}", visit.site->public_url, member->info->id, name);
    http::Response response;
    response.status = 303;
    response.set("Location", (*provider)->start(attempt, back, notify));
    response.set("Cache-Control", "no-store");
    response.set("Referrer-Policy", "no-referrer");
    return response;
}

Result<http::Response> own_receipt(Visit& visit) {
    const auto own = TRY(own_dossier(visit));
    const auto demand = TRY(own.member->payments->demand_of(own.state().id));
    if (!demand || demand->receipt.empty()) return fail(Code::not_found, "web.no-paper");
    const auto receipt = TRY(own.member->payments->receipt(demand->receipt));
    if (!receipt) return fail(Code::not_found, "web.no-paper");
    return payment_receipt_file(TRY(payment_receipt_pdf(visit, *own.member, *receipt)), *receipt);
}

}  // namespace

void add_pay_routes(http::Router& router, Site& site) {
    const auto tries = std::make_shared<http::RateLimit>(http::Rate{.burst = 20, .per_second = 0.2});
    get(router, site, "/pay/{member}", Door::open, ask_reference);
    get(router, site, "/pay/{member}/{reference}", Door::open, [tries](Visit& visit) { return show_payment(visit, tries); });
    get_slow(router, site, "/pay/{member}/{reference}/with/{provider}", Door::open, [tries](Visit& visit) { return go_to_provider(visit, tries); });
    get_slow(router, site, "/request/{member}/{desk}/{series}/{number}/payment.pdf", Door::person, own_receipt);
}

}  // namespace wasl::web
