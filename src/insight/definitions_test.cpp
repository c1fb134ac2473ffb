// Each public figure by its definition, on journals of a few entries.
#include "insight/book_test.hpp"

using namespace wasl;
using namespace wasl::insight;
using namespace wasl::insight::test;
using dossier::Completed;
using dossier::CompletionRequested;
using dossier::Notified;

namespace {

dossier::Filed complete_until(Date last, std::string office = "etat-civil") {
    auto out = filed(std::move(office));
    out.receipt.answer_due = morocco().calendar().end_of_day(last);
    return out;
}

dossier::Signed granted() {
    dossier::Signed out;
    out.outcome = dossier::Outcome::granted;
    return out;
}

Notified notified(Instant when) { return {.channel = "sms", .at = when, .proof = "x", .appeal_until = {}}; }

constexpr Date monday{2026, 3, 2}, friday{2026, 3, 6}, end_of_year{2026, 12, 31};

}  // namespace

TEST_CASE("Filings by channel: page, helper under a mandate, counter, post; a parent files for the family") {
    Book book;
    book.write("d1", at(monday), fatima, filed());
    auto helped = filed();
    helped.representative = dossier::Representative{.party = {}, .relation = "mandate", .mandate = "m", .consent = {}};
    book.write("d2", at(monday), fatima, helped);
    auto parent = filed();
    parent.representative = dossier::Representative{.party = {}, .relation = "parent", .mandate = {}, .consent = {}};
    book.write("d3", at(monday), fatima, parent);
    book.write("d4", at(monday), said, filed("etat-civil", "counter"));
    book.write("d5", at(monday), said, filed("etat-civil", "post"));
    const auto all = book.figures(end_of_year).all;
    CHECK(all.ways[0].value == 2);
    CHECK(all.ways[1].value == 1);
    CHECK(all.ways[2].value == 1);
    CHECK(all.ways[3].value == 1);
    CHECK(all.filed.value == 5);
}

TEST_CASE("An answer notified before the end of the legal day is in time, one at that instant is late") {
    Book book;
    const auto end = morocco().calendar().end_of_day(friday);
    book.write("d1", at(monday), fatima, complete_until(friday));
    book.write("d2", at(monday), fatima, complete_until(friday));
    for (const auto* id : {"d1", "d2"}) book.write(id, at(friday), nadia, granted());
    book.write("d1", end.plus_micros(-1), said, notified(end.plus_micros(-1)));
    book.write("d2", end, said, notified(end));
    const auto all = book.figures(end_of_year).all;
    CHECK(all.in_time.value == 1);
    CHECK(all.late.value == 1);
    CHECK(all.due.value == 2);
    CHECK(share(all.in_time, all.due)->fixed(1) == "50.0");
}

TEST_CASE("A dossier still open after its legal day is due and not in time; on that day it is not yet") {
    Book book;
    book.write("d1", at(monday), fatima, complete_until(friday));
    const auto kept = book.kept().tally;
    CHECK(figures_of(kept, 2026, friday, 0, 1).all.overdue.value == 0);
    CHECK(figures_of(kept, 2026, friday.plus_days(1), 0, 1).all.overdue.value == 1);
    CHECK(figures_of(kept, 2026, friday.plus_days(1), 0, 1).all.due.value == 1);
}

TEST_CASE("A clock that waits for the person is not overdue; it runs again by the new day") {
    Book book;
    book.write("d1", at(monday), fatima, complete_until(friday));
    book.write("d1", at(monday, 12), said, CompletionRequested{{}, "a page is missing", at({2026, 4, 2})});
    CHECK(book.figures(end_of_year).all.overdue.value == 0);
    book.write("d1", at(friday), fatima, Completed{morocco().calendar().end_of_day({2026, 3, 12}), "", ""});
    CHECK(book.figures(end_of_year).all.overdue.value == 1);
    CHECK(figures_of(book.kept().tally, 2026, {2026, 3, 12}, 0, 1).all.overdue.value == 0);
}

