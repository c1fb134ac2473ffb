#include "catalogue/impl/source.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace wasl::catalogue::impl {

void Report::add(const Place& place, std::string key, std::string message, bool blocks) {
    Diagnostic diagnostic{place.file, place.line, std::move(key), std::move(message), blocks};
    if (std::find(all.begin(), all.end(), diagnostic) == all.end()) {
        all.push_back(std::move(diagnostic));
    }
}

Place Section::place(std::string_view key) const {
    const toml_text::Node* node = table_->find(key);
    return {file_, node ? node->line : table_->line};
}

const toml_text::Node* Section::use(std::string_view key) {
    used_.emplace(key);
    return table_->find(key);
}

void Section::wrong_type(const toml_text::Node& node, std::string_view key, std::string_view wanted) {
    report_->add({file_, node.line}, "check.type", fmt::format("\"{}\" must be {}, not {}.", key, wanted, node.kind()));
}

void Section::report(std::string_view key_place, std::string key, std::string message) {
    report_->add(place(key_place), std::move(key), std::move(message));
}

std::string Section::text(std::string_view key, std::string_view fallback) {
    const toml_text::Node* node = use(key);
    if (!node) {
        return std::string(fallback);
    }
    if (!node->string()) {
        wrong_type(*node, key, "a text in quotes");
        return std::string(fallback);
    }
    return *node->string();
}

std::string Section::required_text(std::string_view key) {
    if (!table_->find(key)) {
        report_->add(place(), "check.missing", fmt::format("\"{}\" is missing.", key));
    }
    return text(key);
}

std::int64_t Section::integer(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most) {
    const auto value = optional_integer(key);
    if (value && (*value < least || *value > most)) {
        report(key, "check.range", fmt::format("\"{}\" must be a number from {} to {}.", key, least, most));
        return fallback;
    }
    return value.value_or(fallback);
}

std::optional<std::int64_t> Section::optional_integer(std::string_view key) {
    const toml_text::Node* node = use(key);
    if (!node) {
        return std::nullopt;
    }
    if (!node->integer()) {
        wrong_type(*node, key, "a whole number");
        return std::nullopt;
    }
    return *node->integer();
}

bool Section::boolean(std::string_view key, bool fallback) {
    const toml_text::Node* node = use(key);
    if (!node) {
        return fallback;
    }
    if (!node->boolean()) {
        wrong_type(*node, key, "true or false");
        return fallback;
    }
    return *node->boolean();
}

std::vector<std::string> Section::strings(std::string_view key) {
    std::vector<std::string> out;
    const toml_text::Node* node = use(key);
    if (!node) {
        return out;
    }
    if (!node->array()) {
        wrong_type(*node, key, "a list of texts");
        return out;
    }
    for (const auto& item : *node->array()) {
        if (item.string()) {
            out.push_back(*item.string());
        } else {
            wrong_type(item, key, "a list of texts");
        }
    }
    return out;
}

std::optional<Date> Section::date(std::string_view key) {
    const toml_text::Node* node = use(key);
    if (node && !node->date()) {
        wrong_type(*node, key, "a day: 2026-01-31");
    }
    return node && node->date() ? std::optional(*node->date()) : std::nullopt;
}

namespace {

json::Value to_json(const toml_text::Node& node) {
    if (node.boolean()) {
        return *node.boolean();
    }
    if (node.integer()) {
        return *node.integer();
    }
    if (const auto* number = std::get_if<toml_text::Number>(&node.value)) {
        return json::Number{fmt::format("{}", number->value)};
    }
    if (node.date()) {
        return node.date()->iso();
    }
    if (node.array()) {
        json::Array out;
        for (const auto& item : *node.array()) {
            out.push_back(to_json(item));
        }
        return out;
    }
    if (node.table()) {
        json::Object out;
        for (const auto& [key, member] : *node.table()) {
            out.set(key, to_json(member));
        }
        return out;
    }
    return node.string() ? json::Value(*node.string()) : json::Value();
}

}  // namespace

json::Object Section::object(std::string_view key) {
    const toml_text::Node* node = use(key);
    if (!node) {
        return {};
    }
    if (!node->table()) {
        wrong_type(*node, key, fmt::format("a table headed [{}]", key));
        return {};
    }
    return *to_json(*node).object();
}

Condition Section::condition(std::string_view key) {
    const std::string source = text(key);
    auto compiled = Condition::compile(source);
    if (!compiled) {
        report(key, "check.condition",
               fmt::format("The condition \"{}\" cannot be read: {}.", source, compiled.error().detail));
        return {};
    }
    return std::move(*compiled);
}

std::string Section::one_of(std::string_view key, std::initializer_list<std::string_view> words) {
    std::string value = text(key, *words.begin());
    if (std::find(words.begin(), words.end(), value) == words.end()) {
        report(key, "check.word", fmt::format("\"{}\" is \"{}\"; it must be one of: {}.", key, value, fmt::join(words, ", ")));
        return std::string(*words.begin());
    }
    return value;
}

