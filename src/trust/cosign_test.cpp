#include "trust/cosign.hpp"

#include "trust/leaf.hpp"
#include "trust/test_support.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::trust;
using namespace wasl::trust::testing;

namespace {

constexpr auto watched = "commune-tamri";

// A member's tree, with what it says of itself at each size.
struct Tree {
    KeyRing keys = KeyRing::in_memory(watched, noon).value();
    VectorNodes nodes{{}};

    void grow(int count, std::string_view what = "entry") {
        for (int i = 0; i < count; ++i) {
            nodes.leaves().push_back(hash_leaf(std::string(what) + std::to_string(nodes.leaves().size())));
        }
    }
    [[nodiscard]] Checkpoint head(std::uint64_t size) const {
        return {checkpoint_origin(watched), size, root_at(size, nodes).value(), noon.plus_seconds(static_cast<std::int64_t>(size)), watched};
    }
    [[nodiscard]] std::string note(std::uint64_t size) const {
        return sign_checkpoint(head(size), *keys.signer(KeyUse::checkpoint, noon).value()).value();
    }
};

struct Scene {
    TemporaryFolder folder;
    Tree tree;
    std::unique_ptr<Cosigner> cosigner;

    Scene() {
        tree.grow(40);
        cosigner = reopen();
    }
    [[nodiscard]] std::unique_ptr<Cosigner> reopen() const {
        return Cosigner::open_or_create(folder.path() / "cosigner", "ministry", tree.keys.public_keys(), noon).value();
    }
    Result<std::string> ask(std::uint64_t size) { return ask_for_cosignature(tree.note(size), tree.nodes, *cosigner, noon.plus_seconds(60)); }
};

}  // namespace

TEST_CASE("a cosigner signs what grows from what it saw, also after a restart") {
    Scene scene;
    const auto first = scene.ask(10).value();
    TrustStore trust;
    trust.add(scene.cosigner->public_key());
    CHECK(check_cosignatures(parse_note(first).value(), trust).good.size() == 1);
    CHECK(scene.cosigner->last_size("wasl/commune-tamri").value() == 10);
    scene.cosigner = scene.reopen();
    CHECK(scene.cosigner->last_size("wasl/commune-tamri").value() == 10);
    CHECK(scene.ask(10).has_value());  // the same once more
    CHECK(scene.ask(33).has_value());
    CHECK(scene.cosigner->last_size("wasl/commune-tamri").value() == 33);
    CHECK(scene.cosigner->last_size("wasl/other").value() == 0);
    CHECK(scene.cosigner->last_note("wasl/other").error().key == "trust.cosign-none");
    CHECK(scene.cosigner->evidence().empty());
    CHECK(check_cosignatures(parse_note(scene.cosigner->last_note("wasl/commune-tamri").value()).value(), trust).good.size() == 1);
}

TEST_CASE("a rollback and a fork are refused, and both notes are kept as evidence") {
    Scene scene;
    REQUIRE(scene.ask(20).has_value());
    CHECK(scene.ask(15).error().key == "trust.cosign-rollback");
    CHECK(scene.cosigner->evidence().size() == 1);

    scene.tree.nodes.leaves()[7] = hash_leaf("another past");
    CHECK(scene.ask(20).error().key == "trust.cosign-fork");
    CHECK(scene.ask(30).error().key == "trust.cosign-bad-proof");
    CHECK(scene.cosigner->evidence().size() == 3);
    scene.cosigner = scene.reopen();
    CHECK(scene.cosigner->evidence().size() == 3);
    CHECK(scene.cosigner->last_size("wasl/commune-tamri").value() == 20);
}

TEST_CASE("a cosigner believes only members it knows, and asks again when the size moved") {
    Scene scene;
    const Tree stranger{};
    auto other = scene.tree.note(10);
    scene.cosigner->trust(stranger.keys.public_keys());
    CHECK(scene.cosigner->cosign({other, 0, {}}, noon).error().key == "trust.cosign-unknown-member");
    scene.cosigner->trust(scene.tree.keys.public_keys());
    CHECK(scene.cosigner->cosign({replace_all(other, "\n10\n", "\n11\n"), 0, {}}, noon).error().key == "trust.cosign-bad-signature");
    CHECK(scene.cosigner->cosign({"nonsense", 0, {}}, noon).error().key == "trust.note-malformed");
    REQUIRE(scene.ask(10).has_value());
    CHECK(scene.cosigner->cosign({scene.tree.note(20), 5, {}}, noon).error().key == "trust.cosign-stale");
    CHECK(scene.cosigner->cosign({scene.tree.note(20), 10, {}}, noon).error().key == "trust.cosign-bad-proof");
}