TEST_CASE("Silence approvals stand apart from answers, on the day they arose by law") {
    Book book;
    book.write("d1", at({2025, 12, 20}), fatima, complete_until({2025, 12, 31}));
    book.write("d1", at({2026, 1, 5}), program, dossier::SilenceApproved{at({2025, 12, 31}, 23, 59), "decree"});
    const auto kept = book.kept().tally;
    CHECK(figures_of(kept, 2025, end_of_year, 0, 1).all.silence.value == 1);
    CHECK(figures_of(kept, 2025, end_of_year, 0, 1).all.in_time.value == 0);
    CHECK(figures_of(kept, 2026, end_of_year, 0, 1).all.silence.value == 0);
}

TEST_CASE("A refusal annulled on appeal is decided anew: two answers of one dossier") {
    Book book;
    book.write("d1", at(monday), fatima, complete_until(friday));
    book.write("d1", at(friday), said, notified(at(friday)));
    book.write("d1", at({2026, 4, 1}), nadia, dossier::AppealDecided{"d9", dossier::Outcome::upheld, "", at({2026, 4, 20})});
    CHECK(figures_of(book.kept().tally, 2026, {2026, 4, 30}, 0, 1).all.overdue.value == 1);
    book.write("d1", at({2026, 4, 10}), nadia, granted());
    book.write("d1", at({2026, 4, 10}), said, notified(at({2026, 4, 10})));
    const auto all = book.figures(end_of_year).all;
    CHECK(all.in_time.value == 2);
    CHECK(all.filed.value == 1);
    CHECK(all.overdue.value == 0);
}

TEST_CASE("Completions: a file is asked for once, by an incomplete receipt or by an agent") {
    Book book;
    auto incomplete = filed();
    incomplete.receipt.missing = {{"plans", false, "Plans"}};
    incomplete.receipt.complete_by = at({2026, 4, 1});
    book.write("d1", at(monday), fatima, incomplete);
    book.write("d2", at(monday), fatima, complete_until(friday));
    book.write("d3", at(monday), fatima, complete_until(friday));
    book.write("d3", at(monday, 11), said, CompletionRequested{{}, "x", at({2026, 4, 1})});
    const auto all = book.figures(end_of_year).all;
    CHECK(all.asked.value == 2);
    CHECK(all.not_asked.value == 1);
}

TEST_CASE("Once-only rate: papers from their source against papers the person gave, each paper once") {
    Book book;
    auto filing = filed();
    filing.pieces = {{.requirement = "title", .source = dossier::Source::uploaded}, {.requirement = "title", .source = dossier::Source::uploaded},
                     {.requirement = "birth", .source = dossier::Source::fetched}};
    book.write("d1", at(monday), fatima, filing);
    book.write("d1", at(monday), fatima, dossier::PieceAdded{{.requirement = "plans", .source = dossier::Source::shown}});
    book.append("d1", "dossier.evidence-fetched", R"({"v":1,"type":"evidence-fetched","at":"2026-03-02T11:00:00Z","by":{"id":"system"},"body":{"evidence":{"requirement":"score","status":"held"}}})");
    book.append("d1", "dossier.evidence-fetched", R"({"v":1,"type":"evidence-fetched","at":"2026-03-02T11:00:00Z","by":{"id":"system"},"body":{"evidence":{"requirement":"income","status":"not_held"}}})");
    const auto figures = book.figures(end_of_year);
    CHECK(figures.fetched.value == 2);
    CHECK(figures.given.value == 2);
    CHECK(share(figures.fetched, figures.papers)->fixed(1) == "50.0");
}