std::vector<Section> Section::sections(std::string_view key) {
    std::vector<Section> out;
    const toml_text::Node* node = use(key);
    if (!node) {
        return out;
    }
    if (!node->array()) {
        wrong_type(*node, key, fmt::format("a list of tables, each headed [[{}]]", key));
        return out;
    }
    for (const auto& item : *node->array()) {
        if (item.table()) {
            out.emplace_back(file_, item, *report_);
        } else {
            wrong_type(item, key, "a table");
        }
    }
    return out;
}

std::optional<Section> Section::section(std::string_view key) {
    const toml_text::Node* node = use(key);
    if (!node) {
        return std::nullopt;
    }
    if (!node->table()) {
        wrong_type(*node, key, fmt::format("a table headed [{}]", key));
        return std::nullopt;
    }
    return Section(file_, *node, *report_);
}

void Section::finish() {
    if (!table_->table()) {
        return;
    }
    for (const auto& [key, node] : *table_->table()) {
        if (!used_.contains(key)) {
            report_->add({file_, node.line}, "check.unknown-key", fmt::format("\"{}\" is not known here: is it misspelt?", key));
        }
    }
}

void Texts::add(std::string_view language, std::string file, std::optional<toml_text::Node> root) {
    File entry{std::string(language), std::move(file), std::move(root), TextState::reviewed, {}};
    if (entry.root) {
        Section section(entry.file, *entry.root, *report_);
        if (section.one_of("state", {"reviewed", "unreviewed"}) == "unreviewed") {
            entry.state = TextState::unreviewed;
        }
        entry.unreviewed = section.strings("unreviewed");
    }
    files_.push_back(std::move(entry));
}

const toml_text::Node* Texts::find(const File& file, std::string_view path) const {
    const toml_text::Node* node = file.root ? &*file.root : nullptr;
    for (const auto part : split(path, '.')) {
        node = node ? node->find(part) : nullptr;
    }
    return node;
}

Text Texts::get(const std::string& path, bool needed) {
    used_.insert(path);
    Text out;
    for (const auto& file : files_) {
        const toml_text::Node* node = find(file, path);
        const bool blank = node && node->string() && trim(*node->string()).empty();
        if (node && !node->string()) {
            report_->add({file.file, node->line}, "check.type", fmt::format("\"{}\" must be a text in quotes.", path));
        } else if (node && !blank) {
            const bool unreviewed = file.state == TextState::unreviewed ||
                                    std::any_of(file.unreviewed.begin(), file.unreviewed.end(), [&](const std::string& prefix) {
                                        return path == prefix || path.starts_with(prefix + ".");
                                    });
            out.set(file.language, std::string(trim(*node->string())), unreviewed ? TextState::unreviewed : TextState::reviewed);
            continue;
        }
        const bool required = std::find(required_.begin(), required_.end(), file.language) != required_.end();
        if (needed && required && !(node && !node->string())) {
            report_->add({file.file, node ? node->line : 0}, "check.text-missing",
                         fmt::format("The text \"{}\" is missing; the law asks for it in this language ({}).", path, file.language));
        }
    }
    return out;
}

void Texts::unused(const File& file, const toml_text::Node& node, const std::string& path) {
    if (const toml_text::Table* table = node.table()) {
        for (const auto& [key, child] : *table) {
            if (path.empty() && (key == "state" || key == "unreviewed")) {
                continue;
            }
            unused(file, child, path.empty() ? key : fmt::format("{}.{}", path, key));
        }
    } else if (!used_.contains(path)) {
        report_->add({file.file, node.line}, "check.text-unused",
                     fmt::format("The text \"{}\" belongs to nothing in the procedure: is its name misspelt?", path));
    }
}

void Texts::finish() {
    for (const auto& file : files_) {
        if (file.root) {
            unused(file, *file.root, {});
        }
    }
}

const std::string* Sources::find(std::string_view file) const {
    for (const auto& [name, content] : *files) {
        if (name == file) {
            return &content;
        }
    }
    return nullptr;
}

std::optional<toml_text::Node> Sources::parse(std::string_view file) const {
    const std::string* content = find(file);
    if (!content) {
        return std::nullopt;
    }
    if (!is_utf8(*content)) {
        report->add({name(file), 0}, "check.encoding", "The file is not UTF-8 text. Save it again as UTF-8.");
        return std::nullopt;
    }
    auto parsed = toml_text::parse(*content);
    if (!parsed) {
        report->add({name(file), parsed.error().line}, "check.syntax", parsed.error().message);
        return std::nullopt;
    }
    return std::move(*parsed);
}

}  // namespace wasl::catalogue::impl
