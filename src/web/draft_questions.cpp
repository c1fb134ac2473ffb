#include "web/draft_questions.hpp"
#include "web/paper_question.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::web {

namespace {

using form::FieldType;
using Kind = Question::Kind;

std::string typed_of(const Pairs* typed, const std::string& name) {
    if (typed == nullptr) return {};
    const auto found = std::ranges::find(*typed, name, &std::pair<std::string, std::string>::first);
    return found == typed->end() ? std::string() : found->second;
}

bool chose(const Pairs* typed, const std::string& name, const std::string& value) {
    return typed != nullptr && std::ranges::find(*typed, std::pair(name, value)) != typed->end();
}

std::string plain_text(const json::Value& value) {
    if (const auto* number = value.number()) return number->text;
    return std::string(value.text_or(""));
}

void set_labels(Question& out, const Visit& visit, const form::Field& field) {
    const auto& label = field.label.best(visit.tag());
    out.field.label = label.text;
    out.field.hint = field.hint.in(visit.tag());
    const auto written = lingua::from_tag(label.language);
    if (written && *written != visit.language) {
        out.language = label.language;
        out.direction = lingua::dir(*written);
    }
}

void as_input(Question& out, const Visit& visit, const form::Field& field) {
    auto& input = out.field;
    switch (field.type) {
        case FieldType::number:
        case FieldType::money:
            input.input_mode = field.whole ? "numeric" : "decimal";
            input.width = 10;
            input.left_to_right = true;
            break;
        case FieldType::ice:
            input.input_mode = "numeric";
            input.width = 20;
            input.left_to_right = true;
            break;
        case FieldType::phone:
            input.type = "tel";
            input.autocomplete = "tel";
            input.width = 20;
            input.left_to_right = true;
            if (input.hint.empty()) input.hint = visit.say("draft.phone-hint");
            break;
        case FieldType::email:
            input.type = "email";
            input.autocomplete = "email";
            input.left_to_right = true;
            break;
        default: break;
    }
    if (input.hint.empty() && !field.example.empty()) input.hint = visit.say("draft.example", {{"example", field.example}});
}

void as_choice(Question& out, const Visit& visit, const form::Field& field, const json::Value& value, const Pairs* typed) {
    const auto add = [&](const std::string& code, std::string label, bool chosen) {
        out.options.push_back({code, std::move(label), {}, typed == nullptr ? chosen : chose(typed, field.id, code)});
    };
    if (field.type == FieldType::yes_no) {
        const auto* known = value.boolean();
        add("yes", visit.say("common.yes"), known != nullptr && *known);
        add("no", visit.say("common.no"), known != nullptr && !*known);
        return;
    }
    for (const auto& choice : field.choices) {
        bool chosen = value.text_or("") == choice.code;
        if (const auto* several = value.array()) {
            chosen = std::ranges::any_of(*several, [&](const json::Value& each) { return each.text_or("") == choice.code; });
        }
        add(choice.code, choice.label.in(visit.tag()), chosen);
    }
}

void as_date(Question& out, const Visit& visit, const form::Field& field, const json::Value& value, const Pairs* typed) {
    const auto iso = value.text_or("");
    out.may_be_unknown = field.partial;
    if (typed != nullptr) {
        out.date = {typed_of(typed, field.id + ".day"), typed_of(typed, field.id + ".month"), typed_of(typed, field.id + ".year")};
        out.unknown = chose(typed, field.id + ".unknown", "1");
    } else if (iso == "unknown") {
        out.unknown = true;
    } else {
        out.date = date_parts(iso);
    }
    if (out.field.hint.empty()) out.field.hint = visit.say(field.partial ? "draft.partial-hint" : "common.date-hint");
}

Field part(const Visit& visit, const form::Field& field, std::string_view name, std::string_view label, const json::Value& value, const Pairs* typed) {
    Field out;
    out.id = fmt::format("{}-{}", field.id, replace_all(std::string(name), "_", "-"));
    out.name = fmt::format("{}.{}", field.id, name);
    out.label = visit.say(label);
    out.value = typed == nullptr ? std::string(value[name].text_or("")) : typed_of(typed, out.name);
    out.longest = 200;
    return out;
}

void as_name(Question& out, const Visit& visit, const form::Field& field, const json::Value& value, const Pairs* typed) {
    constexpr std::pair<std::string_view, std::string_view> parts[] = {{"given_ar", "account.given-ar"}, {"family_ar", "account.family-ar"},
                                                                     {"given_latin", "account.given-latin"}, {"family_latin", "account.family-latin"}};
    for (const auto& [name, label] : parts) out.parts.push_back(part(visit, field, name, label, value, typed));
    if (out.field.hint.empty()) out.field.hint = visit.say("draft.who-hint");
}

void as_document(Question& out, const Visit& visit, const form::Field& field, const json::Value& value, const Pairs* typed) {
    out.parts.push_back(part(visit, field, "kind", "account.document.title", value, typed));
    out.options = document_kinds(visit, out.parts.front().value);
    out.parts.push_back(part(visit, field, "number", "account.document-number", value, typed));
    out.parts.back().left_to_right = true;
    out.parts.back().width = 20;
}

// A browser shows some suggestions of a list; a person of a place that is missing writes it.
void as_commune(Question& out, const Visit& visit) {
    const auto& divisions = visit.site->pack->divisions();
    for (const auto* commune : divisions.communes()) out.list.push_back(commune->name.in(visit.tag()));
    std::ranges::sort(out.list);
    const auto twins = std::ranges::unique(out.list);
    out.list.erase(twins.begin(), twins.end());
    if (out.field.hint.empty()) out.field.hint = visit.say("draft.commune-hint");
}

}  // namespace

