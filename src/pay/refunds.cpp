// Giving money back: asked for, decided by a second person, given.
#include "pay/impl/booking.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"

namespace wasl::pay {

namespace {

Result<Refund> asked_refund(store::Reader& reader, std::string_view id) {
    auto refund = TRY(find_record<Refund>(reader, rows::refunds, id));
    if (!refund) return fail(Code::not_found, "pay.unknown-refund", std::string(id));
    return std::move(*refund);
}

// Where the money is taken from in the accounts when the refund is approved.
Result<std::string> charged_account(store::Reader& reader, const Refund& refund) {
    if (refund.receipt.empty()) return std::string("overpaid");
    const auto receipt = TRY(find_record<Receipt>(reader, rows::receipts, refund.receipt));
    if (!receipt) return fail(Code::not_found, "pay.unknown-receipt", refund.receipt);
    return fees_account(receipt->procedure);
}

// What is given back is no longer held, or no longer paid.
Result<void> mark_source(store::Transaction& tx, const Refund& refund, bool given) {
    if (!refund.notice.empty()) {
        auto notice = TRY(find_record<Notice>(tx, rows::notices, refund.notice));
        if (!notice || given) return {};
        notice->held = {};
        return put(tx, *notice);
    }
    if (!given) return {};
    auto demand = TRY(find_record<Demand>(tx, rows::demands, refund.reference));
    if (!demand) return {};
    demand->state = DemandState::refunded;
    return put(tx, *demand);
}

Result<void> give(store::Transaction& tx, const BookPorts& ports, Refund& refund) {
    refund.state = RefundState::given;
    refund.given = tx.now();
    refund.voucher = "R-" + TRY(next_number(tx, ports, "voucher", 6));
    const auto from = refund.day.empty() ? provider_account(refund.provider) : cash_account(refund.day);
    TRY(post(tx, {.what = "refund-given", .about = encode(refund), .legs = {{"owed-back", refund.amount}, {from, -refund.amount}}}));
    return mark_source(tx, refund, true);
}

Refund fresh_refund(const BookPorts& ports, Instant now, std::string reason, const Hand& by) {
    Refund out;
    out.id = random_id(*ports.entropy);
    out.reason = std::string(trim(reason));
    out.asked_by = by;
    out.asked = now;
    return out;
}

Result<void> keep_asked(store::Transaction& tx, const Refund& refund) {
    TRY(post(tx, {.what = "refund-asked", .about = encode(refund), .legs = {}}));
    return put(tx, refund);
}

}  // namespace

Result<Refund> Book::ask_refund(std::string_view number, std::string reason, const Hand& by) {
    if (trim(reason).empty()) return fail(Code::unprocessable, "pay.reason-required");
    Refund out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        auto receipt = TRY(find_record<Receipt>(tx, rows::receipts, number));
        if (!receipt) return fail(Code::not_found, "pay.unknown-receipt", std::string(number));
        if (!receipt->refund.empty()) return fail(Code::conflict, "pay.refund-standing", receipt->refund);
        const auto demand = TRY(find_record<Demand>(tx, rows::demands, receipt->reference));
        if (!demand || demand->closed.empty()) return fail(Code::conflict, "pay.refund-not-due", receipt->reference);
        out = fresh_refund(ports_, tx.now(), reason, by);
        out.receipt = receipt->number;
        out.reference = receipt->reference;
        out.amount = receipt->amount;
        out.provider = receipt->provider;
        receipt->refund = out.id;
        TRY(put(tx, *receipt));
        return keep_asked(tx, out);
    }));
    return out;
}

