// Decision tables and the decision record: what is kept, that it can be replayed, and that a machine only says yes.
#include "dossier/impl/member_world.hpp"
#include "dossier/rule_record.hpp"
#include "dossier/service.hpp"

#include "base/text.hpp"
#include "catalogue/loader.hpp"
#include "decision/model.hpp"
#include "dossier/codec.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::dossier;
using namespace wasl::dossier::test;

namespace {

constexpr Date day{2026, 2, 1};

std::shared_ptr<const catalogue::Revision> aid() {
    const auto loaded = catalogue::load_procedure(std::filesystem::path(WASL_SOURCE_DIR) / "procedures/direct-social-aid", nullptr, day);
    REQUIRE(loaded.revision != nullptr);
    return loaded.revision;
}

State household(std::string_view score) {
    State state;
    state.file.procedure = "direct-social-aid";
    state.file.channel = "online";
    for (const auto* yes : {"in_rnp", "in_rsu", "resident"}) state.file.answers.set(yes, true);
    state.file.answers.set("widow", false);
    state.file.answers.set("rsu_score", json::Number{std::string(score)});
    state.file.answers.set("children_small", 2);
    state.file.answers.set("children_schooled", 0);
    state.file.answers.set("children_unschooled", 0);
    state.file.answers.set("children_disabled", 0);
    return state;
}

// A decision `low`: at most so many floors.
std::string low_table(std::string_view most) {
    const std::string table = "<?xml version=\"1.0\"?><definitions xmlns=\"https://www.omg.org/spec/DMN/20191111/MODEL/\" id=\"m\" name=\"m\" namespace=\"urn:m\">"
                              "<inputData id=\"in\" name=\"floors\"><variable name=\"floors\" typeRef=\"number\"/></inputData><decision id=\"low\" name=\"low\"><variable name=\"low\"/>"
                              "<informationRequirement id=\"q\"><requiredInput href=\"#in\"/></informationRequirement><decisionTable id=\"t\" hitPolicy=\"UNIQUE\"><input id=\"i\">"
                              "<inputExpression id=\"e\" typeRef=\"number\"><text>floors</text></inputExpression></input><output id=\"o\"/>"
                              "<rule id=\"r1\"><inputEntry id=\"a\"><text>&lt;= 2</text></inputEntry><outputEntry id=\"b\"><text>true</text></outputEntry></rule>"
                              "<rule id=\"r2\"><inputEntry id=\"c\"><text>&gt; 2</text></inputEntry><outputEntry id=\"d\"><text>false</text></outputEntry></rule></decisionTable></decision></definitions>";
    return replace_all(table, "2</text>", std::string(most) + "</text>");
}

}  // namespace

TEST_CASE("design section 8: the record names inputs, sources, rows with their article, result and the model's digest") {
    const auto revision = aid();
    const auto state = household("9.2");
    const RuleFacts facts(state, *revision, day);
    const auto proposal = catalogue::proposal_for(*revision, facts.facts());
    REQUIRE(proposal);
    const auto record = record_of(state, *proposal, Outcome::granted, "accordé");
    CHECK(record.told == "accordé");
    CHECK(record.trace.find("agent")->text_or("") == "confirmed");
    CHECK(record.trace.find("amount")->text_or("") == "600.00");
    REQUIRE(record.trace.find("runs")->array()->size() == 2);
    for (const auto& run : *record.trace.find("runs")->array()) {
        const auto* file = revision->rules().file_of(run["decision"].text_or(""));
        REQUIRE(file != nullptr);
        CHECK(run["sha256"].text_or("") == sha256(file->text).hex());
        // Replayed: the same inputs and the same file give the same result.
        const auto again = file->model->evaluate(run["decision"].text_or(""), file->model->read_inputs(run["trace"]["given"]).value());
        CHECK(json::write(feel::to_json(again.value)) == json::write(run["trace"]["result"]));
    }
    CHECK(record.inputs.find("rsu_score") != nullptr);
    CHECK(std::ranges::find(record.sources, "rsu_score=typed") != record.sources.end());
    CHECK(std::ranges::find(record.sources, "day=clock") != record.sources.end());
    CHECK(record.fired.front() == "eligibility.dmn#proposal row 6: loi 58-23");
    CHECK(json::write(json::Value(details_of(*proposal, Outcome::granted))) == R"({"amount":{"total":"600.00","parts":{"child":"600.00"}}})");
    CHECK(details_of(*proposal, Outcome::refused).empty());
}

