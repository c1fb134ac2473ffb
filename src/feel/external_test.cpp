// External functions (DMN 1.5, 10.3.2.13.3): what stands in for Java's static methods.
#include "feel/expression.hpp"
#include "feel/function.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <vector>

using namespace wasl;
using namespace wasl::feel;

namespace {

// The call of a method of `owner` with these arguments, as FEEL text.
std::string call_java(std::string_view owner, std::string_view signature,
                      std::string_view arguments) {
    std::string parameters;
    const auto count =
        arguments.empty() ? 0 : 1 + std::count(arguments.begin(), arguments.end(), ';');
    for (long i = 0; i < count; ++i) parameters += fmt::format("{}p{}", i == 0 ? "" : ", ", i);
    std::string given(arguments);
    std::replace(given.begin(), given.end(), ';', ',');
    const auto text = fmt::format(
        R"((function({}) external {{java: {{class: "{}", method signature: "{}"}}}})({}))",
        parameters, owner, signature, given);
    const auto expression = Expression::compile(text, {});
    REQUIRE(expression.has_value());
    return to_text(expression->evaluate({}));
}

}  // namespace

TEST_CASE("external: mathematics in doubles, written as the shortest decimal") {
    CHECK(call_java("java.lang.Math", "pow(double, double)", "2; 0.5") == "1.4142135623730951");
    CHECK(call_java("java.lang.Math", "hypot(double,double)", "3; 4") == "5");
    CHECK(call_java("java.lang.Math", "round(double)", "-2.5") == "-2");
    CHECK(call_java("java.lang.Math", "sqrt(double)", "-1") == "null");  // not a number
    CHECK(call_java("java.lang.Math", "log(double)", "0") == "null");    // infinite
}

TEST_CASE("external: whole numbers are cut to their type, or refused where it cannot hold them") {
    CHECK(call_java("java.lang.Math", "max(int,int)", "2.9; 1") == "2");
    CHECK(call_java("java.lang.Math", "max(int,int)", "3000000000; 1") == "null");
    CHECK(call_java("java.lang.Math", "max(long,long)", "3000000000; 1") == "3000000000");
    CHECK(call_java("java.lang.Byte", "valueOf(byte)", "200") == "null");
    CHECK(call_java("java.lang.Math", "addExact(int,int)", "2147483647; 1") == "null");
    CHECK(call_java("java.lang.Math", "floorMod(int,int)", "-7; 3") == "2");
    CHECK(call_java("java.lang.Math", "floorMod(int,int)", "1; 0") == "null");
}

TEST_CASE("external: texts to numbers and back, as Java writes them") {
    CHECK(call_java("java.lang.Integer", "parseInt(java.lang.String)", "\"-12\"") == "-12");
    CHECK(call_java("java.lang.Integer", "valueOf(java.lang.String)", "\"1.5\"") == "null");
    CHECK(call_java("java.lang.Double", "valueOf(java.lang.String)", "\"NaN\"") == "null");
    CHECK(call_java("java.lang.String", "valueOf(double)", "123") == "\"123.0\"");
    CHECK(call_java("java.lang.String", "valueOf(double)", "12345678.9") == "\"1.23456789E7\"");
    CHECK(call_java("java.lang.String", "valueOf(double)", "0.00025") == "\"2.5E-4\"");
    CHECK(call_java("java.lang.String", "valueOf(char)", "\"é\"") == "\"é\"");
    CHECK(call_java("java.lang.String", "valueOf(char)", "\"ab\"") == "null");
    CHECK(call_java("java.lang.String", "valueOf(java.lang.Object)", "null") == "\"null\"");
}

TEST_CASE("external: format strings") {
    constexpr auto signature = "format(java.lang.String, [Ljava.lang.Object;)";
    const auto format = [&](std::string_view arguments) {
        return call_java("java.lang.String", signature, arguments);
    };
    CHECK(format("\"%s is %d\"; \"a\"; 12") == "\"a is 12\"");
    CHECK(format("\"%,d\"; 1234567") == "\"1,234,567\"");
    CHECK(format("\"%05d|%-4s|%+d\"; 42; \"x\"; 7") == "\"00042|x   |+7\"");
    CHECK(format("\"%.2f%%\"; 12.345") == "\"12.35%\"");
    CHECK(format("\"%s\"") == "null");          // an argument is missing
    CHECK(format("\"%q\"; 1") == "null");       // no such conversion
    CHECK(format("\"%99999s\"; 1") == "null");  // too long
}

TEST_CASE("external: an unknown class, method, signature or package is null when called") {
    CHECK(call_java("java.lang.Math", "random()", "") == "null");
    CHECK(call_java("java.lang.Runtime", "exit(int)", "1") == "null");
    CHECK(call_java("org.example.Math", "cos(double)", "1") == "null");
    CHECK(call_java("java.lang.Math", "cos(java.lang.String)", "\"1\"") == "null");
    CHECK(call_java("java.lang.Math", "cos(double", "1") == "null");
    CHECK(call_java("java.lang.Math", "cos(double)", "1; 2") == "null");
}

TEST_CASE("calls by name for hosts: places found, unknown and doubled names refused") {
    Diagnostics diagnostics;
    Evaluation evaluation(&diagnostics);
    const auto minus =
        make_function("minus", {{"a", Type::Kind::number}, {"b", Type::Kind::number}}, {},
                      [](std::span<const Value> arguments, Evaluation&) {
                          return Value(arguments[0].number()->minus(*arguments[1].number()));
                      });
    const auto with = [&](std::vector<NamedArgument> arguments) {
        return to_text(call(*minus, std::span<const NamedArgument>(arguments), evaluation));
    };
    CHECK(with({{"b", 1}, {"a", 5}}) == "4");
    CHECK(with({{"b", 1}, {"c", 5}}) == "null");
    CHECK(with({{"a", 1}, {"a", 5}}) == "null");
    CHECK(diagnostics.size() == 2);
}

TEST_CASE("a singleton list is unwrapped by one level only") {
    CHECK(to_text(*Type(Type::Kind::number).coerce(List{1})) == "1");
    CHECK_FALSE(Type(Type::Kind::number).coerce(List{Value(List{1})}).has_value());
}

TEST_CASE("a scope inside a filter knows item and the entries of its value") {
    Scope scope;
    scope.add("limit").add_item(Type::context_of({{"dept num", Type::Kind::number}}));
    const auto test = Expression::compile("dept num > limit and item.dept num < 9", scope);
    REQUIRE(test.has_value());
    CHECK(test->evaluate({{"item", Context{{"dept num", 5}}}, {"limit", 3}}).is_true());
}
