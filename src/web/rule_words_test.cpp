// What an agent is shown of the tables: asked anew while a dossier is open, read from its record once it is decided.
#include "web/rule_words.hpp"

#include "catalogue/loader.hpp"
#include "dossier/rule_record.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace wasl;
using namespace wasl::web;

namespace {

constexpr Date before{2025, 12, 31}, after{2026, 1, 1};  // 250 MAD a child, then 300

std::shared_ptr<const catalogue::Revision> aid() {
    const auto loaded = catalogue::load_procedure(std::filesystem::path(WASL_SOURCE_DIR) / "procedures/direct-social-aid", nullptr, after);
    REQUIRE(loaded.revision != nullptr);
    return loaded.revision;
}

dossier::State household() {
    dossier::State state;
    state.phase = dossier::Phase::examination;
    state.file.procedure = "direct-social-aid";
    state.file.channel = "online";
    for (const auto* yes : {"in_rnp", "in_rsu", "resident"}) state.file.answers.set(yes, true);
    state.file.answers.set("widow", false);
    state.file.answers.set("rsu_score", json::Number{"9"});
    state.file.answers.set("children_small", 3);
    for (const auto* none : {"children_schooled", "children_unschooled", "children_disabled"}) state.file.answers.set(none, 0);
    return state;
}

// Rows of the dated amounts that fired.
std::vector<std::size_t> rate_rows(const RuleAccount& account) {
    std::vector<std::size_t> out;
    for (const auto& run : account.runs) {
        for (const auto& row : catalogue::fired_rows(run.trace)) {
            if (row.decision == "rates" && std::ranges::find(out, row.row) == out.end()) out.push_back(row.row);
        }
    }
    return out;
}

}  // namespace

TEST_CASE("an open dossier is asked as of today") {
    const auto revision = aid();
    const auto account = rule_account(*revision, household(), after);
    REQUIRE(account);
    REQUIRE(account->proposal);
    CHECK(account->proposal->amount->total.fixed(2) == "900.00");
    CHECK(rate_rows(*account) == std::vector<std::size_t>{4});
}

TEST_CASE("a dossier decided before an amount changed keeps showing the row and the amount of its record") {
    const auto revision = aid();
    auto state = household();
    const dossier::RuleFacts facts(state, *revision, before);
    const auto proposed = catalogue::proposal_for(*revision, facts.facts());
    REQUIRE(proposed);
    dossier::Decision decision;
    decision.record = dossier::record_of(state, *proposed, dossier::Outcome::granted, "");
    decision.details = dossier::details_of(*proposed, dossier::Outcome::granted);
    state.decision = decision;
    state.phase = dossier::Phase::notification;
    const auto account = rule_account(*revision, state, after);
    REQUIRE(account);
    REQUIRE(account->proposal);
    CHECK(account->proposal->advice == catalogue::Advice::grant);
    CHECK(account->proposal->reasons == std::vector<std::string>{"conditions-met"});
    REQUIRE(account->proposal->amount);
    CHECK(account->proposal->amount->total.fixed(2) == "750.00");
    REQUIRE(account->proposal->amount->parts.size() == 1);
    CHECK(account->proposal->amount->parts[0].amount.fixed(2) == "750.00");
    CHECK(rate_rows(*account) == std::vector<std::size_t>{3});
}

TEST_CASE("a dossier closed without a decision, or decided without a record, is not asked again") {
    const auto revision = aid();
    auto state = household();
    state.phase = dossier::Phase::withdrawn;
    CHECK_FALSE(rule_account(*revision, state, after));
    state.decision = dossier::Decision{};
    CHECK_FALSE(rule_account(*revision, state, after));
}

TEST_CASE("what set fee, delay and papers is read from the record of the filing, and not asked again") {
    const auto revision = aid();
    auto state = household();
    state.file.answers.set("birth", "first");
    const dossier::RuleFacts facts(state, *revision, before);
    state.file.tables = dossier::record_at_filing(*revision, facts.facts());
    REQUIRE(state.file.tables);
    const auto trace_of = [](const RuleAccount& account, std::string_view decision) {
        const auto at = std::ranges::find(account.runs, decision, &catalogue::RuleRun::decision);
        REQUIRE(at != account.runs.end());
        CHECK(std::ranges::count(account.runs, decision, &catalogue::RuleRun::decision) == 1);
        return json::write(at->trace);
    };
    const auto recorded = json::write(dossier::runs_of(*state.file.tables).front().trace);
    const auto open = rule_account(*revision, state, after);
    REQUIRE(open);
    CHECK(trace_of(*open, "birth_grant") == recorded);
    state.phase = dossier::Phase::withdrawn;
    const auto closed = rule_account(*revision, state, after);
    REQUIRE(closed);
    CHECK_FALSE(closed->proposal);
    CHECK(trace_of(*closed, "birth_grant") == recorded);
}
