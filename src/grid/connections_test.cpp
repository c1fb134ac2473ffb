// Requests for a connection as they live: filed, checked and reserved at once; granted, connected, given back, run out.
#include "grid/connection_record.hpp"
#include "grid/connections.hpp"
#include "grid/connections_world.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::grid;
using namespace wasl::grid::test;
using dossier::Phase;

TEST_CASE("a load that the network carries is reserved in the transaction that files it, with its record") {
    Utility u(street(10));
    const auto id = u.file({.point = "5", .load_kw = "80"});
    const auto state = u.state(id);
    REQUIRE(state.check.has_value());
    CHECK(state.check->subject == connection_subject);
    CHECK(state.check->outcome == "granted");
    CHECK(state.check->satisfied);
    CHECK(state.phase == Phase::examination);
    const auto record = must(record_from(state.check->record));
    CHECK(record.hash == u.network->model->hash());
    CHECK(record.request.bus == 5);
    CHECK(must(recheck(record, u.network->model->network())).differences.empty());
    const auto holding = u.holding(id);
    CHECK(holding.state == HoldState::reserved);
    CHECK(holding.load_kw == 80);
    CHECK(holding.load_kvar == doctest::Approx(38.745).epsilon(0.001));
    CHECK(*holding.until == u.m.clock.now().plus_seconds(60 * 86'400));
    CHECK(state.check->record.find("reserved_until")->text_or("") == holding.until->iso());
    CHECK(u.m.audit() == "");
}

TEST_CASE("the meter of a neighbour, the name of a bus, or its number say where") {
    Utility u(street(10));
    for (const auto& [typed, bus] : {std::pair("M-77", 9), std::pair(" 7 ", 7), std::pair("kiosk nord", 4)}) {
        CHECK(u.holding(u.file({.point = typed, .load_kw = "1"})).bus == bus);
    }
}

TEST_CASE("what somebody else holds is not given again: the second gets the rest, the third an engineer") {
    Utility u(street(10));
    const auto first = u.file({.point = "11", .load_kw = "600"});
    const auto second = u.file({.point = "11", .load_kw = "9000"});
    const auto third = u.file({.point = "10", .load_kw = "9000"});
    CHECK(u.state(first).check->outcome == "granted");
    CHECK(u.state(second).check->outcome == "granted-up-to");
    CHECK_FALSE(u.state(second).check->satisfied);
    CHECK(u.margin() >= 0);
    const auto last = *u.state(third).check;
    CAPTURE(json::write(json::Value(last.record)));
    CHECK((last.outcome == "study" || u.holding(third).load_kw < 20));
    CHECK(last.record.find("binding")->object() != nullptr);
    CHECK(u.margin() >= 0);
    must(u.ask(first, dossier::Withdraw{"changed my mind"}, u.person));
    CHECK(u.holding(first).state == HoldState::released);
    const auto fourth = u.file({.point = "10", .load_kw = "500"});
    CHECK(u.state(fourth).check->outcome == "granted");
    CHECK(u.margin() >= 0);
    CHECK(u.m.audit() == "");
}

TEST_CASE("the same filing sent again is one request and one holding; a filing that fails holds nothing") {
    Utility u(street(10));
    Want want{.point = "5", .load_kw = "80", .once = "k1"};
    const auto id = u.file(want);
    CHECK(u.file(want) == id);
    CHECK(u.counted_kw() == 80);
    u.crash_next = true;
    want.once = "k2";
    CHECK(key_of(u.try_file(want)) == "test.crash");
    CHECK(u.counted_kw() == 80);
    CHECK(must(all_holdings(*must(u.m.store->read()))).size() == 1);
    const auto again = u.file(want);
    CHECK(again != id);
    CHECK(u.counted_kw() == 160);
}

TEST_CASE("one person holds so many open requests; the next goes to an engineer, who may still settle it; the counter is not bound") {
    Utility u(street(10), false, {.most_open = 2});
    const auto problem = [&](const std::string& id) {
        const auto check = *u.state(id).check;
        const auto* key = check.record.find("problem");
        return key == nullptr ? check.outcome : std::string(key->text_or(""));
    };
    const auto first = u.file({.point = "5", .load_kw = "10"}), second = u.file({.point = "5", .load_kw = "10"});
    CHECK(problem(second) == "granted");
    const auto third = u.file({.point = "5", .load_kw = "10"});
    CHECK(problem(third) == "grid.open-many");
    CHECK(u.state(third).phase == Phase::examination);  // never refused
    CHECK(u.counted_kw() == 20);
    must(u.ask(second, dossier::CheckAgain{{}}, u.agent));
    CHECK(problem(second) == "granted");  // what is held is kept
    must(u.ask(third, dossier::CheckAgain{{{"load_kw", "8"}}}, u.agent));
    CHECK(u.holding(third).load_kw == 8);
    CHECK(problem(u.file({.point = "5", .load_kw = "10"})) == "grid.open-many");
    // A granted one is open until it is connected; what is given back makes room.
    must(u.grant(first));
    CHECK(problem(u.file({.point = "5", .load_kw = "10"})) == "grid.open-many");
    must(u.m.store->run([&](store::Transaction& tx) { return take_up(tx, first, "agent"); }));
    must(u.ask(second, dossier::Withdraw{"no need"}, u.person));
    CHECK(problem(u.file({.point = "5", .load_kw = "10"})) == "granted");
    // Somebody else, and the counter.
    auto counter = u.filing({.point = "5", .load_kw = "10"});
    counter.channel = "counter";
    CHECK(problem(must(u.service->file(counter, u.person)).dossier) == "granted");
    auto other = u.filing({.point = "5", .load_kw = "10"});
    other.applicant.person = "p-other";
    CHECK(problem(must(u.service->file(other, u.person)).dossier) == "granted");
}

TEST_CASE("an incomplete file takes nothing; once complete it is checked, and checked anew when its answers change") {
    Utility u(street(10));
    const auto id = u.file({.point = "5", .load_kw = ""});
    CHECK(u.state(id).phase == Phase::incomplete);
    CHECK_FALSE(u.state(id).check.has_value());
    CHECK(u.counted_kw() == 0);
    must(u.ask(id, dossier::AmendAnswers{{{"load_kw", json::Number{"70"}}}}, u.person));
    REQUIRE(u.state(id).check.has_value());
    CHECK(u.counted_kw() == 70);
}

TEST_CASE("whatever is typed is an outcome for an engineer, in words of its own, and takes nothing") {
    Utility u(street(10));
    const auto problem = [&](const Want& want) {
        const auto check = *u.state(u.file(want)).check;
        CHECK(check.outcome == "study");
        CHECK(check.details.empty());
        const auto* key = check.record.find("problem");
        return key == nullptr ? std::string() : std::string(key->text_or(""));
    };
    CHECK(problem({.point = "404", .load_kw = "5"}) == "grid.point-unknown");
    CHECK(problem({.point = "nowhere", .load_kw = "5"}) == "grid.point-unknown");
    CHECK(problem({.point = "1", .load_kw = "5"}) == "grid.at-source");
    CHECK(problem({.point = "5", .load_kw = "-5"}) == "grid.request-power");
    CHECK(problem({.point = "5", .load_kw = "1e30"}) == "grid.request-power");
    CHECK(problem({.point = "5", .load_kw = "5", .power_factor = "3"}) == "grid.power-factor");
    CHECK(problem({.point = "5", .solar_kw = "5000"}) == "grid.solar-authorisation");
    u.network = nullptr;
    CHECK(problem({.point = "5", .load_kw = "5"}) == "grid.no-network");
    // An island, and rules out of their sense: the request says what is the matter with the network, with the place.
    auto island = street(10);
    island.branches[4].in_service = false;
    u.network = NetworkInForce::unfit(ConnectionModel::prepare(island, {}).error());
    const auto id = u.file({.point = "5", .load_kw = "5"});
    const auto check = *u.state(id).check;
    CHECK(check.outcome == "study");
    CHECK(check.record.find("problem")->text_or("") == "grid.island");
    CHECK(check.record.find("detail")->text_or("") == "bus 6 and 5 more");
    must(u.grant(id));  // an engineer grants it by books kept elsewhere
    u.network = NetworkInForce::unfit(ConnectionModel::prepare(street(10), {.step_kw = -1}).error());
    CHECK(problem({.point = "5", .load_kw = "5"}) == "grid.connection-rules");
    CHECK(u.counted_kw() == 0);
}

TEST_CASE("a ring is closed: what was reserved on two feeders stands on one, and both count for who asks next") {
    auto network = street(6);
    network.buses.push_back({.number = 90, .name = "", .load_mw = 0.01, .base_kv = 20});
    network.branches.push_back({.from = 0, .to = 7, .r = 0.05, .x = 0.04});
    network.branches.push_back({.from = 6, .to = 7, .in_service = false, .r = 0.05, .x = 0.04, .name = "tie"});
    Utility u(network);
    const auto one = u.file({.point = "7", .load_kw = "500"}), other = u.file({.point = "90", .load_kw = "400"});
    CHECK(u.holding(one).feeder == "2");
    CHECK(u.holding(other).feeder == "90");
    network.branches.back().in_service = true;
    u.set(network);
    const auto third = u.file({.point = "3", .load_kw = "30"});
    for (const auto& id : {one, other, third}) CHECK(u.holding(id).feeder == "2");
    const auto record = u.state(third).check->record;
    CHECK(record.find("held")->array()->size() == 2);
    CHECK((*record.find("method"))["power_flow"].text_or("") == "Newton-Raphson");
    CHECK(u.m.audit() == "");
}

TEST_CASE("what becomes a study gives back what was reserved for it") {
    Utility u(street(10));
    const auto id = u.file({.point = "5", .load_kw = "80"});
    CHECK(u.counted_kw() == 80);
    must(u.ask(id, dossier::CheckAgain{{{"connection_point", "404"}}}, u.agent));
    CHECK(u.state(id).check->outcome == "study");
    CHECK(u.counted_kw() == 0);
    CHECK(u.holding(id).why == "study");
}

TEST_CASE("law 82-21: the record of a roof names the regime of its power") {
    Utility u(street(10));
    const auto regime = [&](const char* kw) { return std::string(u.state(u.file({.point = "5", .solar_kw = kw})).check->record.find("regime")->text_or("")); };
    CHECK(regime("10.9") == "declaration");
    CHECK(regime("11") == "agreement");
}

TEST_CASE("what is granted by rule is granted with its capacity; what is less than asked waits for an agent") {
    Utility u(street(10), true);
    const auto whole = u.file({.point = "5", .load_kw = "80"});
    CHECK(u.state(whole).phase == Phase::granted);
    CHECK(u.holding(whole).state == HoldState::granted);
    CHECK(*u.holding(whole).until == u.m.clock.now().plus_seconds(365 * 86'400));
    const auto less = u.file({.point = "11", .load_kw = "90000"});
    CHECK(u.state(less).check->outcome == "granted-up-to");
    CHECK(u.state(less).phase == Phase::examination);
    const auto looked_at = u.file({.point = "404", .load_kw = "8"});
    CHECK(u.state(looked_at).phase == Phase::examination);
    CHECK(u.m.audit() == "");
}

TEST_CASE("a grant says how much was found; signing it keeps the capacity until it is connected") {
    Utility u(street(10));
    const auto id = u.file({.point = "11", .load_kw = "90000"});
    const double kw = u.holding(id).load_kw;
    must(u.grant(id));
    const auto state = u.state(id);
    const auto* capacity = state.decision->details.find("capacity");
    REQUIRE(capacity != nullptr);
    CHECK((*capacity)["kw"].number()->text == fmt::format("{}", kw));
    CHECK(u.holding(id).state == HoldState::granted);
    must(u.m.store->run([&](store::Transaction& tx) -> Result<void> { return take_up(tx, id, "a-1"); }));
    u.m.clock.set(u.m.clock.now().plus_seconds(900LL * 86'400));
    CHECK(u.counted_kw() == kw);
    CHECK(u.m.audit() == "");
}

TEST_CASE("nothing is granted without capacity: after a study an agent has less checked, and that is granted") {
    Utility u(street(10, 300));
    const auto id = u.file({.point = "11", .load_kw = "9000"});
    REQUIRE(u.state(id).check->outcome == "study");
    CHECK(key_of(u.grant(id)) == "grid.no-capacity");
    CHECK(key_of(u.ask(id, dossier::CheckAgain{{{"load_kw", "50"}}}, u.person)) == "dossier.role-required");
    must(u.ask(id, dossier::ReturnProposal{"no capacity"}, u.agent));
    u.set(street(10));  // the network was relieved
    must(u.ask(id, dossier::CheckAgain{{{"load_kw", "50"}}}, u.agent));
    CAPTURE(json::write(json::Value(u.state(id).check->record)));
    CHECK(u.state(id).check->outcome == "granted");
    CHECK_FALSE(u.state(id).check->satisfied);  // less than was asked
    CHECK(u.holding(id).load_kw == 50);
    must(u.grant(id));
    CHECK(u.holding(id).state == HoldState::granted);
    CHECK(u.holding(id).network == u.network->model->hash());
}

TEST_CASE("a reservation that ran out falls back; its grant takes it anew while it is there, else says that it is gone") {
    Utility u(street(10));
    const auto slow = u.file({.point = "11", .load_kw = "700"});
    u.m.clock.set(u.m.clock.now().plus_seconds(61LL * 86'400));
    CHECK(u.counted_kw() == 0);
    const auto quick = u.file({.point = "11", .load_kw = "700"});
    CHECK(u.state(quick).check->outcome == "granted");
    CHECK(u.holding(slow).state == HoldState::expired);
    CHECK(key_of(u.grant(slow)) == "grid.capacity-gone");
    must(u.ask(quick, dossier::Withdraw{"no"}, u.person));
    must(u.sign(slow));
    CHECK(u.holding(slow).state == HoldState::granted);
    CHECK(u.counted_kw() == 700);
    CHECK(u.margin() >= 0);
}

TEST_CASE("a refusal by the authority gives the capacity back") {
    Utility u(street(10));
    const auto id = u.file({.point = "5", .load_kw = "80"});
    must(u.ask(id, dossier::Propose{dossier::Outcome::refused, "arrears", {}, {}}, u.agent));
    CHECK(u.counted_kw() == 80);  // not decided yet
    must(u.sign(id));
    CHECK(u.counted_kw() == 0);
    CHECK(u.holding(id).why == "refused");
}

TEST_CASE("a file of another procedure is none of this") {
    Utility u(street(10));
    auto filing = u.m.filing();
    const auto done = must(u.service->file(std::move(filing), dossier::test::fatima));
    CHECK_FALSE(u.state(done.dossier).check.has_value());
    CHECK(key_of(u.ask(done.dossier, dossier::CheckAgain{}, u.agent)) == "dossier.nothing-to-check");
}
