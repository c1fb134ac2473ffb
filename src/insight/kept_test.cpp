// What is kept equals what a full recount gives, whatever happened and however often it was read between.
#include "insight/book_test.hpp"

#include <random>

using namespace wasl;
using namespace wasl::insight;
using namespace wasl::insight::test;

namespace {

class Chance {
public:
    explicit Chance(std::uint64_t seed) : random_(seed) {}
    int below(int n) { return static_cast<int>(random_() % static_cast<std::uint64_t>(n)); }

private:
    std::mt19937_64 random_;
};

dossier::Filed random_filing(Chance& chance) {
    const char* const offices[] = {"etat-civil", "urbanisme", "hygiène"};
    const char* const channels[] = {"online", "counter", "post"};
    const char* const languages[] = {"ar", "fr", "en", "zgh", ""};
    auto out = filed(offices[chance.below(3)], channels[chance.below(3)]);
    out.contact.language = languages[chance.below(5)];
    if (chance.below(3) == 0) out.representative = dossier::Representative{.party = {}, .relation = "mandate", .mandate = "m", .consent = {}};
    if (chance.below(3) == 0) out.kind = dossier::Kind::complaint;
    if (chance.below(3) == 0) {
        out.applicant.identifier_kind = "ice";
        out.applicant.identifier = "00000000000000" + std::to_string(chance.below(4));
        if (out.representative) out.representative->proven = chance.below(2) == 0;
    }
    for (int i = chance.below(3); i > 0; --i) {
        out.pieces.push_back({.requirement = "p" + std::to_string(i), .source = static_cast<dossier::Source>(chance.below(5))});
    }
    if (chance.below(2) == 0) {
        out.receipt.answer_due = at({2026, 1 + chance.below(12), 20});
    } else {
        out.receipt.missing = {{"plans", false, "Plans \"quoted\" \\ and {braced}"}};
    }
    return out;
}

dossier::Body random_event(Chance& chance, Instant now) {
    switch (chance.below(14)) {
        case 0: return dossier::PieceAdded{{.requirement = "p" + std::to_string(chance.below(3)), .source = static_cast<dossier::Source>(chance.below(5))}};
        case 1: return dossier::Completed{now.plus_seconds(86'400 * chance.below(30)), "", ""};
        case 2: return dossier::CompletionRequested{{}, "x", now};
        case 3: return dossier::ClockRecomputed{now.plus_seconds(86'400 * chance.below(30)), "x"};
        case 4: {
            dossier::Signed out;
            out.outcome = static_cast<dossier::Outcome>(chance.below(4));
            return out;
        }
        case 5: return dossier::Notified{.channel = "sms", .at = now, .proof = "x", .appeal_until = {}};
        case 6: return dossier::SilenceApproved{now, "decree"};
        case 7: return dossier::LookedAt{"examine", "dossier"};
        case 8: return dossier::MessageSent{"m", "\"}{\\", chance.below(2) == 0};
        case 9: return dossier::AppealDecided{"d", dossier::Outcome::upheld, "", now.plus_seconds(86'400 * 10)};
        case 10: return dossier::Withdrawn{"x"};
        case 11: return dossier::FreeToOperate{now};
        case 12: return dossier::FinalReceiptIssued{};
        default: return dossier::Noted{"x"};
    }
}

void check_equal(Book& book) {
    const auto kept = book.kept();
    const auto counted = book.counted();
    CHECK(kept.position.entries == book.size());
    CHECK(kept.tally == counted.tally);
    CHECK(encode(kept.tally) == encode(counted.tally));
    CHECK(read_companies(*book.store->read().value()).value() == counted.companies);
}

void live(std::uint64_t seed) {
    Chance chance(seed);
    Book book;
    Instant now = at({2026, 1, 2});
    const dossier::By* const everyone[] = {&fatima, &said, &nadia, &program};
    int made = 0;
    for (int i = 0; i < 120; ++i) {
        now = now.plus_seconds(chance.below(3) == 0 ? 600 : 86'400 * chance.below(4));
        const auto id = "d" + std::to_string(chance.below(made + 1));
        if (made == 0 || chance.below(4) == 0) {
            book.write("d" + std::to_string(made++), now, fatima, random_filing(chance));
        } else if (chance.below(25) == 0) {
            book.erase(id);
        } else if (chance.below(12) == 0) {
            book.append("identity", "identity.changed", "{}");
        } else {
            book.write(id, now, *everyone[chance.below(4)], random_event(chance, now));
        }
        if (chance.below(20) == 0) {
            book.flush();
            REQUIRE(catch_up(*book.store, basis(), 7).has_value());
        }
    }
    check_equal(book);
}

}  // namespace

TEST_CASE("Property: what is kept event by event equals a full recount, for random lives") {
    for (std::uint64_t seed = 1; seed <= 12; ++seed) {
        CAPTURE(seed);
        live(seed);
    }
}

TEST_CASE("Adding a case and taking it away leaves nothing") {
    Case one;
    one.office = "x";
    one.filed = Date{2026, 3, 2}.days_since_epoch();
    one.complaint = true;
    one.fetched = {"a"};
    one.due = at({2026, 4, 1});
    one.agent_seconds = 60;
    one.answers = {{one.filed + 3, Ending::late, 3, true}};
    Tally tally;
    tally.add(one, basis());
    CHECK_FALSE(tally == Tally{});
    tally.take_away(one, basis());
    CHECK(tally == Tally{});
    CHECK(decode_case(encode(one)) == one);
}

TEST_CASE("Kept sums survive their JSON") {
    Book book;
    Chance chance(3);
    for (int i = 0; i < 30; ++i) book.write("d" + std::to_string(i), at({2026, 3, 2}), fatima, random_filing(chance));
    const auto tally = book.kept().tally;
    CHECK(decode_tally(encode(tally)) == tally);
    CHECK_FALSE(decode_tally("{}").has_value());
    CHECK_FALSE(decode_tally("x").has_value());
}

TEST_CASE("Erased dossiers leave the figures, whether they were counted before or not") {
    Book book;
    Chance chance(5);
    for (int i = 0; i < 4; ++i) book.write("d" + std::to_string(i), at({2026, 3, 2}), fatima, random_filing(chance));
    book.kept();
    book.erase("d1");
    book.write("d4", at({2026, 3, 2}), fatima, random_filing(chance));
    book.erase("d4");
    const auto kept = book.kept();
    CHECK(figures_of(kept.tally, 2026, {2026, 12, 31}, 0, 1).all.filed.value == 3);
    check_equal(book);
}

TEST_CASE("Reading is begun anew on another basis, and gives the same as a recount on it") {
    Book book;
    Chance chance(9);
    for (int i = 0; i < 20; ++i) book.write("d" + std::to_string(i), at({2026, 3, 2}), fatima, random_filing(chance));
    const auto first = book.kept();
    auto other = basis();
    other.session_seconds = 60;
    CHECK(other.digest() != basis().digest());
    const auto second = book.kept(other);
    CHECK(second.position.generation == first.position.generation + 1);
    CHECK(second.tally == book.counted(other).tally);
    CHECK(read_companies(*book.store->read().value()).value() == book.counted(other).companies);
}

TEST_CASE("A changed sum is found by the recount") {
    Book book;
    book.write("d1", at({2026, 3, 2}), fatima, filed());
    auto tally = book.kept().tally;
    tally.offices.begin()->second.ways[0] += 1;
    CHECK_FALSE(tally == book.counted().tally);
}

TEST_CASE("Entries that are spoiled or of other kinds neither count nor stop the reading") {
    Book book;
    book.append("d1", "dossier.filed", "{\"by\":{\"id\":\"p\",");
    book.append("d2", "dossier.notified", "{}");
    book.append("d3", "dossier.piece-added", "]][\"");
    book.append("x", "keys.rotated", "{}");
    check_equal(book);
}
