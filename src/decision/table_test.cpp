// Decision tables: reference section 4.3 (DMN 1.5, chapter 8).
#include "decision/table_testing.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::decision;
using wasl::decision::testing::gives;
using wasl::decision::testing::Sketch;
using TypeKind = feel::Type::Kind;

namespace {

// Rows 1 and 2 overlap between 10 and 20; nothing matches from 100.
Sketch overlapping(std::string policy, std::string first, std::string second, std::string allowed = {}) {
    return {std::move(policy), {{"n", TypeKind::number}}, {{"out", std::move(allowed)}},
            {{"< 20", std::move(first)}, {"[10..30]", std::move(second)}, {"(30..100)", "9"}}};
}

}  // namespace

TEST_CASE("§4.3 UNIQUE: the only row; several rows are null and named, even when alike") {
    const auto table = overlapping("U", "1", "1");
    CHECK(gives(table, {{"n", 5}}) == "1");
    CHECK(gives(table, {{"n", 30}}) == "1");
    CHECK(gives(table, {{"n", 15}}) == "null ! table: decision.several-rows");
    CHECK(gives(table, {{"n", 100}}) == "null");
    CHECK(gives(table, {}) == "null");
}

TEST_CASE("§4.3 ANY: rows that agree; unlike rows are null") {
    CHECK(gives(overlapping("A", "1", "1.0"), {{"n", 15}}) == "1");
    CHECK(gives(overlapping("A", "1", "2"), {{"n", 15}}) == "null ! table: decision.unlike-rows");
    CHECK(gives(overlapping("A", "1", "n"), {{"n", 15}}) == "null ! table: decision.unlike-rows");
    CHECK(gives(overlapping("A", "n", "10 + 5"), {{"n", 15}}) == "15");
}

TEST_CASE("§4.3 PRIORITY and OUTPUT ORDER follow the order of the output values") {
    CHECK(gives(overlapping("P", "1", "2", "2, 1, 9"), {{"n", 15}}) == "2");
    CHECK(gives(overlapping("P", "1", "2", "1, 2, 9"), {{"n", 15}}) == "1");
    CHECK(gives(overlapping("O", "1", "2", "2, 1, 9"), {{"n", 15}}) == "[2, 1]");
    CHECK(gives(overlapping("O", "1", "2", "2, 1, 9"), {{"n", 5}}) == "[1]");
    CHECK(gives(overlapping("P", "1", "2"), {{"n", 15}}) == "null ! table: decision.no-priority");
}

TEST_CASE("§4.3 the priority of several outputs is decided from the left; ties keep the order of rows") {
    Sketch table{"O", {{"n", TypeKind::number}}, {{"risk", "\"high\", \"low\""}, {"fee", "3, 2, 1"}},
                 {{"-", "\"low\"", "3"}, {"-", "\"high\"", "1"}, {"> 5", "\"high\"", "2"}, {"> 9", "\"high\"", "2"}}};
    CHECK(gives(table, {{"n", 1}}) == "[{risk: \"high\", fee: 1}, {risk: \"low\", fee: 3}]");
    CHECK(gives(table, {{"n", 6}}) == "[{risk: \"high\", fee: 2}, {risk: \"high\", fee: 1}, {risk: \"low\", fee: 3}]");
    table.policy = "P";
    CHECK(gives(table, {{"n", 10}}) == "{risk: \"high\", fee: 2}");
    TableReport report{.with_trace = true, .findings = {}, .trace = {}};
    feel::Evaluation evaluation;
    std::ignore = Table::compile(table.description(), table.scope()).evaluate({{"n", 10}}, evaluation, &report);
    REQUIRE(report.trace.rows.size() == 4);
    CHECK(report.trace.rows[2].chosen);
    CHECK_FALSE(report.trace.rows[3].chosen);
}

TEST_CASE("§4.3 FIRST takes the first row and tries no later one") {
    CHECK(gives(overlapping("F", "1", "2"), {{"n", 15}}) == "1");
    const Sketch table{"F", {{"n", TypeKind::number}}, {{"out", ""}}, {{"> 1", "1"}, {"? > \"a\"", "2"}}};
    CHECK(gives(table, {{"n", 5}}) == "1");
    CHECK(gives(table, {{"n", 0}}) == "null ! row 2, input 1: feel.type-mismatch");
}

TEST_CASE("§4.3 RULE ORDER and COLLECT list the outputs in the order of the rows") {
    CHECK(gives(overlapping("R", "2", "1"), {{"n", 15}}) == "[2, 1]");
    CHECK(gives(overlapping("C", "2", "1"), {{"n", 15}}) == "[2, 1]");
    CHECK(gives(overlapping("C", "2", "1"), {{"n", 5}}) == "[2]");
    CHECK(gives(overlapping("C", "2", "1"), {{"n", 500}}) == "null");
}

