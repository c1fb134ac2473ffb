// Receipt, completion, lapse, extension: each rule with its article.
#include "dossier/impl/law_world.hpp"
#include "dossier/service.hpp"

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

namespace {
const std::vector<Missing> no_title = {{"title", false, "شهادة الملكية"}};
const Piece title_piece{.requirement = "title", .name = "titre.pdf", .media_type = "application/pdf", .bytes = 12, .digest = std::string(64, 'b')};
}

TEST_CASE("order 2332-20: a complete file gets a receipt with the day by which the answer is due") {
    World w;
    w.filed();
    const auto& receipt = w.state.file.receipt;
    CHECK(receipt.complete());
    REQUIRE(receipt.answer_due.has_value());
    // fifteen days, the day of filing not counted: 16 September is the last day, over at midnight
    CHECK(*receipt.answer_due == test::at(Date{2026, 9, 17}, 0));
    CHECK(w.state.phase == Phase::examination);
    CHECK(w.state.file.reference == "commune-tamri/0/2026/000001");
}

TEST_CASE("law 55-19 art. 4: a missing paper never blocks filing; the receipt lists exactly what is missing") {
    World w;
    w.filed(no_title);
    CHECK(w.state.file.receipt.missing == no_title);
    CHECK_FALSE(w.state.file.receipt.answer_due.has_value());
    REQUIRE(w.state.file.receipt.complete_by.has_value());
    CHECK(*w.state.file.receipt.complete_by == test::at(Date{2026, 10, 2}, 0));  // thirty days
    CHECK(w.state.phase == Phase::incomplete);
    CHECK_FALSE(w.state.clock.running());
}

TEST_CASE("law 55-19 art. 4: what the receipt lists as missing is the one completion request") {
    World w;
    w.filed(no_title);
    w.must(AddPiece{title_piece}, fatima);
    CHECK(w.state.phase == Phase::examination);
    CHECK(w.says(RequestCompletion{{{"plans", false, ""}}, "the plans are unreadable"}, said) == "dossier.second-completion-request");
}

TEST_CASE("law 55-19 art. 4: a complete receipt leaves the agent one request, and no second one") {
    World w;
    w.filed();
    w.must(RequestCompletion{{{"plans", false, ""}}, "the plans are unreadable"}, said);
    CHECK(w.says(RequestCompletion{{{"title", false, ""}}, "and the title"}, said) == "dossier.second-completion-request");
    w.on(Date{2026, 9, 5});
    w.must(AddPiece{{.requirement = "plans", .name = "plans.pdf"}}, fatima);
    CHECK(w.says(RequestCompletion{{{"title", false, ""}}, "and the title"}, said) == "dossier.second-completion-request");
}

TEST_CASE("law 55-19 arts 5-6: only what is published can be asked") {
    World w;
    w.filed();
    CHECK(w.says(RequestCompletion{{{"legalised-contract", false, ""}}, "please"}, said) == "dossier.paper-not-listed");
    CHECK(w.says(RequestCompletion{{}, "please"}, said) == "dossier.reasons-required");
}

TEST_CASE("a completion request needs a named agent of the office and reasons") {
    World w;
    w.filed();
    const std::vector<Missing> plans = {{"plans", false, ""}};
    CHECK(w.says(RequestCompletion{plans, " "}, said) == "dossier.reasons-required");
    CHECK(w.says(RequestCompletion{plans, "why"}, agency) == "dossier.role-required");
    Actor elsewhere = said;
    elsewhere.office = "etat-civil";
    CHECK(w.says(RequestCompletion{plans, "why"}, elsewhere) == "dossier.other-office");
    CHECK(w.says(RequestCompletion{plans, "why"}, fatima) == "dossier.role-required");
    CHECK(w.says(RequestCompletion{plans, "why"}, Actor::system()) == "dossier.role-required");
}

TEST_CASE("law 55-19 art. 16: the clock starts when the file is complete") {
    World w;
    w.filed(no_title);
    w.on(Date{2026, 9, 10});
    w.must(AddPiece{title_piece}, fatima);
    CHECK(w.has(EventType::completed));
    CHECK(*w.state.clock.started == test::at(Date{2026, 9, 10}));
    CHECK(*w.state.clock.due == test::at(Date{2026, 9, 26}, 0));
}

TEST_CASE("the pack's rule: a completion request stops the clock, and days stopped are explained") {
    World w;
    w.filed();
    w.on(Date{2026, 9, 7});
    w.must(RequestCompletion{{{"plans", false, ""}}, "unreadable"}, said);
    CHECK_FALSE(w.state.clock.due.has_value());
    w.on(Date{2026, 9, 11});
    w.must(AddPiece{{.requirement = "plans", .name = "plans.pdf"}}, fatima);
    CHECK(*w.state.clock.due == test::at(Date{2026, 9, 22}, 0));  // four days later: Sunday 20 rolls to Monday 21
    const auto reading = explain(w.state, *morocco(), test::at(Date{2026, 9, 12}));
    CHECK(reading.stopped_days == 4);
    CHECK(reading.of == 15);
    CHECK(reading.day == 7);
    CHECK_FALSE(reading.explanation.empty());
}

