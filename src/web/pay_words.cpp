// What is said of a payment, the same on every page: amount, state, where and how it is paid.
#include "web/pay.hpp"

#include "web/request_words.hpp"
#include "web/shell.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "lingua/formats.hpp"
#include "paper/qr.hpp"
#include "pay/reference.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

// Offices where somebody takes cash.
std::vector<std::string> cash_places(const Visit& visit, const MemberSite& member) {
    std::vector<std::string> codes, out;
    const auto staff = member.staff->all();
    if (!staff) return out;
    for (const auto& one : *staff) {
        if (!one.active || std::ranges::find(one.roles, identity::Role::cashier) == one.roles.end()) continue;
        for (const auto& code : one.offices) {
            if (std::ranges::find(codes, code) == codes.end()) codes.push_back(code);
        }
    }
    for (const auto& code : codes) out.push_back(office_name(visit, member.info->id, code));
    return out;
}

std::vector<Link> ways_to_pay(const Visit& visit, const MemberSite& member, const Url& page) {
    std::vector<Link> out;
    for (const auto& provider : member.providers) {
        const auto door = std::ranges::find(member.info->payment, provider->name(), &PaymentDoor::name);
        if (door == member.info->payment.end()) continue;
        const auto to = Url::parse(page.text() + "/with/" + provider->name());
        if (to) out.push_back({visit.say("pay.with", {{"provider", door->label.in(visit.tag())}}), *to});
    }
    return out;
}

std::string note_on(const Visit& visit, const pay::Demand& demand) {
    switch (demand.state) {
        case pay::DemandState::cancelled: return visit.say("pay.note.cancelled");
        case pay::DemandState::refunded: return visit.say("pay.note.refunded");
        case pay::DemandState::paid:
            if (!demand.returned.is_zero()) return visit.say("pay.note.part-returned", {{"amount", say_money(visit, demand.returned)}});
            return demand.closed.empty() ? std::string() : visit.say("pay.note.may-refund");
        case pay::DemandState::open: return {};
    }
    return {};
}

}  // namespace

std::string say_money(const Visit& visit, pay::Money amount) { return lingua::money(visit.language, amount.decimal()); }

std::string say_demand_state(const Visit& visit, const pay::Demand& demand) {
    return visit.say(fmt::format("pay.state.{}", pay::to_string(demand.state)));
}

std::string demand_colour(const pay::Demand& demand) {
    switch (demand.state) {
        case pay::DemandState::open: return "yellow";
        case pay::DemandState::paid: return "green";
        case pay::DemandState::cancelled:
        case pay::DemandState::refunded: return "grey";
    }
    return "grey";
}

PaymentShown shown_payment(const Visit& visit, MemberSite& member, const pay::Demand& demand) {
    PaymentShown out;
    out.amount = say_money(visit, demand.amount);
    out.state = say_demand_state(visit, demand);
    out.colour = demand_colour(demand);
    out.reference = pay::shown_reference(demand.reference);
    out.open = demand.state == pay::DemandState::open;
    out.note = note_on(visit, demand);
    out.receipt_number = demand.receipt;
    if (demand.lines.size() > 1) {
        for (const auto& line : demand.lines) {
            auto label = line.label.empty() ? visit.say("pay.line") : line.label;
            if (!line.stamp.empty()) label = visit.say("pay.stamp-line", {{"label", label}});
            out.lines.push_back({.key = std::move(label), .value = say_money(visit, line.amount)});
        }
    }
    out.page = link_to(visit, fmt::format("/pay/{}/{}", member.info->id, demand.reference));
    if (!out.open) return out;
    out.rule = visit.say(demand.incomplete_until_paid ? "pay.rule.incomplete" : "pay.rule.complete");
    out.places = cash_places(visit, member);
    out.ways = ways_to_pay(visit, member, out.page);
    const auto address = visit.site->public_url + out.page.text();
    if (const auto code = paper::Qr::encode(address)) out.qr = Html::trusted(code->svg(visit.say("pay.qr")));
    return out;
}

Result<std::optional<PaymentShown>> payment_of(const Visit& visit, MemberSite& member, std::string_view dossier) {
    const auto demand = TRY(member.payments->demand_of(dossier));
    if (!demand) return std::nullopt;
    auto out = shown_payment(visit, member, *demand);
    if (!demand->receipt.empty()) out.receipt = link_to(visit, "/request/" + demand->dossier_reference + "/payment.pdf");
    return out;
}

void go_on_after_payment(MemberSite& member, std::string_view dossier) {
    const auto grant = [&]() -> Result<void> {
        const auto stored = TRY(member.dossiers->get(dossier));
        if (!stored || stored->state.phase != dossier::Phase::examination) return {};
        const auto hash = TRY(from_hex(stored->state.file.revision));
        const auto revision = TRY(member.catalogue->revision(digest_from_bytes(hash)));
        if (revision == nullptr || !revision->automatic_grant) return {};
        TRY(member.dossiers->grant_by_rule(dossier, *revision));
        return {};
    };
    if (const auto done = grant(); !done) log::warning("payments.not-granted-by-rule", {{"dossier", std::string(dossier)}, {"code", done.error().key}});
}

namespace desk {

Result<pay::Money> typed_money(const http::Form& form, std::string_view name) {
    if (const auto amount = pay::Money::typed(form.text(name))) return *amount;
    return fail(Code::unprocessable, "pay.amount-malformed");
}

Result<std::optional<pay::Money>> typed_part(const http::Form& form) {
    if (trim(form.text("amount")).empty()) return std::nullopt;
    return TRY(typed_money(form, "amount"));
}

bool is_about_amount(const Error& error) { return error.key == "pay.amount-malformed" || error.key == "pay.refund-too-much"; }

}  // namespace desk

}  // namespace wasl::web
