// Static analysis of decision tables, against trying every sample of the inputs.
#include "decision/analysis.hpp"
#include "decision/table_testing.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <random>
#include <set>

using namespace wasl;
using namespace wasl::decision;
using wasl::decision::testing::Sketch;
using TypeKind = feel::Type::Kind;

namespace {

std::string words(const TableRemark& remark) {
    std::string out(to_string(remark.kind));
    for (const auto row : remark.rows) out += " " + std::to_string(row);
    if (remark.column != 0) out += " input " + std::to_string(remark.column);
    for (const auto& test : remark.where) out += " | " + test;
    return out;
}

std::vector<std::string> remarks(const TableDescription& description, const feel::Scope& scope) {
    std::vector<std::string> out;
    const auto analysis = analyse(Table::compile(description, scope));
    CHECK(analysis.complete);
    for (const auto& remark : analysis.remarks) out.push_back(words(remark));
    return out;
}
std::vector<std::string> remarks(const Sketch& sketch) { return remarks(sketch.description(), sketch.scope()); }

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE("overlapping rows of UNIQUE are told with the values they share") {
    const Sketch table{"U", {{"n", TypeKind::number}, {"s", TypeKind::string}}, {{"out", ""}},
                       {{"< 20", "-", "1"}, {"[10..30]", "\"a\"", "2"}, {"[10..30]", "not(\"a\")", "3"}, {"> 30", "-", "4"}}};
    CHECK(remarks(table) == Words{"overlap 1 2 | [10..20) | \"a\"", "overlap 1 3 | [10..20) | not(\"a\")"});
    auto any = table;
    any.policy = "A";
    any.rows[1].back() = "1";
    CHECK(remarks(any) == Words{"overlap 1 3 | [10..20) | not(\"a\")"});
    auto first = table;
    first.policy = "F";
    CHECK(remarks(first) == Words{});
}

TEST_CASE("what no row answers is told as tests; a default answers everything") {
    Sketch table{"U", {{"n", TypeKind::number}, {"yes", TypeKind::boolean}}, {{"out", ""}},
                 {{"< 10", "-", "1"}, {"(10..20]", "true", "2"}, {"> 20", "false", "3"}}};
    auto found = remarks(table);
    std::sort(found.begin(), found.end());
    CHECK(found == Words{"gap | (10..20] | false", "gap | 10 | -", "gap | > 20 | true"});
    auto description = table.description();
    description.outputs[0].default_entry = "0";
    CHECK(remarks(description, table.scope()) == Words{});
}

TEST_CASE("allowed values bound what has to be answered; neighbouring days and months leave no gap") {
    const Sketch table{"U", {{"s", TypeKind::string}}, {{"out", ""}}, {{"\"a\"", "1"}, {"\"b\", \"c\"", "2"}}};
    auto description = table.description();
    CHECK(remarks(description, table.scope()) == Words{"gap | not(\"a\", \"b\", \"c\")"});
    description.inputs[0].allowed = "\"a\", \"b\", \"c\"";
    CHECK(remarks(description, table.scope()) == Words{});
    const Sketch days{"U", {{"d", TypeKind::date}, {"m", TypeKind::months_duration}}, {{"out", ""}},
                      {{"<= @\"2026-12-31\"", "<= @\"P1Y\"", "1"}, {"<= @\"2026-12-31\"", ">= @\"P13M\"", "2"}, {">= @\"2027-01-01\"", "-", "3"}}};
    CHECK(remarks(days) == Words{});
}

TEST_CASE("rows that repeat conditions, rows that never decide, inputs that nobody asks for") {
    CHECK(remarks(Sketch{"U", {{"n", TypeKind::number}}, {{"out", ""}}, {{"-", "1"}, {"< 5, >= 5", "2"}}}) == Words{"duplicate 1 2"});
    const Sketch first{"F", {{"n", TypeKind::number}, {"s", TypeKind::string}}, {{"out", ""}},
                       {{"< 10", "-", "1"}, {">= 10", "-", "2"}, {"5", "-", "3"}, {"6, 11", "-", "4"}}};
    CHECK(remarks(first) == Words{"unused input input 2", "unreachable 3", "unreachable 4"});
    const Sketch priority{"P", {{"n", TypeKind::number}}, {{"out", "1, 2"}}, {{"[1..5]", "2"}, {"-", "1"}}};
    CHECK(remarks(priority) == Words{"unreachable 1"});
    const Sketch never{"C", {{"n", TypeKind::number}}, {{"out", ""}}, {{"\"text\"", "1"}, {"-", "2"}}};
    CHECK(remarks(never) == Words{"unreachable 1"});
    const Sketch twice{"C", {{"n", TypeKind::number}}, {{"out", ""}}, {{"[1..3]", "1"}, {"-", "2"}, {"1, (1..3]", "3"}}};
    CHECK(remarks(twice) == Words{"duplicate 1 3"});
}

TEST_CASE("cells that only an evaluation can tell are named, and nothing is guessed from them") {
    Sketch table{"U", {{"n", TypeKind::number}, {"at", TypeKind::date_time}}, {{"out", ""}},
                 {{"< 10", "-", "1"}, {"? > 5 + n", "-", "2"}, {"[8..20)", "-", "3"}, {"> 100", "> @\"2026-01-01T00:00:00Z\"", "4"}}};
    CHECK(remarks(table) == Words{"not analysed 2 input 1", "not analysed 4 input 2", "overlap 1 3 | [8..10) | -"});
    table.rows.erase(table.rows.begin() + 1);
    CHECK(remarks(table) == Words{"not analysed 3 input 2", "overlap 1 2 | [8..10) | -", "gap | [20..100] | -"});
}

TEST_CASE("a table too large for its limits says so") {
    Sketch table{"U", {{"n", TypeKind::number}}, {{"out", ""}}, {}};
    for (int i = 0; i < 60; ++i) table.rows.push_back({std::to_string(i), "1"});
    const auto analysis = analyse(Table::compile(table.description(), table.scope()), {.remarks = 5, .steps = 10});
    CHECK_FALSE(analysis.complete);
}

namespace {

// One of few tests over the samples below.
std::string drawn_number(std::mt19937& random) {
    const auto a = std::to_string(random() % 4 + 1);
    const auto b = std::to_string(random() % 2 + 4);
    switch (random() % 8) {
        case 0: return "-";
        case 1: return "< " + a;
        case 2: return ">= " + a;
        case 3: return "[" + a + ".." + b + ")";
        case 4: return "(" + a + ".." + b + "]";
        case 5: return "not(" + a + ")";
        case 6: return a + ", " + b;
        default: return a;
    }
}

std::string drawn_text(std::mt19937& random) {
    static constexpr const char* cells[] = {"-", "\"a\"", "\"b\", \"c\"", "not(\"a\")", "\"b\"", "not(\"b\", \"c\")"};
    return cells[random() % std::size(cells)];
}

using Sample = std::vector<feel::Value>;

std::vector<Sample> samples() {
    std::vector<Sample> out;
    for (int half = 0; half <= 12; ++half) {
        for (const auto* text : {"a", "b", "c", "d"}) {
            for (const bool yes : {false, true}) out.push_back({Decimal::of(half * 5, -1), text, yes});
        }
    }
    return out;
}

bool fits(const std::vector<std::string>& tests, const Sample& sample) {
    for (std::size_t i = 0; i < tests.size(); ++i) {
        if (!feel::UnaryTests::compile(tests[i], {})->matches(sample[i], {})) return false;
    }
    return true;
}

}  // namespace

TEST_CASE("property: overlaps, gaps and rows that never decide are exactly those of all samples") {
    std::mt19937 random(5);
    const auto all = samples();
    std::size_t gaps = 0;
    std::size_t overlaps = 0;
    std::size_t hidden = 0;
    for (int round = 0; round < 250; ++round) {
        Sketch table{round % 2 == 0 ? "U" : "F", {{"n", TypeKind::number}, {"s", TypeKind::string}, {"yes", TypeKind::boolean}}, {{"out", ""}}, {}};
        static constexpr const char* truths[] = {"-", "-", "true", "false"};
        for (std::size_t row = 0; row < random() % 7 + 2; ++row) {
            table.rows.push_back({drawn_number(random), drawn_text(random), truths[random() % 4], "1"});
        }
        std::set<std::pair<std::size_t, std::size_t>> pairs;
        std::set<std::size_t> deciding;
        std::vector<Sample> unanswered;
        for (const auto& sample : all) {
            std::vector<std::size_t> matched;
            for (std::size_t row = 0; row < table.rows.size(); ++row) {
                if (fits({table.rows[row].begin(), table.rows[row].begin() + 3}, sample)) matched.push_back(row + 1);
            }
            if (matched.empty()) unanswered.push_back(sample);
            else if (round % 2 != 0) deciding.insert(matched.front());
            else deciding.insert(matched.begin(), matched.end());
            for (std::size_t i = 1; i < matched.size(); ++i) {
                for (std::size_t j = 0; j < i; ++j) pairs.emplace(matched[j], matched[i]);
            }
        }
        std::string text;
        for (const auto& row : table.rows) text += "\n" + row[0] + " | " + row[1] + " | " + row[2];
        const auto analysis = analyse(Table::compile(table.description(), table.scope()), {.remarks = 10'000, .steps = 1'000'000});
        for (const auto& remark : analysis.remarks) text += "\n" + words(remark);
        CAPTURE(text);
        REQUIRE(analysis.complete);
        std::vector<std::vector<std::string>> boxes;
        std::set<std::size_t> never;
        for (const auto& remark : analysis.remarks) {
            if (remark.kind == TableRemark::Kind::unreachable) never.insert(remark.rows[0]);
            if (remark.kind == TableRemark::Kind::gap) boxes.push_back(remark.where);
            if (remark.kind == TableRemark::Kind::overlap) {
                ++overlaps;
                REQUIRE(pairs.erase({remark.rows[0], remark.rows[1]}) == 1);
            }
        }
        // What is left overlaps too, but repeats the same conditions.
        for (const auto& pair : pairs) {
            if (round % 2 != 0) break;
            const bool told = std::any_of(analysis.remarks.begin(), analysis.remarks.end(), [&](const TableRemark& remark) {
                return remark.kind == TableRemark::Kind::duplicate && remark.rows[1] == pair.second;
            });
            REQUIRE(told);
        }
        for (std::size_t row = 1; row <= table.rows.size(); ++row) REQUIRE(never.contains(row) != deciding.contains(row));
        // Every sample without an answer lies in a gap, and no other does.
        for (const auto& sample : all) {
            const bool inside = std::any_of(boxes.begin(), boxes.end(), [&](const auto& box) { return fits(box, sample); });
            const bool open = std::any_of(unanswered.begin(), unanswered.end(), [&](const Sample& other) {
                return other[0] == sample[0] && other[1] == sample[1] && other[2] == sample[2];
            });
            REQUIRE(inside == open);
        }
        gaps += boxes.size();
        hidden += never.size();
    }
    CHECK(gaps > 100);
    CHECK(overlaps > 100);
    CHECK(hidden > 100);
}
