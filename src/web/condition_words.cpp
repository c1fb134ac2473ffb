#include "web/condition_words.hpp"

#include "base/decimal.hpp"
#include "base/text.hpp"
#include "form/form.hpp"
#include "lingua/formats.hpp"
#include "lingua/messages.hpp"
#include "web/basis_words.hpp"
#include "web/plain_words.hpp"

#include <fmt/format.h>

#include <array>
#include <utility>
#include <vector>

namespace wasl::web {

namespace {

constexpr int deepest = 20;  // parentheses in parentheses

// Without marks: a part that is nothing but isolated names would take its direction from none of them.
std::string test_word(lingua::Language language, std::string_view key, lingua::Args args) {
    return plain_words(lingua::say(language, fmt::format("rules.test.{}", key), args));
}

// Reads the condition and says each part as it goes. What it does not know makes all of it fail.
class ConditionSayer {
public:
    ConditionSayer(lingua::Language language, std::string_view text, const ConditionNames& names) : language_(language), text_(text), names_(names) {}

    std::optional<std::string> all() {
        next();
        auto out = any_of(0);
        if (!known_ || !token_.empty()) return std::nullopt;
        return out;
    }

private:
    static bool word_sign(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '-';
    }

    // The next word, number, quoted text or sign; empty at the end.
    void next() {
        while (!text_.empty() && (text_.front() == ' ' || text_.front() == '\n')) text_.remove_prefix(1);
        std::size_t size = 0;
        if (text_.starts_with('"')) {
            const auto end = text_.find('"', 1);
            size = end == std::string_view::npos ? 0 : end + 1;
            known_ = known_ && size > 0 && text_.substr(0, size).find('\\') == std::string_view::npos;
            if (size == 0) size = text_.size();
        } else {
            while (size < text_.size() && word_sign(text_[size])) ++size;
            if (size == 0) size = text_.starts_with("<=") || text_.starts_with(">=") || text_.starts_with("!=") ? 2 : std::min<std::size_t>(1, text_.size());
        }
        token_ = text_.substr(0, size);
        text_.remove_prefix(size);
    }
    bool take(std::string_view token) {
        if (token_ != token) return false;
        next();
        return true;
    }

    std::string any_of(int depth) {
        auto out = all_of(depth);
        while (known_ && take("or")) {
            auto more = all_of(depth);
            out = test_word(language_, "or", {{"first", out}, {"second", more}});
        }
        return out;
    }
    std::string all_of(int depth) {
        auto out = one(depth);
        while (known_ && take("and")) {
            auto more = one(depth);
            out = test_word(language_, "and", {{"first", out}, {"second", more}});
        }
        return out;
    }

    std::string one(int depth) {
        if (depth > deepest) known_ = false;
        if (!known_) return {};
        if (take("(")) {
            auto inner = any_of(depth + 1);
            known_ = known_ && take(")");
            return test_word(language_, "group", {{"inner", inner}});
        }
        const std::string name(token_);
        known_ = !name.empty() && ((name[0] >= 'a' && name[0] <= 'z') || (name[0] >= 'A' && name[0] <= 'Z')) && name != "not";
        next();
        return known_ ? comparison(name) : std::string();
    }

    std::string comparison(const std::string& name) {
        constexpr std::array<std::pair<std::string_view, std::string_view>, 6> signs{
            {{"<", "less"}, {"<=", "at-most"}, {">", "more"}, {">=", "at-least"}, {"=", "is"}, {"!=", "is-not"}}};
        for (const auto& [sign, key] : signs) {
            if (!take(sign)) continue;
            return test_word(language_, key, {{"name", names_.title(name)}, {"value", value(name)}});
        }
        if (take("in")) return test_word(language_, "is", {{"name", names_.title(name)}, {"value", listed(name)}});
        return test_word(language_, "is", {{"name", names_.title(name)}, {"value", names_.value(name, "true")}});
    }

    std::string value(const std::string& name) {
        const bool plain = !token_.empty() && (token_.front() == '"' || (token_.front() >= '0' && token_.front() <= '9') || token_.front() == '-' ||
                                               token_ == "true" || token_ == "false");
        known_ = known_ && plain;
        if (!known_) return {};
        auto out = names_.value(name, token_);
        next();
        return out;
    }
    std::string listed(const std::string& name) {
        known_ = known_ && take("(");
        auto out = value(name);
        while (known_ && take(",")) {
            auto more = value(name);
            out = test_word(language_, "or", {{"first", out}, {"second", more}});
        }
        known_ = known_ && take(")");
        return out;
    }

    lingua::Language language_;
    std::string_view text_, token_;
    const ConditionNames& names_;
    bool known_ = true;
};

std::string plain_value(lingua::Language language, std::string_view value) {
    if (value == "true" || value == "false") return lingua::say(language, value == "true" ? "common.yes" : "common.no");
    if (value.starts_with('"')) return std::string(value.substr(1, value.size() - 2));
    const auto number = Decimal::parse(value);
    return number ? lingua::number(language, *number) : std::string(value);
}

}  // namespace

ConditionNames names_of(lingua::Language language, const catalogue::Revision& revision) {
    const std::string tag(lingua::tag(language));
    return {.title = [language, tag, &revision](const std::string& name) {
                if (const auto* field = revision.form.field(name)) return field->label.in(tag);
                const auto key = lingua::find_key("rules.fact." + name);
                return key ? lingua::say(language, *key) : name;
            },
            .value = [language, tag, &revision](const std::string& name, std::string_view value) {
                const auto* field = revision.form.field(name);
                const bool choice = field != nullptr && field->type == form::FieldType::choice && value.starts_with('"');
                return choice ? form::display(*field, json::Value(std::string(value.substr(1, value.size() - 2))), tag) : plain_value(language, value);
            }};
}

std::optional<std::string> say_condition(lingua::Language language, std::string_view condition, const ConditionNames& names) {
    return ConditionSayer(language, condition, names).all();
}

std::string say_grant_rule(lingua::Language language, const catalogue::Revision& revision) {
    const auto& grant = *revision.automatic_grant;
    const auto& source = grant.condition.source();
    const auto words = grant.condition.empty() ? lingua::say(language, "rules.test.always") : say_condition(language, source, names_of(language, revision)).value_or(source);
    return grant.article.empty() ? words : fmt::format("{} ({})", words, say_basis(language, grant.article));
}

}  // namespace wasl::web
