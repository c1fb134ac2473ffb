#include "trust/merkle.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::trust;

namespace {

// The definition of RFC 9162 section 2.1.1, as plain as it stands there.
Digest naive_root(std::span<const Digest> leaves) {
    if (leaves.empty()) {
        return sha256("");
    }
    if (leaves.size() == 1) {
        return leaves[0];
    }
    std::size_t k = 1;
    while (k * 2 < leaves.size()) {
        k *= 2;
    }
    return hash_node(naive_root(leaves.first(k)), naive_root(leaves.subspan(k)));
}

std::vector<Digest> some_leaves(std::size_t count) {
    std::vector<Digest> leaves;
    for (std::size_t i = 0; i < count; ++i) {
        leaves.push_back(hash_leaf("entry " + std::to_string(i)));
    }
    return leaves;
}

class MapTiles final : public TileSource {
public:
    std::map<std::pair<unsigned, std::uint64_t>, std::string> tiles;
    std::vector<Digest> leaves;
    mutable int leaf_reads = 0;
    Result<std::string> tile(unsigned level, std::uint64_t index) const override {
        const auto found = tiles.find({level, index});
        return found == tiles.end() ? Result<std::string>(fail(Code::not_found, "none")) : found->second;
    }
    Result<Digest> leaf(std::uint64_t index) const override {
        ++leaf_reads;
        return leaves.at(index);
    }
};

constexpr std::size_t most = 300;

}  // namespace

TEST_CASE("RFC 9162: hashes of the empty tree, of a leaf and of a node") {
    CHECK(empty_root().hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    CHECK(hash_leaf("").hex() == "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
    // The known answers of the Certificate Transparency reference tree of eight entries.
    const std::vector<std::string> inputs{"", "00", "10", "2021", "3031", "40414243", "5051525354555657",
                                          "606162636465666768696a6b6c6d6e6f"};
    std::vector<Digest> leaves;
    for (const auto& input : inputs) {
        leaves.push_back(hash_leaf(from_hex(input).value()));
    }
    CHECK(root_of(leaves).hex() == "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328");
}

TEST_CASE("the frontier's root equals the definition for every size up to 300") {
    const auto leaves = some_leaves(most);
    Frontier frontier;
    CHECK(frontier.root() == empty_root());
    for (std::size_t size = 1; size <= most; ++size) {
        frontier.append(leaves[size - 1]);
        REQUIRE(frontier.root() == naive_root(std::span(leaves).first(size)));
    }
}

TEST_CASE("a frontier is restored from its peaks, and refuses a wrong number of them") {
    const auto leaves = some_leaves(most);
    for (std::size_t size = 0; size <= most; size += 7) {
        const VectorNodes nodes({leaves.begin(), leaves.begin() + static_cast<std::ptrdiff_t>(size)});
        auto frontier = Frontier::restore(size, peaks_at(size, nodes).value());
        REQUIRE(frontier.has_value());
        REQUIRE(frontier->root() == naive_root(std::span(leaves).first(size)));
    }
    CHECK(Frontier::restore(3, {leaves[0]}).error().key == "trust.frontier-malformed");
}

TEST_CASE("every inclusion proof up to 300 verifies, and no altered one does") {
    const auto leaves = some_leaves(most);
    const VectorNodes nodes(leaves);
    for (std::size_t size = 1; size <= most; size += size < 70 ? 1 : 23) {
        const auto root = naive_root(std::span(leaves).first(size));
        for (std::size_t index = 0; index < size; ++index) {
            auto proof = inclusion_proof(index, size, nodes).value();
            REQUIRE(verify_inclusion(index, size, leaves[index], proof, root));
            REQUIRE_FALSE(verify_inclusion(index, size, hash_leaf("other"), proof, root));
            REQUIRE_FALSE(verify_inclusion(index, size, leaves[index], proof, leaves[0] == root ? leaves[1] : leaves[0]));
            if (index > 0) {
                REQUIRE_FALSE(verify_inclusion(index - 1, size, leaves[index], proof, root));
            }
            proof.push_back(root);
            REQUIRE_FALSE(verify_inclusion(index, size, leaves[index], proof, root));
        }
    }
    CHECK_FALSE(verify_inclusion(1, 1, leaves[0], {}, leaves[0]));
    CHECK(inclusion_proof(5, 5, nodes).error().key == "trust.proof-range");
}

TEST_CASE("every consistency proof between two sizes verifies, and none between forks") {
    const auto leaves = some_leaves(most);
    const VectorNodes nodes(leaves);
    auto fork = leaves;
    for (std::size_t second = 1; second <= most; second += second < 40 ? 1 : 29) {
        const auto second_root = naive_root(std::span(leaves).first(second));
        for (std::size_t first = 0; first <= second; ++first) {
            const auto first_root = naive_root(std::span(leaves).first(first));
            auto proof = consistency_proof(first, second, nodes).value();
            REQUIRE(verify_consistency(first, second, first_root, second_root, proof));
            if (first > 0) {
                fork[first - 1] = hash_leaf("fork");
                const auto forked = naive_root(std::span(fork).first(first));
                REQUIRE_FALSE(verify_consistency(first, second, forked, second_root, proof));
                fork[first - 1] = leaves[first - 1];
            }
            proof.push_back(second_root);
            REQUIRE_FALSE(verify_consistency(first, second, first_root, second_root, proof));
        }
    }
    CHECK_FALSE(verify_consistency(2, 1, leaves[0], leaves[0], {}));
}

TEST_CASE("tiles serve the same hashes as the leaves themselves, and are read instead of them") {
    constexpr std::size_t count = 256 * 256 + 256 * 3 + 77;
    MapTiles source;
    source.leaves = some_leaves(count);
    TileBuilder builder;
    std::vector<TileBuilder::Tile> done;
    Frontier frontier;
    for (const auto& leaf : source.leaves) {
        builder.append(leaf, done);
        frontier.append(leaf);
    }
    for (auto& tile : done) {
        source.tiles[{tile.level, tile.index}] = std::move(tile.hashes);
    }
    CHECK(source.tiles.size() == 259 + 1);
    const TileNodes nodes(source, count);
    CHECK(root_at(count, nodes).value() == frontier.root());
    CHECK(source.leaf_reads <= 77);
    CHECK(Frontier::restore(count, peaks_at(count, nodes).value())->root() == frontier.root());
    for (const std::size_t index : {std::size_t{0}, std::size_t{255}, std::size_t{256}, count - 1}) {
        CHECK(verify_inclusion(index, count, source.leaves[index], inclusion_proof(index, count, nodes).value(),
                               frontier.root()));
    }
    auto again = TileBuilder::restore(count - 77, TileNodes(source, count - 77)).value();
    std::vector<TileBuilder::Tile> more;
    for (std::size_t i = 0; i < 256; ++i) {
        again.append(i < 77 ? source.leaves[count - 77 + i] : source.leaves[i], more);
    }
    REQUIRE(more.size() == 1);
    CHECK(more[0].level == 0);
    CHECK(more[0].index == 259);
    CHECK(nodes.node(0, count).error().key == "trust.proof-range");
}