TEST_CASE("A paper that came from its source and from the person as well was not spared them") {
    Book book;
    auto filing = filed();
    filing.pieces = {{.requirement = "birth", .source = dossier::Source::fetched}};
    book.write("d1", at(monday), fatima, filing);
    book.write("d1", at(monday), fatima, dossier::PieceAdded{{.requirement = "birth", .source = dossier::Source::uploaded}});
    const auto figures = book.figures(end_of_year);
    CHECK(figures.fetched.value == 0);
    CHECK(figures.given.value == 1);
}

TEST_CASE("Working days run from the day of filing, not counted, to the day of the answer; median and ninetieth by nearest rank") {
    Book book;
    const Date answers[] = {monday, {2026, 3, 3}, {2026, 3, 4}, {2026, 3, 9}, {2026, 3, 30}};
    for (int i = 0; i < 5; ++i) {
        const auto id = "d" + std::to_string(i);
        book.write(id, at(monday), fatima, complete_until({2026, 4, 30}));
        book.write(id, at(answers[i]), said, notified(at(answers[i])));
    }
    const auto kept = book.kept().tally;
    const auto& days = kept.offices.at({2026, "etat-civil"}).days;
    CHECK(days.at(0) == 1);
    CHECK(days.at(1) == 1);
    CHECK(days.at(2) == 1);
    CHECK(days.at(5) == 1);  // over a weekend
    const auto all = figures_of(kept, 2026, end_of_year, 0, 1).all;
    CHECK(all.median == 2);
    CHECK(*all.ninetieth == morocco().calendar().working_days_between(monday, {2026, 3, 30}));
}

TEST_CASE("Percentiles are by nearest rank, and there are none of nothing") {
    CHECK_FALSE(percentile({}, 50).has_value());
    CHECK(percentile({{3, 1}}, 90) == 3);
    CHECK(percentile({{1, 5}, {2, 4}, {9, 1}}, 50) == 1);
    CHECK(percentile({{1, 5}, {2, 4}, {9, 1}}, 90) == 2);
    CHECK(percentile({{1, 5}, {2, 4}, {9, 1}}, 91) == 9);
}

TEST_CASE("Agent minutes: between two entries of one agent in a row, pauses up to half an hour; opening the file begins") {
    Book book;
    book.write("d1", at(monday, 9), fatima, complete_until(friday));
    book.write("d1", at(monday, 10, 0), said, dossier::LookedAt{"examine", "dossier"});
    book.write("d1", at(monday, 10, 12), said, dossier::Noted{"seen"});        // 12 minutes
    book.write("d1", at(monday, 11, 0), said, dossier::Noted{"after lunch"});  // 48: a pause
    book.write("d1", at(monday, 11, 5), nadia, dossier::LookedAt{"sign", "dossier"});
    book.write("d1", at(monday, 11, 35), nadia, granted());                    // 30 minutes: still work
    book.write("d1", at(monday, 11, 36), program, dossier::Reminded{"x"});
    const auto figures = book.figures(end_of_year);
    CHECK(figures.agent_seconds == 42 * 60);
    CHECK(minutes_per_dossier(figures)->fixed(1) == "42.0");
    CHECK(cost_per_dossier(figures, Decimal::parse("1.14"))->fixed(2) == "47.88");
    CHECK_FALSE(cost_per_dossier(figures, std::nullopt).has_value());
}

