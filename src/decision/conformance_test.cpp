// The part of the DMN TCK that lies beside the source, when it does: every case of it must pass.
#include "decision/clash.hpp"
#include "decision/tck.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

using namespace wasl;
using namespace wasl::decision;
namespace fs = std::filesystem;

namespace {

File read(const fs::path& path) {
    std::ifstream in(path, std::ios::binary);
    return {path.filename().string(), std::string(std::istreambuf_iterator<char>(in), {})};
}

std::vector<File> files_in(const fs::path& folder, std::string_view extension) {
    std::vector<fs::path> paths;
    for (const auto& entry : fs::directory_iterator(folder)) {
        if (entry.path().extension() == extension) paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<File> out;
    for (const auto& path : paths) out.push_back(read(path));
    return out;
}

const tck::Clock at_that_time{Instant{1'700'000'000'000'000}, {}};

}  // namespace

TEST_CASE("conformance: the DMN TCK") {
    const auto root = fs::path(WASL_SOURCE_DIR).parent_path() / "shared" / "data" / "dmn-tck";
    if (!fs::is_directory(root)) {
        MESSAGE("skipped: the DMN TCK is not beside the source");
        return;
    }
    std::size_t passed = 0, all = 0;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        if (!entry.is_directory()) continue;
        const auto models = files_in(entry.path(), ".dmn");
        for (const auto& cases : files_in(entry.path(), ".xml")) {
            const auto results = tck::run_file(fs::relative(entry.path(), root).generic_string(),
                                               cases, models, at_that_time);
            for (const auto& result : results) {
                ++all;
                passed += result.passed() ? 1 : 0;
                for (const auto& failure : result.failures) {
                    CHECK_MESSAGE(false, result.folder, " ", result.name, " ", failure.node,
                                  ": expected ", failure.expected, ", got ", failure.got);
                }
            }
        }
    }
    MESSAGE("passed ", passed, " of ", all);
    CHECK(passed == all);
    CHECK(all > 2'000);
}

// A clash must be a mistake indeed: what has one gives null. ("and" and "or" need not look at every
// operand, so those two may give a value all the same.)
TEST_CASE("conformance: types clash in no decision of the DMN TCK that has a value") {
    const auto root = fs::path(WASL_SOURCE_DIR).parent_path() / "shared" / "data" / "dmn-tck";
    if (!fs::is_directory(root)) {
        MESSAGE("skipped: the DMN TCK is not beside the source");
        return;
    }
    std::size_t told = 0;
    for (const auto& entry : fs::recursive_directory_iterator(root)) {
        if (!entry.is_directory()) continue;
        const auto models = files_in(entry.path(), ".dmn");
        for (const auto& main : models) {
            const auto found = clashes(main, models);
            const auto compiled = Model::compile(main, models);
            REQUIRE(compiled.has_value());
            told += found.size();
            for (const auto& clash : found) {
                const auto* element = compiled->find(clash.element);
                const bool decided = element != nullptr && element->kind == ElementKind::decision;
                if (!decided || clash.detail.starts_with("the operand of")) continue;
                CHECK_MESSAGE(compiled->evaluate(*element, {}).value.is_null(), clash.words());
            }
        }
    }
    MESSAGE(told, " clashes");
    CHECK(told > 500);
}

namespace {

const File model{
    "m.dmn",
    R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:m" name="m">
    <inputData id="day" name="day"><variable name="day" typeRef="date"/></inputData>
    <decision id="D" name="D"><variable name="D"/><informationRequirement><requiredInput href="#day"/></informationRequirement>
      <literalExpression><text>{year: day.year, third: 1/3, list: [day]}</text></literalExpression></decision>
    <decision id="E" name="E"><variable name="E"/><literalExpression><text>1/0</text></literalExpression></decision></definitions>)"};

std::vector<tck::CaseResult> run(std::string_view cases) {
    const File file{
        "c.xml",
        R"(<testCases xmlns="http://www.omg.org/spec/DMN/20160719/testcase" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"
        xmlns:xsd="http://www.w3.org/2001/XMLSchema"><modelName>m.dmn</modelName>)" +
            std::string(cases) + "</testCases>"};
    return tck::run_file("level/0001-x", file, std::vector<File>{model}, at_that_time);
}

}  // namespace

TEST_CASE(
    "test cases: components, lists, untyped values by the model's type, numbers within 1e-8") {
    const auto results = run(
        R"(<testCase id="a"><inputNode name="day"><value>2024-05-01</value></inputNode><resultNode name="D" type="decision"><expected>
        <component name="list"><list><item><value xsi:type="xsd:date">2024-05-01</value></item></list></component>
        <component name="year"><value xsi:type="xsd:decimal">2024</value></component>
        <component name="third"><value xsi:type="xsd:double">3.33333333E-1</value></component></expected></resultNode></testCase>)");
    REQUIRE(results.size() == 1);
    CHECK(results[0].passed());
    CHECK(tck::csv(results) == "\"level/0001-x\",\"c\",\"a\",\"SUCCESS\",\"\"\n");
}

TEST_CASE("test cases: an expected error is null; anything else fails with what came") {
    CHECK(
        run(R"(<testCase id="a"><resultNode name="E" errorResult="true"><expected><value xsi:nil="true"/></expected></resultNode></testCase>)")
            [0]
                .passed());
    const auto failed = run(
        R"(<testCase id="b"><resultNode name="E"><expected><value xsi:type="xsd:decimal">1</value></expected></resultNode></testCase>)");
    REQUIRE(failed[0].failures.size() == 1);
    CHECK(failed[0].failures[0].expected == "1");
    CHECK(failed[0].failures[0].got == "null");
    CHECK(failed[0].failures[0].reason != "");
    CHECK(tck::csv(failed) ==
          fmt::format("\"level/0001-x\",\"c\",\"b\",\"ERROR\",\"E: expected 1, got null | {}\"\n",
                      failed[0].failures[0].reason));
    CHECK_FALSE(
        run(R"(<testCase id="c"><resultNode name="nowhere"><expected><value xsi:nil="true"/></expected></resultNode></testCase>)")
            [0]
                .passed());
}

TEST_CASE("test cases: what asks nothing, or of nothing, cannot pass") {
    const auto only = [](const std::vector<tck::CaseResult>& results) {
        REQUIRE(results.size() == 1);
        REQUIRE(results[0].failures.size() == 1);
        return results[0].failures[0].words();
    };
    CHECK(only(run(R"(<testCase id="a"/>)")) == "the case has no result node");
    CHECK(only(run(R"(<testCase id="a"><resultNode name="nowhere" errorResult="true"><expected>
        <value xsi:nil="true"/></expected></resultNode></testCase>)")) ==
          "nowhere: expected null, got null | the model has no such element");
    CHECK(only(run("")) == "c.xml: there is no case");
}

TEST_CASE("test cases: a file that is no XML is one failed case of its name; a broken model fails each case") {
    const std::vector<File> models{model};
    const auto torn = tck::run_file("level/0001-x", {"c-test-01.xml", "<testCases><testCase>"}, models, at_that_time);
    REQUIRE(torn.size() == 1);
    CHECK_FALSE(torn[0].passed());
    CHECK(tck::csv(torn).starts_with("\"level/0001-x\",\"c-test-01\",\"\",\"ERROR\",\"c-test-01.xml:1"));
    const auto other = tck::run_file("l", {"c-test-01.xml", "<other/>"}, models, at_that_time);
    CHECK(other.size() == 1);
    CHECK(tck::run_file("l", {"pom.xml", "<other/>"}, models, at_that_time).empty());
    const std::vector<File> broken{{"m.dmn", "<definitions"}};
    const auto two = tck::run_file("l", {"c.xml", R"(<testCases><modelName>m.dmn</modelName><testCase id="a"/>
        <testCase id="b"/></testCases>)"}, broken, at_that_time);
    REQUIRE(two.size() == 2);
    CHECK(two[1].failures.at(0).reason.starts_with("m.dmn:1"));
}

TEST_CASE("test cases: what asks nothing, or of nothing, cannot pass") {
    const auto only = [](const std::vector<tck::CaseResult>& results) {
        REQUIRE(results.size() == 1);
        REQUIRE(results[0].failures.size() == 1);
        return results[0].failures[0].words();
    };
    CHECK(only(run(R"(<testCase id="a"/>)")) == "the case has no result node");
    CHECK(only(run(R"(<testCase id="a"><resultNode name="nowhere" errorResult="true"><expected>
        <value xsi:nil="true"/></expected></resultNode></testCase>)")) ==
          "nowhere: expected null, got null | the model has no such element");
    CHECK(only(run("")) == "c.xml: there is no case");
}

TEST_CASE("test cases: a file that is no XML is one failed case; a broken model fails each case") {
    const std::vector<File> models{model};
    const auto torn = tck::run_file("level/0001-x", {"c-test-01.xml", "<testCases><testCase>"},
                                    models, at_that_time);
    REQUIRE(torn.size() == 1);
    CHECK_FALSE(torn[0].passed());
    CHECK(tck::csv(torn).starts_with(
        "\"level/0001-x\",\"c-test-01\",\"\",\"ERROR\",\"c-test-01.xml:1"));
    CHECK(tck::run_file("l", {"c-test-01.xml", "<other/>"}, models, at_that_time).size() == 1);
    CHECK(tck::run_file("l", {"pom.xml", "<other/>"}, models, at_that_time).empty());
    const std::vector<File> broken{{"m.dmn", "<definitions"}};
    const auto two = tck::run_file("l", {"c.xml", R"(<testCases><modelName>m.dmn</modelName>
        <testCase id="a"/><testCase id="b"/></testCases>)"}, broken, at_that_time);
    REQUIRE(two.size() == 2);
    CHECK(two[1].failures.at(0).reason.starts_with("m.dmn:1"));
}
