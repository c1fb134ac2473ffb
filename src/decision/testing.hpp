// Small models for the tests, written as text.
#pragma once

#include "decision/model.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::decision::testing {

inline constexpr std::string_view edition_1_5 = "https://www.omg.org/spec/DMN/20230324/MODEL/";

// A file of the given content; `attributes` go to the root.
inline File file(std::string_view content, std::string_view space = "urn:test",
                 std::string_view edition = edition_1_5, std::string_view attributes = {},
                 std::string name = "test.dmn") {
    return {std::move(name),
            fmt::format(R"(<definitions xmlns="{}" namespace="{}" name="test" {}>{}</definitions>)",
                        edition, space, attributes, content)};
}

inline std::string input(std::string_view name, std::string_view type = {}) {
    return fmt::format(R"(<inputData id="{0}" name="{0}"><variable name="{0}"{1}/></inputData>)",
                       name, type.empty() ? "" : fmt::format(R"( typeRef="{}")", type));
}

inline std::string literal(std::string_view text) {
    return fmt::format("<literalExpression><text><![CDATA[{}]]></text></literalExpression>", text);
}

// A decision over inputs and decisions (names in `needs`), its logic as XML.
inline std::string decided(std::string_view name, const std::vector<std::string>& needs,
                           std::string_view logic, std::string_view type = {},
                           const std::vector<std::string>& knowledge = {}) {
    std::string out = fmt::format(R"(<decision id="{0}" name="{0}"><variable name="{0}"{1}/>)",
                                  name, type.empty() ? "" : fmt::format(R"( typeRef="{}")", type));
    for (const auto& need : needs)
        out += fmt::format(
            R"(<informationRequirement><requiredInput href="#{}"/></informationRequirement>)",
            need);
    for (const auto& need : knowledge)
        out += fmt::format(
            R"(<knowledgeRequirement><requiredKnowledge href="#{}"/></knowledgeRequirement>)",
            need);
    return out + std::string(logic) + "</decision>";
}

inline std::string knowledge(std::string_view name, std::string_view parameters,
                             std::string_view body, std::string_view type = {}) {
    return fmt::format(
        R"(<businessKnowledgeModel id="{0}" name="{0}"><variable name="{0}"{3}/><encapsulatedLogic>{1}{2}</encapsulatedLogic>
        </businessKnowledgeModel>)",
        name, parameters, literal(body), type.empty() ? "" : fmt::format(R"( typeRef="{}")", type));
}

inline std::string item(std::string_view name, std::string_view content, bool collection = false) {
    return fmt::format(R"(<itemDefinition name="{}"{}>{}</itemDefinition>)", name,
                       collection ? R"( isCollection="true")" : "", content);
}

inline Model compiled(const File& main, const std::vector<File>& others = {}) {
    auto model = Model::compile(main, others);
    REQUIRE_MESSAGE(model.has_value(), (model ? "" : model.error().detail));
    return std::move(*model);
}

// FEEL text of a decision's value.
inline std::string value(const Model& model, std::string_view name, const Inputs& inputs = {}) {
    return feel::to_text(model.evaluate(name, inputs).value);
}

// The value of one decision without requirements.
inline std::string value_of_logic(std::string_view logic, std::string_view type = {},
                                  std::string_view items = {}) {
    return value(compiled(file(std::string(items) + decided("D", {}, logic, type))), "D");
}

inline bool reports(const std::vector<Finding>& findings, std::string_view key) {
    return std::any_of(findings.begin(), findings.end(),
                       [&](const Finding& finding) { return finding.key == key; });
}

}  // namespace wasl::decision::testing