Result<Refund> Book::ask_return(std::string_view key, std::string reason, const Hand& by) {
    if (trim(reason).empty()) return fail(Code::unprocessable, "pay.reason-required");
    Refund out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        auto notice = TRY(find_record<Notice>(tx, rows::notices, key));
        if (!notice) return fail(Code::not_found, "pay.unknown-receipt", std::string(key));
        if (!notice->refund.empty()) return fail(Code::conflict, "pay.refund-standing", notice->refund);
        if (notice->held.is_zero()) return fail(Code::conflict, "pay.refund-not-due", notice->key());
        out = fresh_refund(ports_, tx.now(), reason, by);
        out.notice = notice->key();
        out.reference = notice->reference;
        out.amount = notice->held;
        out.provider = notice->provider;
        notice->refund = out.id;
        TRY(put(tx, *notice));
        return keep_asked(tx, out);
    }));
    return out;
}

Result<Refund> Book::approve(std::string_view id, const Hand& by) {
    Refund out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        auto refund = TRY(asked_refund(tx, id));
        const bool again = refund.state != RefundState::asked && refund.state != RefundState::rejected && refund.decided_by.id == by.id;
        if (!again) {
            if (refund.state != RefundState::asked) return fail(Code::conflict, "pay.refund-decided", refund.id);
            if (refund.asked_by.id == by.id) return fail(Code::forbidden, "pay.same-person");
            refund.state = RefundState::approved;
            refund.decided_by = by;
            refund.decided = tx.now();
            const auto account = TRY(charged_account(tx, refund));
            TRY(post(tx, {.what = "refund-approved", .about = encode(refund), .legs = {{account, refund.amount}, {"owed-back", -refund.amount}}}));
            TRY(mark_source(tx, refund, false));
            if (!refund.provider.empty()) TRY(give(tx, ports_, refund));
            TRY(put(tx, refund));
        }
        out = std::move(refund);
        return {};
    }));
    return out;
}

Result<Refund> Book::reject(std::string_view id, std::string reason, const Hand& by) {
    if (trim(reason).empty()) return fail(Code::unprocessable, "pay.reason-required");
    Refund out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        auto refund = TRY(asked_refund(tx, id));
        if (refund.state == RefundState::rejected && refund.decided_by.id == by.id) {
            out = std::move(refund);
            return {};
        }
        if (refund.state != RefundState::asked) return fail(Code::conflict, "pay.refund-decided", refund.id);
        if (refund.asked_by.id == by.id) return fail(Code::forbidden, "pay.same-person");
        refund.state = RefundState::rejected;
        refund.decided_by = by;
        refund.decided = tx.now();
        refund.rejection = std::string(trim(reason));
        if (!refund.receipt.empty()) {  // it may be asked for again
            auto receipt = TRY(find_record<Receipt>(tx, rows::receipts, refund.receipt));
            if (receipt) {
                receipt->refund.clear();
                TRY(put(tx, *receipt));
            }
        } else if (auto notice = TRY(find_record<Notice>(tx, rows::notices, refund.notice))) {
            notice->refund.clear();
            TRY(put(tx, *notice));
        }
        TRY(post(tx, {.what = "refund-rejected", .about = encode(refund), .legs = {}}));
        TRY(put(tx, refund));
        out = std::move(refund);
        return {};
    }));
    return out;
}

Result<Refund> Book::give_back(std::string_view id, const Hand& cashier) {
    Refund out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        auto refund = TRY(asked_refund(tx, id));
        if (refund.state != RefundState::approved) {
            if (refund.state != RefundState::given || refund.day.empty()) return fail(Code::conflict, "pay.refund-decided", refund.id);
            out = std::move(refund);
            return {};
        }
        auto day = TRY(open_day_in(tx, cashier.id));
        if (day.expected() < refund.amount) return fail(Code::conflict, "pay.not-enough-cash", day.expected().text());
        refund.day = day.id;
        TRY(give(tx, ports_, refund));
        day.given_back += refund.amount;
        TRY(put(tx, day));
        TRY(put(tx, refund));
        out = std::move(refund);
        return {};
    }));
    return out;
}

Result<std::vector<Refund>> Book::refunds(RefundState state, std::size_t limit) const {
    const auto reader = TRY(ports_.store->read());
    return find_records<Refund>(*reader, {.collection = std::string(rows::refunds), .index = "state", .equal = {to_string(state)}}, limit);
}

}  // namespace wasl::pay
