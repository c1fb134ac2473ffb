#include "jurisdiction/impl/fields.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace wasl::jurisdiction {

Fields::Fields(Findings& findings, const toml_text::Node& node, std::string what)
    : findings_(findings), node_(node), what_(std::move(what)) {
    if (node_.table() == nullptr) {
        findings_.add(node_.line, fmt::format("{} must be a table, not {}", what_, node_.kind()));
    }
}

Fields::~Fields() {
    if (node_.table() == nullptr) {
        return;
    }
    for (const auto& [key, value] : *node_.table()) {
        if (!asked_.contains(key)) {
            findings_.add(value.line, fmt::format("{} knows no key '{}'", what_, key));
        }
    }
}

int Fields::line_of(std::string_view key) const {
    const toml_text::Node* node = node_.find(key);
    return node == nullptr ? node_.line : node->line;
}

void Fields::problem(std::string_view key, std::string message) {
    findings_.add(line_of(key), fmt::format("{}: {} {}", what_, key, message));
}

const toml_text::Node* Fields::any(std::string_view key, bool may_miss) {
    asked_.emplace(key);
    const toml_text::Node* node = node_.find(key);
    if (node == nullptr && !may_miss && node_.table() != nullptr) {
        findings_.add(node_.line, fmt::format("{} lacks '{}'", what_, key));
    }
    return node;
}

template <class T>
const T* Fields::typed(std::string_view key, std::string_view wanted, bool may_miss) {
    const toml_text::Node* node = any(key, may_miss);
    if (node == nullptr) {
        return nullptr;
    }
    const T* value = std::get_if<T>(&node->value);
    if (value == nullptr) {
        problem(key, fmt::format("must be {}, not {}", wanted, node->kind()));
    }
    return value;
}

std::string Fields::text(std::string_view key, bool may_miss) {
    const std::string* value = typed<std::string>(key, "a string", may_miss);
    if (value == nullptr) {
        return {};
    }
    if (value->empty() && !may_miss) {
        problem(key, "is empty");
    }
    return *value;
}

std::string Fields::choice(std::string_view key, const std::vector<std::string>& values) {
    const std::string* value = typed<std::string>(key, "a string", false);
    if (value == nullptr) {
        return values.front();
    }
    for (const std::string& allowed : values) {
        if (*value == allowed) {
            return allowed;
        }
    }
    problem(key, fmt::format("is '{}': one of {} is expected", *value, join(values, ", ")));
    return values.front();
}

int Fields::integer(std::string_view key, int least, int most) {
    const std::int64_t* value = typed<std::int64_t>(key, "an integer", false);
    if (value == nullptr) {
        return least;
    }
    if (*value < least || *value > most) {
        problem(key, fmt::format("is {}: it must lie between {} and {}", *value, least, most));
        return least;
    }
    return static_cast<int>(*value);
}

bool Fields::boolean(std::string_view key, bool when_missing) {
    const bool* value = typed<bool>(key, "true or false", true);
    return value == nullptr ? when_missing : *value;
}

Date Fields::date(std::string_view key) {
    const Date* value = typed<Date>(key, "a date (YYYY-MM-DD, without quotes)", false);
    return value == nullptr ? Date{} : *value;
}

std::optional<Date> Fields::optional_date(std::string_view key) {
    const Date* value = typed<Date>(key, "a date (YYYY-MM-DD, without quotes)", true);
    return value == nullptr ? std::nullopt : std::optional(*value);
}

Names Fields::names(std::string_view key) {
    const toml_text::Node* node = any(key);
    if (node == nullptr) {
        return {};
    }
    Fields inner(findings_, *node, fmt::format("{} {}", what_, key));
    Names names;
    names.ar = inner.text("ar");
    names.fr = inner.text("fr");
    names.en = inner.text("en", true);
    names.zgh = inner.text("zgh", true);
    return names;
}

Delay Fields::delay(std::string_view key) {
    const toml_text::Node* node = any(key);
    if (node == nullptr) {
        return {};
    }
    Fields inner(findings_, *node, fmt::format("{} {}", what_, key));
    Delay delay;
    delay.n = inner.integer("n", 0, 3660);
    delay.unit = inner.choice("unit", {"day", "month"}) == "month" ? Unit::month : Unit::day;
    delay.working = inner.boolean("working", false);
    if (delay.working && delay.unit == Unit::month) {
        inner.problem("working", "counts days only: a month has no working form");
        delay.working = false;
    }
    return delay;
}

Source Fields::source() {
    Source source;
    source.confirmed = boolean("confirmed", false);
    if (const toml_text::Node* node = any("source"); node != nullptr) {
        Fields inner(findings_, *node, what_ + " source");
        source.text = inner.text("text");
        source.article = inner.text("article", true);
        source.bulletin = inner.text("bulletin", true);
    }
    return source;
}

std::vector<std::string> Fields::texts(std::string_view key, bool may_be_empty) {
    std::vector<std::string> out;
    const toml_text::Array* values = typed<toml_text::Array>(key, "a list of strings", false);
    if (values == nullptr) {
        return out;
    }
    for (const toml_text::Node& value : *values) {
        const std::string* text = value.string();
        if (text == nullptr || text->empty()) {
            findings_.add(value.line, fmt::format("{}: {} must hold strings that are not empty", what_, key));
        } else {
            out.push_back(*text);
        }
    }
    if (values->empty() && !may_be_empty) {
        problem(key, "is empty");
    }
    return out;
}

std::vector<int> Fields::integers(std::string_view key, int least, int most) {
    std::vector<int> out;
    const toml_text::Array* values = typed<toml_text::Array>(key, "a list of integers", false);
    if (values == nullptr) {
        return out;
    }
    for (const toml_text::Node& value : *values) {
        const std::int64_t* number = value.integer();
        if (number == nullptr || *number < least || *number > most) {
            findings_.add(value.line, fmt::format("{}: {} must hold integers from {} to {}", what_, key, least, most));
        } else {
            out.push_back(static_cast<int>(*number));
        }
    }
    return out;
}

void Fields::tables(std::string_view key, const std::function<void(const toml_text::Node&)>& each, bool may_miss) {
    const toml_text::Array* values = typed<toml_text::Array>(key, "a list of tables", may_miss);
    if (values == nullptr) {
        return;
    }
    for (const toml_text::Node& value : *values) {
        if (value.table() == nullptr) {
            findings_.add(value.line, fmt::format("{}: {} must hold tables, not {}", what_, key, value.kind()));
        } else {
            each(value);
        }
    }
}

}  // namespace wasl::jurisdiction
