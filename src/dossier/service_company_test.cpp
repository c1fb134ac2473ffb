#include "dossier/impl/member_world.hpp"

#include <set>

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

namespace {

constexpr const char* ice = "001561191000066";
const Actor ali{.id = "p-ali", .name = "Ali Bennani", .roles = {Role::person}};

Filing of_company(Member& m, const std::string& number, const Actor& by) {
    auto filing = m.filing();
    filing.applicant = {.person = {}, .name_arabic = {}, .name_latin = "Société", .identifier_kind = "ice", .identifier = number};
    filing.representative = Representative{{.person = by.id, .name_arabic = {}, .name_latin = by.name, .identifier_kind = {}, .identifier = {}}, "company", "m1", {}};
    return filing;
}

std::vector<std::string> walk(Member& m, CompanyQuery query) {
    std::vector<std::string> out;
    do {
        const auto page = Member::must(m.service->of_company(query));
        for (const auto& row : page.rows) out.push_back(row.dossier.reference);
        query.after = page.next;
    } while (!query.after.empty());
    return out;
}

}  // namespace

TEST_CASE("the dossiers of a company, whoever filed them: each once, newest first, and nobody else's") {
    Member m;
    std::vector<std::string> mine;
    for (int n = 0; n < 13; ++n) {
        const auto& by = n % 2 == 0 ? fatima : ali;
        auto filing = of_company(m, n % 4 == 3 ? "002136093000040" : ice, by);
        if (n % 3 == 0) filing.pieces.clear();
        const auto done = Member::must(m.service->file(filing, by));
        if (n % 4 != 3) mine.insert(mine.begin(), done.reference);
        m.clock.advance_seconds(60);
    }
    // Somebody who writes the ICE into a name of their own has filed nothing for the company.
    auto imitation = m.filing();
    imitation.applicant.name_latin = std::string("Société ") + ice;
    Member::must(m.service->file(imitation, fatima));
    CHECK(walk(m, {.ice = ice, .limit = 3}) == mine);
    CHECK(walk(m, {.ice = ice, .limit = 500}) == mine);
    CHECK(walk(m, {.ice = "002136093000040"}).size() == 3);
    CHECK(walk(m, {.ice = ""}).empty());
    CHECK(walk(m, {.ice = ice, .procedure = "another"}).empty());
    CHECK(walk(m, {.ice = ice, .procedures = {"another"}}).empty());
    const auto incomplete = walk(m, {.ice = ice, .phase = Phase::incomplete, .limit = 2});
    CHECK(incomplete.size() == 4);
    CHECK(walk(m, {.ice = ice, .open = true}) == mine);
    const auto page = Member::must(m.service->of_company({.ice = ice}));
    CHECK(page.rows.front().filer_id == fatima.id);
}

TEST_CASE("whoever acts for the company acts on a dossier that another filed for it; a stranger does not") {
    Member m;
    const auto done = Member::must(m.service->file(of_company(m, ice, fatima), fatima));
    auto other = ali;
    other.company = ice;
    other.mandate = "m2";
    const auto withdraw = [&](const Actor& who) {
        Ask ask;
        ask.dossier = done.dossier;
        ask.command = Withdraw{"plus besoin"};
        ask.actor = who;
        return m.service->run(ask);
    };
    auto stranger = ali;
    stranger.company = "002136093000040";
    CHECK(withdraw(stranger).error().key == "dossier.role-required");
    CHECK(withdraw(ali).error().key == "dossier.role-required");
    REQUIRE(withdraw(other));
    CHECK(m.get(done.dossier).state.phase == Phase::withdrawn);
}
