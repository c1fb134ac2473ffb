// What hostile or careless text may cost, and the properties that hold for all expressions.
#include "feel/testing.hpp"

#include "base/time.hpp"

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
    CHECK(finding(repeated("1+", 5000) + "1") == "feel.limit");
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
    CHECK(finding("matches(\"" + repeated("a", 200) + "!\", \"^(a+)+$\")") == "feel.arguments");
    CHECK(finding("count(distinct values(for i in 1..100000 return i))") == "feel.limit");
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
