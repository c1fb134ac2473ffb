// The grammar: reference sections 1.1 to 1.7 (DMN 1.5, 10.3.1).
#include "feel/testing.hpp"

using namespace wasl::feel;
using wasl::feel::testing::check;
using wasl::feel::testing::gives;
using wasl::feel::testing::rejected;

TEST_CASE("§1.2 precedence and associativity") {
    check({{"1 + 2 * 3", "7"},
           {"3**4**5", "3486784401"},
           {"-3**2", "9"},
           {"--10", "10"},
           {"2 ** -1", "0.5"},
           {"10 - 2 - 3", "5"},
           {"12 / 2 / 3", "2"},
           {"(1 + 2) * 3", "9"},
           {"1 < 2 and 2 < 3 or false", "true"},
           {"true or false and false", "true"},
           {"5 between 1 and 10 and true", "true"},
           {"-{a: function(x) x}.a(10)", "-10"},
           {"if true then 1 else 2 + 3", "1"},
           {"(function(a) a + 1)(2)", "3"},
           {"1 = 1 = true", "true"},
           {"-1 instance of number", "null"}});
}

TEST_CASE("§1.2 if: true chooses then; false and null choose else; another kind is null") {
    check({{"if true then 1 else 2", "1"}, {"if false then 1 else 2", "2"}, {"if null then 1 else 2", "2"}, {"if 1 then 1 else 2", "null"}});
    CHECK(rejected("if true then 1"));
}

TEST_CASE("§1.3 intervals and their brackets") {
    check({{"[1..3]", "[1..3]"},
           {"(1..3)", "(1..3)"},
           {"]1..3[", "(1..3)"},
           {"[1..3[", "[1..3)"},
           {"]1..3]", "(1..3]"},
           {"5 in ]1..5[", "false"},
           {"5 in [1..5[ or false", "false"},
           {"5 in ]1..5]", "true"},
           {"{a: [10,20], b: [1..a[2]]}.b", "[1..20]"},
           {"{a: [10,20], b: 15 in ]1..a[2][}.b", "true"},
           {"[3..1]", "null"},
           {"[1..\"a\"]", "null"},
           {"[@\"2020-01-01\"..@\"2020-12-31\"].end.month", "12"},
           {"(<10)", "(<10)"},
           {"(<10) = (null..10)", "false"},
           {"(<10) = (<10)", "true"},
           {"(=10) = [10..10]", "false"},
           {"(<10).start", "null"},
           {"(<10).end", "10"},
           {"(=10).start included", "true"},
           {"(<10).end included", "false"}});
}

TEST_CASE("§1.4 instance of") {
    check({{"1 instance of number", "true"},
           {"null instance of Null", "true"},
           {"null instance of Any", "false"},
           {"1 instance of Any", "true"},
           {"[] instance of list<string>", "true"},
           {"[1] instance of list<string>", "false"},
           {"[1, 2] instance of list<number>", "true"},
           {"{a: 1, b: 2} instance of context<a: number>", "true"},
           {"{a: \"x\"} instance of context<a: number>", "false"},
           {"[1..3] instance of range<number>", "true"},
           {"(function(a: number) a) instance of function<number>->Any", "true"},
           {"@\"P1D\" instance of days and time duration", "true"},
           {"@\"P1M\" instance of years and months duration", "true"},
           {"@\"2020-01-01T10:00:00\" instance of date and time", "true"},
           {"@\"2020-01-01\" instance of date", "true"},
           {"1 instance of nothing known", "null"}});
}

TEST_CASE("§1.5 names may hold blanks, operators and keywords; the longest in scope wins") {
    Scope scope;
    for (const auto* name : {"a", "b", "a-b", "date of birth", "profit/loss", "Mike's age", "a b", "full   name", "loan.amount"}) scope.add(name);
    const Bindings bindings{{"a", 7}, {"b", 2}, {"a-b", 100}, {"date of birth", "today"}, {"profit/loss", 3}, {"Mike's age", 44}, {"a b", 8},
                            {"full name", "n"}, {"loan.amount", 9}};
    check({{"a-b", "100"},
           {"a - b", "5"},
           {"a -b", "5"},
           {"date of birth", "\"today\""},
           {"profit/loss * 2", "6"},
           {"Mike's age + 1", "45"},
           {"a b + a", "15"},
           {"full\n\tname", "\"n\""},
           {"loan.amount", "9"},
           {"date(\"2020-01-01\")", "@\"2020-01-01\""}},
          scope, bindings);
}

