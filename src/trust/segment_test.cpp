// Older entries in segment files: nothing lost, nothing doubled, everything still proven.
#include "trust/audit.hpp"
#include "trust/journal_sealer.hpp"
#include "trust/segment_keeper.hpp"
#include "trust/test_support.hpp"

#include "store/sqlite.hpp"

#include <doctest/doctest.h>

#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>
#include <random>

using namespace wasl;
using namespace wasl::trust;
using namespace wasl::trust::testing;

namespace {

constexpr auto journal_of_tests = "exchange/MA/COM/tamri";
constexpr SegmentRules by_the_hour{.entries = 256, .rows_seconds = 3'600, .keep_seconds = 10 * 86'400};

// A store with a sealer and keys in files, so that another process may open it after this one.
struct Book {
    std::filesystem::path folder;
    const Clock* clock;
    KeyRing keys;
    store::Writers writers{1};
    JournalSealer sealer{keys};
    std::unique_ptr<store::Store> store;

    Book(const std::filesystem::path& place, const Clock& of_test)
        : folder(place / "book"), clock(&of_test), keys(KeyRing::open_or_create(place / "keys", journal_of_tests, of_test.now()).value()) {
        store::SqliteOptions options;
        options.folder = folder;
        options.schema.collections = trust_collections();
        options.schema.collections.push_back(segments_collection());
        options.hook = &sealer;
        options.clock = clock;
        options.reserve_bytes = 0;
        options.low_below_bytes = 0;
        options.full_below_bytes = 0;
        store = store::open_sqlite(std::move(options), writers).value();
    }
    // So many entries, a few a group, over a handful of chains.
    void write(int entries, int group = 7) const {
        for (int done = 0; done < entries; done += group) {
            const auto result = store->run([&](store::Transaction& to) -> Result<void> {
                for (int i = 0; i < std::min(group, entries - done); ++i) {
                    const auto seq = TRY(to.journal_size());
                    TRY(to.append({.chain = "chain " + std::to_string(seq % 5), .kind = "exchange.request", .content = "content " + std::to_string(seq)}));
                }
                return {};
            });
            REQUIRE(result.has_value());
        }
    }
    [[nodiscard]] AuditReport audited() const {
        const auto trust = keys.public_keys();
        const auto reader = store->read().value();
        return audit(*reader, {.member = journal_of_tests, .trust = &trust}).value();
    }
    [[nodiscard]] std::uint64_t first_row() const { return store->read().value()->journal(0, 1).value().at(0).seq; }
    [[nodiscard]] std::string bytes_of(const KeptSegment& kept) const { return store->read().value()->blob(kept.file).value(); }
    // Every entry once, in order, as it was written.
    void check_all(std::uint64_t entries) const {
        const auto reader = store->read().value();
        JournalHistory history(*reader);
        const auto rows = history.rows(0, entries + 10).value();
        REQUIRE(rows.size() == entries);
        for (std::uint64_t i = 0; i < entries; ++i) {
            CHECK(rows[i].seq == i);
            if (!rows[i].erased) CHECK(rows[i].content == "content " + std::to_string(i));
        }
    }
    void say(const AuditReport& report) const {
        for (const auto& finding : report.findings) MESSAGE(finding.key << " " << finding.where << " " << finding.detail);
    }
};

std::string with_new_sum(std::string bytes) {
    bytes.resize(bytes.size() - 32);
    return bytes + std::string(sha256(bytes).view());
}

struct Moved {
    TemporaryFolder place;
    ManualClock clock{noon};
    Book book{place.path(), clock};
    std::vector<KeptSegment> kept;
    explicit Moved(int entries = 700) {
        book.write(entries);
        clock.advance_seconds(3'600);
        while (const auto one = move_segment(*book.store, by_the_hour, clock.now()).value()) kept.push_back(*one);
    }
};

}  // namespace

TEST_CASE("complete runs of old entries leave the rows, and the journal stands as before") {
    TemporaryFolder place;
    ManualClock clock{noon};
    Book book(place.path(), clock);
    book.write(700);
    CHECK_FALSE(move_segment(*book.store, by_the_hour, clock.now().plus_seconds(3'599)).value().has_value());
    const auto before = book.audited();
    REQUIRE(before.clean());
    const auto size_before = book.store->read().value()->journal(0, 1'000).value().size();
    CHECK(size_before == 700);

    clock.advance_seconds(3'600);
    const auto first = move_segment(*book.store, by_the_hour, clock.now()).value();
    REQUIRE(first.has_value());
    CHECK(first->first == 0);
    CHECK(first->end == 256);
    CHECK(move_segment(*book.store, by_the_hour, clock.now()).value()->end == 512);
    CHECK_FALSE(move_segment(*book.store, by_the_hour, clock.now()).value().has_value());
    CHECK(book.first_row() == 512);
    book.check_all(700);

    const auto after = book.audited();
    book.say(after);
    CHECK(after.clean());
    CHECK(after.entries == 700);
    CHECK(after.segments == 2);
    CHECK(after.root == before.root);
    CHECK(after.checkpoints == before.checkpoints);  // each signature that was given out is still there to be checked

    // Chains go on behind entries that left; proofs of these hold under today's head.
    book.write(300);
    CHECK(book.audited().clean());
    book.check_all(1'000);
    const auto reader = book.store->read().value();
    const auto proof = prove_entry(*reader, 3).value();
    const auto head = parse_signed_checkpoint(proof.checkpoint).value().checkpoint;
    CHECK(verify_inclusion(3, head.size, hash_leaf(proof.leaf), proof.path, head.root));
    // And under the head of their own day, and from there to today's.
    const auto then = prove_entry(*reader, 3, 7).value();
    const auto early = parse_signed_checkpoint(then.checkpoint).value().checkpoint;
    CHECK(early.size == 7);
    CHECK(verify_inclusion(3, 7, hash_leaf(then.leaf), then.path, early.root));
    const JournalTiles tiles(*reader);
    const TileNodes nodes(tiles, head.size);
    CHECK(verify_consistency(7, head.size, early.root, head.root, consistency_proof(7, head.size, nodes).value()));
}

TEST_CASE("rows of a busy journal leave early, and the last row always stays") {
    TemporaryFolder place;
    ManualClock clock{noon};
    Book book(place.path(), clock);
    book.write(512);
    const SegmentRules crowded{.entries = 256, .rows_seconds = 3'600, .rows_most = 300};
    CHECK(move_segment(*book.store, crowded, clock.now()).value()->end == 256);
    CHECK_FALSE(move_segment(*book.store, crowded, clock.now()).value().has_value());
    const SegmentRules at_once{.entries = 256, .rows_seconds = 0};
    CHECK_FALSE(move_segment(*book.store, at_once, clock.now()).value().has_value());  // 512 would leave none
    book.write(1);
    CHECK(move_segment(*book.store, at_once, clock.now()).value()->end == 512);
    // Larger runs begin where their place in the tree allows.
    book.write(2'000);
    const SegmentRules larger{.entries = 1'024, .rows_seconds = 0};
    CHECK(move_segment(*book.store, larger, clock.now()).value()->end == 1'024);
    CHECK(move_segment(*book.store, larger, clock.now()).value()->end == 2'048);
    CHECK(book.audited().clean());
    book.check_all(2'513);
}

TEST_CASE("a segment is verified by a stranger with the checkpoint key alone") {
    const Moved moved;
    REQUIRE(moved.kept.size() == 2);
    for (const auto& kept : moved.kept) {
        const auto bytes = moved.book.bytes_of(kept);
        CHECK(write_segment(parse_segment(bytes).value()) == bytes);
        const auto good = verify_segment(bytes, moved.book.keys.public_keys());
        CHECK(good.verdict == Verdict::valid);
        CHECK(good.member == journal_of_tests);
        CHECK(verify_segment(bytes, {}).verdict == Verdict::cannot_tell);
        CHECK(verify_segment(bytes, KeyRing::in_memory(journal_of_tests, noon).value().public_keys()).verdict != Verdict::valid);
    }
    // The second run continues the first.
    const auto one = parse_segment(moved.book.bytes_of(moved.kept[0])).value(), two = parse_segment(moved.book.bytes_of(moved.kept[1])).value();
    CHECK(check_segment(one).value().root() == frontier_before(two).value().root());
}

TEST_CASE("any byte of a segment that is changed is seen, also with its sum made to fit") {
    const Moved moved;
    const auto bytes = moved.book.bytes_of(moved.kept.at(1));
    const auto trust = moved.book.keys.public_keys();
    for (std::size_t at = 0; at < bytes.size(); at += bytes.size() / 400) {
        CHECK(verify_segment(flipped(bytes, at), trust).verdict == Verdict::invalid);
        if (at >= bytes.size() - 32) continue;
        const auto forged = verify_segment(with_new_sum(flipped(bytes, at)), trust).verdict;
        CHECK_MESSAGE(forged != Verdict::valid, at);
    }
    CHECK(verify_segment(bytes.substr(0, bytes.size() / 2), trust).verdict == Verdict::invalid);
    CHECK(verify_segment(with_new_sum(bytes + "more"), trust).verdict == Verdict::invalid);
}

TEST_CASE("when its time is over the content of a segment goes and the tree stands") {
    Moved moved;
    const auto& rules = by_the_hour;
    const auto early = moved.clock.now();
    CHECK_FALSE(erase_segment(*moved.book.store, rules, early).value().has_value());
    const auto late = noon.plus_seconds(rules.keep_seconds + 1);
    std::uint64_t told = 0;
    const auto also = [&told](store::Transaction&, const Segment& segment) -> Result<void> {
        for (const auto& row : segment.rows) told += row.content.empty() ? 0U : 1U;
        return {};
    };
    REQUIRE(erase_segment(*moved.book.store, rules, late, also).value().has_value());
    REQUIRE(erase_segment(*moved.book.store, rules, late, also).value().has_value());
    CHECK_FALSE(erase_segment(*moved.book.store, rules, late, also).value().has_value());
    CHECK(told == 512);
    const auto reader = moved.book.store->read().value();
    for (const auto& kept : kept_segments(*reader).value()) {
        CHECK(kept.erased == late);
        const auto bytes = moved.book.bytes_of(kept);
        CHECK_FALSE(bytes.contains("content "));
        CHECK(verify_segment(bytes, moved.book.keys.public_keys()).verdict == Verdict::valid);
    }
    const auto report = moved.book.audited();
    moved.book.say(report);
    CHECK(report.clean());
    CHECK(report.entries == 700);
    CHECK(report.erased == 512);
    moved.book.check_all(700);
    // A failed companion leaves all as it was.
    Moved again;
    const auto failing = [](store::Transaction&, const Segment&) -> Result<void> { return fail(Code::internal, "test.no"); };
    CHECK_FALSE(erase_segment(*again.book.store, rules, late, failing).has_value());
    again.book.check_all(700);
    CHECK(again.book.audited().erased == 0);
}

TEST_CASE("the audit names a segment that was altered, replaced or is missing") {
    Moved moved;
    const auto& kept = moved.kept.at(1);
    const auto first_finding = [&] {
        const auto report = moved.book.audited();
        return report.clean() ? std::string() : report.findings[0].key + " " + report.findings[0].where;
    };
    const auto hex = kept.file.hex();
    const auto file = moved.book.folder / "blobs" / hex.substr(0, 2) / hex.substr(2);
    const auto bytes = moved.book.bytes_of(kept);
    SUBCASE("altered") { std::ofstream(file, std::ios::binary) << flipped(bytes, bytes.size() / 2); }
    SUBCASE("missing") { std::filesystem::remove(file); }
    SUBCASE("replaced by one that fits in itself but not under the head") {
        auto other = parse_segment(bytes).value();
        other.rows[7].content = "other content";
        const auto digest = moved.book.store->write_blob(write_segment(other)).value();
        REQUIRE(moved.book.store->run([&](store::Transaction& to) -> Result<void> {
            TRY(to.name_blob(digest));
            const auto body = TRY(to.get("segments", std::to_string(kept.first)))->body;
            TRY(to.put("segments", std::to_string(kept.first), store::Transaction::any_version, replace_all(body, hex, digest.hex()),
                       {{"end", static_cast<std::int64_t>(kept.end)}}));
            return {};
        }));
    }
    SUBCASE("taken off the list") {
        REQUIRE(moved.book.store->run([&](store::Transaction& to) { return to.erase("segments", std::to_string(kept.first)); }));
        CHECK(first_finding() == "audit.entry-missing entry 256");
        return;
    }
    CHECK(first_finding() == "audit.segment-altered segment of entry 256");
}

TEST_CASE("backups carry segments") {
    const Moved moved;
    const TemporaryFolder away;
    REQUIRE(moved.book.store->backup(away.path() / "backup").has_value());
    REQUIRE(store::restore_sqlite(away.path() / "backup", away.path() / "restored").has_value());
    const auto beside = store::open_sqlite_read_only(away.path() / "restored").value();
    const auto reader = beside->read().value();
    const auto trust = moved.book.keys.public_keys();
    const auto report = audit(*reader, {.member = journal_of_tests, .trust = &trust}).value();
    CHECK(report.clean());
    CHECK(report.entries == 700);
    CHECK(report.segments == 2);
}

TEST_CASE("a process killed while entries move loses none and doubles none") {
    const TemporaryFolder place;
    const SystemClock clock;
    constexpr int entries = 256 * 24 + 1;
    { Book(place.path(), clock).write(entries, 500); }
    std::mt19937 dice(7);
    std::uint64_t reached = 0;
    for (int round = 0; round < 60 && reached < 256 * 24; ++round) {
        const auto child = ::fork();
        REQUIRE(child >= 0);
        if (child == 0) {
            Book own(place.path(), clock);
            while (move_segment(*own.store, {.entries = 256, .rows_seconds = 0}, clock.now()).value()) {}
            ::_exit(0);
        }
        ::usleep(std::uniform_int_distribution<useconds_t>(2'000, 250'000)(dice));
        ::kill(child, SIGKILL);
        int status = 0;
        REQUIRE(::waitpid(child, &status, 0) == child);
        const Book book(place.path(), clock);
        const auto report = book.audited();
        book.say(report);
        REQUIRE(report.clean());
        REQUIRE(report.entries == entries);
        CHECK(book.first_row() >= reached);
        reached = book.first_row();
        CHECK(report.segments * 256 == reached);
        book.check_all(entries);
        if (round % 10 == 9) {  // however slow the machine is, the end is reached
            static_cast<void>(move_segment(*book.store, {.entries = 256, .rows_seconds = 0}, clock.now()).value());
        }
    }
    CHECK(reached > 0);
}
