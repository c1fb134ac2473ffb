// Connections on networks with loops, several sources and generators that hold their voltage: by Newton's method, judged by
// an oracle that knows nothing of feeders.
#include "grid/connection_record.hpp"
#include "grid/network_csv.hpp"
#include "grid/testing.hpp"

#include <doctest/doctest.h>

#include <fmt/format.h>

using namespace wasl;
using namespace wasl::grid;
using namespace wasl::grid::test;

namespace {

ConnectionCheck meshed_check(const Network& network, const ConnectionRequest& request, const std::vector<HeldCapacity>& held = {},
                             const ConnectionRules& rules = {}) {
    return must(check_connection(*must(ConnectionModel::prepare(network, rules)), request, held));
}

// A check's grant, or another number of kilowatts of the same request, as something held.
HeldCapacity as_held(const ConnectionRequest& request, double kw) {
    if (request.solar_kw > 0) return {request.bus, 0, 0, kw};
    return {request.bus, kw, kw * std::sqrt(1 / (request.power_factor * request.power_factor) - 1), 0};
}

std::vector<HeldCapacity> and_also(std::vector<HeldCapacity> held, const ConnectionRequest& request, double kw) {
    held.push_back(as_held(request, kw));
    return held;
}

// The hours in which a request does something; a limit broken in the others is not held against it.
ConnectionRules acting(ConnectionRules rules, const ConnectionRequest& request) {
    std::erase_if(rules.hours, [&](const WorstHour& hour) { return !((request.load_kw > 0 ? hour.new_load : hour.sun) > 0); });
    return rules;
}

// A tree with chords. Limits a little apart from the usual, so that they bind.
Network random_mesh(std::mt19937& random) {
    auto out = random_tree(random);
    const auto size = static_cast<std::uint32_t>(out.buses.size());
    for (unsigned i = 0; i <= random() % 3; ++i) {
        const auto from = static_cast<std::uint32_t>(random() % size), to = static_cast<std::uint32_t>(random() % size);
        if (from == to) continue;
        out.branches.push_back({.from = from, .to = to, .r = 0.03, .x = 0.05, .rating_mva = random() % 2 == 0 ? 0.0 : 0.4, .name = fmt::format("chord {}", i)});
    }
    return out;
}

ConnectionRules narrow_rules() {
    ConnectionRules out;
    out.lowest_pu = 0.93;
    out.highest_pu = 1.06;
    out.hours[1].load = 0.2;
    return out;
}

}  // namespace

