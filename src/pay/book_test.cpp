// Payments of one member, act by act: each rule and each error code by its name.
#include "pay/testing.hpp"

#include "trust/journal_sealer.hpp"

using namespace wasl;
using namespace wasl::pay;
using namespace wasl::pay::test;

TEST_CASE("a filing with a fee raises a demand made of its parts, the stamp duty at the law's amount") {
    Paying m;
    const auto demand = m.owed();
    CHECK(demand.amount == mad("22.00"));
    REQUIRE(demand.lines.size() == 2);
    CHECK(demand.lines[1].stamp == "birth-extract");
    CHECK(demand.lines[1].amount == mad("2.00"));
    CHECK(demand.lines[1].label == "تنبر نسخة موجزة من رسم الولادة");
    CHECK(m.account("due") == mad("22.00"));
    CHECK(m.recheck() == "");
    const auto free = m.filed();  // no fee, no demand
    CHECK_FALSE(Member::must(m.book->demand_of(free.dossier)).has_value());
}

TEST_CASE("cash: day opened, exact amount, numbered and sealed receipt, told to the dossier") {
    Paying m;
    const auto demand = m.owed();
    CHECK(key_of(m.book->take_cash(demand.reference, mad("22"), "k", hind)) == "pay.no-open-day");
    const auto day = Member::must(m.book->open_day(mad("300"), hind));
    CHECK(key_of(m.book->open_day(mad("300"), hind)) == "pay.day-open-already");
    CHECK(key_of(m.book->take_cash(demand.reference, mad("20"), "k", hind)) == "pay.wrong-amount");
    CHECK(key_of(m.book->take_cash("10000000000180", mad("22"), "k", hind)) == "pay.unknown-reference");
    const auto receipt = Member::must(m.book->take_cash(demand.reference, mad("22"), "k", hind));
    CHECK(receipt.number == "2026-000001");
    CHECK(Member::must(m.book->take_cash(demand.reference, mad("22"), "k", hind)) == receipt);  // the second click
    CHECK(key_of(m.book->take_cash(demand.reference, mad("22"), "other", hind)) == "pay.already-paid");
    CHECK(key_of(m.book->take_cash(m.owed().reference, mad("22"), "k", hind)) == "pay.already-paid");  // the key of another payment
    const auto seal = Member::must(trust::find_seal(*Member::must(m.store->read()), receipt_seal_key(receipt.number)));
    REQUIRE(seal.has_value());
    const auto opened = Member::must(trust::parse_seal(seal->seal));
    CHECK(opened.kind == trust::PaperKind::payment);
    CHECK(opened.facts == "2026-000001 22.00 MAD");
    CHECK(opened.reference == demand.dossier_reference);
    REQUIRE(m.get(demand.dossier).state.fees.size() == 1);
    CHECK(m.get(demand.dossier).state.fees[0].receipt == receipt.number);
    CHECK(Member::must(m.book->day(day.id))->expected() == mad("322"));
    CHECK(m.recheck() == "");
    CHECK(m.audit() == "");
}

TEST_CASE("a day is closed with what was counted; a difference has its explanation") {
    Paying m;
    const auto day = Member::must(m.book->open_day(mad("100"), hind));
    Member::must(m.book->take_cash(m.owed().reference, mad("22"), "1", hind));
    CHECK(key_of(m.book->close_day(day.id, mad("121"), " ", hind)) == "pay.explanation-required");
    CHECK(key_of(m.book->close_day(day.id, mad("121"), "a coin lost", omar)) == "pay.unknown-day");
    const auto closed = Member::must(m.book->close_day(day.id, mad("121"), "a coin lost", hind));
    CHECK(closed.difference() == mad("-1"));
    CHECK(Member::must(m.book->close_day(day.id, mad("121"), "", hind)) == closed);
    CHECK(key_of(m.book->close_day(day.id, mad("122"), "", hind)) == "pay.day-closed");
    CHECK(m.account("difference") == mad("1"));
    CHECK(m.account("vault") == mad("21"));
    CHECK(key_of(m.book->take_cash(m.owed().reference, mad("22"), "2", hind)) == "pay.no-open-day");
    CHECK(Member::must(m.book->open_day(mad("0"), hind)).number == "2026-0002");
    CHECK(m.recheck() == "");
}

