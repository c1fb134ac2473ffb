// What is held elsewhere: read, kept in the revision, and checked.
#include "catalogue/loader.hpp"

#include "base/text.hpp"
#include "jurisdiction/pack.hpp"

#include <doctest/doctest.h>
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

Files procedure(std::string_view more, std::string_view plan_type = "land-title", int level = 2) {
    const auto facts = fmt::format("id = \"permit\"\nkind = \"authorisation\"\nsilence = \"none\"\nminimum_level = {}\n\n[[law]]\ncode = \"law\"\n\n"
                                   "[[paper]]\ncode = \"plan\"\naccepted = [\"upload\"]\nevidence_type = \"{}\"\n\n[[paper]]\ncode = \"title\"\n"
                                   "accepted = [\"upload\"]\nevidence_type = \"land-title\"\n{}\n[delay]\n[[delay.case]]\nn = 30\n[fee]\nkind = \"free\"\n",
                                   level, plan_type, more);
    return {{"procedure.toml", facts},
            {"form.toml", "[[page]]\nid = \"one\"\n[[page.field]]\nid = \"number\"\ntype = \"text\"\nrequired = true\n[[page.field]]\nid = \"secret\"\n"
                          "type = \"text\"\nsensitive = true\n[[page.field]]\nid = \"loose\"\ntype = \"text\"\n"},
            {"texts.ar.toml", "title = \"ر\"\ndescription = \"و\"\nauthority = \"ج\"\n[law]\nlaw = \"ق\"\n[paper.plan]\ntitle = \"ت\"\n[paper.title]\ntitle = \"ر\"\n"
                              "[page.one]\ntitle = \"س\"\n[field.number]\nlabel = \"ر\"\n[field.secret]\nlabel = \"س\"\n[field.loose]\nlabel = \"س\"\n[appeal]\nauthority = \"ع\"\n"},
            {"texts.fr.toml", "title = \"P\"\ndescription = \"T\"\nauthority = \"C\"\n[law]\nlaw = \"L\"\n[paper.plan]\ntitle = \"Plan\"\n[paper.title]\ntitle = \"Titre\"\n"
                              "[page.one]\ntitle = \"Q\"\n[field.number]\nlabel = \"N\"\n[field.secret]\nlabel = \"S\"\n[field.loose]\nlabel = \"L\"\n[appeal]\nauthority = \"G\"\n"}};
}

std::vector<std::string> found(std::string_view more, std::string_view plan_type = "plan", int level = 2) {
    std::vector<std::string> out;
    for (const auto& one : load_procedure("permit", procedure(more, plan_type, level), morocco(), today).diagnostics) out.push_back(one.key);
    return out;
}

constexpr std::string_view good = "[[evidence]]\nrequirement = \"title\"\ntype = \"land-title\"\nhow = \"data\"\nlegal_basis = \"law 55-19\"\n"
                                  "[evidence.answers]\nnumber = \"title\"\n"
                                  "[register]\nname = \"permits\"\ntype = \"building-permit\"\nkey = \"{answers.number}\"\n[[register.field]]\nname = \"title\"\nfrom = \"answers.number\"\n";

std::string without(std::string_view from, std::string_view to) { return replace_all(std::string(good), from, to); }

}  // namespace

TEST_CASE("[[evidence]] and [register] are part of the revision, and read back from its canonical text") {
    const auto loaded = load_procedure("permit", procedure(good, "plan"), morocco(), today);
    for (const auto& one : loaded.diagnostics) FAIL_CHECK(one.text());
    REQUIRE(loaded.revision != nullptr);
    const auto back = revision_from_json(canonical(*loaded.revision));
    REQUIRE(back.has_value());
    CHECK((*back)->hash == loaded.revision->hash);
    CHECK((*back)->evidence == loaded.revision->evidence);
    CHECK((*back)->record == loaded.revision->record);
    const auto* rule = (*back)->evidence_for("title");
    REQUIRE(rule != nullptr);
    CHECK(rule->how == EvidenceHow::data);
    CHECK(rule->answers == std::vector<EvidenceAnswer>{{"number", "title"}});
    CHECK((*back)->record->fields.front().from == "answers.number");
}

