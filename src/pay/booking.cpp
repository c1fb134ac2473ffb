#include "pay/impl/booking.hpp"

#include "trust/bundle.hpp"
#include "trust/seal.hpp"

#include <fmt/format.h>

namespace wasl::pay {

namespace {

using Text = std::optional<std::string_view>;
using Whole = std::optional<std::int64_t>;
constexpr auto any_version = store::Transaction::any_version;

Text unless_empty(std::string_view text) { return text.empty() ? Text() : Text(text); }

// What the dossier keeps of it; of one that was erased since there is nobody left to tell.
Result<void> tell_dossier(store::Transaction& tx, const BookPorts& ports, const Receipt& receipt) {
    dossier::Ask ask;
    ask.dossier = receipt.dossier;
    ask.command = dossier::RecordFee{receipt.amount.text(), receipt.number};
    ask.actor = dossier::Actor::system();
    const auto done = ports.dossiers->run_within(tx, ask);
    if (!done && done.error().code != Code::not_found && done.error().code != Code::gone) return std::unexpected(done.error());
    return {};
}

}  // namespace

Result<void> put(store::Transaction& tx, const Demand& demand) {
    TRY(tx.put(rows::demands, demand.reference, any_version, json::write(encode(demand)), {{"dossier", demand.dossier}, {"state", to_string(demand.state)}}));
    return {};
}

Result<void> put(store::Transaction& tx, const Receipt& receipt) {
    TRY(tx.put(rows::receipts, receipt.number, any_version, json::write(encode(receipt)),
               {{"day", unless_empty(receipt.day)}, {"once", unless_empty(receipt.once)}, {"at", receipt.at.micros}}));
    return {};
}

Result<void> put(store::Transaction& tx, const CashDay& day) {
    TRY(tx.put(rows::days, day.id, any_version, json::write(encode(day)), {{"open", day.closed ? Text() : Text(day.cashier.id)}, {"at", day.opened.micros}}));
    return {};
}

Result<void> put(store::Transaction& tx, const Notice& notice) {
    const bool waits = notice.successful && notice.settlement.empty();
    TRY(tx.put(rows::notices, notice.key(), any_version, json::write(encode(notice)),
               {{"reference", unless_empty(notice.reference)},
                {"held", notice.held.is_zero() ? Whole() : Whole(notice.at.micros)},
                {"unsettled", waits ? Text(notice.provider) : Text()},
                {"at", notice.at.micros}}));
    return {};
}

Result<void> put(store::Transaction& tx, const Attempt& attempt) {
    const auto waiting = attempt.reference + "/" + attempt.provider;
    const bool waits = attempt.transaction.empty() && !attempt.replaced;
    TRY(tx.put(rows::attempts, attempt.id, any_version, json::write(encode(attempt)), {{"waiting", waits ? Text(waiting) : Text()}}));
    return {};
}

Result<void> put(store::Transaction& tx, const Refund& refund) {
    const bool waits = refund.state == RefundState::given && !refund.provider.empty() && refund.settlement.empty();
    TRY(tx.put(rows::refunds, refund.id, any_version, json::write(encode(refund)),
               {{"state", to_string(refund.state)}, {"at", refund.asked.micros}, {"voucher", unless_empty(refund.voucher)},
                {"unsettled", waits ? Text(refund.provider) : Text()}}));
    return {};
}

Result<void> put(store::Transaction& tx, const Settlement& settlement) {
    TRY(tx.put(rows::settlements, settlement.id, any_version, json::write(encode(settlement)), {{"at", settlement.at.micros}}));
    return {};
}

Result<std::string> next_number(store::Transaction& tx, const BookPorts& ports, std::string_view series, int digits) {
    const auto year = ports.zone.date_at(tx.now()).year;
    const auto number = TRY(tx.bump(fmt::format("pay/number/{}/{}", series, year), 1));
    return fmt::format("{}-{:0{}}", year, number, digits);
}

std::string receipt_seal_key(std::string_view number) { return fmt::format("payment/{}", number); }

trust::PaperFacts receipt_facts(const Receipt& receipt, std::string_view member) {
    trust::PaperFacts facts;
    const auto say = [&](std::string name, std::string value) {
        if (!value.empty()) facts.emplace_back(std::move(name), std::move(value));
    };
    say("paper", "payment-receipt");
    say("number", receipt.number);
    say("reference", receipt.dossier_reference);
    say("member", std::string(member));
    say("office", receipt.office);
    say("procedure", receipt.procedure);
    say("payment-reference", receipt.reference);
    say("paid", receipt.amount.text() + " MAD");
    say("received", receipt.at.iso());
    say("way", receipt.provider.empty() ? "cash" : "online");
    say("cashier", receipt.cashier.name);
    say("provider", receipt.provider);
    say("transaction", receipt.transaction);
    return facts;
}

Result<Receipt> pay_demand(store::Transaction& tx, const BookPorts& ports, Demand& demand, const From& from) {
    Receipt receipt;
    receipt.number = TRY(next_number(tx, ports, "receipt", 6));
    receipt.reference = demand.reference;
    receipt.dossier = demand.dossier;
    receipt.dossier_reference = demand.dossier_reference;
    receipt.procedure = demand.procedure;
    receipt.office = demand.office;
    receipt.amount = demand.amount;
    receipt.at = tx.now();
    receipt.day = from.day;
    receipt.cashier = from.cashier;
    receipt.provider = from.provider;
    receipt.transaction = from.transaction;
    receipt.once = from.once;
    demand.state = DemandState::paid;
    demand.receipt = receipt.number;
    const auto text = TRY(trust::canonical_text(receipt_facts(receipt, ports.member)));
    trust::SealRequest seal;
    seal.kind = trust::PaperKind::payment;
    seal.reference = receipt.dossier_reference;
    seal.subject = trust::subject_digest(text);
    seal.facts = fmt::format("{} {} MAD", receipt.number, receipt.amount.text());
    TRY(post(tx, {.what = "paid", .about = encode(receipt), .legs = {{from.account(), receipt.amount}, {"due", -receipt.amount}},
                  .seal_key = receipt_seal_key(receipt.number), .seal_claims = trust::write_seal_request(seal)}));
    TRY(put(tx, receipt));
    TRY(put(tx, demand));
    TRY(tell_dossier(tx, ports, receipt));
    return receipt;
}

}  // namespace wasl::pay
