// The journal: append-only rows, each in a chain, and the hook that proves them at commit.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace wasl::store {

class Transaction;

// What a command asks to be written.
struct JournalEntry {
    std::string chain;    // e.g. the random id of a dossier
    std::string kind;     // e.g. "dossier.filed"
    std::string content;  // bytes of the caller's, usually JSON
    // For the hook alone, not stored: make a seal over these claims and keep it under this key.
    std::optional<std::string> seal_key = {};
    std::string seal_claims = {};
};

// A row as it stands in the journal.
struct JournalRow {
    std::uint64_t seq = 0;       // 0-based and dense
    std::string chain;
    std::uint64_t position = 0;  // 0-based in its chain
    std::string kind;
    Instant at;                  // never before the row before, but after an accepted clock
    std::string salt;            // 32 random bytes; empty when erased
    std::string content;         // empty when erased
    bool erased = false;         // salt and content are gone, the leaf stands
    std::string leaf;            // given by the hook; without one, SHA-256(salt ‖ content)
    std::string previous;        // leaf_hash() of the row before in the chain; empty for the first

    // Only while the hook runs:
    std::optional<std::size_t> previous_in_group;  // index of the row before in the same group
    std::optional<std::string> seal_key;
    std::string seal_claims;
};

// SHA-256(0x00 ‖ leaf): RFC 9162 section 2.1.1.
Digest leaf_hash(std::string_view leaf);

// Sets rows[i].previous from a row before it in the same group, whose leaf must be filled
// already; nothing to do when that row was committed earlier. Hooks call it before making leaf i.
void link_previous(std::span<JournalRow> rows, std::size_t i);

struct ChainHead {
    std::uint64_t length = 0;
    std::uint64_t seq = 0;   // of the last row
    Instant at;              // of the last row
    std::string leaf;        // of the last row
};

struct Checkpoint {
    std::uint64_t tree_size = 0;
    Instant at;
    std::string text;  // signed note, made by the hook
};

// Called on the writer's thread once a group that has new rows, after its commands and before
// COMMIT. `rows` are all new rows of the group in order of seq; the hook fills each `leaf` (in
// order; see link_previous) and may put documents, tiles and checkpoints through the
// transaction, but append no rows. An error fails the whole group.
class CommitHook {
public:
    virtual ~CommitHook() = default;
    virtual Result<void> before_commit(Transaction& transaction, std::span<JournalRow> rows) = 0;
    // The group of the last before_commit is on disk (true), or failed (false): then what the hook
    // keeps in memory is to be read again from the next transaction.
    virtual void after_commit(bool committed) noexcept { static_cast<void>(committed); }
};

}  // namespace wasl::store