TEST_CASE("unpaid is incomplete where the procedure says so: the receipt is given, the delay starts with the payment") {
    Paying m;
    const auto demand = m.owed(true);
    auto state = m.get(demand.dossier).state;
    CHECK(state.phase == dossier::Phase::incomplete);
    REQUIRE(dossier::still_missing(state).size() == 1);
    CHECK(dossier::still_missing(state)[0].code == "fee");
    CHECK_FALSE(state.clock.started.has_value());
    CHECK(m.told("T-1", demand.reference, "22.00").code == "pay.notice.paid");
    state = m.get(demand.dossier).state;
    CHECK(state.phase == dossier::Phase::examination);
    CHECK(state.clock.started == m.clock.now());
    CHECK(m.get(m.owed(false).dossier).state.phase == dossier::Phase::examination);  // the other choice
    CHECK(m.audit() == "");
}

TEST_CASE("a notification replayed, in any order of its members, is answered as the first time") {
    Paying m;
    const auto demand = m.owed();
    const auto first = m.told("T-1", demand.reference, "22.00");
    CHECK(first.code == "pay.notice.paid");
    CHECK(first.dossier == demand.dossier);
    const auto again = m.told("T-1", demand.reference, "22.00");
    CHECK(again.repeated);
    CHECK(again.receipt == first.receipt);
    CHECK(m.account("provider/carte") == mad("22.00"));
    CHECK(m.recheck() == "");
}

TEST_CASE("pay.notice-differs: the same payment cannot be told otherwise") {
    Paying m;
    const auto demand = m.owed();
    m.told("T-1", demand.reference, "22.00");
    CHECK(key_of(m.book->take("carte", {"T-1", {}, demand.reference, mad("30"), true})) == "pay.notice-differs");
    CHECK(key_of(m.book->take("carte", {"T-1", {}, demand.reference, mad("22"), false})) == "pay.notice-differs");
    CHECK(m.account("provider/carte") == mad("22.00"));
}

TEST_CASE("money for a wrong amount, twice, for an unknown reference or after cancellation is held and shown, never lost") {
    Paying m;
    const auto a = m.owed(), b = m.owed(), c = m.owed();
    CHECK(m.told("T-1", a.reference, "20.00").code == "pay.notice.too-little");
    CHECK(m.now(a).state == DemandState::open);
    CHECK(m.told("T-2", a.reference, "25.00").code == "pay.notice.overpaid");
    CHECK(m.now(a).state == DemandState::paid);
    CHECK(m.told("T-3", a.reference, "22.00").code == "pay.notice.already-paid");
    CHECK(m.told("T-4", "10000000000180", "22.00").code == "pay.notice.unknown-reference");
    CHECK(m.told("T-5", "nonsense", "22.00").code == "pay.notice.unknown-reference");
    m.withdrawn(b);
    CHECK(m.now(b).state == DemandState::cancelled);
    CHECK(m.told("T-6", b.reference, "22.00").code == "pay.notice.cancelled");
    const auto held = Member::must(m.book->held(100));
    Money sum;
    for (const auto& notice : held) sum += notice.held;
    CHECK(held.size() == 6);
    CHECK(sum == mad("111.00"));  // 20 + 3 + 22 + 22 + 22 + 22
    CHECK(m.account("overpaid") == -sum);
    CHECK(m.account("provider/carte") == sum + mad("22"));
    CHECK(m.now(c).state == DemandState::open);
    CHECK(m.recheck() == "");
}

TEST_CASE("a payment that failed books nothing, and may succeed later under the same number") {
    Paying m;
    const auto demand = m.owed();
    const auto attempt = Member::must(m.book->begin(demand.reference, "carte", "fr"));
    CHECK(Member::must(m.book->begin(demand.reference, "carte", "ar")).id == attempt.id);  // pressed twice
    CHECK(Member::must(m.book->take("carte", {"T-1", attempt.id, demand.reference, mad("22"), false})).code == "pay.notice.not-paid");
    CHECK(m.account("provider/carte").is_zero());
    CHECK(Member::must(m.book->take("carte", {"T-1", attempt.id, "", mad("22"), true})).code == "pay.notice.paid");  // by our attempt alone
    CHECK(Member::must(m.book->attempt(attempt.id))->successful);
    CHECK(key_of(m.book->begin(demand.reference, "carte", "fr")) == "pay.already-paid");
    CHECK(m.recheck() == "");
}

