// The UN index: how its file is read, which ranks are published and which computed, what a rank takes.
#include "insight/un_index.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

using namespace wasl;
using namespace wasl::insight;

namespace {

constexpr const char* head = "year,iso3,country,egdi_rank,egdi,osi,hci,tii,epi\n";

UnIndex read_ok(const std::string& rows) {
    auto read = UnIndex::read(head + rows);
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().detail));
    return std::move(*read);
}

std::string why(const std::string& text) {
    const auto read = UnIndex::read(text);
    REQUIRE_FALSE(read.has_value());
    CHECK(read.error().key == "insight.index-malformed");
    return read.error().detail;
}

// Five made-up countries; EGDI is the mean of the three indices.
constexpr const char* five =
    "2024,AAA,Alpha,1,0.90000,0.90000,0.90000,0.90000,0.90000\n"
    "2024,BBB,Beta,2,0.80000,0.80000,0.80000,0.80000,0.80000\n"
    "2024,CCC,\"Gamma, Republic of\",3,0.70000,0.60000,0.75000,0.75000,0.50000\n"
    "2024,DDD,Delta,4,0.60000,0.70000,0.55000,0.55000,0.50000\n"
    "2024,EEE,Epsilon,5,0.50000,0.20000,0.60000,0.70000,0.00000\n";

// The survey's file where it lies beside the checkout.
std::optional<UnIndex> survey() {
    std::ifstream in(std::string(WASL_SOURCE_DIR) + "/../shared/reference/egdi/egdi.csv", std::ios::binary);
    if (!in) return std::nullopt;
    std::ostringstream text;
    text << in.rdbuf();
    auto read = UnIndex::read(text.str());
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().detail));
    return std::move(*read);
}

}  // namespace

TEST_CASE("EGDI ranks are the published ones, OSI and EPI ranks are one more than the countries with a greater value") {
    const auto index = read_ok(five);
    const auto gamma = index.series("CCC").value().front();
    CHECK(gamma.row.country == "Gamma, Republic of");
    CHECK(gamma.row.egdi_rank == 3);
    CHECK(gamma.osi_rank == 4);
    CHECK(gamma.epi_rank == 3);
    CHECK(index.series("DDD").value().front().epi_rank == 3);  // a tie shares the better rank
}

TEST_CASE("A published rank is kept also where the values would give another") {
    const auto index = read_ok("2020,AAA,Alpha,2,0.70000,0.7,0.7,0.7,0.7\n2020,BBB,Beta,1,0.70000,0.7,0.7,0.7,0.7\n");
    CHECK(index.series("AAA").value().front().row.egdi_rank == 2);
}

TEST_CASE("Zero means no data: it has no rank, and nobody is ranked against it") {
    const auto index = read_ok(five);
    CHECK(index.series("EEE").value().front().row.epi == 0);
    CHECK_FALSE(index.series("EEE").value().front().epi_rank.has_value());
}

TEST_CASE("A country that was not surveyed keeps its row, without values") {
    const auto index = read_ok("2003,MNE,Montenegro,,,,,,\n2003,AAA,Alpha,1,0.5,0.5,0.5,0.5,0.5\n");
    const auto row = index.series("MNE").value().front();
    CHECK_FALSE(row.row.egdi.has_value());
    CHECK_FALSE(row.osi_rank.has_value());
}

TEST_CASE("A file of another shape is refused with its line") {
    CHECK(why("year,iso3\n").starts_with("line 1:"));
    CHECK(why("") == "line 1: no rows");
    CHECK(why(head) == "line 1: no rows");
    CHECK(why(std::string(head) + "2024,AAA,Alpha,1,0.5,0.5,0.5,0.5\n") == "line 2: 8 fields, not 9");
    CHECK(why(std::string(head) + "24,AAA,Alpha,1,0.5,0.5,0.5,0.5,0.5\n") == "line 2: year");
    CHECK(why(std::string(head) + "2024,Aaa,Alpha,1,0.5,0.5,0.5,0.5,0.5\n") == "line 2: iso3");
    CHECK(why(std::string(head) + "2024,AAA,Alpha,0,0.5,0.5,0.5,0.5,0.5\n") == "line 2: egdi_rank");
    CHECK(why(std::string(head) + "2024,AAA,Alpha,1,5e-1,0.5,0.5,0.5,0.5\n") == "line 2: value '5e-1'");
    CHECK(why(std::string(head) + "2024,AAA,Alpha,1,-0.5,0.5,0.5,0.5,0.5\n") == "line 2: value '-0.5'");
    CHECK(why(std::string(head) + "2024,AAA,Alpha,1,2.0,0.5,0.5,0.5,0.5\n") == "line 2: value '2.0'");
    CHECK(why(std::string(head) + "2024,AAA,Alpha,1,0.123456,0.5,0.5,0.5,0.5\n") == "line 2: value '0.123456'");
    CHECK(why(std::string(head) + "2024,AAA,Alpha,1,0.5,,0.5,0.5,0.5\n") == "line 2: filled in part");
    CHECK(why(std::string(head) + "2024,AAA,\"Alpha,1,0.5,0.5,0.5,0.5,0.5\n") == "line 2: an open quote");
    CHECK(why(std::string(head) + five + "2024,AAA,Alpha,1,0.5,0.5,0.5,0.5,0.5\n") == "line 7: AAA twice in one edition");
}

