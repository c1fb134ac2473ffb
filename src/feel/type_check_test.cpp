// Types known before evaluation, and the clashes among them.
#include "feel/testing.hpp"

using namespace wasl::feel;

namespace {

Scope scope() {
    Scope out;
    out.add("n", Type::Kind::number).add("s", Type::Kind::string).add("b", Type::Kind::boolean).add("d", Type::Kind::date);
    out.add("anything").add("numbers", Type::list_of(Type::Kind::number));
    out.add("people", Type::list_of(Type::context_of({{"name", Type::Kind::string}, {"age", Type::Kind::number}})));
    out.add("fee", Type::function_of({Type::Kind::number, Type::Kind::string}, Type::Kind::number, {"pages", "kind"}));
    return out;
}

// The first clash, "" when there is none; "?" when there is no expression.
std::string clash(std::string_view text) {
    const auto expression = Expression::compile(text, scope());
    if (!expression) return "?";
    const auto checked = expression->check(scope());
    return checked.clashes.empty() ? "" : checked.clashes.front().detail;
}

std::string type(std::string_view text) { return Expression::compile(text, scope())->check(scope()).type.text(); }

std::string cell(std::string_view text, const Type& input) {
    const auto found = UnaryTests::compile(text, scope(), input)->check(scope(), input);
    return found.empty() ? "" : found.front().detail;
}

}  // namespace

TEST_CASE("types: operators on known kinds") {
    CHECK(clash("n + s") == "number + string is not defined");
    CHECK(clash("n < s") == "number < string is not defined");
    CHECK(clash("b = s") == "boolean = string is not defined");
    CHECK(clash("b < b") == "boolean < boolean is not defined");
    CHECK(clash("-s") == "-string is not defined");
    CHECK(clash("n between 1 and s") == "number <= string is not defined");
    CHECK(clash("[1..\"a\"]") == "number .. string is not defined");
    CHECK(clash("n and b") == "the operand of \"and\" is a number, not a boolean");
    CHECK(clash("if n then 1 else 2") == "the condition of \"if\" is a number, not a boolean");
    CHECK(clash("n in (\"a\", 2)") == "a number never meets a string");
    CHECK(clash("n in [\"a\"..\"b\"]") == "a number never meets a string");
    CHECK(clash("n.year") == "a number has no \"year\"");
    CHECK(clash("n(1)") == "a number is no function");
    CHECK(type("d - d") == "days and time duration");
    CHECK(type("d + @\"P1D\"") == "date");
    CHECK(type("d.year + 1") == "number");
}

TEST_CASE("types: clashes inside loops, filters, functions and both ways of a condition are seen") {
    CHECK(clash("for i in numbers return i + s") == "number + string is not defined");
    CHECK(clash("for i in 1..3, j in numbers return i = j and j = s") == "number = string is not defined");
    CHECK(clash("for i in 1..s return i") == "an iteration runs between two integers or two dates, not number and string");
    CHECK(clash("some p in people satisfies p.age > s") == "number > string is not defined");
    CHECK(clash("every p in people satisfies p.age") == "what must be satisfied is a number, not a boolean");
    CHECK(clash("people[age > \"18\"]") == "number > string is not defined");
    CHECK(clash("people[item.name = 3]") == "string = number is not defined");
    CHECK(clash("people[name]") == "a filter is a number or a boolean, not a string");
    CHECK(clash("numbers[item > s]") == "number > string is not defined");
    CHECK(clash("{f: function(x: number) x + s, r: 1}.r") == "number + string is not defined");
    CHECK(clash("{f: function(x: number, y) x + n + s}") == "number + string is not defined");
    CHECK(clash("if b then 1 else n + s") == "number + string is not defined");
    CHECK(clash("{a: n, c: a + s}") == "number + string is not defined");
    CHECK(clash("(function(x: number) function(y: string) x + y)(1)(\"a\")") == "number + string is not defined");
    CHECK(type("for p in people return p.age") == "list<number>");
    CHECK(type("people[1].name") == "string");
    CHECK(type("people[age > 3].age") == "list<number>");
}