TEST_CASE("a ring is checked by Newton's method: granted whole, with the voltages of both hours") {
    const auto network = ring(10);
    const ConnectionRequest request{.bus = 6, .load_kw = 300, .power_factor = 0.8};
    const auto check = meshed_check(network, request);
    CHECK(check.outcome == ConnectionOutcome::granted);
    CHECK(check.meshed);
    CHECK(check.granted_kvar == doctest::Approx(225));
    REQUIRE(check.hours.size() == 2);
    for (std::size_t i = 0; i < 2; ++i) {
        const auto there = must(study(in_hour(network, ConnectionRules{}.hours[i], {as_held(request, 300)}), Method::newton));
        CHECK(check.hours[i].lowest_pu == doctest::Approx(there.buses[there.lowest].magnitude_pu).epsilon(1e-9));
        CHECK(check.hours[i].lowest_bus == network.buses[there.lowest].number);
    }
    // Fed from both sides a ring carries more than the same street open at one end.
    const ConnectionRequest far{.bus = 11, .load_kw = 50'000};
    auto open = network;
    open.branches.back().in_service = false;
    const auto opened = meshed_check(open, far);
    CHECK_FALSE(opened.meshed);
    CHECK(meshed_check(network, far).granted_kw > 1.5 * opened.granted_kw);
}

TEST_CASE("a ring closed by a switch is a ring, open it is a street") {
    auto network = ring(8);
    auto& last = network.branches.back();
    network.buses.push_back({.number = 99, .name = "kiosk", .base_kv = 20});
    last.from = 9;
    network.branches.push_back({.from = 8, .to = 9, .kind = BranchKind::switching, .name = "S1"});
    const ConnectionRequest request{.bus = 9, .load_kw = 60'000};
    const auto closed = meshed_check(network, request);
    CHECK(closed.meshed);
    CHECK(closed.granted_kw == meshed_check(ring(8), request).granted_kw);
    network.branches.back().in_service = false;
    const auto opened = meshed_check(network, request);
    CHECK_FALSE(opened.meshed);
    CHECK(opened.granted_kw == meshed_check(street(8), request).granted_kw);
}

TEST_CASE("what hangs together is one feeder; a radial one beside a ring is solved by the sweep and feels nothing of it") {
    auto network = ring(4);  // buses 1 to 5
    for (std::uint32_t i = 0; i < 2; ++i) {
        network.buses.push_back({.number = 70 + i, .name = "", .load_mw = 0.01, .base_kv = 20});
        network.branches.push_back({.from = i == 0 ? 0U : 5U, .to = 5 + i, .r = 0.05, .x = 0.04});
    }
    // A second source, joined to the first by a line of its own, feeds two buses from their other side.
    network.buses.push_back({.number = 90, .name = "", .kind = BusKind::reference, .base_kv = 20});
    network.generators.push_back({.bus = 7});
    network.branches.push_back({.from = 0, .to = 7, .r = 0.05, .x = 0.04, .name = "between sources"});
    const auto model = must(ConnectionModel::prepare(network, {}));
    REQUIRE(model->feeders().size() == 2);
    CHECK(model->feeders()[0].id == "2");
    CHECK(model->feeders()[0].buses == 4);
    CHECK(model->feeders()[0].meshed);
    CHECK(model->feeders()[1].id == "70");
    CHECK_FALSE(model->feeders()[1].meshed);
    for (const auto bus : {2, 3, 4, 5}) CHECK(must(model->feeder_of(bus)) == "2");
    CHECK(key_of(model->feeder_of(90)) == "grid.at-source");
    const ConnectionRequest aside{.bus = 71, .load_kw = 50'000};
    const std::vector<HeldCapacity> there{{3, 9'000, 0, 0}};
    CHECK(must(check_connection(*model, aside, there)).granted_kw == must(check_connection(*model, aside, {})).granted_kw);
    CHECK(must(check_connection(*model, {.bus = 5, .load_kw = 90'000}, there)).granted_kw <
          must(check_connection(*model, {.bus = 5, .load_kw = 90'000}, {})).granted_kw - 3'000);
    // The line between the sources now leads to bus 71: all of that is one.
    network.branches.back().from = 6;
    const auto joined = must(ConnectionModel::prepare(network, {}));
    CHECK(joined->feeders()[1].meshed);
    CHECK(joined->feeders()[1].buses == 2);
}

TEST_CASE("property: a branch laid as two of twice its impedance changes no answer, though it makes a loop") {
    std::mt19937 random(20'261'123);
    int less = 0;
    for (int round = 0; round < 150; ++round) {
        auto network = random_tree(random);
        const auto split = random() % network.branches.size();
        network.branches[split].rating_mva = 0;
        auto twice = network;
        auto& half = twice.branches[split];
        half.r *= 2, half.x *= 2, half.b /= 2;
        twice.branches.push_back(half);
        ConnectionRequest request{.bus = network.buses[1 + random() % (network.buses.size() - 1)].number, .load_kw = 1.0 + static_cast<double>(random() % 9'000)};
        if (round % 2 == 0) std::swap(request.load_kw, request.solar_kw);
        const std::vector<HeldCapacity> held{{network.buses[1 + random() % (network.buses.size() - 1)].number, 40, 10, 30}};
        const auto by_sweep = meshed_check(network, request, held, narrow_rules()), by_newton = meshed_check(twice, request, held, narrow_rules());
        if (!by_newton.meshed) continue;  // another feeder's branch
        CAPTURE(round);
        CHECK_FALSE(by_sweep.meshed);
        CHECK(by_newton.outcome == by_sweep.outcome);
        CHECK(by_newton.granted_kw == by_sweep.granted_kw);
        CHECK(by_newton.binding.has_value() == by_sweep.binding.has_value());
        if (by_sweep.binding && by_newton.binding) {
            CHECK(by_newton.binding->kind == by_sweep.binding->kind);
            CHECK(by_newton.binding->bus == by_sweep.binding->bus);
            CHECK(by_newton.binding->value == doctest::Approx(by_sweep.binding->value).epsilon(1e-8));
            ++less;
        }
        for (std::size_t i = 0; i < 2; ++i) CHECK(by_newton.hours[i].lowest_pu == doctest::Approx(by_sweep.hours[i].lowest_pu).epsilon(1e-9));
    }
    CHECK(less > 20);
}

TEST_CASE("property: on random meshes what is granted holds by an independent judge, and one step more does not") {
    std::mt19937 random(8);
    int granted = 0, less = 0;
    for (int round = 0; round < 200; ++round) {
        const auto network = random_mesh(random);
        ConnectionRequest request{.bus = network.buses[1 + random() % (network.buses.size() - 1)].number, .load_kw = 1.0 + static_cast<double>(random() % 4'000)};
        if (round % 2 == 0) std::swap(request.load_kw, request.solar_kw);
        const auto rules = narrow_rules();
        const auto judged = acting(rules, request);
        if (margin(network, judged, std::vector<HeldCapacity>{}) < 0) continue;  // another feeder's limit is none of this request's
        const auto check = meshed_check(network, request, {}, rules);
        CAPTURE(round);
        CHECK(margin(network, judged, and_also({}, request, check.granted_kw)) > -1e-7);
        if (check.outcome == ConnectionOutcome::granted) {
            ++granted;
            continue;
        }
        ++less;
        REQUIRE(check.binding.has_value());
        CHECK(check.binding->kind != LimitKind::no_convergence);
        CHECK(margin(network, judged, and_also({}, request, std::min(check.granted_kw + rules.step_kw, request.asked_kw()))) < 1e-7);
    }
    CHECK(granted > 20);
    CHECK(less > 20);
}

TEST_CASE("property: what is granted in a mesh still holds when any of those who hold capacity give it back") {
    std::mt19937 random(31);
    int relieved = 0, grants = 0;
    for (int round = 0; round < 120; ++round) {
        const auto network = random_mesh(random);
        const auto rules = narrow_rules();
        const auto model = must(ConnectionModel::prepare(network, rules));
        std::vector<HeldCapacity> held;
        const bool sun = round % 3 == 0;
        for (int i = 0; i < 5; ++i) {
            ConnectionRequest request{.bus = network.buses[1 + random() % (network.buses.size() - 1)].number, .load_kw = 50.0 + static_cast<double>(random() % 1'500)};
            if (sun) std::swap(request.load_kw, request.solar_kw);
            const auto check = must(check_connection(*model, request, held));
            if (check.outcome == ConnectionOutcome::study) continue;
            const bool all_there = margin(network, acting(rules, request), and_also(held, request, std::min(check.granted_kw + 1, request.asked_kw()))) > 1e-4;
            relieved += check.outcome == ConnectionOutcome::granted_up_to && all_there ? 1 : 0;
            held.push_back(as_held(request, check.granted_kw));
            ++grants;
        }
        const auto judged = acting(rules, sun ? ConnectionRequest{.solar_kw = 1} : ConnectionRequest{.load_kw = 1});
        if (margin(network, judged, std::vector<HeldCapacity>{}) < 0) continue;
        for (unsigned who = 0; who < 1U << held.size(); ++who) {
            std::vector<HeldCapacity> some;
            for (std::size_t i = 0; i < held.size(); ++i) {
                if ((who >> i & 1U) != 0) some.push_back(held[i]);
            }
            CAPTURE(round);
            CAPTURE(who);
            CHECK(margin(network, judged, some) > -1e-7);
        }
    }
    CHECK(grants > 100);
    CHECK(relieved > 0);  // it did happen that somebody's load would have made room
}

TEST_CASE("in a ring nobody is granted what rests on the load of the neighbour across") {
    auto network = ring(2, 0);  // source - 2 - 3 - source
    network.branches[1].rating_mva = 0.5;
    network.branches[1].name = "between";
    const ConnectionRequest request{.bus = 2, .load_kw = 9'000};
    const auto alone = meshed_check(network, request);
    REQUIRE(alone.outcome == ConnectionOutcome::granted_up_to);
    REQUIRE(alone.binding->name == "between");
    const std::vector<HeldCapacity> across{as_held({.bus = 3, .load_kw = 1'200}, 1'200)};
    const auto beside = meshed_check(network, request, across);
    // With the neighbour's load there the line between carries less; he may go, and then it would carry too much.
    CHECK(margin(network, acting({}, request), and_also(across, request, alone.granted_kw + 500)) > 0);
    CHECK(beside.granted_kw <= alone.granted_kw);
    CHECK(beside.granted_kw > alone.granted_kw * 0.9);
    CHECK(beside.binding->name == "between");
}

TEST_CASE("a generator that holds its voltage: the worse of with and without its help, and away in the evening") {
    auto network = street(10);
    network.buses[8].kind = BusKind::generator;
    network.generators.push_back({.bus = 8, .p_mw = 1.5, .q_mvar = 4, .voltage_pu = 1.02});
    auto away = network;
    away.generators.back().in_service = false;
    const ConnectionRequest load{.bus = 11, .load_kw = 20'000}, sun{.bus = 11, .solar_kw = 20'000};
    const auto evening = meshed_check(network, load);
    CHECK(evening.meshed);
    CHECK(evening.granted_kw == meshed_check(away, load).granted_kw);
    // Without reactive power of its own, as a judge by Newton's method alone sees it.
    auto plain = network;
    plain.buses[8].kind = BusKind::load;
    plain.generators.back().q_mvar = 0;
    const auto midday = meshed_check(network, sun);
    CHECK(midday.granted_kw > 0);
    const auto judged = acting({}, sun);
    for (const auto& judge : {plain, network}) CHECK(margin(judge, judged, {as_held(sun, midday.granted_kw)}) >= 0);
    CHECK(std::min(margin(plain, judged, {as_held(sun, midday.granted_kw + 1)}), margin(network, judged, {as_held(sun, midday.granted_kw + 1)})) < 0);
}

TEST_CASE("where Newton's method finds nothing an engineer looks, and is told so in those words") {
    ConnectionRules rules;
    rules.lowest_pu = 0.501;
    auto network = ring(10);
    const auto check = meshed_check(network, {.bus = 6, .load_kw = 99'000, .power_factor = 1}, {}, rules);
    CHECK(check.outcome == ConnectionOutcome::study);
    CHECK(check.granted_kw == 0);
    REQUIRE(check.binding.has_value());
    CHECK(check.binding->kind == LimitKind::no_convergence);
    CHECK_FALSE(check.beyond_already);
    for (auto& bus : network.buses) bus.load_mw *= 500;  // today already
    const auto record = must(recorded_check(*must(ConnectionModel::prepare(network, rules)), {.bus = 6, .load_kw = 5}, {}, Instant{1}));
    CHECK(record.check.outcome == ConnectionOutcome::study);
    CHECK(record.check.beyond_already);
    CHECK(check_text(record).find("Newton's method finds none") != std::string::npos);
    CHECK(must(recheck(must(record_from(record_json(record))), network)).differences.empty());
}

TEST_CASE("the record of a meshed check says its method and tolerance, and is found the same when it is run again") {
    auto network = ring(10);
    network.branches[3].rating_mva = 0.7;
    const auto model = must(ConnectionModel::prepare(network, {}));
    const std::vector<HeldCapacity> held{{5, 10.1, 3.3, 0}, {8, 0.1, 0.2, 7}, {5, 1.7, 0, 0}};
    for (const ConnectionRequest& request : {ConnectionRequest{.bus = 9, .load_kw = 20}, ConnectionRequest{.bus = 5, .load_kw = 4'000, .power_factor = 0.83}}) {
        const auto record = must(recorded_check(*model, request, held, Instant{1'790'000'000'000'000}));
        const json::Value written = record_json(record);
        CHECK(written["method"]["power_flow"].text_or("") == "Newton-Raphson");
        CHECK(written["method"]["same_within"].number()->text == "1e-06");
        CHECK(written["method"]["most_iterations"].integer() == 10);
        const auto text = json::write_pretty(written);
        const auto read = must(record_from(must(json::parse(text))));
        CHECK(json::write_pretty(record_json(read)) == text);
        CHECK(must(recheck(read, network)).differences.empty());
        auto forged = read;
        forged.check.meshed = false;
        CHECK(must(recheck(forged, network)).differences == std::vector<std::string>{"method"});
        auto open = network;
        open.branches.back().in_service = false;
        CHECK(must(recheck(read, open)).differences.front() == "network.hash");
    }
    auto unknown = record_json(must(recorded_check(*model, {.bus = 9, .load_kw = 20}, {}, Instant{1})));
    unknown.set("method", json::Object{{"power_flow", "guessing"}, {"power_flows", 2}});
    CHECK(key_of(record_from(json::Value(unknown))) == "grid.record-malformed");
}
