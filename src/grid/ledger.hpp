// The ledger of capacity: what of each feeder is kept for whom, until when. One row a dossier in its member's store,
// written in the transaction of the event it follows from; each change is an entry of the row's own chain in the journal.
// A store commits its commands one after the other, so two who ask at once are answered one after the other, and the second
// sees what the first got.
//
// Error keys: "grid.no-holding" [not_found] no capacity is kept for that dossier; "grid.not-granted" [conflict] not granted,
// or connected already; "grid.capacity-gone" [conflict] its time ran out and it fell back; "grid.ledger-malformed" [internal];
// those of the store.
#pragma once

#include "base/time.hpp"
#include "grid/chain_recheck.hpp"
#include "grid/connection.hpp"
#include "store/store.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::grid {

enum class HoldState : std::uint8_t {
    reserved,   // for a request that is examined
    granted,    // decided; waits to be connected
    connected,  // taken up: held until the network itself says so
    released,   // given back: withdrawn, refused, in the network now …
    expired,    // not taken up in time: it fell back
};
std::string_view to_string(HoldState state) noexcept;

struct Holding {
    std::string dossier, reference;
    std::int64_t bus = 0;
    std::string feeder;            // in the network in force; "?": its bus is not in it any more
    HoldState state = HoldState::reserved;
    double load_kw = 0, load_kvar = 0, solar_kw = 0;
    Instant since;                 // of this state
    std::optional<Instant> until;  // of reserved and granted, exclusive
    std::string network;           // hash of the network it was checked against
    std::string by, why;           // who changed it last, and the word for it

    // Whether it takes capacity at that instant.
    [[nodiscard]] bool counts(Instant now) const noexcept {
        if (state == HoldState::connected) return true;
        return (state == HoldState::reserved || state == HoldState::granted) && until && now < *until;
    }
    [[nodiscard]] double kw() const noexcept { return load_kw > 0 ? load_kw : solar_kw; }
    bool operator==(const Holding&) const = default;
};

// Collections of this module; add them to the member's schema.
std::vector<store::CollectionSpec> ledger_collections();

std::string chain_of_holding(std::string_view dossier);  // in the journal
std::string encode_holding(const Holding& holding);
Result<Holding> decode_holding(std::string_view json);   // strict

Result<std::optional<Holding>> holding_of(store::Reader& reader, std::string_view dossier);
// Reserved, granted and connected ones, also those whose time ran out unnoticed: of one feeder, or of all in the order
// of feeders.
Result<std::vector<Holding>> holdings(store::Reader& reader, std::string_view feeder);
Result<std::vector<Holding>> all_holdings(store::Reader& reader, std::size_t limit = 10'000);
// What counts on a feeder now, but for that dossier's own.
Result<std::vector<HeldCapacity>> counted(store::Reader& reader, std::string_view feeder, Instant now, std::string_view except = {});

// Writes the row and its entry; the one way in which a row changes.
Result<void> write_holding(store::Transaction& tx, const Holding& holding);
// Gives back what that dossier holds; nothing to do when it holds nothing.
Result<void> release(store::Transaction& tx, std::string_view dossier, std::string_view by, std::string_view why);
// It is connected: held from now on without end.
Result<void> take_up(store::Transaction& tx, std::string_view dossier, std::string_view by);
// Writes down as expired what ran out, at most `limit` rows. It counted for nothing since its time was over.
Result<std::size_t> expire(store::Transaction& tx, std::size_t limit = 1'000);
// After a change of network every row goes to the feeder on which its bus lies now. True when something had to be done.
Result<bool> follow_network(store::Transaction& tx, const ConnectionModel& model);

// The audit's half: every row is the last entry of its chain, and no row stands without one. Keys (internal):
// "recheck.holding-differs", "recheck.holdings-without-journal".
ChainRecheck ledger_recheck(store::Reader& reader);

}  // namespace wasl::grid
