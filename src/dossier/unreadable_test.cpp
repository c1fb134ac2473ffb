// A row that cannot be read stops nothing but itself.
#include "dossier/impl/member_world.hpp"
#include "dossier/impl/rows.hpp"

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

namespace {

// As a fault of the disk or of another program leaves it: the index fields stand, the body does not.
void spoil(Member& m, const std::string& id, Instant wake) {
    const auto done = m.store->run([&](store::Transaction& tx) -> Result<void> {
        TRY(tx.put(rows::dossiers, id, store::Transaction::any_version, R"({"v":1,"dossier":{"id")",
                   {{"reference", "spoiled-" + id}, {"office", "urbanisme"}, {"phase", "examination"}, {"due", wake.micros},
                    {"open_office", "urbanisme"}, {"procedure", "building-permit"}, {"applicant", fatima.id},
                    {"received", wake.micros}, {"next_due", wake.micros}},
                   "amrani " + rows::office_token("urbanisme")));
        return {};
    });
    REQUIRE_MESSAGE(done.has_value(), (done ? "" : done.error().detail));
}

}  // namespace

TEST_CASE("an unreadable row stops neither the next wake nor what is due by law: the others arise at their instant") {
    Member m;
    const auto spoiled = m.filed().dossier;
    const auto sound = m.filed().dossier;
    spoil(m, spoiled, m.clock.now());
    const auto next = Member::must(m.service->next_wake());
    REQUIRE(next.has_value());
    CHECK(*next == test::at(Date{2026, 9, 17}, 0));
    m.on(Date{2026, 9, 20});
    CHECK(Member::must(m.service->fire_due(m.clock.now(), 1)) == 1);  // also when it would fill the whole page
    CHECK(m.get(sound).state.phase == Phase::approved_by_silence);
    CHECK_FALSE(Member::must(m.service->next_wake()).has_value());
    CHECK(m.service->get(spoiled).error().code == Code::invalid);  // itself, it says so
}

TEST_CASE("an unreadable row is left out of queues, searches, exports, registers and a person's own list") {
    Member m;
    const auto spoiled = m.filed().dossier;
    const auto sound = m.filed().dossier;
    spoil(m, spoiled, m.clock.now());
    REQUIRE(m.store->settle().has_value());
    const auto only_the_sound = [&](const std::vector<Summary>& rows) { return rows.size() == 1 && rows.front().id == sound; };
    CHECK(only_the_sound(Member::must(m.service->list({.offices = {"urbanisme"}}, said)).rows));
    CHECK(only_the_sound(Member::must(m.service->list({.offices = {"urbanisme"}, .order = Order::received}, said)).rows));
    CHECK(only_the_sound(Member::must(m.service->list({.offices = {"urbanisme"}, .words = "amrani"}, said)).rows));
    CHECK(only_the_sound(Member::must(m.service->mine(fatima.id))));
    const Date day = tuesday;
    CHECK(only_the_sound(Member::must(m.service->incoming("urbanisme", day, day, 10, "", said)).rows));
    std::vector<Summary> exported;
    CHECK(Member::must(m.service->each({.offices = {"urbanisme"}}, said, [&](const Summary& row) -> Result<void> {
        exported.push_back(row);
        return {};
    })) == 1);
    CHECK(only_the_sound(exported));
}

TEST_CASE("an unreadable draft or message of the outbox holds up no other") {
    Member m;
    REQUIRE(m.filed().dossier.size() > 0);
    const auto kept = Member::must(m.service->save_draft({.id = {}, .owner = fatima.id, .procedure = "building-permit", .revision = {},
                                                          .step = {}, .answers = {{"floors", 2}}, .pieces = {}, .updated = {}}));
    REQUIRE(m.store->run([&](store::Transaction& tx) -> Result<void> {
        TRY(tx.put(rows::drafts, "spoiled", store::Transaction::must_not_exist, "{", {{"owner", fatima.id}, {"updated", 0}}));
        TRY(tx.put(rows::outbox, "000000000000", store::Transaction::must_not_exist, "{"));
        return {};
    }).has_value());
    const auto drafts = Member::must(m.service->drafts(fatima.id));
    REQUIRE(drafts.size() == 1);
    CHECK(drafts.front().id == kept.id);
    CHECK(Member::must(m.service->outbox()).size() == 1);
}
