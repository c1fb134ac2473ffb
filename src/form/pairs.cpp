// From the pairs of a posted page to answers, and from answers to what a person reads.
#include "base/decimal.hpp"
#include "base/text.hpp"
#include "form/form.hpp"
#include "lingua/formats.hpp"

#include <array>

namespace wasl::form {
namespace {

using Pairs = std::vector<std::pair<std::string, std::string>>;

const std::string* last_of(const Pairs& pairs, std::string_view name) {
    const std::string* found = nullptr;
    for (const auto& [key, value] : pairs) {
        if (key == name) {
            found = &value;
        }
    }
    return found;
}

std::string part(const Pairs& pairs, const std::string& id, std::string_view name) {
    const std::string* value = last_of(pairs, id + "." + std::string(name));
    return value ? std::string(trim(*value)) : std::string();
}

std::string two_digits(const std::string& text) { return text.size() == 1 ? "0" + text : text; }

// Three boxes: day, month, year; "unknown" where the field allows it.
std::optional<json::Value> date_of(const Field& field, const Pairs& pairs) {
    if (const std::string* whole = last_of(pairs, field.id)) {
        return *whole;
    }
    if (!part(pairs, field.id, "unknown").empty()) {
        return "unknown";
    }
    const std::string day = part(pairs, field.id, "day"), month = part(pairs, field.id, "month"),
                      year = part(pairs, field.id, "year");
    if (day.empty() && month.empty() && year.empty()) {
        return std::nullopt;
    }
    std::string out = year;
    if (!month.empty() || !day.empty()) {
        out += "-" + two_digits(month);
    }
    return day.empty() ? out : out + "-" + two_digits(day);
}

template <std::size_t N>
std::optional<json::Value> parts_of(const Field& field, const Pairs& pairs, const std::array<std::string_view, N>& names) {
    json::Object out;
    for (const auto name : names) {
        if (std::string text = part(pairs, field.id, name); !text.empty()) {
            out.set(std::string(name), std::move(text));
        }
    }
    return out.empty() ? std::nullopt : std::optional<json::Value>(std::move(out));
}

std::optional<json::Value> value_of(const Field& field, const Pairs& pairs) {
    switch (field.type) {
        case FieldType::date: return date_of(field, pairs);
        case FieldType::person_name:
            return parts_of<4>(field, pairs, {"given_ar", "family_ar", "given_latin", "family_latin"});
        case FieldType::identity_document: return parts_of<2>(field, pairs, {"kind", "number"});
        case FieldType::multi_choice: {
            json::Array list;
            for (const auto& [key, value] : pairs) {
                if (key == field.id && !value.empty()) {
                    list.emplace_back(value);
                }
            }
            return list.empty() ? std::nullopt : std::optional<json::Value>(std::move(list));
        }
        case FieldType::attachment: return std::nullopt;  // set by the upload
        default: {
            const std::string* typed = last_of(pairs, field.id);
            return typed && !trim(*typed).empty() ? std::optional<json::Value>(*typed) : std::nullopt;
        }
    }
}

std::string label_of(const Field& field, std::string_view code, std::string_view language) {
    for (const auto& choice : field.choices) {
        if (choice.code == code) {
            return choice.label.in(language);
        }
    }
    return std::string(code);
}

// "12/05/1990", "05/1990", "1990"; all four languages write days so. "unknown" is the page's to say.
std::string date_text(std::string_view iso) {
    std::string out;
    for (const auto piece : split(iso, '-')) {
        out.insert(0, out.empty() ? std::string(piece) : std::string(piece) + "/");
    }
    return out;
}

std::string joined(const json::Value& value, std::initializer_list<std::string_view> names, std::string_view between) {
    std::string out;
    for (const auto name : names) {
        const std::string_view text = value[name].text_or("");
        if (!text.empty()) {
            out += (out.empty() ? "" : std::string(between)) + std::string(text);
        }
    }
    return out;
}

}  // namespace

json::Object answers_from_pairs(const Form& form, const Pairs& pairs) {
    json::Object out;
    for (const auto& page : form.pages) {
        for (const auto& field : page.fields) {
            if (auto value = value_of(field, pairs)) {
                out.set(field.id, std::move(*value));
            }
        }
    }
    return out;
}

json::Value sealed_value(std::string sealed) { return json::Object{{"sealed", std::move(sealed)}}; }

std::optional<std::string_view> sealed_text(const json::Value& value) {
    const auto* object = value.object();
    if (object == nullptr || object->size() != 1) return std::nullopt;
    const auto* sealed = object->find("sealed");
    if (sealed == nullptr || sealed->string() == nullptr) return std::nullopt;
    return *sealed->string();
}

namespace {

// A fraction as the reader's language writes it; a whole number may be a year or a meter's, and stays as it is.
std::string number_in_words(const json::Value& value, std::string_view language) {
    if (value.number() == nullptr) return {};
    const std::string& text = value.number()->text;
    const auto decimal = text.contains('.') ? Decimal::parse(text) : std::nullopt;
    return decimal ? lingua::number(lingua::from_tag(language).value_or(lingua::Language::en), *decimal) : text;
}

}  // namespace

std::string display(const Field& field, const json::Value& value, std::string_view language) {
    if (field.sensitive && sealed_text(value)) return "••••••";
    switch (field.type) {
        case FieldType::number:
        case FieldType::money: return number_in_words(value, language);
        case FieldType::date: return date_text(value.text_or(""));
        case FieldType::yes_no: {
            static constexpr std::array<std::array<std::string_view, 3>, 4> words = {
                {{"ar", "نعم", "لا"}, {"fr", "Oui", "Non"}, {"en", "Yes", "No"}, {"zgh", "ⵢⴰⵀ", "ⵓⵀⵓ"}}};
            for (const auto& [tag, yes, no] : words) {
                if (tag == language) {
                    return std::string(value.bool_or(false) ? yes : no);
                }
            }
            return std::string(value.bool_or(false) ? words[0][1] : words[0][2]);
        }
        case FieldType::choice: return label_of(field, value.text_or(""), language);
        case FieldType::multi_choice: {
            std::string out;
            for (const auto& code : value.array() ? *value.array() : json::Array{}) {
                const bool arabic = language == "ar";
                out += (out.empty() ? "" : arabic ? "، " : ", ") + label_of(field, code.text_or(""), language);
            }
            return out;
        }
        case FieldType::person_name: {
            const std::string arabic = joined(value, {"given_ar", "family_ar"}, " ");
            const std::string latin = joined(value, {"given_latin", "family_latin"}, " ");
            return arabic.empty() || latin.empty() ? arabic + latin : arabic + " – " + latin;
        }
        case FieldType::identity_document: return std::string(value["number"].text_or(""));
        case FieldType::commune: return std::string(value["text"].text_or(""));
        case FieldType::attachment: {
            std::string out;
            for (const auto& file : value.array() ? *value.array() : json::Array{}) {
                out += (out.empty() ? "" : ", ") + std::string(file["name"].text_or(""));
            }
            return out;
        }
        default: return std::string(value.text_or(""));
    }
}

const std::vector<std::pair<std::string_view, std::string_view>>& finding_keys() {
    static const std::vector<std::pair<std::string_view, std::string_view>> keys = {
        {"form.required", ""}, {"form.type", ""}, {"form.encoding", ""}, {"form.too-long", "max"},
        {"form.too-short", "min"}, {"form.number.malformed", ""}, {"form.number.whole", ""}, {"form.number.minimum", "min"},
        {"form.number.maximum", "max"}, {"form.money.decimals", ""}, {"form.date.malformed", ""},
        {"form.date.minimum", "min"}, {"form.date.maximum", "max"}, {"form.choice.unknown", ""},
        {"form.email.malformed", ""}, {"form.phone.malformed", ""}, {"form.phone.doubt", ""},
        {"form.identifier.doubt", "example"}, {"form.name.script", ""}};
    return keys;
}

}  // namespace wasl::form
