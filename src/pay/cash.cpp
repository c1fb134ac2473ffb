// The cashier's day: opened, taken, given back, counted.
#include "pay/impl/booking.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

namespace wasl::pay {

namespace {

Result<Demand> open_demand(store::Reader& reader, std::string_view reference) {
    auto demand = TRY(find_record<Demand>(reader, rows::demands, reference));
    if (!demand) return fail(Code::not_found, "pay.unknown-reference", std::string(reference));
    if (demand->state == DemandState::cancelled) return fail(Code::conflict, "pay.cancelled", demand->closed);
    if (demand->state != DemandState::open) return fail(Code::conflict, "pay.already-paid", demand->receipt);
    return std::move(*demand);
}

}  // namespace

Result<CashDay> open_day_in(store::Reader& reader, std::string_view cashier) {
    auto day = TRY(find_record_by<CashDay>(reader, rows::days, "open", cashier));
    if (!day) return fail(Code::conflict, "pay.no-open-day");
    return std::move(*day);
}

Result<CashDay> Book::open_day(Money opening, const Hand& cashier) {
    if (opening < Money()) return fail(Code::unprocessable, "pay.amount-malformed");
    CashDay out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        if (const auto standing = TRY(find_record_by<CashDay>(tx, rows::days, "open", cashier.id))) {
            return fail(Code::conflict, "pay.day-open-already", standing->number);
        }
        out = CashDay{};
        out.id = random_id(*ports_.entropy);
        out.number = TRY(next_number(tx, ports_, "day", 4));
        out.cashier = cashier;
        out.opened = tx.now();
        out.opening = opening;
        TRY(post(tx, {.what = "day-opened", .about = encode(out), .legs = {{cash_account(out.id), opening}, {"vault", -opening}}}));
        return put(tx, out);
    }));
    return out;
}

Result<Receipt> Book::take_cash(std::string_view reference, Money amount, std::string once, const Hand& cashier) {
    Receipt out;
    const auto key = once.empty() ? std::string() : fmt::format("{}:{}", cashier.id, once);
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        if (!key.empty()) {
            if (const auto first = TRY(find_record_by<Receipt>(tx, rows::receipts, "once", key))) {
                if (first->reference != reference) return fail(Code::conflict, "pay.already-paid", first->number);
                out = *first;
                return {};
            }
        }
        auto day = TRY(open_day_in(tx, cashier.id));
        auto demand = TRY(open_demand(tx, reference));
        if (amount != demand.amount) return fail(Code::unprocessable, "pay.wrong-amount", demand.amount.text());
        out = TRY(pay_demand(tx, ports_, demand, {.day = day.id, .cashier = cashier, .provider = {}, .transaction = {}, .once = key}));
        day.taken += out.amount;
        ++day.receipts;
        return put(tx, day);
    }));
    return out;
}

Result<CashDay> Book::close_day(std::string_view id, Money counted, std::string explanation, const Hand& cashier) {
    if (counted < Money()) return fail(Code::unprocessable, "pay.amount-malformed");
    CashDay out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        auto day = TRY(find_record<CashDay>(tx, rows::days, id));
        if (!day || day->cashier.id != cashier.id) return fail(Code::not_found, "pay.unknown-day", std::string(id));
        if (day->closed) {
            if (day->counted != counted) return fail(Code::conflict, "pay.day-closed", day->number);
            out = std::move(*day);
            return {};
        }
        day->counted = counted;
        if (!day->difference().is_zero() && trim(explanation).empty()) {
            return fail(Code::unprocessable, "pay.explanation-required", day->difference().text());
        }
        day->closed = tx.now();
        day->explanation = std::string(trim(explanation));
        TRY(post(tx, {.what = "day-closed", .about = encode(*day),
                      .legs = {{"vault", counted}, {cash_account(day->id), -day->expected()}, {"difference", -day->difference()}}}));
        TRY(put(tx, *day));
        out = std::move(*day);
        return {};
    }));
    return out;
}

Result<std::optional<CashDay>> Book::open_day_of(std::string_view cashier) const {
    const auto reader = TRY(ports_.store->read());
    return find_record_by<CashDay>(*reader, rows::days, "open", cashier);
}

Result<std::optional<CashDay>> Book::day(std::string_view id) const {
    const auto reader = TRY(ports_.store->read());
    return find_record<CashDay>(*reader, rows::days, id);
}

Result<std::vector<CashDay>> Book::days(std::size_t limit) const {
    const auto reader = TRY(ports_.store->read());
    return find_records<CashDay>(*reader, {.collection = std::string(rows::days), .index = "at", .descending = true}, limit);
}

Result<std::vector<Receipt>> Book::receipts_of(std::string_view day, std::size_t limit) const {
    const auto reader = TRY(ports_.store->read());
    return find_records<Receipt>(*reader, {.collection = std::string(rows::receipts), .index = "day", .equal = {day}, .descending = true}, limit);
}

Result<std::optional<Receipt>> Book::receipt(std::string_view number) const {
    const auto reader = TRY(ports_.store->read());
    return find_record<Receipt>(*reader, rows::receipts, number);
}

}  // namespace wasl::pay
