// Reading and writing [[evidence]] and [register].
#include "catalogue/impl/once_only.hpp"

#include <algorithm>
#include <array>
#include <fmt/format.h>

namespace wasl::catalogue {

namespace {

constexpr std::array<std::string_view, 4> how_names = {"identity", "yes-no", "data", "document"};

}  // namespace

std::string_view to_string(EvidenceHow how) noexcept { return how_names[static_cast<std::size_t>(how)]; }

std::optional<EvidenceHow> evidence_how_from(std::string_view name) noexcept {
    for (std::size_t i = 0; i < how_names.size(); ++i) {
        if (how_names[i] == name) return static_cast<EvidenceHow>(i);
    }
    return std::nullopt;
}

}  // namespace wasl::catalogue

namespace wasl::catalogue::impl {

namespace {

void read_evidence(const Sources& sources, Section& root, Revision& out) {
    for (auto& item : root.sections("evidence")) {
        EvidenceRule rule;
        rule.requirement = item.required_text("requirement");
        rule.type = item.required_text("type");
        rule.how = evidence_how_from(item.one_of("how", {"yes-no", "identity", "data", "document"})).value_or(EvidenceHow::yes_no);
        rule.consent = item.boolean("consent", false);
        rule.legal_basis = item.required_text("legal_basis");
        for (const auto& [field, fact] : item.object("answers")) rule.answers.push_back({field, std::string(fact.text_or(""))});
        for (const auto& [field, fact] : item.object("where")) rule.where.push_back({field, std::string(fact.text_or(""))});
        rule.holder = item.text("holder");
        (*sources.places)["evidence." + rule.requirement] = item.place();
        item.finish();
        out.evidence.push_back(std::move(rule));
    }
}

void read_record(const Sources& sources, Section& root, Revision& out) {
    auto section = root.section("register");
    if (!section) return;
    RecordRule rule;
    rule.name = section->required_text("name");
    rule.type = section->required_text("type");
    rule.closes = section->one_of("act", {"writes", "closes"}) == "closes";
    rule.key = section->required_text("key");
    rule.subject = section->text("subject", "applicant");
    rule.valid_from = section->text("valid_from");
    if (auto validity = section->section("validity")) {
        const auto unit = validity->one_of("unit", {"day", "month"}) == "month" ? DelayUnit::month : DelayUnit::day;
        rule.validity = Duration{static_cast<int>(validity->integer("n", 1, 1, 1200)), unit};
        validity->finish();
    }
    for (auto& item : section->sections("field")) {
        rule.fields.push_back({item.required_text("name"), item.required_text("from")});
        item.finish();
    }
    (*sources.places)["register"] = section->place();
    section->finish();
    out.record = std::move(rule);
}

json::Array pairs_json(const std::vector<EvidenceAnswer>& pairs) {
    json::Array out;
    for (const auto& one : pairs) out.emplace_back(json::Object{{"field", one.field}, {"fact", one.fact}});
    return out;
}

json::Object evidence_json(const EvidenceRule& rule) {
    json::Object item{{"requirement", rule.requirement}, {"type", rule.type}, {"how", to_string(rule.how)}};
    if (rule.consent) item.set("consent", true);
    item.set("legal_basis", rule.legal_basis);
    if (!rule.answers.empty()) item.set("answers", pairs_json(rule.answers));
    if (!rule.where.empty()) item.set("where", pairs_json(rule.where));
    if (!rule.holder.empty()) item.set("holder", rule.holder);
    return item;
}

json::Object record_json(const RecordRule& rule) {
    json::Object out{{"name", rule.name}, {"type", rule.type}};
    if (rule.closes) out.set("closes", true);
    out.set("key", rule.key);
    out.set("subject", rule.subject);
    if (!rule.valid_from.empty()) out.set("valid_from", rule.valid_from);
    if (rule.validity) {
        const bool month = rule.validity->unit == DelayUnit::month;
        out.set("validity", json::Object{{"n", rule.validity->n}, {"unit", month ? "month" : "day"}});
    }
    json::Array fields;
    for (const auto& field : rule.fields) fields.emplace_back(json::Object{{"name", field.name}, {"from", field.from}});
    if (!fields.empty()) out.set("fields", std::move(fields));
    return out;
}

std::string text_of(const json::Value& value) { return std::string(value.text_or("")); }

const json::Array& list_in(const json::Value& value) {
    static const json::Array none;
    return value.array() != nullptr ? *value.array() : none;
}

}  // namespace

void read_once_only(const Sources& sources, Section& root, Revision& out) {
    read_evidence(sources, root, out);
    read_record(sources, root, out);
}

void put_once_only(json::Object& out, const Revision& revision) {
    json::Array rules;
    for (const auto& rule : revision.evidence) rules.emplace_back(evidence_json(rule));
    if (!rules.empty()) out.set("evidence", std::move(rules));
    if (revision.record) out.set("register", record_json(*revision.record));
}

Result<void> once_only_from(const json::Value& value, Revision& out) {
    for (const auto& item : list_in(value["evidence"])) {
        const auto how = evidence_how_from(item["how"].text_or(""));
        if (!how) return fail(Code::invalid, "revision.malformed", "evidence");
        EvidenceRule rule{.requirement = text_of(item["requirement"]), .type = text_of(item["type"]), .how = *how,
                          .consent = item["consent"].bool_or(false), .legal_basis = text_of(item["legal_basis"]), .answers = {}, .where = {}, .holder = text_of(item["holder"])};
        for (const auto& one : list_in(item["answers"])) rule.answers.push_back({text_of(one["field"]), text_of(one["fact"])});
        for (const auto& one : list_in(item["where"])) rule.where.push_back({text_of(one["field"]), text_of(one["fact"])});
        out.evidence.push_back(std::move(rule));
    }
    const auto& record = value["register"];
    if (record.object() == nullptr) return {};
    RecordRule rule;
    rule.name = text_of(record["name"]);
    rule.type = text_of(record["type"]);
    rule.closes = record["closes"].bool_or(false);
    rule.key = text_of(record["key"]);
    rule.subject = text_of(record["subject"]);
    rule.valid_from = text_of(record["valid_from"]);
    if (record["validity"].object() != nullptr) {
        const bool month = record["validity"]["unit"].text_or("") == "month";
        const auto n = std::clamp<std::int64_t>(record["validity"]["n"].integer_or(0), 0, 1'200);
        rule.validity = Duration{static_cast<int>(n), month ? DelayUnit::month : DelayUnit::day};
    }
    for (const auto& field : list_in(record["fields"])) rule.fields.push_back({text_of(field["name"]), text_of(field["from"])});
    out.record = std::move(rule);
    return {};
}

}  // namespace wasl::catalogue::impl
