#include "dossier/rule_record.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::dossier {

namespace {

std::string applicant_of(const State& state) {
    if (state.file.applicant.identifier_kind == "ice") return "company";
    return state.file.representative && state.file.representative->relation == "parent" ? "child" : "person";
}

// An answer is typed; a paper of the same name that was fetched or seen makes it verified.
std::string source_of(const State& state, const std::string& input) {
    if (state.file.answers.find(input) != nullptr) return fmt::format("{}={}", input, source_of_answer(state, input));
    return input + (input == "day" ? "=clock" : "=filing");
}

void add_fired(DecisionRecord& record, const catalogue::RuleRun& run, const json::Value& step) {
    static const json::Array none;
    const auto list = [](const json::Value& value) -> const json::Array& { return value.array() ? *value.array() : none; };
    for (const auto& table : list(step["tables"])) {
        for (const auto& row : list(table["rows"])) {
            if (!row["chosen"].bool_or(true)) continue;
            std::string line = fmt::format("{}#{} row {}", run.file, step["name"].text_or(""), row["row"].integer_or(0));
            for (const auto& note : list(row["annotations"])) line += fmt::format(": {}", note.text_or(""));
            if (std::ranges::find(record.fired, line) == record.fired.end()) record.fired.push_back(std::move(line));
        }
    }
    for (const auto& call : list(step["calls"])) add_fired(record, run, call);
}

std::string proposed_word(const catalogue::RuleProposal& proposal, Outcome outcome) {
    const bool against = outcome == Outcome::refused || outcome == Outcome::dismissed;
    const bool same = proposal.advice == (against ? catalogue::Advice::refuse : catalogue::Advice::grant);
    return same ? "confirmed" : proposal.advice == catalogue::Advice::look ? "examined" : "overridden";
}

}  // namespace

RuleFacts::RuleFacts(const State& state, const catalogue::Revision& revision, Date day)
    : state_(&state), revision_(&revision), day_(day.iso()) {
    facts_.set("channel", state.file.channel);
    facts_.set("applicant", applicant_of(state));
}

void add_run(DecisionRecord& record, const catalogue::RuleRun& run) {
    if (const auto* steps = run.trace["decisions"].array()) {
        for (const auto& step : *steps) add_fired(record, run, step);
    }
    json::Array runs;
    if (const auto* known = record.trace.find("runs"); known != nullptr && known->array() != nullptr) runs = *known->array();
    runs.emplace_back(json::Object{{"decision", run.decision}, {"file", run.file}, {"sha256", run.digest.hex()}, {"trace", run.trace}});
    record.trace.set("runs", std::move(runs));
}

void add_evidence(DecisionRecord& record, const State& state) {
    json::Array sources;
    for (const auto& evidence : state.evidence) {
        if (evidence.status != EvidenceStatus::held) continue;
        json::Object one{{"requirement", evidence.requirement}, {"type", evidence.type}, {"holder", evidence.holder}};
        for (const auto& [name, value] : {std::pair("service", &evidence.service), std::pair("exchange", &evidence.exchange),
                                          std::pair("source", &evidence.source), std::pair("as_of", &evidence.as_of),
                                          std::pair("contested", &evidence.contested), std::pair("document", &evidence.document)}) {
            if (!value->empty()) one.set(name, *value);
        }
        sources.emplace_back(std::move(one));
    }
    if (!sources.empty()) record.trace.set("evidence", std::move(sources));
}

std::optional<DecisionRecord> record_at_filing(const catalogue::Revision& revision, const form::Facts& facts) {
    DecisionRecord record;
    record.rules = revision.id + "@" + revision.hash.hex();
    for (const auto& name : catalogue::decisions_at_filing(revision)) {
        const auto run = catalogue::run_rule(revision, name, facts);
        if (!run) continue;
        for (const auto& [input, value] : run->trace["given"].object() ? *run->trace["given"].object() : json::Object()) {
            if (record.inputs.find(input) != nullptr) continue;
            record.inputs.set(input, value);
            const bool typed = revision.form.field(input) != nullptr;
            record.sources.push_back(input + (typed ? "=typed" : input == "day" ? "=clock" : "=filing"));
        }
        add_run(record, *run);
    }
    return record.trace.empty() ? std::nullopt : std::optional(std::move(record));
}

std::vector<catalogue::RuleRun> runs_of(const DecisionRecord& record) {
    std::vector<catalogue::RuleRun> out;
    const auto* runs = record.trace.find("runs");
    if (runs == nullptr || runs->array() == nullptr) return out;
    for (const auto& run : *runs->array()) {
        const auto digest = from_hex(run["sha256"].text_or(""));
        out.push_back({std::string(run["decision"].text_or("")), std::string(run["file"].text_or("")),
                       digest && digest->size() == 32 ? digest_from_bytes(*digest) : Digest(), run["trace"]});
    }
    return out;
}

Result<void> replay(const DecisionRecord& record, const catalogue::Revision& revision, Date day) {
    for (const auto& run : runs_of(record)) {
        const auto* known = run.trace["given"].object();
        json::Object given = known != nullptr ? *known : json::Object();
        form::Facts facts{.answers = &given, .facts = nullptr, .today = day.iso(), .form = &revision.form};
        if (const auto* asked = given.find("day")) facts.today = asked->text_or(facts.today);
        given.erase("day");  // a day, not a text
        const auto again = catalogue::run_rule(revision, run.decision, facts);
        const bool same = again && again->digest == run.digest && json::write(again->trace["result"]) == json::write(run.trace["result"]);
        if (!same) return fail(Code::internal, "recheck.rule-differs", run.decision);
    }
    return {};
}

DecisionRecord record_of(const State& state, const catalogue::RuleProposal& proposal, Outcome outcome, std::string told) {
    DecisionRecord record;
    record.rules = state.file.procedure + "@" + state.file.revision;
    json::Array reasons;
    for (const auto& run : proposal.runs) {
        for (const auto& [name, value] : run.trace["given"].object() ? *run.trace["given"].object() : json::Object()) {
            if (record.inputs.find(name) != nullptr) continue;
            record.inputs.set(name, value);
            record.sources.push_back(source_of(state, name));
        }
    }
    for (const auto& reason : proposal.reasons) reasons.emplace_back(reason);
    record.told = std::move(told);
    record.trace.set("advice", catalogue::to_string(proposal.advice));
    record.trace.set("agent", proposed_word(proposal, outcome));
    if (!reasons.empty()) record.trace.set("reasons", std::move(reasons));
    if (proposal.amount) record.trace.set("amount", proposal.amount->total.fixed(2));
    for (const auto& run : proposal.runs) add_run(record, run);
    add_evidence(record, state);
    return record;
}

json::Object details_of(const catalogue::RuleProposal& proposal, Outcome outcome) {
    if (!proposal.amount || outcome != Outcome::granted) return {};
    json::Object parts;
    for (const auto& part : proposal.amount->parts) {
        if (!part.part.empty()) parts.set(part.part, part.amount.fixed(2));
    }
    json::Object amount{{"total", proposal.amount->total.fixed(2)}};
    if (!parts.empty()) amount.set("parts", std::move(parts));
    return {{"amount", std::move(amount)}};
}

}  // namespace wasl::dossier
