#include "web/condition_words.hpp"

#include "feel/outline.hpp"
#include "form/form.hpp"
#include "lingua/formats.hpp"
#include "lingua/messages.hpp"
#include "web/basis_words.hpp"
#include "web/plain_words.hpp"

#include <fmt/format.h>

#include <utility>

namespace wasl::web {

namespace {

using Says = feel::Outline::Kind;

// Without marks: a part that is nothing but isolated names would take its direction from none of them.
std::string test_word(lingua::Language language, std::string_view key, lingua::Args args) {
    return plain_words(lingua::say(language, fmt::format("rules.test.{}", key), args));
}

std::string_view key_of(Says kind) {
    switch (kind) {
        case Says::all: return "and";
        case Says::any: return "or";
        case Says::less: return "less";
        case Says::less_equal: return "at-most";
        case Says::greater: return "more";
        case Says::greater_equal: return "at-least";
        case Says::not_equal: return "is-not";
        case Says::holds:
        case Says::equal:
        case Says::one_of: return "is";
    }
    return {};
}

std::string joined(lingua::Language language, std::string_view key, std::string first, const std::string& second) {
    return first.empty() ? second : test_word(language, key, {{"first", first}, {"second", second}});
}

std::string say_outline(lingua::Language language, const feel::Outline& outline, const ConditionNames& names) {
    std::string out;
    if (outline.kind == Says::all || outline.kind == Says::any) {
        for (const auto& part : outline.parts) {
            auto words = say_outline(language, part, names);
            const bool inner = part.kind == Says::all || part.kind == Says::any;
            out = joined(language, key_of(outline.kind), std::move(out), inner ? test_word(language, "group", {{"inner", words}}) : words);
        }
        return out;
    }
    for (const auto& value : outline.values) out = joined(language, "or", std::move(out), names.value(outline.name, value));
    if (outline.kind == Says::holds) out = names.value(outline.name, true);
    return test_word(language, key_of(outline.kind), {{"name", names.title(outline.name)}, {"value", out}});
}

std::string plain_value(lingua::Language language, const feel::Value& value) {
    if (const auto* yes = value.boolean()) return lingua::say(language, *yes ? "common.yes" : "common.no");
    if (const auto* text = value.string()) return *text;
    if (const auto* number = value.number()) return lingua::number(language, *number);
    return feel::to_text(value);
}

}  // namespace

ConditionNames names_of(lingua::Language language, const catalogue::Revision& revision) {
    const std::string tag(lingua::tag(language));
    return {.title = [language, tag, &revision](const std::string& name) {
                if (const auto* field = revision.form.field(name)) return field->label.in(tag);
                const auto key = lingua::find_key("rules.fact." + name);
                return key ? lingua::say(language, *key) : name;
            },
            .value = [language, tag, &revision](const std::string& name, const feel::Value& value) {
                const auto* field = revision.form.field(name);
                const bool choice = field != nullptr && field->type == form::FieldType::choice && value.string() != nullptr;
                return choice ? form::display(*field, json::Value(*value.string()), tag) : plain_value(language, value);
            }};
}

std::optional<std::string> say_condition(lingua::Language language, const form::Condition& condition, const ConditionNames& names) {
    feel::Scope scope;
    for (const auto& name : condition.names()) scope.add(name);
    const auto expression = feel::Expression::compile(condition.source(), scope);
    const auto outline = expression ? feel::outline_of(*expression) : std::nullopt;
    return outline ? std::optional(say_outline(language, *outline, names)) : std::nullopt;
}

std::string say_grant_rule(lingua::Language language, const catalogue::Revision& revision) {
    const auto& grant = *revision.automatic_grant;
    const auto& source = grant.condition.source();
    const auto words = grant.condition.empty() ? lingua::say(language, "rules.test.always") : say_condition(language, grant.condition, names_of(language, revision)).value_or(source);
    return grant.article.empty() ? words : fmt::format("{} ({})", words, say_basis(language, grant.article));
}

}  // namespace wasl::web
