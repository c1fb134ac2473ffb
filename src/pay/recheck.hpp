// The audit's half of payments: the ledger is read again from the journal and held against everything kept.
#pragma once

#include "pay/ledger.hpp"

#include <cstdint>

namespace wasl::pay {

// Keys (internal): "recheck.ledger-unbalanced" (an entry), "recheck.ledger-balance" (an account differs from its kept
// balance), "recheck.payments-differ" (open demands, shown overpayments, receipts or drawers do not add up to their accounts).
class LedgerRecheck {
public:
    explicit LedgerRecheck(store::Reader& reader) : reader_(reader) {}
    Result<void> visit(const store::JournalRow& row);  // any row; those of other chains are passed over
    Result<void> finish();
    [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }

private:
    store::Reader& reader_;
    std::map<std::string, Money> counted_;
    std::uint64_t entries_ = 0;
};

// What stands in the documents must be what stands in the accounts: the second half of finish(), for tests too.
Result<void> check_documents(store::Reader& reader);

}  // namespace wasl::pay