TEST_CASE("types: arguments by position and by name, of functions of one's own and built in") {
    CHECK(clash("fee(\"3\", s)") == "pages is a string, and a number is wanted");
    CHECK(clash("fee(3)") == "the function takes 2 arguments, not 1");
    CHECK(clash("fee(kind: n, pages: 2)") == "kind is a number, and a string is wanted");
    CHECK(clash("fee(sort: s, pages: 2)") == "the function has no parameter \"sort\"");
    CHECK(clash("fee(n, s) + s") == "number + string is not defined");
    CHECK(clash("{f: function(x: number) x, r: f(s)}") == "x is a string, and a number is wanted");
    CHECK(clash("{f: function(x: number) x, r: f(x: s)}") == "x is a string, and a number is wanted");
    CHECK(clash("{f: function(x: number) x, r: f(y: 1)}") == "the function has no parameter \"y\"");
    CHECK(clash("substring(n, 1)") == "substring: string is a number, and a string is wanted");
    CHECK(clash("contains(string: s, match: n)") == "contains: match is a number, and a string is wanted");
    CHECK(clash("contains(strin: s, match: s)") == "the named arguments fit no form of contains");
    CHECK(clash("substring(s)") == "substring does not take 1 arguments");
    CHECK(clash("string length(s) + s") == "number + string is not defined");
}

TEST_CASE("types: what is not known, what converts, and null are nobody's mistake") {
    for (const auto* text :
         {"anything + n", "null + 1", "n = null", "n + [1][1]", "numbers[1] + 1", "sum(numbers) + sum(1, 2)", "sum(n)", "fee(numbers, [s])",
          "count(n)", "for i in n return i + 1", "some x in [1, 2] satisfies x = 1", "{a: 1}.b + 1", "people.name", "anything.a.b(3)",
          "if anything then 1 else 2", "n in (1, [2..3], > 5, null)", "n in numbers", "numbers = [1]", "d + @\"P1M\" - @\"P1D\"", "min(d, d)",
          "sort(numbers, function(a, b) a < b)", "list replace(numbers, 1, s)", "date(d)", "string(n) + s", "d in [@\"2020-01-01\"..d]",
          "{f: function(x: number) if x = 0 then 0 else f(x - 1), r: f(n)}.r", "[1, \"a\"][1] + 1", "context put({}, \"a\", 1).a + 1",
          "for i in 1..3 return if i = 1 then 1 else partial[-1] + i", "number(s) + n", "@\"P1D\" * n", "n * @\"P1D\" / @\"PT1H\"",
          "date and time(d, time(\"10:00:00\")) - date and time(\"2020-01-01T00:00:00\")", "people[item.age > 3][1].name + s"}) {
        CAPTURE(text);
        CHECK(clash(text) == "");
    }
}

TEST_CASE("types: cells that no value of the input can meet") {
    CHECK(cell("\"a\"", Type::Kind::number) == "the input is a number, and never meets a string");
    CHECK(cell("> \"a\"", Type::Kind::number) == "the input is a number, and never meets a string");
    CHECK(cell("1, [\"a\"..\"b\"]", Type::Kind::number) == "the input is a number, and never meets a string");
    CHECK(cell("not(\"a\")", Type::Kind::number) == "the input is a number, and never meets a string");
    CHECK(cell("n > 3", Type::Kind::number) == "the input is a number, and never meets a boolean");
    CHECK(cell("? + s > 3", Type::Kind::number) == "number + string is not defined");
    for (const auto* text : {"-", "1, > 3, [1..2]", "? > 3 and n > 2", "numbers", "n", "null", "anything", "not(1, 2)", "n + 1"}) {
        CAPTURE(text);
        CHECK(cell(text, Type::Kind::number) == "");
    }
    CHECK(cell("\"a\"", Type::list_of(Type::Kind::string)) == "");
    CHECK(cell("list contains(?, \"a\")", Type::list_of(Type::Kind::string)) == "");
}

TEST_CASE("types: a clash has its place, and hostile texts end soon") {
    const auto expression = Expression::compile("1 +\n (n + s)", scope());
    CHECK(place_in("1 +\n (n + s)", expression->check(scope()).clashes.at(0).position) == TextPlace{2, 5});
    std::string chain = "n", nested = "n";
    for (int i = 0; i < 20'000; ++i) chain += "+n";
    CHECK(clash(chain) == "");
    for (int i = 0; i < 150; ++i) nested = "{a: " + nested + ", b: 1}";
    CHECK(clash(nested) == "");
    std::string doubled = "{a0: {x: 1}";
    for (int i = 1; i < 120; ++i) doubled += ", a" + std::to_string(i) + ": {l: a" + std::to_string(i - 1) + ", r: a" + std::to_string(i - 1) + "}";
    CHECK(clash(doubled + ", f: function(x: context<l: context<l: number>>) x, r: f(a119), s: [a118, a119]}") != "?");
}
