// Reading the text files of a procedure with their lines, and the texts in all languages.
#pragma once

#include "catalogue/loader.hpp"
#include "jurisdiction/toml.hpp"

#include <array>
#include <initializer_list>
#include <map>
#include <set>

namespace wasl::jurisdiction {
struct Law;
}

namespace wasl::catalogue::impl {

struct Place {
    std::string file;
    int line = 0;
};

// Where each part of the revision stands: "requirement.cnie", "delay.0", "field.birth", "kind".
using Places = std::map<std::string, Place, std::less<>>;

struct Report {
    std::vector<Diagnostic> all;
    void add(const Place& place, std::string key, std::string message, bool blocks = true);
};

// A table of a file: typed access that reports what is wrong, and keys that nobody reads.
class Section {
public:
    Section(std::string file, const toml_text::Node& table, Report& report)
        : file_(std::move(file)), table_(&table), report_(&report) {}

    [[nodiscard]] Place place() const { return {file_, table_->line}; }
    [[nodiscard]] Place place(std::string_view key) const;
    [[nodiscard]] bool has(std::string_view key) const { return table_->find(key) != nullptr; }
    std::string text(std::string_view key, std::string_view fallback = {});
    std::string required_text(std::string_view key);
    std::int64_t integer(std::string_view key, std::int64_t fallback, std::int64_t least, std::int64_t most);
    std::optional<std::int64_t> optional_integer(std::string_view key);
    bool boolean(std::string_view key, bool fallback);
    std::vector<std::string> strings(std::string_view key);
    std::optional<Date> date(std::string_view key);
    json::Object object(std::string_view key);  // a table of plain values; empty when absent
    Condition condition(std::string_view key);
    // One of the words, else the first of them and a finding.
    std::string one_of(std::string_view key, std::initializer_list<std::string_view> words);
    std::vector<Section> sections(std::string_view key);  // [[key]]
    std::optional<Section> section(std::string_view key); // [key]
    // Reports keys that were never asked for: a slip of the pen must not silently do nothing.
    void finish();
    void report(std::string_view key_place, std::string key, std::string message);

private:
    const toml_text::Node* use(std::string_view key);
    void wrong_type(const toml_text::Node& node, std::string_view key, std::string_view wanted);

    std::string file_;
    const toml_text::Node* table_;
    Report* report_;
    std::set<std::string, std::less<>> used_;
};

// texts.ar.toml, texts.fr.toml, texts.en.toml, texts.zgh.toml.
class Texts {
public:
    static constexpr std::array<std::string_view, 4> languages = {"ar", "fr", "en", "zgh"};

    Texts(Report& report, std::vector<std::string> required) : report_(&report), required_(std::move(required)) {}
    void add(std::string_view language, std::string file, std::optional<toml_text::Node> root);
    // The text at "paper.cnie.title" in all languages. Missing in a required language is a finding when `needed`.
    Text get(const std::string& path, bool needed);
    void finish();  // texts that nothing uses

private:
    struct File {
        std::string language, file;
        std::optional<toml_text::Node> root;
        TextState state = TextState::reviewed;
        std::vector<std::string> unreviewed;  // path prefixes
    };
    [[nodiscard]] const toml_text::Node* find(const File& file, std::string_view path) const;
    void unused(const File& file, const toml_text::Node& node, const std::string& path);

    Report* report_;
    std::vector<std::string> required_;
    std::vector<File> files_;
    std::set<std::string, std::less<>> used_;
};

struct Sources {
    std::string folder;
    const Files* files = nullptr;
    Report* report = nullptr;
    Texts* texts = nullptr;
    Places* places = nullptr;

    [[nodiscard]] std::string name(std::string_view file) const { return folder.empty() ? std::string(file) : folder + "/" + std::string(file); }
    [[nodiscard]] const std::string* find(std::string_view file) const;
    // The parsed file; nothing (with a finding) when it is malformed or not UTF-8.
    [[nodiscard]] std::optional<toml_text::Node> parse(std::string_view file) const;
};

void read_procedure(const Sources& sources, Section& root, Revision& out);
void read_form(const Sources& sources, Section& root, form::Form& out);
void read_documents(const Sources& sources, Revision& out);
// The folder's .dmn files, and the words for what their tables answer.
void read_tables(const Sources& sources, Revision& out);
// What the tables themselves say, and how procedure.toml uses them.
void check_tables(const Revision& revision, const Sources& sources, Report& report);
// Conditions of the form, its checks, papers, delay and fee against the types of what they read.
void check_conditions(const Revision& revision, const Places& places, Report& report);
// Everything the law and good sense ask of a revision. `law` may be null.
void check_revision(const Revision& revision, const Places& places, const jurisdiction::Law* law, Report& report);

// Names that conditions may use besides the ids of questions.
const std::vector<std::string>& fact_names();

}  // namespace wasl::catalogue::impl
