// The answers of a filing held against the schema that the API publishes: a program is told of what a
// page could only have lost on the way.
#include "web/api_filing.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <span>

namespace wasl::web::api {

namespace {

using form::FieldType;

constexpr std::string_view wrong_type = "api.type", unknown = "api.unknown-member", wrong_value = "api.value";
constexpr std::array<std::string_view, 4> name_parts{"given_ar", "family_ar", "given_latin", "family_latin"};
constexpr std::array<std::string_view, 2> document_parts{"kind", "number"};
constexpr std::array<std::string_view, 2> commune_parts{"code", "text"};

std::span<const std::string_view> parts_of(FieldType type) {
    switch (type) {
        case FieldType::person_name: return name_parts;
        case FieldType::identity_document: return document_parts;
        case FieldType::commune: return commune_parts;
        default: return {};
    }
}

// Control characters that no question asks for; a line break may stand in a long text.
bool printable(std::string_view text, bool lines) {
    return std::ranges::none_of(text, [lines](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return byte == 0x7F || (byte < 0x20 && !(lines && (c == '\n' || c == '\r' || c == '\t')));
    });
}

std::string_view flaw_of_text(const json::Value& value, bool lines) {
    const auto* text = value.string();
    if (text == nullptr) return wrong_type;
    return printable(*text, lines) ? std::string_view() : wrong_value;
}

// The wrong type of a value, or nothing.
std::string_view flaw_of(FieldType type, const json::Value& value) {
    switch (type) {
        case FieldType::yes_no: return value.boolean() != nullptr ? std::string_view() : wrong_type;
        case FieldType::number:
        case FieldType::money: return value.number() != nullptr ? std::string_view() : wrong_type;
        case FieldType::multi_choice:
        case FieldType::attachment: return value.array() != nullptr ? std::string_view() : wrong_type;
        default: return flaw_of_text(value, type == FieldType::long_text);
    }
}

std::string pointer_part(std::string_view name) { return replace_all(replace_all(std::string(name), "~", "~0"), "/", "~1"); }

void check_parts(std::vector<Flaw>& flaws, const form::Field& field, const json::Value& value, const std::string& pointer) {
    const auto* object = value.object();
    if (object == nullptr) return flaws.push_back({pointer, std::string(wrong_type)});
    const auto parts = parts_of(field.type);
    for (const auto& [name, part] : *object) {
        const auto at = pointer + "/" + pointer_part(name);
        if (std::ranges::find(parts, std::string_view(name)) == parts.end()) {
            flaws.push_back({at, std::string(unknown)});
        } else if (const auto flaw = part.is_null() ? std::string_view() : flaw_of_text(part, false); !flaw.empty()) {
            flaws.push_back({at, std::string(flaw)});
        }
    }
}

}  // namespace

std::vector<Flaw> answer_flaws(const form::Form& form, const json::Object& answers) {
    std::vector<Flaw> flaws;
    for (const auto& [name, value] : answers) {
        const auto pointer = "/answers/" + pointer_part(name);
        const auto* field = form.field(name);
        if (field == nullptr) {
            flaws.push_back({pointer, std::string(unknown)});
        } else if (value.is_null()) {
            continue;  // null is absent, everywhere in this API
        } else if (!parts_of(field->type).empty()) {
            check_parts(flaws, *field, value, pointer);
        } else if (const auto flaw = flaw_of(field->type, value); !flaw.empty()) {
            flaws.push_back({pointer, std::string(flaw)});
        }
    }
    return flaws;
}

}  // namespace wasl::web::api
