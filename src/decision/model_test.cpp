// Models: the graph, its names, types, imports, services, and what happens when something is wrong.
#include "decision/testing.hpp"

#include <thread>

using namespace wasl;
using namespace wasl::decision;
using namespace wasl::decision::testing;

TEST_CASE("decision: evaluated over inputs and other decisions, each once") {
    const auto model = compiled(file(input("area", "number") +
                                     decided("fee", {"area"}, literal("area * 10"), "number") +
                                     decided("total fee", {"fee", "area"}, literal("fee + area"))));
    CHECK(model.findings().empty());
    CHECK(value(model, "total fee", Inputs().set("area", 5)) == "55");
    CHECK(value(model, "total fee") == "null");
    CHECK(model.inputs_of("total fee").size() == 1);
    CHECK(model.evaluate("nothing", {}).findings.at(0).key == "decision.unknown-element");
}

TEST_CASE("model: an input that nothing requires is told") {
    const auto model = compiled(file(input("a") + input("b") + decided("D", {"a"}, literal("a"))));
    REQUIRE(model.unused_inputs().size() == 1);
    CHECK(model.unused_inputs()[0]->name == "b");
}

TEST_CASE("decision: knows nothing but what it requires") {
    const auto model = compiled(file(input("a") + decided("D", {}, literal("a"))));
    CHECK(reports(model.findings(), "feel.unknown-name"));
    CHECK(value(model, "D", Inputs().set("a", 1)) == "null");
}

TEST_CASE("decision: given a value, its logic does not run") {
    const auto model = compiled(file(decided("rate", {}, literal("0.2"), "number") +
                                     decided("D", {"rate"}, literal("rate * 100"))));
    CHECK(value(model, "D") == "20");
    CHECK(value(model, "D", Inputs().set("rate", *Decimal::parse("0.5"))) == "50");
    CHECK(value(model, "D", Inputs().set("rate", "much")) == "null");
}

TEST_CASE("decision: requiring itself is null with a finding; others are not touched") {
    const auto model =
        compiled(file(decided("A", {"B"}, literal("B")) + decided("B", {"A"}, literal("A")) +
                      decided("C", {"A"}, literal("[A, 1]")) + decided("E", {}, literal("7"))));
    CHECK(reports(model.findings(), "decision.cycle"));
    CHECK(value(model, "A") == "null");
    CHECK(value(model, "C") == "[null, 1]");
    CHECK(value(model, "E") == "7");
}

TEST_CASE(
    "decision: a mistake in one expression is null and reported with its place; the rest works") {
    const auto model = compiled(
        file("\n\n" + decided("bad", {}, literal("1 + ")) + decided("good", {}, literal("1 + 1"))));
    REQUIRE(model.findings().size() == 1);
    CHECK(model.findings()[0].key == "feel.syntax");
    CHECK(model.findings()[0].line == 3);
    CHECK(model.findings()[0].element == "bad");
    CHECK(model.findings()[0].text == "1 + ");
    CHECK(value(model, "good") == "2");
    const auto outcome = model.evaluate("bad", {});
    CHECK(outcome.value.is_null());
    CHECK(reports(outcome.findings, "feel.syntax"));
}

TEST_CASE("decision: a budget of its own, so that one without end spoils no other") {
    Limits limits;
    limits.feel.steps = 5'000;
    const auto text = file(decided("long", {}, literal("count(for i in 1..1000000 return i)")) +
                           decided("D", {"long"}, literal("[long, 1]")));
    const auto model = Model::compile(text, {}, limits);
    const auto outcome = model->evaluate("D", {});
    CHECK(feel::to_text(outcome.value) == "[null, 1]");
    CHECK(reports(outcome.findings, "feel.limit"));
}

TEST_CASE("decision: no logic is null") {
    CHECK(value(compiled(file(decided("D", {}, ""))), "D") == "null");
}

TEST_CASE("types: results and inputs are coerced, or null with a finding") {
    CHECK(value_of_logic(literal("[1]"), "number") == "1");
    CHECK(value_of_logic(literal("\"1\""), "number") == "null");
    CHECK(value_of_logic(literal("1"), "tNumbers",
                         item("tNumbers", "<typeRef>number</typeRef>", true)) == "[1]");
    CHECK(value_of_logic(literal("date(\"2024-02-29\")"), "date and time") ==
          "@\"2024-02-29T00:00:00Z\"");
    const auto model = compiled(file(input("n", "number") + decided("D", {"n"}, literal("n"))));
    const auto outcome = model.evaluate("D", Inputs().set("n", "x"));
    CHECK(outcome.value.is_null());
    CHECK(reports(outcome.findings, "feel.type-mismatch"));
}

