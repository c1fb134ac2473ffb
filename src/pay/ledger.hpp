// Double entry: money never appears nor vanishes, it moves between accounts, and the legs of every posting sum to zero.
// Postings are entries of one chain of the member's journal; the balance of each account is a kept counter.
//
// Accounts (debit is positive):
//   due            owed by people, not paid yet            fees/PROCEDURE  what was charged (credit)
//   cash/DAY       in the drawer of a cash day              vault           before opening and after closing
//   provider/NAME  received for us by a provider            bank            settled by it
//   overpaid       received beyond what was due (credit)    owed-back       refunds decided, not given yet (credit)
//   difference     counted or settled more or less than expected
#pragma once

#include "pay/money.hpp"
#include "store/store.hpp"

#include "base/json.hpp"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::pay {

inline constexpr std::string_view ledger_chain = "pay:ledger";

struct Leg {
    std::string account;
    Money amount;  // debit positive, credit negative
    bool operator==(const Leg&) const = default;
};
using Legs = std::vector<Leg>;

std::string cash_account(std::string_view day);
std::string provider_account(std::string_view provider);
std::string fees_account(std::string_view procedure);

Money sum(const Legs& legs) noexcept;

// Writes one entry of the ledger: kind "pay.WHAT", content `about` with the legs. Legs of nothing are left out; an
// entry may have none (a refund asked for). Key "pay.unbalanced" [internal] when the sum is not zero.
// `seal_key` and `seal_claims` as in store::JournalEntry.
struct Posting {
    std::string_view what;
    json::Object about;
    Legs legs;
    std::optional<std::string> seal_key = {};
    std::string seal_claims = {};
};
Result<void> post(store::Transaction& tx, Posting posting);

// The balance of an account, and all of them by name.
Result<Money> balance(store::Reader& reader, std::string_view account);
Result<std::map<std::string, Money>> balances(store::Reader& reader);

// The legs of a written entry. Key "pay.malformed" [internal].
Result<Legs> legs_of(const json::Value& content);

}  // namespace wasl::pay
