// Decision tables in a procedure's folder: what they give to conditions, fees and proposals, what the check
// says of bad ones, and the example cases beside them.
#include "catalogue/cases.hpp"
#include "catalogue/loader.hpp"
#include "catalogue/proposal.hpp"

#include "base/text.hpp"
#include "decision/model.hpp"
#include "jurisdiction/pack.hpp"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <algorithm>

using namespace wasl;
using namespace wasl::catalogue;

namespace {

constexpr Date today{2026, 11, 22};

const jurisdiction::Pack* morocco() {
    static const auto pack = jurisdiction::load_pack(std::filesystem::path(WASL_SOURCE_DIR) / "jurisdictions/ma");
    REQUIRE(pack.has_value());
    return pack->get();
}

std::string row(int number, std::string_view in, std::vector<std::string> outs) {
    std::string text = fmt::format("<rule id=\"r{}\"><inputEntry id=\"i{}\"><text>{}</text></inputEntry>\n", number, number, in);
    for (const auto& out : outs) {
        text += fmt::format("<outputEntry id=\"o{}{}\"><text>{}</text></outputEntry>\n", number, out.size(), out);
    }
    return text + "</rule>\n";
}

// One table over the question `area`, RULE ORDER or UNIQUE.
std::string table(std::string_view name, std::string_view policy, std::vector<std::string> outputs, std::string rows, std::string_view input = "area",
                  std::string_view type = "number") {
    std::string out = fmt::format("<decision id=\"{0}\" name=\"{0}\">\n<variable name=\"{0}\"/>\n<informationRequirement id=\"q\"><requiredInput href=\"#in_{1}\"/>"
                                  "</informationRequirement>\n<decisionTable id=\"t\" hitPolicy=\"{2}\"><input id=\"c\"><inputExpression id=\"e\" typeRef=\"{3}\"><text>{1}</text>"
                                  "</inputExpression></input>\n", name, input, policy, type);
    for (const auto& each : outputs) {
        out += each.empty() ? "<output id=\"out\"/>" : fmt::format("<output id=\"out_{0}\" name=\"{0}\"/>", each);
    }
    return out + rows + "</decisionTable></decision>\n";
}

std::string model(const std::string& decisions, std::string_view input = "area", std::string_view type = "number") {
    return fmt::format("<?xml version=\"1.0\"?>\n<definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"m\" name=\"m\" namespace=\"urn:m\">\n"
                       "<inputData id=\"in_{0}\" name=\"{0}\"><variable name=\"{0}\" typeRef=\"{1}\"/></inputData>\n{2}</definitions>\n", input, type, decisions);
}

std::string proposal_rows() {
    return row(1, "&gt; 100", {"\"refuse\"", "\"too-big\""}) + row(2, "&gt; 200", {"\"refuse\"", "\"far-too-big\""}) + row(3, "[50..100]", {"\"look\"", "\"close\""}) +
           row(4, "&lt;= 100", {"\"grant\"", "\"fits\""});
}

// A small procedure that proposes by a table; each test spoils one thing.
Files clean() {
    const auto texts = [](std::string_view word) {
        return fmt::format("title = \"{0}\"\ndescription = \"{0}\"\nauthority = \"{0}\"\n[law]\nlaw = \"{0}\"\n[paper.plan]\ntitle = \"{0}\"\n[page.one]\ntitle = \"{0}\"\n"
                           "[field.area]\nlabel = \"{0}\"\n[field.why]\nlabel = \"{0}\"\n[appeal]\nauthority = \"{0}\"\n[reason.too-big]\ntext = \"{0} {{answers.area}}\"\narticle = \"12\"\n"
                           "[reason.far-too-big]\ntext = \"{0}\"\n[reason.close]\ntext = \"{0}\"\n[reason.fits]\ntext = \"{0}\"\n[part]\nbase = \"{0}\"\nmore = \"{0}\"\n"
                           "[decision]\nproposal = \"{0}\"\nstudy = \"{0}\"\nparts = \"{0}\"\n", word);
    };
    const auto decisions = table("proposal", "RULE ORDER", {"outcome", "reason"}, proposal_rows()) +
                           table("study", "UNIQUE", {""}, row(1, "&gt; 150", {"true"}) + row(2, "&lt;= 150", {"false"})) +
                           table("parts", "COLLECT", {"part", "amount"}, row(1, "-", {"\"base\"", "20"}) + row(2, "&gt; 10", {"\"more\"", "area * 0.5"}));
    return {{"procedure.toml", "id = \"permit\"\nkind = \"authorisation\"\nsilence = \"none\"\n\n[[law]]\ncode = \"law\"\n\n"
                               "[[paper]]\ncode = \"plan\"\ncondition = \"study\"\naccepted = [\"upload\"]\n\n[delay]\n\n[[delay.case]]\nn = 30\n\n"
                               "[fee]\nkind = \"amount\"\ndecision = \"parts\"\n\n[proposal]\ndecision = \"proposal\"\n"},
            {"form.toml", "[[page]]\nid = \"one\"\n\n[[page.field]]\nid = \"area\"\ntype = \"number\"\n\n[[page.field]]\nid = \"why\"\ntype = \"text\"\nvisible = \"study\"\n"},
            {"rules.dmn", model(decisions)},
            {"texts.ar.toml", texts("نص")},
            {"texts.fr.toml", texts("Texte")}};
}

Files with(std::string_view file, std::string_view from, std::string_view to) {
    Files files = clean();
    for (auto& [name, content] : files) {
        if (name == file) {
            REQUIRE(content.find(from) != std::string::npos);
            content = replace_all(content, from, to);
        }
    }
    return files;
}

Files with_model(std::string text) {
    Files files = clean();
    files.emplace_back("more.dmn", std::move(text));
    return files;
}

std::vector<Diagnostic> findings(const Files& files) { return load_procedure("permit", files, morocco(), today).diagnostics; }

// The finding of this key, and that it names file, line and what it must.
void finds(const Files& files, std::string_view key, std::string_view file, std::string_view words) {
    const auto all = findings(files);
    const auto found = std::ranges::find_if(all, [&](const Diagnostic& one) { return one.key == key && one.message.find(words) != std::string::npos; });
    std::string everything;
    for (const auto& one : all) {
        everything += one.key + " " + one.text() + "\n";
    }
    CAPTURE(everything);
    REQUIRE(found != all.end());
    CHECK(found->file == "permit/" + std::string(file));
    CHECK(found->line > 0);
}

std::shared_ptr<const Revision> revision() {
    const auto loaded = load_procedure("permit", clean(), morocco(), today);
    std::string everything;
    for (const auto& one : loaded.diagnostics) {
        everything += one.key + " " + one.text() + "\n";
    }
    CAPTURE(everything);
    REQUIRE(loaded.diagnostics.empty());
    return loaded.revision;
}

struct Asked {
    explicit Asked(const Revision& revision, std::string_view area) : form(&revision.form) { answers.set("area", json::Number{std::string(area)}); }
    [[nodiscard]] Facts facts() const { return {&answers, &known, "2026-11-22", form}; }
    json::Object answers, known;
    const form::Form* form;
};

}  // namespace

