// Built-in functions: reference sections 3.1 to 3.8 (DMN 1.5, 10.3.4).
#include "feel/testing.hpp"

using namespace wasl::feel;
using wasl::feel::testing::check;

TEST_CASE("§3.1 conversions") {
    check({{"date(\"2020-02-30\")", "null"},
           {"date(2020, 2, 29)", "@\"2020-02-29\""},
           {"date(2021, 2, 29)", "null"},
           {"date(date and time(\"2020-02-29T10:00:00\"))", "@\"2020-02-29\""},
           {"date and time(date(\"2020-01-01\"), time(\"10:00:00Z\"))", "@\"2020-01-01T10:00:00Z\""},
           {"date and time(\"2020-01-01\")", "@\"2020-01-01T00:00:00\""},
           {"time(10, 30, 15.5)", "@\"10:30:15.5\""},
           {"time(10, 30, 0, duration(\"PT0H\"))", "@\"10:30:00Z\""},
           {"time(10, 30, 0, null)", "@\"10:30:00\""},
           {"time(25, 0, 0)", "null"},
           {"time(date(\"2020-01-01\"))", "@\"00:00:00Z\""},
           {"number(\"1 234,5\", \" \", \",\")", "1234.5"},
           {"number(\"1,234.5\", \",\", \".\")", "1234.5"},
           {"number(\"12\")", "12"},
           {"number(\"12\", \",\")", "null"},
           {"number(\"1\", \".\", \".\")", "null"},
           {"number(\"x\", null, null)", "null"},
           {"string(1.10)", "\"1.1\""},
           {"string(null)", "null"},
           {"string(@\"2020-01-01\")", "\"2020-01-01\""},
           {"string([1, \"a\"])", "\"[1, \\\"a\\\"]\""},
           {"duration(\"P1Y2M\")", "@\"P1Y2M\""},
           {"duration(\"P1Y2D\")", "null"},
           {"years and months duration(date(\"2014-12-31\"), date and time(\"2016-12-31T00:00:01\"))", "@\"P2Y\""},
           {"years and months duration(date(\"2013-08-24\"), date(\"2011-12-22\"))", "@\"-P1Y8M\""},
           {"context([{key: \"a\", value: 1}, {key: \"b\", value: null}])", "{a: 1, b: null}"},
           {"context([{key: \"a\", value: 1}, {key: \"a\", value: 2}])", "null"},
           {"context([])", "{}"}});
}

TEST_CASE("§3.1 range() reads intervals of literals and nothing else") {
    check({{"range(\"[18..21)\")", "[18..21)"},
           {"range(\" [ -1 .. 2.5 ] \")", "[-1..2.5]"},
           {"range(\"[\\\"a\\\"..\\\"c\\\"]\")", "[\"a\"..\"c\"]"},
           {"range(\"[date(\\\"2020-01-01\\\")..@\\\"2020-02-01\\\"]\")", "[@\"2020-01-01\"..@\"2020-02-01\"]"},
           {"range(\"(..2]\")", "(null..2]"},
           {"range(\"[..2]\")", "null"},
           {"range(\"[3..1]\")", "null"},
           {"range(\"[null..null]\")", "null"},
           {"range(\"[1..\\\"a\\\"]\")", "null"},
           {"range(\">=10\")", "null"},
           {"range(\"[a..2]\")", "null"},
           {"range(\"[number(\\\"1\\\")..2]\")", "null"},
           {"range(\"\")", "null"}});
}

TEST_CASE("§3.2 all and any") {
    check({{"all([true, false])", "false"}, {"all([true, null])", "null"}, {"all([false, null])", "false"}, {"all([])", "true"},
           {"all(true)", "true"}, {"all(true, false)", "false"}, {"all(null)", "null"}, {"all([1])", "null"}, {"all()", "null"},
           {"any([false, true])", "true"}, {"any([])", "false"}, {"any([null, true])", "true"}, {"any([null, false])", "null"}});
}

