// Imports across files, and the five editions of the standard.
#include "decision/testing.hpp"

using namespace wasl;
using namespace wasl::decision;
using namespace wasl::decision::testing;

namespace {

File library(std::string_view edition = edition_1_5) {
    return file(input("person name", "tName") + item("tName", "<typeRef>string</typeRef>") +
                    decided("greeting", {"person name"}, literal("\"Hello, \" + person name")) +
                    knowledge("twice", R"(<formalParameter name="n"/>)", "n * 2"),
                "urn:library", edition, {}, "library.dmn");
}

std::string requires_from_library(std::string_view logic, std::string_view type = {}) {
    return fmt::format(
        R"(<decision id="D" name="D"><variable name="D"{}/><informationRequirement><requiredDecision href="urn:library#greeting"/></informationRequirement>
        <knowledgeRequirement><requiredKnowledge href="urn:library#twice"/></knowledgeRequirement>{}</decision>)",
        type.empty() ? "" : fmt::format(R"( typeRef="{}")", type), literal(logic));
}

}  // namespace

TEST_CASE("import: elements and types under the name of the import; inputs by namespace") {
    const auto import =
        R"(<import name="my library" namespace="urn:library" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>)";
    const auto model = compiled(
        file(import + requires_from_library("my library.greeting + string(my library.twice(21))",
                                            "my library.tName")),
        {library()});
    CHECK(model.findings().empty());
    CHECK(value(model, "D", Inputs().set("urn:library", "person name", "Aïcha")) ==
          "\"Hello, Aïcha42\"");
    CHECK(value(model, "D", Inputs().set("person name", "Aïcha")) == "\"Hello, Aïcha42\"");
    CHECK(value(model, "D", Inputs().set("my library", feel::Context{{"person name", "Aïcha"}})) ==
          "\"Hello, Aïcha42\"");
}

TEST_CASE("import without a name: its elements stand beside one's own") {
    const auto import =
        R"(<import name="" namespace="urn:library" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>)";
    const auto model = compiled(
        file(import + requires_from_library("greeting + string(twice(21))", "tName")), {library()});
    CHECK(model.findings().empty());
    CHECK(value(model, "D", Inputs().set("person name", "Aïcha")) == "\"Hello, Aïcha42\"");
}

TEST_CASE("import in DMN 1.1: by the prefix of its namespace") {
    constexpr std::string_view first = "http://www.omg.org/spec/DMN/20151101/dmn.xsd";
    const auto import =
        R"(<import namespace="urn:library" importType="http://www.omg.org/spec/DMN/20151101/dmn.xsd"/>)";
    const auto model = compiled(
        file(import + requires_from_library("lib.greeting", "lib:tName"), "urn:test", first,
             R"(xmlns:lib="urn:library" xmlns:feel="http://www.omg.org/spec/FEEL/20140401")"),
        {library(first)});
    CHECK(model.findings().empty());
    CHECK(value(model, "D", Inputs().set("person name", "A")) == "\"Hello, A\"");
}

TEST_CASE("import of nothing: a finding, and what needs it is null") {
    const auto model = compiled(file(
        R"(<import name="gone" namespace="urn:gone" importType="https://www.omg.org/spec/DMN/20230324/MODEL/"/>)" +
        decided("D", {}, literal("gone.x")) + decided("E", {}, literal("1"))));
    CHECK(reports(model.findings(), "decision.import"));
    CHECK(value(model, "D") == "null");
    CHECK(value(model, "E") == "1");
}

TEST_CASE("editions: all five namespaces are read; another is refused") {
    for (const auto* space : {"http://www.omg.org/spec/DMN/20151101/dmn.xsd",
                              "http://www.omg.org/spec/DMN/20180521/MODEL/",
                              "https://www.omg.org/spec/DMN/20191111/MODEL/",
                              "https://www.omg.org/spec/DMN/20211108/MODEL/",
                              "https://www.omg.org/spec/DMN/20230324/MODEL/"}) {
        const auto model =
            compiled(file(decided("D", {}, literal("[5]"), "feel:number"), "urn:test", space,
                          R"(xmlns:feel="http://www.omg.org/spec/DMN/20180521/FEEL/")"));
        CHECK(model.findings().empty());
        CHECK(value(model, "D") == "5");
    }
    CHECK(Model::compile(file("", "urn:test", "urn:other")).error().key == "decision.malformed");
}