TEST_CASE("types: components, collections, allowed values, constraints") {
    const auto person =
        item("tPerson", R"(<itemComponent name="full name"><typeRef>string</typeRef></itemComponent>
        <itemComponent name="ages" isCollection="true"><typeRef>number</typeRef></itemComponent>)");
    CHECK(value_of_logic(literal("{full name: \"A\", ages: [1], more: 2}"), "tPerson", person) ==
          "{full name: \"A\", ages: [1], more: 2}");
    CHECK(value_of_logic(literal("{full name: \"A\"}"), "tPerson", person) == "null");
    const auto colour = item(
        "tColour",
        "<typeRef>string</typeRef><allowedValues><text>\"red\", \"green\"</text></allowedValues>");
    CHECK(value_of_logic(literal("\"red\""), "tColour", colour) == "\"red\"");
    CHECK(value_of_logic(literal("\"blue\""), "tColour", colour) == "null");
    const auto colours = colour + item("tColours", "<typeRef>tColour</typeRef>", true);
    CHECK(value_of_logic(literal("[\"red\", \"green\"]"), "tColours", colours) ==
          "[\"red\", \"green\"]");
    CHECK(value_of_logic(literal("[\"red\", \"blue\"]"), "tColours", colours) == "null");
    const auto few = item(
        "tFew",
        "<typeRef>number</typeRef><allowedValues><text>&lt; "
        "10</text></allowedValues><typeConstraint><text>count(?) &lt;= 2</text></typeConstraint>",
        true);
    CHECK(value_of_logic(literal("[1, 2]"), "tFew", few) == "[1, 2]");
    CHECK(value_of_logic(literal("[1, 12]"), "tFew", few) == "null");
    CHECK(value_of_logic(literal("[1, 2, 3]"), "tFew", few) == "null");
}

TEST_CASE("types: instance of, function types, recursion refused") {
    const auto items = item(
        "tAge", "<typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues>");
    CHECK(value_of_logic(literal("[20 instance of tAge, 200 instance of tAge]"), {}, items) ==
          "[true, false]");
    const auto function =
        R"(<itemDefinition name="tTest"><functionItem outputTypeRef="boolean"><parameters name="n" typeRef="number"/></functionItem></itemDefinition>)";
    CHECK(value_of_logic(literal("function(n: number) n > 1"), "tTest", function) != "null");
    CHECK(value_of_logic(literal("function(n: number, m: number) n > 1"), "tTest", function) ==
          "null");
    const auto model = compiled(file(
        item("tTree", R"(<itemComponent name="child"><typeRef>tTree</typeRef></itemComponent>)") +
        decided("D", {}, literal("1"))));
    CHECK(reports(model.findings(), "decision.recursive-type"));
    const auto unknown = compiled(file(decided("D", {}, literal("1"), "tNowhere")));
    CHECK(reports(unknown.findings(), "feel.unknown-type"));
    CHECK(value(unknown, "D") == "1");
}

TEST_CASE("types: FEEL's own notation, with named types inside") {
    const auto age = item(
        "tAge", "<typeRef>number</typeRef><allowedValues><text>[0..150]</text></allowedValues>");
    CHECK(value_of_logic(literal("[20]"), "list&lt;tAge>", age) == "[20]");
    CHECK(value_of_logic(literal("[200]"), "list&lt;tAge>", age) == "null");
    CHECK(value_of_logic(literal("function(n: tAge) n"), "function&lt;tAge>-&gt;tAge", age) !=
          "null");
}

TEST_CASE("knowledge model: sees its parameters and what it requires, not its caller's names") {
    const auto model = compiled(
        file(input("x") +
             knowledge("double", R"(<formalParameter name="n" typeRef="number"/>)", "[n * 2, x]") +
             decided("D", {"x"}, literal("double(4)"), {}, {"double"})));
    CHECK(value(model, "D", Inputs().set("x", 1)) == "[8, null]");
}

TEST_CASE("knowledge model: calls itself, bounded; its result has its type") {
    const auto factorial = knowledge("factorial", R"(<formalParameter name="n"/>)",
                                     "if n <= 1 then 1 else n * factorial(n - 1)");
    CHECK(value(compiled(file(factorial +
                              decided("D", {}, literal("factorial(20)"), {}, {"factorial"}))),
                "D") == "2432902008176640000");
    const auto endless = knowledge("endless", R"(<formalParameter name="n"/>)", "endless(n + 1)");
    CHECK(value(compiled(file(endless + decided("D", {}, literal("endless(1)"), {}, {"endless"}))),
                "D") == "null");
    const auto typed = knowledge("f", R"(<formalParameter name="n"/>)", "n", "string");
    CHECK(value(compiled(file(typed + decided("D", {}, literal("[f(1), f(\"a\")]"), {}, {"f"}))),
                "D") == "[null, \"a\"]");
}

