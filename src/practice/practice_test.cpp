// What counts as done, what as a mistake, and what it scores. Everything is read from events, as the journal holds them.
#include "practice/day_question.hpp"
#include "practice/results.hpp"

#include "jurisdiction/pack.hpp"

#include <doctest/doctest.h>

#include <filesystem>

namespace wasl::practice {

namespace {

using dossier::Event;

const std::string learner = "learner-1", stranger = "agent-2";

Event event(std::string by, dossier::Body body) {
    return {.at = {}, .by = {.id = std::move(by), .name = {}, .office = {}, .role = {}, .acting_for = {}, .mandate = {}}, .body = std::move(body)};
}

Event filed(bool complete, bool for_child) {
    dossier::Filed out;
    out.reference = "commune/0/2026/000001";
    out.answers = {{"for_child", for_child}, {"delivery", "online"}};
    if (!complete) out.receipt.missing = {{"cnie", false, "Card"}};
    return event(learner, out);
}

Event asked_for(const std::vector<std::string>& papers, const std::string& by = learner) {
    dossier::CompletionRequested out;
    for (const auto& paper : papers) out.missing.push_back({paper, false, paper});
    out.reasons = "illegible";
    return event(by, out);
}

Event proposed(dossier::Outcome outcome, std::string reasons, const std::string& by = learner) {
    dossier::Proposed out;
    out.outcome = outcome;
    out.reasons = std::move(reasons);
    return event(by, out);
}

Told told(std::string part, std::vector<Event> events) { return {{"d", "commune/0/2026/000001", std::move(part), "4711"}, std::move(events)}; }

Finding judged(Check check, const Variant& variant, std::vector<Told> all) { return judge(check, variant, learner, all); }

std::string mistakes(const Finding& finding) {
    std::string out;
    for (const auto& mistake : finding.mistakes) out += mistake.key + " ";
    return out;
}

const Variant for_a_child{.goal = {}, .expect = {{"for_child", "yes"}, {"delivery", "online"}}};
const Variant card_is_faulty{.goal = {}, .expect = {{"paper", "cnie"}}};

}  // namespace

TEST_CASE("nothing done is neither passed nor failed") {
    for (const auto check : {Check::filed, Check::completed, Check::completion_asked, Check::refused, Check::batch_signed, Check::silence, Check::delegation_ended}) {
        CHECK(judged(check, {}, {}).verdict == Verdict::not_yet);
        CHECK(judged(check, {}, {told("work", {})}).verdict == Verdict::not_yet);
    }
}

TEST_CASE("a request counts when it is complete, as asked for, and the learner's own") {
    CHECK(judged(Check::filed, for_a_child, {told("work", {filed(true, true)})}).verdict == Verdict::passed);
    CHECK(mistakes(judged(Check::filed, for_a_child, {told("work", {filed(false, true)})})) == "filed-incomplete ");
    CHECK(mistakes(judged(Check::filed, for_a_child, {told("work", {filed(true, false)})})) == "other-answer ");
    auto another = filed(true, true);
    another.by.id = stranger;
    CHECK(judged(Check::filed, for_a_child, {told("work", {another})}).verdict == Verdict::not_yet);
    // A second, right one makes up for the first.
    CHECK(judged(Check::filed, for_a_child, {told("work", {filed(false, true)}), told("work", {filed(true, true)})}).verdict == Verdict::passed);
}

TEST_CASE("a completion counts when the learner handed it in, not when an agent accepts the file as it is") {
    const auto piece = event(learner, dossier::PieceAdded{});
    CHECK(judged(Check::completed, {}, {told("work", {filed(false, true), piece})}).verdict == Verdict::not_yet);
    CHECK(judged(Check::completed, {}, {told("work", {filed(false, true), piece, event(learner, dossier::Completed{})})}).verdict == Verdict::passed);
    dossier::Completed accepted;
    accepted.accepted_by = stranger;
    CHECK(mistakes(judged(Check::completed, {}, {told("work", {filed(false, true), piece, event(stranger, accepted)})})) == "completed-by-other ");
    CHECK(mistakes(judged(Check::completed, {}, {told("work", {filed(false, true), event(stranger, dossier::Completed{})})})) == "completed-by-other ");
}

TEST_CASE("law 55-19 art. 4: the one request names the faulty paper and no other") {
    CHECK(judged(Check::completion_asked, card_is_faulty, {told("work", {asked_for({"cnie"})})}).verdict == Verdict::passed);
    CHECK(mistakes(judged(Check::completion_asked, card_is_faulty, {told("work", {asked_for({"family-booklet"})})})) == "wrong-paper ");
    CHECK(mistakes(judged(Check::completion_asked, card_is_faulty, {told("work", {asked_for({"cnie", "family-booklet"})})})) == "wrong-paper ");
    CHECK(mistakes(judged(Check::completion_asked, card_is_faulty, {told("work", {asked_for({"cnie"}, stranger)})})) == "other-hand ");
    CHECK(mistakes(judged(Check::completion_asked, card_is_faulty, {told("work", {proposed(dossier::Outcome::granted, "")})})) == "wrong-paper ");
}

TEST_CASE("law 03-01: a refusal is explained, and explains this very file") {
    const std::string good = "The register of 2016 was searched: no entry bears the number 4711.";
    CHECK(judged(Check::refused, {}, {told("work", {proposed(dossier::Outcome::refused, good)})}).verdict == Verdict::passed);
    CHECK(mistakes(judged(Check::refused, {}, {told("work", {proposed(dossier::Outcome::granted, good)})})) == "not-refused ");
    CHECK(mistakes(judged(Check::refused, {}, {told("work", {proposed(dossier::Outcome::refused, "No entry 4711.")})})) == "reasons-thin ");
    CHECK(mistakes(judged(Check::refused, {}, {told("work", {proposed(dossier::Outcome::refused, std::string(60, 'x'))})})) == "reasons-of-another ");
    CHECK(mistakes(judged(Check::refused, {}, {told("work", {proposed(dossier::Outcome::refused, good, stranger)})})) == "other-hand ");
}

TEST_CASE("a batch is done when the good ones are signed and the other one is sent back, all by the learner") {
    const auto sign = event(learner, dossier::Signed{});
    const auto send_back = event(learner, dossier::Returned{"against its own reasons"});
    const auto batch = [&](Event good, Event trap) { return std::vector<Told>{told("good", {std::move(good)}), told("trap", {std::move(trap)})}; };
    CHECK(judged(Check::batch_signed, {}, batch(sign, send_back)).verdict == Verdict::passed);
    CHECK(mistakes(judged(Check::batch_signed, {}, batch(sign, sign))) == "signed-trap ");
    CHECK(mistakes(judged(Check::batch_signed, {}, batch(send_back, send_back))) == "returned-good ");
    CHECK(judged(Check::batch_signed, {}, {told("good", {sign}), told("trap", {})}).verdict == Verdict::not_yet);
    CHECK(mistakes(judged(Check::batch_signed, {}, batch(event(stranger, dossier::Signed{}), send_back))) == "other-hand ");
}

TEST_CASE("a score never rises with failures, hints or time, and a pass is never worth less than its least") {
    const ScoreRule rule;
    CHECK(score(rule, 0, 0, 60) == 10);
    CHECK(score(rule, 1, 1, 60) == 6);
    CHECK(score(rule, 0, 0, 60 * 20) == 10);
    CHECK(score(rule, 0, 0, 60 * 20 + 1) == 8);
    CHECK(score(rule, 100, 100, 1'000'000'000) == 1);
    for (int failures = 0; failures < 6; ++failures) {
        for (int hints = 0; hints < 4; ++hints) {
            for (const std::int64_t seconds : {0, 600, 1'200, 1'201, 100'000}) {
                const int here = score(rule, failures, hints, seconds);
                CHECK(here >= rule.least);
                CHECK(here <= rule.points);
                CHECK(score(rule, failures + 1, hints, seconds) <= here);
                CHECK(score(rule, failures, hints + 1, seconds) <= here);
                CHECK(score(rule, failures, hints, seconds + 700) <= here);
            }
        }
    }
}

TEST_CASE("a day to count is one that the calendar moves, and its explanation names every day off") {
    const auto pack = jurisdiction::load_pack(std::filesystem::path(WASL_SOURCE_DIR) / "jurisdictions" / "ma");
    REQUIRE(pack);
    const auto& calendar = (*pack)->calendar();
    SeededEntropy entropy(7);
    for (int i = 0; i < 50; ++i) {
        const auto question = draw_day_question(calendar, {2026, 11, 22}, entropy);
        const auto last = last_day_of(calendar, question);
        CHECK(calendar.is_working_day(question.from));
        CHECK(calendar.is_working_day(last));
        const auto off = explain(calendar, question, "fr");
        CHECK_FALSE(off.empty());
        // Counted by hand, a day at a time.
        int counted = 0;
        Date day = question.from;
        while (counted < question.days) {
            day = day.plus_days(1);
            if (!question.working || calendar.is_working_day(day)) ++counted;
        }
        while (!calendar.is_working_day(day)) day = day.plus_days(1);
        CHECK(day == last);
        CHECK(day_question_from(to_json(question)) == question);
    }
}

TEST_CASE("results: a try is its learner's own, is finished once, and outlives the process") {
    const auto folder = std::filesystem::temp_directory_path() / "wasl-practice-test";
    std::filesystem::remove_all(folder);
    const SystemClock clock;
    SystemEntropy entropy;
    std::string token, id, key;
    Learner one;
    {
        const auto results = Results::open(folder, clock, entropy);
        REQUIRE(results);
        const auto group = (*results)->new_class();
        REQUIRE(group);
        key = group->key;
        one.name = "Amina";
        one.role = Role::agent;
        one.class_code = group->code;
        token = *(*results)->add(one);
        Learner other;
        other.name = "Other";
        const auto other_token = *(*results)->add(other);
        Attempt attempt;
        attempt.learner = one.id;
        attempt.exercise = "refuse";
        attempt.tasks = {{"d", "r", "work", "4711"}};
        REQUIRE((*results)->add(attempt));
        id = attempt.id;
        CHECK((*results)->attempt(*(*results)->find(other_token), id).error().key == "practice.unknown-attempt");
        auto again = attempt;
        attempt.passed = true;
        attempt.finished = clock.now();
        CHECK((*results)->change(attempt));
        CHECK((*results)->change(again).error().key == "practice.changed");
    }
    const auto results = Results::open(folder, clock, entropy);
    REQUIRE(results);
    const auto kept = (*results)->attempt(*(*results)->find(token), id);
    REQUIRE(kept);
    CHECK(kept->passed);
    CHECK(kept->tasks == std::vector<Task>{{"d", "r", "work", "4711"}});
    CHECK(*(*results)->class_of_key(key) == one.class_code);
    CHECK((*results)->in_class(one.class_code)->size() == 1);
    CHECK((*results)->class_of_key("guessed").error().key == "practice.class-key");
    CHECK((*results)->find(one.id + ".guessed").error().key == "practice.no-learner");
    CHECK((*results)->find("").error().key == "practice.no-learner");
    Learner lost;
    lost.class_code = "NOTACLASS";
    CHECK((*results)->add(lost).error().key == "practice.unknown-class");
    std::filesystem::remove_all(folder);
}

TEST_CASE("a track is done when every exercise of the role is passed") {
    Exercise a, b;
    a.id = "a";
    a.roles = {Role::agent};
    b.id = "b";
    b.roles = {Role::agent, Role::verifier};
    const std::vector<Exercise> all{a, b};
    Attempt done;
    done.exercise = "b";
    done.finished = Instant{1};
    done.passed = true;
    CHECK(track_done(all, Role::verifier, {done}));
    CHECK_FALSE(track_done(all, Role::agent, {done}));
    CHECK_FALSE(track_done(all, Role::person, {done}));  // nothing to pass is no track
    done.passed = false;
    CHECK_FALSE(track_done(all, Role::verifier, {done}));
}

TEST_CASE("silence: where the law approves the person is told in words, where it does not the late file is decided as it stands") {
    const auto tell = [](const std::string& by, std::string text) { return event(by, dossier::MessageSent{"m", std::move(text), true}); };
    const std::string words = "Le délai est passé : votre permis est accordé par la loi.";
    const auto granted = proposed(dossier::Outcome::granted, "Rien ne manque.");
    const auto both = [&](std::vector<Event> silent, std::vector<Event> late) { return judged(Check::silence, {}, {told("late", std::move(late)), told("silent", std::move(silent))}); };
    CHECK(both({tell(learner, words)}, {granted}).verdict == Verdict::passed);
    CHECK(both({tell(learner, words)}, {}).verdict == Verdict::not_yet);
    CHECK(both({}, {granted}).verdict == Verdict::not_yet);
    CHECK(both({tell(stranger, words)}, {granted}).verdict == Verdict::not_yet);
    CHECK(both({event(learner, dossier::MessageSent{"m", words, false})}, {granted}).verdict == Verdict::not_yet);
    CHECK(mistakes(both({tell(learner, "Accordé.")}, {granted})) == "told-thin ");
    CHECK(mistakes(both({tell(learner, words)}, {tell(learner, words)})) == "late-told ");
    CHECK(mistakes(both({tell(learner, words)}, {asked_for({"cnie"})})) == "late-completion ");
    CHECK(mistakes(both({tell(learner, words)}, {proposed(dossier::Outcome::refused, "Trop tard.")})) == "late-refused ");
    CHECK(mistakes(both({tell(learner, words)}, {proposed(dossier::Outcome::granted, "Bon.", stranger)})) == "other-hand ");
    // Telling a late person of the delay is kind, once it is also decided.
    CHECK(both({tell(learner, words)}, {tell(learner, words), granted}).verdict == Verdict::passed);
}

TEST_CASE("a delegation that has ended: what it still covers is signed, the rest goes to who may sign it") {
    const std::string president = "staff-1";
    const auto sign = [](const std::string& by) { return event(by, dossier::Signed{}); };
    const auto hand = [](const std::string& by, const std::string& to) { return event(by, dossier::Assigned{to}); };
    const auto two = [&](std::vector<Event> good, std::vector<Event> ended) {
        auto over = told("ended", std::move(ended));
        over.task.says = president;
        return judged(Check::delegation_ended, {}, {told("good", std::move(good)), over});
    };
    CHECK(two({sign(learner)}, {hand(learner, president)}).verdict == Verdict::passed);
    CHECK(two({sign(learner)}, {hand(learner, president), sign(president)}).verdict == Verdict::passed);
    CHECK(two({sign(learner)}, {hand(learner, stranger), hand(learner, president)}).verdict == Verdict::passed);
    CHECK(two({sign(learner)}, {hand(learner, learner)}).verdict == Verdict::not_yet);  // taken for oneself
    CHECK(two({sign(learner)}, {hand(stranger, president)}).verdict == Verdict::not_yet);
    CHECK(two({}, {hand(learner, president)}).verdict == Verdict::not_yet);
    CHECK(mistakes(two({sign(learner)}, {hand(learner, stranger)})) == "handed-to-other ");
    CHECK(mistakes(two({sign(learner)}, {event(learner, dossier::Returned{"over"})})) == "ended-returned ");
    CHECK(mistakes(two({hand(learner, president)}, {hand(learner, president)})) == "handed-good ");
    CHECK(mistakes(two({event(learner, dossier::Returned{"?"})}, {hand(learner, president)})) == "handed-good ");
    CHECK(mistakes(two({sign(president)}, {hand(learner, president)})) == "other-hand ");
    CHECK(mistakes(two({sign(learner)}, {sign(president)})) == "other-hand ");
}

}  // namespace wasl::practice
