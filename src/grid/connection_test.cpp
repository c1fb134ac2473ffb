#include "grid/connection.hpp"
#include "grid/connection_record.hpp"
#include "grid/network_csv.hpp"
#include "grid/testing.hpp"

#include <doctest/doctest.h>

#include <limits>

using namespace wasl;
using namespace wasl::grid;
using namespace wasl::grid::test;

namespace {

std::shared_ptr<const ConnectionModel> model_of(const Network& network, const ConnectionRules& rules = {}) {
    return must(ConnectionModel::prepare(network, rules));
}

ConnectionCheck checked(const Network& network, const ConnectionRequest& request, const std::vector<HeldCapacity>& held = {},
                        const ConnectionRules& rules = {}) {
    return must(check_connection(*model_of(network, rules), request, held));
}

HeldCapacity held_by(const ConnectionRequest& request, double kw) {
    const double kvar = request.load_kw > 0 ? kw * std::sqrt(1 / (request.power_factor * request.power_factor) - 1) : 0;
    return request.load_kw > 0 ? HeldCapacity{request.bus, kw, kvar, 0} : HeldCapacity{request.bus, 0, 0, kw};
}

}  // namespace

TEST_CASE("a load that the network carries is granted whole, with the voltages of both hours as Newton's method has them") {
    const auto network = street(10);
    const ConnectionRequest request{.bus = 11, .load_kw = 300, .power_factor = 0.8};
    const auto check = checked(network, request);
    CHECK(check.outcome == ConnectionOutcome::granted);
    CHECK(check.granted_kw == 300);
    CHECK(check.granted_kvar == doctest::Approx(225));
    CHECK(check.feeder == "2");
    CHECK_FALSE(check.binding.has_value());
    REQUIRE(check.hours.size() == 2);
    for (const auto& hour : ConnectionRules{}.hours) {
        const auto& found = check.hours[hour.name == "midday" ? 1 : 0];
        const auto there = must(study(in_hour(network, hour, {held_by(request, 300)}), Method::newton));
        CHECK(found.hour == hour.name);
        CHECK(found.within);
        CHECK(found.lowest_pu == doctest::Approx(there.buses[there.lowest].magnitude_pu).epsilon(1e-9));
        CHECK(found.lowest_bus == 11);
    }
}