std::string first_input(const Question& question) {
    if (!question.parts.empty()) return question.parts.front().id;
    return question.kind == Kind::date ? question.field.id + "-day" : question.field.id;
}

DateParts date_parts(std::string_view iso) {
    const auto parts = split(iso, '-');
    DateParts out;
    const auto plain = [](std::string_view digits) { return std::string(digits.starts_with('0') ? digits.substr(1) : digits); };
    if (!parts.empty()) out.year = parts[0];
    if (parts.size() > 1) out.month = plain(parts[1]);
    if (parts.size() > 2) out.day = plain(parts[2]);
    return out;
}

std::vector<Option> document_kinds(const Visit& visit, std::string_view chosen) {
    std::vector<Option> out;
    for (const std::string_view kind : {"cnie", "passport", "residence", "other"}) {
        out.push_back({std::string(kind), visit.say(fmt::format("account.document.{}", kind)), {}, kind == chosen});
    }
    return out;
}

Question question_of(const Visit& visit, const form::Field& field, const json::Value& value, const Pairs* typed, bool refreshes) {
    Question out;
    out.field.id = field.id;
    out.field.refresh = refreshes;
    out.field.value = typed == nullptr ? plain_text(value) : typed_of(typed, field.id);
    out.field.longest = static_cast<int>(field.max_length.value_or(0));
    set_labels(out, visit, field);
    switch (field.type) {
        case FieldType::long_text: out.kind = Kind::textarea; break;
        case FieldType::yes_no:
        case FieldType::choice:
            out.kind = Kind::choice;
            as_choice(out, visit, field, value, typed);
            break;
        case FieldType::multi_choice:
            out.kind = Kind::choices;
            as_choice(out, visit, field, value, typed);
            break;
        case FieldType::date:
            out.kind = Kind::date;
            as_date(out, visit, field, value, typed);
            break;
        case FieldType::person_name:
            out.kind = Kind::name;
            as_name(out, visit, field, value, typed);
            break;
        case FieldType::identity_document:
            out.kind = Kind::document;
            as_document(out, visit, field, value, typed);
            break;
        case FieldType::commune:
            out.kind = Kind::commune;
            if (typed == nullptr) out.field.value = value["text"].text_or("");
            as_commune(out, visit);
            break;
        case FieldType::attachment:
            out.kind = Kind::files;
            out.field = file_input(visit, field.id, std::move(out.field.label));
            if (const auto& hint = field.hint.in(visit.tag()); !hint.empty()) out.field.hint = hint + " " + out.field.hint;
            break;
        default: as_input(out, visit, field); break;
    }
    return out;
}

}  // namespace wasl::web
