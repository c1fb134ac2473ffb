// The commit hook: gives each new journal row its leaf, grows the Merkle tree, writes tiles, signs one
// checkpoint a commit group and makes the seals that the group's rows ask for, all in the same
// transaction. A group without new rows signs nothing.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "store/store.hpp"
#include "trust/checkpoint.hpp"
#include "trust/keys.hpp"
#include "trust/leaf.hpp"
#include "trust/merkle.hpp"
#include "trust/seal.hpp"

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::trust {

class CosignerClient;

// Collections that trust keeps in a member's store; add them to its schema.
//   seals     key = JournalEntry::seal_key (StoredSeal)
//   evidence  salts of chain commitments, daily maps and their lines
std::vector<store::CollectionSpec> trust_collections();

// A seal as kept in the collection `seals`.
struct StoredSeal {
    std::string seal;              // bytes
    std::uint64_t leaf_index = 0;  // of the row that asked for it
    std::uint64_t size = 0;        // of the tree of the group's checkpoint
    Digest root;
};
Result<StoredSeal> parse_stored_seal(std::string_view body);
// Nothing when there is no seal under this key.
Result<std::optional<StoredSeal>> find_seal(store::Reader& reader, std::string_view seal_key);

// The salt of a chain's commitment: HMAC-SHA-256(secret, chain id).
std::string chain_salt(std::string_view secret, std::string_view chain);
// The leaf of a row. `chain_secret` is the member's (see chain_secret()).
Result<std::string> make_row_leaf(const store::JournalRow& row, std::string_view chain_secret);
// 32 random bytes of the member from which each chain's salt is derived: HMAC-SHA-256(secret, chain id).
// Empty while the journal is empty.
Result<std::string> chain_secret(store::Reader& reader);

// Hashes of the committed journal for proofs; the reader must outlive it.
class JournalTiles final : public TileSource {
public:
    explicit JournalTiles(store::Reader& reader) : reader_(&reader) {}
    [[nodiscard]] Result<std::string> tile(unsigned level, std::uint64_t index) const override;
    [[nodiscard]] Result<Digest> leaf(std::uint64_t index) const override;

private:
    store::Reader* reader_;
    mutable std::uint64_t rows_first_ = 0;   // leaf hashes read ahead
    mutable std::vector<Digest> rows_;
};

class JournalSealer final : public store::CommitHook {
public:
    // `keys` and `entropy` outlive the sealer; entropy defaults to the system's.
    explicit JournalSealer(const KeyRing& keys, Entropy* entropy = nullptr);
    ~JournalSealer() override;

    Result<void> before_commit(store::Transaction& transaction, std::span<store::JournalRow> rows) override;
    void after_commit(bool committed) noexcept override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// The journal's head note with the proof that an entry is in it: what a bundle holds. `size` 0 means the
// newest checkpoint that covers the entry.
struct EntryProof {
    std::string leaf;
    std::uint64_t index = 0;
    std::vector<Digest> path;
    std::string checkpoint;
};
Result<EntryProof> prove_entry(store::Reader& reader, std::uint64_t index, std::uint64_t size = 0);

// Asks for a cosignature of the newest checkpoint and keeps it. Nothing to do (empty) when there is none
// or it already has one by this cosigner; else the note. Not from a writer's thread.
Result<std::string> cosign_head(store::Store& store, CosignerClient& cosigner, std::string_view cosigner_member,
                                Instant now);

// Keeps a signed map with its lines (a blob); replaces the one of that day, e.g. once it is cosigned. Not
// from a writer's thread. What is older than the operator wants to keep is the caller's to drop.
Result<void> keep_map(store::Store& store, std::string_view note, std::string_view lines, Date day);
struct KeptMap {
    std::string note;
    std::string lines;
};
Result<std::optional<KeptMap>> find_map(store::Reader& reader, Date day);

}  // namespace wasl::trust