TEST_CASE("§1.5 an unknown name is null, and an editor can ask for it") {
    const auto expression = Expression::compile("known + some thing * 2", Scope().add("known"));
    REQUIRE(expression.has_value() == false);  // "some" may not start a name
    const auto other = Expression::compile("known + other thing * 2", Scope().add("known"));
    REQUIRE(other);
    CHECK(other->names_used() == std::vector<std::string>{"known"});
    CHECK(other->unknown_names() == std::vector<std::string>{"other thing"});
    Diagnostics diagnostics;
    CHECK(other->evaluate({{"known", 1}}, &diagnostics).is_null());
    CHECK(diagnostics.front().key == "feel.unknown-name");
}

TEST_CASE("§1.5 iteration variables, parameters and context keys may be names of several words") {
    check({{"for my item in [1, 2] return my item * 2", "[2, 4]"},
           {"(function(first number, second-number: number) first number - second-number)(5, 3)", "2"},
           {"{net salary: 100, tax rate: 0.2, tax: net salary * tax rate}.tax", "20"},
           {"{\"with space and \\\"quote\\\"\": 1}", "{\"with space and \\\"quote\\\"\": 1}"},
           {"{\"\": 5}", "{\"\": 5}"},
           {"{day-of week: 1, x: day-of week + 1}.x", "2"}});
}

TEST_CASE("§1.5 a shadowing name hides a built-in, a longer built-in wins") {
    Scope scope;
    scope.add("count").add("date");
    check({{"count + 1", "6"}, {"date and time(\"2020-01-01T00:00:00\").day", "1"}}, scope, {{"count", 5}, {"date", 1}});
}

TEST_CASE("§1.6 comments, white space and numbers") {
    check({{"1 /* one */ + // two\n 2", "3"},
           {"\u00a01\u3000+\u20281", "2"},
           {".5 + 1e2", "100.5"},
           {"1.5E-1", "0.15"},
           {"for i in 1..3 return i", "[1, 2, 3]"}});
    CHECK(rejected("1."));
    CHECK(rejected("/* open"));
    CHECK(rejected("\"open"));
    CHECK(rejected("1 +"));
    CHECK(rejected(""));
    CHECK(rejected("a b c )"));
    CHECK(rejected("\xff"));
}

TEST_CASE("§1.6 strings and their escapes") {
    check({{"\"a\\nb\"", "\"a\\nb\""},
           {"string length(\"\\U01F40E\")", "1"},
           {"string length(\"\\uD83D\\uDC0E\")", "1"},
           {"\"\\u0041\"", "\"A\""},
           {"string length(\"\\s\")", "2"},
           {"string length(\"\\\\u0009\")", "6"},
           {"\"\\'\"", "\"'\""},
           {"string length(\"سلام\")", "4"}});
}

TEST_CASE("§1.6 at-literals") {
    check({{"@\"2020-02-29\"", "@\"2020-02-29\""},
           {"@\"10:30:00@Africa/Casablanca\"", "@\"10:30:00@Africa/Casablanca\""},
           {"@\"2020-02-29T10:00:00Z\"", "@\"2020-02-29T10:00:00Z\""},
           {"@\"P1DT2H\"", "@\"P1DT2H\""},
           {"@\"P1Y\"", "@\"P1Y\""},
           {"@\"nonsense\"", "null"}});
}

TEST_CASE("§1.7 for") {
    check({{"for i in 4..2 return i", "[4, 3, 2]"},
           {"for i in [1, 2], j in [10, 20] return i + j", "[11, 21, 12, 22]"},
           {"for i in [1, 2], j in [i, i * 10] return j", "[1, 10, 2, 20]"},
           {"for i in 0..4 return if i = 0 then 1 else i * partial[-1]", "[1, 1, 2, 6, 24]"},
           {"for d in @\"2020-02-28\"..@\"2020-03-01\" return d.day", "[28, 29, 1]"},
           {"for i in [1..3] return i", "[1, 2, 3]"},
           {"for i in 7 return i", "[7]"},
           {"for i in null return i", "null"},
           {"for i in [] return i", "[]"},
           {"for i in 1..2 return for j in 1..i return j", "[[1], [1, 2]]"},
           {"for i in 1..\"a\" return i", "null"}});
}

TEST_CASE("§1.7 for goes through a range of integers or dates, without the ends that are open") {
    check({{"for i in [1..3] return i", "[1, 2, 3]"},
           {"for i in (1..4) return i", "[2, 3]"},
           {"for i in [1..3) return i", "[1, 2]"},
           {"for i in (1..2) return i", "[]"},
           {"for i in (1..1] return i", "[]"},
           {"for i in [1..1) return i", "[]"},
           {"for d in (@\"2020-01-01\"..@\"2020-01-03\") return d", "[@\"2020-01-02\"]"},
           {"every i in (0..3] satisfies i > 0", "true"},
           {"for i in [1..null) return i", "null"},
           {"for i in (>= 1) return i", "null"},
           {"for i in [\"a\"..\"b\"] return i", "null"},
           {"for i in (9223372036854775806..9223372036854775807] return i", "[9223372036854775807]"}});
}

