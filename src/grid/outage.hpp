// Outages: branches that were opened, by whom and why, the customers behind them, and when each got their supply back.
// One document an outage in its member's store and an entry of its chain in the journal for each change; the messages to
// customers are put beside it in the same transaction, and erased once they are sent.
//
// Error keys: "grid.no-branch" [not_found], "grid.branch-twice" [conflict]: find_branch · "grid.branch-open" [conflict] open in
// the network, or in another outage · "grid.nothing-interrupted" [conflict] nobody is behind it: a loop feeds all, or it was dark
// before · "grid.outage-time" [unprocessable] in the future, more than a year ago, or ending before it began ·
// "grid.no-outage" [not_found] · "grid.outage-over" [conflict] · "grid.not-opened" [unprocessable] a branch that it did not
// open, or that is closed again · "grid.outage-malformed" [internal]; those of the store.
#pragma once

#include "base/clock.hpp"
#include "grid/chain_recheck.hpp"
#include "grid/reliability.hpp"
#include "grid/trace.hpp"
#include "store/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::grid {

// Why: the classes that a utility reports by.
enum class OutageCause : std::uint8_t { equipment, weather, third_party, overload, planned, unknown };
inline constexpr std::size_t outage_causes = 6;
std::string_view to_string(OutageCause cause) noexcept;  // "equipment" … "third-party", "planned"
std::optional<OutageCause> outage_cause(std::string_view word) noexcept;

// A bus of an outage, as it was when it went dark.
struct DarkBus {
    std::int64_t bus = 0;  // number
    std::int64_t customers = 0;
    std::string feeder;
    std::optional<Instant> ended;

    bool operator==(const DarkBus&) const = default;
};

struct Outage {
    std::string id;
    OutageCause cause = OutageCause::unknown;
    Instant began;
    std::optional<Instant> expected, ended;
    std::vector<std::string> opened;   // by what people call them; those still open
    std::vector<std::string> closed;   // those closed again
    std::vector<DarkBus> buses;
    std::string network;               // hash of the network it was traced on
    std::string by;                    // who wrote it down
    std::int64_t told = 0;             // messages about its beginning
    std::int64_t served = 0;           // customers of the whole network when it began; 0 in records that do not say

    [[nodiscard]] std::int64_t customers() const noexcept;      // interrupted at all
    [[nodiscard]] std::int64_t customers_off() const noexcept;  // without supply now
    [[nodiscard]] std::vector<std::string> feeders() const;     // each once, in order
    bool operator==(const Outage&) const = default;
};

std::vector<store::CollectionSpec> outage_collections();
std::string chain_of_outage(std::string_view id);
std::string encode_outage(const Outage& outage);
Result<Outage> decode_outage(std::string_view json);  // strict

struct OutageBegins {
    std::vector<std::string> opened;  // branches, as people call them
    OutageCause cause = OutageCause::unknown;
    Instant began;
    std::optional<Instant> expected;
    std::string by;
    bool tell = true;                 // customers
};
// What would be interrupted, without writing anything: for the page that asks before it is done.
Result<Outage> preview_outage(store::Reader& reader, const MeteredNetwork& metered, const OutageBegins& wish, Instant now);
Result<Outage> begin_outage(store::Transaction& tx, Entropy& entropy, const MeteredNetwork& metered, const OutageBegins& wish);

struct OutageRestored {
    std::string id;
    std::vector<std::string> closed;  // empty: all that it opened
    Instant at;
    std::string by;
    bool tell = true;
};
// Customers whose buses have a path again, in this outage or in another that waited for it, have their supply from then on.
Result<Outage> restore_supply(store::Transaction& tx, Entropy& entropy, const MeteredNetwork& metered, const OutageRestored& wish);

Result<std::optional<Outage>> outage_of(store::Reader& reader, std::string_view id);
Result<std::vector<Outage>> open_outages(store::Reader& reader);  // oldest first
// Those that began in [from, until), newest first.
Result<std::vector<Outage>> outages_between(store::Reader& reader, Instant from, Instant until, std::size_t limit = 10'000);

// What IEEE 1366 counts of it: one line a feeder and moment of return.
std::vector<SupplyLost> supply_lost(const Outage& outage);

// The audit's half: every outage is as the last entry of its chain says, and none stands without one. Keys (internal):
// "recheck.outage-differs", "recheck.outages-without-journal".
ChainRecheck outage_recheck(store::Reader& reader);

// --- messages to customers, as `post` takes them -----------------------------------------------------------------------
struct GridMessage {
    std::string id;
    std::string channel, to;   // "sms" and a number, or "email" and a mailbox
    std::string language;      // empty: the member's first
    std::string key;           // "post.grid-outage", "post.grid-planned", "post.grid-restored"
    Instant since;
    std::optional<Instant> expected;
    Instant queued;

    bool operator==(const GridMessage&) const = default;
};
Result<std::vector<GridMessage>> waiting_messages(store::Reader& reader, std::size_t limit = 100);  // oldest first
// Sent or given up: its address is forgotten with it.
Result<void> forget_message(store::Transaction& tx, std::string_view id, bool sent);

}  // namespace wasl::grid
