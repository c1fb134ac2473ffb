// The commit hook and the audit on a journal in memory.
#include "trust/audit.hpp"
#include "trust/cosign.hpp"
#include "trust/journal_sealer.hpp"
#include "trust/memory_journal.hpp"
#include "trust/test_support.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <cstdio>

using namespace wasl;
using namespace wasl::trust;
using namespace wasl::trust::testing;

namespace {

constexpr auto member = "commune-tamri";

store::JournalRow entry(std::string chain, std::string kind, std::string content, Instant when, bool sealed = false) {
    store::JournalRow row;
    row.at = when;
    if (sealed) {
        row.seal_key = "receipt/" + chain;
        row.seal_claims = write_seal_request({PaperKind::receipt, "commune-tamri/0/2026/000001", subject_digest(content),
                                              Date{2027, 1, 20}, {}, "birth-extract"});
    }
    row.chain = std::move(chain);
    row.kind = std::move(kind);
    row.content = std::move(content);
    return row;
}

// A member with a small journal: three dossiers, six groups.
struct House {
    KeyRing keys = KeyRing::in_memory(member, noon).value();
    MemoryJournal journal;
    JournalSealer sealer{keys};

    House() {
        for (int group = 0; group < 6; ++group) {
            const auto when = noon.plus_seconds(60 * group);
            journal.instant = when;
            const auto chain = "dossier-" + std::to_string(group % 3);
            std::vector<store::JournalRow> rows;
            rows.push_back(entry(chain, group < 3 ? "dossier.filed" : "dossier.decided", "content of " + std::to_string(group),
                                 when, group < 3));
            rows.push_back(entry(chain, "person.looked-at", "look " + std::to_string(group), when));
            REQUIRE(journal.commit(sealer, std::move(rows)).has_value());
        }
    }
    [[nodiscard]] AuditReport audited(std::span<const std::string> seals = {}, std::span<const std::string> cosigned = {}) {
        const auto trust = keys.public_keys();
        AuditOptions options{.member = member, .trust = &trust};
        options.seals = seals;
        options.cosigned = cosigned;
        return audit(journal, options).value();
    }
};

}  // namespace

TEST_CASE("each group gives one checkpoint, each row a leaf, each claim a seal, and the audit is clean") {
    House house;
    CHECK(house.journal.points.size() == 6);
    const auto report = house.audited();
    for (const auto& finding : report.findings) {
        MESSAGE(finding.key << " " << finding.where << " " << finding.detail);
    }
    CHECK(report.clean());
    CHECK(report.entries == 12);
    CHECK(report.checkpoints == 6);
    const auto stored = find_seal(house.journal, "receipt/dossier-1").value();
    REQUIRE(stored.has_value());
    CHECK(stored->leaf_index == 2);
    CHECK(stored->size == 4);
    const auto seal = parse_seal(stored->seal).value();
    CHECK(check_seal(stored->seal, seal, house.keys.public_keys()) == SignatureState::good);
    CHECK_FALSE(find_seal(house.journal, "receipt/none").value().has_value());
    CHECK(house.audited(std::array{stored->seal}).clean());
    const auto proof = prove_entry(house.journal, 2).value();
    const auto head = parse_signed_checkpoint(proof.checkpoint).value().checkpoint;
    CHECK(head.size == 12);
    CHECK(verify_inclusion(2, 12, hash_leaf(proof.leaf), proof.path, head.root));
    CHECK(prove_entry(house.journal, 12).error().key == "trust.entry-missing");
}

