#include "form/form.hpp"

#include "form/impl/normalise.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

namespace wasl::form {
namespace {

constexpr std::array<std::pair<FieldType, std::string_view>, 15> type_names = {{
    {FieldType::text, "text"}, {FieldType::long_text, "long_text"}, {FieldType::number, "number"},
    {FieldType::money, "money"}, {FieldType::date, "date"}, {FieldType::yes_no, "yes_no"},
    {FieldType::choice, "choice"}, {FieldType::multi_choice, "multi_choice"},
    {FieldType::person_name, "person_name"}, {FieldType::identity_document, "identity_document"},
    {FieldType::ice, "ice"}, {FieldType::commune, "commune"}, {FieldType::phone, "phone"},
    {FieldType::email, "email"}, {FieldType::attachment, "attachment"},
}};

Facts facts_of(const Form* form, const json::Object& answers, const Setting& setting) {
    return {&answers, &setting.facts, setting.today.iso(), form};
}

bool is_of(const Finding& finding, const std::string& field) {
    return finding.field == field || finding.field.starts_with(field + ".");
}

// Of `all`, the findings of one page.
std::vector<Finding> of_page(const Page& page, std::vector<Finding> all) {
    std::erase_if(all, [&](const Finding& finding) {
        return std::none_of(page.fields.begin(), page.fields.end(), [&](const Field& field) {
            return is_of(finding, field.id);
        });
    });
    return all;
}

void check_field(const Form& form, const Field& field, const json::Object& given, const Setting& setting, Checked& out) {
    const Facts facts = facts_of(&form, out.answers, setting);
    if (!field.visible.holds(facts)) {
        return;
    }
    const json::Value* value = given.find(field.id);
    if (value && !impl::is_empty(*value)) {
        if (auto normal = impl::normalise(field, *value, setting, out.findings)) {
            out.answers.set(field.id, std::move(*normal));
            return;
        }
        if (std::any_of(out.findings.begin(), out.findings.end(), [&](const Finding& f) {
                return !f.warning && is_of(f, field.id);
            })) {
            return;  // said already what is wrong
        }
    }
    if (field.required || (!field.required_when.empty() && field.required_when.holds(facts))) {
        out.findings.push_back({field.id, "form.required", {}});
    }
}

bool is_shown(const Form& form, const std::string& id, const Facts& facts) {
    for (const auto& page : form.pages) {
        for (const auto& field : page.fields) {
            if (field.id == id) {
                return page.visible.holds(facts) && field.visible.holds(facts);
            }
        }
    }
    return false;
}

// After all questions: what is wrong with an answer by itself was said, and is not said twice.
void cross_check(const Form& form, const Setting& setting, Checked& out) {
    const Facts facts = facts_of(&form, out.answers, setting);
    for (const auto& one : form.checks) {
        const bool wrong = std::ranges::any_of(out.findings, [&](const Finding& finding) {
            return !finding.warning && is_of(finding, one.field);
        });
        if (!wrong && !one.when.empty() && is_shown(form, one.field, facts) && one.when.holds(facts)) {
            out.findings.push_back({one.field, fmt::format("form.check.{}", one.id), {}, one.warning, one.message});
        }
    }
}

}  // namespace

std::string_view to_string(FieldType type) noexcept {
    for (const auto& [value, name] : type_names) {
        if (value == type) {
            return name;
        }
    }
    return "text";
}

std::optional<FieldType> field_type(std::string_view name) noexcept {
    for (const auto& [value, text] : type_names) {
        if (text == name) {
            return value;
        }
    }
    return std::nullopt;
}

const Field* Form::field(std::string_view id) const noexcept {
    for (const auto& page : pages) {
        for (const auto& field : page.fields) {
            if (field.id == id) {
                return &field;
            }
        }
    }
    return nullptr;
}

bool Checked::clean() const noexcept {
    return std::all_of(findings.begin(), findings.end(), [](const Finding& finding) { return finding.warning; });
}

Checked check(const Form& form, const json::Object& given, const Setting& setting) {
    Checked out;
    for (const auto& page : form.pages) {
        if (!page.visible.holds(facts_of(&form, out.answers, setting))) {
            continue;
        }
        for (const auto& field : page.fields) {
            check_field(form, field, given, setting, out);
        }
    }
    cross_check(form, setting, out);
    return out;
}

Checked check_page(const Form& form, std::size_t page, const json::Object& given, const Setting& setting) {
    Checked out = check(form, given, setting);
    out.findings = page < form.pages.size() ? of_page(form.pages[page], std::move(out.findings)) : std::vector<Finding>{};
    return out;
}

std::vector<std::size_t> visible_pages(const Form& form, const json::Object& answers, const Setting& setting) {
    std::vector<std::size_t> out;
    const Facts facts = facts_of(&form, answers, setting);
    for (std::size_t i = 0; i < form.pages.size(); ++i) {
        const Page& page = form.pages[i];
        const bool any = page.fields.empty() || std::any_of(page.fields.begin(), page.fields.end(), [&](const Field& field) {
                             return field.visible.holds(facts);
                         });
        if (any && page.visible.holds(facts)) {
            out.push_back(i);
        }
    }
    return out;
}

bool is_visible(const Form& form, const Field& field, const json::Object& answers, const Setting& setting) {
    return field.visible.holds(facts_of(&form, answers, setting));
}

bool is_required(const Form& form, const Field& field, const json::Object& answers, const Setting& setting) {
    return field.required ||
           (!field.required_when.empty() && field.required_when.holds(facts_of(&form, answers, setting)));
}

}  // namespace wasl::form
