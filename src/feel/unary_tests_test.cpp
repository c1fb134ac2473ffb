// Unary tests, the cells of decision tables: reference section 1.3 (DMN 1.5, 7.3.3).
#include "feel/expression.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::feel;

namespace {

bool holds(std::string_view cell, const Value& input, const Scope& scope = {}, const Bindings& bindings = {}) {
    const auto tests = UnaryTests::compile(cell, scope);
    const std::string shown(cell);
    CAPTURE(shown);
    REQUIRE(tests);
    const auto again = UnaryTests::compile(tests->print(), scope);
    REQUIRE(again);
    CHECK(again->print() == tests->print());
    const bool matched = tests->matches(input, bindings);
    CHECK(again->matches(input, bindings) == matched);
    return matched;
}

}  // namespace

TEST_CASE("§1.3 a dash holds for everything, null too") {
    CHECK(holds("-", 5));
    CHECK(holds("-", Value{}));
    CHECK(UnaryTests::compile("-", {})->is_any());
}

TEST_CASE("§1.3 comparisons, intervals and lists of tests") {
    CHECK(holds("< 10", 5));
    CHECK_FALSE(holds("< 10", 10));
    CHECK(holds("<= 10", 10));
    CHECK(holds("!= 3", 4));
    CHECK_FALSE(holds("= 3", 4));
    CHECK(holds("[1..5]", 5));
    CHECK_FALSE(holds("[1..5)", 5));
    CHECK_FALSE(holds("]1..5]", 1));
    CHECK(holds("[1..5], 7", 7));
    CHECK(holds("\"a\", \"b\"", "b"));
    CHECK_FALSE(holds("\"a\", \"b\"", "c"));
    CHECK_FALSE(holds("< 10", Value{}));
    CHECK(holds("null", Value{}));
    CHECK(holds("date(\"2020-01-01\")", Date{2020, 1, 1}));
    CHECK(holds("> date(\"2020-01-01\")", Date{2020, 1, 2}));
}

TEST_CASE("§1.3 not(…) around the whole cell negates the list") {
    CHECK(holds("not(\"a\", \"b\")", "c"));
    CHECK_FALSE(holds("not(\"a\", \"b\")", "a"));
    CHECK(holds("not(< 10)", 10));
    CHECK(holds("not(? > 5) or ? = 100", 100));
    CHECK(holds("not(false)", true));
}

TEST_CASE("§1.3 a boolean cell is compared with the input, unless it speaks of ?") {
    CHECK(holds("true", true));
    CHECK_FALSE(holds("true", false));
    CHECK(holds("false", false));
    CHECK_FALSE(holds("false", true));
    CHECK(holds("? > 5 and ? < 10", 7));
    CHECK_FALSE(holds("? > 5 and ? < 10", 11));
    CHECK(holds("not(?)", false));
    CHECK(holds("string length(?) = 3", "abc"));
    CHECK(holds("some x in [1, 2] satisfies x = ?", 2));
}

TEST_CASE("§1.3 lists: membership, ranges inside, and the whole list as input") {
    CHECK(holds("[1, 2, 3]", 2));
    CHECK(holds("[[1..3], [7..9]]", 8));
    CHECK(holds("[1, 2]", List{1, 2}));
    CHECK_FALSE(holds("[1, 2]", List{1, 3}));
}

TEST_CASE("§1.3 cells see the names of their scope") {
    const auto scope = Scope().add("upper limit").add("allowed");
    CHECK(holds("<= upper limit", 5, scope, {{"upper limit", 5}}));
    CHECK(holds("allowed", "b", scope, {{"allowed", List{"a", "b"}}}));
    CHECK(UnaryTests::compile("<= upper limit", scope)->names_used() == std::vector<std::string>{"upper limit"});
}

TEST_CASE("an enumeration of allowed values lists its constants in order") {
    const auto tests = UnaryTests::compile("\"high\", \"low\", -1, @\"2020-01-01\"", {});
    CHECK(to_text(*tests->constants()) == "[\"high\", \"low\", -1, @\"2020-01-01\"]");
    CHECK_FALSE(UnaryTests::compile("[1..3]", {})->constants());
}

TEST_CASE("a cell that is no test is refused with its place") {
    std::size_t offset = 0;
    CHECK(UnaryTests::compile("1,,2", {}, {}, {}, &offset).error().key == "feel.syntax");
    CHECK(offset == 2);
    CHECK_FALSE(UnaryTests::compile("", {}));
    CHECK_FALSE(UnaryTests::compile("not(1", {}));
}

TEST_CASE("tests that hang on the tested value alone are given as data, with the same meaning") {
    Scope scope;
    scope.add("limit", Type::Kind::number);
    const Value inputs[] = {Value{}, 3, 5, 10, Decimal::of(55, -1), "a", "b", true, false, List{"a"}, List{"a", 5}, List{},
                            Date{2026, 5, 1}, DaysDuration::of_days(3), Context{{"a", 1}}};
    static constexpr const char* constant[] = {"-", "< 10", "[1..5]", "(3..10), 10", "not(3, 5)", "\"a\", \"b\"", "true", "false", "null",
                                               "not(null)", "[\"a\"]", "[1, 5]", "!= 3", "= 3", "not(< 5)", "2 + 3", "date(\"2026-05-01\")",
                                               "[@\"2026-01-01\"..@\"2026-12-31\"]", "> @\"P2D\"", "list contains(?, \"a\")",
                                               "not(list contains(?, \"a\"))", "list contains(?, 5), \"b\"", "> \"a\"", "[5..5]"};
    for (const auto* cell : constant) {
        const std::string shown = cell;
        CAPTURE(shown);
        const auto tests = UnaryTests::compile(cell, scope);
        REQUIRE(tests);
        const auto data = tests->constant_tests();
        REQUIRE(data);
        for (const auto& input : inputs) {
            const auto value = to_text(input);
            CAPTURE(value);
            CHECK(data->matches(input) == tests->matches(input, {}));
        }
    }
    static constexpr const char* other[] = {"< limit", "? > 5", "nothing", "today()", "1 / 0", "list contains(?, null)",
                                            "list contains(?, limit)"};
    for (const auto* cell : other) {
        const std::string shown = cell;
        CAPTURE(shown);
        CHECK_FALSE(UnaryTests::compile(cell, scope)->constant_tests());
    }
    CHECK(Expression::compile("2 + 3", scope)->constant() == Value(5));
    CHECK_FALSE(Expression::compile("limit + 3", scope)->constant());
    CHECK_FALSE(Expression::compile("now()", scope)->constant());
    CHECK_FALSE(Expression::compile("1 / 0", scope)->constant());
}

TEST_CASE("§1.3 an expression over the tested value that gives null does not match a null") {
    CHECK_FALSE(holds("? > 5", Value{}));
    CHECK_FALSE(holds("list contains(?, \"a\")", Value{}));
    CHECK(holds("? = null", Value{}));
    CHECK(holds("null", Value{}));
}
