#include "web/rule_words.hpp"

#include "base/text.hpp"
#include "decision/analysis.hpp"
#include "decision/model.hpp"
#include "dossier/rule_record.hpp"
#include "lingua/formats.hpp"
#include "web/shell.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>

namespace wasl::web {

namespace {

using catalogue::Revision;

// A question's label, the title of a decision, else the label of the model.
std::string name_in_words(const Visit& visit, const Revision& revision, const std::string& name, const std::string& otherwise) {
    if (const auto* field = revision.form.field(name)) return field->label.in(visit.tag());
    if (const auto* word = catalogue::word_for(revision.decisions, name); word != nullptr && !word->text.empty()) return word->text.in(visit.tag());
    if (const auto* word = catalogue::word_for(revision.columns, catalogue::column_code(name)); word != nullptr) return word->text.in(visit.tag());
    const auto key = lingua::find_key("rules.fact." + name);
    return key ? lingua::say(visit.language, *key) : otherwise;
}

std::string title_of(const Visit& visit, const Revision& revision, const std::string& decision) {
    return name_in_words(visit, revision, decision, decision);
}

std::string output_in_words(const Visit& visit, const Revision& revision, const std::string& name, const std::string& decision) {
    if (name.empty()) return title_of(visit, revision, decision);
    const auto key = lingua::find_key("rules.output." + name);
    return key ? lingua::say(visit.language, *key) : name_in_words(visit, revision, name, name);
}

std::string policy_in_words(const Visit& visit, const decision::TableDescription& table) {
    using decision::HitPolicy;
    switch (table.policy) {
        case HitPolicy::unique: return visit.say("rules.policy.unique");
        case HitPolicy::any: return visit.say("rules.policy.any");
        case HitPolicy::first: return visit.say("rules.policy.first");
        case HitPolicy::priority: return visit.say("rules.policy.priority");
        default: return visit.say("rules.policy.all");
    }
}

// A cell that is one plain value is said as people say it; every other stands as the table writes it.
std::string cell_in_words(const Visit& visit, const Revision& revision, const std::string& expression, const std::string& cell) {
    if (cell.empty()) return "-";
    if (cell == "true") return visit.say("common.yes");
    if (cell == "false") return visit.say("common.no");
    if (cell == "null") return visit.say("rules.unknown");
    const auto* field = revision.form.field(expression);
    const bool quoted = cell.size() > 2 && cell.front() == '"' && cell.find('"', 1) == cell.size() - 1;
    if (field == nullptr || field->type != form::FieldType::choice || !quoted) return cell;
    return form::display(*field, json::Value(cell.substr(1, cell.size() - 2)), visit.tag());
}

RuleNote note_of(const Visit& visit, const Revision& revision, const std::string& note) {
    const auto* word = catalogue::word_for(revision.annotations, catalogue::column_code(note));
    if (word == nullptr) return {note, {}, {}, {}};
    if (const auto* wording = word->text.find(visit.tag())) return {wording->text, {}, {}, {}};
    const auto* french = word->text.find("fr");
    if (french == nullptr) return {note, {}, {}, {}};
    return {french->text, "fr", "ltr", visit.say("rules.in-french")};
}

RuleRow row_of(const Visit& visit, const Revision& revision, const decision::TableDescription& table, std::size_t index) {
    const auto& rule = table.rules[index];
    RuleRow out;
    out.number = std::to_string(index + 1);
    for (std::size_t i = 0; i < table.inputs.size(); ++i) {
        out.inputs.push_back(cell_in_words(visit, revision, table.inputs[i].expression, i < rule.inputs.size() ? rule.inputs[i] : ""));
    }
    for (const auto& cell : rule.outputs) out.outputs.push_back(cell_in_words(visit, revision, {}, cell));
    for (const auto& note : rule.annotations) {
        if (!note.empty()) out.notes.push_back(note_of(visit, revision, note));
    }
    return out;
}

RuleTable table_of(const Visit& visit, const Revision& revision, const std::string& decision, const decision::Table& table) {
    const auto& description = table.description();
    RuleTable out;
    out.id = "table-" + decision;
    out.name = decision;
    out.title = title_of(visit, revision, decision);
    out.policy = policy_in_words(visit, description);
    for (const auto& input : description.inputs) {
        out.inputs.push_back(name_in_words(visit, revision, input.expression, input.label.empty() ? input.expression : input.label));
    }
    for (const auto& output : description.outputs) out.outputs.push_back(output_in_words(visit, revision, output.name, decision));
    for (std::size_t i = 0; i < description.rules.size(); ++i) {
        out.rows.push_back(row_of(visit, revision, description, i));
        out.has_notes = out.has_notes || !out.rows.back().notes.empty();
    }
    return out;
}

const decision::Table* find_table(const form::Rules& rules, std::string_view decision) {
    for (const auto& file : rules.files()) {
        for (const auto& [name, table] : file.model->tables()) {
            if (name == decision) return table;
        }
    }
    return nullptr;
}

// Where an input came from: the person, the filing, the day, or another table.
std::string source_of(const Visit& visit, const Revision& revision, const std::string& expression) {
    if (revision.form.field(expression) != nullptr) return visit.say("rules.from.answer");
    if (expression == "day") return visit.say("rules.from.day");
    if (lingua::find_key("rules.fact." + expression)) return visit.say("rules.from.filing");
    return visit.say("rules.from.table");
}

std::string value_in_words(const Visit& visit, const Revision& revision, const std::string& expression, const json::Value& value) {
    if (value.is_null()) return visit.say("rules.unknown");
    if (value.boolean()) return visit.say(value.bool_or(false) ? "common.yes" : "common.no");
    const auto* field = revision.form.field(expression);
    if (field != nullptr && (field->type == form::FieldType::choice || field->type == form::FieldType::date)) return form::display(*field, value, visit.tag());
    return value.string() ? *value.string() : json::write(value);
}

void light(const Visit& visit, const Revision& revision, RuleTable& table, const json::Value& traced) {
    if (const auto* rows = traced["rows"].array()) {
        for (const auto& row : *rows) {
            const auto number = static_cast<std::size_t>(row["row"].integer_or(0));
            if (number == 0 || number > table.rows.size()) continue;
            table.rows[number - 1].fired = visit.say(row["chosen"].bool_or(true) ? "rules.fired" : "rules.fired-other");
        }
    }
    if (const auto* inputs = traced["inputs"].array()) {
        for (const auto& input : *inputs) {
            const std::string expression(input["expression"].text_or(""));
            SummaryRow row;
            row.key = name_in_words(visit, revision, expression, expression);
            row.value = value_in_words(visit, revision, expression, input["value"]);
            row.typed_by_person = true;
            row.more.push_back(source_of(visit, revision, expression));
            table.used.push_back(std::move(row));
        }
    }
    table.result = value_in_words(visit, revision, {}, traced["result"]);
}

// Where one row is to answer, every case has one row: what is not so is said.
void add_findings(const Visit& visit, RuleTable& shown, const decision::Table& table) {
    using Kind = decision::TableRemark::Kind;
    using decision::HitPolicy;
    const auto policy = table.description().policy;
    const bool one_row = policy == HitPolicy::unique || policy == HitPolicy::any;
    const bool one_answer = one_row || policy == HitPolicy::first || policy == HitPolicy::priority;
    const auto analysis = decision::analyse(table);
    bool certain = analysis.complete && one_answer;
    for (const auto& remark : analysis.remarks) {
        std::string example;
        for (std::size_t i = 0; i < remark.where.size() && i < shown.inputs.size(); ++i) {
            example += (example.empty() ? "" : " · ") + shown.inputs[i] + ": " + remark.where[i];
        }
        if (remark.kind == Kind::overlap && one_row) {
            shown.findings.push_back(visit.say("rules.overlap", {{"rows", fmt::format("{}", fmt::join(remark.rows, ", "))}, {"example", example}}));
        } else if (remark.kind == Kind::gap && one_answer) {
            shown.findings.push_back(visit.say("rules.gap", {{"example", example}}));
        } else if (remark.kind == Kind::not_analysed) {
            certain = false;
        }
    }
    if (certain && shown.findings.empty()) shown.sound = visit.say("rules.sound");
}

// The amount as it was decided: the parts stand with the decision, the total in its record.
std::optional<catalogue::Amount> recorded_amount(const dossier::Decision& decision) {
    const auto* said = decision.record->trace.find("amount");
    const auto total = said != nullptr ? Decimal::parse(said->text_or("")) : std::nullopt;
    if (!total) return std::nullopt;
    catalogue::Amount out;
    out.total = *total;
    const auto* detail = decision.details.find("amount");
    const auto* parts = detail != nullptr ? (*detail)["parts"].object() : nullptr;
    if (parts == nullptr) return out;
    for (const auto& [name, value] : *parts) {
        if (const auto amount = Decimal::parse(value.text_or(""))) out.parts.push_back({name, *amount});
    }
    return out;
}

RuleAccount recorded_account(const dossier::Decision& decision) {
    const json::Value trace(decision.record->trace);
    RuleAccount out;
    if (const auto* advice = trace["advice"].string()) {
        using catalogue::Advice;
        out.proposal.emplace();
        out.proposal->advice = *advice == to_string(Advice::grant) ? Advice::grant : *advice == to_string(Advice::refuse) ? Advice::refuse : Advice::look;
        if (const auto* reasons = trace["reasons"].array()) {
            for (const auto& reason : *reasons) out.proposal->reasons.emplace_back(reason.text_or(""));
        }
        out.proposal->amount = recorded_amount(decision);
    }
    out.runs = dossier::runs_of(*decision.record);
    return out;
}

}  // namespace

std::vector<RuleModel> rule_models(const Visit& visit, const Revision& revision, std::string_view base) {
    std::vector<RuleModel> out;
    for (const auto& file : revision.rules().files()) {
        RuleModel model;
        model.name = file.name;
        model.id = "model-" + file.name.substr(0, file.name.rfind('.'));
        model.file = link_to(visit, fmt::format("{}/{}", base, file.name)).with("revision", revision.hash.hex());
        model.digest = file.digest.hex();
        for (const auto& [decision, table] : file.model->tables()) {
            auto shown = table_of(visit, revision, decision, *table);
            add_findings(visit, shown, *table);
            model.tables.push_back(std::move(shown));
        }
        out.push_back(std::move(model));
    }
    return out;
}

std::vector<RuleTable> lit_tables(const Visit& visit, const Revision& revision, const catalogue::RuleRun& run) {
    std::vector<RuleTable> out;
    const auto* steps = run.trace["decisions"].array();
    if (steps == nullptr) return out;
    for (const auto& step : *steps) {
        const std::string name(step["name"].text_or(""));
        const auto* table = find_table(revision.rules(), name);
        const auto* traced = step["tables"].array();
        if (table == nullptr || traced == nullptr || traced->empty()) continue;
        auto shown = table_of(visit, revision, name, *table);
        light(visit, revision, shown, traced->front());
        out.push_back(std::move(shown));
    }
    // The one that answers first, then what it rests on.
    std::ranges::reverse(out);
    return out;
}

std::vector<std::pair<std::string, std::string>> amount_lines(const Revision& revision, const catalogue::Amount& amount, lingua::Language language) {
    std::vector<std::pair<std::string, std::string>> out;
    for (const auto& part : amount.parts) {
        if (part.part.empty()) continue;
        const auto* word = catalogue::word_for(revision.parts, part.part);
        out.emplace_back(word != nullptr ? word->text.in(lingua::tag(language)) : part.part, lingua::money(language, part.amount));
    }
    out.emplace_back(lingua::say(language, "rules.total"), lingua::money(language, amount.total));
    return out;
}

std::string told_by_rules(const Revision& revision, const catalogue::RuleProposal& proposal, const json::Object& answers, lingua::Language language) {
    std::string out;
    for (const auto& line : catalogue::reasons_in_words(revision, proposal, answers, lingua::tag(language))) {
        out += (out.empty() ? "" : "\n") + line;
    }
    if (!proposal.amount) return out;
    for (const auto& [what, amount] : amount_lines(revision, *proposal.amount, language)) {
        out += "\n" + lingua::say(language, "rules.line", {{"what", what}, {"amount", amount}});
    }
    return out;
}

std::optional<RuleAccount> rule_account(const Revision& revision, const dossier::State& state, Date today) {
    if (revision.rules().empty()) return std::nullopt;
    const auto at_filing = state.file.tables ? dossier::runs_of(*state.file.tables) : std::vector<catalogue::RuleRun>();
    const bool decided = state.decision && state.decision->record;
    const bool asked = !state.decision && dossier::is_open(state.phase);
    if (!decided && !asked && at_filing.empty()) return std::nullopt;
    RuleAccount out;
    if (decided) out = recorded_account(*state.decision);
    if (!asked) {
        std::ranges::copy(at_filing, std::back_inserter(out.runs));
        return out;
    }
    const dossier::RuleFacts facts(state, revision, today);
    out.proposal = catalogue::proposal_for(revision, facts.facts());
    if (out.proposal) out.runs = out.proposal->runs;
    // Fee, delay and papers are as the tables set them at filing: a new amount of today changes none of them.
    std::ranges::copy(at_filing, std::back_inserter(out.runs));
    for (const auto& name : catalogue::decisions_named(revision)) {
        const bool known = std::ranges::find(at_filing, name, &catalogue::RuleRun::decision) != at_filing.end();
        auto run = known ? std::nullopt : catalogue::run_rule(revision, name, facts.facts());
        if (run) out.runs.push_back(std::move(*run));
    }
    return out;
}

std::optional<RuleAdvice> rule_advice(const Visit& visit, const Revision& revision, const dossier::State& state) {
    const auto account = rule_account(revision, state, visit.site->today());
    if (!account) return std::nullopt;
    RuleAdvice out;
    if (const auto& proposal = account->proposal) {
        const auto word = catalogue::to_string(proposal->advice);
        out.title = visit.say(fmt::format("rules.advice.{}", word));
        out.colour = proposal->advice == catalogue::Advice::grant ? "green" : proposal->advice == catalogue::Advice::refuse ? "red" : "yellow";
        out.reasons = catalogue::reasons_in_words(revision, *proposal, state.file.answers, visit.tag());
        if (proposal->amount) {
            for (auto& [key, value] : amount_lines(revision, *proposal->amount, visit.language)) {
                SummaryRow row;
                row.key = std::move(key);
                row.value = std::move(value);
                out.amounts.push_back(std::move(row));
            }
        }
    }
    std::set<std::string> shown;
    for (const auto& run : account->runs) {
        for (auto& table : lit_tables(visit, revision, run)) {
            if (shown.insert(table.name).second) out.tables.push_back(std::move(table));
        }
    }
    return out;
}

}  // namespace wasl::web
