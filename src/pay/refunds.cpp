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

// What stood in the way of the next refund of the same money no longer does.
Result<void> release_source(store::Transaction& tx, const Refund& refund) {
    const auto free = [&]<class Source>(std::optional<Source> source) -> Result<void> {
        if (!source) return {};
        source->refund.clear();
        return put(tx, *source);
    };
    if (!refund.receipt.empty()) return free(TRY(find_record<Receipt>(tx, rows::receipts, refund.receipt)));
    return free(TRY(find_record<Notice>(tx, rows::notices, refund.notice)));
}

// What a notice held is promised to somebody as soon as its return is approved.
Result<void> take_from_held(store::Transaction& tx, const Refund& refund) {
    if (refund.notice.empty()) return {};
    auto notice = TRY(find_record<Notice>(tx, rows::notices, refund.notice));
    if (!notice) return {};
    notice->held -= refund.amount;
    return put(tx, *notice);
}

// What was paid is counted down when it is given, so that the parts never sum to more than it.
Result<void> take_from_paid(store::Transaction& tx, const Refund& refund) {
    if (refund.receipt.empty()) return {};
    auto demand = TRY(find_record<Demand>(tx, rows::demands, refund.reference));
    if (!demand) return {};
    demand->returned += refund.amount;
    if (demand->returned == demand->amount) demand->state = DemandState::refunded;
    return put(tx, *demand);
}

Result<void> give(store::Transaction& tx, const BookPorts& ports, Refund& refund) {
    refund.state = RefundState::given;
    refund.given = tx.now();
    refund.voucher = "R-" + TRY(next_number(tx, ports, "voucher", 6));
    const auto from = refund.day.empty() ? provider_account(refund.provider) : cash_account(refund.day);
    TRY(post(tx, {.what = "refund-given", .about = encode(refund), .legs = {{"owed-back", refund.amount}, {from, -refund.amount}}}));
    TRY(take_from_paid(tx, refund));
    return release_source(tx, refund);
}

// Asked for, whole or in part: `rest` is what may still be given back of the source, a receipt or a notice. One at a time.
template <class Source>
Result<void> keep_asked(store::Transaction& tx, Source& source, Money rest, Asked asked, Refund& out) {
    if (!source.refund.empty()) return fail(Code::conflict, "pay.refund-standing", source.refund);
    if (rest.is_zero()) return fail(Code::conflict, "pay.nothing-left", source.reference);
    out.amount = asked.part.value_or(rest);
    if (out.amount <= Money()) return fail(Code::unprocessable, "pay.amount-malformed");
    if (out.amount > rest) return fail(Code::unprocessable, "pay.refund-too-much", rest.text());
    out.reference = source.reference;
    out.reason = std::string(trim(asked.reason));
    out.asked_by = std::move(asked.by);
    out.asked = tx.now();
    out.provider = source.provider;
    source.refund = out.id;
    TRY(put(tx, source));
    TRY(post(tx, {.what = "refund-asked", .about = encode(out), .legs = {}}));
    return put(tx, out);
}

}  // namespace

Result<Refund> Book::ask_refund(std::string_view number, Asked asked) {
    if (trim(asked.reason).empty()) return fail(Code::unprocessable, "pay.reason-required");
    Refund out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        auto receipt = TRY(find_record<Receipt>(tx, rows::receipts, number));
        if (!receipt) return fail(Code::not_found, "pay.unknown-receipt", std::string(number));
        const auto demand = TRY(find_record<Demand>(tx, rows::demands, receipt->reference));
        if (!demand || demand->closed.empty()) return fail(Code::conflict, "pay.refund-not-due", receipt->reference);
        out = Refund{};
        out.id = random_id(*ports_.entropy);
        out.receipt = receipt->number;
        return keep_asked(tx, *receipt, demand->rest(), asked, out);
    }));
    return out;
}

Result<Refund> Book::ask_return(std::string_view key, Asked asked) {
    if (trim(asked.reason).empty()) return fail(Code::unprocessable, "pay.reason-required");
    Refund out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        auto notice = TRY(find_record<Notice>(tx, rows::notices, key));
        if (!notice) return fail(Code::not_found, "pay.unknown-receipt", std::string(key));
        out = Refund{};
        out.id = random_id(*ports_.entropy);
        out.notice = notice->key();
        return keep_asked(tx, *notice, notice->held, asked, out);
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
            TRY(take_from_held(tx, refund));
            if (!refund.provider.empty()) TRY(give(tx, ports_, refund));
            TRY(put(tx, refund));
        }
        out = std::move(refund);
        return {};
    }));
    return out;
}

Result<Refund> Book::reject(std::string_view id, std::string_view reason, const Hand& by) {
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
        TRY(release_source(tx, refund));  // it may be asked for again
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
