// The cashier's day: opened with an amount, payments by reference with numbered receipts, refunds given, closed with what
// was counted. And the amount of a fee where the rule leaves it to an agent.
#include "web/pay.hpp"

#include "pay/reference.hpp"
#include "web/desk_panel.hpp"
#include "web/shell.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"
#include "pages/desk/panel.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web::desk {

namespace {

using identity::Role;

constexpr std::size_t receipts_shown = 200;

pay::Hand hand_of(const Visit& visit, const MemberSite& member) {
    const auto& offices = visit.actor.offices;
    return {visit.actor.id, staff_name(visit, member, visit.actor.id), offices.empty() ? std::string() : offices.front()};
}

SummaryRow row_of(const Visit& visit, std::string_view key, std::string value, bool copyable = false) {
    SummaryRow out;
    out.key = visit.say(key);
    out.value = std::move(value);
    out.copyable = copyable;
    return out;
}

PanelGroup day_facts(const Visit& visit, const pay::CashDay& day) {
    PanelGroup out{visit.say("pay.day.title", {{"number", day.number}}), {}};
    out.rows = {row_of(visit, "pay.day.cashier", day.cashier.name), row_of(visit, "pay.day.opened", moment(visit, day.opened)),
                row_of(visit, "pay.day.opening", say_money(visit, day.opening)),
                row_of(visit, "pay.day.taken", say_money(visit, day.taken)), row_of(visit, "pay.day.receipts", std::to_string(day.receipts)),
                row_of(visit, "pay.day.given-back", say_money(visit, day.given_back)), row_of(visit, "pay.day.expected", say_money(visit, day.expected()))};
    if (!day.closed) return out;
    out.rows.push_back(row_of(visit, "pay.day.counted", say_money(visit, day.counted)));
    out.rows.push_back(row_of(visit, "pay.day.difference", say_money(visit, day.difference())));
    if (!day.explanation.empty()) {
        out.rows.push_back(row_of(visit, "pay.day.explanation", day.explanation));
        out.rows.back().typed_by_person = true;
    }
    out.rows.push_back(row_of(visit, "pay.day.closed", moment(visit, *day.closed)));
    return out;
}

Table receipts_table(const Visit& visit, const std::vector<pay::Receipt>& receipts) {
    auto out = table(visit, visit.say("pay.receipts"), {"pay.paper.number", "pay.paper.at", "pay.reference", "common.reference", "common.amount"});
    for (const auto& receipt : receipts) {
        auto number = cell(receipt.number, true);
        number.link = page(visit, fmt::format("/cash/receipt/{}.pdf", receipt.number));
        auto amount = cell(say_money(visit, receipt.amount));
        amount.number = true;
        out.rows.push_back({std::move(number), cell(moment(visit, receipt.at)), cell(pay::shown_reference(receipt.reference), true), cell(receipt.dossier_reference, true), std::move(amount)});
    }
    return out;
}

// One click is one payment, whatever the network does: the key travels with the form.
DeskForm take_form(const Visit& visit, const pay::Demand& demand) {
    return FormMaker(visit, "take", "pay.cash.take", "pay.cash.take").routine()
        .hint(visit.say("pay.cash.take-hint", {{"amount", say_money(visit, demand.amount)}, {"reference", pay::shown_reference(demand.reference)}}))
        .hidden("reference", demand.reference).hidden("amount", demand.amount.text()).hidden("once", random_id(*visit.site->entropy)).done();
}

DeskForm find_payment_form(const Visit& visit) {
    return FormMaker(visit, "find", "pay.cash.find", "pay.cash.find").routine().code("reference", "pay.cash.reference").note("pay.cash.reference-hint").done();
}

void add_forms(const Visit& visit, DeskPanelView& view, const std::optional<pay::CashDay>& day) {
    if (!visit.actor.has(Role::cashier)) {
        view.forms.push_back(find_payment_form(visit));
        return;
    }
    if (!day) {
        view.forms.push_back(FormMaker(visit, "open", "pay.cash.open", "pay.cash.open").routine().code("opening", "pay.day.opening").note("pay.cash.opening-hint").done());
        view.forms.push_back(find_payment_form(visit));
        return;
    }
    view.forms.push_back(find_payment_form(visit));
    view.forms.push_back(FormMaker(visit, "refund", "pay.cash.refund", "pay.cash.refund").hint(visit.say("pay.cash.refund-hint"))
                             .code("receipt", "pay.paper.number").code("amount", "common.amount").note("pay.refund.part-hint")
                             .text("reason", "pay.reason").done());
    view.forms.push_back(FormMaker(visit, "close", "pay.cash.close", "pay.cash.close").style("warning").hint(visit.say("pay.cash.close-hint")).hidden("day", day->id)
                             .code("counted", "pay.day.counted").text("explanation", "pay.day.explanation").note("pay.cash.explanation-hint").done());
}

// Refunds that two persons have decided and that wait for a drawer.
void add_waiting_refunds(const Visit& visit, const MemberSite& member, DeskPanelView& view) {
    const auto waiting = member.payments->refunds(pay::RefundState::approved, 100);
    if (!waiting) return;
    for (const auto& refund : *waiting) {
        if (!refund.provider.empty()) continue;
        auto form = FormMaker(visit, "give", "pay.cash.give", "pay.cash.give").style("secondary")
                        .hint(visit.say("pay.cash.give-hint", {{"amount", say_money(visit, refund.amount)}, {"receipt", refund.receipt}}))
                        .hidden("refund", refund.id).done();
        form.title = visit.say("pay.cash.give-title", {{"receipt", refund.receipt}});
        view.forms.push_back(std::move(form));
    }
}

Result<DeskPanelView> cash_view(const Visit& visit, MemberSite& member) {
    auto view = panel(visit, "nav.cash", "/cash");
    const auto done = visit.request->query("done");
    if (const auto key = "pay.done." + std::string(done); !done.empty() && lingua::find_key(key)) view.notice = visit.say(key);
    const auto day = TRY(member.payments->open_day_of(visit.actor.id));
    if (visit.actor.has(Role::cashier)) {
        if (day) view.groups.push_back(day_facts(visit, *day));
        else view.hint = visit.say("pay.cash.no-day");
    }
    add_forms(visit, view, day);
    if (day) {
        add_waiting_refunds(visit, member, view);
        view.tables.push_back(receipts_table(visit, TRY(member.payments->receipts_of(day->id, receipts_shown))));
    }
    return view;
}

Result<http::Response> show_cash(Visit& visit) {
    auto* member = TRY(enter(visit, {Role::cashier, Role::agent}));
    const auto view = TRY(cash_view(visit, *member));
    return render(visit, view, pages::desk_panel);
}

// What was found: the amount, its state, and what may be done with it.
Result<void> add_found(const Visit& visit, const MemberSite& member, DeskPanelView& view, const pay::Demand& demand) {
    PanelGroup group{visit.say("pay.found"), {}};
    const auto sheet = member.catalogue->find(demand.procedure);
    group.rows = {row_of(visit, "desk.queue.procedure", sheet && *sheet != nullptr ? (*sheet)->title.in(visit.tag()) : demand.procedure),
                  row_of(visit, "common.reference", demand.dossier_reference, true), row_of(visit, "pay.reference", pay::shown_reference(demand.reference), true),
                  row_of(visit, "common.amount", say_money(visit, demand.amount)), row_of(visit, "common.status", say_demand_state(visit, demand))};
    if (!demand.receipt.empty()) {
        group.rows.push_back(row_of(visit, "pay.paper.number", demand.receipt));
        group.rows.back().link = page(visit, fmt::format("/cash/receipt/{}.pdf", demand.receipt));
    }
    view.groups.insert(view.groups.begin(), std::move(group));
    const bool may_take = visit.actor.has(Role::cashier) && TRY(member.payments->open_day_of(visit.actor.id)).has_value();
    if (may_take && demand.state == pay::DemandState::open) view.forms.insert(view.forms.begin(), take_form(visit, demand));
    return {};
}

// By the payment reference, or by that of the request: then an agent may have to say the amount first.
Result<http::Response> find_payment(Visit& visit, MemberSite& member, const http::Form& form) {
    auto view = TRY(cash_view(visit, member));
    restore_typed(view.forms, form, "");
    const std::string typed(trim(form.text("reference")));
    const auto refuse = [&](const Error& error) {
        show_refusal(visit, view, form, error, "reference");
        return render(visit, view, pages::desk_panel, http_status(error.code));
    };
    if (typed.find('/') == std::string::npos) {
        const auto reference = pay::read_reference(typed);
        if (!reference) return refuse(reference.error());
        const auto demand = TRY(member.payments->demand(*reference));
        if (!demand) return refuse({Code::not_found, "pay.unknown-reference", {}});
        TRY(add_found(visit, member, view, *demand));
        return render(visit, view, pages::desk_panel);
    }
    const auto dossier = TRY(member.dossiers->by_reference(typed));
    if (!dossier) return refuse({Code::not_found, "dossier.unknown", {}});
    if (const auto demand = TRY(member.payments->demand_of(dossier->state.id))) {
        TRY(add_found(visit, member, view, *demand));
        return render(visit, view, pages::desk_panel);
    }
    const bool agent_says = dossier->state.file.terms.fee == "needs-human" && dossier::is_open(dossier->state.phase);
    if (!agent_says || !visit.actor.has(Role::agent) || office_on(visit, dossier->state).empty()) return refuse({Code::conflict, "pay.nothing-due", {}});
    view.forms.insert(view.forms.begin(), FormMaker(visit, "assess", "pay.cash.assess", "pay.cash.assess").routine().hint(visit.say("pay.cash.assess-hint", {{"reference", typed}}))
                                              .hidden("dossier", dossier->state.id).code("amount", "common.amount").done());
    return render(visit, view, pages::desk_panel);
}

Result<void> assess_fee(Visit& visit, MemberSite& member, const http::Form& form) {
    if (!visit.actor.has(Role::agent)) return fail(Code::not_found, "http.not-found");
    const auto dossier = TRY(member.dossiers->get(form.text("dossier")));
    if (!dossier || office_on(visit, dossier->state).empty()) return fail(Code::not_found, "dossier.unknown");
    const auto amount = TRY(typed_money(form, "amount"));
    TRY(member.payments->assess(dossier->state, amount, hand_of(visit, member)));
    return {};
}

Result<void> act_as_cashier(Visit& visit, MemberSite& member, const http::Form& form) {
    const auto what = form.text("do");
    auto& book = *member.payments;
    if (what == "assess") return assess_fee(visit, member, form);
    if (!visit.actor.has(Role::cashier)) return fail(Code::not_found, "http.not-found");
    const auto hand = hand_of(visit, member);
    if (what == "open") {
        const auto opening = TRY(typed_money(form, "opening"));
        TRY(book.open_day(opening, hand));
    } else if (what == "take") {
        const auto amount = TRY(typed_money(form, "amount"));
        const auto receipt = TRY(book.take_cash(form.text("reference"), amount, std::string(form.text("once")), hand));
        go_on_after_payment(member, receipt.dossier);
    } else if (what == "refund") {
        const auto part = TRY(typed_part(form));
        TRY(book.ask_refund(trim(form.text("receipt")), {std::string(form.text("reason")), hand, part}));
    } else if (what == "give") {
        TRY(book.give_back(form.text("refund"), hand));
    } else if (what == "close") {
        const auto counted = TRY(typed_money(form, "counted"));
        TRY(book.close_day(form.text("day"), counted, std::string(form.text("explanation")), hand));
    } else {
        return fail(Code::not_found, "http.not-found", std::string(what));
    }
    return {};
}

std::string wrong_field(const Error& error) {
    if (error.key == "pay.explanation-required") return "explanation";
    if (error.key == "pay.reason-required") return "reason";
    if (is_about_amount(error)) return "amount";
    return error.key == "pay.unknown-receipt" ? "receipt" : "";
}

Result<http::Response> act_at_cash(Visit& visit, http::Form& form) {
    auto* member = TRY(enter(visit, {Role::cashier, Role::agent}));
    if (form.text("do") == "find") return find_payment(visit, *member, form);
    const auto done = act_as_cashier(visit, *member, form);
    if (done) {
        const auto below = form.text("do") == "close" ? fmt::format("/cash/day/{}", percent_encode(form.text("day"))) : std::string("/cash");
        return redirect(visit, fmt::format("{}{}?done={}", base(visit), below, percent_encode(form.text("do"))));
    }
    const bool unknown_to_pay = done.error().code == Code::not_found && form.text("do") == "refund";
    if (!can_be_mended(done.error()) && !unknown_to_pay) return std::unexpected(done.error());
    auto view = TRY(cash_view(visit, *member));
    show_refusal(visit, view, form, done.error(), wrong_field(done.error()));
    return render(visit, view, pages::desk_panel, http_status(done.error().code));
}

// The closing page: the sheet that the cashier signs and hands in. Supervisors see everybody's.
Result<http::Response> show_day(Visit& visit) {
    auto* member = TRY(enter(visit, {Role::cashier, Role::supervisor, Role::signatory}));
    const auto id = visit.parameter("day");
    const auto day = TRY(member->payments->day(id));
    const bool oversees = visit.actor.has(Role::supervisor) || visit.actor.has(Role::signatory);
    if (!day || (!oversees && day->cashier.id != visit.actor.id)) return fail(Code::not_found, "pay.unknown-day", id);
    auto view = panel(visit, "pay.closing", "/cash/day/" + day->id);
    if (visit.request->query("done") == "close") view.notice = visit.say("pay.done.close");
    view.groups.push_back(day_facts(visit, *day));
    view.tables.push_back(receipts_table(visit, TRY(member->payments->receipts_of(day->id, 10'000))));
    return render(visit, view, pages::desk_panel);
}

Result<http::Response> show_receipt(Visit& visit) {
    auto* member = TRY(enter(visit, {Role::cashier, Role::agent, Role::supervisor, Role::signatory}));
    auto number = visit.parameter("file");
    if (!number.ends_with(".pdf")) return fail(Code::not_found, "web.no-paper");
    number.resize(number.size() - 4);
    const auto receipt = TRY(member->payments->receipt(number));
    if (!receipt) return fail(Code::not_found, "pay.unknown-receipt", number);
    // It bears the name of who the request is for: a cashier gives their own receipts again, others by their offices.
    if (receipt->cashier.id != visit.actor.id) {
        const auto dossier = TRY(member->dossiers->get(receipt->dossier));
        if (!dossier || office_on(visit, dossier->state).empty()) return fail(Code::not_found, "pay.unknown-receipt", number);
    }
    return payment_receipt_file(TRY(payment_receipt_pdf(visit, *member, *receipt)), *receipt);
}

}  // namespace

void add_cash(http::Router& router, Site& site) {
    get_slow(router, site, "/desk/{member}/cash", Door::staff, show_cash);
    post(router, site, "/desk/{member}/cash", Door::staff, act_at_cash);
    get_slow(router, site, "/desk/{member}/cash/day/{day}", Door::staff, show_day);
    get_slow(router, site, "/desk/{member}/cash/receipt/{file}", Door::staff, show_receipt);
}

}  // namespace wasl::web::desk