TEST_CASE("knowledge model: a function's type gives it its parameters and result") {
    const auto type =
        R"(<itemDefinition name="tF"><functionItem outputTypeRef="string"><parameters name="n" typeRef="number"/></functionItem></itemDefinition>)";
    const auto model = compiled(file(
        type +
        knowledge("f", R"(<formalParameter name="n"/>)", "if n = 1 then \"one\" else n", "tF") +
        decided("D", {}, literal("[f(1), f(2), f(\"x\")]"), {}, {"f"})));
    CHECK(value(model, "D") == "[\"one\", null, null]");
}

TEST_CASE("knowledge model: asked by itself, with inputs as arguments") {
    const auto model = compiled(file(
        knowledge("minus", R"(<formalParameter name="a"/><formalParameter name="b"/>)", "a - b")));
    CHECK(value(model, "minus", Inputs().set("b", 1).set("a", 5)) == "4");
}

namespace {

const std::string service_model =
    input("amount", "number") + decided("rate", {}, literal("0.1"), "number") +
    decided("tax", {"amount", "rate"}, literal("amount * rate"), "number") +
    decided("sum", {"amount", "tax"}, literal("amount + tax"), "number") +
    R"(<decisionService id="taxes" name="taxes"><variable name="taxes"/><outputDecision href="#sum"/><encapsulatedDecision href="#tax"/>
       <inputDecision href="#rate"/><inputData href="#amount"/></decisionService>
       <decisionService id="both" name="both"><variable name="both"/><outputDecision href="#sum"/><outputDecision href="#tax"/><inputData href="#amount"/></decisionService>)";

}  // namespace

TEST_CASE(
    "decision service: input decisions take what is given; one output is the value, several a "
    "context") {
    const auto model = compiled(file(service_model));
    CHECK(value(model, "taxes", Inputs().set("amount", 100).set("rate", *Decimal::parse("0.5"))) ==
          "150");
    CHECK(value(model, "taxes", Inputs().set("amount", 100)) == "null");  // its logic is not run
    CHECK(value(model, "both", Inputs().set("amount", 100)) == "{sum: 110, tax: 10}");
}

TEST_CASE("decision service: a function, data first, then decisions") {
    const auto model =
        compiled(file(service_model + decided("D", {}, literal("taxes(100, 0.2)"), {}, {"taxes"}) +
                      decided("E", {}, literal("taxes(rate: 0.3, amount: 10)"), {}, {"taxes"}) +
                      decided("F", {}, literal("taxes(\"much\", 0.2)"), {}, {"taxes"}) +
                      decided("G", {}, literal("both(200).tax"), {}, {"both"})));
    CHECK(value(model, "D") == "120");
    CHECK(value(model, "E") == "13");
    CHECK(value(model, "F") == "null");
    CHECK(value(model, "G") == "20");
}

TEST_CASE(
    "XML: what is malformed, too deep or too large is refused with its line; entities are not "
    "followed") {
    CHECK(Model::compile({"x.dmn", "<definitions>\n<a>\n</definitions>"})
              .error()
              .detail.starts_with("x.dmn:3:"));
    CHECK(Model::compile({"x.dmn", "not XML"}).error().key == "decision.malformed");
    CHECK(Model::compile({"x.dmn", "\xff\xfe"}).error().key == "decision.malformed");
    std::string deep;
    for (int i = 0; i < 1'000; ++i) deep += "<list>";
    CHECK(Model::compile(file(decided("D", {}, deep))).error().key == "decision.malformed");
    for (int i = 0; i < 1'000; ++i) deep += "</list>";
    CHECK(Model::compile(file(decided("D", {}, deep))).error().key == "decision.too-large");
    Limits small;
    small.file_bytes = 10;
    CHECK(Model::compile(file(""), {}, small).error().key == "decision.too-large");
    const File entity{
        "x.dmn",
        fmt::format(
            R"(<!DOCTYPE definitions [<!ENTITY secret SYSTEM "file:///etc/passwd">]>
        <definitions xmlns="{}" namespace="urn:x" name="x">{}</definitions>)",
            edition_1_5,
            R"(<decision id="D" name="D"><literalExpression><text>"&secret;"</text></literalExpression></decision>)")};
    CHECK(value(compiled(entity), "D") == "\"&secret;\"");
}

TEST_CASE("JSON: numbers keep their digits, strings become dates where the type says so") {
    const auto model =
        compiled(file(input("day", "date") + input("text", "string") + input("n", "number") +
                      decided("D", {"day", "text", "n"},
                              literal("{next: day + duration(\"P1D\"), text: text, n: n + 0.1}"))));
    const auto inputs = model.read_inputs(*json::parse(
        R"({"day": "2024-02-28", "text": "2024-02-28", "n": 12345678901234567890.1})"));
    CHECK(json::write(feel::to_json(model.evaluate("D", *inputs).value)) ==
          R"({"next":"2024-02-29","text":"2024-02-28","n":12345678901234567890.2})");
    CHECK(model.read_inputs(json::Value(1)).error().key == "decision.input");
}

TEST_CASE("trace: inputs, matched rows, expressions, results, and the hash of the model") {
    const auto table =
        R"(<decisionTable hitPolicy="UNIQUE"><input label="Age"><inputExpression typeRef="number"><text>age</text></inputExpression></input>
        <output name="fee" typeRef="number"/><rule id="r1"><inputEntry><text>&lt; 18</text></inputEntry><outputEntry><text>0</text></outputEntry></rule>
        <rule id="r2"><inputEntry><text>&gt;= 18</text></inputEntry><outputEntry><text>50</text></outputEntry><annotationEntry><text>article 3</text></annotationEntry></rule>
        </decisionTable>)";
    const auto model =
        compiled(file(input("age", "number") + decided("fee", {"age"}, table, "number") +
                      decided("D", {"fee"}, literal("fee * 2"))));
    Options options;
    options.trace = true;
    const auto trace = *model.evaluate("D", Inputs().set("age", 30), options).trace;
    CHECK(trace["model"]["sha256"].text_or("") == model.digest().hex());
    CHECK(trace["result"].integer() == 100);
    const auto& steps = *trace["decisions"].array();
    REQUIRE(steps.size() == 2);
    CHECK(steps[0]["name"].text_or("") == "fee");
    const auto& fired = (*(*steps[0]["tables"].array())[0]["rows"].array())[0];
    CHECK(fired["row"].integer() == 2);
    CHECK(fired["id"].text_or("") == "r2");
    CHECK((*fired["annotations"].array())[0].text_or("") == "article 3");
    CHECK(steps[1]["expression"].text_or("") == "fee * 2");
    CHECK(model.tables().size() == 1);
}