TEST_CASE("An index above one is refused with its line, in every column") {
    CHECK(why(std::string(head) + "2024,AAA,Alpha,1,0.5,1.56184,0.5,0.5,0.5\n") == "line 2: value '1.56184' is above 1");
    for (int column = 0; column < 5; ++column) {
        std::string row = "2024,AAA,Alpha,1";
        for (int i = 0; i < 5; ++i) row += i == column ? ",1.00001" : ",1.00000";
        CHECK(why(std::string(head) + row + "\n") == "line 2: value '1.00001' is above 1");
    }
    CHECK(read_ok("2024,AAA,Alpha,1,1,1.0,1.00000,1,0\n").series("AAA").value().front().row.osi == index_one);
}

TEST_CASE("Human capital above one, as in the edition of 2003, is read") {
    CHECK(read_ok("2003,FSM,Micronesia,9,0.53,0.1,1.422,0.1,0.1\n").series("FSM").value().front().row.hci == 142'200);
}

TEST_CASE("Rank N in OSI takes the value of the country at that place, the others fixed") {
    const auto index = read_ok(five);
    const auto two = simulate(index, "EEE", 2024, 2).value();
    CHECK(two.osi_rank == 5);
    CHECK(two.osi_needed == 80'000);
    CHECK(two.holder == "Beta");
    CHECK_FALSE(two.reached);
    CHECK(two.egdi_then == 70'000);      // (0.8 + 0.6 + 0.7) / 3
    CHECK(two.egdi_rank_then == 3);      // Alpha and Beta are greater, Gamma is equal
    CHECK(simulate(index, "AAA", 2024, 1).value().reached);
}

TEST_CASE("Rank N in EGDI by OSI alone may be out of reach") {
    const auto index = read_ok(five);
    const auto one = simulate(index, "EEE", 2024, 1).value();
    CHECK(one.osi_for_egdi_rank == 140'000);  // 3 × 0.9 − 0.6 − 0.7
    CHECK_FALSE(one.egdi_reachable_by_osi);
    CHECK(simulate(index, "EEE", 2024, 3).value().egdi_reachable_by_osi);
}

TEST_CASE("Unknown countries, editions of another method and ranks that do not exist are said") {
    const auto index = read_ok(std::string(five) + "2010,AAA,Alpha,1,0.5,0.5,0.5,0.5,0.5\n");
    CHECK(index.series("XXX").error().key == "insight.unknown-country");
    CHECK(simulate(index, "XXX", 2024, 1).error().key == "insight.unknown-country");
    CHECK(simulate(index, "AAA", 2010, 1).error().key == "insight.unknown-edition");
    CHECK(simulate(index, "AAA", 2022, 1).error().key == "insight.unknown-edition");
    CHECK(simulate(index, "AAA", 2024, 0).error().key == "insight.rank");
    CHECK(simulate(index, "AAA", 2024, 5).error().key == "insight.rank");
}

TEST_CASE("Index values are written with the digits asked for") {
    CHECK(index_text(56'184) == "0.56184");
    CHECK(index_text(56'184, 3) == "0.562");
    CHECK(index_text(100'000, 3) == "1.000");
    CHECK(index_text(142'200, 3) == "1.422");
}

TEST_CASE("Morocco in 2024: EGDI rank 90, OSI rank 100, and rank 50 needs an OSI of 0.804") {
    const auto index = survey();
    if (!index) {
        MESSAGE("SKIP: the survey's file is not beside the checkout");
        return;
    }
    CHECK(index->rows() == 2'316);
    CHECK(index->editions().size() == 12);
    const auto last = index->series("MAR").value().back();
    CHECK(last.row.year == 2024);
    CHECK(last.row.egdi_rank == 90);
    CHECK(last.row.egdi == 68'411);
    CHECK(last.row.osi == 56'184);
    CHECK(last.osi_rank == 100);
    CHECK(last.epi_rank == 102);
    const auto fifty = simulate(*index, "MAR", 2024, 50).value();
    CHECK(index_text(fifty.osi_needed, 3) == "0.804");
    CHECK(fifty.holder == "Poland");
    CHECK(index_text(fifty.egdi_then, 3) == "0.765");
    CHECK(fifty.egdi_rank_then == 72);
    CHECK(index_text(fifty.osi_for_egdi_rank, 2) == "1.03");
    CHECK_FALSE(fifty.egdi_reachable_by_osi);
}

TEST_CASE("Morocco's OSI and EPI ranks since 2010 are those of the reference") {
    const auto index = survey();
    if (!index) {
        MESSAGE("SKIP: the survey's file is not beside the checkout");
        return;
    }
    const int expected[][4] = {{2010, 126, 104, 86}, {2012, 120, 54, 38}, {2014, 82, 30, 17}, {2016, 85, 36, 17},
                               {2018, 110, 78, 56}, {2020, 106, 106, 106}, {2022, 101, 113, 128}, {2024, 90, 100, 102}};
    const auto points = index->series("MAR").value();
    for (const auto& [year, egdi, osi, epi] : expected) {
        for (const auto& point : points) {
            if (point.row.year != year) continue;
            CHECK(point.row.egdi_rank == egdi);
            CHECK(point.osi_rank == osi);
            CHECK(point.epi_rank == epi);
        }
    }
}
