// The picture: a tree without crossings, every bus once, its class told by colour, shape and words.
#include "grid/losses.hpp"
#include "grid/one_line.hpp"
#include "grid/sample.hpp"
#include "grid/testing.hpp"

#include "grid/impl/tidy_tree.hpp"

#include <map>
#include <set>

using namespace wasl;
using namespace wasl::grid;
using namespace wasl::grid::test;

namespace {

OneLineWords plain_words() {
    return {.language = "en", .title = "<Street> & more", .description = "d", .per_unit = "per unit", .below = "below {end}", .above = "{end} and above",
            .between = "{begin} to {end}", .unfed = "nothing feeds it", .lowest = "lowest: {value} at bus {bus}", .source = "source", .unsolved = "no voltage", .open = "{branch}: open", .opened = "open · {count}", .bus = "bus {bus}: {value}",
            .buses = "{count} buses", .number = [](double value, int digits) { return fmt::format("{:.{}f}", value, digits); }};
}

std::size_t times(std::string_view text, std::string_view part) {
    std::size_t out = 0;
    for (auto at = text.find(part); at != std::string_view::npos; at = text.find(part, at + 1)) ++out;
    return out;
}

// A tree of any shape, or several.
Network any_tree(std::mt19937_64& random, std::uint32_t size) {
    Network out;
    for (std::uint32_t i = 0; i < size; ++i) {
        out.buses.push_back({.number = static_cast<std::int64_t>(i) + 1, .kind = i == 0 ? BusKind::reference : BusKind::load});
        const auto up = random() % 3 == 0 ? i - 1 : static_cast<std::uint32_t>(random() % std::max(1U, i));
        if (i > 0 && random() % 20 != 0) out.branches.push_back({.from = up, .to = i, .x = 0.1});
    }
    out.generators.push_back({.bus = 0});
    return out;
}

}  // namespace

TEST_CASE("property: no two buses at one spot, no branch runs over a bus or along another, trunks are straight") {
    std::mt19937_64 random(12);
    for (int round = 0; round < 150; ++round) {
        const auto network = any_tree(random, 1 + static_cast<std::uint32_t>(random() % 80));
        const auto tree = tidy_tree(network);
        std::map<std::pair<std::uint32_t, std::uint32_t>, std::uint32_t> taken;
        for (std::uint32_t i = 0; i < tree.spots.size(); ++i) {
            REQUIRE(taken.emplace(std::pair(tree.spots[i].column, tree.spots[i].row), i).second);
            REQUIRE(tree.spots[i].column < tree.columns);
            REQUIRE(tree.spots[i].row < tree.rows);
        }
        std::map<std::uint32_t, int> straight;
        for (std::uint32_t i = 0; i < tree.spots.size(); ++i) {
            const auto up = tree.parent[i];
            if (up == UINT32_MAX) continue;
            CHECK(tree.spots[i].column == tree.spots[up].column + 1);
            straight[up] += tree.spots[i].row == tree.spots[up].row ? 1 : 0;
            // Down in the column of its parent: nothing stands there.
            for (auto row = tree.spots[up].row + 1; row <= tree.spots[i].row; ++row) CHECK_FALSE(taken.contains({tree.spots[up].column, row}));
        }
        for (const auto& [bus, count] : straight) CHECK(count == 1);
    }
}

TEST_CASE("loops and open branches are not in the tree") {
    Network network = street(4);
    network.branches.push_back({.from = 4, .to = 1, .x = 0.1});
    network.branches.push_back({.from = 3, .to = 0, .kind = BranchKind::switching, .in_service = false});
    const auto tree = tidy_tree(network);
    CHECK(tree.rest.size() == 2);
    const auto solved = must(study(network));
    const auto svg = one_line_svg(network, &solved, plain_words());
    CHECK(times(svg, "stroke-dasharray=\"7 4\"") == 1);
    CHECK(times(svg, "stroke-dasharray=\"1 4\"") == 2);  // and in the legend
}

TEST_CASE("what is cut off stands behind its open branch, hollow and dashed, counted in the legend; the rest keeps its voltages") {
    const auto whole = street(6);
    const auto before = must(study(whole));
    const auto lit = one_line_svg(whole, &before, plain_words());
    CHECK(times(lit, "stroke-dasharray") == 1);  // of the legend
    CHECK(times(lit, ": open<") == 0);
    const std::vector<std::uint32_t> opened{3};
    const auto network = fed_part(whole, opened);
    const auto solved = must(study(network));
    const auto tree = tidy_tree(network);
    CHECK(tree.rest.empty());
    CHECK(tree.by[4] == 3);  // in its place, not somewhere below
    CHECK(tree.spots[6].row == tree.spots[0].row);
    const auto svg = one_line_svg(network, &solved, plain_words());
    CHECK(times(svg, "nothing feeds it · 3 buses") == 1);
    CHECK(times(svg, ": nothing feeds it</title>") == 3);
    CHECK(times(svg, ": open</title>") == 1);
    CHECK(times(svg, "open · 1") == 1);
    CHECK(times(svg, "stroke-dasharray=\"8 5\"") == 2);  // the dark branches, and the legend
    CHECK(times(svg, "stroke-dasharray=\"1 4\"") == 2);  // the open one, and the legend
    CHECK(times(svg, fmt::format("bus 4: {:.4f}", solved.buses[3].magnitude_pu)) == 1);
    CHECK(solved.buses[3].magnitude_pu > before.buses[3].magnitude_pu);
}

