#include "base/csv.hpp"

#include <doctest/doctest.h>

using namespace wasl;

namespace {

std::string said(std::string_view text, std::size_t most = 100) {
    const auto table = CsvTable::read("area", "t.csv", text, most);
    return table ? "read" : table.error().key + " " + table.error().detail;
}

}  // namespace

TEST_CASE("a table: cells keep what was quoted, and know their place") {
    const auto table = CsvTable::read("area", "t.csv", "\xEF\xBB\xBFname,note\r\n\"a,\"\"b\",\"two\r\nlines\"\r\nx,\r\n", 10).value();
    REQUIRE(table.rows() == 2);
    CHECK(table.at(0, 0).text == "a,\"b");
    CHECK(table.at(0, 1).text == "two\r\nlines");
    CHECK(table.at(1, 0).line == 4);
    CHECK(table.column("note") == 1);
    CHECK_FALSE(table.column("Note"));
    CHECK(table.bad(table.at(1, 1), "why").error().key == "area.csv-value");
    CHECK(table.where(table.at(1, 1), "why") == "t.csv:4:3: why");
}

TEST_CASE("a table that is none is refused in the words of its reader, with the place") {
    CHECK(said("a\n1\n2\n", 1) == "area.too-large t.csv:3:1: more than 1 rows");
    CHECK(said("a,b\n1\n").starts_with("area.csv-syntax t.csv:2:1"));
    CHECK(said("a,a\n") == "area.csv-column t.csv:1:3: a column that is there twice");
    CHECK(said("a\n\"x") == "area.csv-syntax t.csv:2:3: the file ends inside quotes");
    CHECK(said("").starts_with("area.csv-syntax"));
}

TEST_CASE("a table of a spreadsheet that marks decimals by a comma has semicolons between its cells") {
    constexpr std::string_view text = "name;amount\r\n\"a;b\";1,50\r\n";
    CHECK(CsvDialect::separator_of(text) == ';');
    CHECK(CsvDialect::separator_of("name,amount;x,y\n;;;;") == ',');
    const auto table = CsvTable::read("area", "t.csv", text, 10, {.separator = ';'}).value();
    CHECK(table.at(0, 0).text == "a;b");
    CHECK(table.at(0, 1).text == "1,50");
    CHECK(said(text) == "area.csv-syntax t.csv:2:6: text after a closing quote");  // commas, as long as nothing else was said
}

TEST_CASE("an uneven row is an error, unless the dialect keeps it: then it is known, and the next one is whole") {
    constexpr std::string_view text = "a,b\n1,2\n3\n4,5,6\n7,8\n";
    CHECK_FALSE(CsvTable::read("area", "f.csv", text, 9).has_value());
    const auto table = CsvTable::read("area", "f.csv", text, 9, {.uneven_rows = true});
    REQUIRE(table.has_value());
    REQUIRE(table->rows() == 4);
    CHECK_FALSE(table->uneven(0));
    CHECK(table->uneven(1));
    CHECK(table->at(1, 0).text == "3");
    CHECK(table->at(1, 1).text.empty());
    CHECK(table->uneven(2));
    CHECK_FALSE(table->uneven(3));
    CHECK(table->at(3, 1).text == "8");
    CHECK(table->at(3, 0).line == 5);
}

TEST_CASE("blank lines are an error, unless the dialect passes them over; lines keep their numbers") {
    CHECK(said("a,b\n\n1,2\n").starts_with("area.csv-syntax t.csv:2:1"));
    const auto table = CsvTable::read("area", "t.csv", "\n\r\na,b\n\n1,2\r\n\r\n\n", 10, {.blank_lines = true}).value();
    REQUIRE(table.rows() == 1);
    CHECK(table.at(0, 0).line == 5);
    CHECK(CsvTable::read("area", "t.csv", "\n\n", 10, {.blank_lines = true}).error().key == "area.csv-syntax");
}