TEST_CASE("table findings carry row, column and text") {
    const auto table =
        R"(<decisionTable><input><inputExpression><text>1</text></inputExpression></input><output/>
        <rule><inputEntry><text>-</text></inputEntry><outputEntry><text>1</text></outputEntry></rule>
        <rule><inputEntry><text>&lt;&lt; 3</text></inputEntry><outputEntry><text>1</text></outputEntry></rule></decisionTable>)";
    const auto model = compiled(file(decided("D", {}, table)));
    REQUIRE(model.findings().size() == 1);
    CHECK(model.findings()[0].place.row == 2);
    CHECK(model.findings()[0].place.column == 1);
    CHECK(model.findings()[0].text == "<< 3");
    CHECK(value(model, "D") == "null");
}

TEST_CASE("one model is evaluated by many threads at once") {
    const auto model =
        compiled(file(service_model + decided("D", {}, literal("taxes(100, 0.2)"), {}, {"taxes"})));
    std::vector<std::thread> threads;
    std::vector<int> wrong(4);
    for (std::size_t t = 0; t < wrong.size(); ++t) {
        threads.emplace_back([&model, &count = wrong[t]] {
            for (int i = 0; i < 200; ++i) count += value(model, "D") == "120" ? 0 : 1;
        });
    }
    for (auto& thread : threads) thread.join();
    CHECK(wrong == std::vector<int>(4));
}

TEST_CASE("inputs: a name the model does not have, and a number beyond those of FEEL, are findings") {
    const auto model = compiled(file(input("age", "number") + decided("D", {"age"}, literal("age + 1"))));
    const auto inputs = model.read_inputs(*json::parse(R"({"age": 1e99999, "agee": 3, "name": "x"})")).value();
    const auto outcome = model.evaluate("D", inputs);
    REQUIRE(outcome.findings.size() >= 2);
    CHECK(outcome.findings[0].key == "decision.unknown-input");
    CHECK(outcome.findings[0].detail == "the model has no input \"agee\", \"name\"");
    CHECK(outcome.findings[1].key == "feel.arithmetic");
    CHECK(outcome.findings[1].detail == "age: 1e99999 is beyond the range of numbers");
    CHECK(model.evaluate("D", model.read_inputs(*json::parse(R"({"age": 3})")).value()).findings.empty());
}

TEST_CASE("a finding says where in the text it lies, in characters") {
    const auto model = compiled(file(decided("D", {}, literal("\"é\" +\n \"é\" + 1"))));
    const auto outcome = model.evaluate("D", {});
    REQUIRE(outcome.findings.size() == 1);
    CHECK(outcome.findings[0].words().find("at line 2, column 6 in: ") != std::string::npos);
    CHECK(to_json(outcome.findings[0])["at"] == json::Value(json::Object{{"line", 2}, {"column", 6}}));
    const auto unknown = compiled(file(decided("D", {}, literal("\"é\" + nobody"))));
    CHECK(unknown.findings().at(0).words().find("at line 1, column 7 in: ") != std::string::npos);
}