TEST_CASE("§4.3 COLLECT with an aggregation") {
    CHECK(gives(overlapping("C+", "2", "1.5"), {{"n", 15}}) == "3.5");
    CHECK(gives(overlapping("C<", "2", "1"), {{"n", 15}}) == "1");
    CHECK(gives(overlapping("C>", "2", "1"), {{"n", 15}}) == "2");
    CHECK(gives(overlapping("C#", "2", "2"), {{"n", 15}}) == "2");
    CHECK(gives(overlapping("C+", "2", "\"x\""), {{"n", 15}}).starts_with("null ! table: feel."));
    const Sketch two{"C+", {{"n", TypeKind::number}}, {{"a", ""}, {"b", ""}}, {{"-", "1", "2"}}};
    CHECK(gives(two, {{"n", 15}}) == "null ! table: decision.aggregation");
}

TEST_CASE("§4.3 several outputs make a context, its names normalised") {
    const Sketch table{"U", {{"n", TypeKind::number}}, {{"the  fee", ""}, {"days", ""}}, {{"-", "n * 2", ""}}};
    CHECK(gives(table, {{"n", 4}}) == "{the fee: 8, days: null}");
}

TEST_CASE("§4.3 without a match the defaults are the result, those not given null") {
    auto description = overlapping("U", "1", "2").description();
    description.outputs[0].default_entry = "\"none of them\"";
    const auto scope = feel::Scope().add("n", TypeKind::number);
    CHECK(gives(description, scope, {{"n", 100}}) == "\"none of them\"");
    description.outputs[0].default_entry = "n + 1";
    CHECK(gives(description, scope, {{"n", 100}}) == "101");
    description.outputs.push_back({.name = "other", .type = {}, .allowed = {}, .default_entry = {}, .label = {}});
    for (auto& rule : description.rules) rule.outputs.emplace_back("0");
    CHECK(gives(description, scope, {{"n", 100}}) == "{out: 101, other: null}");
}

TEST_CASE("§4.3 a table without inputs matches with every row") {
    CHECK(gives(Sketch{"C", {}, {{"out", ""}}, {{"1"}, {"2"}}}, {}) == "[1, 2]");
}

TEST_CASE("§4.3 a value outside the input values makes the table null; null is not constrained") {
    auto description = overlapping("U", "1", "2").description();
    description.inputs[0].allowed = "[0..50]";
    description.rules.push_back({{"null"}, {"7"}, {}, {}});
    const auto scope = feel::Scope().add("n", TypeKind::number).add("most", TypeKind::number);
    CHECK(gives(description, scope, {{"n", 5}}) == "1");
    CHECK(gives(description, scope, {{"n", 60}}) == "null ! allowed values of input 1: decision.not-allowed");
    CHECK(gives(description, scope, {}) == "7");
    description.inputs[0].allowed = "<= most";
    CHECK(gives(description, scope, {{"n", 5}, {"most", 10}}) == "1");
    CHECK(gives(description, scope, {{"n", 60}, {"most", 10}}) == "null ! allowed values of input 1: decision.not-allowed");
}

TEST_CASE("§4.3 the items of a list are allowed one by one") {
    Sketch table{"U", {{"kinds", feel::Type::list_of(TypeKind::string)}}, {{"out", ""}}, {{"list contains(?, \"a\")", "1"}, {"not(list contains(?, \"a\"))", "2"}}};
    auto description = table.description();
    description.inputs[0].allowed = "\"a\", \"b\"";
    CHECK(gives(description, table.scope(), {{"kinds", feel::List{"b", "a"}}}) == "1");
    CHECK(gives(description, table.scope(), {{"kinds", feel::List{"b"}}}) == "2");
    CHECK(gives(description, table.scope(), {{"kinds", feel::List{"b", "c"}}}) == "null ! allowed values of input 1: decision.not-allowed");
}

TEST_CASE("§4.3 an output outside the output values is an error") {
    CHECK(gives(overlapping("U", "1", "n", "1, 2, 9"), {{"n", 25}}) == "null ! row 2, output 1: decision.output-not-allowed");
    CHECK(gives(overlapping("U", "1", "3", "1, 2, 9"), {{"n", 25}}) == "null ! row 2, output 1: decision.output-not-allowed");
    CHECK(gives(overlapping("U", "1", "3", "1, 2, 9"), {{"n", 5}}) == "1");
}

TEST_CASE("§2.6 inputs and outputs are coerced to their types") {
    auto description = overlapping("U", "1", "\"two\"").description();
    description.inputs[0].type = TypeKind::number;
    description.outputs[0].type = TypeKind::number;
    const feel::Scope scope = feel::Scope().add("n");
    CHECK(gives(description, scope, {{"n", feel::List{5}}}) == "1");
    CHECK(gives(description, scope, {{"n", "5"}}) == "null ! input 1: feel.type-mismatch");
    CHECK(gives(description, scope, {{"n", 25}}) == "null ! row 2, output 1: feel.type-mismatch");
}