TEST_CASE("a sealer opened later goes on where the journal stands, across tiles") {
    House house;
    for (int i = 0; i < 300; ++i) {
        JournalSealer fresh(house.keys);
        auto& sealer = i % 100 == 0 ? fresh : house.sealer;
        if (i % 100 == 0) {
            REQUIRE(house.journal.commit(sealer, {entry("other", "dossier.filed", "x", noon.plus_seconds(1'000))}).has_value());
        } else {
            REQUIRE(house.journal.commit(house.sealer, {entry("many", "dossier.filed", "y", noon.plus_seconds(1'000))}).has_value());
        }
    }
    CHECK(house.journal.tiles.size() == 1);
    CHECK(house.audited().clean());
    auto& tile = house.journal.tiles.begin()->second;
    tile = flipped(tile, 100);
    const auto report = house.audited();
    REQUIRE_FALSE(report.clean());
    CHECK(report.findings[0].where == "tile 0/0");
}

TEST_CASE("a leaf commits to its chain with a salt that HMAC derives from the member's secret") {
    House house;
    const auto secret = chain_secret(house.journal).value();
    CHECK(secret.size() == 32);
    const auto& row = house.journal.rows[5];
    const auto leaf = parse_leaf(row.leaf).value();
    CHECK(leaf.chain == commitment(hmac_sha256(secret, row.chain), row.chain));
    CHECK(leaf.content == commitment(row.salt, row.content));
    CHECK(leaf.position == row.position + 1);
}

TEST_CASE("a group that fails leaves the sealer as it was") {
    House house;
    auto bad = entry("dossier-9", "dossier.filed", "x", noon.plus_seconds(999), true);
    bad.seal_claims = "nonsense";
    CHECK(house.journal.commit(house.sealer, {bad}).error().key == "trust.seal-claims-malformed");
    house.journal.points.erase(13);  // the store's transaction would have undone it
    REQUIRE(house.journal.commit(house.sealer, {entry("dossier-9", "dossier.filed", "x", noon.plus_seconds(999))}).has_value());
    CHECK(house.audited().clean());
}

TEST_CASE("what was sealed once stays as it was given out") {
    House house;
    const auto before = find_seal(house.journal, "receipt/dossier-1").value()->seal;
    REQUIRE(house.journal.commit(house.sealer, {entry("dossier-1", "dossier.filed", "again", noon.plus_seconds(999), true)}).has_value());
    CHECK(find_seal(house.journal, "receipt/dossier-1").value()->seal == before);
}

TEST_CASE("an erased dossier leaves a journal that audits clean, and erased content cannot come back") {
    House house;
    for (auto& row : house.journal.rows) {
        if (row.chain == "dossier-1") {
            row.salt.clear();
            row.content.clear();
            row.erased = true;
        }
    }
    CHECK(house.audited().clean());
    CHECK(house.audited().erased == 4);
    house.journal.rows[2].content = "something else";
    CHECK(house.audited().findings[0].key == "audit.erased-with-content");
}

TEST_CASE("every byte of every row flipped in turn is found at that row") {
    House house;
    for (std::size_t i = 0; i < house.journal.rows.size(); ++i) {
        const auto untouched = house.journal.rows[i];
        const auto found = [&](const char* what) {
            const auto report = house.audited();
            INFO("row " << i << ", " << what);
            REQUIRE_FALSE(report.clean());
            REQUIRE(report.findings[0].where == "entry " + std::to_string(i));
            house.journal.rows[i] = untouched;
        };
        using Row = store::JournalRow;
        for (const auto field : {&Row::chain, &Row::kind, &Row::salt, &Row::content, &Row::leaf, &Row::previous}) {
            for (std::size_t at = 0; at < (untouched.*field).size(); ++at) {
                house.journal.rows[i].*field = flipped(untouched.*field, at, static_cast<unsigned char>(1U << (at % 8)));
                found("text");
            }
        }
        for (unsigned bit = 0; bit < 63; ++bit) {
            house.journal.rows[i].at.micros ^= std::int64_t{1} << bit;
            found("instant");
        }
        house.journal.rows[i].position ^= 1U;
        found("position");
        house.journal.rows[i].seq ^= 1U;
        found("number");
        house.journal.rows[i].erased = true;
        found("erased");
    }
}

TEST_CASE("every byte of every checkpoint and seal flipped in turn is found") {
    House house;
    for (auto& [size, point] : house.journal.points) {
        const auto untouched = point;
        for (std::size_t at = 0; at < untouched.text.size(); ++at) {
            point.text = flipped(untouched.text, at, static_cast<unsigned char>(1U << (at % 8)));
            REQUIRE_FALSE(house.audited().clean());
        }
        point = untouched;
        point.at.micros += 1;
        REQUIRE_FALSE(house.audited().clean());
        point = untouched;
    }
    for (auto& [key, body] : house.journal.documents) {
        const auto untouched = body;
        for (std::size_t at = 0; key.first == "seals" && at < untouched.size(); ++at) {
            body = flipped(untouched, at, 1);
            REQUIRE_FALSE(house.audited().clean());
        }
        body = untouched;
    }
    CHECK(house.audited().clean());
}

TEST_CASE("the audit visits each entry in order and reports a state that differs") {
    House house;
    const auto trust = house.keys.public_keys();
    AuditOptions options{.member = member, .trust = &trust};
    std::uint64_t seen = 0;
    options.visit = [&](const store::JournalRow& row) -> Result<void> {
        CHECK(row.seq == seen++);
        return seen == 5 ? fail(Code::internal, "dossier.state", "dossier-2 is at version 7") : Result<void>();
    };
    const auto report = audit(house.journal, options).value();
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].key == "audit.state-differs");
    CHECK(report.findings[0].where == "entry 4");
    CHECK(seen == 12);
}

TEST_CASE("a missing row is named, once, and everything else is still looked at") {
    House house;
    house.journal.rows.erase(house.journal.rows.begin() + 5);
    house.journal.rows[8].content += " altered";  // entry 9
    const auto trust = house.keys.public_keys();
    AuditOptions options{.member = member, .trust = &trust};
    std::uint64_t seen = 0;
    options.visit = [&](const store::JournalRow&) -> Result<void> {
        ++seen;
        return {};
    };
    const auto report = audit(house.journal, options).value();
    std::vector<std::string> found;
    for (const auto& finding : report.findings) {
        found.push_back(finding.key + " " + finding.where);
    }
    CHECK(found == std::vector<std::string>{"audit.entry-missing entry 5", "audit.leaf-differs entry 9", "audit.chain-broken entry 10"});
    CHECK(seen == 11);
    CHECK(report.entries == 11);
    CHECK(report.checkpoints == 6);
}

TEST_CASE("where the tiles keep a missing row's hash, every later root is still recomputed") {
    House house;
    for (int group = 0; group < 60; ++group) {
        std::vector<store::JournalRow> rows;
        for (int i = 0; i < 5; ++i) {
            rows.push_back(entry("chain of " + std::to_string(group), "person.looked-at", std::to_string(i), noon.plus_seconds(1'000)));
        }
        REQUIRE(house.journal.commit(house.sealer, std::move(rows)).has_value());
    }
    const auto whole = house.audited();
    REQUIRE(whole.clean());
    house.journal.rows.erase(house.journal.rows.begin() + 16);  // the last of its chain
    const auto report = house.audited();
    REQUIRE(report.findings.size() == 1);
    CHECK(report.findings[0].key == "audit.entry-missing");
    CHECK(report.findings[0].where == "entry 16");
    CHECK(report.root == whole.root);
    house.journal.points.rbegin()->second.text = house.journal.points.begin()->second.text;
    CHECK(house.audited().findings.size() > 1);
}

TEST_CASE("what can not be read of a damaged journal is a finding beside the others") {
    House house;
    house.journal.documents[{"evidence", "chain-secret"}] = "{\"secret\":";
    const auto report = house.audited();
    REQUIRE_FALSE(report.clean());
    CHECK(report.findings[0].key == "audit.unreadable");
    CHECK(report.findings[0].where == "secret of the chains");
    CHECK(report.entries > 0);
}

TEST_CASE("only an accepted clock lets an entry be earlier than the one before") {
    House house;
    const auto early = noon.plus_seconds(100);
    SUBCASE("without it") {
        REQUIRE(house.journal.commit(house.sealer, {entry("dossier-0", "dossier.decided", "x", early)}).has_value());
        CHECK(house.audited().findings[0].key == "audit.earlier-than-before");
    }
    SUBCASE("with it") {
        REQUIRE(house.journal.commit(house.sealer, {entry("clock", "clock.accepted", "x", early)}).has_value());
        CHECK(house.audited().clean());
    }
}

TEST_CASE("measure: what the sealer costs for an entry in a group of 64" * doctest::may_fail()) {
    const auto keys = KeyRing::in_memory(member, noon).value();
    JournalSealer sealer(keys);
    MemoryJournal journal;
    std::vector<store::JournalRow> group;
    for (int i = 0; i < 64; ++i) {
        group.push_back(entry("c" + std::to_string(i), "dossier.filed", std::string(300, 'x'), noon));
        group.back().salt = std::string(32, 's');
    }
    const auto start = std::chrono::steady_clock::now();
    constexpr int rounds = 20;
    for (int round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < group.size(); ++i) {
            group[i].seq = static_cast<std::uint64_t>(round) * 64 + i;
        }
        REQUIRE(sealer.before_commit(journal, group).has_value());
        sealer.after_commit(true);
    }
    const auto spent = std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - start).count();
    std::printf("sealer: %.2f us an entry in a group of 64\n", spent / (rounds * 64));
}
