// Clashes of types in whole models, as `wasl check` tells them.
#include "decision/clash.hpp"
#include "decision/testing.hpp"

using namespace wasl;
using namespace wasl::decision;
using namespace wasl::decision::testing;

namespace {

std::string first(const std::vector<Finding>& found) { return found.empty() ? "" : found.front().detail; }

std::string clash(std::string_view logic, std::string_view type = {}, std::string_view more = {},
                  const std::vector<std::string>& knowledge = {}) {
    return first(clashes(file(input("n", "number") + input("s", "string") + input("l", "tNumbers") +
                              item("tNumbers", "<typeRef>number</typeRef>", true) +
                              std::string(more) +
                              decided("D", {"n", "s", "l"}, logic, type, knowledge))));
}

constexpr auto parameter = R"(<formalParameter name="pages" typeRef="number"/>)";

}  // namespace

TEST_CASE("clash: a literal expression against itself and its declared type") {
    CHECK(clash(literal("n + s")) == "number + string is not defined");
    CHECK(clash(literal("n"), "string") == "this is a number, and a string is wanted here");
    CHECK(clash(literal("for i in l return i + s")) == "number + string is not defined");
    CHECK(clash(literal("l[item = s]")) == "number = string is not defined");
    CHECK(clash(literal("l"), "tNumbers") == "");
    CHECK(clash(literal("[s]"), "tNumbers") == "this is a list<string>, and a tNumbers is wanted here");
}

TEST_CASE("clash: knowledge models, called by position, by name and boxed; their bodies and results") {
    const auto fee = knowledge("fee", parameter, "pages * 2", "number");
    CHECK(clash(literal("fee(s)"), {}, fee, {"fee"}) == "pages is a string, and a number is wanted");
    CHECK(clash(literal("fee(pages: s)"), {}, fee, {"fee"}) == "pages is a string, and a number is wanted");
    CHECK(clash(literal("fee(sheets: n)"), {}, fee, {"fee"}) == "the function has no parameter \"sheets\"");
    CHECK(clash(literal("fee(n) + s"), {}, fee, {"fee"}) == "number + string is not defined");
    CHECK(clash(literal("fee(n) + n"), "number", fee, {"fee"}) == "");
    CHECK(clash(literal("1"), {}, knowledge("fee", parameter, "pages + \"a\"")) == "number + string is not defined");
    CHECK(clash(literal("1"), {}, knowledge("fee", parameter, "pages", "string")) ==
          "this is a number, and a string is wanted here");
    const auto boxed = [](std::string_view name, std::string_view value) {
        return fmt::format(R"(<invocation>{}<binding><parameter name="{}"/>{}</binding></invocation>)",
                           literal("fee"), name, literal(value));
    };
    CHECK(clash(boxed("pages", "s"), {}, fee, {"fee"}) == "this is a string, and a number is wanted here");
    CHECK(clash(boxed("sheets", "n"), {}, fee, {"fee"}) == "the function has no parameter \"sheets\"");
    CHECK(clash(boxed("pages", "n"), {}, fee, {"fee"}) == "");
}

TEST_CASE("clash: boxed loops, filters, conditions, contexts and functions") {
    const auto box = [](std::string_view form, std::string_view a, std::string_view b) {
        const bool loop = form != "filter";
        return fmt::format(R"(<{0}{1}><in>{2}</in><{3}>{4}</{3}></{0}>)", form,
                           loop ? R"( iteratorVariable="i")" : "", literal(a),
                           form == "for" ? "return" : form == "filter" ? "match" : "satisfies",
                           literal(b));
    };
    CHECK(clash(box("for", "l", "i + s")) == "number + string is not defined");
    CHECK(clash(box("every", "l", "i")) == "this is a number, and a boolean is wanted here");
    CHECK(clash(box("filter", "l", "item = s")) == "number = string is not defined");
    CHECK(clash(box("filter", "l", "item > 1")) == "");
    CHECK(clash(box("filter", "l", "s")) == "this is a string, and a boolean is wanted here");
    const auto condition = fmt::format("<conditional><if>{}</if><then>{}</then><else>{}</else></conditional>",
                                       literal("n"), literal("1"), literal("n + s"));
    CHECK(clash(condition) == "this is a number, and a boolean is wanted here");
    CHECK(clash(fmt::format(R"(<context><contextEntry><variable name="a" typeRef="string"/>{}</contextEntry></context>)",
                            literal("n"))) == "this is a number, and a string is wanted here");
    CHECK(clash(fmt::format(R"(<functionDefinition>{}{}</functionDefinition>)", parameter,
                            literal("pages + \"x\""))) == "number + string is not defined");
}

TEST_CASE("clash: cells of tables, with row and column, also over names") {
    const auto table = [](std::string_view test, std::string_view answer) {
        return fmt::format(R"(<decisionTable><input><inputExpression typeRef="number"><text>n</text></inputExpression></input>
            <output typeRef="string"/><rule><inputEntry><text>-</text></inputEntry><outputEntry><text>"a"</text></outputEntry></rule>
            <rule><inputEntry><text>{}</text></inputEntry><outputEntry><text>{}</text></outputEntry></rule></decisionTable>)",
                           test, answer);
    };
    const auto found = clashes(file(input("n", "number") + input("s", "string") +
                                    decided("D", {"n", "s"}, table("s", "n"))));
    REQUIRE(found.size() == 2);
    CHECK(found[0].place == TablePlace{TablePlace::Part::input_entry, 2, 1});
    CHECK(found[0].detail == "the input is a number, and never meets a string");
    CHECK(found[0].line == 3);
    CHECK(found[1].place == TablePlace{TablePlace::Part::output_entry, 2, 1});
    CHECK(found[1].detail == "this is a number, and a string is wanted here");
    CHECK(clash(table("[1..3], 7", "s + \"b\"")) == "");
}

TEST_CASE("clash: what comes from an imported model is known, and its own clashes are told with its file") {
    const auto library = file(decided("base", {}, literal("20"), "number") + knowledge("twice", parameter, "pages * 2", "number") +
                                  decided("odd", {}, literal("1 + \"a\"")),
                              "urn:library", edition_1_5, {}, "library.dmn");
    const auto using_it = [&](std::string_view logic) {
        return clashes(
            file(std::string(R"(<import name="lib" namespace="urn:library" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>)") +
                 R"(<decision id="D" name="D"><variable name="D"/><informationRequirement><requiredDecision href="urn:library#base"/></informationRequirement>
                    <knowledgeRequirement><requiredKnowledge href="urn:library#twice"/></knowledgeRequirement>)" +
                 literal(logic) + "</decision>"),
            std::vector<File>{library});
    };
    const auto of_main = [&](std::string_view logic) {
        for (const auto& found : using_it(logic))
            if (found.model == "test.dmn") return found.detail;
        return std::string();
    };
    CHECK(of_main("lib.base + \"a\"") == "number + string is not defined");
    CHECK(of_main("lib.twice(\"a\")") == "pages is a string, and a number is wanted");
    CHECK(of_main("lib.twice(pages: \"a\")") == "pages is a string, and a number is wanted");
    CHECK(of_main("lib.twice(lib.base) + 1") == "");
    CHECK(using_it("1").at(0).model == "library.dmn");
}
