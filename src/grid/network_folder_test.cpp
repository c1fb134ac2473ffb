// A network in force: put there, taken over by who looks, kept when the next one cannot be read.
#include "grid/network_folder.hpp"
#include "grid/sample.hpp"
#include "grid/testing.hpp"
#include "store/testing.hpp"

#include <fstream>
#include <limits>

using namespace wasl;
using namespace wasl::grid;
using namespace wasl::grid::test;

TEST_CASE("none, one, another: a running reader takes each over, and earlier ones stay for who checks a record again") {
    const store::testing::TemporaryFolder place;
    NetworkFolder folder(place.path());
    CHECK(must(folder.now()) == nullptr);
    const auto small = sample_district({.feeders = 1, .posts = 2, .households = 1}), large = sample_district({.feeders = 2, .posts = 4, .households = 1});
    const auto first = must(install_network(place.path(), small));
    const auto kept = must(folder.now());
    REQUIRE(kept != nullptr);
    CHECK(kept->hash == first);
    CHECK(kept->metered.meters == small.meters);
    CHECK(must(folder.now()) == kept);
    const auto second = must(install_network(place.path(), large));
    CHECK(must(folder.now())->hash == second);
    CHECK(network_hash(must(read_network_folder(place.path() / "networks" / kept->folder)).network) == first);
    CHECK(must(install_network(place.path(), small)) == first);
    CHECK(must(folder.now())->hash == first);
}

TEST_CASE("a network that cannot be read leaves the last good one in force") {
    const store::testing::TemporaryFolder place;
    NetworkFolder folder(place.path());
    const auto hash = must(install_network(place.path(), sample_district({.feeders = 1, .posts = 2, .households = 1})));
    CHECK(must(folder.now())->hash == hash);
    std::filesystem::create_directories(place.path() / "networks/bad");
    std::ofstream(place.path() / "networks/bad/buses.csv") << "bus\nno number\n";
    std::filesystem::remove(place.path() / "in-force");
    std::filesystem::create_directory_symlink("networks/bad", place.path() / "in-force");
    CHECK(must(folder.now())->hash == hash);
    CHECK(key_of(NetworkFolder(place.path()).now()) == "grid.csv-value");
}

TEST_CASE("what tables cannot say is not written; tables that a network does not need go") {
    const store::testing::TemporaryFolder place;
    auto metered = sample_district({.feeders = 1, .posts = 2, .households = 1});
    must(write_network_folder(place.path() / "a", metered));
    CHECK(std::filesystem::exists(place.path() / "a/meters.csv"));
    metered.meters.clear();
    must(write_network_folder(place.path() / "a", metered));
    CHECK_FALSE(std::filesystem::exists(place.path() / "a/meters.csv"));
    metered.network.branches.front().rating_mva = std::numeric_limits<double>::infinity();
    CHECK(key_of(write_network_folder(place.path() / "b", metered)) == "grid.csv-value");
    CHECK_FALSE(std::filesystem::exists(place.path() / "b"));
    CHECK(key_of(read_network_folder(place.path() / "nowhere")) == "grid.csv-file");
}