TEST_CASE("an attempt and a reference that contradict each other pay neither") {
    Paying m;
    const auto a = m.owed(), b = m.owed();
    const auto attempt = Member::must(m.book->begin(a.reference, "carte", "fr"));
    CHECK(Member::must(m.book->take("carte", {"T-1", attempt.id, b.reference, mad("22"), true})).code == "pay.notice.unknown-reference");
    CHECK(m.now(a).state == DemandState::open);
    CHECK(m.now(b).state == DemandState::open);
    CHECK(m.recheck() == "");
}

TEST_CASE("an attempt at one provider says nothing in the mouth of another") {
    Paying m;
    const auto demand = m.owed();
    const auto attempt = Member::must(m.book->begin(demand.reference, "carte", "fr"));
    CHECK(Member::must(m.book->take("autre", {"T-1", attempt.id, "", mad("22"), true})).code == "pay.notice.unknown-attempt");
    CHECK(m.now(demand).state == DemandState::open);
    CHECK_FALSE(Member::must(m.book->attempt(attempt.id))->successful);
    CHECK(m.recheck() == "");
}

TEST_CASE("pay.notice.unknown-attempt: money for an attempt that was never begun is held, whatever reference stands beside it") {
    Paying m;
    const auto demand = m.owed();
    const auto answer = Member::must(m.book->take("carte", {"T-1", "never-begun", demand.reference, mad("22"), true}));
    CHECK(answer.code == "pay.notice.unknown-attempt");
    CHECK(answer.receipt.empty());
    CHECK(answer.held == mad("22"));
    CHECK(m.now(demand).state == DemandState::open);
    CHECK(Member::must(m.book->held(10)).size() == 1);
    CHECK(m.recheck() == "");
}

