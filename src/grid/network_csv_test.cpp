// Networks as tables: units, the canonical form, what is refused and where, and that reading undoes writing.
#include "grid/csv_table.hpp"
#include "grid/matpower.hpp"
#include "grid/network_csv.hpp"
#include "grid/study.hpp"

#include "base/digest.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <random>

using namespace wasl;
using namespace wasl::grid;

namespace {

using Files = std::vector<CsvFile>;

const CsvFile two_buses{"buses.csv", "bus,kind,base_kv,load_kw,load_kvar\r\n1,reference,20,,\r\n2,,20,500,100\r\n"};
const CsvFile one_line{"lines.csv", "from_bus,to_bus,name,length_km,r_ohm_per_km,x_ohm_per_km\n1,2,L1,2,0.5,0.4\n"};

std::string key_and_detail(const Files& files) {
    const auto read = read_network_csv(files);
    return read ? "read" : read.error().key + " " + read.error().detail;
}

std::string table_error(std::string_view text) {
    const auto read = grid::CsvTable::read("t.csv", text);
    return read ? "read" : read.error().key + " " + read.error().detail;
}

// Any network at all: names that need quotes, numbers of every size, several sources at a bus.
Network any_network(std::mt19937_64& random) {
    const auto pick = [&](std::uint64_t size) { return static_cast<std::uint32_t>(random() % size); };
    const auto number = [&] {
        switch (pick(4)) {
            case 0: return 0.0;
            case 1: return -0.0;
            case 2: return static_cast<double>(pick(2000)) / 7 - 100;
            default: return std::ldexp(static_cast<double>(random() % 1'000'003), -static_cast<int>(pick(60)));
        }
    };
    const auto name = [&]() -> std::string {
        static const std::vector<std::string> names{"", "N1", "poste, nord", "\"entre guillemets\"", "حي النخيل", "deux\r\nlignes", "ⴰⵙⵍⴰⵢ"};
        return names[pick(names.size())];
    };
    Network out{.name = name(), .base_mva = 0.1 + std::abs(number())};
    const auto size = 1 + pick(20);
    for (std::uint32_t i = 0; i < size; ++i) {
        out.buses.push_back({.number = static_cast<std::int64_t>(i) * 7 + 1 + pick(7), .name = name(), .kind = static_cast<BusKind>(pick(4)),
                             .load_mw = number(), .load_mvar = number(), .shunt_mw = number(), .shunt_mvar = number(), .base_kv = number(),
                             .start_pu = number(), .start_degrees = number()});
    }
    std::ranges::shuffle(out.buses, random);
    for (std::uint32_t i = pick(40); i > 0; --i) {
        out.branches.push_back({.from = pick(size), .to = pick(size), .kind = static_cast<BranchKind>(pick(3)), .in_service = pick(2) == 0,
                                .r = number(), .x = number(), .b = number(), .ratio = pick(2) == 0 ? 1 : number(),
                                .shift_degrees = pick(2) == 0 ? 0 : number(), .rating_mva = number(), .name = name()});
    }
    for (auto i = pick(4); i > 0; --i) out.generators.push_back({pick(size), pick(2) == 0, number(), number(), number()});
    return out;
}

std::string all_text(const Files& files) {
    std::string out;
    for (const auto& file : files) out += file.name + "\n" + file.text;
    return out;
}

}  // namespace

TEST_CASE("a folder in kilowatts, kilometres and ohms is the network in per unit") {
    const auto read = read_network_csv(Files{two_buses, one_line});
    REQUIRE_MESSAGE(read.has_value(), read.error().detail);
    const auto& network = read->network;
    REQUIRE(network.branches.size() == 1);
    CHECK(network.base_mva == 100);
    CHECK(network.buses[1].load_mw == 0.5);
    CHECK(network.branches[0].r == doctest::Approx(0.25));  // 1 ohm on 20 kV and 100 MVA: 4 ohms
    CHECK(network.branches[0].x == doctest::Approx(0.2));
    REQUIRE(network.generators.size() == 1);  // none stated: one at the reference
    const auto solved = study(network);
    REQUIRE(solved.has_value());
    CHECK(solved->losses.mw > 0);
}