TEST_CASE("§3.3 strings count code points") {
    check({{"substring(\"foobar\", 3)", "\"obar\""},
           {"substring(\"foobar\", 3, 3)", "\"oba\""},
           {"substring(\"foobar\", -2, 1)", "\"a\""},
           {"substring(\"foobar\", 0)", "null"},
           {"substring(\"foobar\", 3, 3.8)", "\"oba\""},
           {"substring(\"\\U01F40Eab\", 2)", "\"ab\""},
           {"substring(\"foobar\", 3, 100)", "\"obar\""},
           {"string length(\"\")", "0"},
           {"upper case(\"aBc4é\")", "\"ABC4É\""},
           {"lower case(\"ÀB\")", "\"àb\""},
           {"substring before(\"foobar\", \"bar\")", "\"foo\""},
           {"substring before(\"foobar\", \"\")", "\"\""},
           {"substring after(\"foobar\", \"ob\")", "\"ar\""},
           {"substring after(\"foobar\", \"\")", "\"foobar\""},
           {"substring after(\"foobar\", \"x\")", "\"\""},
           {"contains(\"foobar\", \"\")", "true"},
           {"starts with(\"foobar\", \"fo\")", "true"},
           {"ends with(\"foobar\", \"r\")", "true"},
           {"split(\"a;b;c;;\", \";\")", "[\"a\", \"b\", \"c\", \"\", \"\"]"},
           {"string join([\"a\", null, \"c\"], \"-\")", "\"a-c\""},
           {"string join([\"a\", \"b\"])", "\"ab\""},
           {"string join([])", "\"\""},
           {"string join([1])", "null"},
           {"string join(\"a\", \"x\")", "\"a\""}});
}

TEST_CASE("§3.3 letters change case as Unicode says, for no language in particular") {
    check({{"upper case(\"straße\")", "\"STRASSE\""},
           {"upper case(\"ﬁn ŉ\")", "\"FIN ʼN\""},
           {"string length(upper case(\"\\u03B0\"))", "3"},
           {"upper case(\"ᾳ\")", "\"ΑΙ\""},
           {"lower case(\"İ\")", "\"i̇\""},
           {"lower case(\"ΟΔΥΣΣΕΥΣ\")", "\"οδυσσευς\""},
           {"lower case(\"ΟΔΟΣ, Σ\")", "\"οδος, σ\""},
           {"lower case(\"Α'Σ' Σ.Α\")", "\"α'ς' σ.α\""},
           {"lower case(\"ΑΣ\u0301\")", "\"ας\u0301\""},
           {"lower case(\"1Σ\")", "\"1σ\""}});
}

TEST_CASE("§3 a list of one stands for its element where a parameter takes several kinds") {
    check({{"date([\"2020-01-01\"])", "@\"2020-01-01\""},
           {"date and time([\"2020-01-01T10:00:00\"])", "@\"2020-01-01T10:00:00\""},
           {"date and time([date(\"2020-01-01\")], [time(\"10:00:00\")])", "@\"2020-01-01T10:00:00\""},
           {"time([\"10:00:00\"])", "@\"10:00:00\""},
           {"number([\"1.5\"])", "1.5"},
           {"duration([\"P1D\"])", "@\"P1D\""},
           {"years and months duration([date(\"2020-01-01\")], date(\"2021-01-01\"))", "@\"P1Y\""},
           {"abs([-1])", "1"},
           {"month of year([date(\"2019-01-01\")])", "\"January\""},
           {"date([\"2020-01-01\", \"2020-01-02\"])", "null"},
           {"string([1])", "\"[1]\""},
           {"abs([[-1]])", "null"}});
}

TEST_CASE("§3.4 lists") {
    check({{"list contains([1, null], null)", "true"},
           {"list contains([1, 2], \"1\")", "false"},
           {"count([1, null])", "2"},
           {"count(null)", "null"},
           {"min(3, 1, 2)", "1"},
           {"max([\"a\", \"c\", \"b\"])", "\"c\""},
           {"min([])", "null"},
           {"max([1, null])", "null"},
           {"max([1, \"a\"])", "null"},
           {"sum([1, 2.5])", "3.5"},
           {"sum([])", "null"},
           {"sum([1, \"a\"])", "null"},
           {"mean(1, 2, 3)", "2"},
           {"median([8, 2, 5, 3, 4])", "4"},
           {"median(6, 1, 2, 3)", "2.5"},
           {"product(2, 3, 4)", "24"},
           {"stddev(2, 4, 7, 5)", "2.081665999466132735282297706979931"},
           {"stddev([1])", "null"},
           {"mode(6, 3, 9, 6, 6)", "[6]"},
           {"mode([6, 1, 9, 6, 1])", "[1, 6]"},
           {"mode([])", "[]"},
           {"sublist([4, 5, 6], 1, 2)", "[4, 5]"},
           {"sublist([4, 5, 6], -1)", "[6]"},
           {"sublist([4, 5, 6], 0)", "null"},
           {"append([1], 2, null)", "[1, 2, null]"},
           {"concatenate([1, 2], [3], 4)", "[1, 2, 3, 4]"},
           {"concatenate([[1], [2]])", "[[1], [2]]"},
           {"concatenate([1], null)", "null"},
           {"insert before([1, 3], 1, 2)", "[2, 1, 3]"},
           {"insert before([1, 3], -1, 2)", "[1, 2, 3]"},
           {"insert before([1, 3], 3, 2)", "null"},
           {"remove([1, 2, 3], 2)", "[1, 3]"},
           {"remove([1, 2, 3], -1)", "[1, 2]"},
           {"list replace([2, 4, 7, 8], 3, 6)", "[2, 4, 6, 8]"},
           {"list replace([2, 4, 7, 8], function(item, newItem) item < newItem, 5)", "[5, 5, 7, 8]"},
           {"list replace([1], 2, 6)", "null"},
           {"reverse([1, 2, 3])", "[3, 2, 1]"},
           {"index of([1, 2, 3, 2], 2)", "[2, 4]"},
           {"index of([1, null], null)", "[2]"},
           {"union([1, 2], [2, 3])", "[1, 2, 3]"},
           {"distinct values([1, 2, 1, null, null])", "[1, 2, null]"},
           {"flatten([[1, 2], [[3]], 4])", "[1, 2, 3, 4]"},
           {"sort([3, 1, 4, 1], function(x, y) x < y)", "[1, 1, 3, 4]"},
           {"sort([3, 1, 2])", "[1, 2, 3]"},
           {"sort([{n: 2, k: 1}, {n: 1, k: 2}, {n: 2, k: 3}], function(a, b) a.n < b.n).k", "[2, 1, 3]"},
           {"sort([1, 2], function(x, y) null)", "null"}});
}

