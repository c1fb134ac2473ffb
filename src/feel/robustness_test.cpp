// What hostile or careless text may cost, and the properties that hold for all expressions.
#include "feel/function.hpp"
#include "feel/testing.hpp"

#include "base/time.hpp"

#include <algorithm>
#include <random>

using namespace wasl;
using namespace wasl::feel;
using wasl::feel::testing::gives;

namespace {

std::string repeated(std::string_view text, int times) {
    std::string out;
    for (int i = 0; i < times; ++i) out += text;
    return out;
}

// The key of the first finding of an evaluation.
std::string finding(std::string_view text, const Limits& limits = {}) {
    const auto expression = Expression::compile(text, {}, limits);
    if (!expression) return expression.error().key;
    Diagnostics diagnostics;
    const auto value = expression->evaluate({}, &diagnostics);
    return value.is_null() && !diagnostics.empty() ? diagnostics.front().key : "fine";
}

}  // namespace

TEST_CASE("limits: text, nesting, steps, depth and size are bounded") {
    CHECK(finding(repeated("(", 5000) + "1" + repeated(")", 5000)) == "feel.limit");
    CHECK(finding(repeated("[", 5000)) == "feel.limit");
    CHECK(finding(repeated("-", 5000) + "1") == "feel.limit");
    CHECK(finding(repeated("1+", 5000) + "1") == "fine");
    CHECK(finding("1" + repeated(" and 1", 5000)) == "fine");
    CHECK(finding(repeated("if true then ", 5000)) == "feel.limit");
    CHECK(finding(repeated("{a:", 5000)) == "feel.limit");
    CHECK(finding("1" + repeated(" instance of list<", 5000)) == "feel.syntax");
    CHECK(finding("1 instance of " + repeated("list<", 5000)) == "feel.limit");
    CHECK(finding(repeated(" ", 300'000)) == "feel.limit");
    CHECK(finding("count(for i in 1..1000000000 return i)") == "feel.limit");
    CHECK(finding("some i in 1..100000, j in 1..100000 satisfies i + j < 0") == "feel.limit");
    CHECK(finding("for i in 1..100000 return partial") == "feel.limit");
    CHECK(finding("{f: function(g, n) g(g, n + 1), r: f(f, 1)}.r") == "feel.limit");
    CHECK(finding("(for i in 1..60 return if i = 1 then \"0123456789\" else partial[-1] + partial[-1])[60]") == "feel.limit");
    CHECK(finding("(for i in 1..60 return if i = 1 then [0, 1] else [partial[-1], partial[-1]])[60]") != "fine");
    CHECK(finding("matches(\"" + repeated("a", 200) + "!\", \"^(a+)+$\")") == "feel.limit");
    CHECK(finding("count(distinct values(for i in 1..100000 return i))") == "feel.limit");
}

namespace {

// Iterations of a loop over 1..1,000,000 that the budget allows; 0 when it ends otherwise. Each calls
// a function of the host, which counts.
int iterations(const std::string& body, std::uint64_t steps, const Value& text = {}) {
    int count = 0;
    const auto counting = make_function("tick", {}, Type{}, [&](std::span<const Value>, Evaluation&) {
        ++count;
        return Value(true);
    });
    Limits limits;
    limits.steps = steps;
    Scope scope;
    scope.add("tick").add("text");
    const auto expression = Expression::compile("count(for i in 1..1000000 return if tick() then " + body + " else 0)", scope, limits);
    REQUIRE(expression.has_value());
    Diagnostics diagnostics;
    const auto value = expression->evaluate({{"tick", counting}, {"text", text}}, &diagnostics);
    const bool ended = value.is_null() && diagnostics.size() == 1 && diagnostics.front().key == "feel.limit";
    return ended ? count : 0;
}

}  // namespace

TEST_CASE("the budget counts what a function costs: a loop of dear ones ends early, with one finding") {
    const auto ends_within = [](const std::string& body, int most, const Value& text = {}) {
        CAPTURE(body);
        const auto count = iterations(body, 100'000, text);
        CHECK(count > 0);
        CHECK(count <= most);
    };
    ends_within("log(i)", 50);
    ends_within("exp(i / 1000)", 100);
    ends_within("i ** 0.5", 50);
    ends_within("sqrt(i)", 2000);
    ends_within("modulo(i, 7)", 2000);
    ends_within("odd(i)", 2000);
    ends_within("stddev([i, i + 1])", 4000);
    const std::string long_text = repeated("a", 4000);
    ends_within("replace(text, \"a\", \"b\")", 20, long_text);
    ends_within("split(text, \"a\")", 30, long_text);
    ends_within("matches(text, \"[ab]+[cd]\")", 1, long_text);
    ends_within("matches(text, \"a{2000}[bc]\")", 1, long_text);
    ends_within("matches(text, \"(a*)\\\\1[bc]\")", 1, long_text);
    ends_within("matches(text, \"^(a+)+$\")", 1, long_text + "!");
    ends_within("matches(text, \"b\")", 200, long_text);
    ends_within("string join([text, text])", 120, long_text);
    ends_within("upper case(text)", 200, long_text);
    ends_within("contains(text, \"b\")", 200, long_text);
    ends_within("text = text", 15'000, long_text);
    ends_within("text + text", 100, long_text);
}

TEST_CASE("a sort pays for its comparisons") {
    Limits limits;
    limits.steps = 20'000;
    CHECK(finding("count(for i in 1..5000 return i)", limits) == "fine");
    CHECK(finding("count(sort(for i in 1..5000 return i))", limits) == "feel.limit");
    CHECK(finding("median(for i in 1..5000 return i)", limits) == "feel.limit");
    CHECK(finding("mode(for i in 1..5000 return i)", limits) == "feel.limit");
}

TEST_CASE("a text that grows by replacement is refused before it is made") {
    std::string nested = "\"a\"";
    for (int i = 0; i < 12; ++i) nested = "replace(" + nested + ", \"a\", \"" + repeated("a", 20) + "\")";
    CHECK(finding(nested) == "feel.limit");
}

TEST_CASE("a budget that is spent ends the whole evaluation: null, one finding, nothing built on it") {
    const std::string spent = "(for i in 1..100000000 return i)";
    for (const auto& text : {spent + " = " + spent, "{m: " + spent + ", r: m = m}.r", "[1, " + spent + ", 2 + null]",
                             "if " + spent + " = null then 1 else 2", "\"x\" + null + " + spent + " + 1 + 1",
                             "matches(\"" + repeated("a", 200) + "!\", \"^(a+)+$\") = null"}) {
        CAPTURE(text);
        const auto expression = Expression::compile(text, {});
        REQUIRE(expression.has_value());
        Diagnostics diagnostics;
        CHECK(expression->evaluate({}, &diagnostics).is_null());
        const auto limits = std::count_if(diagnostics.begin(), diagnostics.end(), [](const auto& found) { return found.key == "feel.limit"; });
        CHECK(limits == 1);
        CHECK(diagnostics.back().key == "feel.limit");
        Evaluation evaluation(&diagnostics);
        CHECK_FALSE(UnaryTests::compile("not(" + text + ")", {}, {})->matches(1, {}, evaluation));
    }
}

TEST_CASE("the limit is told after however many other findings") {
    const auto expression = Expression::compile("for i in 1..100000000 return null + 1", {});
    Diagnostics diagnostics;
    CHECK(expression->evaluate({}, &diagnostics).is_null());
    CHECK(diagnostics.size() == Evaluation::most_diagnostics + 1);
    CHECK(diagnostics.back().key == "feel.limit");
}

TEST_CASE("long chains of operators are no deep nesting") {
    CHECK(gives("1" + repeated(" + 1", 5000)) == "5001");
    CHECK(gives("10000" + repeated(" - 1", 5000)) == "5000");
    CHECK(gives("1" + repeated(" * 1", 5000)) == "1");
    CHECK(gives("\"\"" + repeated(" + \"a\"", 500)) == "\"" + repeated("a", 500) + "\"");
    CHECK(gives("8 - (3 - 2) - 1 - 2 * 3 / 2") == "3");
    CHECK(gives("true" + repeated(" = true", 5000)) == "true");
    CHECK(finding(repeated("1+", 100'000) + "1") == "fine");
}

TEST_CASE("numbers beyond the range are null with a finding") {
    CHECK(finding("1e400000") == "feel.arithmetic");
    CHECK(finding("-1e400000 + 1") == "feel.arithmetic");
    CHECK(gives("[1e400000]") == "[null]");
}

TEST_CASE("a budget is shared by nested evaluations") {
    Limits limits;
    limits.steps = 1000;
    CHECK(finding("count(for i in 1..100 return i)", limits) == "fine");
    CHECK(finding("count(for i in 1..100, j in 1..100 return i)", limits) == "feel.limit");
}

TEST_CASE("one expression is evaluated by many at once without harm") {
    const auto expression = Expression::compile("for i in 1..n return i * 2", Scope().add("n"));
    for (int n = 1; n < 5; ++n) CHECK(expression->evaluate({{"n", n}}).list()->size() == static_cast<std::size_t>(n));
}

TEST_CASE("property: the calendar agrees with a plain table day by day") {
    // 800 years from a known Monday, counted with nothing but month lengths.
    int year = 1800, month = 1, day = 1, of_year = 1;
    int weekday = 3;  // 1 January 1800 was a Wednesday
    const auto leap = [&] { return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0); };
    const auto length = [&] {
        static constexpr int lengths[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
        return month == 2 && leap() ? 29 : lengths[month - 1];
    };
    Date date{1800, 1, 1};
    while (year < 2600) {
        REQUIRE(date == Date{year, month, day});
        REQUIRE(date.weekday() == weekday);
        REQUIRE(day_of_year(date) == of_year);
        REQUIRE(read_date(Value(date).date()->iso()) == date);
        // ISO: week 1 holds the first Thursday.
        const auto week = iso_week_of_year(date);
        const int plain = (of_year - weekday + 10) / 7;
        if (plain >= 1 && plain <= 52) REQUIRE(week == plain);
        date = *shifted(date, DaysDuration::of_days(1));
        weekday = weekday % 7 + 1;
        ++of_year;
        if (++day > length()) {
            day = 1;
            if (++month > 12) {
                month = 1;
                of_year = 1;
                ++year;
            }
        }
    }
}

namespace {

// Random expressions over two names, from the grammar.
class Generator {
public:
    explicit Generator(unsigned seed) : random_(seed) {}
    std::string expression(int depth) {
        if (depth <= 0) return leaf();
        const auto inner = [&] { return expression(depth - 1 - static_cast<int>(random_() % 2)); };
        static constexpr const char* operators[] = {" + ", " - ", " * ", " / ", " ** ", " = ", " != ", " < ", " >= ", " and ", " or "};
        switch (random_() % 14) {
            case 0:
            case 1:
            case 2: return inner() + operators[random_() % std::size(operators)] + inner();
            case 3: return "(" + inner() + ")";
            case 4: return "-" + inner();
            case 5: return "[" + inner() + ", " + inner() + "]";
            case 6: return "{a: " + inner() + ", long key: " + inner() + "}.long key";
            case 7: return "(if " + inner() + " then " + inner() + " else " + inner() + ")";
            case 8: return "(for i in " + inner() + " return " + inner() + ")";
            case 9: return "(some i in " + inner() + " satisfies " + inner() + ")";
            case 10: return "[" + inner() + ", " + inner() + "][" + inner() + "]";
            case 11: return "count(" + inner() + ")";
            case 12: return "(" + inner() + ") in (" + inner() + ", < " + leaf() + ", [1.." + leaf() + "])";
            default: return "(function(p) p + " + inner() + ")(" + inner() + ")";
        }
    }

private:
    std::string leaf() {
        static constexpr const char* leaves[] = {"1", "2.50", "\"x\\\"y\"", "true", "null", "first name", "b", "@\"2020-01-31\"", "@\"P1M\"", "[]",
                                                 "i", "item", "(>5)", "date(\"2021-01-01\")"};
        return leaves[random_() % std::size(leaves)];
    }
    std::mt19937 random_;
};

}  // namespace

TEST_CASE("property: an expression prints to text with the same meaning, and that text prints to itself") {
    Generator generator(7);
    Scope scope;
    scope.add("first name").add("b", Type::list_of(Type::Kind::number));
    const Bindings bindings{{"first name", "N"}, {"b", List{1, 2, 3}}};
    int parsed = 0;
    for (int i = 0; i < 3000; ++i) {
        const auto text = generator.expression(4);
        CAPTURE(text);
        const auto result = gives(text, scope, bindings);
        REQUIRE(result.find("printed") == std::string::npos);
        parsed += result.starts_with("syntax") ? 0 : 1;
    }
    CHECK(parsed > 2900);
}

TEST_CASE("property: a value reads back from its own text") {
    for (const auto* text : {"[1, {a: \"x\\ny\", \"if\": @\"P1D\"}, @\"2020-01-01T10:00:00@Africa/Casablanca\", null, true, -1.5, [1..2), (<5)]",
                             "{\"\": [], \"a:b\": {}}"}) {
        const auto value = Expression::compile(text, {})->evaluate({});
        CHECK(to_text(Expression::compile(to_text(value), {})->evaluate({})) == to_text(value));
    }
}