TEST_CASE("Complaints: an agent's word to the person acknowledges within 15 days, closure within 60; appeals are none") {
    Book book;
    auto complaint = filed();
    complaint.kind = dossier::Kind::complaint;
    auto appeal = complaint;
    appeal.link = dossier::Link{"d9", "r9", "appeal", {}};
    book.write("c1", at({2026, 1, 5}), fatima, complaint);
    book.write("c2", at({2026, 1, 5}), fatima, complaint);
    book.write("c3", at({2026, 1, 5}), fatima, complaint);
    book.write("c4", at({2026, 1, 5}), fatima, appeal);
    book.write("c1", at({2026, 1, 20}), said, dossier::MessageSent{"m", "We look into it", true});  // the 15th day
    book.write("c2", at({2026, 1, 21}), said, dossier::MessageSent{"m", "We look into it", true});
    book.write("c3", at({2026, 1, 9}), fatima, dossier::MessageSent{"m", "And?", false});
    book.write("c1", at({2026, 3, 6}), said, notified(at({2026, 3, 6})));  // the 60th day
    book.write("c2", at({2026, 3, 7}), said, notified(at({2026, 3, 7})));
    const auto kept = book.kept().tally;
    const auto before = figures_of(kept, 2026, {2026, 1, 20}, 0, 1);
    CHECK(before.acknowledged.due.value == 0);
    CHECK_FALSE(share(before.acknowledged.in_time, before.acknowledged.due).has_value());  // nothing is not divided
    const auto after = figures_of(kept, 2026, end_of_year, 0, 1);
    CHECK(after.acknowledged.due.value == 3);
    CHECK(after.acknowledged.in_time.value == 1);
    CHECK(after.closed.due.value == 3);
    CHECK(after.closed.in_time.value == 1);
}

TEST_CASE("Complaints: the acknowledgement itself counts, and one opened again keeps its first closing and waits once more") {
    Book book;
    auto complaint = filed();
    complaint.kind = dossier::Kind::complaint;
    book.write("c1", at({2026, 1, 5}), fatima, complaint);
    book.write("c2", at({2026, 1, 5}), fatima, complaint);
    book.write("c1", at({2026, 1, 19}), said, dossier::ComplaintAcknowledged{"The roads office deals with it"});
    book.write("c2", at({2026, 1, 25}), said, dossier::ComplaintAcknowledged{"The roads office deals with it"});
    book.write("c1", at({2026, 2, 6}), said, notified(at({2026, 2, 6})));
    const auto answered = figures_of(book.kept().tally, 2026, end_of_year, 0, 1);
    book.write("c1", at({2026, 2, 9}), fatima, dossier::ComplaintReopened{"Nothing has changed", at({2026, 4, 9})});
    const auto reopened = figures_of(book.kept().tally, 2026, end_of_year, 0, 1);
    CHECK(reopened.acknowledged.due.value == 2);
    CHECK(reopened.acknowledged.in_time.value == 1);
    CHECK(reopened.closed.in_time.value == 1);
    CHECK(reopened.all.overdue.value == answered.all.overdue.value + 1);  // its new answer never came
}

TEST_CASE("Complaints: opened again counts once for each answered one, and satisfaction is the last word of the person") {
    Book book;
    auto complaint = filed();
    complaint.kind = dossier::Kind::complaint;
    for (const auto* id : {"c1", "c2", "c3", "c4"}) book.write(id, at({2026, 1, 5}), fatima, complaint);
    for (const auto* id : {"c1", "c2", "c3"}) book.write(id, at({2026, 1, 20}), said, notified(at({2026, 1, 20})));
    book.write("c1", at({2026, 1, 21}), fatima, dossier::SatisfactionGiven{1, ""});
    book.write("c1", at({2026, 1, 22}), fatima, dossier::ComplaintReopened{"Nothing has changed", at({2026, 3, 20})});
    book.write("c1", at({2026, 2, 10}), said, notified(at({2026, 2, 10})));
    book.write("c1", at({2026, 2, 11}), fatima, dossier::ComplaintReopened{"Nor now", at({2026, 4, 10})});
    book.write("c1", at({2026, 2, 12}), said, notified(at({2026, 2, 12})));
    book.write("c1", at({2026, 2, 13}), fatima, dossier::SatisfactionGiven{4, ""});
    book.write("c2", at({2026, 1, 22}), fatima, dossier::SatisfactionGiven{3, "so so"});
    const auto after = book.figures(end_of_year).aftermath;
    CHECK(after.answered.value == 3);
    CHECK(after.reopened.value == 1);
    CHECK(share(after.reopened, after.answered)->fixed(1) == "33.3");
    CHECK(after.rated.value == 2);
    CHECK(after.satisfied.value == 1);
    CHECK(share(after.satisfied, after.rated)->fixed(1) == "50.0");
    CHECK(book.kept().tally == book.counted().tally);
    const auto none = figures_of(book.kept().tally, 2025, end_of_year, 0, 1).aftermath;
    CHECK_FALSE(share(none.reopened, none.answered).has_value());
    CHECK_FALSE(share(none.satisfied, none.rated).has_value());
}

