// What the acts of the book share: documents read and written with their index fields, numbers, and the payment itself.
#pragma once

#include "pay/book.hpp"

namespace wasl::pay {

template <class T>
Result<std::optional<T>> find_record(store::Reader& reader, std::string_view collection, std::string_view key) {
    const auto document = TRY(reader.get(collection, key));
    if (!document) return std::nullopt;
    return TRY(decode<T>(document->body));
}
template <class T>
Result<std::optional<T>> find_record_by(store::Reader& reader, std::string_view collection, std::string_view index, std::string_view value) {
    const auto document = TRY(reader.get_by(collection, index, {value}));
    if (!document) return std::nullopt;
    return TRY(decode<T>(document->body));
}
// Every document of the query, page after page, at most `limit`.
template <class T>
Result<std::vector<T>> find_records(store::Reader& reader, store::Query query, std::size_t limit) {
    std::vector<T> out;
    query.limit = std::min<std::size_t>(limit, 1'000);
    do {
        auto page = TRY(reader.find(query));
        for (const auto& document : page.documents) {
            if (out.size() < limit) out.push_back(TRY(decode<T>(document.body)));
        }
        query.after = std::move(page.next);
    } while (!query.after.empty() && out.size() < limit);
    return out;
}

Result<void> put(store::Transaction& tx, const Demand& demand);
Result<void> put(store::Transaction& tx, const Receipt& receipt);
Result<void> put(store::Transaction& tx, const CashDay& day);
Result<void> put(store::Transaction& tx, const Notice& notice);
Result<void> put(store::Transaction& tx, const Attempt& attempt);
Result<void> put(store::Transaction& tx, const Refund& refund);
Result<void> put(store::Transaction& tx, const Settlement& settlement);

// "2026-000123" of a series of its own; the year is that of the member's zone.
Result<std::string> next_number(store::Transaction& tx, const BookPorts& ports, std::string_view series, int digits);

// Where the money of a payment came in.
struct From {
    std::string day;
    Hand cashier;
    std::string provider, transaction, once;
    [[nodiscard]] std::string account() const { return day.empty() ? provider_account(provider) : cash_account(day); }
};
// Pays an open demand whole: receipt with its seal, ledger, dossier.
Result<Receipt> pay_demand(store::Transaction& tx, const BookPorts& ports, Demand& demand, const From& from);
// A provider's word, in a transaction that may book more.
Result<Answer> take_told(store::Transaction& tx, const BookPorts& ports, std::string_view provider, const Told& told, bool from_settlement);

Result<Demand> raise_demand(store::Transaction& tx, Entropy& entropy, const dossier::State& state, Money amount, std::string assessed_by);
Result<CashDay> open_day_in(store::Reader& reader, std::string_view cashier);  // "pay.no-open-day"

}  // namespace wasl::pay
