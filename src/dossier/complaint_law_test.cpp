// Decree 2-17-265, run: acknowledgement, closing, opening again, satisfaction; and that appeals have none of it.
#include "dossier/impl/law_world.hpp"

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

TEST_CASE("decree 2-17-265: the pack says 15 days to acknowledge and 60 to close, with its source") {
    const auto& rules = morocco()->law_on(tuesday).complaint;
    REQUIRE(rules.has_value());
    CHECK(rules->acknowledge.n == 15);
    CHECK(rules->close.n == 60);
    CHECK(rules->source.text == "Decree 2-17-265");
}

TEST_CASE("a complaint is acknowledged by a named agent of its office, in words, once") {
    World w(Kind::complaint);
    w.filed();
    CHECK(w.says(AcknowledgeComplaint{"Received."}, fatima) == "dossier.role-required");
    CHECK(w.says(AcknowledgeComplaint{" "}, said) == "dossier.reasons-required");
    w.must(AcknowledgeComplaint{"The roads office deals with it."}, said);
    CHECK(w.state.complaint->acknowledged == w.now);
    w.must(AcknowledgeComplaint{"Again."}, said);
    CHECK(w.state.complaint->words == "The roads office deals with it.");
    World permit;
    permit.filed();
    CHECK(permit.says(AcknowledgeComplaint{"Received."}, said) == "dossier.not-for-kind");
}

TEST_CASE("an answered complaint is opened again by its person, with reasons, in time, and not for ever") {
    World w(Kind::complaint);
    w.filed();
    CHECK(w.says(ReopenComplaint{"Nothing has changed."}, fatima) == "dossier.wrong-phase");
    w.notified_with(Outcome::dismissed);
    const auto closed = w.now;
    CHECK(w.says(ReopenComplaint{" "}, fatima) == "dossier.reasons-required");
    CHECK(w.says(ReopenComplaint{"Nothing has changed."}, said) == "dossier.role-required");
    w.now = closed.plus_seconds(70 * 86'400);  // the sixtieth day may be a feast
    CHECK(w.says(ReopenComplaint{"Nothing has changed."}, fatima) == "dossier.reopening-time-over");
    w.now = closed.plus_seconds(3 * 86'400);
    for (int time = 0; time < 2; ++time) {
        w.must(ReopenComplaint{"Nothing has changed."}, fatima);
        CHECK(w.state.phase == Phase::examination);
        CHECK_FALSE(w.state.decision.has_value());
        CHECK(w.state.clock.running());
        w.notified_with(Outcome::upheld);
        CHECK(w.state.phase == Phase::upheld);
    }
    CHECK(w.says(ReopenComplaint{"Once more."}, fatima) == "dossier.reopened-already");
}

TEST_CASE("satisfaction is one to five, the person's, and one for each answer") {
    World w(Kind::complaint);
    w.filed();
    CHECK(w.says(GiveSatisfaction{5, ""}, fatima) == "dossier.wrong-phase");
    w.notified_with(Outcome::upheld);
    CHECK(w.says(GiveSatisfaction{0, ""}, fatima) == "dossier.score");
    CHECK(w.says(GiveSatisfaction{6, ""}, fatima) == "dossier.score");
    CHECK(w.says(GiveSatisfaction{5, ""}, said) == "dossier.role-required");
    w.must(GiveSatisfaction{2, "Late."}, fatima);
    CHECK(w.says(GiveSatisfaction{5, ""}, fatima) == "dossier.satisfaction-given");
    w.must(ReopenComplaint{"Nothing has changed."}, fatima);
    w.notified_with(Outcome::upheld);
    w.must(GiveSatisfaction{4, ""}, fatima);
    CHECK(w.state.complaint->satisfaction.size() == 2);
}

TEST_CASE("an appeal is neither opened again nor rated: its next step is a court") {
    World w(Kind::complaint);
    w.file.link = Link{.dossier = "d0", .reference = "commune-tamri/0/2026/000000", .relation = "appeal", .authors = {}};
    w.filed();
    CHECK(w.says(AcknowledgeComplaint{"Received."}, said) == "dossier.not-for-kind");
    w.notified_with(Outcome::dismissed);
    CHECK(w.says(ReopenComplaint{"No."}, fatima) == "dossier.not-for-kind");
    CHECK(w.says(GiveSatisfaction{1, ""}, fatima) == "dossier.not-for-kind");
}
