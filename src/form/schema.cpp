// JSON Schema 2020-12 (json-schema.org/draft/2020-12) of the normalised answers. Conditions are not
// part of it: what is required only sometimes is not required here; the form's own check says more.
#include "form/form.hpp"

namespace wasl::form {
namespace {

json::Object string_type() { return {{"type", "string"}}; }

json::Object object_of(std::initializer_list<std::string_view> names, json::Array required) {
    json::Object properties;
    for (const auto name : names) {
        properties.set(std::string(name), json::Object{{"type", "string"}, {"minLength", 1}});
    }
    json::Object out{{"type", "object"}, {"properties", std::move(properties)}, {"additionalProperties", false}};
    if (required.empty()) {
        out.set("minProperties", 1);
    } else {
        out.set("required", std::move(required));
    }
    return out;
}

json::Array codes(const Field& field) {
    json::Array out;
    for (const auto& choice : field.choices) {
        out.emplace_back(choice.code);
    }
    return out;
}

json::Object bounded(json::Object out, const Field& field) {
    if (!field.minimum.empty()) {
        out.set("minimum", json::Number{field.minimum});
    }
    if (!field.maximum.empty()) {
        out.set("maximum", json::Number{field.maximum});
    }
    return out;
}

json::Object attachment() {
    json::Object file{{"type", "object"},
                      {"properties", json::Object{{"digest", json::Object{{"type", "string"}, {"pattern", "^[0-9a-f]{64}$"}}},
                                                  {"name", string_type()},
                                                  {"media", string_type()},
                                                  {"bytes", json::Object{{"type", "integer"}, {"minimum", 0}}}}},
                      {"required", json::Array{"digest", "name", "media"}}};
    return {{"type", "array"}, {"items", std::move(file)}};
}

json::Object type_schema(const Field& field) {
    switch (field.type) {
        case FieldType::text:
        case FieldType::long_text: {
            json::Object out = string_type();
            out.set("minLength", field.min_length.value_or(1));
            out.set("maxLength", field.max_length.value_or(field.type == FieldType::text ? 500 : 10'000));
            return out;
        }
        case FieldType::number: return bounded({{"type", field.whole ? "integer" : "number"}}, field);
        case FieldType::money: {
            json::Object out = bounded({{"type", "number"}}, field);
            out.set("multipleOf", json::Number{"0.01"});
            return out;
        }
        case FieldType::date:
            return field.partial ? json::Object{{"type", "string"}, {"pattern", "^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?|unknown)$"}}
                                 : json::Object{{"type", "string"}, {"format", "date"}};
        case FieldType::yes_no: return {{"type", "boolean"}};
        case FieldType::choice: return {{"enum", codes(field)}};
        case FieldType::multi_choice:
            return {{"type", "array"}, {"items", json::Object{{"enum", codes(field)}}}, {"uniqueItems", true}, {"minItems", 1}};
        case FieldType::person_name: return object_of({"given_ar", "family_ar", "given_latin", "family_latin"}, {});
        case FieldType::identity_document: {
            json::Object out = object_of({"kind", "number"}, {"kind", "number"});
            out.find("properties")->object()->set("kind", json::Object{{"enum", json::Array{"cnie", "passport", "residence", "other"}}});
            return out;
        }
        case FieldType::commune: return object_of({"code", "text"}, {"text"});
        case FieldType::phone: return {{"type", "string"}, {"pattern", "^\\+?[0-9 ]{4,24}$"}};
        case FieldType::email: return {{"type", "string"}, {"format", "email"}, {"maxLength", 254}};
        case FieldType::ice: return string_type();
        case FieldType::attachment: return attachment();
    }
    return string_type();
}

json::Array checks_of(const Form& form, std::string_view language) {
    json::Array out;
    for (const auto& one : form.checks) {
        json::Object check{{"id", one.id}, {"field", one.field}, {"when", one.when.source()},
                           {"message", one.message.in(language)}};
        if (one.warning) {
            check.set("warning", true);
        }
        out.emplace_back(std::move(check));
    }
    return out;
}

}  // namespace

json::Value json_schema(const Form& form, std::string_view id, std::string_view language) {
    json::Object properties;
    json::Array required;
    for (const auto& page : form.pages) {
        for (const auto& field : page.fields) {
            json::Object schema = type_schema(field);
            if (!field.label.empty()) {
                schema.set("title", field.label.in(language));
            }
            if (!field.hint.empty()) {
                schema.set("description", field.hint.in(language));
            }
            properties.set(field.id, std::move(schema));
            if (field.required && field.visible.empty() && page.visible.empty()) {
                required.emplace_back(field.id);
            }
        }
    }
    json::Object out{{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                     {"$id", id},
                     {"type", "object"},
                     {"properties", std::move(properties)},
                     {"additionalProperties", false}};
    if (!required.empty()) {
        out.set("required", std::move(required));
    }
    if (!form.checks.empty()) {
        out.set("x-checks", checks_of(form, language));
    }
    return out;
}

}  // namespace wasl::form
