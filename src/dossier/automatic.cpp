#include "dossier/impl/automatic.hpp"
#include "dossier/impl/writing.hpp"
#include "dossier/rule_record.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::dossier {

namespace {

// Where a granting input comes from, as the decision record says it.
std::string source_of(const State& state, const std::string& input) {
    for (const auto& piece : state.file.pieces) {
        if (piece.requirement == input) return input + (piece.source == Source::fetched && piece.verified ? "=fetched" : "=handed-in");
    }
    const auto* evidence = evidence_of(state, input);
    if (evidence != nullptr) return input + (evidence->status == EvidenceStatus::held ? "=fetched" : "=typed");
    return fmt::format("{}={}", input, source_of_answer(state, input));
}

// What the rule reads beside the answers: "level" of the person, as the house knows it.
json::Object facts_of(const Filing& filing) {
    auto facts = filing.facts;
    facts.set("channel", filing.channel);
    facts.set("level", filing.level);
    return facts;
}

DecisionRecord record_of(const catalogue::Revision& revision, const json::Object& facts) {
    const auto& grant = *revision.automatic_grant;
    DecisionRecord record;
    record.rules = revision.id + "@" + revision.hash.hex();
    for (const auto& input : grant.inputs) record.inputs.set(input, nullptr);
    for (const auto& name : grant.condition.names()) {
        const auto* fact = revision.form.field(name) == nullptr ? facts.find(name) : nullptr;
        if (fact != nullptr) record.inputs.set(name, *fact);
    }
    record.fired = {(grant.condition.empty() ? std::string("always") : grant.condition.source()) +
                    (grant.article.empty() ? "" : " (" + grant.article + ")")};
    record.told = "granted";
    return record;
}

bool holds(const catalogue::Revision& revision, const json::Object& answers, const json::Object& facts, const ServicePorts& ports) {
    const auto today = ports.pack->calendar().date_at(ports.clock->now()).iso();
    return revision.automatic_grant->condition.holds({.answers = &answers, .facts = &facts, .today = today, .form = &revision.form});
}

// The record with what the condition took from decision tables, row by row.
DecisionRecord explained(const catalogue::Revision& revision, const json::Object& answers, const json::Object& facts, const ServicePorts& ports) {
    auto record = record_of(revision, facts);
    const auto today = ports.pack->calendar().date_at(ports.clock->now()).iso();
    for (const auto& name : revision.automatic_grant->condition.names()) {
        const auto run = catalogue::run_rule(revision, name, {.answers = &answers, .facts = &facts, .today = today, .form = &revision.form});
        if (run) add_run(record, *run);
    }
    return record;
}

}  // namespace

std::optional<DecisionRecord> rule_for(const Filing& filing, const json::Object& answers, const ServicePorts& ports) {
    const auto& revision = *filing.revision;
    if (!revision.automatic_grant || filing.link) return std::nullopt;
    const auto facts = facts_of(filing);
    if (!holds(revision, answers, facts, ports)) return std::nullopt;
    return explained(revision, answers, facts, ports);
}

void fill_record(DecisionRecord& record, const State& state) {
    json::Object inputs;
    record.sources.clear();
    for (const auto& [name, known] : record.inputs) {
        const auto* answer = state.file.answers.find(name);
        if (!known.is_null()) {
            inputs.set(name, known);
            record.sources.push_back(name + "=known");
            continue;
        }
        if (answer != nullptr) inputs.set(name, *answer);
        record.sources.push_back(source_of(state, name));
    }
    record.inputs = std::move(inputs);
    add_evidence(record, state);
}

// A refused grant costs nothing: an agent looks instead. It is asked purely first, so that no number of a
// register is taken by it.
Result<bool> Writing::may_grant(const Loaded& dossier, const DecisionRecord& record) {
    if (dossier.state.phase != Phase::examination) return false;
    Context context{.now = tx_.now(), .actor = Actor::system(), .pack = ports_.pack.get(), .rights = {},
                    .fresh_id = "asked", .reference = {}, .number = "asked"};
    context.automation_on = !ports_.automation_on || ports_.automation_on(dossier.state.file.procedure);
    const auto asked = decide(dossier.state, GrantAutomatically{record}, context);
    if (asked) return true;
    const auto& key = asked.error().key;
    if (key == "dossier.automatic-not-allowed" || key == "dossier.not-for-kind") return false;
    return std::unexpected(asked.error());
}

// Granted, and told in the answer to the filing: the decision takes effect at once.
Result<void> Writing::grant_at_filing(Loaded& dossier, DecisionRecord record) {
    fill_record(record, dossier.state);
    if (!TRY(may_grant(dossier, record))) return {};
    TRY(run(dossier, GrantAutomatically{std::move(record)}, Actor::system(), {}));
    const auto channel = dossier.state.file.channel == "counter" ? "counter" : "account";
    TRY(run(dossier, Notify{channel, {}, "told in the answer to the filing"}, Actor::system(), {}));
    return {};
}

Result<bool> Service::grant_by_rule(std::string_view dossier, const catalogue::Revision& revision) {
    const auto stored = TRY(get(dossier));
    if (!stored) return fail(Code::not_found, "dossier.unknown", std::string(dossier));
    const State& state = stored->state;
    if (!revision.automatic_grant || state.phase != Phase::examination || state.file.revision != revision.hash.hex()) return false;
    const json::Object facts{{"channel", state.file.channel}};
    auto answers = state.file.answers;  // the rule reads them opened, its record keeps them sealed
    open_answers(answers, state.file.sensitive, ports_->fields, {state.file.member, state.id});
    if (!holds(revision, answers, facts, *ports_)) return false;
    auto record = explained(revision, answers, facts, *ports_);
    fill_record(record, state);
    const auto done = run({.dossier = state.id, .expected = stored->version,
                           .command = GrantAutomatically{std::move(record)}, .actor = Actor::system(), .rights = {}});
    if (done) return true;
    const auto& key = done.error().key;
    if (key == "dossier.automatic-not-allowed" || key == "dossier.stale" || key == "dossier.not-for-kind") return false;
    return std::unexpected(done.error());
}

}  // namespace wasl::dossier
