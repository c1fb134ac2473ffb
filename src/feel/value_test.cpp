// Types and values: reference sections 2.1 to 2.7 (DMN 1.5, 10.3.2).
#include "feel/function.hpp"
#include "feel/testing.hpp"

using namespace wasl;
using namespace wasl::feel;
using wasl::feel::testing::check;

TEST_CASE("§2.1 numbers are decimals of 34 digits") {
    check({{"0.1 + 0.2 = 0.3", "true"},
           {"1 / 3", "0.3333333333333333333333333333333333"},
           {"1 / 0", "null"},
           {"0 = 0.00", "true"},
           {"1e6144 * 10", "null"},
           {"10 ** 20", "100000000000000000000"},
           {"0 ** -1", "null"},
           {"(-8) ** (1 / 3)", "null"}});
}

TEST_CASE("§2.1 dates, times and durations: lexical forms") {
    for (const auto* good : {"2020-02-29", "0001-01-01", "-2020-01-01", "999999999-12-31", "-999999999-01-01"}) {
        const std::string text = good;
        CAPTURE(text);
        CHECK(read_date(text).has_value());
    }
    for (const auto* bad : {"2021-02-29", "+2020-01-01", "02020-01-01", "999-01-01", "2020-1-1", "2020-13-01", "2020-01-01 ", "9999999999-01-01", ""}) {
        const std::string text = bad;
        CAPTURE(text);
        CHECK_FALSE(read_date(text).has_value());
    }
    for (const auto* good : {"00:00:00", "23:59:59.999", "10:00:00Z", "10:00:00+14:00", "10:00:00-01:30:15", "10:00:00@Europe/Paris", "24:00:00"}) {
        const std::string text = good;
        CAPTURE(text);
        CHECK(read_time(text).has_value());
    }
    for (const auto* bad : {"24:00:01", "23:59:60", "1:00:00", "10:00", "10:00:00+19:00", "10:00:00+01:00@Europe/Paris", "10:00:00@Nowhere/City",
                            "10:00:00@../../etc/passwd", "10:00:00.", "10:60:00"}) {
        const std::string text = bad;
        CAPTURE(text);
        CHECK_FALSE(read_time(text).has_value());
    }
    CHECK(read_date_time("2020-12-31T24:00:00")->text() == "2021-01-01T00:00:00");
    CHECK(read_date_time("2020-01-01")->text() == "2020-01-01T00:00:00");
    CHECK(read_time("10:00:00-00:00")->text() == "10:00:00Z");
    for (const auto* bad : {"P", "PT", "P0", "P1H", "P1Y1D", "1D", "P1DT", "PT1.5H", "P-1D", "PT1S1M", "P99999999999999999999D"}) {
        const std::string text = bad;
        CAPTURE(text);
        CHECK_FALSE(read_days_duration(text).has_value());
        CHECK_FALSE(read_months_duration(text).has_value());
    }
}

TEST_CASE("§2.1 canonical duration text") {
    check({{"duration(\"PT24H\")", "@\"P1D\""},
           {"duration(\"P26M\")", "@\"P2Y2M\""},
           {"duration(\"PT0S\")", "@\"PT0S\""},
           {"duration(\"P0Y\")", "@\"P0M\""},
           {"duration(\"-PT90M\")", "@\"-PT1H30M\""},
           {"duration(\"PT0.000000001S\")", "@\"PT0.000000001S\""}});
}

TEST_CASE("§2.2 equality") {
    check({{"null = null", "true"},
           {"null = 1", "false"},
           {"1 != null", "true"},
           {"100 = \"100\"", "null"},
           {"100 != \"100\"", "null"},
           {"[] = 0", "null"},
           {"{} = []", "null"},
           {"true = 1", "null"},
           {"@\"P1Y\" = @\"P365D\"", "null"},
           {"@\"P1D\" = @\"PT24H\"", "true"},
           {"@\"P1Y\" = @\"P12M\"", "true"},
           {"[1, [2]] = [1, [2]]", "true"},
           {"[1] = [2]", "false"},
           {"[1] = [\"a\"]", "null"},
           {"@\"2020-06-01T12:00:00+02:00\" = @\"2020-06-01T12:00:00@Europe/Paris\"", "true"},
           {"@\"2020-06-01T12:00:00@Australia/Melbourne\" = @\"2020-06-01T12:00:00@Australia/Sydney\"", "true"},
           {"@\"2020-06-01T12:00:00\" = @\"2020-06-01T12:00:00Z\"", "false"},
           {"@\"10:30:00.0001\" = @\"10:30:00.0002\"", "true"},
           {"\"a\" = \"A\"", "false"}});
}

