// Forgeries by someone with root and all keys of the node. What he does not have: the cosigner's key and
// folder, and the receipts in people's hands. Every forgery older than the last cosigned checkpoint must be
// found with the cosigner's note, every younger one with a receipt issued meanwhile. He rebuilds the whole
// journal from the point he changes, with the same salts and fresh valid signatures; without that
// (an edit in place) the audit finds him alone.
#include "trust/audit.hpp"
#include "trust/cosign.hpp"
#include "trust/journal_sealer.hpp"
#include "trust/memory_journal.hpp"
#include "trust/test_support.hpp"

#include <doctest/doctest.h>

#include <cstdlib>

using namespace wasl;
using namespace wasl::trust;
using namespace wasl::trust::testing;

namespace {

constexpr auto member = "commune-tamri";
enum class Fraud { backdate, drop, reorder, roll_back, re_sign };

struct Group {
    std::vector<store::JournalRow> rows;
};

// What the node does and what the world keeps of it.
struct World {
    KeyRing keys = KeyRing::in_memory(member, noon).value();
    TemporaryFolder folder;
    std::unique_ptr<Cosigner> cosigner =
        Cosigner::open_or_create(folder.path() / "cosigner", "ministry", keys.public_keys(), noon).value();
    TrustStore trust = keys.public_keys();
    std::string chain_secret = std::string(32, 'c');  // known to him: it is in the store

    World() { trust.add(cosigner->public_key()); }

    // A journal from groups of rows, as the node makes it.
    MemoryJournal build(const std::vector<Group>& groups) const {
        MemoryJournal journal;
        journal.documents[{"evidence", "chain-secret"}] = "{\"secret\":\"" + to_base64(chain_secret) + "\"}";
        JournalSealer sealer(keys);
        for (const auto& group : groups) {
            if (!group.rows.empty()) {
                REQUIRE(journal.commit(sealer, group.rows).has_value());
            }
        }
        return journal;
    }

    AuditReport audited(MemoryJournal& journal, std::span<const std::string> seals, std::span<const std::string> notes) const {
        AuditOptions options{.member = member, .trust = &trust};
        options.seals = seals;
        options.cosigned = notes;
        return audit(journal, options).value();
    }
};

std::vector<Group> some_groups(Entropy& dice, std::size_t count) {
    std::vector<Group> groups(count);
    std::size_t number = 0;
    for (std::size_t g = 0; g < count; ++g) {
        const auto rows = 1 + dice.below(4);
        for (std::uint32_t r = 0; r < rows; ++r, ++number) {
            store::JournalRow row;
            row.chain = "dossier-" + std::to_string(dice.below(5));
            row.kind = r == 0 ? "dossier.filed" : "dossier.decided";
            row.content = "content " + std::to_string(number);
            row.salt = dice.bytes(32);
            row.at = noon.plus_seconds(static_cast<std::int64_t>(g) * 600);
            if (r == 0) {
                row.seal_key = "receipt/" + std::to_string(g);
                row.seal_claims = write_seal_request({PaperKind::receipt, "commune-tamri/0/2026/000001",
                                                      subject_digest(row.content), {}, {}, "x"});
            }
            groups[g].rows.push_back(std::move(row));
        }
    }
    return groups;
}

// Changes the past from group `g` on.
void commit_fraud(Fraud fraud, std::vector<Group>& groups, std::size_t g, Entropy& dice) {
    auto& rows = groups[g].rows;
    const auto pick = dice.below(static_cast<std::uint32_t>(rows.size()));
    switch (fraud) {
        case Fraud::backdate: {  // a refusal that was never made, with the day it should have had
            auto forged = rows[pick];
            forged.content = "refused";
            forged.kind = "dossier.decided";
            forged.seal_key.reset();
            rows.insert(rows.begin() + pick, forged);
            return;
        }
        case Fraud::drop: rows.erase(rows.begin() + pick); return;
        case Fraud::reorder:
            if (rows.size() > 1) {
                std::swap(rows[0].content, rows[rows.size() - 1].content);
            } else if (g + 1 < groups.size()) {
                std::swap(rows[0].content, groups[g + 1].rows[0].content);
            }
            return;
        case Fraud::roll_back: groups.resize(g); return;
        case Fraud::re_sign: rows[pick].content += " altered"; return;
    }
}

std::size_t rounds() {
    const auto* text = std::getenv("WASL_FORGERIES");
    return text != nullptr ? static_cast<std::size_t>(to_integer(text).value_or(300)) : 300;
}

}  // namespace