TEST_CASE("§2.7 a failing cell spoils its own row only and is named with row, column and text") {
    const Sketch table{"C", {{"n", TypeKind::number}, {"s", TypeKind::string}}, {{"out", ""}},
                       {{"> 1", "? > 5", "1"}, {"> 1", "-", "n + s"}, {"-", "\"a\"", "3"}}};
    CHECK(gives(table, {{"n", 5}, {"s", "a"}}) == "[null, 3] ! row 1, input 2: feel.type-mismatch ! row 2, output 1: feel.type-mismatch");
    feel::Diagnostics diagnostics;
    feel::Evaluation evaluation(&diagnostics);
    std::ignore = Table::compile(table.description(), table.scope()).evaluate({{"n", 5}, {"s", "a"}}, evaluation);
    REQUIRE(diagnostics.size() == 2);
    CHECK(diagnostics[0].detail.starts_with("row 1, input 2: "));
}

TEST_CASE("§2.7 a cell that cannot be read makes the table null, with row, column and text") {
    const Sketch table{"U", {{"n", TypeKind::number}}, {{"out", ""}}, {{"< 5", "1"}, {"5 <", "2"}, {"-", "(3"}}};
    CHECK(gives(table, {{"n", 3}}) == "null ! row 2, input 1: feel.syntax ! row 3, output 1: feel.syntax");
    const auto compiled = Table::compile(table.description(), table.scope());
    CHECK_FALSE(compiled.valid());
    CHECK(compiled.findings()[0].text == "5 <");
}

TEST_CASE("names known nowhere are found at compilation; rows of another width make the table null") {
    Sketch table{"U", {{"n", TypeKind::number}}, {{"out", ""}}, {{"< limit", "1"}}};
    const auto compiled = Table::compile(table.description(), table.scope());
    REQUIRE(compiled.findings().size() == 1);
    CHECK(compiled.findings()[0].key == "feel.unknown-name");
    CHECK(compiled.valid());
    table.rows.push_back({"1"});
    CHECK(gives(table, {{"n", 3}}).starts_with("null"));
    CHECK_FALSE(Table::compile(table.description(), table.scope()).valid());
}

TEST_CASE("cells read the names of the decision, and the tested value as ?") {
    const Sketch table{"U", {{"n", TypeKind::number}, {"s", TypeKind::string}}, {{"out", ""}},
                       {{"> string length(s)", "-", "\"longer\""}, {"? = string length(s)", "-", "\"same\""}, {"< string length(s)", "-", "s"}}};
    CHECK(gives(table, {{"n", 5}, {"s", "abc"}}) == "\"longer\"");
    CHECK(gives(table, {{"n", 3}, {"s", "abc"}}) == "\"same\"");
    CHECK(gives(table, {{"n", 1}, {"s", "abc"}}) == "\"abc\"");
}

TEST_CASE("the budget of the evaluation holds in tables") {
    const Sketch table{"C", {{"n", TypeKind::number}}, {{"out", ""}}, {{"-", "count(for i in 1..100000 return i)"}}};
    feel::Diagnostics diagnostics;
    feel::Evaluation evaluation(&diagnostics, {.steps = 1000});
    CHECK(Table::compile(table.description(), table.scope()).evaluate({{"n", 1}}, evaluation).is_null());
    REQUIRE_FALSE(diagnostics.empty());
    CHECK(diagnostics.back().key == "feel.limit");
}

TEST_CASE("the trace tells inputs, rows, outputs and whether defaults were taken") {
    auto description = overlapping("C+", "1", "2").description();
    description.outputs[0].default_entry = "0";
    const auto table = Table::compile(description, feel::Scope().add("n", TypeKind::number));
    TableReport report{.with_trace = true, .findings = {}, .trace = {}};
    feel::Evaluation evaluation;
    CHECK(table.evaluate({{"n", 15}}, evaluation, &report) == feel::Value(3));
    REQUIRE(report.trace.inputs.size() == 1);
    CHECK(report.trace.inputs[0].expression == "n");
    CHECK(report.trace.inputs[0].value == feel::Value(15));
    REQUIRE(report.trace.rows.size() == 2);
    CHECK(report.trace.rows[1].rule == 1);
    CHECK(report.trace.rows[1].outputs[0] == feel::Value(2));
    CHECK(report.trace.result == feel::Value(3));
    TableReport none{.with_trace = true, .findings = {}, .trace = {}};
    CHECK(table.evaluate({{"n", 200}}, evaluation, &none) == feel::Value(0));
    CHECK(none.trace.defaults);
}

TEST_CASE("hit policies and aggregations by word and letter") {
    CHECK(hit_policy("RULE ORDER") == HitPolicy::rule_order);
    CHECK(hit_policy("O") == HitPolicy::output_order);
    CHECK_FALSE(hit_policy("unique"));
    CHECK(aggregation("SUM") == Aggregation::sum);
    CHECK(aggregation(">") == Aggregation::max);
    CHECK(to_string(HitPolicy::rule_order) == "RULE ORDER");
    CHECK(to_string(Aggregation::count) == "COUNT");
}