TEST_CASE("a daily map is cosigned once for a day, tied to the journal that the cosigner knows") {
    Scene scene;
    REQUIRE(scene.ask(20).has_value());
    const Date day{2026, 11, 21};
    const auto end = at("2026-11-21T23:00:00Z");
    const auto map_of = [&](std::uint64_t size, bool decided, Date of = {2026, 11, 21}, std::int64_t later = 0) {
        const MapLine line{commitment("salt", "commune-tamri/0/2026/000001"), 3, hash_leaf("head"), decided};
        return DailyMap::build(watched, of, end.plus_seconds(later), end.plus_seconds(later + 60), scene.tree.head(size), {line})
            ->sign(*scene.tree.keys.signer(KeyUse::checkpoint, noon).value())
            .value();
    };
    const auto ask = [&](const std::string& map, std::uint64_t size) {
        return ask_for_map_cosignature(map, scene.tree.note(size), scene.tree.nodes, *scene.cosigner, end.plus_seconds(90));
    };
    CHECK(ask(map_of(30, false), 20).error().key == "trust.cosign-bad-proof");
    REQUIRE(ask(map_of(30, false), 30).has_value());
    REQUIRE(ask(map_of(30, false), 30).has_value());  // the same words again
    CHECK(ask(map_of(30, true), 30).error().key == "trust.cosign-map-rewritten");
    REQUIRE(ask(map_of(12, false, day.plus_days(1), 86'400), 12).has_value());  // an older head of the same journal
    CHECK(ask(map_of(30, false), 30).error().key == "trust.cosign-map-rewritten");                // a day that is past
    CHECK(scene.cosigner->evidence().size() == 2);
    scene.tree.nodes.leaves()[3] = hash_leaf("another past");
    CHECK(ask(map_of(30, false, day.plus_days(2), 2 * 86'400), 30).error().key == "trust.cosign-bad-proof");
}

TEST_CASE("a daily map is sorted, without doubles, and never made before the day has ended") {
    const Tree tree{};
    const auto end = at("2026-11-21T23:00:00Z");
    const Date day{2026, 11, 21};
    std::vector<MapLine> lines;
    for (int i = 0; i < 50; ++i) {
        lines.push_back({commitment("s", std::to_string(i)), static_cast<std::uint64_t>(i + 1), hash_leaf("h"), i % 2 == 0});
    }
    const auto map = DailyMap::build(watched, day, end, end, tree.head(0), lines).value();
    CHECK(std::ranges::is_sorted(map.lines(), {}, &MapLine::reference));
    const auto place = map.place(commitment("s", "7")).value();
    CHECK_FALSE(place.line.decided);
    CHECK(verify_inclusion(place.index, 50, hash_leaf(write_map_line(place.line)), place.path, map.head().root));
    CHECK(map.place(commitment("s", "none")).error().key == "trust.map-absent");
    CHECK(parse_map_text(map_text(map.head())).value() == map.head());
    CHECK(DailyMap::read(map.head(), map.write_lines())->lines() == map.lines());
    CHECK(DailyMap::read(map.head(), flipped(map.write_lines(), 40)).error().key == "trust.map-malformed");
    CHECK(DailyMap::read(map.head(), map.write_lines().substr(1)).error().key == "trust.map-malformed");
    CHECK(DailyMap::build(watched, day, end, end.plus_seconds(-1), tree.head(0), lines).error().key == "trust.map-too-early");
    CHECK(DailyMap::build(watched, day, end.plus_seconds(86'400), end.plus_seconds(86'400), tree.head(0), lines).error().key ==
          "trust.map-too-early");
    lines.push_back(lines[0]);
    CHECK(DailyMap::build(watched, day, end, end, tree.head(0), lines).error().key == "trust.map-duplicate");
}