TEST_CASE("[evidence.where] asks only for what bears an answer of the person, and reads back") {
    const auto asked = without("[register]\n", "[evidence.where]\nnumber = \"title\"\n[register]\n");
    const auto loaded = load_procedure("permit", procedure(asked, "plan"), morocco(), today);
    REQUIRE(loaded.revision != nullptr);
    const auto back = revision_from_json(canonical(*loaded.revision));
    REQUIRE(back.has_value());
    CHECK((*back)->evidence == loaded.revision->evidence);
    CHECK((*back)->evidence_for("title")->where == std::vector<EvidenceAnswer>{{"number", "title"}});
    CHECK(found(replace_all(asked, "[evidence.where]\nnumber", "[evidence.where]\nnobody")) == std::vector<std::string>{"check.evidence"});
    CHECK(found(replace_all(asked, "[evidence.where]\nnumber", "[evidence.where]\nsecret")) == std::vector<std::string>{"check.evidence"});
}

TEST_CASE("abolish: a paper that the identity already proves, or that another paper asked for proves, is a finding") {
    CHECK(found("", "cnie", 3) == std::vector<std::string>{"check.abolish"});
    CHECK(found("", "cnie", 2).empty());
    CHECK(found("[[evidence]]\nrequirement = \"plan\"\ntype = \"cnie\"\nhow = \"identity\"\nlegal_basis = \"law 04-20\"\n", "cnie", 3).empty());
    CHECK(found("", "ownership-certificate") == std::vector<std::string>{"check.abolish"});
    CHECK(found("condition = \"loose = \\\"x\\\"\"\n", "ownership-certificate").empty());
}

TEST_CASE("what is asked of a holder is no more than what is needed") {
    CHECK(found(without("[evidence.answers]\nnumber = \"title\"\n", "")) == std::vector<std::string>{"check.evidence-too-much"});
    CHECK(found(without("how = \"data\"", "how = \"yes-no\"")) == std::vector<std::string>{"check.evidence"});
    CHECK(found(without("number = \"title\"", "secret = \"title\"")) == std::vector<std::string>{"check.evidence"});
    CHECK(found(without("requirement = \"title\"", "requirement = \"deed\"")) == std::vector<std::string>{"check.evidence"});
}

TEST_CASE("a register is written from what the act knows: keys that may be empty, sensitive answers and unknown names are findings") {
    CHECK(found(without("{answers.number}", "{answers.loose}")) == std::vector<std::string>{"check.register"});
    CHECK(found(without("{answers.number}", "one")) == std::vector<std::string>{"check.register"});
    CHECK(found(without("from = \"answers.number\"", "from = \"answers.secret\"")) == std::vector<std::string>{"check.register"});
    CHECK(found(without("from = \"answers.number\"", "from = \"number\"")) == std::vector<std::string>{"check.register"});
    CHECK(found(without("key = ", "subject = \"answers.number\"\nkey = ")) == std::vector<std::string>{"check.register"});
}

TEST_CASE("holder names the question that says which of several holders is asked; of what every commune holds it must") {
    const auto asked = without("how = \"data\"\n", "how = \"data\"\nholder = \"number\"\n");
    const auto loaded = load_procedure("permit", procedure(asked, "plan"), morocco(), today);
    REQUIRE(loaded.revision != nullptr);
    CHECK(loaded.diagnostics.empty());
    const auto back = revision_from_json(canonical(*loaded.revision));
    REQUIRE(back.has_value());
    CHECK((*back)->evidence_for("title")->holder == "number");
    CHECK((*back)->hash == loaded.revision->hash);
    for (const auto* wrong : {"nobody", "secret"}) {
        CHECK(found(replace_all(asked, "holder = \"number\"", fmt::format("holder = \"{}\"", wrong))) == std::vector<std::string>{"check.evidence-holder"});
    }
    const auto local = without("type = \"land-title\"\nhow", "type = \"occupancy-permit\"\nhow");
    CHECK(found(local) == std::vector<std::string>{"check.evidence-holder"});
    CHECK(found(replace_all(local, "how = \"data\"\n", "how = \"data\"\nholder = \"number\"\n")).empty());
}
