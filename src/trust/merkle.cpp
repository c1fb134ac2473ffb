#include "trust/merkle.hpp"

#include <algorithm>
#include <bit>
#include <map>

namespace wasl::trust {

namespace {

constexpr std::string_view leaf_prefix{"\0", 1};
constexpr std::string_view node_prefix{"\1", 1};
constexpr std::size_t digest_size = 32;

// Largest power of two smaller than `size` (size > 1): the split of RFC 9162 section 2.1.1.
std::uint64_t split_of(std::uint64_t size) { return std::bit_floor(size - 1); }

// Root of the leaves [begin, begin + size); begin is a multiple of the enclosing power of two.
Result<Digest> subtree(std::uint64_t begin, std::uint64_t size, const NodeSource& nodes) {
    if (std::has_single_bit(size)) {
        const auto level = static_cast<unsigned>(std::countr_zero(size));
        return nodes.node(level, begin >> level);
    }
    const auto left = split_of(size);
    const auto left_root = TRY(subtree(begin, left, nodes));
    const auto right_root = TRY(subtree(begin + left, size - left, nodes));
    return hash_node(left_root, right_root);
}

// PATH(m, D[n]) of RFC 9162 section 2.1.3.1.
Result<void> path(std::uint64_t index, std::uint64_t begin, std::uint64_t size, const NodeSource& nodes,
                  std::vector<Digest>& out) {
    if (size == 1) {
        return {};
    }
    const auto left = split_of(size);
    if (index < left) {
        TRY(path(index, begin, left, nodes, out));
        out.push_back(TRY(subtree(begin + left, size - left, nodes)));
    } else {
        TRY(path(index - left, begin + left, size - left, nodes, out));
        out.push_back(TRY(subtree(begin, left, nodes)));
    }
    return {};
}

// SUBPROOF(m, D_n, b) of RFC 9162 section 2.1.4.1.
Result<void> subproof(std::uint64_t first, std::uint64_t begin, std::uint64_t size, bool complete,
                      const NodeSource& nodes, std::vector<Digest>& out) {
    if (first == size) {
        if (!complete) {
            out.push_back(TRY(subtree(begin, size, nodes)));
        }
        return {};
    }
    const auto left = split_of(size);
    if (first <= left) {
        TRY(subproof(first, begin, left, complete, nodes, out));
        out.push_back(TRY(subtree(begin + left, size - left, nodes)));
    } else {
        TRY(subproof(first - left, begin + left, size - left, false, nodes, out));
        out.push_back(TRY(subtree(begin, left, nodes)));
    }
    return {};
}

Digest digest_at(std::string_view hashes, std::uint64_t position) {
    return digest_from_bytes(hashes.substr(position * digest_size, digest_size));
}

// Root of 2^level consecutive hashes of a tile, beginning at `first`.
Digest root_in_tile(std::string_view hashes, std::uint64_t first, unsigned level) {
    std::vector<Digest> row;
    for (std::uint64_t i = 0; i < (std::uint64_t{1} << level); ++i) {
        row.push_back(digest_at(hashes, first + i));
    }
    while (row.size() > 1) {
        for (std::size_t i = 0; i < row.size() / 2; ++i) {
            row[i] = hash_node(row[2 * i], row[2 * i + 1]);
        }
        row.resize(row.size() / 2);
    }
    return row.front();
}

}  // namespace

Digest hash_leaf(std::string_view leaf) { return sha256(leaf_prefix, leaf); }

Digest hash_node(const Digest& left, const Digest& right) {
    std::array<char, 1 + 2 * digest_size> buffer{};
    buffer[0] = node_prefix[0];
    std::ranges::copy(left.view(), buffer.begin() + 1);
    std::ranges::copy(right.view(), buffer.begin() + 1 + digest_size);
    return sha256(std::string_view(buffer.data(), buffer.size()));
}

Digest empty_root() { return sha256(std::string_view{}); }

Digest root_of(std::span<const Digest> leaf_hashes) {
    Frontier frontier;
    for (const auto& hash : leaf_hashes) {
        frontier.append(hash);
    }
    return frontier.root();
}

Result<Frontier> Frontier::restore(std::uint64_t size, std::vector<Digest> peaks) {
    if (peaks.size() != static_cast<std::size_t>(std::popcount(size))) {
        return fail(Code::internal, "trust.frontier-malformed", "number of peaks does not fit the size");
    }
    Frontier frontier;
    frontier.size_ = size;
    frontier.peaks_ = std::move(peaks);
    return frontier;
}

void Frontier::append(const Digest& leaf_hash) {
    auto hash = leaf_hash;
    // Each trailing one bit of the old size is a perfect subtree that the new leaf completes.
    for (auto rest = size_; (rest & 1U) != 0; rest >>= 1U) {
        hash = hash_node(peaks_.back(), hash);
        peaks_.pop_back();
    }
    peaks_.push_back(hash);
    ++size_;
}

Digest Frontier::root() const {
    if (peaks_.empty()) {
        return empty_root();
    }
    auto hash = peaks_.back();
    for (auto peak = peaks_.rbegin() + 1; peak != peaks_.rend(); ++peak) {
        hash = hash_node(*peak, hash);
    }
    return hash;
}

Result<std::vector<Digest>> peaks_at(std::uint64_t size, const NodeSource& nodes) {
    std::vector<Digest> peaks;
    std::uint64_t begin = 0;
    for (int bit = 63; bit >= 0; --bit) {
        const auto width = std::uint64_t{1} << bit;
        if ((size & width) != 0) {
            peaks.push_back(TRY(nodes.node(static_cast<unsigned>(bit), begin >> bit)));
            begin += width;
        }
    }
    return peaks;
}

Result<Digest> root_at(std::uint64_t size, const NodeSource& nodes) {
    if (size == 0) {
        return empty_root();
    }
    return subtree(0, size, nodes);
}

Result<std::vector<Digest>> inclusion_proof(std::uint64_t index, std::uint64_t size, const NodeSource& nodes) {
    if (index >= size) {
        return fail(Code::invalid, "trust.proof-range", "index beyond the tree");
    }
    std::vector<Digest> out;
    TRY(path(index, 0, size, nodes, out));
    return out;
}

Result<std::vector<Digest>> consistency_proof(std::uint64_t first, std::uint64_t second, const NodeSource& nodes) {
    if (first > second) {
        return fail(Code::invalid, "trust.proof-range", "first size beyond the second");
    }
    std::vector<Digest> out;
    if (first != 0 && first != second) {
        TRY(subproof(first, 0, second, true, nodes, out));
    }
    return out;
}

bool verify_inclusion(std::uint64_t index, std::uint64_t size, const Digest& leaf_hash,
                      std::span<const Digest> proof, const Digest& root) {
    // RFC 9162 section 2.1.3.2, in its own steps.
    if (index >= size) {  // 1
        return false;
    }
    auto fn = index;  // 2
    auto sn = size - 1;
    auto r = leaf_hash;               // 3
    for (const auto& p : proof) {     // 4
        if (sn == 0) {                // 4.1
            return false;
        }
        if ((fn & 1U) != 0 || fn == sn) {  // 4.2
            r = hash_node(p, r);
            while ((fn & 1U) == 0 && fn != 0) {
                fn >>= 1U;
                sn >>= 1U;
            }
        } else {
            r = hash_node(r, p);
        }
        fn >>= 1U;  // 4.3
        sn >>= 1U;
    }
    return sn == 0 && r == root;  // 5
}

bool verify_consistency(std::uint64_t first, std::uint64_t second, const Digest& first_root,
                        const Digest& second_root, std::span<const Digest> proof) {
    if (first > second) {
        return false;
    }
    if (first == 0) {
        return proof.empty() && first_root == empty_root();
    }
    if (first == second) {
        return proof.empty() && first_root == second_root;
    }
    // RFC 9162 section 2.1.4.2, in its own steps.
    if (proof.empty()) {  // 1
        return false;
    }
    std::vector<Digest> hashes;
    if (std::has_single_bit(first)) {  // 2
        hashes.push_back(first_root);
    }
    hashes.insert(hashes.end(), proof.begin(), proof.end());
    auto fn = first - 1;  // 3
    auto sn = second - 1;
    while ((fn & 1U) != 0) {  // 4
        fn >>= 1U;
        sn >>= 1U;
    }
    auto fr = hashes.front();  // 5
    auto sr = hashes.front();
    for (const auto& c : std::span(hashes).subspan(1)) {  // 6
        if (sn == 0) {
            return false;
        }
        if ((fn & 1U) != 0 || fn == sn) {
            fr = hash_node(c, fr);
            sr = hash_node(c, sr);
            while ((fn & 1U) == 0 && fn != 0) {
                fn >>= 1U;
                sn >>= 1U;
            }
        } else {
            sr = hash_node(sr, c);
        }
        fn >>= 1U;
        sn >>= 1U;
    }
    return sn == 0 && fr == first_root && sr == second_root;  // 7
}

struct TileNodes::Impl {
    const TileSource* tiles;
    std::uint64_t size;
    mutable std::map<std::pair<unsigned, std::uint64_t>, std::string> kept;