TEST_CASE("forgeries by someone with root and the node's keys are all found (WASL_FORGERIES rounds)") {
    SeededEntropy dice{20'261'121};
    std::size_t by_cosigner = 0;
    std::size_t by_receipt = 0;
    for (std::size_t round = 0; round < rounds(); ++round) {
        const World world;
        constexpr std::size_t count = 8;
        const auto truth = some_groups(dice, count);
        const auto cosigned_groups = 1 + dice.below(count - 1);  // so many stood when the cosigner came by
        auto seen = world.build({truth.begin(), truth.begin() + static_cast<std::ptrdiff_t>(cosigned_groups)});
        const auto head = seen.checkpoint(UINT64_MAX >> 1U).value().value();
        const JournalTiles tiles(seen);
        const auto when = noon.plus_seconds(static_cast<std::int64_t>(cosigned_groups) * 600 - 300);
        REQUIRE(ask_for_cosignature(head.text, TileNodes(tiles, head.tree_size), *world.cosigner, when).has_value());
        const std::vector<std::string> notes{world.cosigner->last_note("wasl/commune-tamri").value()};

        auto honest = world.build(truth);
        const std::vector<std::string> receipt{find_seal(honest, "receipt/" + std::to_string(count - 1)).value()->seal};
        REQUIRE(world.audited(honest, receipt, notes).clean());

        auto forged_groups = truth;
        auto fraud = static_cast<Fraud>(dice.below(5));
        const auto at_group = dice.below(count);
        if (fraud == Fraud::reorder && at_group == count - 1 && truth[at_group].rows.size() == 1) {
            fraud = Fraud::drop;  // there is nothing to reorder
        }
        commit_fraud(fraud, forged_groups, at_group, dice);
        auto forged = world.build(forged_groups);
        const bool old = at_group < cosigned_groups;
        const auto report = old ? world.audited(forged, {}, notes) : world.audited(forged, receipt, {});
        INFO("round " << round << " fraud " << static_cast<int>(fraud) << " group " << at_group << " cosigned " << cosigned_groups);
        REQUIRE_FALSE(report.clean());
        (old ? by_cosigner : by_receipt) += 1;
    }
    CHECK(by_cosigner + by_receipt == rounds());
    CHECK(by_cosigner > 0);
    CHECK(by_receipt > 0);
    MESSAGE(by_cosigner << " found with the cosigner's note, " << by_receipt << " with a receipt");
}

TEST_CASE("a refusal added today with an old date is found by the instant of the last cosignature or receipt") {
    SeededEntropy dice{3};
    const World world;
    auto groups = some_groups(dice, 4);
    auto journal = world.build(groups);
    const auto head = journal.checkpoint(UINT64_MAX >> 1U).value().value();
    const JournalTiles tiles(journal);
    REQUIRE(ask_for_cosignature(head.text, TileNodes(tiles, head.tree_size), *world.cosigner, noon.plus_seconds(9'000)).has_value());
    const std::vector<std::string> notes{world.cosigner->last_note("wasl/commune-tamri").value()};
    auto late = groups[0].rows[0];
    late.kind = "dossier.decided";
    late.seal_key.reset();
    late.at = noon.plus_seconds(2'000);  // after the last entry, long before the cosigner came by
    groups.push_back({{late}});
    auto forged = world.build(groups);
    CHECK(world.audited(forged, {}, {}).clean());
    CHECK(world.audited(forged, {}, notes).findings.at(0).key == "audit.backdated");
    groups.back().rows[0].kind = "clock.accepted";  // nor does an accepted clock excuse it
    forged = world.build(groups);
    CHECK(world.audited(forged, {}, notes).findings.at(0).key == "audit.backdated");
}

TEST_CASE("the cosigner itself refuses to go along with a forged past") {
    SeededEntropy dice{5};
    const World world;
    auto groups = some_groups(dice, 6);
    auto journal = world.build(groups);
    const auto ask = [&](MemoryJournal& of) {
        const auto head = of.checkpoint(UINT64_MAX >> 1U).value().value();
        const JournalTiles tiles(of);
        return ask_for_cosignature(head.text, TileNodes(tiles, head.tree_size), *world.cosigner, noon.plus_seconds(9'000));
    };
    REQUIRE(ask(journal).has_value());
    groups[2].rows[0].content = "altered";
    auto forged = world.build(groups);
    CHECK(ask(forged).error().key == "trust.cosign-fork");
    groups.resize(3);
    forged = world.build(groups);
    CHECK(ask(forged).error().key == "trust.cosign-rollback");
    CHECK(world.cosigner->evidence().size() == 2);
}