TEST_CASE("percent of a transformer's rating, amperes and microsiemens of a line") {
    auto files = Files{two_buses, {"network.csv", "name,base_kva\nville,10000\n"},
                       {"transformers.csv", "from_bus,to_bus,rating_kva,r_percent,x_percent\n1,2,400,1,4\n"},
                       {"lines.csv", "from_bus,to_bus,r_ohm,x_ohm,b_us,rating_a\n1,2,4,8,100,150\n"}};
    const auto read = read_network_csv(files);
    REQUIRE_MESSAGE(read.has_value(), read.error().detail);
    const auto& branches = read->network.branches;
    CHECK(branches[0].r == doctest::Approx(0.1));    // 40 ohms
    CHECK(branches[0].b == doctest::Approx(0.004));  // 100 µS × 40 ohms
    CHECK(branches[0].rating_mva == doctest::Approx(std::sqrt(3.0) * 20 * 0.15));
    CHECK(branches[1].r == doctest::Approx(0.25));
    CHECK(branches[1].x == doctest::Approx(1.0));
    CHECK(branches[1].rating_mva == 0.4);
}

TEST_CASE("meters stand at a bus or under a transformer, by name") {
    const auto files = Files{two_buses, {"transformers.csv", "from_bus,to_bus,name,r_pu,x_pu\n1,2,T 12,0.01,0.02\n"},
                             {"meters.csv", "meter,transformer,bus,role,customers,language,phone\nM2,T 12,,,3,fr,+212600000001\nM1,,1,transformer,,,\n"}};
    const auto read = read_network_csv(files);
    REQUIRE_MESSAGE(read.has_value(), read.error().detail);
    REQUIRE(read->meters.size() == 2);
    CHECK(read->meters[0] == Meter{.id = "M1", .bus = 0, .role = MeterRole::transformer, .customers = 0});
    CHECK(read->meters[1].bus == 1);
    CHECK(read->meters[1].customers == 3);
    CHECK(read->meters[1].language == "fr");
}

TEST_CASE("grid.csv-file, grid.csv-column: what is missing, unknown or stated twice is named") {
    CHECK(key_and_detail({}) == "grid.csv-file buses.csv is missing");
    CHECK(key_and_detail({two_buses, two_buses}) == "grid.csv-file buses.csv is there twice");
    CHECK(key_and_detail({two_buses, {"cables.csv", ""}}) == "grid.csv-file cables.csv");
    CHECK(key_and_detail({{"buses.csv", "number\n1\n"}}) == "grid.csv-column buses.csv:1:1: column bus is missing");
    CHECK(key_and_detail({{"buses.csv", "bus,laod_kw\n1,3\n"}}) == "grid.csv-column buses.csv:1:5: a column that is not known here");
    CHECK(key_and_detail({{"buses.csv", "bus,load_kw,load_mw\n1,3,3\n"}}).starts_with("grid.csv-column buses.csv:1:5: load_kw beside load_mw"));
    CHECK(key_and_detail({two_buses, {"lines.csv", "from_bus,to_bus,r_ohm_per_km,x_pu\n1,2,1,1\n"}}) ==
          "grid.csv-column lines.csv:1:17: a value per kilometre without length_km");
    CHECK(key_and_detail({two_buses, {"lines.csv", "from_bus,to_bus,r_pu\n1,2,1\n"}}) == "grid.csv-column lines.csv:1:1: column x_pu is missing");
}