TEST_CASE("more than the voltage allows is granted up to the last step that holds, and the bus is named") {
    const auto network = street(10);
    const ConnectionRequest request{.bus = 11, .load_kw = 20'000};
    const auto check = checked(network, request);
    CHECK(check.outcome == ConnectionOutcome::granted_up_to);
    REQUIRE(check.binding.has_value());
    CHECK(check.binding->kind == LimitKind::voltage_low);
    CHECK(check.binding->bus == 11);
    CHECK(check.binding->hour == "evening");
    CHECK(check.binding->value < 0.9);
    CHECK(check.granted_kw == std::floor(check.granted_kw));
    CHECK(margin(network, {}, {held_by(request, check.granted_kw)}) >= 0);
    CHECK(margin(network, {}, {held_by(request, check.granted_kw + 1)}) < 0);
}

TEST_CASE("the rating of a line, or of a transformer, binds and is named") {
    for (const auto kind : {BranchKind::line, BranchKind::transformer}) {
        auto network = street(4);
        network.branches[1].rating_mva = 0.5;
        network.branches[1].kind = kind;
        if (kind == BranchKind::transformer) network.branches[1].ratio = 0.99;
        network.branches[1].name = "T-7";
        const auto check = checked(network, {.bus = 5, .load_kw = 1'000});
        CHECK(check.outcome == ConnectionOutcome::granted_up_to);
        REQUIRE(check.binding.has_value());
        CHECK(check.binding->kind == (kind == BranchKind::line ? LimitKind::line : LimitKind::transformer));
        CHECK(check.binding->from == 2);
        CHECK(check.binding->to == 3);
        CHECK(check.binding->name == "T-7");
        CHECK(check.binding->limit == 0.5);
        CHECK(check.binding->value > 0.5);
        CHECK(check.hours.front().loading == doctest::Approx(1).epsilon(0.005));
    }
}

TEST_CASE("a roof binds at midday, where it lifts the voltage, whatever the evening is like") {
    auto network = street(10);
    const ConnectionRequest request{.bus = 11, .load_kw = 0, .solar_kw = 9'000};
    const auto check = checked(network, request);
    CHECK(check.outcome == ConnectionOutcome::granted_up_to);
    REQUIRE(check.binding.has_value());
    CHECK(check.binding->kind == LimitKind::voltage_high);
    CHECK(check.binding->hour == "midday");
    CHECK(margin(network, {}, {held_by(request, check.granted_kw)}) >= 0);
    CHECK(margin(network, {}, {held_by(request, check.granted_kw + 1)}) < 0);
    // An evening beyond its limits already is no reason against a roof, which does nothing then; it is told all the same.
    for (auto& bus : network.buses) bus.load_mw *= 9;
    const auto small = checked(network, {.bus = 3, .load_kw = 0, .solar_kw = 5});
    CHECK(small.outcome == ConnectionOutcome::granted);
    CHECK_FALSE(small.hours[0].within);
}

TEST_CASE("a network beyond its limits already, or too little to be of use, is for an engineer: never a refusal") {
    const auto network = street(10, 300);
    const auto check = checked(network, {.bus = 11, .load_kw = 5});
    CHECK(check.outcome == ConnectionOutcome::study);
    CHECK(check.beyond_already);
    CHECK(check.granted_kw == 0);
    REQUIRE(check.binding.has_value());
    CHECK(check.binding->bus == 11);
    ConnectionRules rules;
    rules.smallest_kw = 5'000;
    const auto little = checked(street(10), {.bus = 11, .load_kw = 20'000}, {}, rules);
    CHECK(little.outcome == ConnectionOutcome::study);
    CHECK_FALSE(little.beyond_already);
    CHECK(little.binding.has_value());
}

TEST_CASE("a load so great that the power flow has no solution is answered all the same") {
    ConnectionRules rules;
    rules.lowest_pu = 0.51;
    const auto check = checked(street(10), {.bus = 11, .load_kw = 99'000}, {}, rules);
    CHECK(check.outcome == ConnectionOutcome::granted_up_to);
    REQUIRE(check.binding.has_value());
    CHECK(check.granted_kw > 0);
}

TEST_CASE("what others hold counts, on this feeder and on no other") {
    auto network = street(6);
    network.buses.push_back({.number = 90, .name = "", .load_mw = 0.01, .base_kv = 20});
    network.branches.push_back({.from = 0, .to = 7, .r = 0.05, .x = 0.04});
    const auto model = model_of(network);
    REQUIRE(model->feeders().size() == 2);
    const ConnectionRequest request{.bus = 7, .load_kw = 50'000};
    const auto alone = must(check_connection(*model, request, {}));
    const std::vector<HeldCapacity> here{{6, 500, 100, 0}}, there{{90, 5'000, 100, 0}}, panels{{6, 0, 0, 800}};
    CHECK(must(check_connection(*model, request, here)).granted_kw < alone.granted_kw - 300);
    CHECK(must(check_connection(*model, request, there)).granted_kw == alone.granted_kw);
    CHECK(must(check_connection(*model, request, panels)).granted_kw == alone.granted_kw);  // no sun in the evening
    CHECK(must(holds_within_limits(*model, "2", here)));
    CHECK_FALSE(must(holds_within_limits(*model, "2", std::vector<HeldCapacity>{{7, 90'000, 0, 0}})));
    CHECK(key_of(holds_within_limits(*model, "404", {})) == "grid.point-unknown");
}

TEST_CASE("a bus joined by a closed switch is checked as the point it is") {
    auto network = street(3);
    network.buses.push_back({.number = 50, .name = "kiosk", .load_mw = 0.02, .base_kv = 20});
    network.branches.push_back({.from = 3, .to = 4, .kind = BranchKind::switching, .name = "S1"});
    CHECK(checked(network, {.bus = 50, .load_kw = 9'999}).granted_kw == checked(network, {.bus = 4, .load_kw = 9'999}).granted_kw);
    network.branches.back().in_service = false;
    CHECK(key_of(ConnectionModel::prepare(network, {})) == "grid.island");
    network.buses.back().kind = BusKind::isolated;
    CHECK(key_of(check_connection(*model_of(network), {.bus = 50, .load_kw = 5}, {})) == "grid.point-not-fed");
}

TEST_CASE("a request that makes no sense is told so, each by its key") {
    const auto model = model_of(street(4));
    const auto key = [&](ConnectionRequest request, std::vector<HeldCapacity> held = {}) { return key_of(check_connection(*model, request, held)); };
    constexpr double nan = std::numeric_limits<double>::quiet_NaN(), infinite = std::numeric_limits<double>::infinity();
    CHECK(key({.bus = 3, .load_kw = -5}) == "grid.request-power");
    CHECK(key({.bus = 3, .load_kw = 0}) == "grid.request-power");
    CHECK(key({.bus = 3, .load_kw = nan}) == "grid.request-power");
    CHECK(key({.bus = 3, .load_kw = infinite}) == "grid.request-power");
    CHECK(key({.bus = 3, .load_kw = 100'001}) == "grid.request-power");
    CHECK(key({.bus = 3, .load_kw = 5, .solar_kw = 5}) == "grid.request-power");
    CHECK(key({.bus = 3, .load_kw = 5, .solar_kw = -5}) == "grid.request-power");
    CHECK(key({.bus = 3, .load_kw = 5, .power_factor = 0}) == "grid.power-factor");
    CHECK(key({.bus = 3, .load_kw = 5, .power_factor = 1.01}) == "grid.power-factor");
    CHECK(key({.bus = 404, .load_kw = 5}) == "grid.point-unknown");
    CHECK(key({.bus = 1, .load_kw = 5}) == "grid.at-source");
    CHECK(key({.bus = 3, .load_kw = 5}, {{3, -1, 0, 0}}) == "grid.held");
    CHECK(key({.bus = 3, .load_kw = 5}) == "");
}

TEST_CASE("rules outside their sense prepare no model") {
    ConnectionRules rules;
    const auto key = [&](auto&& change) {
        auto other = rules;
        change(other);
        return key_of(ConnectionModel::prepare(street(3), other));
    };
    CHECK(key([](ConnectionRules& r) { r.step_kw = 0; }) == "grid.connection-rules");
    CHECK(key([](ConnectionRules& r) { r.lowest_pu = 1.2; }) == "grid.connection-rules");
    CHECK(key([](ConnectionRules& r) { r.hours.clear(); }) == "grid.connection-rules");
    CHECK(key([](ConnectionRules& r) { r.hours[0].sun = -1; }) == "grid.connection-rules");
    CHECK(key([](ConnectionRules& r) { r.loading = std::numeric_limits<double>::quiet_NaN(); }) == "grid.connection-rules");
    CHECK(key([](ConnectionRules&) {}) == "");
}

TEST_CASE("on 400 random trees the answer is what Newton's method says: what is granted holds, and one step more does not") {
    std::mt19937 random(20'261'122);
    const auto pick = [&](int most) { return static_cast<int>(random() % static_cast<unsigned>(most)); };
    int granted = 0, less = 0, study_needed = 0;
    for (int round = 0; round < 400; ++round) {
        const auto network = random_tree(random);
        ConnectionRules rules;
        rules.lowest_pu = 0.93;
        rules.highest_pu = 1.06;
        rules.hours[1].load = 0.2;
        const auto at = [&] { return network.buses[1 + static_cast<std::size_t>(pick(static_cast<int>(network.buses.size()) - 1))].number; };
        ConnectionRequest request{.bus = at(), .load_kw = 1.0 + pick(3'000)};
        if (pick(2) == 0) std::swap(request.load_kw, request.solar_kw);
        std::vector<HeldCapacity> held;
        for (int i = pick(4); i > 0; --i) held.push_back({at(), static_cast<double>(pick(100)), static_cast<double>(pick(50)), static_cast<double>(pick(100))});
        const auto check = checked(network, request, held, rules);
        // The oracle looks at the whole network: another feeder beyond its limits is none of this request's.
        if (margin(network, rules, held) < 0) continue;
        auto with = held;
        with.push_back(held_by(request, check.granted_kw));
        CAPTURE(round);
        CHECK(margin(network, rules, with) > -1e-7);
        if (check.outcome == ConnectionOutcome::granted) {
            ++granted;
            CHECK(check.granted_kw == request.asked_kw());
            continue;
        }
        (check.outcome == ConnectionOutcome::study ? study_needed : less) += 1;
        with.back() = held_by(request, std::min(check.granted_kw + rules.step_kw, request.asked_kw()));
        CHECK(margin(network, rules, with) < 1e-7);
        CHECK(check.binding.has_value());
    }
    CHECK(granted > 40);
    CHECK(less > 40);
    CHECK(study_needed >= 0);
}

TEST_CASE("a record is read back, run again and found the same; with another network or another outcome it says what differs") {
    auto network = street(10);
    network.branches[3].rating_mva = 0.7;
    const auto model = model_of(network);
    for (const ConnectionRequest& request : {ConnectionRequest{.bus = 9, .load_kw = 20}, ConnectionRequest{.bus = 9, .load_kw = 2'000, .power_factor = 0.83},
                                             ConnectionRequest{.bus = 9, .load_kw = 0, .solar_kw = 4'000}}) {
        const std::vector<HeldCapacity> held{{5, 10.1, 3.3, 0}, {8, 0.1, 0.2, 7}, {5, 1.7, 0, 0}};
        const auto record = must(recorded_check(*model, request, held, Instant{1'790'000'000'000'000}));
        CHECK(record.hash == network_hash(network));
        CHECK(record.held.size() == 2);
        const auto text = json::write_pretty(record_json(record));
        const auto read = must(record_from(must(json::parse(text))));
        CHECK(json::write_pretty(record_json(read)) == text);
        CHECK(must(recheck(read, network)).differences.empty());
        auto forged = read;
        forged.check.granted_kw += 1;
        CHECK(must(recheck(forged, network)).differences == std::vector<std::string>{"granted_kw"});
        auto other = network;
        other.buses[4].load_mw *= 3;
        const auto differs = must(recheck(read, other)).differences;
        REQUIRE_FALSE(differs.empty());
        CHECK(differs.front() == "network.hash");
        CHECK(differs.back() == "hours");
        CHECK_FALSE(check_text(read).empty());
    }
}

TEST_CASE("a record with a member that is missing or something else is malformed, and says which") {
    const auto record = record_json(must(recorded_check(*model_of(street(4)), {.bus = 3, .load_kw = 5}, {}, Instant{1})));
    for (const auto& [name, value] : record) {
        if (name == "method" || name == "binding") continue;  // "method" is looked at below; no binding is none
        auto broken = record;
        broken.set(name, json::Object{{"x", 1}});
        CAPTURE(name);
        CHECK(key_of(record_from(broken)) == "grid.record-malformed");
        broken.erase(name);
        CHECK(key_of(record_from(broken)) == "grid.record-malformed");
    }
    CHECK(key_of(record_from(json::Value(json::Array{}))) == "grid.record-malformed");
    CHECK(key_of(record_from(json::Value(record))) == "");
}

TEST_CASE("what feeds in already is away when voltage falls furthest, and there when it rises furthest") {
    const auto with = [](auto change) {
        auto network = street(10);
        for (auto& branch : network.branches) branch.rating_mva = 3;
        change(network);
        return must(ConnectionModel::prepare(network, {}));
    };
    const auto bare = with([](Network&) {});
    const auto plant = with([](Network& network) {
        network.generators.push_back({.bus = 6, .p_mw = 2, .q_mvar = 0});
        network.buses[6].kind = BusKind::load;
    });
    const auto below_zero = with([](Network& network) { network.buses[6].load_mw -= 2; });
    const auto most = [](const auto& model, ConnectionRequest request) { return must(check_connection(*model, request, {})).granted_kw; };
    const ConnectionRequest load{.bus = 10, .load_kw = 9'000}, sun{.bus = 10, .solar_kw = 9'000};
    CHECK(most(plant, load) == most(bare, load));  // no kilowatt is granted on a plant that stands still at night
    CHECK(most(plant, sun) < most(bare, sun) - 1'500);
    CHECK(most(below_zero, sun) < most(bare, sun) - 1'500);
    CHECK(most(below_zero, load) <= most(bare, load) + 41);  // but for the load that stood there
}

TEST_CASE("property: with generation in the tables, what is granted holds by an independent judge, and one step more does not") {
    std::mt19937 random(77);
    for (int round = 0; round < 40; ++round) {
        auto network = random_tree(random);
        for (auto& bus : network.buses) {
            if (bus.kind == BusKind::load && random() % 3 == 0) bus.load_mw = -0.2 * static_cast<double>(random() % 5);
        }
        network.generators.push_back({.bus = static_cast<std::uint32_t>(1 + random() % (network.buses.size() - 1)), .p_mw = 0.5});
        const ConnectionRules rules{.step_kw = 25};
        const auto model = must(ConnectionModel::prepare(network, rules));
        const auto& bus = network.buses[1 + random() % (network.buses.size() - 1)];
        ConnectionRequest request{.bus = bus.number};
        (round % 2 == 0 ? request.load_kw : request.solar_kw) = 6'000;
        const auto check = must(check_connection(*model, request, {}));
        if (check.outcome != ConnectionOutcome::granted_up_to) continue;
        const auto held = [&](double kw) {
            HeldCapacity out{.bus = bus.number};
            (round % 2 == 0 ? out.load_kw : out.solar_kw) = kw;
            out.load_kvar = round % 2 == 0 ? kw * check.granted_kvar / check.granted_kw : 0;
            return std::vector{out};
        };
        const auto hours = round % 2 == 0 ? std::vector{rules.hours[0]} : std::vector{rules.hours[1]};  // in which the request acts
        auto judged = rules;
        judged.hours = hours;
        CHECK(margin(network, judged, held(check.granted_kw)) > -1e-6);
        CHECK(margin(network, judged, held(check.granted_kw + 25)) < 1e-6);
    }
}
