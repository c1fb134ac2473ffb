#include "pay/ledger.hpp"

#include <fmt/format.h>

namespace wasl::pay {

namespace {

constexpr std::string_view balance_prefix = "pay/balance/";

}  // namespace

std::string cash_account(std::string_view day) { return fmt::format("cash/{}", day); }
std::string provider_account(std::string_view provider) { return fmt::format("provider/{}", provider); }
std::string fees_account(std::string_view procedure) { return fmt::format("fees/{}", procedure); }

Money sum(const Legs& legs) noexcept {
    Money total;
    for (const auto& leg : legs) total += leg.amount;
    return total;
}

Result<void> post(store::Transaction& tx, Posting posting) {
    if (!sum(posting.legs).is_zero()) return fail(Code::internal, "pay.unbalanced", std::string(posting.what));
    json::Array written;
    for (const auto& leg : posting.legs) {
        if (leg.amount.is_zero()) continue;
        written.emplace_back(json::Object{{"account", leg.account}, {"amount", leg.amount.text()}});
        TRY(tx.bump(fmt::format("{}{}", balance_prefix, leg.account), leg.amount.centimes()));
    }
    posting.about.set("legs", std::move(written));
    TRY(tx.append({.chain = std::string(ledger_chain), .kind = fmt::format("pay.{}", posting.what), .content = json::write(posting.about),
                   .seal_key = std::move(posting.seal_key), .seal_claims = std::move(posting.seal_claims)}));
    return {};
}

Result<Money> balance(store::Reader& reader, std::string_view account) {
    return Money::of_centimes(TRY(reader.counter(fmt::format("{}{}", balance_prefix, account))));
}

Result<std::map<std::string, Money>> balances(store::Reader& reader) {
    std::map<std::string, Money> out;
    for (const auto& counter : TRY(reader.counters(balance_prefix))) {
        out.emplace(counter.name.substr(balance_prefix.size()), Money::of_centimes(counter.value));
    }
    return out;
}

Result<Legs> legs_of(const json::Value& content) {
    const auto* written = content["legs"].array();
    if (written == nullptr) return fail(Code::internal, "pay.malformed", "a ledger entry without legs");
    Legs out;
    for (const auto& leg : *written) {
        const auto amount = Money::parse(leg["amount"].text_or(""));
        const auto account = leg["account"].text_or("");
        if (!amount || account.empty()) return fail(Code::internal, "pay.malformed", "a leg of a ledger entry");
        out.push_back({std::string(account), *amount});
    }
    return out;
}

}  // namespace wasl::pay
