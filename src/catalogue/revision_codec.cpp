// Canonical JSON of a revision: members in a fixed order, empty ones left out, compact. Its SHA-256
// is the identity of the revision, so the order and the names here never change; new members are
// appended and left out when empty.
#include "base/text.hpp"
#include "catalogue/impl/obligations.hpp"
#include "catalogue/impl/once_only.hpp"
#include "catalogue/revision.hpp"
#include "form/codec.hpp"

#include <algorithm>
#include <array>

namespace wasl::catalogue {
namespace {

using form::text_from_json;
using form::text_to_json;
using json::Array;
using json::Object;

constexpr std::array<std::string_view, 4> fee_kinds = {"free", "amount", "rule", "needs-human"};

void put(Object& out, std::string name, const std::string& value) {
    if (!value.empty()) {
        out.set(std::move(name), value);
    }
}
void put(Object& out, std::string name, const Text& value) {
    if (!value.empty()) {
        out.set(std::move(name), text_to_json(value));
    }
}
void put(Object& out, std::string name, const Condition& value) { put(out, std::move(name), value.source()); }
void put(Object& out, std::string name, bool value) {
    if (value) {
        out.set(std::move(name), true);
    }
}
void put(Object& out, std::string name, Array value) {
    if (!value.empty()) {
        out.set(std::move(name), std::move(value));
    }
}
void put(Object& out, std::string name, const std::vector<std::string>& values) {
    Array list;
    for (const auto& value : values) {
        list.emplace_back(value);
    }
    put(out, std::move(name), std::move(list));
}

std::string_view unit_name(DelayUnit unit) { return unit == DelayUnit::day ? "day" : "month"; }

Object delay_json(const DelayRule& rule) {
    Object out;
    Array cases;
    for (const auto& one : rule.cases) {
        Object item{{"n", one.n}, {"unit", unit_name(one.unit)}};
        put(item, "working", one.working);
        put(item, "condition", one.condition);
        put(item, "when", one.when);
        cases.emplace_back(std::move(item));
    }
    put(out, "cases", std::move(cases));
    put(out, "needs_human", rule.needs_human);
    put(out, "published", rule.published);
    return out;
}

Object fee_json(const FeeRule& rule) {
    Object out{{"kind", fee_kinds[static_cast<std::size_t>(rule.kind)]}};
    Array items;
    for (const auto& one : rule.items) {
        Object item{{"amount", one.amount}};
        put(item, "stamp", one.stamp);
        put(item, "label", one.label);
        put(item, "condition", one.condition);
        items.emplace_back(std::move(item));
    }
    put(out, "items", std::move(items));
    put(out, "rule", rule.rule);
    put(out, "decision", rule.decision);
    if (rule.unpaid_is_incomplete) out.set("unpaid", "incomplete");
    put(out, "published", rule.published);
    return out;
}

Object requirement_json(const Requirement& requirement) {
    Object out{{"code", requirement.code}};
    put(out, "title", requirement.title);
    put(out, "hint", requirement.hint);
    out.set("mandatory", requirement.mandatory);
    put(out, "condition", requirement.condition);
    Array one_of, accepted;
    for (const auto& alternative : requirement.one_of) {
        one_of.emplace_back(Object{{"code", alternative.code}, {"title", text_to_json(alternative.title)}});
    }
    for (const Accepted way : requirement.accepted) {
        accepted.emplace_back(to_string(way));
    }
    put(out, "one_of", std::move(one_of));
    put(out, "accepted", std::move(accepted));
    out.set("max_files", requirement.max_files);
    put(out, "evidence_type", requirement.evidence_type);
    put(out, "once_only_source", requirement.once_only_source);
    return out;
}

Object filers_json(const Filers& filers) {
    return {{"person", filers.person}, {"parent_for_child", filers.parent_for_child},
            {"mandate", filers.mandate}, {"company", filers.company}};
}

Object grant_json(const AutomaticGrant& grant) {
    Object out{{"basis", grant.basis == GrantBasis::verified_sources ? "verified_sources" : "declaration_enough"}};
    put(out, "third_party_touched", grant.third_party_touched);
    put(out, "condition", grant.condition);
    put(out, "inputs", grant.inputs);
    put(out, "article", grant.article);
    return out;
}

Object output_json(const Output& output) {
    Object out{{"code", output.code}};
    put(out, "title", output.title);
    Array paragraphs;
    for (const auto& paragraph : output.paragraphs) {
        paragraphs.push_back(text_to_json(paragraph));
    }
    put(out, "paragraphs", std::move(paragraphs));
    if (output.validity) {
        out.set("validity", Object{{"n", output.validity->n}, {"unit", unit_name(output.validity->unit)}});
    }
    return out;
}

Object desk_json(const DeskStep& step) {
    Object out{{"desk", step.desk}, {"role", step.role == DeskRole::visa ? "visa" : "opinion"}};
    put(out, "title", step.title);
    out.set("days", step.days);
    out.set("mandatory", step.mandatory);
    return out;
}

Array words_json(const std::vector<RuleWord>& words) {
    Array out;
    for (const auto& word : words) {
        Object item{{"code", word.code}};
        put(item, "text", word.text);
        put(item, "article", word.article);
        out.emplace_back(std::move(item));
    }
    return out;
}

// Appended when decision tables came: a revision without them keeps its hash.
void put_rules(Object& out, const Revision& revision) {
    Array models;
    for (const auto& file : revision.rules().files()) {
        models.emplace_back(Object{{"name", file.name}, {"text", file.text}});
    }
    put(out, "models", std::move(models));
    if (revision.proposal) {
        Object proposal{{"decision", revision.proposal->decision}};
        put(proposal, "amount", revision.proposal->amount);
        out.set("proposal", std::move(proposal));
    }
    put(out, "reasons", words_json(revision.reasons));
    put(out, "parts", words_json(revision.parts));
    put(out, "decisions", words_json(revision.decisions));
    put(out, "columns", words_json(revision.columns));
    put(out, "annotations", words_json(revision.annotations));
}

void put_lists(Object& out, const Revision& revision) {
    Array law, requirements, outputs, desks;
    for (const auto& resource : revision.law) {
        Object item{{"title", text_to_json(resource.title)}};
        put(item, "article", resource.article);
        law.emplace_back(std::move(item));
    }
    for (const auto& requirement : revision.requirements) {
        requirements.emplace_back(requirement_json(requirement));
    }
    for (const auto& output : revision.outputs) {
        outputs.emplace_back(output_json(output));
    }
    for (const auto& desk : revision.desks) {
        desks.emplace_back(desk_json(desk));
    }
    put(out, "law", std::move(law));
    put(out, "requirements", std::move(requirements));
    put(out, "outputs", std::move(outputs));
    put(out, "desks", std::move(desks));
}

// --- reading back ---

std::unexpected<Error> malformed(std::string detail) {
    return fail(Code::invalid, "revision.malformed", std::move(detail));
}

std::string string_of(const json::Value& value) { return std::string(value.text_or("")); }
DelayUnit unit_of(const json::Value& value) { return value.text_or("day") == "month" ? DelayUnit::month : DelayUnit::day; }
int int_of(const json::Value& value, int fallback) {
    return static_cast<int>(std::min<std::int64_t>(std::max<std::int64_t>(value.integer_or(fallback), -1'000'000), 1'000'000));
}
const Array& list_of(const json::Value& value) {
    static const Array none;
    return value.array() ? *value.array() : none;
}
std::vector<std::string> strings_of(const json::Value& value) {
    std::vector<std::string> out;
    for (const auto& item : list_of(value)) {
        out.push_back(string_of(item));
    }
    return out;
}
Result<Condition> condition_of(const json::Value& value) { return Condition::compile(string_of(value)); }

Result<DelayRule> delay_from(const json::Value& value) {
    DelayRule rule;
    for (const auto& item : list_of(value["cases"])) {
        DelayCase one;
        one.n = int_of(item["n"], 0);
        one.unit = unit_of(item["unit"]);
        one.working = item["working"].bool_or(false);
        one.condition = TRY(condition_of(item["condition"]));
        one.when = TRY(text_from_json(item["when"]));
        rule.cases.push_back(std::move(one));
    }
    rule.needs_human = value["needs_human"].bool_or(false);
    rule.published = string_of(value["published"]);
    return rule;
}

Result<FeeRule> fee_from(const json::Value& value) {
    FeeRule rule;
    bool known = false;
    for (std::size_t i = 0; i < fee_kinds.size(); ++i) {
        if (value["kind"].text_or("") == fee_kinds[i]) {
            rule.kind = static_cast<FeeKind>(i);
            known = true;
        }
    }
    if (!known) {
        return malformed("fee kind");
    }
    for (const auto& item : list_of(value["items"])) {
        FeeItem one;
        one.amount = string_of(item["amount"]);
        one.stamp = string_of(item["stamp"]);
        one.label = TRY(text_from_json(item["label"]));
        one.condition = TRY(condition_of(item["condition"]));
        rule.items.push_back(std::move(one));
    }
    rule.rule = TRY(text_from_json(value["rule"]));
    rule.decision = string_of(value["decision"]);
    rule.unpaid_is_incomplete = string_of(value["unpaid"]) == "incomplete";
    rule.published = string_of(value["published"]);
    return rule;
}

Result<Requirement> requirement_from(const json::Value& value) {
    Requirement out;
    out.code = string_of(value["code"]);
    out.title = TRY(text_from_json(value["title"]));
    out.hint = TRY(text_from_json(value["hint"]));
    out.mandatory = value["mandatory"].bool_or(true);
    out.condition = TRY(condition_of(value["condition"]));
    for (const auto& item : list_of(value["one_of"])) {
        Text title = TRY(text_from_json(item["title"]));
        out.one_of.push_back({string_of(item["code"]), std::move(title)});
    }
    for (const auto& item : list_of(value["accepted"])) {
        for (const Accepted way : {Accepted::upload, Accepted::show_original, Accepted::declaration}) {
            if (item.text_or("") == to_string(way)) {
                out.accepted.push_back(way);
            }
        }
    }
    if (out.code.empty() || out.accepted.empty()) {
        return malformed("requirement");
    }
    out.max_files = int_of(value["max_files"], 1);
    out.evidence_type = string_of(value["evidence_type"]);
    out.once_only_source = string_of(value["once_only_source"]);
    return out;
}

Result<AutomaticGrant> grant_from(const json::Value& value) {
    AutomaticGrant out;
    out.basis = value["basis"].text_or("") == "declaration_enough" ? GrantBasis::declaration_enough : GrantBasis::verified_sources;
    out.third_party_touched = value["third_party_touched"].bool_or(false);
    out.condition = TRY(condition_of(value["condition"]));
    out.inputs = strings_of(value["inputs"]);
    out.article = string_of(value["article"]);
    return out;
}

Result<Output> output_from(const json::Value& value) {
    Output out;
    out.code = string_of(value["code"]);
    out.title = TRY(text_from_json(value["title"]));
    for (const auto& item : list_of(value["paragraphs"])) {
        Text paragraph = TRY(text_from_json(item));
        out.paragraphs.push_back(std::move(paragraph));
    }
    if (value["validity"].object()) {
        out.validity = Duration{int_of(value["validity"]["n"], 0), unit_of(value["validity"]["unit"])};
    }
    return out;
}

Result<void> read_texts(const json::Value& value, Revision& out) {
    out.title = TRY(text_from_json(value["title"]));
    out.description = TRY(text_from_json(value["description"]));
    out.audience = TRY(text_from_json(value["audience"]));
    out.before_you_start = TRY(text_from_json(value["before_you_start"]));
    out.authority = TRY(text_from_json(value["authority"]));
    out.supervisory_authority = TRY(text_from_json(value["supervisory_authority"]));
    out.appeal.authority = TRY(text_from_json(value["appeal"]["authority"]));
    out.appeal.route = TRY(text_from_json(value["appeal"]["route"]));
    return {};
}

Result<void> read_lists(const json::Value& value, Revision& out) {
    for (const auto& item : list_of(value["law"])) {
        Text title = TRY(text_from_json(item["title"]));
        out.law.push_back({std::move(title), string_of(item["article"])});
    }
    for (const auto& item : list_of(value["requirements"])) {
        auto one = TRY(requirement_from(item));
        out.requirements.push_back(std::move(one));
    }
    for (const auto& item : list_of(value["outputs"])) {
        auto one = TRY(output_from(item));
        out.outputs.push_back(std::move(one));
    }
    for (const auto& item : list_of(value["desks"])) {
        DeskStep step;
        step.desk = string_of(item["desk"]);
        step.role = item["role"].text_or("") == "visa" ? DeskRole::visa : DeskRole::opinion;
        step.title = TRY(text_from_json(item["title"]));
        step.days = int_of(item["days"], 0);
        step.mandatory = item["mandatory"].bool_or(true);
        out.desks.push_back(std::move(step));
    }
    return {};
}

Result<std::vector<RuleWord>> words_from(const json::Value& value) {
    std::vector<RuleWord> out;
    for (const auto& item : list_of(value)) {
        RuleWord word{string_of(item["code"]), {}, {}};
        word.text = TRY(text_from_json(item["text"]));
        word.article = TRY(text_from_json(item["article"]));
        out.push_back(std::move(word));
    }
    return out;
}

Result<void> read_tables(const json::Value& value, Revision& out) {
    std::vector<std::pair<std::string, std::string>> files;
    for (const auto& item : list_of(value["models"])) {
        files.emplace_back(string_of(item["name"]), string_of(item["text"]));
    }
    out.form.rules = TRY(form::Rules::compile(files));
    if (value["proposal"].object()) {
        out.proposal = ProposalRule{string_of(value["proposal"]["decision"]), string_of(value["proposal"]["amount"])};
    }
    out.reasons = TRY(words_from(value["reasons"]));
    out.parts = TRY(words_from(value["parts"]));
    out.decisions = TRY(words_from(value["decisions"]));
    out.columns = TRY(words_from(value["columns"]));
    out.annotations = TRY(words_from(value["annotations"]));
    return {};
}

void read_rules(const json::Value& value, Revision& out) {
    out.silence = value["silence"].text_or("") == "approval" ? Silence::approval : Silence::none;
    out.silence_act = string_of(value["silence_act"]);
    if (value["extension"].object()) {
        const bool inquiry = value["extension"]["ground"].text_or("") == "public_inquiry";
        out.extension = Extension{inquiry ? ExtensionGround::public_inquiry : ExtensionGround::expertise,
                                  string_of(value["extension"]["act"])};
    }
    out.minimum_level = int_of(value["minimum_level"], 1);
    const json::Value& filers = value["filers"];
    out.filers = {filers["person"].bool_or(true), filers["parent_for_child"].bool_or(false),
                  filers["mandate"].bool_or(true), filers["company"].bool_or(false)};
    out.provisional_receipt = value["provisional_receipt"].bool_or(false);
    if (value["registration"].object()) {
        out.registration = Registration{string_of(value["registration"]["series"]), string_of(value["registration"]["pattern"])};
    }
    out.signatory = string_of(value["signatory"]);
    out.channels = strings_of(value["channels"]);
    out.imported_from = string_of(value["imported_from"]);
    out.notes = strings_of(value["notes"]);
    out.regime = strings_of(value["regime"]);
    for (const auto& name : strings_of(value["life_events"])) {
        if (const auto event = life_event_from(name)) out.life_events.push_back(*event);
    }
    out.authority_code = string_of(value["authority_code"]);
}

}  // namespace

std::string canonical(const Revision& revision) {
    Object out{{"format", 1}, {"id", revision.id}, {"kind", to_string(revision.kind)}};
    std::vector<std::string> events;
    for (const auto event : revision.life_events) events.emplace_back(to_string(event));
    put(out, "life_events", events);
    put(out, "regime", revision.regime);
    put(out, "title", revision.title);
    put(out, "description", revision.description);
    put(out, "audience", revision.audience);
    put(out, "before_you_start", revision.before_you_start);
    put(out, "authority", revision.authority);
    put(out, "authority_code", revision.authority_code);
    put(out, "supervisory_authority", revision.supervisory_authority);
    put_lists(out, revision);
    out.set("form", form::to_json(revision.form));
    out.set("delay", delay_json(revision.delay));
    out.set("fee", fee_json(revision.fee));
    out.set("silence", revision.silence == Silence::approval ? "approval" : "none");
    put(out, "silence_act", revision.silence_act);
    if (revision.extension) {
        const bool inquiry = revision.extension->ground == ExtensionGround::public_inquiry;
        out.set("extension", Object{{"ground", inquiry ? "public_inquiry" : "expertise"}, {"act", revision.extension->act}});
    }
    out.set("minimum_level", revision.minimum_level);
    out.set("filers", filers_json(revision.filers));
    if (revision.automatic_grant) {
        out.set("automatic_grant", grant_json(*revision.automatic_grant));
    }
    put(out, "provisional_receipt", revision.provisional_receipt);
    if (revision.registration) {
        out.set("registration", Object{{"series", revision.registration->series}, {"pattern", revision.registration->pattern}});
    }
    put(out, "signatory", revision.signatory);
    Object appeal;
    put(appeal, "authority", revision.appeal.authority);
    put(appeal, "route", revision.appeal.route);
    if (!appeal.empty()) {
        out.set("appeal", std::move(appeal));
    }
    put(out, "channels", revision.channels);
    put(out, "imported_from", revision.imported_from);
    put(out, "notes", revision.notes);
    put_rules(out, revision);
    impl::put_once_only(out, revision);
    impl::put_obligations(out, revision);
    return json::write(out);
}

Result<std::shared_ptr<const Revision>> revision_from_json(std::string_view canonical_json) {
    const json::Value value = TRY(json::parse(canonical_json));
    const auto kind = kind_from(value["kind"].text_or(""));
    if (!kind || !value["id"].string() || value["format"].integer_or(0) != 1) {
        return malformed("format, id or kind");
    }
    auto out = std::make_shared<Revision>();
    out->id = *value["id"].string();
    out->kind = *kind;
    TRY(read_texts(value, *out));
    TRY(read_lists(value, *out));
    read_rules(value, *out);
    out->form = TRY(form::form_from_json(value["form"]));
    TRY(read_tables(value, *out));
    TRY(impl::once_only_from(value, *out));
    TRY(impl::obligations_from(value, *out));
    out->delay = TRY(delay_from(value["delay"]));
    out->fee = TRY(fee_from(value["fee"]));
    if (value["automatic_grant"].object()) {
        out->automatic_grant = TRY(grant_from(value["automatic_grant"]));
    }
    out->hash = sha256(canonical_json);
    return std::shared_ptr<const Revision>(std::move(out));
}

}  // namespace wasl::catalogue
