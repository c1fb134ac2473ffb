// The .dmn files of a folder, and the words in the texts for what their tables answer.
#include "base/text.hpp"
#include "catalogue/impl/source.hpp"
#include "catalogue/impl/tables.hpp"
#include "catalogue/proposal.hpp"

#include "decision/model.hpp"
#include "feel/expression.hpp"

#include <algorithm>

namespace wasl::catalogue::impl {
namespace {

bool is_listed(const std::vector<RuleWord>& words, std::string_view code) {
    return std::ranges::any_of(words, [&](const RuleWord& word) { return word.code == code; });
}

}  // namespace

namespace {

// Columns that neither a question nor a decision heads may have words of their own.
void read_columns(const Sources& sources, Revision& out) {
    const auto add = [&](const std::string& heading) {
        const std::string code = column_code(heading);
        if (code.empty() || out.form.field(heading) || out.rules().file_of(heading) || is_listed(out.columns, code)) {
            return;
        }
        if (Text text = sources.texts->get("column." + code, false); !text.empty()) {
            out.columns.push_back({code, std::move(text), {}});
        }
    };
    for (const auto& file : out.rules().files()) {
        for (const auto& [decision, table] : file.model->tables()) {
            for (const auto& input : table->description().inputs) {
                add(input.expression);
            }
            for (const auto& output : table->description().outputs) {
                add(output.name);
            }
        }
    }
}

// What rows note, with its article: French as the table says it, unless the texts say otherwise.
void read_annotations(const Sources& sources, Revision& out) {
    for (const auto& file : out.rules().files()) {
        for (const auto& [decision, table] : file.model->tables()) {
            for (const auto& rule : table->description().rules) {
                for (const auto& note : rule.annotations) {
                    const std::string code = column_code(note);
                    if (code.empty() || is_listed(out.annotations, code)) {
                        continue;
                    }
                    Text text = sources.texts->get("note." + code, false);
                    if (!text.find("fr")) {
                        text.set("fr", note, TextState::reviewed);
                    }
                    out.annotations.push_back({code, std::move(text), {}});
                }
            }
        }
    }
}

}  // namespace

std::vector<Answer> answers_of(const form::Rules& rules, std::string_view output) {
    std::vector<Answer> out;
    for (const auto& file : rules.files()) {
        for (const auto& [decision, table] : file.model->tables()) {
            const auto& description = table->description();
            for (std::size_t column = 0; column < description.outputs.size(); ++column) {
                if (description.outputs[column].name != output) {
                    continue;
                }
                for (std::size_t row = 0; row < description.rules.size(); ++row) {
                    const auto& cells = description.rules[row].outputs;
                    const auto read = column < cells.size() ? feel::Expression::compile(cells[column], feel::Scope())
                                                            : Result<feel::Expression>(fail(Code::invalid, "feel.syntax"));
                    const auto value = read ? read->constant() : std::nullopt;
                    if (value && value->string()) {
                        out.push_back({*value->string(), &file, decision, description.rules[row].id, row + 1, column + 1});
                    }
                }
            }
        }
    }
    return out;
}

void read_tables(const Sources& sources, Revision& out) {
    std::vector<std::pair<std::string, std::string>> files;
    for (const auto& [name, content] : *sources.files) {
        if (!name.ends_with(".dmn")) {
            continue;
        }
        if (!is_utf8(content)) {
            sources.report->add({sources.name(name), 0}, "check.encoding", "The file is not UTF-8 text. Save it again as UTF-8.");
            return;
        }
        files.emplace_back(name, content);
    }
    // One by one first: a broken file is named, and the others keep their decisions.
    std::erase_if(files, [&](const auto& file) {
        const auto alone = decision::Model::compile({file.first, file.second});
        const bool broken = !alone && alone.error().key != "decision.import";
        if (broken) {
            sources.report->add({sources.name(file.first), 0}, "check.model", "The model cannot be read: " + alone.error().detail + ".");
        }
        return broken;
    });
    auto rules = form::Rules::compile(files);
    if (!rules) {
        sources.report->add({sources.folder, 0}, "check.model", "The models cannot be read together: " + rules.error().detail + ".");
        return;
    }
    out.form.rules = std::move(*rules);
    for (const auto& answer : answers_of(out.rules(), "reason")) {
        if (!is_listed(out.reasons, answer.code)) {
            out.reasons.push_back({answer.code, sources.texts->get("reason." + answer.code + ".text", false),
                                   sources.texts->get("reason." + answer.code + ".article", false)});
        }
    }
    for (const auto& answer : answers_of(out.rules(), "part")) {
        if (!is_listed(out.parts, answer.code)) {
            out.parts.push_back({answer.code, sources.texts->get("part." + answer.code, false), {}});
        }
    }
    for (const auto& name : out.rules().decisions()) {
        if (!is_listed(out.decisions, name)) {
            out.decisions.push_back({name, sources.texts->get("decision." + name, false), {}});
        }
    }
    read_columns(sources, out);
    read_annotations(sources, out);
}

}  // namespace wasl::catalogue::impl