TEST_CASE("a table decides papers, questions, the fee and a proposal with its reasons") {
    const auto r = revision();
    const Asked small(*r, "40"), big(*r, "160");
    CHECK(papers_for(*r, small.facts()).empty());
    CHECK(papers_for(*r, big.facts()).size() == 1);
    CHECK_FALSE(form::is_visible(r->form, r->form.pages[0].fields[1], small.answers, {nullptr, today, {}}));
    CHECK(form::is_visible(r->form, r->form.pages[0].fields[1], big.answers, {nullptr, today, {}}));
    CHECK(fee_for(*r, small.facts()) == "40.00");
    CHECK(fee_for(*r, big.facts()) == "100.00");
    const auto granted = proposal_for(*r, small.facts());
    REQUIRE(granted);
    CHECK(granted->advice == Advice::grant);
    CHECK(granted->reasons == std::vector<std::string>{"fits"});
    const auto refused = proposal_for(*r, Asked(*r, "250").facts());
    CHECK(refused->advice == Advice::refuse);
    CHECK(refused->reasons == std::vector<std::string>{"too-big", "far-too-big"});
    CHECK(reasons_in_words(*r, *refused, Asked(*r, "250").answers, "fr") == std::vector<std::string>{"Texte 250 (12)", "Texte"});
    // Numbers in the words of a reason are written as the reader's language writes them.
    CHECK(reasons_in_words(*r, *refused, Asked(*r, "1250.5").answers, "fr").front() == "Texte 1.250,5 (12)");
    CHECK(reasons_in_words(*r, *refused, Asked(*r, "1250.5").answers, "ar").front().find("1.250,5") != std::string::npos);
    CHECK(proposal_for(*r, Asked(*r, "70").facts())->advice == Advice::look);
}

