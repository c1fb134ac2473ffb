// The Merkle tree of RFC 9162 section 2.1 over SHA-256: hashing, an append-only frontier,
// inclusion and consistency proofs, and tiles of 256 hashes (C2SP tlog-tiles). Pure: no I/O but
// through the two ports NodeSource and TileSource.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::trust {

// SHA-256(0x00 ‖ leaf): RFC 9162 section 2.1.1.
Digest hash_leaf(std::string_view leaf);
// SHA-256(0x01 ‖ left ‖ right).
Digest hash_node(const Digest& left, const Digest& right);
// Root of the tree without entries: SHA-256 of nothing.
Digest empty_root();
// Root over leaf hashes that are all at hand (daily maps, tests). O(n).
Digest root_of(std::span<const Digest> leaf_hashes);

// The right edge of a growing tree: at most 64 hashes, enough to append and to give the root.
class Frontier {
public:
    Frontier() = default;
    // The frontier of `size` leaves from its perfect subtrees, largest first (their number is the
    // number of one bits of `size`); key "trust.frontier-malformed".
    static Result<Frontier> restore(std::uint64_t size, std::vector<Digest> peaks);

    void append(const Digest& leaf_hash);
    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] Digest root() const;
    [[nodiscard]] const std::vector<Digest>& peaks() const noexcept { return peaks_; }

private:
    std::uint64_t size_ = 0;
    std::vector<Digest> peaks_;
};

// Serves the hash of the perfect subtree over the leaves [index·2^level, (index+1)·2^level).
class NodeSource {
public:
    virtual ~NodeSource() = default;
    [[nodiscard]] virtual Result<Digest> node(unsigned level, std::uint64_t index) const = 0;
};

// Root of the first `size` leaves.
Result<Digest> root_at(std::uint64_t size, const NodeSource& nodes);
// Peaks of the first `size` leaves, largest first: what Frontier::restore takes.
Result<std::vector<Digest>> peaks_at(std::uint64_t size, const NodeSource& nodes);
// RFC 9162 section 2.1.3.1, PATH(index, D[size]). Key "trust.proof-range" when index >= size.
Result<std::vector<Digest>> inclusion_proof(std::uint64_t index, std::uint64_t size, const NodeSource& nodes);
// RFC 9162 section 2.1.4.1, PROOF(first, D[second]); empty when first is 0 or equals second.
Result<std::vector<Digest>> consistency_proof(std::uint64_t first, std::uint64_t second, const NodeSource& nodes);

// RFC 9162 section 2.1.3.2.
bool verify_inclusion(std::uint64_t index, std::uint64_t size, const Digest& leaf_hash,
                      std::span<const Digest> proof, const Digest& root);
// RFC 9162 section 2.1.4.2. A first size of 0 is consistent with everything and its proof is empty.
bool verify_consistency(std::uint64_t first, std::uint64_t second, const Digest& first_root,
                        const Digest& second_root, std::span<const Digest> proof);

inline constexpr unsigned tile_height = 8;                 // levels in a tile
inline constexpr std::uint64_t tile_width = 1U << tile_height;  // hashes in a complete tile

// Complete tiles (level 0: 256 leaf hashes; level n: 256 roots of tiles of level n−1) and, for
// what is not yet in a tile of level 0, single leaf hashes.
class TileSource {
public:
    virtual ~TileSource() = default;
    // 256·32 bytes of a complete tile.
    [[nodiscard]] virtual Result<std::string> tile(unsigned level, std::uint64_t index) const = 0;
    [[nodiscard]] virtual Result<Digest> leaf(std::uint64_t index) const = 0;
};

// A NodeSource over tiles, of which it keeps those that it has read (one instance a proof).
class TileNodes final : public NodeSource {
public:
    // `size` leaves exist; a node beyond them is an error.
    TileNodes(const TileSource& tiles, std::uint64_t size);
    ~TileNodes() override;
    TileNodes(TileNodes&&) noexcept;
    [[nodiscard]] Result<Digest> node(unsigned level, std::uint64_t index) const override;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// Makes the complete tiles while leaves are appended.
class TileBuilder {
public:
    struct Tile {
        unsigned level = 0;
        std::uint64_t index = 0;
        std::string hashes;  // 256·32 bytes
    };
    TileBuilder() = default;
    // The builder after `size` leaves: reads the incomplete tiles' hashes.
    static Result<TileBuilder> restore(std::uint64_t size, const NodeSource& nodes);
    // Appends one leaf hash; completed tiles are added to `done`.
    void append(const Digest& leaf_hash, std::vector<Tile>& done);

private:
    struct Level {
        std::uint64_t next_tile = 0;  // index of the tile being filled
        std::string hashes;
    };
    void add(unsigned level, const Digest& hash, std::vector<Tile>& done);
    std::vector<Level> levels_;
};

// A NodeSource over leaf hashes in memory (tests, daily maps, small journals).
class VectorNodes final : public NodeSource {
public:
    explicit VectorNodes(std::vector<Digest> leaf_hashes) : leaves_(std::move(leaf_hashes)) {}
    [[nodiscard]] Result<Digest> node(unsigned level, std::uint64_t index) const override;
    [[nodiscard]] std::vector<Digest>& leaves() noexcept { return leaves_; }

private:
    std::vector<Digest> leaves_;
};

}  // namespace wasl::trust
