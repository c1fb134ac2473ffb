// Readings and balances: what is wrong is named, what is lost is under its transformer, and sums are kept.
#include "grid/losses.hpp"
#include "grid/meters.hpp"
#include "grid/sample.hpp"
#include "grid/testing.hpp"

#include <algorithm>
#include <map>

using namespace wasl;
using namespace wasl::grid;
using namespace wasl::grid::test;

namespace {

const Date october{2026, 10, 1}, november{2026, 11, 1};

// 1 -T1(0.1 MVA)- 2 - 3, transformer meter at 2, customers A at 2, B and C at 3.
MeteredNetwork post() {
    MeteredNetwork out;
    for (int i = 1; i <= 3; ++i) out.network.buses.push_back({.number = i, .base_kv = 0.4});
    out.network.base_mva = 1;
    out.network.buses[0].kind = BusKind::reference;
    out.network.generators.push_back({.bus = 0});
    out.network.branches = {{.from = 0, .to = 1, .kind = BranchKind::transformer, .r = 0.1, .x = 0.2, .rating_mva = 0.1, .name = "T1"},
                            {.from = 1, .to = 2, .r = 0.5, .x = 0.1}};
    out.meters = {{.id = "A", .bus = 1}, {.id = "B", .bus = 2}, {.id = "C", .bus = 2}, {.id = "T", .bus = 1, .role = MeterRole::transformer, .customers = 0}};
    return out;
}

Reading read(std::string meter, double kwh) { return {std::move(meter), october, november, kwh, 2}; }

std::vector<AnomalyKind> kinds(const EnergyReport& report) {
    std::vector<AnomalyKind> out;
    for (const auto& one : report.anomalies) out.push_back(one.kind);
    return out;
}

}  // namespace

TEST_CASE("injected less billed is lost; the line's own losses stand beside it") {
    const auto metered = post();
    const auto report = must(energy_report(metered, {read("A", 3000), read("B", 2000), read("C", 1000), read("T", 6500)}));
    REQUIRE(report.balances.size() == 1);
    const auto& balance = report.balances.front();
    CHECK(balance.called == "T1");
    CHECK(balance.lost_kwh() == 500);
    CHECK(*balance.lost_share() == doctest::Approx(500.0 / 6500));
    CHECK(balance.customers == 3);
    CHECK(report.anomalies.empty());
    // The line from 2 to 3 carries 3000 kWh in 744 hours; the transformer is above its meter.
    auto network = metered.network;
    network.buses[1].load_mw = 3.0 / 744;
    network.buses[2].load_mw = 3.0 / 744;
    for (auto& bus : network.buses) bus.load_mvar = bus.load_mw * 0.484;
    const auto flows = branch_flows(network, must(study(network, Method::newton)));
    CHECK(*balance.technical_kwh == doctest::Approx(flows[1].loss_kw * 744).epsilon(1e-9));
    CHECK(balance.unexplained_kwh() < 500);
}

