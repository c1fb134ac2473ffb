#include "batch/lines.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <random>

using namespace wasl;
using namespace wasl::batch;

namespace {

std::string said(Format format, std::string_view text) {
    const auto lines = read_lines(format, text);
    return lines ? fmt::format("{} lines", lines->size()) : lines.error().key + (lines.error().detail.empty() ? "" : " " + lines.error().detail);
}

}  // namespace

TEST_CASE("a batch in JSON: filings with ids of the sender's, or their numbers") {
    const auto lines = read_lines(Format::json, R"([{"line":"a-1","member":"m","procedure":"p","answers":{"x":1}},{"member":"m"},7])").value();
    REQUIRE(lines.size() == 3);
    CHECK(lines[0].id == "a-1");
    CHECK(lines[0].wish.object()->find("line") == nullptr);
    CHECK(lines[0].wish["answers"]["x"].integer() == 1);
    CHECK(lines[1].id == "2");
    CHECK(lines[2].wish.integer() == 7);  // what it is worth is said with its result
}

TEST_CASE("a batch in CSV: answers by column, empty cells absent") {
    const auto lines = read_lines(Format::csv, "line,member,procedure,channel,obligations,answers.name.given_latin,answers.area\r\n"
                                               "x1,m,p,sms,one two,\"Ali, le jeune\",\r\n").value();
    REQUIRE(lines.size() == 1);
    CHECK(lines[0].from_table);
    CHECK(lines[0].typed == std::vector<std::pair<std::string, std::string>>{{"name.given_latin", "Ali, le jeune"}});
    CHECK(lines[0].wish["contact"]["channel"].text_or("") == "sms");
    CHECK(lines[0].wish["obligations"].array()->size() == 2);
    CHECK(lines[0].wish["procedure"].text_or("") == "p");
}

TEST_CASE("batch.not-json, batch.not-list, batch.empty, batch.too-large") {
    CHECK(said(Format::json, "{]").starts_with("batch.not-json"));
    CHECK(said(Format::json, "{}") == "batch.not-list");
    CHECK(said(Format::json, "[]") == "batch.empty");
    CHECK(said(Format::csv, "member,procedure\n") == "batch.empty");
    std::string many = "[0";
    for (std::size_t n = 0; n < most_lines; ++n) many += ",0";
    CHECK(said(Format::json, many + "]") == "batch.too-large 5001");
    std::string rows = "member,procedure\n";
    for (std::size_t n = 0; n <= most_lines; ++n) rows += "m,p\n";
    CHECK(said(Format::csv, rows).starts_with("batch.too-large"));
    CHECK(said(Format::json, std::string(most_bytes + 1, ' ')).starts_with("batch.too-large"));
}

TEST_CASE("batch.csv-syntax, batch.csv-column: the place is named") {
    CHECK(said(Format::csv, "member,procedure\nm\n").starts_with("batch.csv-syntax batch.csv:2:1"));
    CHECK(said(Format::csv, "member,procedure,anwsers.x\nm,p,1\n") == "batch.csv-column batch.csv:1:18: a column that is not known here");
    CHECK(said(Format::csv, "member,answers.x\nm,1\n") == "batch.csv-column column procedure is missing");
    CHECK(said(Format::csv, "member,member\n").starts_with("batch.csv-column batch.csv:1:8"));
}

TEST_CASE("batch.line-id, batch.line-twice: an id of the sender's stands once") {
    CHECK(said(Format::json, R"([{"line":"a"},{"line":"a"}])") == "batch.line-twice /1/line");
    CHECK(said(Format::json, R"([{"line":"2"},{}])") == "batch.line-twice /1/line");  // its number is taken
    CHECK(said(Format::json, R"([{"line":"a b"}])") == "batch.line-id /0/line");
    CHECK(said(Format::json, R"([{"line":true}])") == "batch.line-id /0/line");
    CHECK(said(Format::json, R"([{"line":""}])") == "batch.line-id /0/line");
    CHECK(said(Format::csv, "line,member,procedure\na,m,p\na,m,p\n").starts_with("batch.line-twice batch.csv:3:1"));
}

TEST_CASE("papers are named in columns of their own; a spreadsheet's semicolons are read") {
    const auto lines = read_lines(Format::csv, "line;member;procedure;papers.plan;answers.area\r\n1;m;p;a.pdf | b c.pdf;12,5\r\n2;m;p;;\r\n").value();
    CHECK(json::write(lines[0].wish["papers"]) == R"({"plan":["a.pdf","b c.pdf"]})");
    CHECK(lines[0].typed.front().second == "12,5");
    CHECK(lines[1].wish["papers"].is_null());
    CHECK(said(Format::csv, "member,procedure,papers.\nm,p,a\n").starts_with("batch.csv-column"));
}

TEST_CASE("property: any table that is read gives one line a row, each id once, and every cell in its place") {
    std::mt19937 chance(11);
    const auto any = [&](int most) { return static_cast<int>(chance() % static_cast<unsigned>(most)); };
    constexpr std::string_view pieces[] = {"a", ",", "\"", "\n", "é", "م", " ", "1"};
    for (int round = 0; round < 500; ++round) {
        std::string text = "line,member,procedure,answers.q\r\n";
        std::vector<std::string> cells;
        const int rows = 1 + any(6);
        for (int row = 0; row < rows; ++row) {
            std::string cell, quoted = "\"";
            for (int n = any(5); n > 0; --n) cell += pieces[any(8)];
            for (const char c : cell) quoted += c == '"' ? "\"\"" : std::string(1, c);
            text += fmt::format("r{},m,p,{}\"\r\n", row, quoted);
            cells.push_back(std::move(cell));
        }
        const auto lines = read_lines(Format::csv, text).value();
        REQUIRE(lines.size() == cells.size());
        for (std::size_t n = 0; n < lines.size(); ++n) {
            CHECK(lines[n].id == fmt::format("r{}", n));
            CHECK(lines[n].typed.empty() == cells[n].empty());
            if (!cells[n].empty()) CHECK(lines[n].typed.front().second == cells[n]);
        }
    }
}