TEST_CASE("an agent who decides otherwise is told so by the record; where a table does not know, the agent examined") {
    const auto revision = aid();
    const auto over = household("9.743001");
    const RuleFacts facts(over, *revision, day);
    const auto refused = catalogue::proposal_for(*revision, facts.facts());
    CHECK(refused->advice == catalogue::Advice::refuse);
    CHECK_FALSE(refused->amount);
    CHECK(record_of(over, *refused, Outcome::granted, "").trace.find("agent")->text_or("") == "overridden");
    CHECK(record_of(over, *refused, Outcome::refused, "").trace.find("agent")->text_or("") == "confirmed");
    auto unknown = household("1");
    unknown.file.answers.erase("rsu_score");
    const RuleFacts less(unknown, *revision, day);
    CHECK(record_of(unknown, *catalogue::proposal_for(*revision, less.facts()), Outcome::refused, "").trace.find("agent")->text_or("") == "examined");
}

TEST_CASE("a condition that names a table grants by it, and the record shows the row") {
    Member m;
    auto revision = std::make_shared<catalogue::Revision>(*permit());
    const std::string table = low_table("2");
    revision->kind = Kind::extract;
    revision->silence = catalogue::Silence::none;
    revision->form.rules = form::Rules::compile({{"low.dmn", table}}).value();
    revision->automatic_grant = catalogue::AutomaticGrant{.basis = catalogue::GrantBasis::declaration_enough,
                                                          .condition = form::Condition::compile("low").value(), .inputs = {"floors"}, .article = "art. 3"};
    const auto filed = [&](int floors) {
        auto filing = m.filing();
        filing.revision = revision;
        filing.answers.set("floors", floors);
        return Member::must(m.service->file(filing, fatima)).dossier;
    };
    const auto small = m.get(filed(2)).state, big = m.get(filed(3)).state;
    REQUIRE(small.decision);
    const auto& record = *small.decision->record;
    REQUIRE(record.fired.size() == 2);
    CHECK(record.fired[1] == "low.dmn#low row 1");
    CHECK(record.trace.find("runs")->array()->front()["sha256"].text_or("") == sha256(table).hex());
    CHECK_FALSE(big.decision);  // never a refusal: an agent looks
    CHECK(big.phase == Phase::examination);
}

namespace {

std::shared_ptr<catalogue::Revision> permit_by_table(std::string_view most) {
    auto revision = std::make_shared<catalogue::Revision>(*permit());
    revision->form.rules = form::Rules::compile({{"low.dmn", low_table(most)}}).value();
    revision->requirements[1].condition = form::Condition::compile("not(low)").value();
    return revision;
}

}  // namespace

TEST_CASE("the tables that set papers, delay and fee are recorded at filing, with the row and the model's digest") {
    Member m;
    auto filing = m.filing();
    filing.revision = permit_by_table("2");
    filing.answers.set("floors", 2);
    const auto state = m.get(Member::must(m.service->file(filing, fatima)).dossier).state;
    REQUIRE(state.file.tables);
    CHECK(state.file.tables->fired == std::vector<std::string>{"low.dmn#low row 1"});
    CHECK(state.file.tables->sources == std::vector<std::string>{"floors=typed"});
    const auto runs = runs_of(*state.file.tables);
    REQUIRE(runs.size() == 1);
    CHECK(runs[0].decision == "low");
    CHECK(runs[0].digest == sha256(low_table("2")));
    CHECK(decode_state(encode(state))->file.tables == state.file.tables);
    filing = m.filing();
    filing.once = "without tables";
    CHECK_FALSE(m.get(Member::must(m.service->file(filing, fatima)).dossier).state.file.tables);
}

TEST_CASE("the audit runs the recorded tables again: another table under the same name is found") {
    Member m;
    auto filing = m.filing();
    filing.revision = permit_by_table("2");
    filing.answers.set("floors", 2);
    Member::must(m.service->file(filing, fatima));
    const auto reader = Member::must(m.store->read());
    const auto audited = [&](std::shared_ptr<const catalogue::Revision> known) {
        Recheck recheck(*reader, *morocco(), [&](const std::string& hash) -> Result<std::shared_ptr<const catalogue::Revision>> {
            CHECK(hash == filing.revision->hash.hex());
            return known;
        });
        Result<void> out;
        for (const auto& row : Member::must(reader->journal(0, 1000))) {
            if (const auto one = recheck.visit(row); out && !one) out = one;
        }
        return out ? std::string("same") : out.error().key + " " + out.error().detail;
    };
    CHECK(audited(filing.revision) == "same");
    CHECK(audited(permit_by_table("1")).starts_with("recheck.rule-differs"));
    CHECK(audited(permit_by_table("3")).starts_with("recheck.rule-differs"));  // the same answer, by another table
    CHECK(audited(nullptr).starts_with("recheck.rule-differs"));
}
