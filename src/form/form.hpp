// The questions of a procedure, as data: pages of fields, conditions in FEEL, validation, answers.
// Pure: no I/O, no clock. Answers are one ordered JSON object `field id -> value`; absent and empty
// are the same value (an empty answer is not in the object).
//
// Shape of a value, by type:
//   text, long_text, email        "…"                 trimmed, NFC
//   number, money                 25.10 (JSON number) money with two decimals, MAD
//   date                          "1990-05-12"; with `partial` also "1990-05", "1990", "unknown"
//   yes_no                        true | false
//   choice                        "code";  multi_choice ["code", …]
//   person_name                   {"given_ar","family_ar","given_latin","family_latin"} (any may be absent)
//   identity_document             {"kind": "cnie"|"passport"|"residence"|"other", "number": "AB123456"}
//   ice                           "001561191000066"
//   commune                       {"code": pack code, "text": as typed} or {"text": …} when not in the pack
//   phone                         E.164 "+212661000000"
//   attachment                    [{"digest","name","media","bytes"}…] set by the upload, never typed
// A page posts composite values as `id.part` (child_name.given_ar); `answers_from_pairs` folds them.
#pragma once

#include "base/json.hpp"
#include "base/time.hpp"
#include "form/condition.hpp"
#include "form/rules.hpp"
#include "form/text.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::jurisdiction {
class Pack;
}

namespace wasl::form {

enum class FieldType {
    text, long_text, number, money, date, yes_no, choice, multi_choice,
    person_name, identity_document, ice, commune, phone, email, attachment,
};
std::string_view to_string(FieldType type) noexcept;
std::optional<FieldType> field_type(std::string_view name) noexcept;

struct Choice {
    std::string code;  // [a-z0-9_-]{1,40}
    Text label;
    bool operator==(const Choice&) const = default;
};

struct Field {
    std::string id;  // [a-z][a-z0-9_]{0,39}: also its name in FEEL
    FieldType type = FieldType::text;
    Text label;
    Text hint;
    Condition visible;        // empty: always
    Condition required_when;  // used when not `required`
    bool required = false;    // required while visible
    bool partial = false;     // date: month, day or all may be unknown
    bool whole = false;       // number: without a fraction ("2", also written "2.0")
    bool sensitive = false;   // encrypted at field level, hidden in lists
    std::vector<Choice> choices;
    std::optional<std::int64_t> min_length, max_length;  // code points; default maximum 500, long text 10,000
    std::string minimum, maximum;                        // number, money: decimal text; date: ISO or "today"; empty: none
    std::string example;      // shown in the hint and used by the procedure's own test

    bool operator==(const Field&) const = default;
};

struct Page {  // one thing per page
    std::string id;
    Text title;
    Text hint;
    Condition visible;
    std::vector<Field> fields;
    bool operator==(const Page&) const = default;
};

// What must not be, across questions: "children are announced, and none is counted". Where an answer it
// reads is missing the condition is not true, so that nothing is said before everything is answered.
struct CrossCheck {
    std::string id;     // [a-z][a-z0-9-]{0,39}; its finding has the key "form.check." + id
    std::string field;  // the question beside which it is said, and with which it is hidden
    Condition when;     // holds: the answers contradict each other
    Text message;
    bool warning = false;  // said, never blocking
    bool operator==(const CrossCheck&) const = default;
};

struct Form {
    std::vector<Page> pages;
    std::vector<CrossCheck> checks = {};
    Rules rules = {};  // decisions that conditions may name; the revision keeps their files
    [[nodiscard]] const Field* field(std::string_view id) const noexcept;
    bool operator==(const Form&) const = default;
};

// A problem of an answer. Data, not an error: a form is filed even when incomplete.
struct Finding {
    std::string field;  // field id, or "id.part"
    std::string key;    // message key: "form.required", "form.too-long", "form.date.malformed" …
    std::vector<std::pair<std::string, std::string>> args;
    bool warning = false;  // shown, never blocking (identifier formats: warn rather than block)
    Text said = {};        // of a cross-check: the form's own words; of every other finding nothing
    bool operator==(const Finding&) const = default;
};

struct Checked {
    json::Object answers;  // normalised; hidden questions' answers dropped; empty ones absent
    std::vector<Finding> findings;
    [[nodiscard]] bool clean() const noexcept;  // no finding but warnings
};

struct Setting {
    const jurisdiction::Pack* pack = nullptr;  // phones, communes, identifiers; null: texts stay as typed
    Date today;
    json::Object facts;  // see Facts
};

// Pairs as a page posts them (`id`, `id.part`; a repeated multi_choice name gives a list) into the
// shapes above, still unchecked. Names of no field are ignored.
json::Object answers_from_pairs(const Form& form, const std::vector<std::pair<std::string, std::string>>& pairs);

// Whole form, in its order: normalise, drop what is hidden by earlier answers, find problems. Wrong JSON types are findings.
Checked check(const Form& form, const json::Object& given, const Setting& setting);
// The same, reporting only the fields of one page (index into form.pages); all answers are kept.
Checked check_page(const Form& form, std::size_t page, const json::Object& given, const Setting& setting);

// Pages to show with these answers, by index.
std::vector<std::size_t> visible_pages(const Form& form, const json::Object& answers, const Setting& setting);
// The field's own condition (its page has one of its own).
bool is_visible(const Form& form, const Field& field, const json::Object& answers, const Setting& setting);
bool is_required(const Form& form, const Field& field, const json::Object& answers, const Setting& setting);

// Every key a finding can carry but those of cross-checks, which bring their words, with its arguments ("max"), for
// the check that all languages have them.
const std::vector<std::pair<std::string_view, std::string_view>>& finding_keys();

// A sensitive answer at rest is {"sealed": "…"}: what stands there is not the answer (see dossier's field
// keys). Nothing for any other value.
json::Value sealed_value(std::string sealed);
std::optional<std::string_view> sealed_text(const json::Value& value);

// One value as a person reads it, a sealed one as "••••••", in the language asked for ("12/05/1990", the choice's label …).
std::string display(const Field& field, const json::Value& value, std::string_view language);

// JSON Schema 2020-12 of the normalised answers. `id` becomes $id; titles in `language`. Cross-checks, which JSON
// Schema can not say, stand under the annotation "x-checks": {id, field, when (FEEL), message, warning}.
json::Value json_schema(const Form& form, std::string_view id, std::string_view language);

// Canonical JSON of the form, and back (key "form.malformed").
json::Value to_json(const Form& form);
Result<Form> form_from_json(const json::Value& value);

}  // namespace wasl::form