TEST_CASE("§1.7 some and every") {
    check({{"some x in [1, 2, 3] satisfies x > 2", "true"},
           {"every x in [1, 2, 3] satisfies x > 2", "false"},
           {"some x in [] satisfies true", "false"},
           {"every x in [] satisfies false", "true"},
           {"some x in [1, null] satisfies x > 1", "null"},
           {"some x in [null, 2] satisfies x > 1", "true"},
           {"every x in [1, null] satisfies x > 0", "null"},
           {"every x in [0, null] satisfies x > 0", "false"},
           {"some x in [1] satisfies \"text\"", "null"},
           {"some x in null satisfies true", "null"},
           {"some x in [1, 2], y in [2, 3] satisfies x = y", "true"}});
}

TEST_CASE("§1.7 filters") {
    check({{"[1, 2, 3][1]", "1"},
           {"[1, 2, 3][-1]", "3"},
           {"[1, 2, 3][0]", "null"},
           {"[1, 2, 3][4]", "null"},
           {"100[1]", "100"},
           {"100[2]", "null"},
           {"[1, 2, 3][item > 1]", "[2, 3]"},
           {"[1, 2, 3][item > 5]", "[]"},
           {"[1, 2, 3][true]", "[1, 2, 3]"},
           {"[1, 2, 3][false]", "[]"},
           {"[1, 2, 3][null]", "[]"},
           {"[1, 2, 3][\"x\"]", "null"},
           {"[{a: 1, b: 2}, {a: 3, b: 4}][a = 3].b", "[4]"},
           {"[{a: 1}, {b: 2}, {a: null}][a = 1]", "[{a: 1}]"},
           {"[{item: 1}, {item: 2}][item = 2]", "[{item: 2}]"},
           {"[{x: 1}, {x: 2}][item.x = 2]", "[{x: 2}]"},
           {"{i: 2, r: [5, 6, 7][i]}.r", "6"},
           {"[{dept num: 10}, {dept num: 20}][dept num > 10]", "[{dept num: 20}]"},
           {"[[1, 2], [3]][count(item) = 2]", "[[1, 2]]"},
           {"[[1, 2, 3], [4, 5]][1][2]", "2"}});
}

TEST_CASE("§1.7 a filter knows the entries of elements by their type") {
    Scope scope;
    const auto employee = Type::context_of({{"dept-num", Type::Kind::number}, {"date of birth", Type::Kind::date}, {"name", Type::Kind::string}});
    scope.add("Employees", Type::list_of(employee)).add("dept").add("num").add("limit");
    const Value staff = List{Context{{"dept-num", 10}, {"name", "A"}}, Context{{"dept-num", 20}, {"name", "B"}}};
    check({{"Employees[dept-num = 20].name", "[\"B\"]"},
           {"Employees[dept-num > limit].name", "[\"B\"]"},
           {"for e in Employees return e.dept-num + 1", "[11, 21]"},
           {"count(Employees[name = \"A\" and dept-num = 10])", "1"}},
          scope, {{"Employees", staff}, {"limit", 15}});
}

TEST_CASE("§1.7 paths") {
    check({{"{a: {b: 5}}.a.b", "5"},
           {"{a: 1}.c", "null"},
           {"[{b: 1}, {b: [2, 3]}].b", "[1, [2, 3]]"},
           {"[{b: 1}, {c: 2}].b", "[1, null]"},
           {"null.a", "null"},
           {"@\"2024-02-29\".weekday", "4"},
           {"@\"2024-02-29T10:11:12+01:00\".time offset", "@\"PT1H\""},
           {"@\"2024-02-29T10:11:12@Africa/Casablanca\".timezone", "\"Africa/Casablanca\""},
           {"@\"10:11:12.5\".second", "12"},
           {"@\"-P1DT2H3M4.5S\".hours", "-2"},
           {"@\"-P1DT2H3M4.5S\".seconds", "-4.5"},
           {"@\"P2Y3M\".months", "3"},
           {"@\"P2Y3M\".days", "null"},
           {"[1..5).end included", "false"}});
}

TEST_CASE("§1.7 in and between") {
    check({{"1 in [[2..4], [1..3]]", "true"},
           {"1 in (2, 1)", "true"},
           {"1 in [2, 1]", "true"},
           {"1 in (<5)", "true"},
           {"1 in <5", "true"},
           {"7 in (<5, >6)", "true"},
           {"5 in (1..5)", "false"},
           {"[1, 2] in [[1, 2], [3]]", "true"},
           {"1 in \"a\"", "null"},
           {"5 in (null..10]", "null"},
           {"5 between 1 and 5", "true"},
           {"null between 1 and 5", "null"}});
}

