// Canonical JSON of a form. Empty members are left out, so that adding a member to the format does
// not change the hash of what was published before.
#include "form/codec.hpp"

#include "form/form.hpp"

namespace wasl::form {
namespace {

void put(json::Object& out, std::string name, const std::string& text) {
    if (!text.empty()) {
        out.set(std::move(name), text);
    }
}

void put(json::Object& out, std::string name, const Text& text) {
    if (!text.empty()) {
        out.set(std::move(name), text_to_json(text));
    }
}

void put(json::Object& out, std::string name, const Condition& condition) {
    put(out, std::move(name), condition.source());
}

void put(json::Object& out, std::string name, bool value) {
    if (value) {
        out.set(std::move(name), true);
    }
}

json::Value field_json(const Field& field) {
    json::Object out{{"id", field.id}, {"type", to_string(field.type)}};
    put(out, "label", field.label);
    put(out, "hint", field.hint);
    put(out, "visible", field.visible);
    put(out, "required_when", field.required_when);
    put(out, "required", field.required);
    put(out, "partial", field.partial);
    put(out, "whole", field.whole);
    put(out, "sensitive", field.sensitive);
    json::Array choices;
    for (const auto& choice : field.choices) {
        choices.emplace_back(json::Object{{"code", choice.code}, {"label", text_to_json(choice.label)}});
    }
    if (!choices.empty()) {
        out.set("choices", std::move(choices));
    }
    if (field.min_length) {
        out.set("min_length", *field.min_length);
    }
    if (field.max_length) {
        out.set("max_length", *field.max_length);
    }
    put(out, "minimum", field.minimum);
    put(out, "maximum", field.maximum);
    put(out, "example", field.example);
    return out;
}

json::Array checks_json(const Form& form) {
    json::Array out;
    for (const auto& one : form.checks) {
        json::Object check{{"id", one.id}, {"field", one.field}};
        put(check, "when", one.when);
        put(check, "message", one.message);
        put(check, "warning", one.warning);
        out.emplace_back(std::move(check));
    }
    return out;
}

Result<std::vector<CrossCheck>> checks_from(const json::Value& value) {
    std::vector<CrossCheck> out;
    if (!value.array()) {
        return out;
    }
    for (const auto& given : *value.array()) {
        CrossCheck one;
        one.id = given["id"].text_or("");
        one.field = given["field"].text_or("");
        one.when = TRY(Condition::compile(std::string(given["when"].text_or(""))));
        one.message = TRY(text_from_json(given["message"]));
        one.warning = given["warning"].bool_or(false);
        out.push_back(std::move(one));
    }
    return out;
}

Result<Field> field_from(const json::Value& value) {
    const auto type = field_type(value["type"].text_or(""));
    if (!type || !value["id"].string()) {
        return fail(Code::invalid, "form.malformed", "field without id or type");
    }
    Field field;
    field.id = *value["id"].string();
    field.type = *type;
    field.label = TRY(text_from_json(value["label"]));
    field.hint = TRY(text_from_json(value["hint"]));
    field.visible = TRY(Condition::compile(std::string(value["visible"].text_or(""))));
    field.required_when = TRY(Condition::compile(std::string(value["required_when"].text_or(""))));
    field.required = value["required"].bool_or(false);
    field.partial = value["partial"].bool_or(false);
    field.whole = value["whole"].bool_or(false);
    field.sensitive = value["sensitive"].bool_or(false);
    if (const json::Array* choices = value["choices"].array()) {
        for (const auto& choice : *choices) {
            Text label = TRY(text_from_json(choice["label"]));
            field.choices.push_back({std::string(choice["code"].text_or("")), std::move(label)});
        }
    }
    field.min_length = value["min_length"].integer();
    field.max_length = value["max_length"].integer();
    field.minimum = value["minimum"].text_or("");
    field.maximum = value["maximum"].text_or("");
    field.example = value["example"].text_or("");
    return field;
}

}  // namespace

json::Value text_to_json(const Text& text) {
    json::Object out;
    for (const auto& wording : text.all()) {
        // Reviewed is the rule: only what is not reviewed says so.
        out.set(wording.language, wording.state == TextState::reviewed
                                      ? json::Value(wording.text)
                                      : json::Value(json::Array{wording.text, to_string(wording.state)}));
    }
    return out;
}

Result<Text> text_from_json(const json::Value& value) {
    Text out;
    if (value.is_null()) {
        return out;
    }
    if (!value.object()) {
        return fail(Code::invalid, "form.malformed", "a text is an object by language");
    }
    for (const auto& [language, wording] : *value.object()) {
        if (wording.string()) {
            out.set(language, *wording.string(), TextState::reviewed);
        } else if (wording.array() && wording.array()->size() == 2 && (*wording.array())[0].string()) {
            out.set(language, *(*wording.array())[0].string(), TextState::unreviewed);
        } else {
            return fail(Code::invalid, "form.malformed", "a wording is a text or [text, state]");
        }
    }
    return out;
}

json::Value to_json(const Form& form) {
    json::Array pages;
    for (const auto& page : form.pages) {
        json::Object out{{"id", page.id}};
        put(out, "title", page.title);
        put(out, "hint", page.hint);
        put(out, "visible", page.visible);
        json::Array fields;
        for (const auto& field : page.fields) {
            fields.push_back(field_json(field));
        }
        out.set("fields", std::move(fields));
        pages.emplace_back(std::move(out));
    }
    json::Object out{{"pages", std::move(pages)}};
    if (!form.checks.empty()) {
        out.set("checks", checks_json(form));
    }
    return out;
}

Result<Form> form_from_json(const json::Value& value) {
    const json::Array* pages = value["pages"].array();
    if (!pages) {
        return fail(Code::invalid, "form.malformed", "no pages");
    }
    Form form;
    for (const auto& given : *pages) {
        Page page;
        page.id = given["id"].text_or("");
        page.title = TRY(text_from_json(given["title"]));
        page.hint = TRY(text_from_json(given["hint"]));
        page.visible = TRY(Condition::compile(std::string(given["visible"].text_or(""))));
        if (const json::Array* fields = given["fields"].array()) {
            for (const auto& field : *fields) {
                Field one = TRY(field_from(field));
                page.fields.push_back(std::move(one));
            }
        }
        form.pages.push_back(std::move(page));
    }
    form.checks = TRY(checks_from(value["checks"]));
    return form;
}

}  // namespace wasl::form
