// The payments of one member: every act in one transaction that changes documents, posts to the ledger and tells the
// dossier. Every act may be repeated: what was done is answered again, never done twice.
//
// Error keys: pay.reference-malformed, pay.reference-check [invalid] · pay.unknown-reference, pay.unknown-receipt,
// pay.unknown-day, pay.unknown-refund, pay.unknown-attempt [not_found] · pay.already-paid, pay.cancelled, pay.no-open-day, pay.day-open-already,
// pay.day-closed, pay.not-enough-cash, pay.refund-not-due, pay.nothing-left, pay.refund-standing, pay.refund-decided, pay.nothing-due [conflict] ·
// pay.wrong-amount, pay.amount-malformed, pay.refund-too-much, pay.reason-required, pay.explanation-required [unprocessable] ·
// pay.same-person [forbidden] · pay.notice-differs [conflict] · those of notice.hpp and settlement.hpp.
#pragma once

#include "base/clock.hpp"
#include "dossier/acts.hpp"
#include "dossier/service.hpp"
#include "pay/ledger.hpp"
#include "pay/notice.hpp"
#include "pay/records.hpp"
#include "pay/settlement.hpp"
#include "store/store.hpp"
#include "trust/bundle.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::pay {

// Raises the demand when a dossier with a fee is filed, and closes it with the dossier: in the dossier's transaction.
class Demands final : public dossier::Acts {
public:
    explicit Demands(Entropy& entropy) : entropy_(&entropy) {}
    Result<void> done(store::Transaction& tx, const dossier::State& after, std::span<const dossier::Event> events) override;

private:
    Entropy* entropy_;
};

struct BookPorts {
    std::string member;
    store::Store* store = nullptr;
    dossier::Service* dossiers = nullptr;  // told of what is paid
    Entropy* entropy = nullptr;
    Zone zone = Zone::utc();               // of the year in numbers
};

// A refund as it is asked for. `part`: of what may still be given back; nothing: all of that.
struct Asked {
    std::string reason;
    Hand by;
    std::optional<Money> part = {};
};

// What became of a provider's word.
struct Answer {
    std::string code;     // "pay.notice.paid", "….repeated" is said by `repeated`
    std::string receipt;  // number; empty: none was given
    Money held;           // shown as received beyond what was due
    bool repeated = false;
    std::string dossier;  // id, when a reference was paid just now
};

class Book {
public:
    explicit Book(BookPorts ports) : ports_(std::move(ports)) {}

    // --- what is owed ---------------------------------------------------------------------------
    // The amount where the rule leaves it to an agent; the same amount again changes nothing. "pay.nothing-due" when the
    // dossier's fee is known by rule.
    Result<Demand> assess(const dossier::State& state, Money amount, const Hand& by);
    Result<std::optional<Demand>> demand(std::string_view reference) const;
    Result<std::optional<Demand>> demand_of(std::string_view dossier) const;
    Result<std::vector<Demand>> open_demands(std::size_t limit) const;

    // --- cash -----------------------------------------------------------------------------------
    Result<CashDay> open_day(Money opening, const Hand& cashier);
    // Exactly what is due. `once` makes a second click the same payment.
    Result<Receipt> take_cash(std::string_view reference, Money amount, std::string once, const Hand& cashier);
    // A difference needs its explanation. Closing again with the same count changes nothing.
    Result<CashDay> close_day(std::string_view day, Money counted, std::string explanation, const Hand& cashier);
    Result<std::optional<CashDay>> open_day_of(std::string_view cashier) const;
    Result<std::optional<CashDay>> day(std::string_view id) const;
    Result<std::vector<CashDay>> days(std::size_t limit) const;                          // newest first
    Result<std::vector<Receipt>> receipts_of(std::string_view day, std::size_t limit) const;  // newest first
    Result<std::optional<Receipt>> receipt(std::string_view number) const;

    // --- providers ------------------------------------------------------------------------------
    Result<Attempt> begin(std::string_view reference, std::string provider, std::string language);
    Result<std::optional<Attempt>> attempt(std::string_view id) const;
    // A checked word of a provider. Money that it says it received is booked in every case: as the payment, or as held.
    Result<Answer> take(std::string_view provider, const Told& told);
    Result<std::vector<Notice>> held(std::size_t limit) const;  // money received beyond what was due, oldest first

    // --- refunds --------------------------------------------------------------------------------
    // Of a receipt, when its dossier ended without a decision (withdrawn, lapsed, transferred). The parts never sum to more
    // than was paid; the next is asked for when the one before was given or rejected.
    Result<Refund> ask_refund(std::string_view receipt, Asked asked);
    // Of what a notice holds.
    Result<Refund> ask_return(std::string_view notice, Asked asked);
    // By somebody else than who asked. What came through a provider goes back through it at once; cash waits for a drawer.
    Result<Refund> approve(std::string_view refund, const Hand& by);
    Result<Refund> reject(std::string_view refund, std::string_view reason, const Hand& by);
    Result<Refund> give_back(std::string_view refund, const Hand& cashier);  // in cash, out of the open day
    Result<std::vector<Refund>> refunds(RefundState state, std::size_t limit) const;

    // --- reconciliation -------------------------------------------------------------------------
    // Compares and books: what was settled moves to the bank; a payment that no notification told is taken now. The same
    // file again gives the first answer.
    Result<Settlement> settle(std::string_view provider, std::string name, std::string_view csv, const Hand& by);
    // The comparison alone, of any store, nothing written.
    static Result<Settlement> compare(store::Reader& reader, std::string_view provider, std::string_view csv);
    Result<std::vector<Settlement>> settlements(std::size_t limit) const;  // newest first
    Result<std::optional<Settlement>> settlement(std::string_view id) const;

    [[nodiscard]] const BookPorts& ports() const noexcept { return ports_; }

private:
    BookPorts ports_;
};

// The canonical facts of a receipt, whose digest its seal carries, and the key of that seal.
trust::PaperFacts receipt_facts(const Receipt& receipt, std::string_view member);
std::string receipt_seal_key(std::string_view number);

}  // namespace wasl::pay