TEST_CASE("§3.5 numbers") {
    check({{"decimal(2.5, 0)", "2"},
           {"decimal(1/3, 2)", "0.33"},
           {"decimal(1, 1.9)", "1"},
           {"decimal(1, 6177)", "null"},
           {"floor(-1.5)", "-2"},
           {"floor(1.56, 1)", "1.5"},
           {"floor(1.5, null)", "null"},
           {"ceiling(-1.5)", "-1"},
           {"ceiling(1.51, 1)", "1.6"},
           {"round up(-5.5, 0)", "-6"},
           {"round down(-5.5, 0)", "-5"},
           {"round half up(-2.5, 0)", "-3"},
           {"round half down(2.5, 0)", "2"},
           {"abs(-3)", "3"},
           {"abs(@\"-P1D\")", "@\"P1D\""},
           {"abs(@\"-P1M\")", "@\"P1M\""},
           {"modulo(-12, 5)", "3"},
           {"modulo(12, 0)", "null"},
           {"sqrt(16)", "4"},
           {"sqrt(-1)", "null"},
           {"log(0)", "null"},
           {"exp(0)", "1"},
           {"odd(5)", "true"},
           {"even(-2)", "true"},
           {"even(1.5)", "false"}});
}

TEST_CASE("§3.6 the calendar") {
    check({{"day of year(@\"2020-12-31\")", "366"},
           {"day of week(@\"2026-11-21\")", "\"Saturday\""},
           {"month of year(@\"2026-11-21T10:00:00\")", "\"November\""},
           {"week of year(@\"2003-12-29\")", "1"},
           {"week of year(@\"2010-01-01\")", "53"},
           {"day of year(\"2020-12-31\")", "null"}});
}

TEST_CASE("§3.6 now() and today() answer from the evaluation, never from a clock") {
    const auto moment = wasl::parse_instant("2025-07-01T23:30:00.25Z");
    Bindings bindings;
    bindings.at(*moment, *wasl::Zone::load("Africa/Casablanca"));
    check({{"now()", "@\"2025-07-02T00:30:00.25@Africa/Casablanca\""}, {"today()", "@\"2025-07-02\""}, {"now() = now()", "true"}}, {}, bindings);
    check({{"now()", "null"}, {"today()", "null"}});
}

TEST_CASE("§3.7 contexts") {
    check({{"get value({a: 1}, \"a\")", "1"},
           {"get value({a: 1}, \"b\")", "null"},
           {"get entries({a: 1, b: 2}).key", "[\"a\", \"b\"]"},
           {"get entries({})", "[]"},
           {"get entries(1)", "null"},
           {"context put({a: 1, b: 2}, \"a\", 3)", "{a: 3, b: 2}"},
           {"context put({a: {b: 1}}, [\"a\", \"b\"], 2)", "{a: {b: 2}}"},
           {"context put({a: 1}, [], 2)", "null"},
           {"context put({}, \"a\", null)", "{a: null}"},
           {"context put(context: {}, keys: [\"a\"], value: 1)", "{a: 1}"},
           {"context merge([{a: 1}, {a: 2, b: 3}])", "{a: 2, b: 3}"},
           {"context merge({a: 1})", "{a: 1}"},
           {"context merge([{a: 1}, 2])", "null"}});
}