TEST_CASE("Complaints: who is not satisfied, or opened again, is withheld where they are few, and not found by subtraction") {
    Book book;
    auto complaint = filed();
    complaint.kind = dossier::Kind::complaint;
    for (int i = 0; i < 40; ++i) {
        const auto id = "c" + std::to_string(i);
        book.write(id, at({2026, 1, 5}), fatima, complaint);
        book.write(id, at({2026, 1, 20}), said, notified(at({2026, 1, 20})));
        if (i < 30) book.write(id, at({2026, 1, 21}), fatima, dossier::SatisfactionGiven{i < 3 ? 1 : 5, ""});
        if (i < 4) book.write(id, at({2026, 1, 22}), fatima, dossier::ComplaintReopened{"Nothing has changed", at({2026, 3, 20})});
    }
    const auto after = book.figures(end_of_year, 10).aftermath;
    CHECK(after.unsatisfied.withheld);
    CHECK((after.rated.withheld || after.satisfied.withheld));  // 30 less 27 would be 3
    CHECK(after.reopened.withheld);
    CHECK_FALSE(share(after.reopened, after.answered).has_value());
}

TEST_CASE("Companies: an ICE that somebody only says they represent is not counted, whatever they file") {
    Book book;
    for (int i = 0; i < 12; ++i) {
        auto declared = filed();
        declared.representative = dossier::Representative{.party = {}, .relation = "company", .mandate = "m", .consent = {}};
        declared.applicant.identifier_kind = "ice";
        declared.applicant.identifier = "0091110" + std::to_string(10'000'000 + i);
        book.write("d" + std::to_string(i), at(monday), fatima, declared);
    }
    book.kept();
    const auto reader = book.store->read().value();
    CHECK(companies_since(*reader, 0).value() == 0);
    CHECK(book.counted().companies.empty());
}

TEST_CASE("Companies: distinct ICE with an online filing, by the last day; a counter filing and a person are none") {
    Book book;
    auto online = filed();
    online.representative = dossier::Representative{.party = {}, .relation = "company", .mandate = "m", .consent = {}, .proven = true};
    online.applicant.identifier_kind = "ice";
    online.applicant.identifier = "001234567000089";
    book.write("d1", at({2026, 1, 5}), fatima, online);
    book.write("d2", at(monday), fatima, online);
    auto counter = filed("etat-civil", "counter");
    counter.applicant = {.person = {}, .name_arabic = {}, .name_latin = {}, .identifier_kind = "ice", .identifier = "009999999000011"};
    book.write("d3", at(monday), said, counter);
    book.write("d4", at(monday), fatima, filed());
    book.kept();
    const auto reader = book.store->read().value();
    CHECK(companies_since(*reader, Date{2026, 1, 1}.days_since_epoch()).value() == 1);
    CHECK(companies_since(*reader, monday.days_since_epoch()).value() == 1);
    CHECK(companies_since(*reader, monday.plus_days(1).days_since_epoch()).value() == 0);
    const auto companies = read_companies(*reader).value();
    REQUIRE(companies.size() == 1);
    CHECK(companies.begin()->first.find("001234567") == std::string::npos);
    CHECK(companies == book.counted().companies);
}

