#include "web/decision_words.hpp"

#include "web/condition_words.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

constexpr std::size_t shown_hash = 12;  // hex digits of a revision's hash, as revision_name() shows them

std::string input_title(const Visit& visit, const catalogue::Revision* revision, const std::string& name) {
    if (name == "level") return visit.say("account.level.title");
    if (revision == nullptr) return name;
    if (const auto* field = revision->form.field(name)) return field->label.in(visit.tag());
    const auto* paper = revision->requirement(name);
    return paper == nullptr ? name : paper->title.in(visit.tag());
}

std::string input_value(const Visit& visit, const catalogue::Revision* revision, const std::string& name, const json::Value& value) {
    const auto* field = revision == nullptr ? nullptr : revision->form.field(name);
    if (field != nullptr) return form::display(*field, value, visit.tag());
    if (name == "level") {
        const auto words = lingua::find_key("desk.level." + json::write(value));
        if (words) return lingua::say(visit.language, *words);
    }
    return value.string() != nullptr ? *value.string() : json::write(value);
}

// How a record names the rule of its procedure: condition and article as the procedure writes them.
std::string as_recorded(const catalogue::AutomaticGrant& grant) {
    const auto condition = grant.condition.empty() ? std::string("always") : grant.condition.source();
    return grant.article.empty() ? condition : fmt::format("{} ({})", condition, grant.article);
}

// "cnie=fetched" says that the paper `cnie` came from its source.
std::string source_words(const Visit& visit, const dossier::DecisionRecord& record, const std::string& name) {
    for (const auto& source : record.sources) {
        if (!source.starts_with(name + "=")) continue;
        const auto key = lingua::find_key("request.rule-source." + source.substr(name.size() + 1));
        return key ? lingua::say(visit.language, *key) : std::string();
    }
    return {};
}

}  // namespace

std::vector<SummaryRow> record_rows(const Visit& visit, const dossier::DecisionRecord& record, const catalogue::Revision* revision) {
    const auto at = record.rules.find('@');
    const auto end = at == std::string::npos ? record.rules.size() : std::min(record.rules.size(), at + 1 + shown_hash);
    std::vector<SummaryRow> out;
    out.push_back({.key = visit.say("request.rule.title"), .value = record.rules.substr(0, end), .typed_by_person = true});
    for (const auto& fired : record.fired) {
        const bool known = revision != nullptr && revision->automatic_grant && fired == as_recorded(*revision->automatic_grant);
        out.push_back({.key = visit.say("request.rule.fired"), .value = known ? say_grant_rule(visit.language, *revision) : fired, .typed_by_person = true});
    }
    for (const auto& [name, value] : record.inputs) {
        SummaryRow row{.key = input_title(visit, revision, name), .value = input_value(visit, revision, name, value), .typed_by_person = true};
        if (auto words = source_words(visit, record, name); !words.empty()) row.more.push_back(std::move(words));
        out.push_back(std::move(row));
    }
    return out;
}

}  // namespace wasl::web
