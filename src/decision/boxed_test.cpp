// Boxed expressions (DMN 1.5, 10.2).
#include "decision/testing.hpp"

using namespace wasl;
using namespace wasl::decision;
using namespace wasl::decision::testing;

TEST_CASE("boxed context: entries see earlier ones; the result entry is the value") {
    const auto entry = [](std::string_view name, std::string_view text) {
        return fmt::format(R"(<contextEntry><variable name="{}"/>{}</contextEntry>)", name,
                           literal(text));
    };
    CHECK(value_of_logic("<context>" + entry("net amount", "100") +
                         entry("tax", "net amount * 0.2") + "</context>") ==
          "{net amount: 100, tax: 20}");
    CHECK(value_of_logic("<context>" + entry("a", "2") + "<contextEntry>" + literal("a + 1") +
                         "</contextEntry></context>") == "3");
    CHECK(value_of_logic("<context>" + entry("a", "2") + entry("a", "3") + "</context>") == "null");
}

TEST_CASE("boxed context: what an entry hides comes back after it") {
    const auto inner = R"(<context><contextEntry><variable name="x"/>)" + literal("10") +
                       "</contextEntry><contextEntry>" + literal("x") + "</contextEntry></context>";
    const auto model = compiled(
        file(input("x") +
             decided("D", {"x"}, "<list>" + literal("x") + inner + literal("x") + "</list>")));
    CHECK(value(model, "D", Inputs().set("x", 1)) == "[1, 10, 1]");
    CHECK(value(model, "D") == "[null, 10, null]");
}

TEST_CASE("boxed context: an entry is coerced to its type") {
    const auto context = R"(<context><contextEntry><variable name="a" typeRef="string"/>)" +
                         literal("1") +
                         R"(</contextEntry><contextEntry><variable name="b" typeRef="number"/>)" +
                         literal("[7]") + "</contextEntry></context>";
    CHECK(value_of_logic(context) == "{a: null, b: 7}");
}

TEST_CASE("boxed invocation: arguments go by name, not by place") {
    const auto knowledge =
        R"(<businessKnowledgeModel id="minus" name="minus"><variable name="minus"/><encapsulatedLogic>
        <formalParameter name="a" typeRef="number"/><formalParameter name="b" typeRef="number"/>)" +
        literal("a - b") + "</encapsulatedLogic></businessKnowledgeModel>";
    const auto call = [&](std::string_view bindings) {
        return value(compiled(file(knowledge + decided("D", {},
                                                       fmt::format("<invocation>{}{}</invocation>",
                                                                   literal("minus"), bindings),
                                                       {}, {"minus"}))),
                     "D");
    };
    const auto bound = [](std::string_view name, std::string_view text) {
        return fmt::format(R"(<binding><parameter name="{}"/>{}</binding>)", name, literal(text));
    };
    CHECK(call(bound("b", "1") + bound("a", "10")) == "9");
    CHECK(call(bound("b", "1")) == "null");
    CHECK(call(bound("b", "1") + bound("c", "10")) == "null");
    CHECK(value_of_logic("<invocation>" + literal("abs") + bound("n", "-4") + "</invocation>") ==
          "4");
    CHECK(value_of_logic("<invocation>" + literal("unknown") + bound("n", "-4") +
                         "</invocation>") == "null");
}

TEST_CASE("boxed list and relation") {
    CHECK(value_of_logic("<list>" + literal("1") + literal("\"a\"") + "<list>" + literal("null") +
                         "</list></list>") == "[1, \"a\", [null]]");
    CHECK(value_of_logic("<relation><column name=\"name\"/><column name=\"birth year\" "
                         "typeRef=\"number\"/><row>" +
                         literal("\"A\"") + literal("1970") + "</row><row>" + literal("\"B\"") +
                         literal("\"x\"") + "</row></relation>") ==
          "[{name: \"A\", birth year: 1970}, {name: \"B\", birth year: null}]");
    CHECK(value_of_logic("<relation><column name=\"a\"/></relation>") == "[]");
}

TEST_CASE("boxed function: parameters are typed, and it may call itself") {
    const auto with = [](std::string_view body, std::string_view call) {
        return value_of_logic(fmt::format(
            R"(<context><contextEntry><variable name="f"/><functionDefinition><formalParameter name="n" typeRef="number"/>
            {}</functionDefinition></contextEntry><contextEntry>{}</contextEntry></context>)",
            literal(body), literal(call)));
    };
    CHECK(with("n * 2", "f(4)") == "8");
    CHECK(with("n * 2", "f(n: [4])") == "8");
    CHECK(with("n * 2", "f(\"4\")") == "null");
    CHECK(with("if n <= 1 then 1 else n * f(n - 1)", "f(5)") == "120");
    CHECK(with("f(n)", "f(1)") == "null");  // without end
}