TEST_CASE("an attempt that a newer one replaced is still known when the provider tells of it late") {
    Paying m;
    const auto demand = m.owed();
    const auto first = Member::must(m.book->begin(demand.reference, "carte", "fr"));
    m.clock.advance_seconds(1'801);
    const auto second = Member::must(m.book->begin(demand.reference, "carte", "fr"));
    CHECK(second.id != first.id);
    CHECK(Member::must(m.book->begin(demand.reference, "carte", "fr")).id == second.id);
    CHECK(Member::must(m.book->take("carte", {"T-1", first.id, demand.reference, mad("22"), true})).code == "pay.notice.paid");
    CHECK(m.recheck() == "");
}

TEST_CASE("cash and provider at once: one pays, the other is refused or held") {
    Paying m;
    const auto demand = m.owed();
    Member::must(m.book->open_day(mad("0"), hind));
    Member::must(m.book->take_cash(demand.reference, mad("22"), "1", hind));
    CHECK(m.told("T-1", demand.reference, "22.00").code == "pay.notice.already-paid");
    CHECK(m.recheck() == "");
}

TEST_CASE("a refund is an act of two persons, for a dossier that ended without a decision") {
    Paying m;
    const auto demand = m.owed();
    Member::must(m.book->open_day(mad("0"), hind));
    const auto receipt = Member::must(m.book->take_cash(demand.reference, mad("22"), "1", hind));
    CHECK(key_of(m.book->ask_refund(receipt.number, {"withdrawn", omar})) == "pay.refund-not-due");
    m.withdrawn(demand);
    CHECK(key_of(m.book->ask_refund(receipt.number, {" ", omar})) == "pay.reason-required");
    CHECK(key_of(m.book->ask_refund("2026-999999", {"withdrawn", omar})) == "pay.unknown-receipt");
    const auto refund = Member::must(m.book->ask_refund(receipt.number, {"withdrawn", omar}));
    CHECK(key_of(m.book->ask_refund(receipt.number, {"again", chief})) == "pay.refund-standing");
    CHECK(key_of(m.book->approve(refund.id, omar)) == "pay.same-person");
    CHECK(key_of(m.book->give_back(refund.id, hind)) == "pay.refund-decided");  // not decided yet
    CHECK(key_of(m.book->approve("nothing", chief)) == "pay.unknown-refund");
    Member::must(m.book->approve(refund.id, chief));
    CHECK(Member::must(m.book->approve(refund.id, chief)).state == RefundState::approved);  // twice is once
    CHECK(key_of(m.book->give_back(refund.id, omar)) == "pay.no-open-day");
    const auto given = Member::must(m.book->give_back(refund.id, hind));
    CHECK(given.voucher == "R-2026-000001");
    CHECK(Member::must(m.book->give_back(refund.id, hind)).voucher == given.voucher);
    CHECK(m.now(demand).state == DemandState::refunded);
    CHECK(Member::must(m.book->open_day_of(hind.id))->expected().is_zero());
    CHECK(m.account("fees/building-permit").is_zero());
    CHECK(m.recheck() == "");
}

TEST_CASE("a part is given back, then another: never more than was paid in sum, each by two persons") {
    Paying m;
    const auto demand = m.owed();
    Member::must(m.book->open_day(mad("0"), hind));
    const auto receipt = Member::must(m.book->take_cash(demand.reference, mad("22"), "1", hind));
    m.withdrawn(demand);
    CHECK(key_of(m.book->ask_refund(receipt.number, {"too much", omar, mad("22.01")})) == "pay.refund-too-much");
    CHECK(key_of(m.book->ask_refund(receipt.number, {"nothing", omar, mad("0")})) == "pay.amount-malformed");
    CHECK(key_of(m.book->ask_refund(receipt.number, {"less", omar, mad("-1")})) == "pay.amount-malformed");
    const auto give = [&](std::string_view part) {
        const auto refund = Member::must(m.book->ask_refund(receipt.number, {"part", omar, mad(part)}));
        CHECK(key_of(m.book->approve(refund.id, omar)) == "pay.same-person");
        Member::must(m.book->approve(refund.id, chief));
        // Promised, not given yet: nothing else may be promised meanwhile.
        CHECK(key_of(m.book->ask_refund(receipt.number, {"more", omar, mad("1")})) == "pay.refund-standing");
        return Member::must(m.book->give_back(refund.id, hind));
    };
    CHECK(give("7.35").voucher == "R-2026-000001");
    CHECK(m.now(demand).state == DemandState::paid);
    CHECK(m.now(demand).returned == mad("7.35"));
    CHECK(m.account("fees/building-permit") == mad("-14.65"));
    CHECK(m.recheck() == "");
    CHECK(key_of(m.book->ask_refund(receipt.number, {"all of it", omar, mad("22")})) == "pay.refund-too-much");
    CHECK(Member::must(m.book->reject(Member::must(m.book->ask_refund(receipt.number, {"part", omar, mad("1")})).id, "no", chief)).amount == mad("1"));
    CHECK(give("4.65").amount == mad("4.65"));
    const auto rest = Member::must(m.book->ask_refund(receipt.number, {"the rest", omar}));
    CHECK(rest.amount == mad("10.00"));
    Member::must(m.book->approve(rest.id, chief));
    Member::must(m.book->give_back(rest.id, hind));
    CHECK(m.now(demand).state == DemandState::refunded);
    CHECK(key_of(m.book->ask_refund(receipt.number, {"again", omar})) == "pay.nothing-left");
    CHECK(m.account("fees/building-permit").is_zero());
    CHECK(Member::must(m.book->open_day_of(hind.id))->expected().is_zero());
    CHECK(m.recheck() == "");
    CHECK(m.audit() == "");
}

TEST_CASE("a part of what is held goes back; the rest stays shown") {
    Paying m;
    const auto demand = m.owed();
    m.told("T-1", demand.reference, "30.00");
    CHECK(key_of(m.book->ask_return("carte/T-1", {"more", omar, mad("8.01")})) == "pay.refund-too-much");
    const auto part = Member::must(m.book->ask_return("carte/T-1", {"part", omar, mad("3.10")}));
    CHECK(key_of(m.book->ask_return("carte/T-1", {"part", omar, mad("1")})) == "pay.refund-standing");
    Member::must(m.book->approve(part.id, chief));
    REQUIRE(Member::must(m.book->held(10)).size() == 1);
    CHECK(Member::must(m.book->held(10))[0].held == mad("4.90"));
    CHECK(m.account("overpaid") == mad("-4.90"));
    CHECK(Member::must(m.book->ask_return("carte/T-1", {"rest", omar})).amount == mad("4.90"));
    CHECK(m.recheck() == "");
}

TEST_CASE("the audit finds a demand that gave back more, or less, than its refunds") {
    Paying m;
    auto demand = m.owed();
    m.told("T-1", demand.reference, "22.00");
    demand = m.now(demand);
    demand.returned = mad("5.00");
    REQUIRE(m.store->run([&](store::Transaction& tx) -> Result<void> {
        TRY(tx.put(rows::demands, demand.reference, store::Transaction::any_version, json::write(encode(demand)), {{"dossier", demand.dossier}, {"state", "paid"}}));
        return {};
    }).has_value());
    CHECK(m.recheck() == "recheck.payments-differ given back of " + demand.reference);
}

TEST_CASE("pay.not-enough-cash: a drawer gives no more than it holds") {
    Paying m;
    const auto demand = m.owed();
    const auto first = Member::must(m.book->open_day(mad("0"), hind));
    const auto receipt = Member::must(m.book->take_cash(demand.reference, mad("22"), "1", hind));
    Member::must(m.book->close_day(first.id, mad("22"), "", hind));
    m.withdrawn(demand);
    const auto refund = Member::must(m.book->ask_refund(receipt.number, {"withdrawn", omar}));
    Member::must(m.book->approve(refund.id, chief));
    Member::must(m.book->open_day(mad("21.99"), hind));
    CHECK(key_of(m.book->give_back(refund.id, hind)) == "pay.not-enough-cash");
    CHECK(m.recheck() == "");
}

TEST_CASE("what was held goes back through its provider; rejected with a reason it may be asked for again") {
    Paying m;
    const auto demand = m.owed();
    m.told("T-1", demand.reference, "30.00");
    const auto refund = Member::must(m.book->ask_return("carte/T-1", {"paid too much", omar}));
    CHECK(refund.amount == mad("8.00"));
    CHECK(key_of(m.book->reject(refund.id, "", chief)) == "pay.reason-required");
    Member::must(m.book->reject(refund.id, "no account given", chief));
    CHECK(key_of(m.book->approve(refund.id, chief)) == "pay.refund-decided");
    const auto again = Member::must(m.book->ask_return("carte/T-1", {"account given", omar}));
    CHECK(Member::must(m.book->approve(again.id, chief)).state == RefundState::given);
    CHECK(m.account("overpaid").is_zero());
    CHECK(m.account("provider/carte") == mad("22.00"));
    CHECK(key_of(m.book->ask_return("carte/T-1", {"once more", omar})) == "pay.nothing-left");
    CHECK(Member::must(m.book->held(10)).empty());
    CHECK(m.recheck() == "");
}

TEST_CASE("the provider's file: matched, different, not told, not settled; the same file twice counts once") {
    Paying m;
    const auto a = m.owed(), b = m.owed(), c = m.owed(), d = m.owed();
    m.told("T-a", a.reference, "22.00");
    m.told("T-b", b.reference, "22.00");
    m.told("T-d", d.reference, "22.00");
    const auto csv = "transaction,reference,amount\nT-a," + a.reference + ",22.00\nT-b," + b.reference + ",21.50\nT-c," + c.reference +
                     ",22.00\nT-c," + c.reference + ",22.00\nT-x,1,five\nR-2026-000009,,-4.00\n";
    const auto dry = Member::must(Book::compare(*Member::must(m.store->read()), "carte", csv));
    CHECK(m.now(c).state == DemandState::open);  // nothing was written
    const auto settled = Member::must(m.book->settle("carte", "day.csv", csv, chief));
    CHECK(dry.lines.size() == settled.lines.size());
    std::vector<std::string> states;
    for (const auto& line : settled.lines) states.push_back(line.state);
    CHECK(states == std::vector<std::string>{"matched", "amount-differs", "not-notified", "repeated", "malformed", "unknown-refund", "not-settled"});
    CHECK(settled.expected == mad("66.00"));   // a, b, d
    CHECK(settled.received == mad("65.50"));   // a, b, c
    CHECK(m.now(c).state == DemandState::paid);
    CHECK(m.account("bank") == mad("65.50"));
    CHECK(m.account("difference") == mad("0.50"));
    CHECK(m.account("provider/carte") == mad("22.00"));  // d
    CHECK(Member::must(m.book->settle("carte", "day.csv", csv, chief)) == settled);
    const auto late = m.told("T-c", c.reference, "22.00");  // the notification that came too late
    CHECK(late.repeated);
    CHECK(late.code == "pay.notice.paid");
    const auto next = Member::must(m.book->settle("carte", "next.csv", csv + "\n", chief));
    CHECK(next.received.is_zero());
    CHECK(m.account("bank") == mad("65.50"));
    CHECK(m.recheck() == "");
}

TEST_CASE("a refund through the provider is met again in its file by the voucher's number") {
    Paying m;
    const auto demand = m.owed();
    m.told("T-1", demand.reference, "30.00");
    const auto refund = Member::must(m.book->ask_return("carte/T-1", {"paid too much", omar}));
    const auto given = Member::must(m.book->approve(refund.id, chief));
    const auto settled = Member::must(m.book->settle("carte", "f", "transaction,reference,amount\nT-1,,30.00\n" + given.voucher + ",,-8.00\n", chief));
    CHECK(settled.differences() == 0);
    CHECK(settled.received == mad("22.00"));
    CHECK(m.account("provider/carte").is_zero());
    CHECK(m.recheck() == "");
}

TEST_CASE("an agent says the amount where no rule does, once") {
    Paying m;
    auto wish = m.filing();
    auto revision = Paying::with_fee();
    revision->fee = {.kind = catalogue::FeeKind::rule, .items = {}, .decision = {}, .rule = form::Text::of("ar", "حسب المساحة"), .unpaid_is_incomplete = false, .published = {}};
    wish.revision = revision;
    const auto done = Member::must(m.service->file(std::move(wish), fatima));
    CHECK_FALSE(Member::must(m.book->demand_of(done.dossier)).has_value());
    const auto state = m.get(done.dossier).state;
    CHECK(key_of(m.book->assess(state, mad("0"), chief)) == "pay.amount-malformed");
    const auto demand = Member::must(m.book->assess(state, mad("1250.50"), chief));
    CHECK(Member::must(m.book->assess(state, mad("1250.50"), chief)) == demand);
    CHECK(key_of(m.book->assess(state, mad("1"), chief)) == "pay.nothing-due");
    CHECK(key_of(m.book->assess(m.get(m.filed().dossier).state, mad("1"), chief)) == "pay.nothing-due");  // free by rule
    CHECK(m.recheck() == "");
}

TEST_CASE("the audit finds a ledger that was touched") {
    Paying m;
    m.owed();
    REQUIRE(m.store->run([](store::Transaction& tx) -> Result<void> { TRY(tx.bump("pay/balance/due", 1)); return {}; }).has_value());
    CHECK(m.recheck().starts_with("recheck.ledger-balance"));
    Paying other;
    auto demand = other.owed();
    demand.state = DemandState::paid;
    REQUIRE(other.store->run([&](store::Transaction& tx) -> Result<void> {
        TRY(tx.put(rows::demands, demand.reference, store::Transaction::any_version, json::write(encode(demand)), {{"dossier", demand.dossier}, {"state", "paid"}}));
        return {};
    }).has_value());
    CHECK(other.recheck().starts_with("recheck.payments-differ"));
}

TEST_CASE("pay.unbalanced: legs that do not sum to zero are not posted, and found where they were written past it") {
    Paying m;
    const Legs wrong{{"due", mad("1")}, {"bank", mad("-2")}};
    CHECK(m.store->run([&](store::Transaction& tx) { return post(tx, {.what = "x", .about = {}, .legs = wrong}); }).error().key == "pay.unbalanced");
    REQUIRE(m.store->run([&](store::Transaction& tx) -> Result<void> {
        TRY(tx.append({.chain = std::string(ledger_chain), .kind = "pay.x", .content = R"({"legs":[{"account":"due","amount":"1.00"}]})"}));
        return {};
    }).has_value());
    CHECK(m.recheck().starts_with("recheck.ledger-unbalanced"));
}

TEST_CASE("the audit finds a reference that was paid twice") {
    Paying m;
    const auto demand = m.owed();
    m.told("T-1", demand.reference, "22.00");
    auto second = *Member::must(m.book->receipt(m.now(demand).receipt));
    second.number = "2026-000002";
    REQUIRE(m.store->run([&](store::Transaction& tx) -> Result<void> {
        TRY(tx.put(rows::receipts, second.number, store::Transaction::any_version, json::write(encode(second)),
                   {{"day", std::optional<std::string_view>()}, {"once", std::optional<std::string_view>()}, {"at", second.at.micros}}));
        return {};
    }).has_value());
    CHECK(m.recheck() == "recheck.payments-differ paid twice: " + demand.reference);
}

TEST_CASE("every record reads back as it was written") {
    Paying m;
    const auto demand = m.owed();
    CHECK(decode<Demand>(json::write(encode(demand))).value() == demand);
    CHECK(decode<Demand>("{}").error().key == "pay.malformed");
    CHECK(decode<Receipt>("[1]").error().key == "pay.malformed");
}