TEST_CASE("an answer that is missing is looked at by an agent, never refused") {
    const auto r = revision();
    const json::Object nothing;
    const auto proposed = proposal_for(*r, {&nothing, nullptr, "2026-11-22", &r->form});
    CHECK(proposed->advice == Advice::look);
    CHECK(proposed->reasons.empty());
}

TEST_CASE("the trace names the rows that fired and the SHA-256 of the file") {
    const auto r = revision();
    const auto run = proposal_for(*r, Asked(*r, "250").facts())->runs.at(0);
    CHECK(run.file == "rules.dmn");
    CHECK(run.digest == sha256(clean()[2].second));
    CHECK(fired_rows(run.trace) == std::vector<FiredRow>{{"proposal", 1, true}, {"proposal", 2, true}});
}

TEST_CASE("a revision keeps the bytes of its tables, and its hash covers them") {
    const auto r = revision();
    const auto again = revision_from_json(canonical(*r));
    REQUIRE(again.has_value());
    CHECK((*again)->hash == r->hash);
    CHECK((*again)->form == r->form);
    CHECK((*again)->reasons == r->reasons);
    CHECK(fee_for(**again, Asked(**again, "160").facts()) == "100.00");
    const auto other = load_procedure("permit", with("rules.dmn", "&gt; 200", "&gt; 201"), morocco(), today).revision;
    CHECK(other->hash != r->hash);
}

TEST_CASE("check: an input that is no question, and one that no decision reads") {
    finds(with("rules.dmn", "name=\"area\"", "name=\"surface\""), "check.unknown-name", "rules.dmn", "surface");
    finds(with_model(model("", "channel", "string")), "check.unused-input", "more.dmn", "channel");
}

TEST_CASE("check: a name in a cell that is known nowhere") {
    finds(with("rules.dmn", "area * 0.5", "surface * 0.5"), "check.feel.unknown-name", "rules.dmn", "row 2, output 2");
}

TEST_CASE("check: a cell that is no FEEL, with its row and column") {
    finds(with("rules.dmn", "[50..100]", "[50..100"), "check.feel.syntax", "rules.dmn", "proposal: row 3, input 1");
}

TEST_CASE("check: a type in the model that is not the form's") {
    finds(with("rules.dmn", "typeRef=\"number\"", "typeRef=\"string\""), "check.type-clash", "rules.dmn", "area");
}

TEST_CASE("check: cells of another type than their column") {
    const auto typed = [](std::string_view from, std::string_view to) {
        auto files = with("rules.dmn", "<output id=\"out\"/>", "<output id=\"out\" typeRef=\"boolean\"/>");
        files[2].second = replace_all(files[2].second, from, to);
        return files;
    };
    finds(typed("<text>true</text>", "<text>\"yes\"</text>"), "check.type-clash", "rules.dmn", "study: row 1, output 1: this is a string");
    finds(with("rules.dmn", "&gt; 150", "\"two\""), "check.type-clash", "rules.dmn", "study: row 1, input 1: the input is a number, and never meets a string");
    const auto all = findings(with("rules.dmn", "&gt; 150", "\"two\""));
    CHECK(std::ranges::none_of(all, [](const Diagnostic& one) { return one.key == "check.gap" || one.key == "check.unreachable"; }));
    finds(with("rules.dmn", "&gt; 150", "&gt; \"two\""), "check.type-clash", "rules.dmn", "study: row 1, input 1");
}

