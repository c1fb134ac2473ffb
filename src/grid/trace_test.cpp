// What is fed from where, and who goes dark.
#include "grid/sample.hpp"
#include "grid/study.hpp"
#include "grid/testing.hpp"
#include "grid/trace.hpp"

#include <algorithm>

using namespace wasl;
using namespace wasl::grid;
using namespace wasl::grid::test;

namespace {

// 1 -D1(switch)- 2 - 3 - 4, 1 - 5 - 6, an open switch N between 4 and 6; two customers at every bus but the first.
MeteredNetwork ring() {
    MeteredNetwork out;
    for (int i = 1; i <= 6; ++i) out.network.buses.push_back({.number = i});
    out.network.buses[0].kind = BusKind::reference;
    out.network.generators.push_back({.bus = 0});
    out.network.branches = {{.from = 0, .to = 1, .kind = BranchKind::switching, .name = "D1"}, {.from = 1, .to = 2, .x = 0.1}, {.from = 2, .to = 3, .x = 0.1},
                            {.from = 0, .to = 4, .x = 0.1, .name = "L5"}, {.from = 4, .to = 5, .x = 0.1},
                            {.from = 3, .to = 5, .kind = BranchKind::switching, .in_service = false, .name = "N"}};
    for (std::uint32_t i = 1; i < 6; ++i) out.meters.push_back({.id = fmt::format("M{}", i), .bus = i, .customers = 2});
    return out;
}

std::uint32_t named(const Network& network, std::string_view name) { return must(find_branch(network, name)); }

}  // namespace

TEST_CASE("feeders begin at branches that leave the source, busbars behind closed switches belong to it") {
    const auto metered = ring();
    const Trace trace(metered.network);
    REQUIRE(trace.feeders().size() == 2);
    CHECK(trace.feeders()[0].id == "5");
    CHECK(trace.feeders()[1].id == "3");
    CHECK(trace.feeder_of(0) == no_place);
    CHECK(trace.feeder_of(1) == no_place);
    CHECK(trace.feeder_of(3) == 1);
    CHECK(trace.feeders()[1].buses == 2);
    CHECK(trace.before(3) == 2);
}

TEST_CASE("an opened branch darkens what is behind it, a loop keeps it lit, an earlier opening counts") {
    auto metered = ring();
    const std::vector<std::uint32_t> breaker{named(metered.network, "D1")}, line{named(metered.network, "2-3")};
    {
        const Trace trace(metered.network);
        const auto dark = interrupted_by(metered, trace, breaker);
        REQUIRE(dark.size() == 3);
        CHECK(dark[0].customers == 2);
        CHECK(dark[2].feeder == "3");
        CHECK(interrupted_by(metered, trace, line, breaker).empty());
        CHECK(interrupted_by(metered, trace, breaker, line).size() == 1);
    }
    metered.network.branches[5].in_service = true;
    CHECK(interrupted_by(metered, Trace(metered.network), line).empty());
}

TEST_CASE("grid.no-branch, grid.branch-twice: branches by name or by their ends") {
    auto metered = ring();
    CHECK(named(metered.network, " N ") == 5);
    CHECK(named(metered.network, "5-6") == 4);
    CHECK(branch_called(metered.network, 4) == "5-6");
    CHECK(key_of(find_branch(metered.network, "X")) == "grid.no-branch");
    CHECK(key_of(find_branch(metered.network, "")) == "grid.no-branch");
    metered.network.branches[4].name = "L5";
    CHECK(key_of(find_branch(metered.network, "L5")) == "grid.branch-twice");
}

TEST_CASE("property: feeders are those of connection checks, on random trees") {
    std::mt19937 random(5);
    for (int round = 0; round < 100; ++round) {
        const auto network = canonical(random_tree(random));
        const auto model = ConnectionModel::prepare(network, {});
        REQUIRE_MESSAGE(model.has_value(), model.error().key, model.error().detail);
        const Trace trace(network);
        REQUIRE(trace.feeders().size() == (*model)->feeders().size());
        for (std::uint32_t i = 0; i < network.buses.size(); ++i) {
            const auto theirs = (*model)->feeder_of(network.buses[i].number);
            if (trace.feeder_of(i) != no_place) CHECK(trace.feeders()[trace.feeder_of(i)].id == *theirs);
            if (trace.feeder_of(i) == no_place) CHECK_FALSE(theirs.has_value());
        }
    }
}

TEST_CASE("property: opening a branch of a tree and closing it again changes nothing; dark and lit are all") {
    std::mt19937_64 random(8);
    const auto metered = sample_district({.feeders = 2, .posts = 6, .households = 3});
    const Trace trace(metered.network);
    for (std::uint32_t branch = 0; branch < metered.network.branches.size(); ++branch) {
        const std::vector<std::uint32_t> opened{branch};
        const auto fed = trace.fed(opened);
        const auto dark = interrupted_by(metered, trace, opened);
        CHECK(static_cast<std::size_t>(std::ranges::count(fed, true)) + dark.size() == fed.size());
        // Solvers agree: what is dark is an island, what is lit is none.
        auto cut = metered.network;
        cut.branches[branch].in_service = false;
        CHECK(make_circuit(cut).has_value() == dark.empty());
        for (const auto& one : dark) cut.buses[one.bus].kind = BusKind::isolated;
        CHECK(make_circuit(cut).has_value());
    }
}

TEST_CASE("the sample district: the same for everybody, solvable, every customer fed") {
    const auto metered = sample_district();
    CHECK(network_hash(metered.network) == network_hash(sample_district().network));
    CHECK(customers_of(metered.meters) == 240);
    const auto solved = must(study(metered.network));
    CHECK(solved.sweep_left_out.empty());
    CHECK(solved.buses[solved.lowest].magnitude_pu > 0.9);
    const Trace trace(metered.network);
    CHECK(trace.order().size() == metered.network.buses.size());
    CHECK(trace.feeders().size() == 3);
    const auto again = must(read_network_csv(write_network_csv(metered.network, metered.meters)));
    CHECK(again.meters == metered.meters);
}
