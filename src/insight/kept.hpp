// The figures of a member as they are kept in its store: a fold over the journal by position. Each
// round takes the entries since the last one, in one transaction with the position, so that a crash,
// a restore or a replay begins where the journal says; no filing ever waits for it. Erased dossiers
// leave the figures. A full recount gives the same.
//
// Error keys: those of the store; insight.unreadable [internal] (what is kept cannot be read).
#pragma once

#include "insight/tally.hpp"
#include "store/store.hpp"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

namespace wasl::insight {

// Collections of this module; add them to the member's schema.
std::vector<store::CollectionSpec> figure_collections();

// What is kept beside the sums: up to where the journal was read, and on what the counts rest.
struct Position {
    std::uint64_t entries = 0;  // of the journal, counted
    Instant at;                 // of the last of them
    std::string basis;          // Basis::digest()
    std::int64_t generation = 0;
    bool operator==(const Position&) const = default;
};

// Companies, by the hash of their ICE: on which days they filed online, and how often.
using Companies = std::unordered_map<std::string, std::map<DayNumber, std::int64_t>>;

struct KeptFigures {
    Position position;
    Tally tally;
};
// What is kept now; empty sums when nothing was counted yet.
Result<KeptFigures> read_kept(store::Reader& reader);
// Companies that filed online on `since` or later.
Result<std::int64_t> companies_since(store::Reader& reader, DayNumber since);
Result<Companies> read_companies(store::Reader& reader);

// Takes in what the journal has had since, at most `most` entries; how many are left. Another
// basis than the kept one begins anew. Several at once do no harm.
Result<std::uint64_t> catch_up(store::Store& store, const Basis& basis, std::uint64_t most = UINT64_MAX);

// Everything counted again from the first entry of the journal to `until`, from nothing kept.
// `open` gives a view to each of `threads` threads.
struct Recount {
    Tally tally;
    Companies companies;
    std::uint64_t entries = 0, dossiers = 0;
};
using OpenReader = std::function<Result<std::unique_ptr<store::Reader>>()>;
Result<Recount> recount(const OpenReader& open, std::uint64_t until, const Basis& basis, unsigned threads = 2);

}  // namespace wasl::insight
