// Payments through a provider: whatever it says it received is booked, as the payment or as held.
#include "pay/impl/booking.hpp"
#include "pay/reference.hpp"

#include "base/ids.hpp"

namespace wasl::pay {

namespace {

constexpr std::int64_t attempt_seconds = 1'800;  // a browser sent again within this time goes on with the same attempt

Answer answer_of(const Notice& notice, bool repeated) {
    return {.code = notice.code, .receipt = notice.receipt, .held = notice.held, .repeated = repeated, .dossier = {}};
}

// The demand that the money is for: by the reference told, else by our attempt; none when the two contradict each other, or
// when the attempt named was never begun at this provider.
Result<std::optional<Demand>> demand_meant(store::Transaction& tx, const Told& told, const std::optional<Attempt>& attempt) {
    if (!told.attempt.empty() && !attempt) return std::nullopt;
    const auto read = read_reference(told.reference);
    if (read && attempt && attempt->reference != *read) return std::nullopt;
    if (!read && !attempt) return std::nullopt;
    if (!read && !told.reference.empty()) return std::nullopt;
    return find_record<Demand>(tx, rows::demands, read ? *read : attempt->reference);
}

std::string code_of(const std::optional<Demand>& demand, Money received) {
    if (!demand) return "pay.notice.unknown-reference";
    if (demand->state == DemandState::cancelled) return "pay.notice.cancelled";
    if (demand->state != DemandState::open) return "pay.notice.already-paid";
    if (received < demand->amount) return "pay.notice.too-little";
    return received > demand->amount ? "pay.notice.overpaid" : "pay.notice.paid";
}

// The same payment told again: the first answer. Told otherwise: refused.
Result<std::optional<Answer>> told_before(store::Transaction& tx, std::string_view provider, const Told& told, const std::string& print) {
    const auto known = TRY(find_record<Notice>(tx, rows::notices, std::string(provider) + "/" + told.transaction));
    if (!known) return std::nullopt;
    const bool same = known->print == print || (known->from_settlement && known->amount == told.amount && told.successful);
    if (same) return answer_of(*known, true);
    if (!known->successful && told.successful) return std::nullopt;  // tried again at the provider, under the same number
    return fail(Code::conflict, "pay.notice-differs", known->key());
}

}  // namespace

Result<Answer> take_told(store::Transaction& tx, const BookPorts& ports, std::string_view provider, const Told& told, bool from_settlement) {
    Notice notice{.provider = std::string(provider), .transaction = told.transaction, .attempt = told.attempt, .reference = told.reference,
                  .amount = told.amount, .successful = told.successful, .print = print_of(told), .at = tx.now(), .code = "pay.notice.not-paid",
                  .receipt = {}, .held = {}, .refund = {}, .from_settlement = from_settlement, .settlement = {}, .settled = {}};
    if (auto before = TRY(told_before(tx, provider, told, notice.print))) return std::move(*before);
    auto attempt = told.attempt.empty() ? std::optional<Attempt>() : TRY(find_record<Attempt>(tx, rows::attempts, told.attempt));
    if (attempt && attempt->provider != provider) attempt.reset();
    Answer answer;
    if (told.successful) {
        auto demand = TRY(demand_meant(tx, told, attempt));
        const bool strange = !told.attempt.empty() && !attempt;
        notice.code = strange ? "pay.notice.unknown-attempt" : code_of(demand, told.amount);
        const bool pays = demand && demand->state == DemandState::open && told.amount >= demand->amount;
        if (demand) notice.reference = demand->reference;
        notice.held = pays ? told.amount - demand->amount : told.amount;
        if (pays) {
            const auto receipt = TRY(pay_demand(tx, ports, *demand, {.day = {}, .cashier = {}, .provider = notice.provider, .transaction = notice.transaction, .once = {}}));
            notice.receipt = receipt.number;
            answer.dossier = demand->dossier;
        }
    }
    if (attempt) {
        attempt->transaction = told.transaction;
        attempt->successful = told.successful;
        TRY(put(tx, *attempt));
    }
    TRY(post(tx, {.what = "told", .about = encode(notice), .legs = {{provider_account(provider), notice.held}, {"overpaid", -notice.held}}}));
    TRY(put(tx, notice));
    auto dossier = std::move(answer.dossier);
    answer = answer_of(notice, false);
    answer.dossier = std::move(dossier);
    return answer;
}

Result<Attempt> Book::begin(std::string_view reference, std::string provider, std::string language) {
    Attempt out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        const auto demand = TRY(find_record<Demand>(tx, rows::demands, reference));
        if (!demand) return fail(Code::not_found, "pay.unknown-reference", std::string(reference));
        if (demand->state == DemandState::cancelled) return fail(Code::conflict, "pay.cancelled", demand->closed);
        if (demand->state != DemandState::open) return fail(Code::conflict, "pay.already-paid", demand->receipt);
        const auto waiting = TRY(find_record_by<Attempt>(tx, rows::attempts, "waiting", demand->reference + "/" + provider));
        if (waiting && tx.now() < waiting->started.plus_seconds(attempt_seconds)) {
            out = *waiting;
            out.language = language;
            return {};
        }
        if (waiting) {  // kept: a late notification may still name it
            auto replaced = *waiting;
            replaced.replaced = true;
            TRY(put(tx, replaced));
        }
        out = {.id = random_id(*ports_.entropy), .reference = demand->reference, .provider = provider, .language = language,
               .amount = demand->amount, .started = tx.now(), .transaction = {}, .successful = false, .replaced = false};
        return put(tx, out);
    }));
    return out;
}

Result<std::optional<Attempt>> Book::attempt(std::string_view id) const {
    const auto reader = TRY(ports_.store->read());
    return find_record<Attempt>(*reader, rows::attempts, id);
}

Result<Answer> Book::take(std::string_view provider, const Told& told) {
    Answer out;
    TRY(ports_.store->run([&](store::Transaction& tx) -> Result<void> {
        out = TRY(take_told(tx, ports_, provider, told, false));
        return {};
    }));
    return out;
}

Result<std::vector<Notice>> Book::held(std::size_t limit) const {
    const auto reader = TRY(ports_.store->read());
    return find_records<Notice>(*reader, {.collection = std::string(rows::notices), .index = "held"}, limit);
}

}  // namespace wasl::pay
