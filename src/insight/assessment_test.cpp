// The self-assessment, its settings, the stages of procedures and the chart.
#include "insight/assessment.hpp"
#include "insight/line_chart.hpp"
#include "insight/pick.hpp"
#include "insight/settings.hpp"
#include "insight/stages.hpp"

#include <doctest/doctest.h>

#include <fstream>
#include <sstream>

using namespace wasl;
using namespace wasl::insight;

namespace {

std::string pack_file(const std::string& name) {
    std::ifstream in(std::string(WASL_SOURCE_DIR) + "/jurisdictions/ma/insight/" + name, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

constexpr const char* name = "name = { ar = \"a\", fr = \"f\", en = \"e\", zgh = \"z\" }\n";

std::string part(const std::string& code, int weight) {
    return "[[part]]\ncode = \"" + code + "\"\n" + name + "weight = " + std::to_string(weight) + "\nsource = \"s\"\n";
}
std::string feature(const std::string& of, const std::string& code, const std::string& rest) {
    return "[[feature]]\npart = \"" + of + "\"\ncode = \"" + code + "\"\n" + name + rest + "\n";
}
const std::string met = "met = true\nevidence = \"/search\"\nclicks = 1";

std::string why(const std::string& text) {
    const auto read = Assessment::read(text);
    REQUIRE_FALSE(read.has_value());
    return read.error().detail;
}

}  // namespace

TEST_CASE("A feature carries its part's weight over the part's features") {
    const auto read = Assessment::read(part("SP", 60) + part("EPI", 40) + feature("SP", "a", met) + feature("SP", "b", "met = false") +
                                       feature("SP", "c", "met = false") + feature("EPI", "d", "met = false"));
    REQUIRE_MESSAGE(read.has_value(), (read ? "" : read.error().detail));
    CHECK(read->total().fixed(2) == "20.00");
    CHECK(read->score("SP").met == 1);
    CHECK(read->score("EPI").points.is_zero());
    const auto missing = read->missing();
    REQUIRE(missing.size() == 3);
    CHECK(missing.front()->code == "d");
    CHECK(read->moves(*missing.front()).fixed(2) == "40.00");
    CHECK(read->moves(*missing.back()).fixed(2) == "20.00");
}

TEST_CASE("What a server really has is counted with its evidence, whatever the file says") {
    const auto read = Assessment::read(part("SP", 60) + part("EPI", 40) + feature("SP", "a", met) + feature("SP", "b", "met = false") + feature("EPI", "d", met));
    REQUIRE(read.has_value());
    const auto more = read->with("b", "/pay", 2);
    CHECK(more.total().fixed(2) == "100.00");
    CHECK(more.missing().empty());
    CHECK(more.features()[1].evidence == "/pay");
    CHECK(read->with("a", "/other", 3).features()[0].evidence == "/search");
    CHECK(read->with("nothing", "/x", 1).total() == read->total());
}

TEST_CASE("Weights are editable and make one hundred") {
    CHECK(why(part("SP", 60) + feature("SP", "a", met)).ends_with("the weights make 60, not 100"));
    const auto read = Assessment::read(part("SP", 60) + part("EPI", 40) + feature("SP", "a", met) + feature("EPI", "d", "met = false"));
    REQUIRE(read.has_value());
    const auto other = read->weighted(std::vector<std::int64_t>{25, 75});
    REQUIRE(other.has_value());
    CHECK(other->total().fixed(2) == "25.00");
    CHECK(other->moves(*other->missing().front()).fixed(2) == "75.00");
    CHECK(read->total().fixed(2) == "60.00");
    for (const auto& wrong : {std::vector<std::int64_t>{25, 74}, {100}, {-1, 101}, {0, 0}, {25, 70, 5}, {INT64_MAX, INT64_MAX}}) CHECK_FALSE(read->weighted(wrong).has_value());
}

TEST_CASE("Nothing is there without evidence and clicks, and what is absent has none") {
    CHECK(why(part("SP", 100) + feature("SP", "a", "met = true")).ends_with("said to be there without evidence and clicks"));
    CHECK(why(part("SP", 100) + feature("SP", "a", "met = true\nevidence = \"javascript:x\"\nclicks = 1")).ends_with("without evidence and clicks"));
    CHECK(why(part("SP", 100) + feature("SP", "a", "met = true\nevidence = \"//other\"\nclicks = 1")).ends_with("without evidence and clicks"));
    CHECK(why(part("SP", 100) + feature("SP", "a", "met = false\nevidence = \"/x\"")).ends_with("evidence of what is absent"));
}

TEST_CASE("Unknown parts, repeated codes, empty parts and unknown words are refused with their line") {
    CHECK(why(part("SP", 100) + feature("XX", "a", met)).ends_with("unknown part: XX"));
    CHECK(why(part("SP", 100) + feature("SP", "a", met) + feature("SP", "a", met)).ends_with("twice: a"));
    CHECK(why(part("SP", 100) + part("CP", 0) + feature("SP", "a", met)).ends_with("no features: CP"));
    CHECK(why(part("SP", 100) + "wieght = 3\n").ends_with("unknown: wieght"));
    CHECK(why("x = ").starts_with("osi.toml:1"));
}

TEST_CASE("The pack's own files are read: five parts, their weights, the gaps of the census") {
    const auto assessment = Assessment::read(pack_file("osi.toml"));
    REQUIRE_MESSAGE(assessment.has_value(), (assessment ? "" : assessment.error().detail));
    CHECK(assessment->parts().size() == 5);
    CHECK(assessment->features().size() > 40);
    const auto figures = read_pack_figures(pack_file("figures.toml"));
    REQUIRE_MESSAGE(figures.has_value(), (figures ? "" : figures.error().detail));
    CHECK(figures->smallest_count == 10);
    REQUIRE(figures->gaps.size() == 3);
    CHECK(figures->gaps[0].relative().fixed(1) == "42.5");  // 1 − 40.4 / 70.2
    CHECK(figures->gaps[1].relative().fixed(1) == "14.6");
    CHECK(figures->gaps[2].relative().fixed(1) == "84.0");
}

TEST_CASE("The smallest count can be raised, never lowered below ten") {
    CHECK(read_pack_figures("smallest_count = 9\nsession_minutes = 30\n").error().detail == "figures.toml:1: smallest_count: a whole number from 10");
    CHECK(read_pack_figures("smallest_count = 20\nsession_minutes = 30\n")->smallest_count == 20);
}

TEST_CASE("What the operator states of members is read strictly") {
    const auto facts = read_host_facts("[[member]]\nid = \"commune-tamri\"\narea = \"rural\"\npopulation = 9000\n"
                                       "companies = 120\ncompanies_on = 2026-01-01\ncompanies_source = \"register\"\n");
    REQUIRE_MESSAGE(facts.has_value(), (facts ? "" : facts.error().detail));
    CHECK(facts->member("commune-tamri")->area == Area::rural);
    CHECK(facts->member("commune-tamri")->companies == 120);
    CHECK(facts->member("x") == nullptr);
    CHECK(read_host_facts("").has_value());
    CHECK(read_host_facts("[[member]]\nid = \"a\"\narea = \"sea\"\n").error().key == "insight.settings");
    CHECK(read_host_facts("[[member]]\nid = \"a\"\ncompanies = 3\n").error().detail.ends_with("companies_on: the day of that number"));
    CHECK(read_host_facts("[[member]]\nid = \"a\"\n[[member]]\nid = \"a\"\n").error().detail.ends_with("twice: a"));
}

TEST_CASE("Stages of a procedure: nothing, information, form, filed online, all of it online, of its own accord") {
    catalogue::Revision revision;
    CHECK(stage_of(revision) == 0);
    revision.requirements = {{.code = "id", .title = {}, .accepted = {catalogue::Accepted::show_original}}};
    CHECK(stage_of(revision) == 1);
    revision.form.pages = {{.id = "p", .title = {}, .fields = {{.id = "f", .label = {}}}}};
    CHECK(stage_of(revision) == 2);
    revision.channels = {"counter", "online"};
    CHECK(stage_of(revision) == 3);  // a paper shown in person
    revision.requirements.front().accepted = {catalogue::Accepted::upload};
    CHECK(stage_of(revision) == 3);  // nothing is delivered
    revision.outputs = {{.code = "o", .title = {}, .paragraphs = {}, .validity = {}}};
    CHECK(stage_of(revision) == 4);
    revision.fee.kind = catalogue::FeeKind::amount;
    CHECK(stage_of(revision) == 3);  // paid elsewhere
    CHECK(stage_of(revision, true) == 4);  // paid online too
    revision.fee.kind = catalogue::FeeKind::free;
    revision.requirements.front().once_only_source = "rnp";
    CHECK(stage_of(revision) == 5);
    revision.imported_from = "idarati";
    CHECK(stage_of(revision) == 2);
    CHECK(online_in({1, 2, 3, 4, 5, 6}) == 11);
    CHECK(procedures_in({1, 2, 3, 4, 5, 6}) == 21);
}

TEST_CASE("A chart has its title and description, escapes its texts, and draws nothing from nothing") {
    Chart chart{.id = "ranks", .title = "EGDI & OSI", .description = "a < b", .labels = {"2022", "2024"},
                .lines = {{"EGDI", {101, 90}}, {"OSI", {std::nullopt, 100}}}, .ranks = true};
    const auto drawn = svg(chart);
    CHECK(drawn.find("<title id=\"ranks-title\">EGDI &amp; OSI</title>") != std::string::npos);
    CHECK(drawn.find("a &lt; b") != std::string::npos);
    CHECK(drawn.find("aria-labelledby=\"ranks-title ranks-text\"") != std::string::npos);
    CHECK(drawn.find("stroke-dasharray") != std::string::npos);  // told apart without colour
    CHECK(drawn.find("style=") == std::string::npos);            // the content policy forbids it
    chart.lines = {{"EGDI", {std::nullopt, std::nullopt}}};
    CHECK(svg(chart).empty());
}

TEST_CASE("The cursor finds values in entries, past quotes, braces and escapes in texts") {
    const Picked entry(R"({"a":"}\"{","b":{"c":[1,{"d":"x"},"]"],"e":true},"f":"é\n"})");
    CHECK(entry["a"].text() == "}\"{");
    CHECK(entry["b"]["e"].is_true());
    int elements = 0;
    entry["b"]["c"].each([&](const Picked&) { ++elements; });
    CHECK(elements == 3);
    CHECK(entry["f"].text() == "é\n");
    CHECK_FALSE(entry["g"].there());
    CHECK(Picked("").text().empty());
    CHECK_FALSE(Picked("{\"a\"")["a"].there());
    CHECK_FALSE(Picked("{\"a\":")["a"]["b"].there());
}
