#include "catalogue/proposal.hpp"

#include "decision/model.hpp"

#include <algorithm>

namespace wasl::catalogue {
namespace {

// The rows of an answer: a list's elements, or the one value.
std::vector<feel::Value> rows_of(const feel::Value& value) {
    if (const auto* list = value.list()) {
        return *list;
    }
    return value.is_null() ? std::vector<feel::Value>{} : std::vector<feel::Value>{value};
}

std::string text_of(const feel::Value& value) { return value.string() ? *value.string() : std::string(); }

std::optional<Advice> advice_of(std::string_view word) {
    for (const Advice advice : {Advice::grant, Advice::refuse, Advice::look}) {
        if (to_string(advice) == word) {
            return advice;
        }
    }
    return std::nullopt;
}

// What outweighs what: an agent must see the reason against before the reason for.
int weight(Advice advice) { return advice == Advice::refuse ? 2 : advice == Advice::look ? 1 : 0; }

std::optional<Amount> amount_from(const feel::Value& value) {
    Amount out;
    const auto rows = rows_of(value);
    for (const auto& row : rows) {
        const Decimal* number = row.context() ? row["amount"].number() : row.number();
        const auto sum = number && !number->is_negative() ? out.total.plus(*number) : std::nullopt;
        if (!sum) {
            return std::nullopt;
        }
        out.total = *sum;
        out.parts.push_back({row.context() ? text_of(row["part"]) : std::string(), *number});
    }
    // An empty list of parts is an amount of nothing; no answer at all is no amount.
    return rows.empty() && !value.list() ? std::nullopt : std::optional(std::move(out));
}

void advise(RuleProposal& out, const feel::Value& value) {
    std::optional<Advice> strongest;
    const auto rows = rows_of(value);
    for (const auto& row : rows) {
        const Advice one = advice_of(text_of(row["outcome"])).value_or(Advice::look);
        if (!strongest || weight(one) > weight(*strongest)) {
            strongest = one;
        }
    }
    out.advice = strongest.value_or(Advice::look);
    for (const auto& row : rows) {
        const std::string reason = text_of(row["reason"]);
        if (!reason.empty() && advice_of(text_of(row["outcome"])).value_or(Advice::look) == out.advice) {
            out.reasons.push_back(reason);
        }
    }
}

void add_names(std::vector<std::string>& out, const Revision& revision, const std::vector<std::string>& names) {
    for (const auto& name : names) {
        const bool known = std::find(out.begin(), out.end(), name) != out.end();
        if (!known && !revision.form.field(name) && revision.rules().file_of(name)) {
            out.push_back(name);
        }
    }
}

RuleRun run_of(const Revision& revision, std::string_view decision, decision::Outcome& outcome) {
    const auto* file = revision.rules().file_of(decision);
    return {std::string(decision), file->name, file->digest, outcome.trace ? std::move(*outcome.trace) : json::Value()};
}

// Of one decision, and of the knowledge models that it called.
void add_fired(std::vector<FiredRow>& out, const json::Value& step) {
    static const json::Array none;
    const auto list = [](const json::Value& value) -> const json::Array& { return value.array() ? *value.array() : none; };
    for (const auto& table : list(step["tables"])) {
        for (const auto& row : list(table["rows"])) {
            out.push_back({std::string(step["name"].text_or("")), static_cast<std::size_t>(row["row"].integer_or(0)), row["chosen"].bool_or(true)});
        }
    }
    for (const auto& call : list(step["calls"])) {
        add_fired(out, call);
    }
}

}  // namespace

std::string_view to_string(Advice advice) noexcept {
    switch (advice) {
        case Advice::grant: return "grant";
        case Advice::refuse: return "refuse";
        case Advice::look: return "look";
    }
    return "look";
}

std::optional<Amount> amount_of(const Revision& revision, std::string_view decision, const Facts& facts) {
    Facts typed = facts;
    typed.form = &revision.form;
    return amount_from(revision.rules().evaluate(decision, typed).value);
}

std::optional<RuleRun> run_rule(const Revision& revision, std::string_view decision, const Facts& facts) {
    if (!revision.rules().file_of(decision)) {
        return std::nullopt;
    }
    Facts typed = facts;
    typed.form = &revision.form;
    auto outcome = revision.rules().evaluate(decision, typed, true);
    return run_of(revision, decision, outcome);
}

std::optional<RuleProposal> proposal_for(const Revision& revision, const Facts& facts) {
    if (!revision.proposal || !revision.rules().file_of(revision.proposal->decision)) {
        return std::nullopt;
    }
    Facts typed = facts;
    typed.form = &revision.form;
    RuleProposal out;
    auto advice = revision.rules().evaluate(revision.proposal->decision, typed, true);
    advise(out, advice.value);
    out.runs.push_back(run_of(revision, revision.proposal->decision, advice));
    const std::string& amount = revision.proposal->amount;
    if (out.advice == Advice::grant && revision.rules().file_of(amount)) {
        auto given = revision.rules().evaluate(amount, typed, true);
        out.amount = amount_from(given.value);
        out.runs.push_back(run_of(revision, amount, given));
        if (!out.amount) {
            out.advice = Advice::look;  // granted, but for how much: only an agent can say
        }
    }
    return out;
}

std::vector<FiredRow> fired_rows(const json::Value& trace) {
    std::vector<FiredRow> out;
    if (const json::Array* decisions = trace["decisions"].array()) {
        for (const auto& one : *decisions) {
            add_fired(out, one);
        }
    }
    return out;
}

std::vector<std::string> decisions_named(const Revision& revision) {
    std::vector<std::string> out;
    if (revision.proposal) {
        add_names(out, revision, {revision.proposal->decision, revision.proposal->amount});
    }
    add_names(out, revision, {revision.fee.decision});
    for (const auto& page : revision.form.pages) {
        add_names(out, revision, page.visible.names());
        for (const auto& field : page.fields) {
            add_names(out, revision, field.visible.names());
            add_names(out, revision, field.required_when.names());
        }
    }
    for (const auto& paper : revision.requirements) {
        add_names(out, revision, paper.condition.names());
    }
    for (const auto& one : revision.delay.cases) {
        add_names(out, revision, one.condition.names());
    }
    for (const auto& item : revision.fee.items) {
        add_names(out, revision, item.condition.names());
    }
    if (revision.automatic_grant) {
        add_names(out, revision, revision.automatic_grant->condition.names());
    }
    return out;
}

std::vector<std::string> decisions_at_filing(const Revision& revision) {
    std::vector<std::string> out;
    for (const auto& paper : revision.requirements) {
        add_names(out, revision, paper.condition.names());
    }
    for (const auto& one : revision.delay.cases) {
        add_names(out, revision, one.condition.names());
    }
    add_names(out, revision, {revision.fee.decision});
    for (const auto& item : revision.fee.items) {
        add_names(out, revision, item.condition.names());
    }
    return out;
}

std::string column_code(std::string_view expression) {
    std::string out;
    for (const char c : expression) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (plain || (!out.empty() && out.back() != '_')) {
            out += plain ? c : '_';
        }
    }
    while (out.ends_with('_')) {
        out.pop_back();
    }
    return out;
}

