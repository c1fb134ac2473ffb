// Rules of filing and of batches that the service applies: each with its article.
#include "dossier/impl/member_world.hpp"
#include "dossier/papers.hpp"

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

TEST_CASE("law 55-19 art. 7: a sworn declaration stands for a paper where the procedure takes one, and is not asked again") {
    Member m;
    auto filing = m.filing(false);
    filing.pieces = {m.paper("plans"), {.requirement = "title", .name = {}, .media_type = {}, .digest = {}, .source = Source::declared}};
    const auto done = Member::must(m.service->file(filing, fatima));
    CHECK(done.receipt.complete());
    const auto state = m.get(done.dossier).state;
    CHECK(state.phase == Phase::examination);
    CHECK(state.file.pieces.back().source == Source::declared);
}

TEST_CASE("law 55-19 art. 7: what is only shown is not handed in, so it is never missing") {
    Member m;
    auto revision = std::make_shared<catalogue::Revision>(*permit());
    revision->requirements = {{.code = "cnie", .title = form::Text::of("ar", "cnie"), .accepted = {catalogue::Accepted::show_original}}};
    auto filing = m.filing(false);
    filing.revision = revision;
    CHECK(Member::must(m.service->file(filing, fatima)).receipt.complete());
}

TEST_CASE("order 2332-20: the receipt names reference, instant, office, act, user, papers, delay, silence, appeal, and its seal") {
    Member m;
    const auto done = m.filed();
    const auto state = m.get(done.dossier).state;
    const auto facts = receipt_facts(state.file, state.filed_at, *morocco());
    const auto value = [&](std::string_view name) {
        const auto found = std::ranges::find(facts, name, [](const auto& fact) { return std::string_view(fact.first); });
        return found == facts.end() ? std::string() : found->second;
    };
    CHECK(value("reference") == done.reference);
    CHECK(value("received") == state.filed_at.iso());
    CHECK(value("member") == "commune-tamri");
    CHECK(value("office") == "urbanisme");
    CHECK(value("title") == "رخصة البناء");
    CHECK(value("applicant") == "Fatima Zahra Amrani");
    CHECK(value("identifier") == "cnie AB123456");
    CHECK(std::ranges::count(facts, "piece", [](const auto& fact) { return std::string_view(fact.first); }) == 2);
    CHECK(value("complete") == "yes");
    CHECK(value("delay") == "15 day");
    CHECK(value("answer-by") == "2026-09-16");
    CHECK(value("silence") == "approval");
    CHECK(value("appeal") == "wilaya");
    const auto reader = Member::must(m.store->read());
    CHECK(Member::must(trust::find_seal(*reader, done.seal_key)).has_value());
    // The other receipt: the exact missing pieces, and until when.
    const auto other = m.get(m.filed(false).dossier).state;
    const auto incomplete = receipt_facts(other.file, other.filed_at, *morocco());
    CHECK(std::ranges::count(incomplete, "missing", [](const auto& fact) { return std::string_view(fact.first); }) == 2);
    CHECK(std::ranges::count(incomplete, "complete-by", [](const auto& fact) { return std::string_view(fact.first); }) == 1);
    CHECK(std::ranges::count(incomplete, "answer-by", [](const auto& fact) { return std::string_view(fact.first); }) == 0);
}

TEST_CASE("law 03-01: refusals in a batch carry each dossier's own reasons; one without them is not refused with the others") {
    Member m;
    std::vector<Ask> asks;
    std::vector<std::string> ids;
    for (const auto* reasons : {"two floors at most", "  ", "outside the zone"}) {
        ids.push_back(m.filed().dossier);
        asks.push_back({.dossier = ids.back(), .command = Propose{.outcome = Outcome::refused, .reasons = reasons}, .actor = said, .rights = {}});
    }
    const auto proposed = m.service->run_each(asks);
    CHECK(proposed[0].has_value());
    CHECK(proposed[1].error().key == "dossier.reasons-required");
    CHECK(proposed[2].has_value());
    std::vector<Ask> signing;
    for (const auto& id : ids) signing.push_back({.dossier = id, .command = Sign{"Before the wali, 30 days"}, .actor = nadia, .rights = {authority()}});
    const auto done = m.service->run_each(signing);
    CHECK(done[0].has_value());
    CHECK(done[1].error().key == "dossier.wrong-phase");
    CHECK(done[2].has_value());
    CHECK(m.get(ids[0]).state.decision->reasons == "two floors at most");
    CHECK(m.get(ids[1]).state.phase == Phase::examination);
    CHECK(m.get(ids[2]).state.decision->reasons == "outside the zone");
}

TEST_CASE("law 55-19 arts 20-21: an appeal has a receipt and a clock of its own, thirty days from its own filing") {
    Member m;
    const auto id = m.filed().dossier;
    CHECK(m.ask(id, Propose{.outcome = Outcome::refused, .reasons = "two floors"}, said).has_value());
    CHECK(m.ask(id, Sign{"Before the wali, 30 days"}, nadia).has_value());
    CHECK(m.ask(id, Notify{.channel = "counter", .at = {}, .proof = "signed for"}, said).has_value());
    m.on(Date{2026, 9, 10});
    auto filing = m.filing(false);
    filing.revision = permit(Kind::complaint);
    const auto appeal = Member::must(m.service->appeal(id, filing, fatima));
    CHECK(appeal.receipt.complete());
    CHECK(*appeal.receipt.answer_due == test::at(Date{2026, 10, 13}, 0));  // 10 October is a Saturday: the Monday after
    CHECK(m.get(id).state.phase == Phase::refused);  // the attacked decision stands until the appeal is decided
    const auto reader = Member::must(m.store->read());
    CHECK(Member::must(trust::find_seal(*reader, appeal.seal_key)).has_value());
}
