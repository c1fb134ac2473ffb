#include "compile.hpp"

#include <algorithm>
#include <cstdio>

namespace wasl::messages {

namespace {

std::string words(const std::map<std::string, ArgumentKind>& arguments) {
    std::string out;
    for (const auto& [name, kind] : arguments) {
        out += (out.empty() ? "{" : ", {") + name + (kind == ArgumentKind::number ? " as a number}" : "}");
    }
    return out.empty() ? "no arguments" : out;
}

// A language may use a number as a plain value where another counts it; names must agree.
bool same_names(const std::map<std::string, ArgumentKind>& a, const std::map<std::string, ArgumentKind>& b) {
    return std::ranges::equal(a, b, {}, [](const auto& x) { return x.first; }, [](const auto& x) { return x.first; });
}

bool key_is_well_formed(const std::string& key) {
    return std::ranges::all_of(key, [](char c) {
        return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    });
}

// Where to add a message that is missing in a language.
Place home(const Sources& sources, const std::string& key, std::size_t language, const Entry& other) {
    const std::string area = key.substr(0, key.find('.'));
    const auto& file = sources.files.at(area)[language];
    if (!file.empty()) {
        return {file, 1};
    }
    std::string name = other.place.file;
    const auto cut = name.find_last_of('/');
    return {(cut == std::string::npos ? "" : name.substr(0, cut + 1)) + area + "." + tags[language] + ".toml", 1};
}

const Entry& any_entry(const std::array<std::vector<Entry>, 4>& languages) {
    return std::ranges::find_if(languages, [](const auto& e) { return !e.empty(); })->front();
}

void compile_one(const Sources& sources, const std::string& key, const std::array<std::vector<Entry>, 4>& languages,
                 Catalogue& into, std::vector<Finding>& findings) {
    const Entry& first = any_entry(languages);
    if (!key_is_well_formed(key)) {
        findings.push_back({first.place, "the key \"" + key + "\" may hold a–z, 0–9, - and _ only"});
    }
    Compiled compiled;
    const std::map<std::string, ArgumentKind>* model = nullptr;
    std::array<std::map<std::string, ArgumentKind>, 4> used;
    std::size_t model_language = 0;
    for (std::size_t language = 0; language < tags.size(); ++language) {
        if (languages[language].empty()) {
            findings.push_back({home(sources, key, language, first),
                                "message \"" + key + "\" is missing (it is at " + first.place.file + ":" +
                                    std::to_string(first.place.line) + ")"});
            continue;
        }
        const Entry& entry = languages[language].front();
        std::string why;
        if (!parse_pattern(entry.pattern, compiled.patterns[language], why) ||
            !(why = plural_problem(compiled.patterns[language], language)).empty()) {
            findings.push_back({entry.place, "message \"" + key + "\": " + why});
            continue;
        }
        used[language] = arguments(compiled.patterns[language]);
        if (model == nullptr) {
            model = &used[language];
            model_language = language;
        } else if (!same_names(*model, used[language])) {
            findings.push_back({entry.place, "message \"" + key + "\" takes " + words(used[language]) + " but " +
                                                 words(*model) + " in " + tags[model_language]});
        }
        for (const auto& [name, kind] : used[language]) {
            auto& merged = compiled.arguments.try_emplace(name, kind).first->second;
            merged = kind == ArgumentKind::number ? kind : merged;
        }
    }
    into.emplace(key, std::move(compiled));
}

std::string literal(const std::string& text) {
    std::string out = "\"";
    for (const char c : text) {
        const auto byte = static_cast<unsigned char>(c);
        if (c == '"' || c == '\\') {
            out += '\\';
            out += c;
        } else if (byte < 0x20) {
            char buffer[8];
            std::snprintf(buffer, sizeof buffer, "\\%03o", byte);
            out += buffer;
        } else {
            out += c;
        }
    }
    return out + "\"sv";
}

// Collects pieces and cases; a nested message is written before the run that refers to it.
class Writer {
public:
    struct Run {
        std::size_t first, count;
    };

    Run message(const Pattern& pattern) {
        std::vector<std::string> rows;
        for (const auto& node : pattern) {
            rows.push_back(row(node));
        }
        const Run run{piece_count_, rows.size()};
        for (const auto& text : rows) {
            pieces += text;
        }
        piece_count_ += rows.size();
        return run;
    }

    std::string pieces, cases;

private:
    std::string row(const Node& node) {
        static constexpr const char* kinds[] = {"text", "value", "count", "plural", "select"};
        std::string out = std::string("    {PieceKind::") + kinds[static_cast<int>(node.kind)] + ", " + literal(node.text);
        if (!node.choices.empty()) {
            std::string rows;
            for (const auto& choice : node.choices) {
                const Run run = message(choice.pattern);
                rows += "    {" + literal(choice.selector) + ", {" + std::to_string(run.first) + ", " +
                        std::to_string(run.count) + "}},\n";
            }
            out += ", " + std::to_string(case_count_) + ", " + std::to_string(node.choices.size());
            cases += rows;
            case_count_ += node.choices.size();
        } else {
            out += ", 0, 0";
        }
        return out + "},\n";
    }

    std::size_t piece_count_ = 0, case_count_ = 0;
};

}  // namespace

Catalogue compile(const Sources& sources, std::vector<Finding>& findings) {
    Catalogue catalogue;
    for (const auto& [key, languages] : sources.entries) {
        compile_one(sources, key, languages, catalogue, findings);
    }
    return catalogue;
}

std::string emit_cpp(const Catalogue& catalogue) {
    Writer writer;
    std::string rows;
    for (const auto& [key, compiled] : catalogue) {
        rows += "    {" + literal(key) + ", {{";
        for (const auto& pattern : compiled.patterns) {
            const auto run = writer.message(pattern);
            rows += "{" + std::to_string(run.first) + ", " + std::to_string(run.count) + "}, ";
        }
        rows += "}}},\n";
    }
    return "// Written by tools/messages from web/messages; do not edit.\n"
           "#include \"lingua/impl/message_data.hpp\"\n\n"
           "namespace wasl::lingua::impl {\nusing namespace std::literals;\nnamespace {\n"
           "constexpr Piece pieces[] = {\n" + writer.pieces + "    {PieceKind::text, \"\"sv, 0, 0},\n};\n"
           "constexpr Case cases[] = {\n" + writer.cases + "    {\"\"sv, {0, 0}},\n};\n"
           "constexpr Message messages[] = {\n" + rows + "};\n}  // namespace\n"
           "extern constinit const MessageData message_data{messages, pieces, cases};\n"
           "}  // namespace wasl::lingua::impl\n";
}

std::string emit_index(const Catalogue& catalogue) {
    std::string out;
    for (const auto& [key, compiled] : catalogue) {
        out += key;
        for (const auto& [name, kind] : compiled.arguments) {
            out += " " + name + (kind == ArgumentKind::number ? ":number" : ":any");
        }
        out += '\n';
    }
    return out;
}

}  // namespace wasl::messages