TEST_CASE("§3.8 ranges") {
    check({{"before(1, 10)", "true"},        {"before(10, [1..10])", "false"},   {"before(1, (1..10])", "true"},
           {"before([1..10), 10)", "true"},  {"before([1..10], [10..20])", "false"}, {"before([1..10), [10..20])", "true"},
           {"after([5..10], 4)", "true"},    {"after(10, [1..10))", "true"},     {"meets([1..5], [5..10])", "true"},
           {"meets([1..5), [5..10])", "false"}, {"met by([5..10], [1..5])", "true"}, {"overlaps([1..5], [5..8])", "true"},
           {"overlaps([1..5), [5..8])", "false"}, {"overlaps before([1..5], [3..8])", "true"},
           {"overlaps after([3..8], [1..5])", "true"}, {"finishes(10, [1..10])", "true"}, {"finishes(10, [1..10))", "false"},
           {"finishes([5..10], [1..10])", "true"}, {"finished by([1..10], 10)", "true"}, {"includes([1..10], 5)", "true"},
           {"includes([1..10), 10)", "false"}, {"includes([1..10], [4..6])", "true"}, {"during(5, [1..10])", "true"},
           {"starts(1, [1..10])", "true"},   {"starts([1..5], [1..10])", "true"}, {"started by([1..10], 1)", "true"},
           {"coincides(5, 5)", "true"},      {"coincides([1..5], [1..5])", "true"}, {"coincides([1..5], [1..5))", "false"},
           {"before(1, \"a\")", "null"},     {"meets(1, [1..2])", "null"},
           {"during(point: 5, range: [1..10])", "true"}, {"before(@\"2020-01-01\", [@\"2020-01-02\"..@\"2020-01-03\"])", "true"}});
}

TEST_CASE("§5 regular expressions of XPath") {
    check({{"matches(\"foobar\", \"^fo*b\")", "true"},
           {"matches(\"abc\", \"B\")", "false"},
           {"matches(\"abc\", \"B\", \"i\")", "true"},
           {"matches(\"a\\nb\", \"a.b\")", "false"},
           {"matches(\"a\\nb\", \"a.b\", \"s\")", "true"},
           {"matches(\"a\\nb\", \"^b$\")", "false"},
           {"matches(\"a\\nb\", \"^b$\", \"m\")", "true"},
           {"matches(\"a\\n\", \"a$\")", "false"},
           {"matches(\"hello world\", \"hello\\ sworld\", \"x\")", "true"},
           {"matches(\"a.b\", \"a.b\", \"q\")", "true"},
           {"matches(\"axb\", \"a.b\", \"q\")", "false"},
           {"matches(\"a\", \"a\", \"z\")", "null"},
           {"matches(\"a\", \"(a\")", "null"},
           {"matches(\"a\", \"(?=a)\")", "null"},
           {"matches(\"a\", \"\\ba\")", "null"},
           {"matches(\"a\", \"a*+\")", "null"},
           {"matches(\"a\", \"a{,2}\")", "null"},
           {"matches(\"_\", \"\\w\")", "false"},
           {"matches(\"+\", \"\\w\")", "true"},
           {"matches(\"٣\", \"^\\d$\")", "true"},
           {"matches(\"aa\", \"(a)\\1\")", "true"},
           {"matches(\"ab\", \"(a)\\1\")", "false"},
           {"matches(\"a\", \"(a\\1)\")", "null"},
           {"matches(\"e\", \"^[a-z-[aeiou]]$\")", "false"},
           {"matches(\"f\", \"^[a-z-[aeiou]]$\")", "true"},
           {"matches(\"é\", \"\\p{Ll}\")", "true"},
           {"matches(\"é\", \"\\p{IsBasicLatin}\")", "false"},
           {"matches(\"ⵣ\", \"^\\p{IsTifinagh}$\")", "true"},
           {"matches(\"é\", \"\\p{IsNothing}\")", "null"},
           {"matches(\"a1\", \"^[\\S\\d]+$\")", "true"},
           {"matches(\"a b\", \"^[^\\s]+$\")", "false"},
           {"replace(\"abracadabra\", \"bra\", \"*\")", "\"a*cada*\""},
           {"replace(\"abracadabra\", \"a(.)\", \"a$1$1\")", "\"abbraccaddabbra\""},
           {"replace(\"abc\", \"b\", \"[$0]\")", "\"a[b]c\""},
           {"replace(\"abc\", \"b\", \"\\$\")", "\"a$c\""},
           {"replace(\"abc\", \"b\", \"$\")", "null"},
           {"replace(\"abc\", \"x*\", \"-\")", "null"},
           {"replace(\"a.c\", \".\", \"$1\", \"q\")", "\"a$1c\""},
           {"replace(\"ab\", \"(a)(b)\", \"$2$1\")", "\"ba\""},
           {"split(\"a1b22c\", \"\\d+\")", "[\"a\", \"b\", \"c\"]"}});
}