TEST_CASE("§2.2 is() compares without normalising zones") {
    check({{"is(@\"12:00:00-01:00\", @\"17:00:00+04:00\")", "false"},
           {"@\"12:00:00-01:00\" = @\"17:00:00+04:00\"", "true"},
           {"is(@\"12:00:00Z\", @\"12:00:00+00:00\")", "true"},
           {"is(@\"2020-01-01\", @\"2020-01-01T00:00:00\")", "false"},
           {"is(@\"P0Y\", @\"P0D\")", "false"},
           {"is(@\"P1D\", @\"PT24H\")", "true"},
           {"is(1, \"1\")", "false"},
           {"is(null, null)", "true"}});
}

TEST_CASE("§2.3 ordering") {
    check({{"1 < 2", "true"},
           {"\"a\" < \"b\"", "true"},
           {"\"é\" > \"z\"", "true"},
           {"1 < \"a\"", "null"},
           {"null < 1", "null"},
           {"true < false", "null"},
           {"[1] < [2]", "null"},
           {"@\"2020-01-01\" < @\"2020-01-02\"", "true"},
           {"@\"2020-01-01T12:00:00Z\" < @\"2020-01-01T12:00:00-01:00\"", "true"},
           {"@\"2020-01-01T12:00:00\" < @\"2020-01-01T12:00:00Z\"", "null"},
           {"@\"P1D\" < @\"P1Y\"", "null"}});
}

TEST_CASE("§2.4 ternary logic") {
    check({{"true and null", "null"}, {"false and null", "false"}, {"null and null", "null"}, {"true or null", "true"},
           {"false or null", "null"}, {"null or null", "null"}, {"true and \"x\"", "null"}, {"false or 1", "null"},
           {"not(null)", "null"}, {"not(1)", "null"}, {"not(true)", "false"}});
}

TEST_CASE("§2.5 arithmetic on dates and durations") {
    check({{"@\"2021-01-01\" + @\"PT36H\"", "@\"2021-01-02\""},
           {"@\"2021-01-01\" - @\"PT1H\"", "@\"2020-12-31\""},
           {"@\"2021-01-31\" + @\"P1M\"", "@\"2021-02-28\""},
           {"@\"P1M\" + @\"2020-01-31\"", "@\"2020-02-29\""},
           {"@\"2021-03-01\" - @\"2021-02-01\"", "@\"P28D\""},
           {"(@\"2021-03-01\" - @\"2021-02-01\") / duration(\"P1D\")", "28"},
           {"@\"23:00:00\" + @\"PT2H\"", "@\"01:00:00\""},
           {"@\"23:00:00+01:00\" + @\"PT2H\"", "@\"01:00:00+01:00\""},
           {"@\"10:00:00\" + @\"P1M\"", "null"},
           {"@\"2021-01-01T00:00:00Z\" - @\"2020-12-31T23:00:00Z\"", "@\"PT1H\""},
           {"@\"2021-01-01T00:00:00Z\" - @\"2020-12-31T23:00:00\"", "null"},
           {"@\"2021-01-02T00:00:00Z\" - @\"2021-01-01\"", "@\"P1D\""},
           {"@\"2021-01-02T00:00:00\" - @\"2021-01-01\"", "null"},
           {"-2.5 * @\"P1Y11M\"", "@\"-P4Y9M\""},
           {"@\"P10Y11M\" / 2.5", "@\"P4Y4M\""},
           {"@\"P1Y\" / @\"P1M\"", "12"},
           {"@\"PT1H\" * 1.5", "@\"PT1H30M\""},
           {"@\"P1D\" / 0", "null"},
           {"-@\"P1D\"", "@\"-P1D\""},
           {"@\"999999999-12-31\" + @\"P1D\"", "null"},
           {"@\"P1D\" + @\"P1M\"", "null"},
           {"\"a\" + 1", "null"},
           {"\"a\" + \"b\"", "\"ab\""},
           {"-\"a\"", "null"},
           {"[2] ** 4", "null"},
           {"null + 1", "null"}});
}