TEST_CASE("property: what an outage opens moves nothing in the picture") {
    std::mt19937_64 random(22);
    for (int round = 0; round < 100; ++round) {
        const auto whole = any_tree(random, 2 + static_cast<std::uint32_t>(random() % 60));
        if (whole.branches.empty()) continue;
        const std::vector<std::uint32_t> opened{static_cast<std::uint32_t>(random() % whole.branches.size())};
        const auto before = tidy_tree(whole), after = tidy_tree(fed_part(whole, opened), opened);
        CHECK(before.by == after.by);
        for (std::size_t i = 0; i < before.spots.size(); ++i) {
            CHECK(std::pair(before.spots[i].column, before.spots[i].row) == std::pair(after.spots[i].column, after.spots[i].row));
        }
    }
}

TEST_CASE("property: what is drawn as not fed is what has no path to a source, and the tree holds with branches open") {
    std::mt19937_64 random(21);
    for (int round = 0; round < 150; ++round) {
        auto network = any_tree(random, 2 + static_cast<std::uint32_t>(random() % 60));
        std::vector<std::uint32_t> opened;
        for (std::uint32_t i = 0; i < network.branches.size(); ++i) {
            if (random() % 8 == 0) opened.push_back(i);
        }
        const auto lit = Trace(network).fed(opened);
        network = fed_part(std::move(network), opened);
        const auto tree = tidy_tree(network);
        std::set<std::pair<std::uint32_t, std::uint32_t>> taken;
        for (std::uint32_t i = 0; i < tree.spots.size(); ++i) REQUIRE(taken.emplace(tree.spots[i].column, tree.spots[i].row).second);
        const auto svg = one_line_svg(network, nullptr, plain_words());
        const auto dark = static_cast<std::size_t>(std::ranges::count(lit, false));
        CHECK(times(svg, ": nothing feeds it</title>") == dark);
        CHECK(times(svg, ": no voltage</title>") == lit.size() - dark);
        CHECK(times(svg, ": open</title>") == opened.size());
    }
}

TEST_CASE("a small picture names each bus and its voltage, escapes what it is given, counts in its legend") {
    auto network = street(5);
    network.buses[2].name = "\"<post>\"";
    const auto solved = must(study(network));
    const auto svg = one_line_svg(network, &solved, plain_words());
    CHECK(svg.starts_with("<svg "));
    CHECK(times(svg, "<title id=\"one-line-title\">&lt;Street&gt; &amp; more</title>") == 1);
    CHECK(times(svg, "aria-labelledby=\"one-line-title one-line-desc\"") == 1);
    CHECK(times(svg, "&quot;&lt;post&gt;&quot; (3): 0.9") == 1);
    CHECK(times(svg, "<title>bus ") == 6);
    CHECK(times(svg, fmt::format("lowest: {:.4f} at bus 6", solved.buses[5].magnitude_pu)) == 1);
    CHECK(times(svg, "0.975 to 1.025 · 6 buses") == 1);
    CHECK(times(svg, "nothing feeds it · 0 buses") == 1);
}

TEST_CASE("from right to left the source stands at the right") {
    const auto network = street(5);
    auto words = plain_words();
    const auto place = [&] {
        const auto svg = one_line_svg(network, nullptr, words);
        const auto at = svg.find("<rect x=\"") + 9;  // its bar: the sheet's own has no x
        return std::stod(svg.substr(at, svg.find('"', at) - at));
    };
    const double left = place();
    words.right_to_left = true;
    CHECK(place() > left + 100);
}

TEST_CASE("classes of voltage at their borders; what is not fed has its own") {
    CHECK(voltage_class({true, 0.8999, 0}) == 0);
    CHECK(voltage_class({true, 0.90, 0}) == 1);
    CHECK(voltage_class({true, 1.0, 0}) == 4);
    CHECK(voltage_class({true, 1.05, 0}) == 6);
    CHECK(voltage_class({false, 0, 0}) == voltage_classes - 1);
}

TEST_CASE("a city of 2,605 buses stays small and names its feeders; 100,000 are laid out") {
    const auto network = sample_city(2605);
    const auto solved = must(study(network));
    const auto svg = one_line_svg(network, &solved, plain_words());
    CHECK(svg.size() < 400'000);
    CHECK(times(svg, "<title>bus ") == 0);
    CHECK(times(svg, "text-anchor=\"middle\"") == Trace(network).feeders().size() + 1);  // and the lowest voltage
    const auto tree = tidy_tree(sample_city(100'000));
    CHECK(tree.rows > 100);
}

TEST_CASE("losses of branches and feeders sum up to the losses of the network") {
    const auto metered = sample_district();
    const auto solved = must(study(metered.network));
    const auto flows = branch_flows(metered.network, solved);
    const Trace trace(metered.network);
    const auto feeders = feeder_losses(metered.network, solved, flows, trace);
    double branches = 0, sum = 0, load = 0;
    for (const auto& flow : flows) {
        branches += flow.loss_kw;
        CHECK(std::abs((flow.from_mw + flow.to_mw) * 1e3 - flow.loss_kw) < 1e-6);
    }
    for (const auto& feeder : feeders) {
        sum += feeder.loss_kw;
        load += feeder.load_kw;
        CHECK(feeder.lowest_pu < 1.02);
    }
    CHECK(std::abs(branches - solved.losses.mw * 1e3) < 1e-6);
    CHECK(std::abs(sum - branches) < 1e-9);
    CHECK(std::abs(load - solved.load.mw * 1e3) < 1e-6);
}