TEST_CASE("check: expressions whose types can never meet") {
    finds(with("rules.dmn", "area * 0.5", "area + \"a\""), "check.type-clash", "rules.dmn", "parts: row 2, output 2: number + string");
    finds(with("rules.dmn", "area * 0.5", "if area &lt; \"a\" then 1 else 2"), "check.type-clash", "rules.dmn", "number < string");
    finds(with("rules.dmn", "area * 0.5", "if area = \"a\" then 1 else 2"), "check.type-clash", "rules.dmn", "number = string");
}

TEST_CASE("check: what a decision answers is not what procedure.toml makes of it") {
    finds(with("procedure.toml", "decision = \"parts\"", "decision = \"study\""), "check.type-clash", "procedure.toml", "[fee] the decision \"study\" answers boolean");
    finds(with("procedure.toml", "decision = \"proposal\"", "decision = \"study\""), "check.type-clash", "procedure.toml", "[proposal] the decision \"study\" answers boolean");
    finds(with("procedure.toml", "condition = \"study\"", "condition = \"proposal\""), "check.type-clash", "procedure.toml", "the paper \"plan\" (\"proposal\") answers context");
}

TEST_CASE("check: a condition whose types can never meet, in the delay, a paper, the form and its checks") {
    const auto of_study = [](std::string_view condition) { return with("procedure.toml", "condition = \"study\"", condition); };
    finds(of_study("condition = 'area > \"a\"'"), "check.type-clash", "procedure.toml", "the paper \"plan\" (\"area > \"a\"\"): number > string");
    finds(of_study("condition = \"study + 1\""), "check.type-clash", "procedure.toml", "boolean + number");
    finds(of_study("condition = 'parts'"), "check.type-clash", "procedure.toml", "answers context");
    finds(with("procedure.toml", "n = 30", "n = 30\ncondition = 'day > 3'"), "check.type-clash", "procedure.toml", "the delay (\"day > 3\"): date > number");
    finds(with("procedure.toml", "n = 30", "n = 30\ncondition = 'area + level'"), "check.type-clash", "procedure.toml", "answers number; true or false is wanted");
    finds(with("form.toml", "visible = \"study\"", "visible = 'study = \"yes\"'"), "check.type-clash", "form.toml", "boolean = string");
    finds(with("form.toml", "visible = \"study\"", "required_when = 'area = channel'"), "check.type-clash", "form.toml", "number = string");
}

TEST_CASE("check: an input that is required and that no expression reads") {
    const std::string idle = "<decision id=\"idle\" name=\"idle\"><variable name=\"idle\"/><informationRequirement id=\"x\"><requiredInput href=\"#in_channel\"/>"
                             "</informationRequirement><literalExpression id=\"l\"><text>1</text></literalExpression></decision>\n";
    finds(with_model(replace_all(model(idle, "channel", "string"), "urn:m", "urn:n")), "check.unused-input", "more.dmn", "\"channel\" is required, but no expression reads it");
}

TEST_CASE("check: rows that overlap and rows that are missing") {
    finds(with("rules.dmn", "&lt;= 150", "&lt;= 160"), "check.overlap", "rules.dmn", "study: rows 1 and 2");
    finds(with("rules.dmn", "&lt;= 150", "&lt; 150"), "check.gap", "rules.dmn", "study: no row answers: area 150");
}

TEST_CASE("check: a column that no row looks at") {
    finds(with("rules.dmn", "<text>&gt; 10</text>", "<text>-</text>"), "check.unused-input", "rules.dmn", "parts: column 1");
}

TEST_CASE("check: decisions that need each other") {
    const std::string two = "<decision id=\"a\" name=\"a\"><variable name=\"a\"/><informationRequirement id=\"x\"><requiredDecision href=\"#b\"/></informationRequirement>"
                            "<literalExpression id=\"l\"><text>b</text></literalExpression></decision>\n"
                            "<decision id=\"b\" name=\"b\"><variable name=\"b\"/><informationRequirement id=\"y\"><requiredDecision href=\"#a\"/></informationRequirement>"
                            "<literalExpression id=\"k\"><text>a</text></literalExpression></decision>\n";
    finds(with_model(replace_all(model(two, "channel", "string"), "urn:m", "urn:n")), "check.decision.cycle", "more.dmn", "");
}

