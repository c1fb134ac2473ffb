#include "form/impl/normalise.hpp"

#include "base/decimal.hpp"
#include "base/text.hpp"
#include "jurisdiction/pack.hpp"

#include <algorithm>
#include <unicode/normalizer2.h>
#include <unicode/unistr.h>

namespace wasl::form::impl {
namespace {

constexpr std::int64_t longest_line = 500;
constexpr std::int64_t longest_text = 10'000;
constexpr std::int64_t longest_name = 100;

using Findings = std::vector<Finding>;
using Normal = std::optional<json::Value>;

Normal wrong(Findings& findings, std::string field, std::string key,
             std::vector<std::pair<std::string, std::string>> args = {}) {
    findings.push_back({std::move(field), std::move(key), std::move(args), false});
    return std::nullopt;
}

void warn(Findings& findings, std::string field, std::string key,
          std::vector<std::pair<std::string, std::string>> args = {}) {
    findings.push_back({std::move(field), std::move(key), std::move(args), true});
}

// A string value, cleaned; nothing (with a finding) when it is no text.
std::optional<std::string> text_of(const std::string& name, const json::Value& given, bool lines, Findings& findings) {
    const std::string* typed = given.string();
    if (!typed) {
        wrong(findings, name, "form.type");
        return std::nullopt;
    }
    auto cleaned = clean_text(*typed, lines);
    if (!cleaned) {
        wrong(findings, name, "form.encoding");
    }
    return cleaned;
}

Normal plain_text(const Field& field, const json::Value& given, Findings& findings) {
    const bool lines = field.type == FieldType::long_text;
    auto text = text_of(field.id, given, lines, findings);
    if (!text || text->empty()) {
        return std::nullopt;
    }
    const auto length = static_cast<std::int64_t>(count_code_points(*text));
    const std::int64_t most = field.max_length.value_or(lines ? longest_text : longest_line);
    if (length > most) {
        return wrong(findings, field.id, "form.too-long", {{"max", std::to_string(most)}});
    }
    if (field.min_length && length < *field.min_length) {
        return wrong(findings, field.id, "form.too-short", {{"min", std::to_string(*field.min_length)}});
    }
    return std::move(*text);
}

// "1 234,50", "١٢٣٤٫٥": blanks are dropped, the comma is a decimal point.
std::optional<Decimal> decimal_of(const json::Value& given) {
    if (given.number()) {
        return Decimal::parse(given.number()->text);
    }
    if (!given.string() || !is_utf8(*given.string())) {
        return std::nullopt;
    }
    std::string digits;
    for (const char c : replace_all(replace_all(jurisdiction::plain_digits(*given.string()), "\u066b", "."), "\u00a0", "")) {
        if (c != ' ') {
            digits += c == ',' ? '.' : c;
        }
    }
    return Decimal::parse(digits);
}

Normal figure(const Field& field, const json::Value& given, Findings& findings) {
    const auto value = decimal_of(given);
    if (!value) {
        return wrong(findings, field.id, "form.number.malformed");
    }
    const bool money = field.type == FieldType::money;
    const auto cents = value->rounded(2, Decimal::Rounding::half_even);
    if (money && (!cents || *cents != *value)) {
        return wrong(findings, field.id, "form.money.decimals");
    }
    const auto whole = field.whole ? value->rounded(0, Decimal::Rounding::half_even) : std::nullopt;
    if (field.whole && (!whole || *whole != *value)) {
        return wrong(findings, field.id, "form.number.whole");
    }
    if (const auto least = Decimal::parse(field.minimum); least && *value < *least) {
        return wrong(findings, field.id, "form.number.minimum", {{"min", field.minimum}});
    }
    if (const auto most = Decimal::parse(field.maximum); most && *value > *most) {
        return wrong(findings, field.id, "form.number.maximum", {{"max", field.maximum}});
    }
    return json::Value(json::Number{money ? value->fixed(2) : whole ? whole->text() : value->text()});
}

std::optional<Date> bound(const std::string& text, Date today) {
    if (text == "today") {
        return today;
    }
    const auto date = parse_date(text);
    return date ? std::optional<Date>(*date) : std::nullopt;
}

// First and last day that a partial date can mean; nothing when malformed.
std::optional<std::pair<Date, Date>> days_of(const std::string& text, bool partial) {
    if (const auto whole = parse_date(text)) {
        return std::pair{*whole, *whole};
    }
    if (!partial) {
        return std::nullopt;
    }
    if (text.size() == 4) {
        const auto first = parse_date(text + "-01-01");
        return first ? std::optional(std::pair{*first, Date{first->year, 12, 31}}) : std::nullopt;
    }
    if (text.size() == 7) {
        const auto first = parse_date(text + "-01");
        return first ? std::optional(std::pair{*first, Date{first->year, first->month, days_in_month(first->year, first->month)}})
                     : std::nullopt;
    }
    return std::nullopt;
}

Normal date(const Field& field, const json::Value& given, const Setting& setting, Findings& findings) {
    auto text = text_of(field.id, given, false, findings);
    if (!text || text->empty()) {
        return std::nullopt;
    }
    if (field.partial && *text == "unknown") {
        return std::move(*text);
    }
    std::string plain = jurisdiction::plain_digits(*text);
    const auto days = days_of(plain, field.partial);
    if (!days) {
        return wrong(findings, field.id, "form.date.malformed");
    }
    if (const auto least = bound(field.minimum, setting.today); least && days->second < *least) {
        return wrong(findings, field.id, "form.date.minimum", {{"min", least->iso()}});
    }
    if (const auto most = bound(field.maximum, setting.today); most && days->first > *most) {
        return wrong(findings, field.id, "form.date.maximum", {{"max", most->iso()}});
    }
    return plain;
}

Normal yes_no(const Field& field, const json::Value& given, Findings& findings) {
    if (given.boolean()) {
        return *given.boolean();
    }
    const std::string_view text = given.text_or("");
    if (text == "yes" || text == "true" || text == "on") {
        return true;
    }
    if (text == "no" || text == "false") {
        return false;
    }
    return wrong(findings, field.id, "form.type");
}

bool offers(const Field& field, std::string_view code) {
    return std::any_of(field.choices.begin(), field.choices.end(), [&](const Choice& c) { return c.code == code; });
}

Normal choice(const Field& field, const json::Value& given, Findings& findings) {
    const std::string* code = given.string();
    if (!code) {
        return wrong(findings, field.id, "form.type");
    }
    return offers(field, *code) ? Normal(*code) : wrong(findings, field.id, "form.choice.unknown");
}

Normal choices(const Field& field, const json::Value& given, Findings& findings) {
    json::Array one;
    const json::Array* list = given.array();
    if (given.string()) {
        one.push_back(given);
        list = &one;
    }
    if (!list) {
        return wrong(findings, field.id, "form.type");
    }
    json::Array out;
    for (const auto& known : field.choices) {  // in the form's order, each once
        if (std::any_of(list->begin(), list->end(), [&](const json::Value& v) { return v.text_or("") == known.code; })) {
            out.emplace_back(known.code);
        }
    }
    for (const auto& value : *list) {
        if (!value.string() || (!value.string()->empty() && !offers(field, *value.string()))) {
            return wrong(findings, field.id, "form.choice.unknown");
        }
    }
    return out.empty() ? std::nullopt : Normal(std::move(out));
}

enum class Script { none, arabic, latin };
bool has_script(std::string_view text, Script script) {
    std::size_t at = 0;
    while (at < text.size()) {
        const char32_t c = next_code_point(text, at);
        const bool arabic = c >= 0x600 && c <= 0x6FF;
        const bool latin = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= 0xC0 && c <= 0x24F);
        if ((script == Script::arabic && arabic) || (script == Script::latin && latin)) {
            return true;
        }
    }
    return false;
}

Normal person_name(const Field& field, const json::Value& given, Findings& findings) {
    const json::Object* parts = given.object();
    if (!parts) {
        return wrong(findings, field.id, "form.type");
    }
    json::Object out;
    for (const std::string_view part : {"given_ar", "family_ar", "given_latin", "family_latin"}) {
        const json::Value* value = parts->find(part);
        if (!value || is_empty(*value)) {
            continue;
        }
        const std::string name = field.id + "." + std::string(part);
        auto text = text_of(name, *value, false, findings);
        if (!text || text->empty()) {
            continue;
        }
        if (static_cast<std::int64_t>(count_code_points(*text)) > longest_name) {
            return wrong(findings, name, "form.too-long", {{"max", std::to_string(longest_name)}});
        }
        if (has_script(*text, part.ends_with("_ar") ? Script::latin : Script::arabic)) {
            warn(findings, name, "form.name.script");
        }
        out.set(std::string(part), std::move(*text));
    }
    return out.empty() ? std::nullopt : Normal(std::move(out));
}

// Identifiers are accepted, normalised, doubted, never refused (reference, section 2.6).
std::optional<std::string> identifier(const std::string& name, std::string_view rule, const json::Value& given,
                                      const Setting& setting, Findings& findings) {
    auto text = text_of(name, given, false, findings);
    if (!text || text->empty()) {
        return std::nullopt;
    }
    if (static_cast<std::int64_t>(count_code_points(*text)) > longest_name) {
        wrong(findings, name, "form.too-long", {{"max", std::to_string(longest_name)}});
        return std::nullopt;
    }
    if (!setting.pack || !setting.pack->identifiers().rule(rule)) {
        return text;
    }
    auto read = setting.pack->identifiers().read(rule, *text);
    if (!read.plausible()) {
        const auto* known = setting.pack->identifiers().rule(rule);
        warn(findings, name, "form.identifier.doubt", {{"example", known->example}});
    }
    return read.normal.empty() ? text : std::optional(std::move(read.normal));
}

Normal identity_document(const Field& field, const json::Value& given, const Setting& setting, Findings& findings) {
    const json::Object* parts = given.object();
    if (!parts) {
        return wrong(findings, field.id, "form.type");
    }
    const json::Value* number = parts->find("number");
    if (!number || is_empty(*number)) {
        return std::nullopt;
    }
    const json::Value* kind_value = parts->find("kind");
    const std::string kind(kind_value ? kind_value->text_or("") : std::string_view("cnie"));
    if (kind != "cnie" && kind != "passport" && kind != "residence" && kind != "other") {
        return wrong(findings, field.id + ".kind", "form.choice.unknown");
    }
    auto text = identifier(field.id + ".number", kind == "residence" ? "residence-card" : kind, *number, setting, findings);
    if (!text) {
        return std::nullopt;
    }
    return json::Object{{"kind", kind}, {"number", std::move(*text)}};
}

Normal commune(const Field& field, const json::Value& given, const Setting& setting, Findings& findings) {
    const json::Object* parts = given.object();
    const json::Value* value = parts ? parts->find("text") : &given;
    const json::Value* code = parts ? parts->find("code") : nullptr;
    std::string name;
    if (value && !is_empty(*value)) {
        auto text = text_of(field.id, *value, false, findings);
        if (!text) {
            return std::nullopt;
        }
        name = std::move(*text);
    }
    if (static_cast<std::int64_t>(count_code_points(name)) > longest_name) {
        return wrong(findings, field.id, "form.too-long", {{"max", std::to_string(longest_name)}});
    }
    const jurisdiction::Division* found = nullptr;
    if (setting.pack) {
        const auto& divisions = setting.pack->divisions();
        found = code ? divisions.find(code->text_or("")) : nullptr;
        if (!found && !name.empty()) {
            std::vector<const jurisdiction::Division*> same = divisions.named(name);
            std::erase_if(same, [](const jurisdiction::Division* d) { return !d->is_commune(); });
            found = same.size() == 1 ? same[0] : nullptr;  // two communes of one name: as typed, nobody guesses
        }
    }
    if (found && !found->is_commune()) {
        found = nullptr;
    }
    if (found) {
        return json::Object{{"code", found->code}, {"text", name.empty() ? found->name.in("ar") : name}};
    }
    return name.empty() ? std::nullopt : Normal(json::Object{{"text", name}});
}

Normal phone(const Field& field, const json::Value& given, const Setting& setting, Findings& findings) {
    auto text = text_of(field.id, given, false, findings);
    if (!text || text->empty()) {
        return std::nullopt;
    }
    const auto digits = std::count_if(text->begin(), text->end(), [](char c) { return c >= '0' && c <= '9'; });
    if (!setting.pack) {
        return digits >= 4 && digits <= 20 ? Normal(std::move(*text)) : wrong(findings, field.id, "form.phone.malformed");
    }
    auto read = setting.pack->identifiers().read_phone(*text);
    const auto kept = std::count_if(read.normal.begin(), read.normal.end(), [](char c) { return c >= '0' && c <= '9'; });
    if (kept < 4 || kept > 20) {
        return wrong(findings, field.id, "form.phone.malformed");
    }
    if (!read.plausible()) {
        warn(findings, field.id, "form.phone.doubt");
    }
    return std::move(read.normal);
}

// One "@", something before it, a domain with a dot: whether it exists only a message tells.
bool looks_like_email(std::string_view text) {
    const std::size_t at = text.find('@');
    if (at == 0 || at == std::string_view::npos || text.find('@', at + 1) != std::string_view::npos || text.size() > 254) {
        return false;
    }
    const std::string_view domain = text.substr(at + 1);
    const std::size_t dot = domain.find('.');
    return dot != std::string_view::npos && dot > 0 && domain.back() != '.' && domain.find("..") == std::string_view::npos &&
           std::none_of(text.begin(), text.end(), [](char c) { return c <= ' ' || c == 0x7F || c == ',' || c == '<' || c == '>'; });
}

Normal email(const Field& field, const json::Value& given, Findings& findings) {
    auto text = text_of(field.id, given, false, findings);
    if (!text || text->empty()) {
        return std::nullopt;
    }
    return looks_like_email(*text) ? Normal(std::move(*text)) : wrong(findings, field.id, "form.email.malformed");
}

Normal attachment(const Field& field, const json::Value& given, Findings& findings) {
    const json::Array* files = given.array();
    const bool shaped = files && std::all_of(files->begin(), files->end(), [](const json::Value& file) {
                            return file["digest"].text_or("").size() == 64 && file["name"].string() && file["media"].string();
                        });
    return shaped ? Normal(*files) : wrong(findings, field.id, "form.type");
}

}  // namespace

