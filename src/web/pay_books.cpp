// For who oversees the money: drawers of all cashiers, refunds to decide, money held beyond what was due, and the
// settlement files of providers held against what they told.
#include "web/pay.hpp"

#include "pay/reference.hpp"
#include "web/desk_panel.hpp"
#include "web/shell.hpp"

#include "base/text.hpp"
#include "pages/pay/books.hpp"
#include "pages/desk/panel.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web::desk {

namespace {

using identity::Role;

constexpr std::size_t rows_shown = 100;
constexpr std::uint64_t largest_settlement = 16U << 20U;
constexpr std::size_t settlement_body = (16U << 20U) + (64U << 10U);

pay::Hand overseer(const Visit& visit, const MemberSite& member) {
    const auto& offices = visit.actor.offices;
    return {visit.actor.id, staff_name(visit, member, visit.actor.id), offices.empty() ? std::string() : offices.front()};
}

Cell amount_cell(const Visit& visit, pay::Money amount) {
    auto out = cell(say_money(visit, amount));
    out.number = true;
    return out;
}

std::string provider_name(const Visit& visit, const MemberSite& member, const std::string& name) {
    const auto door = std::ranges::find(member.info->payment, name, &PaymentDoor::name);
    return door == member.info->payment.end() ? name : door->label.in(visit.tag());
}

// Columns of amounts have their heads above them.
Table with_amounts(Table out) {
    if (out.rows.empty()) return out;
    for (std::size_t i = 0; i < out.head.size() && i < out.rows.front().size(); ++i) {
        out.head[i].number = std::ranges::any_of(out.rows, [&](const auto& row) { return row[i].number; });
    }
    return out;
}

// One line a drawer: what should be in it, what was, and why not.
Table drawers(const Visit& visit, const std::vector<pay::CashDay>& days) {
    auto out = table(visit, visit.say("pay.books.drawers"),
                     {"pay.day.number", "pay.day.cashier", "pay.day.opened", "pay.day.taken", "pay.day.expected", "pay.day.counted", "pay.day.difference", "pay.day.explanation"});
    for (const auto& day : days) {
        auto number = cell(day.number, true);
        number.link = page(visit, "/cash/day/" + day.id);
        auto difference = day.closed ? amount_cell(visit, day.difference()) : cell(visit.say("pay.day.still-open"));
        difference.colour = !day.closed ? "blue" : day.difference().is_zero() ? "green" : "red";
        out.rows.push_back({std::move(number), cell(day.cashier.name, true), cell(moment(visit, day.opened)), amount_cell(visit, day.taken), amount_cell(visit, day.expected()),
                            day.closed ? amount_cell(visit, day.counted) : cell(""), std::move(difference), cell(day.explanation, true)});
    }
    return with_amounts(std::move(out));
}

Table held_money(const Visit& visit, const MemberSite& member, const std::vector<pay::Notice>& held) {
    auto out = table(visit, visit.say("pay.books.held"), {"pay.paper.at", "paper.fact.provider", "paper.fact.transaction", "pay.reference", "pay.books.why", "common.amount"});
    for (const auto& notice : held) {
        out.rows.push_back({cell(moment(visit, notice.at)), cell(provider_name(visit, member, notice.provider), true), cell(notice.transaction, true),
                            cell(pay::shown_reference(notice.reference), true), cell(visit.say(notice.code)), amount_cell(visit, notice.held)});
    }
    return with_amounts(std::move(out));
}

Table given_refunds(const Visit& visit, const std::vector<pay::Refund>& given) {
    auto out = table(visit, visit.say("pay.books.given"), {"pay.refund.voucher", "pay.reference", "pay.reason", "pay.refund.asked-by", "pay.refund.decided-by", "common.amount"});
    for (const auto& refund : given) {
        out.rows.push_back({cell(refund.voucher, true), cell(pay::shown_reference(refund.reference), true), cell(refund.reason, true), cell(refund.asked_by.name, true),
                            cell(refund.decided_by.name, true), amount_cell(visit, refund.amount)});
    }
    return with_amounts(std::move(out));
}

Table files_read(const Visit& visit, const MemberSite& member, const std::vector<pay::Settlement>& settlements) {
    auto out = table(visit, visit.say("pay.books.settlements"), {"pay.settlement.file", "paper.fact.provider", "pay.settlement.at", "pay.settlement.expected", "pay.settlement.received", "pay.settlement.differences"});
    for (const auto& settlement : settlements) {
        auto name = cell(settlement.name.empty() ? settlement.id : settlement.name, true);
        name.link = page(visit, "/payments/settlement/" + settlement.id);
        auto differences = cell(std::to_string(settlement.differences()));
        differences.colour = settlement.differences() == 0 ? "green" : "red";
        out.rows.push_back({std::move(name), cell(provider_name(visit, member, settlement.provider), true), cell(moment(visit, settlement.at)), amount_cell(visit, settlement.expected),
                            amount_cell(visit, settlement.received), std::move(differences)});
    }
    return with_amounts(std::move(out));
}

// A refund asked for: yes by somebody else than who asked, or no with a reason.
DeskForm decide_form(const Visit& visit, const pay::Refund& refund) {
    auto form = FormMaker(visit, "decide-refund", "pay.refund.decide", "common.confirm").hidden("refund", refund.id)
                    .hint(visit.say("pay.refund.facts", {{"amount", say_money(visit, refund.amount)}, {"name", refund.asked_by.name}, {"reason", refund.reason}}))
                    .radios("decision", "pay.refund.decide", {{"approve", visit.say("pay.refund.approve"), "", false}, {"reject", visit.say("pay.refund.reject"), "", false}})
                    .text("reason", "pay.refund.rejection").done();
    form.title = visit.say("pay.refund.title", {{"number", refund.receipt.empty() ? refund.notice : refund.receipt}});
    return form;
}

DeskForm return_form(const Visit& visit, const std::vector<pay::Notice>& held) {
    std::vector<Option> choices;
    for (const auto& notice : held) {
        if (notice.refund.empty()) choices.push_back({notice.key(), fmt::format("{} · {}", notice.transaction, say_money(visit, notice.held)), "", false});
    }
    return FormMaker(visit, "return", "pay.refund.return", "pay.refund.return").hint(visit.say("pay.refund.return-hint")).select("notice", "pay.books.held", std::move(choices))
        .code("amount", "common.amount").note("pay.refund.part-hint").text("reason", "pay.reason").done();
}

void offer_file(const Visit& visit, const MemberSite& member, BooksView& view) {
    view.has_providers = !member.info->payment.empty();
    view.provider = question(visit, "settle", "provider", "paper.fact.provider");
    for (const auto& door : member.info->payment) view.providers.push_back({door.name, door.label.in(visit.tag()), "", false});
    view.file = question(visit, "settle", "file", "pay.settlement.choose");
    view.file.hint = visit.say("pay.settlement.hint");
    view.file.accept = ".csv,text/csv";
    view.file.largest_file = largest_settlement;
    view.file.too_large = visit.say("pay.settlement.too-large");
}

Result<BooksView> books_view(const Visit& visit, MemberSite& member) {
    auto& book = *member.payments;
    BooksView view;
    view.chrome = chrome(visit, "nav.payments");
    view.heading = view.chrome.title;
    view.here = page(visit, "/payments");
    view.csrf = visit.csrf();
    const auto done = visit.request->query("done");
    if (const auto key = "pay.done." + std::string(done); !done.empty() && lingua::find_key(key)) view.notice = visit.say(key);
    offer_file(visit, member, view);
    const auto held = TRY(book.held(rows_shown));
    for (const auto& refund : TRY(book.refunds(pay::RefundState::asked, rows_shown))) view.forms.push_back(decide_form(visit, refund));
    if (std::ranges::any_of(held, [](const pay::Notice& notice) { return notice.refund.empty(); })) view.forms.push_back(return_form(visit, held));
    view.tables.push_back(drawers(visit, TRY(book.days(rows_shown))));
    if (!held.empty()) view.tables.push_back(held_money(visit, member, held));
    if (const auto given = TRY(book.refunds(pay::RefundState::given, rows_shown)); !given.empty()) view.tables.push_back(given_refunds(visit, given));
    if (const auto files = TRY(book.settlements(rows_shown)); !files.empty()) view.tables.push_back(files_read(visit, member, files));
    return view;
}

Result<http::Response> show_books(Visit& visit) {
    auto* member = TRY(enter(visit, {Role::supervisor, Role::signatory}));
    const auto view = TRY(books_view(visit, *member));
    return render(visit, view, pages::pay_books);
}

Result<std::string> take_file(Visit& visit, MemberSite& member, const http::Form& form) {
    const auto* file = form.file("file");
    const auto provider = form.text("provider");
    const auto known = std::ranges::find(member.info->payment, provider, &PaymentDoor::name) != member.info->payment.end();
    if (!known) return fail(Code::not_found, "http.not-found", std::string(provider));
    if (file == nullptr || file->content.empty()) return fail(Code::unprocessable, "pay.settlement-missing");
    const auto settlement = TRY(member.payments->settle(provider, file->filename, file->content, overseer(visit, member)));
    for (const auto& line : settlement.lines) {
        if (line.state != "not-notified" || line.code == "pay.notice.unknown-reference") continue;
        if (const auto demand = TRY(member.payments->demand(line.reference))) go_on_after_payment(member, demand->dossier);
    }
    return "/payments/settlement/" + settlement.id + "?done=settle";
}

Result<std::string> act_on_books(Visit& visit, MemberSite& member, const http::Form& form) {
    const auto what = form.text("do");
    const auto hand = overseer(visit, member);
    auto& book = *member.payments;
    if (what == "settle") return take_file(visit, member, form);
    if (what == "return") {
        const auto part = TRY(typed_part(form));
        TRY(book.ask_return(form.text("notice"), {std::string(form.text("reason")), hand, part}));
        return std::string("/payments?done=refund");
    }
    if (what != "decide-refund") return fail(Code::not_found, "http.not-found", std::string(what));
    if (form.text("decision") == "approve") {
        TRY(book.approve(form.text("refund"), hand));
    } else if (form.text("decision") == "reject") {
        TRY(book.reject(form.text("refund"), std::string(form.text("reason")), hand));
    } else {
        return fail(Code::unprocessable, "pay.decision-required");
    }
    return std::string("/payments?done=decide");
}

Result<http::Response> act_books(Visit& visit, http::Form& form) {
    auto* member = TRY(enter(visit, {Role::supervisor, Role::signatory}));
    const auto next = act_on_books(visit, *member, form);
    if (next) return redirect(visit, base(visit) + *next);
    if (!can_be_mended(next.error())) return std::unexpected(next.error());
    auto view = TRY(books_view(visit, *member));
    const auto said = lingua::say(visit.language, next.error());
    const bool of_file = form.text("do") == "settle";
    view.chrome.has_errors = true;
    view.errors.push_back({said, Url::literal(of_file ? "#" + view.file.id : "#do-" + percent_encode(form.text("do")))});
    if (of_file) view.file.error = said;
    else restore_typed(view.forms, form, said, is_about_amount(next.error()) ? "amount" : "reason");
    return render(visit, view, pages::pay_books, http_status(next.error().code));
}

std::string colour_of_line(const std::string& state) {
    if (state == "matched") return "green";
    return state == "settled-before" || state == "not-settled" ? "grey" : "red";
}

// Line by line: what the provider should have paid, what it paid, and what became of the difference.
Result<http::Response> show_settlement(Visit& visit) {
    auto* member = TRY(enter(visit, {Role::supervisor, Role::signatory}));
    const auto settlement = TRY(member->payments->settlement(visit.parameter("id")));
    if (!settlement) return fail(Code::not_found, "http.not-found");
    auto view = panel(visit, "pay.settlement.title", "/payments/settlement/" + settlement->id);
    if (visit.request->query("done") == "settle") view.notice = visit.say("pay.done.settle");
    PanelGroup facts{settlement->name.empty() ? settlement->id : settlement->name, {}};
    const auto add = [&](std::string_view key, std::string value) {
        SummaryRow row;
        row.key = visit.say(key);
        row.value = std::move(value);
        facts.rows.push_back(std::move(row));
    };
    add("paper.fact.provider", provider_name(visit, *member, settlement->provider));
    add("pay.settlement.at", moment(visit, settlement->at) + " · " + settlement->by.name);
    add("pay.settlement.expected", say_money(visit, settlement->expected));
    add("pay.settlement.received", say_money(visit, settlement->received));
    add("pay.settlement.differences", std::to_string(settlement->differences()));
    view.groups.push_back(std::move(facts));
    auto lines = table(visit, visit.say("pay.settlement.lines"), {"paper.fact.transaction", "pay.reference", "pay.settlement.expected", "pay.settlement.received", "common.status", "pay.settlement.became"});
    for (const auto& line : settlement->lines) {
        auto state = cell(visit.say("pay.line-state." + line.state));
        state.colour = colour_of_line(line.state);
        lines.rows.push_back({cell(line.transaction, true), cell(pay::shown_reference(line.reference), true), line.expected ? amount_cell(visit, *line.expected) : cell(""),
                              line.received ? amount_cell(visit, *line.received) : cell(""), std::move(state), cell(line.code.empty() ? std::string() : visit.say(line.code))});
    }
    view.tables.push_back(with_amounts(std::move(lines)));
    return render(visit, view, pages::desk_panel);
}

}  // namespace

void add_payments(http::Router& router, Site& site) {
    get_slow(router, site, "/desk/{member}/payments", Door::staff, show_books);
    post(router, site, "/desk/{member}/payments", Door::staff, act_books, {.body_limit = settlement_body});
    get_slow(router, site, "/desk/{member}/payments/settlement/{id}", Door::staff, show_settlement);
}

}  // namespace wasl::web::desk