TEST_CASE("check: procedure.toml names a decision that no file holds") {
    finds(with("procedure.toml", "decision = \"proposal\"", "decision = \"eligible\""), "check.unknown-decision", "procedure.toml", "\"eligible\"");
    finds(with("procedure.toml", "decision = \"parts\"", "decision = \"costs\""), "check.unknown-decision", "procedure.toml", "\"costs\"");
}

TEST_CASE("check: what a table answers without a text, and an outcome that is none") {
    finds(with("texts.ar.toml", "[reason.too-big]", "[reason.too-large]"), "check.text-missing", "rules.dmn", "proposal: row 1, output 2");
    finds(with("texts.fr.toml", "more = ", "less = "), "check.text-missing", "rules.dmn", "parts: row 2, output 1");
    finds(with("texts.fr.toml", "study = ", "studies = "), "check.text-missing", "rules.dmn", "\"study\" has no title (fr)");
    finds(with("rules.dmn", "\"look\"", "\"wait\""), "check.word", "rules.dmn", "\"wait\"");
}

TEST_CASE("check: a question shown by a table that reads a later question") {
    finds(with("form.toml", "id = \"area\"\ntype = \"number\"\n", "id = \"area\"\ntype = \"number\"\nvisible = \"study\"\n"), "check.unknown-name", "form.toml", "comes later");
}

TEST_CASE("check: a file that is no model is named, a model is read without following anything outside") {
    const auto broken = findings(with_model("<definitions><unclosed>"));
    CHECK(std::ranges::any_of(broken, [](const Diagnostic& one) { return one.key == "check.model" && one.file == "permit/more.dmn"; }));
}

TEST_CASE("cases: each is compared with what the pages would do, and the rows they reach are counted") {
    const auto r = revision();
    const std::string cases = "[[case]]\nname = \"small\"\nday = 2026-02-01\n[case.answers]\narea = 40\n[case.expect]\nvisible = [\"area\"]\npapers = []\nfee = \"40.00\"\n"
                              "delay = \"30 days\"\nproposal = \"grant\"\nreasons = [\"fits\"]\n[case.expect.decisions]\nstudy = \"false\"\n";
    const auto good = run_cases("permit", {{"a.toml", cases}}, *r, morocco());
    REQUIRE(good.cases.size() == 1);
    CHECK(good.cases[0].differences == std::vector<std::string>{});
    CHECK(good.ok());
    REQUIRE(good.tables.size() == 3);
    CHECK(good.tables[0].missed == std::vector<std::size_t>{1, 2, 3});
    CHECK(good.tables[1].missed == std::vector<std::size_t>{1});
    CHECK(good.tables[2].missed.empty());
    const auto bad = run_cases("permit", {{"a.toml", replace_all(cases, "40.00", "41.00")}}, *r, morocco());
    CHECK(bad.cases[0].differences == std::vector<std::string>{"fee: expected 41.00, is 40.00"});
    CHECK_FALSE(bad.ok());
    CHECK(bad.tables[0].missed == std::vector<std::size_t>{1, 2, 3, 4});
    CHECK(bad.tables[2].missed == std::vector<std::size_t>{1, 2});
    const auto astray = run_cases("permit", {{"a.toml", replace_all(cases, "area = 40", "area = 40\nnosuch = 5")}}, *r, morocco());
    CHECK(astray.cases[0].differences == std::vector<std::string>{"the answer nosuch is to no question of the form"});
    const auto misspelt = run_cases("permit", {{"a.toml", replace_all(cases, "papers", "paper")}}, *r, morocco());
    CHECK(misspelt.diagnostics.size() == 1);
    CHECK(misspelt.diagnostics[0].key == "check.unknown-key");
    const auto spoiled = replace_all(cases, "area = 40", "area = \"forty\"");
    CHECK_FALSE(run_cases("permit", {{"a.toml", spoiled}}, *r, morocco()).ok());
    const std::string only = "[[case]]\nname = \"words\"\nday = 2026-02-01\n[case.answers]\narea = \"forty\"\n[case.expect]\nrefused = [\"area\"]\n";
    CHECK(run_cases("permit", {{"a.toml", only}}, *r, morocco()).cases[0].differences.empty());
    CHECK_FALSE(run_cases("permit", {{"a.toml", replace_all(only, "\"forty\"", "40")}}, *r, morocco()).ok());
}