    Result<std::string_view> tile(unsigned level, std::uint64_t index) const {
        const auto key = std::pair(level, index);
        auto found = kept.find(key);
        if (found == kept.end()) {
            auto hashes = TRY(tiles->tile(level, index));
            if (hashes.size() != tile_width * digest_size) {
                return fail(Code::internal, "trust.tile-malformed", "a tile has not 256 hashes");
            }
            found = kept.emplace(key, std::move(hashes)).first;
        }
        return std::string_view(found->second);
    }
};

TileNodes::TileNodes(const TileSource& tiles, std::uint64_t size)
    : impl_(std::make_unique<Impl>(Impl{&tiles, size, {}})) {}
TileNodes::~TileNodes() = default;
TileNodes::TileNodes(TileNodes&&) noexcept = default;

Result<Digest> TileNodes::node(unsigned level, std::uint64_t index) const {
    if (level >= 64 || index > (impl_->size >> level) || ((index + 1) << level) > impl_->size) {
        return fail(Code::invalid, "trust.proof-range", "node beyond the tree");
    }
    const unsigned tile_level = level / tile_height;
    const unsigned inner = level % tile_height;
    const auto first = index << inner;  // first hash of the tile level that this node covers
    const auto tile_index = first / tile_width;
    const auto bits = tile_height * (tile_level + 1);
    if (bits < 64 && ((tile_index + 1) << bits) <= impl_->size) {  // a complete tile holds it
        const auto hashes = TRY(impl_->tile(tile_level, tile_index));
        return root_in_tile(hashes, first % tile_width, inner);
    }
    if (level == 0) {
        return impl_->tiles->leaf(index);
    }
    const auto left = TRY(node(level - 1, index * 2));
    const auto right = TRY(node(level - 1, index * 2 + 1));
    return hash_node(left, right);
}

Result<TileBuilder> TileBuilder::restore(std::uint64_t size, const NodeSource& nodes) {
    TileBuilder builder;
    for (unsigned level = 0; (size >> (tile_height * level)) != 0; ++level) {
        const auto count = size >> (tile_height * level);  // hashes on this level
        auto& at = builder.levels_.emplace_back();
        at.next_tile = count / tile_width;
        for (auto i = at.next_tile * tile_width; i < count; ++i) {
            at.hashes += TRY(nodes.node(tile_height * level, i)).view();
        }
    }
    return builder;
}

void TileBuilder::append(const Digest& leaf_hash, std::vector<Tile>& done) { add(0, leaf_hash, done); }

void TileBuilder::add(unsigned level, const Digest& hash, std::vector<Tile>& done) {
    if (levels_.size() <= level) {
        levels_.resize(level + 1);
    }
    auto& at = levels_[level];
    at.hashes += hash.view();
    if (at.hashes.size() < tile_width * digest_size) {
        return;
    }
    const auto root = root_in_tile(at.hashes, 0, tile_height);
    done.push_back({level, at.next_tile, std::move(at.hashes)});
    at.hashes.clear();
    ++at.next_tile;
    add(level + 1, root, done);
}

Result<Digest> VectorNodes::node(unsigned level, std::uint64_t index) const {
    if (level >= 64 || index > (leaves_.size() >> level) || ((index + 1) << level) > leaves_.size()) {
        return fail(Code::invalid, "trust.proof-range", "node beyond the tree");
    }
    return root_of(std::span(leaves_).subspan(index << level, std::size_t{1} << level));
}

}  // namespace wasl::trust