const RuleWord* word_for(const std::vector<RuleWord>& words, std::string_view code) noexcept {
    const auto at = std::find_if(words.begin(), words.end(), [&](const RuleWord& word) { return word.code == code; });
    return at == words.end() ? nullptr : &*at;
}

namespace {

// Numbers of the answers as a reader of the language writes them: "10,4" in French.
json::Object answers_in_words(const Revision& revision, const json::Object& answers, std::string_view language) {
    json::Object out;
    for (const auto& [id, value] : answers) {
        const auto* field = value.number() != nullptr ? revision.form.field(id) : nullptr;
        out.set(id, field != nullptr ? json::Value(form::display(*field, value, language)) : value);
    }
    return out;
}

}  // namespace

std::vector<std::string> reasons_in_words(const Revision& revision, const RuleProposal& proposal, const json::Object& answers,
                                          std::string_view language) {
    std::vector<std::string> out;
    const json::Object data{{"answers", answers_in_words(revision, answers, language)}};
    for (const auto& code : proposal.reasons) {
        const RuleWord* word = word_for(revision.reasons, code);
        if (!word) {
            continue;
        }
        std::string line = fill(word->text.in(language), data);
        if (!word->article.empty()) {
            line += " (" + word->article.in(language) + ")";
        }
        out.push_back(std::move(line));
    }
    return out;
}

}  // namespace wasl::catalogue