bool is_empty(const json::Value& value) {
    if (value.is_null()) {
        return true;
    }
    if (value.string()) {
        return trim(*value.string()).empty();
    }
    if (value.array()) {
        return std::all_of(value.array()->begin(), value.array()->end(), is_empty);
    }
    if (value.object()) {
        return std::all_of(value.object()->begin(), value.object()->end(),
                           [](const json::Member& member) { return is_empty(member.second); });
    }
    return false;
}

std::optional<std::string> clean_text(std::string_view typed, bool lines) {
    if (!is_utf8(typed)) {
        return std::nullopt;
    }
    std::string kept;
    std::size_t at = 0;
    while (at < typed.size()) {
        const char32_t c = next_code_point(typed, at);
        if (c == '\n' || (c == '\r' && (at >= typed.size() || typed[at] != '\n'))) {
            kept += lines ? '\n' : ' ';
        } else if (c == '\t' || c == 0xA0) {
            kept += ' ';
        } else if (c >= 0x20 && c != 0x7F && !(c >= 0x80 && c < 0xA0) && c != 0xFEFF) {
            append_utf8(kept, c);
        }
    }
    UErrorCode status = U_ZERO_ERROR;
    const icu::Normalizer2* nfc = icu::Normalizer2::getNFCInstance(status);
    const icu::UnicodeString source = icu::UnicodeString::fromUTF8(kept);
    if (U_SUCCESS(status) && !nfc->isNormalized(source, status)) {
        const icu::UnicodeString normal = nfc->normalize(source, status);
        kept.clear();
        normal.toUTF8String(kept);
    }
    return std::string(trim(kept));
}

std::optional<json::Value> normalise(const Field& field, const json::Value& given, const Setting& setting,
                                     std::vector<Finding>& findings) {
    switch (field.type) {
        case FieldType::text:
        case FieldType::long_text: return plain_text(field, given, findings);
        case FieldType::number:
        case FieldType::money: return figure(field, given, findings);
        case FieldType::date: return date(field, given, setting, findings);
        case FieldType::yes_no: return yes_no(field, given, findings);
        case FieldType::choice: return choice(field, given, findings);
        case FieldType::multi_choice: return choices(field, given, findings);
        case FieldType::person_name: return person_name(field, given, findings);
        case FieldType::identity_document: return identity_document(field, given, setting, findings);
        case FieldType::ice: {
            auto text = identifier(field.id, "ice", given, setting, findings);
            return text ? Normal(std::move(*text)) : std::nullopt;
        }
        case FieldType::commune: return commune(field, given, setting, findings);
        case FieldType::phone: return phone(field, given, setting, findings);
        case FieldType::email: return email(field, given, findings);
        case FieldType::attachment: return attachment(field, given, findings);
    }
    return std::nullopt;
}

}  // namespace wasl::form::impl