TEST_CASE("§1.7 contexts") {
    check({{"{a: 1, b: a + 1, c: {d: a + b}}.c.d", "3"},
           {"{a: 1, a: 2}", "null"},
           {"{a: 1, b: 2} = {b: 2, a: 1}", "true"},
           {"{}", "{}"}});
}

TEST_CASE("§1.7 a function kept as an entry may call itself by the entry's name, unless it means something else") {
    check({{"{fac: function(n) if n <= 1 then 1 else n * fac(n - 1), r: fac(5)}.r", "120"},
           {"{sum up: function(n) if n = 0 then 0 else n + sum up(n - 1)}.sum up(4)", "10"},
           {"{f: function(n) if n = 0 then 0 else (function(m) f(m - 1) + 1)(n)}.f(3)", "3"},
           {"for k in [2, 3] return {f: function(n) if n = 0 then 1 else k * f(n - 1), r: f(2)}.r", "[4, 9]"},
           {"{f: 7, c: {f: function(n) f + n, r: f(1)}.r}.c", "8"},
           {"{f: function(f) f + 1, r: f(1)}.r", "2"},
           {"{sum: function(n) sum(n, 1), r: sum(1)}.r", "2"},
           {"{f: [function(n) f], r: f[1](1)}.r", "null"}});
}

TEST_CASE("§1.7 calls by position and by name") {
    check({{"substring(string: \"hello\", start position: 2)", "\"ello\""},
           {"substring(start position: 2, string: \"hello\")", "\"ello\""},
           {"substring(text: \"hello\", start position: 2)", "null"},
           {"substring(\"hello\")", "null"},
           {"{f: function(a, b) a - b, r: f(b: 1, a: 10)}.r", "9"},
           {"{f: function(a, b) a - b, r: f(b: 1, c: 10)}.r", "null"},
           {"{f: function(a, b) a - b, r: f(1)}.r", "null"},
           {"{f: function(a: number) a, r: f(\"x\")}.r", "null"},
           {"{f: function(a: number) a, r: f([7])}.r", "7"},
           {"{f: function(a: list<number>) count(a), r: f(7)}.r", "1"},
           {"is(value1: 1)", "false"},
           {"5(1)", "null"},
           {"{m: min, r: m(3, 1, 2)}.r", "1"},
           {"{k: 3, f: function(x) x * k, r: for i in [1, 2] return f(i)}.r", "[3, 6]"},
           {"(function(x) function(y) x + y)(1)(2)", "3"}});
}

TEST_CASE("§1.7 external functions: well-known methods, else null") {
    check({{"{f: function(a, b) external {java: {class: \"java.lang.Math\", method signature: \"max(double,double)\"}}, r: f(1, 2)}.r", "2"},
           {"{f: function(a) external {java: {class: \"no.Such\", method signature: \"thing(int)\"}}, r: f(1)}.r", "null"}});
}

TEST_CASE("a syntax error says where") {
    std::size_t offset = 0;
    const auto expression = Expression::compile("1 +\n  * 2", {}, {}, &offset);
    REQUIRE_FALSE(expression);
    CHECK(expression.error().key == "feel.syntax");
    CHECK(expression.error().detail == "line 2, column 3: unexpected \"*\"");
    CHECK(offset == 6);
}

TEST_CASE("a place is a line and a column of characters") {
    CHECK(place_in("abc", 2) == TextPlace{1, 3});
    CHECK(place_in("é€𝄞x", 9) == TextPlace{1, 4});
    CHECK(place_in("a\nbé\n+", 6) == TextPlace{3, 1});
    CHECK(place_in("a", 99) == TextPlace{1, 2});
    CHECK(Expression::compile("\"é\" +\n  \"𝄞\" + )", {}).error().detail.starts_with("line 2, column 9:"));
}

TEST_CASE("types are read in FEEL syntax") {
    Scope scope;
    scope.add_type("tIncome", Type::Kind::number).add_type("model.tPerson", Type::context_of({{"age", Type::Kind::number}}));
    CHECK(parse_type("list<number>", scope)->text() == "list<number>");
    CHECK(parse_type("context<a: string, b: list<date>>", scope)->text() == "context<a: string, b: list<date>>");
    CHECK(parse_type("function<number, string>->boolean", scope)->text() == "function<number, string>->boolean");
    CHECK(parse_type("tIncome", scope)->kind() == Type::Kind::number);
    CHECK(parse_type("model.tPerson", scope)->member("age") != nullptr);
    CHECK(parse_type("dateTime", scope)->kind() == Type::Kind::date_time);
    CHECK(parse_type("years and months duration", scope)->kind() == Type::Kind::months_duration);
    CHECK(parse_type("tNothing", scope).error().key == "feel.unknown-type");
    CHECK_FALSE(parse_type("list<", scope));
}
