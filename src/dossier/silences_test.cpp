#include "dossier/impl/member_world.hpp"

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

namespace {

struct Arisen {
    Member m;
    std::vector<std::string> ids;

    // Six permits of two offices, a day apart, all left without an answer; one of another authority.
    Arisen() {
        for (int i = 0; i < 7; ++i) {
            auto filing = m.filing();
            filing.office = i % 2 == 0 ? "urbanisme" : "annexe";
            if (i == 6) filing.offices.supervisory = "autre-wilaya";
            ids.push_back(Member::must(m.service->file(filing, fatima)).dossier);
            m.clock.advance_seconds(86'400);
        }
        m.on(Date{2026, 10, 15});
        CHECK(Member::must(m.service->fire_due(m.clock.now())) == 7);
    }
    std::vector<std::string> listed(SilenceQuery query) {
        query.supervisor = "wilaya";
        std::vector<std::string> out;
        do {
            const auto page = Member::must(m.service->silent_approvals(query, wali));
            CHECK(page.rows.size() <= query.limit);
            for (const auto& row : page.rows) out.push_back(row.dossier.id);
            query.after = page.next;
        } while (!query.after.empty());
        return out;
    }
};

}  // namespace

TEST_CASE("decree 2-22-141: the supervisory authority lists the silent approvals under it, oldest first, page by page") {
    Arisen world;
    // Some arose on the same Monday, after a weekend: those stand by their id.
    std::vector<std::string> all(world.ids.begin(), world.ids.begin() + 6);
    std::ranges::sort(all, {}, [&](const std::string& id) { return std::pair(world.m.get(id).state.silence_at->micros, id); });
    CHECK(world.listed({}) == all);
    CHECK(world.listed({.limit = 1}) == all);
    CHECK(world.listed({.limit = 4}) == all);
    auto annexe = all;
    std::erase_if(annexe, [&](const std::string& id) { return world.m.get(id).state.file.office != "annexe"; });
    CHECK(annexe.size() == 3);
    CHECK(world.listed({.office = "annexe"}) == annexe);
    const auto second = world.m.get(world.ids[1]).state.silence_at;
    const auto fourth = world.m.get(world.ids[3]).state.silence_at;
    CHECK(world.listed({.from = second, .until = fourth}) == std::vector{world.ids[1], world.ids[2]});  // the bound is exclusive
    const auto page = Member::must(world.m.service->silent_approvals({.supervisor = "wilaya", .limit = 1}, wali));
    const auto state = world.m.get(world.ids[0]).state;
    REQUIRE(page.rows.size() == 1);
    CHECK(page.rows[0].arose == *state.silence_at);
    CHECK(page.rows[0].basis.find("2-22-141") != std::string::npos);
    CHECK(page.rows[0].record == state.documents.front().id);
    CHECK(page.rows[0].dossier.reference == state.file.reference);
    CHECK(world.m.service->silent_approvals({.supervisor = "wilaya", .after = "nonsense"}, wali).error().key == "store.cursor");
    CHECK(Member::must(world.m.service->silent_approvals({}, wali)).rows.empty());
}

TEST_CASE("decree 2-22-141: attested silences are told from those that wait, and each listing is a look the person sees") {
    Arisen world;
    CHECK(world.m.ask(world.ids[2], Attest{"W/2026/14"}, wali).has_value());
    CHECK(world.listed({.attested = true}) == std::vector{world.ids[2]});
    CHECK(world.listed({.attested = false}).size() == 5);
    const auto page = Member::must(world.m.service->silent_approvals({.supervisor = "wilaya", .attested = true}, wali));
    CHECK(page.rows.front().attestation == "W/2026/14");
    REQUIRE(world.m.store->settle().has_value());
    CHECK(Member::must(world.m.service->looks(world.ids[2])).size() == 2);
    CHECK(Member::must(world.m.service->looks(world.ids[6])).empty());
    CHECK(world.m.audit() == "");
}