TEST_CASE("boxed context: a function written as text may call itself by its entry's name") {
    const auto entry = [](std::string_view name, std::string_view text) {
        return fmt::format(R"(<contextEntry><variable name="{}"/>{}</contextEntry>)", name,
                           literal(text));
    };
    const auto result = [](std::string_view text) {
        return "<contextEntry>" + literal(text) + "</contextEntry></context>";
    };
    CHECK(value_of_logic("<context>" +
                         entry("f", "function(n) if n = 1 then 1 else n * f(n - 1)") +
                         result("f(4)")) == "24");
    CHECK(value_of_logic("<context>" + entry("f", "[function(n) f]") + result("f[1](4)")) ==
          "null");
    const auto inner = "<context>" + entry("f", "function(n) f + n") + result("f(1)");
    CHECK(value_of_logic("<context>" + entry("f", "7") +
                         R"(<contextEntry><variable name="r"/>)" + inner + "</contextEntry>" +
                         result("r")) == "8");
}

TEST_CASE("boxed function of Java: a known method is computed, another is null") {
    const auto with = [](std::string_view method) {
        return value_of_logic(fmt::format(
            R"(<context><contextEntry><variable name="f"/><functionDefinition kind="Java"><formalParameter name="a"/>
            <formalParameter name="b"/><context><contextEntry><variable name="class"/>{}</contextEntry><contextEntry><variable name="method signature"/>
            {}</contextEntry></context></functionDefinition></contextEntry><contextEntry>{}</contextEntry></context>)",
            literal("\"java.lang.Math\""), literal(method), literal("f(2, 10)")));
    };
    CHECK(with("\"pow(double, double)\"") == "1024");
    CHECK(with("\"max(int,int)\"") == "10");
    CHECK(with("\"launch(int,int)\"") == "null");
}

TEST_CASE("boxed conditional: null takes else, another kind than boolean is an error") {
    const auto with = [](std::string_view condition) {
        return value_of_logic(
            fmt::format("<conditional><if>{}</if><then>{}</then><else>{}</else></conditional>",
                        literal(condition), literal("1"), literal("2")));
    };
    CHECK(with("1 < 2") == "1");
    CHECK(with("1 > 2") == "2");
    CHECK(with("null") == "2");
    CHECK(with("\"yes\"") == "null");
}

TEST_CASE("boxed filter: item, and the entries of contexts, are known inside") {
    const auto with = [](std::string_view list, std::string_view match) {
        return value_of_logic(fmt::format("<filter><in>{}</in><match>{}</match></filter>",
                                          literal(list), literal(match)));
    };
    CHECK(with("[1, 2, 3]", "item > 1") == "[2, 3]");
    CHECK(with("[{dept num: 1}, {dept num: 2}]", "dept num = 2") == "[{dept num: 2}]");
    CHECK(with("[{item: 1}, {item: 2}]", "item = 2") == "[{item: 2}]");
    CHECK(with("[1, 2, 3]", "null") == "[]");
    CHECK(with("[1, 2, 3]", "\"x\"") == "null");
    CHECK(with("null", "true") == "null");
    CHECK(with("[1, 2, 3]", "2") == "2");
}

TEST_CASE("boxed for: lists, closed ranges, results so far") {
    const auto with = [](std::string_view in, std::string_view body) {
        return value_of_logic(
            fmt::format(R"(<for iteratorVariable="i"><in>{}</in><return>{}</return></for>)",
                        literal(in), literal(body)));
    };
    CHECK(with("[1, 2]", "i * 2") == "[2, 4]");
    CHECK(with("[3..1]", "i") == "null");
    CHECK(with("[1..3]", "count(partial) + i") == "[1, 3, 5]");
    CHECK(with("5", "i") == "[5]");
    CHECK(with("null", "i") == "null");
}

TEST_CASE("boxed some and every") {
    const auto with = [](std::string_view kind, std::string_view in, std::string_view test) {
        return value_of_logic(
            fmt::format(R"(<{0} iteratorVariable="i"><in>{1}</in><satisfies>{2}</satisfies></{0}>)",
                        kind, literal(in), literal(test)));
    };
    CHECK(with("some", "[1, 2]", "i > 1") == "true");
    CHECK(with("every", "[1, 2]", "i > 1") == "false");
    CHECK(with("some", "[]", "true") == "false");
    CHECK(with("every", "[]", "false") == "true");
    CHECK(with("every", "[1, null]", "i > 0") == "null");
    CHECK(with("some", "[1, 2]", "i") == "null");
}

TEST_CASE("boxed expression in another language than FEEL is null and a finding") {
    const auto model = compiled(file(decided(
        "D", {},
        R"(<literalExpression expressionLanguage="urn:groovy"><text>1</text></literalExpression>)")));
    CHECK(reports(model.findings(), "decision.unsupported"));
    CHECK(value(model, "D") == "null");
}

TEST_CASE("expression with a type of its own is coerced to it") {
    CHECK(value_of_logic(
              R"(<literalExpression typeRef="number"><text>[5]</text></literalExpression>)") ==
          "5");
    CHECK(value_of_logic(
              R"(<literalExpression typeRef="string"><text>5</text></literalExpression>)") ==
          "null");
}