TEST_CASE("each kind of anomaly is found and counts for nothing") {
    auto readings = std::vector{read("A", 3000), read("A", 1), read("B", -5), read("Z", 7), read("T", 6500)};
    readings.push_back({"C", {2026, 9, 1}, october, 900, 6});
    const auto report = must(energy_report(post(), readings));
    CHECK(kinds(report) == std::vector{AnomalyKind::unknown_meter, AnomalyKind::twice, AnomalyKind::other_period, AnomalyKind::negative, AnomalyKind::missing});
    CHECK(report.balances.front().billed_kwh == 3000);
    CHECK(report.balances.front().missing == 2);
    CHECK(report.readings == 2);
    const auto more = must(energy_report(post(), {read("A", 74'401), read("B", 0), read("C", 74'399), read("T", 10)}));
    CHECK(kinds(more) == std::vector{AnomalyKind::impossible, AnomalyKind::stopped});
    CHECK(more.anomalies.front().most_kwh == doctest::Approx(74'400));  // 100 kVA for 744 hours
}

TEST_CASE("no reading of the transformer: no balance, and it says so; nothing injected has no share") {
    const auto report = must(energy_report(post(), {read("A", 3000)}));
    CHECK_FALSE(report.balances.front().readable);
    CHECK_FALSE(report.balances.front().lost_share().has_value());
    CHECK(report.injected_kwh == 0);
    const auto idle = must(energy_report(post(), {read("A", 0), read("T", 0)}));
    CHECK(idle.balances.front().readable);
    CHECK_FALSE(idle.balances.front().lost_share().has_value());
    CHECK(key_of(energy_report(post(), {})) == "grid.no-readings");
    CHECK(key_of(energy_report(post(), {read("Z", 3)})) == "grid.no-readings");
}

TEST_CASE("a network without an answer gives balances without technical losses, and the reason") {
    auto metered = post();
    metered.network.branches[1].r = metered.network.branches[1].x = 0;
    const auto report = must(energy_report(metered, {read("A", 3000), read("T", 6500)}));
    CHECK(report.technical_left_out == "grid.zero-impedance");
    CHECK_FALSE(report.balances.front().technical_kwh.has_value());
    CHECK(report.balances.front().lost_kwh() == 3500);
}

TEST_CASE("readings as a table: units, dates, and where they are wrong") {
    const auto good = must(read_readings("r.csv", "meter,from,until,energy_mwh\nA,2026-10-01,2026-11-01,1.5\nB,2026-10-01,2026-11-01,\n"));
    REQUIRE(good.size() == 1);
    CHECK(good.front() == Reading{"A", october, november, 1500, 2});
    const auto detail = [](std::string_view text) {
        const auto result = read_readings("r.csv", text);
        return result ? "" : result.error().key + " " + result.error().detail;
    };
    CHECK(detail("meter,from,until,kwh\n").starts_with("grid.csv-column r.csv:1:1: column energy_kwh"));
    CHECK(detail("meter,from,until,energy_kwh\nA,1/10/2026,2026-11-01,3\n").starts_with("grid.csv-value r.csv:2:3: a date"));
    CHECK(detail("meter,from,until,energy_kwh\nA,2026-11-01,2026-11-01,3\n").starts_with("grid.csv-value r.csv:2:14: a period"));
    CHECK(detail("meter,from,until,energy_kwh\nA,2026-10-01,2026-11-01,many\n") == "grid.csv-value r.csv:2:25: no number");
}

TEST_CASE("property: parts keep the energy: what all transformers lost is what they gave less what was billed") {
    std::mt19937 random(9);
    for (std::uint32_t round = 0; round < 30; ++round) {
        const auto posts = static_cast<std::uint32_t>(3 + random() % 8), households = static_cast<std::uint32_t>(1 + random() % 5);
        const auto metered = sample_district({.feeders = 1 + round % 3, .posts = posts, .households = households});
        std::vector<Reading> readings;
        double injected = 0, billed = 0;
        for (const auto& meter : metered.meters) {
            const double kwh = 100 + static_cast<double>(random() % 900);
            readings.push_back(read(meter.id, kwh));
            (meter.role == MeterRole::transformer ? injected : billed) += kwh;
        }
        const auto report = must(energy_report(metered, readings));
        double lost = 0;
        std::size_t customers = 0;
        for (const auto& balance : report.balances) {
            lost += balance.lost_kwh();
            customers += balance.customers;
            CHECK(*balance.technical_kwh > 0);
        }
        CHECK(lost == doctest::Approx(injected - billed));
        CHECK(customers == customers_of(metered.meters));
        CHECK(std::ranges::is_sorted(report.balances, std::greater{}, [](const auto& one) { return one.unexplained_kwh(); }));
    }
}

TEST_CASE("a transformer meter below another: what it takes is billed to the one above") {
    auto metered = post();
    metered.meters.push_back({.id = "U", .bus = 2, .role = MeterRole::transformer, .customers = 0});
    const auto report = must(energy_report(metered, {read("A", 3000), read("B", 2000), read("C", 1000), read("T", 7000), read("U", 3300)}));
    REQUIRE(report.balances.size() == 2);
    std::map<std::string, double> lost;
    for (const auto& balance : report.balances) lost[balance.meter] = balance.lost_kwh();
    CHECK(lost["T"] == 700);
    CHECK(lost["U"] == 300);
}

TEST_CASE("the sample's readings: every kind of trouble once looked for is there, and one post loses most") {
    const auto metered = sample_district();
    const auto readings = must(read_readings("r.csv", sample_readings(metered, october, november)));
    const auto report = must(energy_report(metered, readings));
    CHECK(report.balances.front().meter == "T07");
    for (const auto kind : {AnomalyKind::unknown_meter, AnomalyKind::negative, AnomalyKind::impossible, AnomalyKind::missing, AnomalyKind::stopped})
        CHECK_MESSAGE(std::ranges::count(kinds(report), kind) > 0, to_string(kind));
    CHECK(energy_json(report).find("\"unknown-meter\"") != std::string::npos);
    CHECK(energy_csv(report).starts_with("meter,transformer,bus,"));
}