TEST_CASE("completion may be asked only until the pack's day") {
    World w;
    w.filed();
    w.on(Date{2026, 9, 9});  // day 8 of 15: half of the delay, rounded up
    CHECK(w.says(RequestCompletion{{{"plans", false, ""}}, "unreadable"}, said).empty());
    World late;
    late.filed();
    late.on(Date{2026, 9, 10});
    CHECK(late.says(RequestCompletion{{{"plans", false, ""}}, "unreadable"}, said) == "dossier.completion-too-late");
}

TEST_CASE("no answer: a reminder, a notice, and a lapse that only a named agent pronounces, with reasons") {
    World w;
    w.filed(no_title);
    w.on(Date{2026, 9, 29});
    w.wake();
    CHECK(w.state.reminders == std::vector<std::string>{"completion"});
    w.on(Date{2026, 10, 1}, 23, 59);
    w.wake();
    CHECK_FALSE(w.has(EventType::lapse_noticed));
    w.on(Date{2026, 10, 2}, 0);
    w.wake();
    REQUIRE(w.has(EventType::lapse_noticed));
    CHECK(w.says(PronounceLapse{"nothing came"}, said) == "dossier.lapse-not-due");
    const Instant from = *w.state.completion->lapses_from;
    CHECK(from == test::at(Date{2026, 10, 20}, 0));  // fifteen days end on Saturday 17, rolled to Monday 19
    w.now = from;
    w.wake();
    CHECK_FALSE(w.has(EventType::lapsed));  // the program does nothing adverse
    CHECK(w.says(PronounceLapse{""}, said) == "dossier.reasons-required");
    CHECK(w.says(PronounceLapse{"nothing came"}, Actor::system()) == "dossier.role-required");
    w.must(PronounceLapse{"nothing came by 1 October, told on 2 October"}, said);
    CHECK(w.state.phase == Phase::lapsed);
}

TEST_CASE("an answer that comes late but before the lapse is pronounced still counts") {
    World w;
    w.filed(no_title);
    w.on(Date{2026, 10, 5});
    w.must(AddPiece{title_piece}, fatima);
    CHECK(w.state.phase == Phase::examination);
    w.on(Date{2026, 11, 20});
    CHECK(w.says(PronounceLapse{"late"}, said) != "");
}

TEST_CASE("lapse: no notice, no lapse") {
    World w;
    w.filed(no_title);
    CHECK(w.says(PronounceLapse{"I want it off my desk"}, said) == "dossier.lapse-not-due");
}

TEST_CASE("an agent may take the file as complete without what is missing") {
    World w;
    w.filed(no_title);
    w.must(AcceptAsComplete{"the title is in our own archive"}, said);
    CHECK(w.state.phase == Phase::examination);
    CHECK(w.last<Completed>().accepted_by == said.id);
}

TEST_CASE("a missing answer is completed by amending the answers") {
    World w;
    w.filed({{"floors", true, "Number of floors"}});
    CHECK(w.says(AmendAnswers{{{"floors", nullptr}}}, fatima).empty());
    CHECK(w.state.phase == Phase::incomplete);
    w.must(AmendAnswers{{{"floors", 3}}}, fatima);
    CHECK(w.state.phase == Phase::examination);
    CHECK(w.says(AmendAnswers{{{"floors", 9}}}, fatima) == "dossier.wrong-phase");
}

TEST_CASE("law 55-19 art. 17, decree 2-22-386: one extension, listed ground, own length") {
    World w;
    w.filed();
    CHECK(w.says(Extend{"technical-expertise", "hard"}, said) == "dossier.extension-not-listed");
    CHECK(w.says(Extend{"public-inquiry", ""}, said) == "dossier.reasons-required");
    w.must(Extend{"public-inquiry", "the neighbours are heard"}, said);
    CHECK(*w.state.clock.due == test::at(Date{2026, 10, 2}, 0));
    CHECK(w.last<ClockExtended>().basis == "Decree 2-22-386");
    CHECK(w.says(Extend{"public-inquiry", "again"}, said) == "dossier.extended-already");
}

TEST_CASE("decree 2-22-386: an act that is not listed is never extended") {
    World w;
    w.file.terms.extension = {};
    w.filed();
    CHECK(w.says(Extend{"public-inquiry", "the neighbours"}, said) == "dossier.extension-not-listed");
    CHECK(w.says(Extend{"", "the neighbours"}, said) == "dossier.extension-not-listed");
}

TEST_CASE("at once is the same day") {
    World w(Kind::extract);
    w.file.terms.delay = {.n = 0, .unit = Unit::day, .working = false};
    w.filed();
    CHECK(*w.state.clock.due == test::at(Date{2026, 9, 2}, 0));
}

TEST_CASE("the calendar is the law's: a feast proclaimed later moves the day, and the journal says so") {
    World w;
    w.filed();
    // As if the receipt had been given under another calendar.
    w.state.clock.due = test::at(Date{2026, 9, 16}, 0);
    w.on(Date{2026, 9, 16}, 12);
    w.wake();
    CHECK(w.has(EventType::clock_recomputed));
    CHECK_FALSE(w.has(EventType::silence_approved));
    CHECK(*w.state.clock.due == test::at(Date{2026, 9, 17}, 0));
}
