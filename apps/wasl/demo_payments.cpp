#include "demo_payments.hpp"

#include "pay/book.hpp"

namespace wasl::app {

namespace {

pay::Hand hand_of(const identity::Staff& staff) { return {staff.id, staff.name, staff.offices.empty() ? std::string() : staff.offices.front()}; }

}  // namespace

Result<void> demo_cash_day(web::MemberSite& member, const identity::Staff& cashier, std::size_t most, bool closed, int lost) {
    auto& book = *member.payments;
    const auto hand = hand_of(cashier);
    const auto day = TRY(book.open_day(pay::Money::of_centimes(300'00), hand));
    for (const auto& demand : TRY(book.open_demands(most))) TRY(book.take_cash(demand.reference, demand.amount, demand.reference, hand));
    if (!closed) return {};
    const auto now = TRY(book.day(day.id));
    const auto counted = now->expected() - pay::Money::of_centimes(lost);
    TRY(book.close_day(day.id, counted, lost == 0 ? "" : "Pièce de deux dirhams rendue en trop.", hand));
    return {};
}

Result<void> demo_refunds(web::MemberSite& member, const identity::Staff& cashier, const identity::Staff& signatory) {
    auto& book = *member.payments;
    const auto hand = hand_of(cashier);
    bool first = true;
    for (const auto& day : TRY(book.days(100))) {
        for (const auto& receipt : TRY(book.receipts_of(day.id, 1'000))) {
            const auto demand = TRY(book.demand(receipt.reference));
            if (!demand || demand->closed.empty() || demand->rest().is_zero() || !receipt.refund.empty()) continue;
            const auto refund = TRY(book.ask_refund(receipt.number, {"Demande retirée par la personne.", hand}));
            if (!first) continue;
            first = false;
            TRY(book.approve(refund.id, hand_of(signatory)));
            TRY(book.give_back(refund.id, hand));
        }
    }
    return {};
}

}  // namespace wasl::app