TEST_CASE("The divide: answers and grants by how the dossier was filed and in which language") {
    Book book;
    book.write("d1", at(monday), fatima, complete_until(friday));
    auto helped = filed("etat-civil", "counter");
    helped.contact.language = "zgh";
    book.write("d2", at(monday), said, helped);
    book.write("d1", at(friday), nadia, granted());
    book.write("d1", at(friday), said, notified(at(friday)));
    book.write("d2", at(friday), said, notified(at(friday)));
    const auto figures = book.figures(end_of_year);
    CHECK(figures.ways[0].group == "alone");
    CHECK(figures.ways[0].favourable.value == 1);
    CHECK(figures.ways[1].answered.value == 1);
    CHECK(figures.ways[1].favourable.value == 0);
    CHECK(figures.languages[3].group == "zgh");
    CHECK(figures.languages[3].answered.value == 1);
}

TEST_CASE("Counts below ten and what would give them away are withheld over offices, totals and groups") {
    Book book;
    const auto file_many = [&](const std::string& office, int many, const char* channel) {
        for (int i = 0; i < many; ++i) book.write(office + channel + std::to_string(i), at(monday), fatima, filed(office, channel));
    };
    file_many("etat-civil", 40, "online");
    file_many("etat-civil", 12, "counter");
    file_many("urbanisme", 30, "online");
    file_many("urbanisme", 3, "counter");
    const auto figures = book.figures(end_of_year, 10);
    const auto& small = figures.offices[1];
    CHECK(small.office == "urbanisme");
    CHECK(small.ways[1].withheld);
    CHECK(small.ways[0].withheld);              // 33 less 30 would be 3
    CHECK(figures.offices[0].ways[1].withheld);  // 15 less 12 would be 3
    CHECK_FALSE(figures.all.filed.withheld);
    CHECK(figures.all.filed.value == 85);
    for (const auto& one : observations(figures, Stages{}, std::nullopt, std::nullopt)) {
        if (one.of == "urbanisme" && one.part == "counter") CHECK(one.why == "withheld");
        if (one.value) CHECK(*one.value != "3");
    }
}

TEST_CASE("Medians of fewer than ten answers are not published") {
    Book book;
    for (int i = 0; i < 9; ++i) {
        book.write("d" + std::to_string(i), at(monday), fatima, complete_until(friday));
        book.write("d" + std::to_string(i), at(friday), said, notified(at(friday)));
    }
    CHECK_FALSE(book.figures(end_of_year, 10).all.median.has_value());
    book.write("d9", at(monday), fatima, complete_until(friday));
    book.write("d9", at(friday), said, notified(at(friday)));
    CHECK(book.figures(end_of_year, 10).all.median.has_value());
}

TEST_CASE("Suggestions: few ones are withheld, and not found by taking away those that are handled") {
    const auto few = suggestion_figures(5, 2, 10);
    CHECK(few.received.withheld);
    CHECK(few.handled.withheld);
    const auto few_wait = suggestion_figures(30, 27, 10);
    CHECK((few_wait.received.withheld || few_wait.handled.withheld));
    const auto few_handled = suggestion_figures(30, 3, 10);
    CHECK(few_handled.handled.withheld);
    const auto many = suggestion_figures(40, 25, 10);
    CHECK_FALSE(many.received.withheld);
    CHECK_FALSE(many.handled.withheld);
    const auto none = suggestion_figures(0, 0, 10);
    CHECK_FALSE(none.received.withheld);
    CHECK(none.received.value == 0);
}

TEST_CASE("Zero denominators are said, not divided") {
    const auto figures = figures_of(Tally{}, 2026, end_of_year, 0);
    CHECK_FALSE(share(figures.all.in_time, figures.all.due).has_value());
    CHECK_FALSE(minutes_per_dossier(figures).has_value());
    for (const auto& one : observations(figures, Stages{}, Decimal::from_integer(1), std::nullopt)) {
        if (one.part == "share-in-time" || one.part == "once-only-rate" || one.part == "minutes-per-dossier") CHECK(one.why == "no-denominator");
        if (one.part == "register") CHECK(one.why == "not-given");
    }
}
