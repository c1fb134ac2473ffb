// The commit hook on the real store: what is acknowledged is proven, also after a restart.
#include "trust/audit.hpp"
#include "trust/cosign.hpp"
#include "trust/daily_map.hpp"
#include "trust/journal_sealer.hpp"
#include "trust/test_support.hpp"
#include "trust/verify.hpp"

#include "store/sqlite.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::trust;
using namespace wasl::trust::testing;

namespace {

constexpr auto member = "commune-tamri";

struct Node {
    TemporaryFolder folder;
    KeyRing keys = KeyRing::in_memory(member, noon).value();
    ManualClock clock{noon};
    store::Writers writers{1};
    JournalSealer sealer{keys};
    std::unique_ptr<JournalSealer> second;
    std::unique_ptr<store::Store> store;

    Node() { open(sealer); }
    void open(JournalSealer& hook) {
        store.reset();
        store::SqliteOptions options;
        options.folder = folder.path() / "data";
        options.schema.collections = trust_collections();
        options.hook = &hook;
        options.clock = &clock;
        options.reserve_bytes = 0;
        options.low_below_bytes = 0;
        options.full_below_bytes = 0;
        store = store::open_sqlite(std::move(options), writers).value();
    }
    void restart() {
        store.reset();
        second = std::make_unique<JournalSealer>(keys);
        open(*second);
    }
    void file(const std::string& chain, const std::string& content) {
        const auto done = store->run([&](store::Transaction& transaction) -> Result<void> {
            const SealRequest request{PaperKind::receipt, "commune-tamri/0/2026/000001", subject_digest(content), {}, {}, "x"};
            const auto seal_key = "receipt/" + chain + "/" + std::to_string(TRY(transaction.journal_size()));
            TRY(transaction.append({chain, "dossier.filed", content, seal_key, write_seal_request(request)}));
            TRY(transaction.append({chain, "person.looked-at", "look", {}, {}}));
            return {};
        });
        REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().key + " " + done.error().detail));
    }
    AuditReport audited(const TrustStore& trust) const {
        const auto reader = store->read().value();
        return audit(*reader, {.member = member, .trust = &trust}).value();
    }
};

}  // namespace

TEST_CASE("on the real store: groups are signed, seals kept, tiles written, and a restart goes on") {
    Node node;
    for (int i = 0; i < 80; ++i) {
        node.clock.advance_seconds(1);
        node.file("dossier-" + std::to_string(i % 7), "content " + std::to_string(i));
    }
    node.restart();
    for (int i = 0; i < 80; ++i) {
        node.file("dossier-" + std::to_string(i % 7), "more " + std::to_string(i));
    }
    const auto report = node.audited(node.keys.public_keys());
    for (const auto& finding : report.findings) {
        MESSAGE(finding.key << " " << finding.where << " " << finding.detail);
    }
    CHECK(report.clean());
    CHECK(report.entries == 320);
    CHECK(report.checkpoints == 160);
    const auto reader = node.store->read().value();
    const auto seal = find_seal(*reader, "receipt/dossier-1/2").value();
    REQUIRE(seal.has_value());
    const auto proof = prove_entry(*reader, seal->leaf_index).value();
    PaperBundle paper{seal->seal, "", InclusionEvidence{proof.leaf, proof.index, proof.path, proof.checkpoint}};
    const auto seen = verify_bundle(write_bundle({.paper = paper}), node.keys.public_keys());
    CHECK(seen.reasons.size() == 4);  // all but the text, which we left out, is good
    CHECK(seen.reasons[1].key == "verify.paper-altered");
}

TEST_CASE("on the real store: the head is cosigned every time it moved, and a day is mapped") {
    Node node;
    const TemporaryFolder elsewhere;
    const auto cosigner = Cosigner::open_or_create(elsewhere.path() / "c", "ministry", node.keys.public_keys(), noon).value();
    CHECK(cosign_head(*node.store, *cosigner, "ministry", noon).value().empty());
    node.file("dossier-1", "a");
    CHECK_FALSE(cosign_head(*node.store, *cosigner, "ministry", noon).value().empty());
    CHECK(cosign_head(*node.store, *cosigner, "ministry", noon).value().empty());
    node.file("dossier-2", "b");
    CHECK_FALSE(cosign_head(*node.store, *cosigner, "ministry", noon).value().empty());
    auto trust = node.keys.public_keys();
    trust.add(cosigner->public_key());
    CHECK(node.audited(trust).clean());
    CHECK(node.audited(trust).last_cosigned == 4);

    const Date day{2026, 11, 21};
    const auto end = at("2026-11-21T23:00:00Z");
    const auto head = parse_signed_checkpoint(node.store->read().value()->checkpoint().value()->text).value().checkpoint;
    const auto map = DailyMap::build(member, day, end, end, head, {{commitment("s", "r"), 2, sha256("h"), false}}).value();
    const auto note = map.sign(*node.keys.signer(KeyUse::checkpoint, noon).value()).value();
    REQUIRE(keep_map(*node.store, note, map.write_lines(), day).has_value());
    REQUIRE(keep_map(*node.store, note, map.write_lines(), day).has_value());  // again, once cosigned
    const auto kept = find_map(*node.store->read().value(), day).value();
    REQUIRE(kept.has_value());
    CHECK(kept->lines == map.write_lines());
    CHECK(node.audited(trust).clean());
    CHECK_FALSE(find_map(*node.store->read().value(), day.plus_days(1)).value().has_value());
}