TEST_CASE("§2.5 Morocco: a day over the change of the clock in Ramadan") {
    // On 15 February 2026 at 03:00 the clock of Casablanca went from +01:00 to +00:00.
    check({{"@\"2026-02-14T12:00:00@Africa/Casablanca\".time offset", "@\"PT1H\""},
           {"@\"2026-02-20T12:00:00@Africa/Casablanca\".time offset", "@\"PT0S\""},
           {"@\"2026-02-20T12:00:00@Africa/Casablanca\" - @\"2026-02-14T12:00:00@Africa/Casablanca\"", "@\"P6DT1H\""}});
}

TEST_CASE("§2.6 conformance and implicit conversion") {
    const auto numbers = Type::list_of(Type::Kind::number);
    CHECK(to_text(*numbers.coerce(List{1, 2})) == "[1, 2]");
    CHECK(to_text(*numbers.coerce(5)) == "[5]");
    CHECK_FALSE(numbers.coerce(List{1, 2, "foo"}));
    CHECK(to_text(*Type(Type::Kind::string).coerce(List{"foo"})) == "\"foo\"");
    CHECK_FALSE(Type(Type::Kind::string).coerce(5));
    CHECK(Type(Type::Kind::string).coerce({})->is_null());
    CHECK(to_text(*Type(Type::Kind::date_time).coerce(Date{2020, 1, 2})) == "@\"2020-01-02T00:00:00Z\"");
    const auto person = Type::context_of({{"age", Type::Kind::number}});
    CHECK(person.coerce(Context{{"age", 5}, {"more", 1}}));
    CHECK_FALSE(person.coerce(Context{{"more", 1}}));
    CHECK(person.conforms_to(Type{}));
    CHECK(Type::context_of({{"age", Type::Kind::number}, {"x", Type::Kind::string}}).conforms_to(person));
    CHECK_FALSE(person.conforms_to(Type::context_of({{"age", Type::Kind::string}})));
    const auto small = Type(Type::Kind::number).constrained([](const Value& value) { return *value.number() < Decimal::from_integer(10); });
    CHECK(small.coerce(5));
    CHECK_FALSE(small.coerce(50));
    CHECK_FALSE(Type::list_of(small).coerce(List{5, 50}));
}

TEST_CASE("§2.7 nothing throws: null and a finding with its place") {
    const auto expression = Expression::compile("1 + (2 * \"x\")", {});
    Diagnostics diagnostics;
    CHECK(expression->evaluate({}, &diagnostics).is_null());
    REQUIRE(diagnostics.size() == 2);
    CHECK(diagnostics[0].key == "feel.type-mismatch");
    CHECK(diagnostics[0].position == 7);
}

TEST_CASE("values become JSON and come back by their type") {
    const auto source = json::parse(R"({"fee": 25.10, "born": "1990-05-03", "tags": ["a", "2020-01-01"], "none": null, "ok": true})");
    const auto type = Type::context_of({{"fee", Type::Kind::number}, {"born", Type::Kind::date}, {"tags", Type::list_of(Type::Kind::string)}});
    const auto value = from_json(*source, type);
    CHECK(to_text(value) == "{fee: 25.1, born: @\"1990-05-03\", tags: [\"a\", \"2020-01-01\"], none: null, ok: true}");
    CHECK(json::write(to_json(value)) == R"({"fee":25.1,"born":"1990-05-03","tags":["a","2020-01-01"],"none":null,"ok":true})");
    CHECK(to_text(from_json(*source)["born"]) == "\"1990-05-03\"");
    CHECK(to_text(from_json(json::Value("no date"), Type::Kind::date)) == "\"no date\"");
}

TEST_CASE("a host's function is called like any other") {
    Scope scope;
    scope.add("double it", Type::function_of({Type::Kind::number}, Type::Kind::number));
    const auto function = make_function("double it", {{"n", Type::Kind::number}}, Type::Kind::number, [](std::span<const Value> arguments, Evaluation&) {
        return Value(arguments[0].number()->times(Decimal::from_integer(2)));
    });
    check({{"double it(21)", "42"}, {"double it(n: 21)", "42"}, {"double it(\"x\")", "null"}, {"double it(1, 2)", "null"}}, scope,
          {{"double it", function}});
}
