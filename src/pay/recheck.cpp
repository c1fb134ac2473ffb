#include "pay/recheck.hpp"

#include "pay/impl/booking.hpp"

#include <fmt/format.h>

#include <limits>
#include <set>

namespace wasl::pay {

namespace {

constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

using Totals = std::map<std::string, Money>;

Result<void> differ(std::string detail) { return fail(Code::internal, "recheck.payments-differ", std::move(detail)); }

// What the documents say that each account holds.
Result<void> count_demands(store::Reader& reader, Totals& totals) {
    for (const auto& demand : TRY(find_records<Demand>(reader, {.collection = std::string(rows::demands)}, all))) {
        if (demand.state == DemandState::open) totals["due"] += demand.amount;
        if (demand.state != DemandState::cancelled) totals[fees_account(demand.procedure)] -= demand.amount;
    }
    return {};
}

Result<void> count_receipts(store::Reader& reader, Totals& totals) {
    std::set<std::string> paid;
    for (const auto& receipt : TRY(find_records<Receipt>(reader, {.collection = std::string(rows::receipts)}, all))) {
        if (!paid.insert(receipt.reference).second) return fail(Code::internal, "recheck.payments-differ", "paid twice: " + receipt.reference);
        const auto demand = TRY(find_record<Demand>(reader, rows::demands, receipt.reference));
        if (!demand || demand->receipt != receipt.number || demand->amount != receipt.amount) {
            return fail(Code::internal, "recheck.payments-differ", "receipt " + receipt.number);
        }
        if (!receipt.provider.empty()) totals[provider_account(receipt.provider)] += receipt.amount;
    }
    for (const auto& day : TRY(find_records<CashDay>(reader, {.collection = std::string(rows::days)}, all))) {
        totals[cash_account(day.id)] += day.closed ? Money() : day.expected();
    }
    return {};
}

Result<void> count_notices(store::Reader& reader, Totals& totals) {
    for (const auto& notice : TRY(find_records<Notice>(reader, {.collection = std::string(rows::notices)}, all))) {
        if (!notice.successful) continue;
        const auto receipt = notice.receipt.empty() ? std::optional<Receipt>() : TRY(find_record<Receipt>(reader, rows::receipts, notice.receipt));
        totals["overpaid"] -= notice.held;
        // Beyond what its receipt covers, the provider still has everything that it told of.
        totals[provider_account(notice.provider)] += notice.amount - (receipt ? receipt->amount : Money());
        if (!notice.settlement.empty()) totals[provider_account(notice.provider)] -= notice.amount;
    }
    return {};
}

// The parts given back sum to what each demand says, and to no more than was paid.
Result<void> check_returned(store::Reader& reader, const std::map<std::string, Money>& returned) {
    for (const auto& demand : TRY(find_records<Demand>(reader, {.collection = std::string(rows::demands)}, all))) {
        const auto found = returned.find(demand.reference);
        const Money given = found == returned.end() ? Money() : found->second;
        const Money said = demand.state == DemandState::refunded ? demand.amount : demand.returned;
        const bool whole = demand.returned == demand.amount;
        if (given != said || (whole && demand.state != DemandState::refunded)) return differ("given back of " + demand.reference);
    }
    return {};
}

Result<void> count_refunds(store::Reader& reader, Totals& totals) {
    std::map<std::string, Money> returned;
    for (const auto& refund : TRY(find_records<Refund>(reader, {.collection = std::string(rows::refunds)}, all))) {
        if (refund.state != RefundState::approved && refund.state != RefundState::given) continue;
        if (!refund.receipt.empty()) {
            const auto receipt = TRY(find_record<Receipt>(reader, rows::receipts, refund.receipt));
            if (receipt) totals[fees_account(receipt->procedure)] += refund.amount;
            if (refund.state == RefundState::given) returned[refund.reference] += refund.amount;
        }
        if (refund.state == RefundState::approved) {
            totals["owed-back"] -= refund.amount;
        } else if (!refund.provider.empty() && refund.settlement.empty()) {
            totals[provider_account(refund.provider)] -= refund.amount;
        }
    }
    return check_returned(reader, returned);
}

bool is_counted(std::string_view account) { return account != "vault" && account != "bank" && account != "difference"; }

}  // namespace

Result<void> check_documents(store::Reader& reader) {
    Totals totals;
    TRY(count_demands(reader, totals));
    TRY(count_receipts(reader, totals));
    TRY(count_notices(reader, totals));
    TRY(count_refunds(reader, totals));
    const auto kept = TRY(balances(reader));
    for (const auto& [account, amount] : kept) {
        if (is_counted(account) && totals[account] != amount) {
            return fail(Code::internal, "recheck.payments-differ", fmt::format("{}: {} in the ledger, {} in the documents", account, amount.text(), totals[account].text()));
        }
    }
    for (const auto& [account, amount] : totals) {
        if (!amount.is_zero() && !kept.contains(account)) return fail(Code::internal, "recheck.payments-differ", account);
    }
    return {};
}

Result<void> LedgerRecheck::visit(const store::JournalRow& row) {
    if (row.chain != ledger_chain || row.erased) return {};
    const auto content = TRY(json::parse(row.content));
    const auto legs = TRY(legs_of(content));
    if (!sum(legs).is_zero()) return fail(Code::internal, "recheck.ledger-unbalanced", fmt::format("entry {}", row.seq));
    for (const auto& leg : legs) counted_[leg.account] += leg.amount;
    ++entries_;
    return {};
}

Result<void> LedgerRecheck::finish() {
    const auto kept = TRY(balances(reader_));
    Money total;
    for (const auto& [account, amount] : kept) {
        total += amount;
        if (counted_[account] != amount) {
            return fail(Code::internal, "recheck.ledger-balance", fmt::format("{}: {} kept, {} in the journal", account, amount.text(), counted_[account].text()));
        }
    }
    for (const auto& [account, amount] : counted_) {
        if (!amount.is_zero() && !kept.contains(account)) return fail(Code::internal, "recheck.ledger-balance", account);
    }
    if (!total.is_zero()) return fail(Code::internal, "recheck.ledger-balance", "the accounts do not sum to zero");
    return check_documents(reader_);
}

}  // namespace wasl::pay
