#include "dossier/impl/member_world.hpp"
#include "dossier/impl/rows.hpp"

#include <random>
#include <set>

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

namespace {

const Actor reader{.id = "a-said", .name = "Said Bennani", .roles = {Role::caseworker}, .office = "urbanisme", .purpose = "queue"};

std::vector<std::string> walk(Member& m, ListQuery query) {
    std::vector<std::string> ids;
    do {
        const auto page = Member::must(m.service->list(query, reader));
        for (const auto& row : page.rows) ids.push_back(row.id);
        query.after = page.next;
    } while (!query.after.empty());
    return ids;
}

}  // namespace

TEST_CASE("the queue stands in order of the legal deadline, over several offices, page by page, exactly once each") {
    Member m;
    std::vector<std::string> all;
    for (int i = 0; i < 23; ++i) {
        auto filing = m.filing();
        filing.office = i % 3 == 0 ? "etat-civil" : i % 3 == 1 ? "urbanisme" : "hygiene";
        if (i % 5 == 0) filing.pieces.clear();
        all.push_back(Member::must(m.service->file(filing, fatima)).dossier);
        m.clock.advance_seconds(i % 2 == 0 ? 86'400 : 60);
    }
    ListQuery query{.offices = {"urbanisme", "etat-civil"}, .limit = 4};
    const auto ids = walk(m, query);
    CHECK(std::set<std::string>(ids.begin(), ids.end()).size() == ids.size());
    CHECK(ids.size() == 16);
    Instant last{};
    for (const auto& id : ids) {
        const auto due = rows::list_due(m.get(id).state);
        REQUIRE(due.has_value());
        CHECK(*due >= last);
        last = *due;
    }
    query.order = Order::received;
    const auto newest = walk(m, query);
    CHECK(newest.size() == 16);
    for (std::size_t i = 1; i < newest.size(); ++i) CHECK(m.get(newest[i - 1]).state.filed_at >= m.get(newest[i]).state.filed_at);
    query.phase = Phase::incomplete;
    for (const auto& id : walk(m, query)) CHECK(m.get(id).state.phase == Phase::incomplete);
    query.order = Order::due;
    const auto incomplete = walk(m, query);
    CHECK(incomplete.size() == 3);
    query.phase.reset();
    query.procedure = "building-permit";
    CHECK(walk(m, query).size() == 16);
    query.procedure = "other";
    CHECK(walk(m, query).empty());
    CHECK(Member::must(m.service->list({.offices = {}}, reader)).rows.empty());
    CHECK(Member::must(m.service->list({.offices = {"urbanisme", "etat-civil"}, .limit = 2}, reader)).total == 16);
}

TEST_CASE("full-text search finds folded words of names, answers and references, never sensitive answers") {
    Member m;
    const auto done = m.filed();
    REQUIRE(m.store->settle().has_value());
    const auto found = [&](std::string words, std::string office = "urbanisme") {
        return Member::must(m.service->list({.offices = {office}, .words = std::move(words)}, reader)).rows.size();
    };
    CHECK(found("فاطمه") == 1);  // ta marbuta typed as ha
    CHECK(found("amrani FATIMA") == 1);
    CHECK(found("السلام") == 1);
    CHECK(found("000001") == 1);
    CHECK(found("ab123456") == 1);
    CHECK(found("amr*") <= 1);
    CHECK(found("secretword") == 0);
    CHECK(found("nobody") == 0);
    CHECK(found("***") == 0);
    CHECK(found("amrani", "etat-civil") == 0);
    const auto page = Member::must(m.service->list({.offices = {"urbanisme"}, .words = "amrani"}, reader));
    CHECK(page.total == 1);
    CHECK_FALSE(page.more_than_total);
}

TEST_CASE("every look is in the journal with office and purpose, and the person sees it") {
    Member m;
    const auto id = m.filed().dossier;
    const auto other = m.filed().dossier;
    Actor said_now = reader;
    said_now.purpose = "examination";
    CHECK(m.service->look(id, {"urbanisme"}, said_now, "dossier").has_value());
    CHECK(m.get(id).version == 1);  // a look is not a change
    CHECK(m.service->look(id, {"etat-civil"}, said_now, "dossier").error().key == "dossier.unknown");
    CHECK(m.service->look("nothing", {"urbanisme"}, said_now, "dossier").error().key == "dossier.unknown");
    CHECK(Member::must(m.service->list({.offices = {"urbanisme"}}, reader)).rows.size() == 2);
    std::size_t exported = 0;
    CHECK(Member::must(m.service->each({.offices = {"urbanisme"}}, reader, [&](const Summary&) -> Result<void> { ++exported; return {}; })) == 2);
    CHECK(exported == 2);
    REQUIRE(m.store->settle().has_value());
    const auto seen = Member::must(m.service->looks(id));
    REQUIRE(seen.size() == 3);
    std::multiset<std::string> what;
    for (const auto& look : seen) {
        what.insert(look.what);
        CHECK(look.who == "Said Bennani");
        CHECK(look.office == "urbanisme");
        CHECK_FALSE(look.purpose.empty());
    }
    CHECK(what == std::multiset<std::string>{"dossier", "list", "export"});
    CHECK(Member::must(m.service->looks(other)).size() == 2);
    // a list is one entry: filed ×2, look, list, export
    CHECK(Member::must(Member::must(m.store->read())->journal_size()) == 5);
    CHECK(m.audit() == "");
}

TEST_CASE("property: no list, search, export or look gives a dossier outside the actor's offices") {
    Member m;
    std::mt19937 random(5);
    const std::vector<std::string> offices = {"a", "b", "c", "d"};
    std::vector<std::string> ids;
    for (int i = 0; i < 40; ++i) {
        auto filing = m.filing(random() % 2 == 0);
        filing.office = offices[random() % 4];
        ids.push_back(Member::must(m.service->file(filing, fatima)).dossier);
        m.clock.advance_seconds(random() % 100'000);
    }
    REQUIRE(m.store->settle().has_value());
    for (int round = 0; round < 60; ++round) {
        std::set<std::string> scope;
        for (const auto& office : offices) {
            if (random() % 2 == 0) scope.insert(office);
        }
        ListQuery query{.offices = {scope.begin(), scope.end()}, .limit = 1 + random() % 7};
        if (random() % 2 == 0) query.words = "amrani";
        if (random() % 3 == 0) query.phase = Phase::examination;
        if (random() % 3 == 0) query.order = Order::received;
        if (random() % 4 == 0) query.procedure = "building-permit";
        CAPTURE(round);
        for (const auto& id : walk(m, query)) CHECK(scope.contains(m.get(id).state.file.office));
        CHECK(m.service->each(query, reader, [&](const Summary& row) -> Result<void> {
            CHECK(scope.contains(row.office));
            return {};
        }).has_value());
        const auto& id = ids[random() % ids.size()];
        Actor actor = reader;
        actor.office = scope.empty() ? "none" : *scope.begin();
        const bool seen = m.service->look(id, {scope.begin(), scope.end()}, actor, "dossier").has_value();
        CHECK(seen == scope.contains(m.get(id).state.file.office));
    }
    CHECK(m.audit() == "");
}

TEST_CASE("a desk asked for an opinion finds the file, may look at it, and no other desk may") {
    Member m;
    const auto id = m.filed().dossier;
    CHECK(m.ask(id, RequestOpinion{"agence-urbaine", "the road?", 5}, said).has_value());
    CHECK(Member::must(m.service->asked_of("agence-urbaine", agency)).size() == 1);
    CHECK(Member::must(m.service->asked_of("hygiene", agency)).empty());
    CHECK(m.service->look(id, {"agence-urbaine"}, agency, "dossier").has_value());
    CHECK(m.ask(id, GiveOpinion{"agence-urbaine", Opinion::favourable, ""}, agency).has_value());
    CHECK(Member::must(m.service->asked_of("agence-urbaine", agency)).empty());
}

TEST_CASE("a printed code follows without an account; a wrong one, and a wrong reference, read the same") {
    Member m;
    const auto done = m.filed();
    REQUIRE(done.follow_code.size() == 8);
    CHECK(Member::must(m.service->follow(done.reference, done.follow_code)).state.id == done.dossier);
    CHECK(m.service->follow(" " + done.reference, to_upper_ascii(done.follow_code.substr(0, 4)) + " " + done.follow_code.substr(4)).has_value());
    CHECK(m.service->follow(done.reference, "00000000").error() == m.service->follow("commune-tamri/0/2026/000009", "x").error());
    CHECK(m.service->follow(done.reference, "").error().key == "dossier.unknown");
}

TEST_CASE("the register of incoming files: an office, a span of days, in order of arrival") {
    Member m;
    const auto first = m.filed().dossier;
    m.clock.advance_seconds(86'400);
    const auto second = m.filed().dossier;
    m.clock.advance_seconds(86'400);
    static_cast<void>(m.filed());
    const auto page = Member::must(m.service->incoming("urbanisme", tuesday, tuesday.plus_days(1), 100, "", reader));
    REQUIRE(page.rows.size() == 2);
    CHECK(page.rows[0].id == first);
    CHECK(page.rows[1].id == second);
    CHECK(page.rows[0].reference == "commune-tamri/0/2026/000001");
}

TEST_CASE("a person sees their own, also what they filed for another, and can take everything out") {
    Member m;
    const auto own = m.filed().dossier;
    auto for_child = m.filing();
    for_child.applicant.person = "p-child";
    for_child.representative = Representative{.party = {.person = fatima.id, .name_arabic = "فاطمة"}, .relation = "parent"};
    const auto child = Member::must(m.service->file(for_child, fatima)).dossier;
    CHECK(Member::must(m.service->mine(fatima.id)).size() == 2);
    CHECK(Member::must(m.service->mine("p-child")).size() == 1);
    CHECK(Member::must(m.service->mine("p-stranger")).empty());
    CHECK(concerns(m.get(child).state, fatima.id));
    CHECK_FALSE(concerns(m.get(own).state, ""));
    static_cast<void>(m.service->save_draft({.owner = fatima.id, .procedure = "x"}));
    CHECK(m.service->look(own, {"urbanisme"}, reader, "dossier").has_value());
    const auto out = Member::must(m.service->take_out(fatima.id));
    CHECK(out.find("dossiers")->array()->size() == 2);
    CHECK(out.find("drafts")->array()->size() == 1);
    CHECK(json::write(json::Value(out)).find("secretword") != std::string::npos);  // theirs, so all of it
}

TEST_CASE("erasure: contents go, the leaves and the audit stand, the reference stays taken") {
    Member m;
    const auto done = m.filed();
    const Actor dpo{.id = "a-dpo", .name = "DPO", .roles = {Role::auditor}, .office = "direction"};
    CHECK(m.service->erase(done.dossier, dpo, "retention over").error().key == "dossier.wrong-phase");
    CHECK(m.ask(done.dossier, Withdraw{"x"}, fatima).has_value());
    CHECK(m.service->erase(done.dossier, dpo, " ").error().key == "dossier.reasons-required");
    CHECK(m.service->erase(done.dossier, dpo, "retention over").has_value());
    CHECK(m.service->get(done.dossier).error().key == "dossier.erased");
    CHECK(m.service->by_reference(done.reference).error().key == "dossier.erased");
    CHECK(Member::must(m.service->reference_of(done.dossier)) == done.reference);
    CHECK(Member::must(m.service->mine(fatima.id)).empty());
    REQUIRE(m.store->settle().has_value());
    CHECK(Member::must(m.service->list({.offices = {"urbanisme"}, .words = "amrani"}, reader)).rows.empty());
    CHECK(m.audit() == "");
}

TEST_CASE("recheck names the dossier whose row is not what its journal says") {
    Member m;
    const auto done = m.filed();
    CHECK(m.audit() == "");
    const auto before = m.get(done.dossier);
    REQUIRE(m.store->run([&](store::Transaction& tx) -> Result<void> {
        const auto document = TRY(tx.get("dossier", done.dossier));
        TRY(tx.put("dossier", done.dossier, store::Transaction::any_version, replace_all(document->body, "AB123456", "AB999999"),
                   rows::Fields(before.state, *morocco()).view(), rows::search_text(before.state)));
        return {};
    }).has_value());
    CHECK(m.audit().find("recheck.row-differs") != std::string::npos);
    CHECK(m.audit().find(done.reference) != std::string::npos);
}

TEST_CASE("recheck names a counter that was touched") {
    Member m;
    static_cast<void>(m.filed());
    REQUIRE(m.store->run([](store::Transaction& tx) -> Result<void> {
        TRY(tx.bump("n/urbanisme/examination", 1));
        return {};
    }).has_value());
    CHECK(m.audit().find("recheck.counter-differs") != std::string::npos);
}

TEST_CASE("recheck names a dossier whose queue, day or reference is not what its journal says") {
    for (const auto& name : {"office", "phase", "next_due", "applicant"}) {
        CAPTURE(name);
        Member m;
        const auto done = m.filed();
        const auto before = m.get(done.dossier);
        REQUIRE(m.store->run([&](store::Transaction& tx) -> Result<void> {
            const auto document = TRY(tx.get("dossier", done.dossier));
            const rows::Fields right(before.state, *morocco());
            std::vector<store::Field> fields(right.view().begin(), right.view().end());
            std::erase_if(fields, [&](const store::Field& field) { return field.name == name; });
            TRY(tx.put("dossier", done.dossier, store::Transaction::any_version, document->body, fields,
                       rows::search_text(before.state)));
            return {};
        }).has_value());
        CHECK(m.audit().find("recheck.index-differs") != std::string::npos);
        CHECK(m.audit().find(name) != std::string::npos);
    }
}

TEST_CASE("recheck names entries that were emptied while the dossier was not erased") {
    Member m;
    const auto done = m.filed();
    REQUIRE(m.store->run([&](store::Transaction& tx) -> Result<void> {
        TRY(tx.erase_chain(done.dossier));
        return {};
    }).has_value());
    CHECK(m.audit().find("recheck.erased-in-part") != std::string::npos);
}