TEST_CASE("grid.csv-value: no number, no finite one, no word of the list, ohms without a voltage") {
    CHECK(key_and_detail({{"buses.csv", "bus,load_kw\n1,abc\n"}}) == "grid.csv-value buses.csv:2:3: no number");
    CHECK(key_and_detail({{"buses.csv", "bus,load_kw\n1,\"1,5\"\n"}}) == "grid.csv-value buses.csv:2:3: no number");
    for (const std::string_view hostile : {"nan", "inf", "-inf", "1e999", "0x10", " 1", "1 ", "+1", "1e13"})
        CHECK_MESSAGE(key_and_detail({{"buses.csv", fmt::format("bus,load_mw\n1,{}\n", hostile)}}).starts_with("grid.csv-value buses.csv:2:3"), hostile);
    CHECK(key_and_detail({{"buses.csv", "bus\n0\n"}}) == "grid.csv-value buses.csv:2:1: a bus number that is not positive");
    CHECK(key_and_detail({{"buses.csv", "bus,kind\n1,slack\n"}}).starts_with("grid.csv-value buses.csv:2:3: one of load"));
    CHECK(key_and_detail({{"buses.csv", "bus\n1\n2\n"}, one_line}).starts_with("grid.csv-value lines.csv:2:1: ohms"));
    CHECK(key_and_detail({two_buses, {"transformers.csv", "from_bus,to_bus,r_percent,x_percent\n1,2,1,4\n"}}).starts_with("grid.csv-value transformers.csv:2:1"));
    CHECK(key_and_detail({two_buses, {"switches.csv", "from_bus,to_bus,closed\n1,2,maybe\n"}}).starts_with("grid.csv-value switches.csv:2:5"));
    CHECK(key_and_detail({two_buses, {"meters.csv", "meter,bus,phone\nM,1,0612\n"}}).starts_with("grid.csv-value meters.csv:2:5"));
    CHECK(key_and_detail({two_buses, {"meters.csv", "meter,bus,email\nM,1,a@b@c\n"}}).starts_with("grid.csv-value meters.csv:2:5"));
    CHECK(key_and_detail({two_buses, {"meters.csv", "meter,bus,customers\nM,1,-4\n"}}).starts_with("grid.csv-value meters.csv:2:5"));
}

TEST_CASE("grid.bus-twice, grid.bus-unknown, grid.meter-twice with their places") {
    CHECK(key_and_detail({{"buses.csv", "bus\n1\n1\n"}}) == "grid.bus-twice buses.csv:3:1: a bus that is there twice");
    CHECK(key_and_detail({two_buses, {"lines.csv", "from_bus,to_bus,r_pu,x_pu\n1,9,1,1\n"}}) == "grid.bus-unknown lines.csv:2:3: a bus that is not in buses.csv");
    CHECK(key_and_detail({two_buses, {"sources.csv", "bus\n9\n"}}).starts_with("grid.bus-unknown sources.csv:2:1"));
    CHECK(key_and_detail({two_buses, {"meters.csv", "meter,transformer\nM,T\n"}}).starts_with("grid.bus-unknown meters.csv:2:3"));
    CHECK(key_and_detail({two_buses, {"meters.csv", "meter,bus\nM,1\nM,2\n"}}).starts_with("grid.meter-twice meters.csv:3:1"));
}

TEST_CASE("grid.csv-syntax: RFC 4180 and nothing else, columns counted in characters") {
    CHECK(table_error("a,b\r\n\"x\"\"y\",\"1\r\n2\"\r\n") == "read");
    CHECK(table_error("\xEF\xBB\xBF" "a\n1") == "read");
    CHECK(table_error("") == "grid.csv-syntax t.csv:1:1: the file is empty");
    CHECK(table_error("a,b\n1\n") == "grid.csv-syntax t.csv:2:1: a row of 1 cells where 2 have a name");
    CHECK(table_error("a,b\n1,2,3\n") == "grid.csv-syntax t.csv:2:5: a row of more than 2 cells");
    CHECK(table_error("a,b\n1,2\n\n") == "grid.csv-syntax t.csv:3:1: a row of 1 cells where 2 have a name");
    CHECK(table_error("a,b\nتيار,x\"y\n") == "grid.csv-syntax t.csv:2:7: a quote inside a cell that does not begin with one");
    CHECK(table_error("a\n\"x\"y\n") == "grid.csv-syntax t.csv:2:4: text after a closing quote");
    CHECK(table_error("a\n\"x\n").starts_with("grid.csv-syntax t.csv:3:1: the file ends inside quotes"));
    CHECK(table_error("a\r1").starts_with("grid.csv-syntax t.csv:1:2: a carriage return"));
    CHECK(table_error("a\n\xFF").starts_with("grid.csv-syntax t.csv:2:1: not UTF-8"));
    CHECK(table_error(std::string("a\nx\0y", 5)).starts_with("grid.csv-syntax t.csv:2:2: a NUL byte"));
    CHECK(table_error("a,a\n") == "grid.csv-column t.csv:1:3: a column that is there twice");
    CHECK(table_error("a,,b\n") == "grid.csv-column t.csv:1:3: a column without a name");
}

