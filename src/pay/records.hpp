// What is kept about payments: one document each, as JSON. Nobody's name stands here but those of agents: who pays
// is the dossier's to know.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "pay/money.hpp"
#include "store/schema.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::pay {

namespace rows {  // collections
inline constexpr std::string_view demands = "pay_demand", receipts = "pay_receipt", days = "pay_day", notices = "pay_notice",
                                  attempts = "pay_attempt", refunds = "pay_refund", settlements = "pay_settlement";
}

// Collections of this module; add them to the member's schema.
std::vector<store::CollectionSpec> pay_collections();

// An agent, as the ledger names them.
struct Hand {
    std::string id, name, office;
    bool operator==(const Hand&) const = default;
};

// One part of a fee: a stamp duty, the price of posting.
struct Line {
    std::string label;  // in the language of the dossier
    std::string stamp;  // code of a stamp duty of the law; empty: the procedure's own fee
    Money amount;
    bool operator==(const Line&) const = default;
};

enum class DemandState : std::uint8_t { open, paid, cancelled, refunded };
std::string_view to_string(DemandState state) noexcept;

// What a dossier has to pay, known by its payment reference: paid whole, once, or not.
struct Demand {
    std::string reference;
    std::string dossier, dossier_reference, procedure, office;
    Money amount;
    std::vector<Line> lines;      // may be empty
    DemandState state = DemandState::open;
    Instant raised;
    bool incomplete_until_paid = false;
    std::string receipt;          // number, once paid
    std::string closed;           // "withdrawn", "lapsed", "transferred": why the dossier ended without a decision
    std::string assessed_by;      // agent who said the amount where no rule gives it
    Money returned;               // given back so far
    // What may still be given back of it.
    [[nodiscard]] Money rest() const noexcept { return state == DemandState::paid ? amount - returned : Money(); }
    bool operator==(const Demand&) const = default;
};

// "cash" at a counter or cash point, else by a provider.
struct Receipt {
    std::string number;           // "2026-000123", dense in a member and year
    std::string reference, dossier, dossier_reference, procedure, office;
    Money amount;
    Instant at;
    std::string day;              // cash day; empty: by a provider
    Hand cashier;
    std::string provider, transaction;
    std::string refund;           // id of the refund of it, or of a part, that is not given yet; empty: none
    std::string once;             // idempotency key of the counter
    bool operator==(const Receipt&) const = default;
};

// A cashier's day: opened with an amount in the drawer, closed with what was counted.
struct CashDay {
    std::string id, number;       // number: "2026-0042"
    Hand cashier;
    Instant opened;
    Money opening, taken, given_back;
    std::int64_t receipts = 0;
    std::optional<Instant> closed;
    Money counted;
    std::string explanation;      // of a difference
    [[nodiscard]] Money expected() const noexcept { return opening + taken - given_back; }
    [[nodiscard]] Money difference() const noexcept { return counted - expected(); }
    bool operator==(const CashDay&) const = default;
};

// A payment as a provider told it, by notification or by its settlement file: known once by (provider, transaction).
struct Notice {
    std::string provider, transaction;
    std::string attempt, reference;
    Money amount;
    bool successful = true;
    std::string print;            // of what was told: the same transaction cannot be told otherwise
    Instant at;
    std::string code;             // what became of it: pay.notice.*
    std::string receipt;          // given for it
    Money held;                   // received beyond what was due, not given back yet
    std::string refund;           // id of the refund of what is held, or of a part, that is not given yet
    bool from_settlement = false; // no notification had come
    std::string settlement;       // id of the file that settled it
    Money settled;                // what the file says of it
    [[nodiscard]] std::string key() const { return provider + "/" + transaction; }
    bool operator==(const Notice&) const = default;
};

// A person sent to a provider to pay.
struct Attempt {
    std::string id, reference, provider, language;
    Money amount;
    Instant started;
    std::string transaction;      // that answered it; empty: none yet
    bool successful = false;
    bool replaced = false;        // by a newer one; the provider may still tell of it
    bool operator==(const Attempt&) const = default;
};

enum class RefundState : std::uint8_t { asked, approved, rejected, given };
std::string_view to_string(RefundState state) noexcept;

// Giving money back is an act: asked for with a reason, decided by a second person, then given.
struct Refund {
    std::string id;
    std::string receipt;          // gives back a fee that was paid; or
    std::string notice;           // gives back what a notice holds (its key)
    std::string reference;        // payment reference; may be empty for a notice of an unknown one
    Money amount;
    std::string reason;
    Hand asked_by;
    Instant asked;
    Hand decided_by;
    std::optional<Instant> decided;
    std::string rejection;        // why not
    std::optional<Instant> given;
    std::string voucher;          // number, once given: "R-2026-000004"
    std::string day, provider;    // out of which cash day, or through which provider
    std::string settlement;       // id of the provider's file that names it
    RefundState state = RefundState::asked;
    bool operator==(const Refund&) const = default;
};

// One line of a comparison with a provider's file.
struct SettlementLine {
    std::string state;            // "matched", "amount-differs", "not-notified", "repeated", "settled-before", "not-settled",
                                  // "unknown-refund", "malformed"
    std::string transaction, reference;
    std::optional<Money> expected, received;
    std::string code;             // of what a not-notified one became: pay.notice.*
    bool operator==(const SettlementLine&) const = default;
};

struct Settlement {
    std::string id;               // first 16 hex digits of the SHA-256 of the file
    std::string provider, name;
    Instant at;
    Hand by;
    Money expected, received;
    std::vector<SettlementLine> lines;
    [[nodiscard]] std::size_t differences() const noexcept;
    bool operator==(const Settlement&) const = default;
};

json::Object encode(const Demand&);
json::Object encode(const Receipt&);
json::Object encode(const CashDay&);
json::Object encode(const Notice&);
json::Object encode(const Attempt&);
json::Object encode(const Refund&);
json::Object encode(const Settlement&);
// Key "pay.malformed" [internal].
template <class T>
Result<T> decode(std::string_view body);

}  // namespace wasl::pay