TEST_CASE("property: reading what was written gives the same network, text and hash, whatever the order of rows") {
    std::mt19937_64 random(41);
    for (int round = 0; round < 300; ++round) {
        const auto network = any_network(random);
        const auto files = write_network_csv(network);
        const auto read = read_network_csv(files);
        REQUIRE_MESSAGE(read.has_value(), read.error().key, " ", read.error().detail);
        REQUIRE(all_text(write_network_csv(read->network)) == all_text(files));
        CHECK(network_hash(read->network) == network_hash(network));
        auto other = network;
        std::ranges::shuffle(other.branches, random);
        CHECK(network_hash(other) == network_hash(network));
        // One number changed is another network.
        auto& bus = other.buses[random() % other.buses.size()];
        bus.load_mw = std::nextafter(bus.load_mw, 1e9);
        CHECK(network_hash(other) != network_hash(network));
    }
}

TEST_CASE("the hash is that of the files, in their order") {
    const auto read = read_network_csv(Files{two_buses, one_line});
    REQUIRE(read.has_value());
    std::string text;
    for (const auto& file : write_network_csv(read->network)) text += file.text;
    CHECK(network_hash(read->network) == sha256(text).hex());
    CHECK(text.starts_with("name,base_mva\r\n,100\r\nbus,name,kind,"));
}

TEST_CASE("property: meters survive, and stay at their bus when buses are put in order") {
    std::mt19937_64 random(43);
    for (int round = 0; round < 50; ++round) {
        auto network = any_network(random);
        std::vector<Meter> meters;
        for (std::uint32_t i = 0; i < 20; ++i) {
            meters.push_back({.id = fmt::format("M{}", i), .bus = static_cast<std::uint32_t>(random() % network.buses.size()),
                              .customers = static_cast<std::uint32_t>(random() % 5), .language = i % 2 == 0 ? "fr" : "", .phone = "+212600000000"});
        }
        const auto read = read_network_csv(write_network_csv(network, meters));
        REQUIRE_MESSAGE(read.has_value(), read.error().detail);
        REQUIRE(read->meters.size() == meters.size());
        for (const auto& meter : meters) {
            const auto found = std::ranges::find(read->meters, meter.id, &Meter::id);
            REQUIRE(found != read->meters.end());
            CHECK(read->network.buses[found->bus].number == network.buses[meter.bus].number);
            CHECK(found->customers == meter.customers);
        }
    }
}

TEST_CASE("a MATPOWER case and its tables are the same network with the same answer") {
    const auto from_case = read_matpower("function mpc = t\nmpc.version = '2';\nmpc.baseMVA = 10;\n"
                                         "mpc.bus = [3 1 0.4 0.2 0 0 1 1 0 20 1 1.1 0.9; 1 3 0 0 0 0 1 1 0 20 1 1.1 0.9];\n"
                                         "mpc.gen = [1 0 0 10 -10 1.02 100 1 10 0];\nmpc.branch = [1 3 0.02 0.03 0 0 0 0 0 0 1 -360 360];\n");
    REQUIRE_MESSAGE(from_case.has_value(), from_case.error().detail);
    const auto from_tables = read_network_csv(write_network_csv(*from_case));
    REQUIRE(from_tables.has_value());
    CHECK(network_hash(from_tables->network) == network_hash(*from_case));
    const auto a = study(*from_case), b = study(from_tables->network);
    REQUIRE(a.has_value());
    REQUIRE(b.has_value());
    CHECK(a->losses.mw == b->losses.mw);
    CHECK(from_tables->network.buses[b->lowest].number == 3);
}
