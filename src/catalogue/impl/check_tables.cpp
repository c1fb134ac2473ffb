// The decision tables of a procedure against themselves, the form, the texts and procedure.toml.
#include "catalogue/impl/source.hpp"
#include "catalogue/impl/tables.hpp"
#include "catalogue/proposal.hpp"

#include "decision/analysis.hpp"
#include "decision/clash.hpp"
#include "decision/model.hpp"

#include <algorithm>
#include <fmt/format.h>

namespace wasl::catalogue::impl {
namespace {

using feel::Type;

// Line of the first place where `what` stands in the text, from 1; 0 when it does not.
int line_of(std::string_view text, const std::string& what) {
    const std::size_t at = text.find(what);
    return at == std::string_view::npos ? 0 : 1 + static_cast<int>(std::count(text.begin(), text.begin() + static_cast<std::ptrdiff_t>(at), '\n'));
}

class TableCheck {
public:
    TableCheck(const Revision& revision, const Sources& sources, Report& report) : r_(revision), sources_(sources), report_(report) {}

    void run() {
        for (const auto& file : r_.rules().files()) {
            findings(file);
            clashes(file);
            analysis(file);
            inputs(file);
        }
        names();
        references();
        words();
    }

private:
    [[nodiscard]] Place at(const form::RuleFile& file, const std::string& what) const { return {sources_.name(file.name), line_of(file.text, what)}; }
    [[nodiscard]] Place at(const Answer& answer) const {
        return answer.rule.empty() ? at(*answer.file, fmt::format("\"{}\"", answer.decision)) : at(*answer.file, fmt::format("\"{}\"", answer.rule));
    }
    [[nodiscard]] Place procedure(std::string_view key) const {
        const auto found = sources_.places->find(key);
        return found == sources_.places->end() ? Place{sources_.name("procedure.toml"), 0} : found->second;
    }

    void findings(const form::RuleFile& file) {
        for (const auto& finding : file.model->findings()) {
            if (!finding.model.empty() && finding.model != file.name) {
                continue;  // of an imported file: said there
            }
            std::string where = finding.element.empty() ? "" : finding.element + ": ";
            if (const std::string place = decision::to_string(finding.place); finding.place.row > 0 || finding.place.column > 0) {
                where += place + ": ";
            }
            const std::string text = finding.text.empty() ? "" : fmt::format(" (\"{}\")", finding.text);
            report_.add({sources_.name(file.name), static_cast<int>(finding.line)}, "check." + finding.key, fmt::format("{}{}{}.", where, finding.detail, text));
        }
    }

    void clashes(const form::RuleFile& file) {
        std::vector<decision::File> others;
        for (const auto& other : r_.rules().files()) others.push_back({other.name, other.text});
        for (const auto& clash : decision::clashes({file.name, file.text}, others)) {
            if (clash.model != file.name) {
                continue;  // of an imported file: said there
            }
            const bool in_table = clash.place.row > 0 || clash.place.column > 0;
            clashing_.push_back(clash.element);
            report_.add({sources_.name(file.name), static_cast<int>(clash.line)}, "check.type-clash",
                        fmt::format("{}: {}{} (\"{}\").", clash.element, in_table ? decision::to_string(clash.place) + ": " : "", clash.detail, clash.text));
        }
    }

    // Where the table says one thing of a case, it must say it of every case, and only once.
    void analysis(const form::RuleFile& file) {
        using Kind = decision::TableRemark::Kind;
        for (const auto& [name, table] : file.model->tables()) {
            if (std::ranges::find(clashing_, name) != clashing_.end()) {
                continue;  // its gaps and overlaps follow from what does not fit
            }
            const auto policy = table->description().policy;
            const bool one_row = policy == decision::HitPolicy::unique || policy == decision::HitPolicy::any;
            const bool one_answer = one_row || policy == decision::HitPolicy::first || policy == decision::HitPolicy::priority;
            for (const auto& remark : decision::analyse(*table).remarks) {
                const std::string rows = fmt::format("{}", fmt::join(remark.rows, " and "));
                if (remark.kind == Kind::overlap && one_row) {
                    report_.add(row_place(file, *table, remark.rows), "check.overlap",
                                fmt::format("{}: rows {} apply at the same time: {}.", name, rows, where(*table, remark)));
                } else if (remark.kind == Kind::gap && one_answer) {
                    report_.add(at(file, fmt::format("name=\"{}\"", name)), "check.gap", fmt::format("{}: no row answers: {}.", name, where(*table, remark)));
                } else if ((remark.kind == Kind::unreachable && !asks_for_null(*table, remark.rows)) || (remark.kind == Kind::duplicate && one_answer)) {
                    report_.add(row_place(file, *table, remark.rows), "check.unreachable",
                                fmt::format("{}: row {} {}.", name, rows, remark.kind == Kind::duplicate ? "have the same conditions" : "can never apply"));
                } else if (remark.kind == Kind::unused_input) {
                    report_.add(at(file, fmt::format("name=\"{}\"", name)), "check.unused-input",
                                fmt::format("{}: column {}, \"{}\": no row looks at it. Remove it.", name, remark.column, column_name(*table, remark.column)));
                }
            }
        }
    }

    // The analysis leaves null out, so a row for what is not known is none of its business.
    [[nodiscard]] static bool asks_for_null(const decision::Table& table, const std::vector<std::size_t>& rows) {
        const auto& rules = table.description().rules;
        return std::ranges::any_of(rows, [&](std::size_t row) {
            return row >= 1 && row <= rules.size() && std::ranges::find(rules[row - 1].inputs, "null") != rules[row - 1].inputs.end();
        });
    }
    [[nodiscard]] static std::string column_name(const decision::Table& table, std::size_t column) {
        const auto& inputs = table.description().inputs;
        return column >= 1 && column <= inputs.size() ? inputs[column - 1].expression : std::string();
    }
    [[nodiscard]] static std::string where(const decision::Table& table, const decision::TableRemark& remark) {
        std::string out;
        for (std::size_t i = 0; i < remark.where.size(); ++i) {
            out += (out.empty() ? "" : "; ") + column_name(table, i + 1) + " " + remark.where[i];
        }
        return out;
    }
    [[nodiscard]] Place row_place(const form::RuleFile& file, const decision::Table& table, const std::vector<std::size_t>& rows) const {
        const auto& rules = table.description().rules;
        if (rows.empty() || rows.back() < 1 || rows.back() > rules.size()) return {sources_.name(file.name), 0};
        const auto& rule = rules[rows.back() - 1];
        return rule.line > 0 ? Place{sources_.name(file.name), static_cast<int>(rule.line)} : at(file, fmt::format("\"{}\"", rule.id));
    }

    // What a model reads must be a question or a fact, of the same type, and be read by some decision.
    void inputs(const form::RuleFile& file) {
        std::vector<std::string> used;
        const auto unread = decision::unread_inputs({file.name, file.text});
        for (const auto& element : file.model->elements()) {
            if (element.kind == decision::ElementKind::decision) {
                for (const auto* input : file.model->inputs_of(element.name)) {
                    used.push_back(input->name);
                }
            }
        }
        for (const auto& element : file.model->elements()) {
            if (element.kind != decision::ElementKind::input || element.space != file.model->space()) {
                continue;
            }
            const Place place = at(file, fmt::format("name=\"{}\"", element.name));
            const form::Field* field = r_.form.field(element.name);
            const bool fact = std::ranges::find(fact_names(), element.name) != fact_names().end();
            if (!field && !fact) {
                report_.add(place, "check.unknown-name", fmt::format("The input \"{}\" is no question of the form and no known fact ({}).",
                                                                     element.name, fmt::join(fact_names(), ", ")));
                continue;
            }
            const Type given = field ? type_of(*field) : type_of_fact(element.name);
            if (!given.is_any() && !element.type.is_any() && given.kind() != element.type.kind()) {
                report_.add(place, "check.type-clash", fmt::format("The input \"{}\" is {} in the model, but {} in the form.", element.name,
                                                                   element.type.text(), given.text()));
            }
            if (field && field->sensitive) {
                report_.add(place, "check.sensitive", fmt::format("The input \"{}\" is a sensitive answer, kept encrypted; a decision record is not.", element.name));
            }
            if (std::ranges::find(used, element.name) == used.end()) {
                report_.add(place, "check.unused-input", fmt::format("The input \"{}\" is read by no decision. Remove it.", element.name));
            } else if (std::ranges::find(unread, element.name) != unread.end()) {
                report_.add(place, "check.unused-input", fmt::format("The input \"{}\" is required, but no expression reads it. Remove it.", element.name));
            }
        }
    }

    void names() {
        std::vector<std::string> seen;
        for (const auto& file : r_.rules().files()) {
            for (const auto& element : file.model->elements()) {
                if (element.kind != decision::ElementKind::decision || element.space != file.model->space()) {
                    continue;
                }
                const Place place = at(file, fmt::format("name=\"{}\"", element.name));
                const bool taken = r_.form.field(element.name) || std::ranges::find(fact_names(), element.name) != fact_names().end();
                if (taken) {
                    report_.add(place, "check.duplicate", fmt::format("The decision \"{}\" has the name of a question or a fact.", element.name));
                }
                if (std::ranges::find(seen, element.name) != seen.end()) {
                    report_.add(place, "check.duplicate", fmt::format("The decision \"{}\" stands in two files of the folder.", element.name));
                }
                seen.push_back(element.name);
            }
        }
    }

    void reference(std::string_view section, std::string_view key, const std::string& name) {
        if (!name.empty() && !r_.rules().file_of(name)) {
            report_.add(procedure(section), "check.unknown-decision",
                        fmt::format("[{}] {} names the decision \"{}\", which no .dmn file of the folder holds{}.", section, key, name,
                                    r_.rules().empty() ? "" : fmt::format(" ({})", fmt::join(r_.rules().decisions(), ", "))));
        }
    }

    [[nodiscard]] Type answered(const std::string& decision) const {
        const auto* file = r_.rules().file_of(decision);
        return file ? decision::answer_type({file->name, file->text}, decision) : Type();
    }
    void unfit(std::string_view section, const std::string& decision, const Type& is, std::string_view wanted) {
        report_.add(procedure(section), "check.type-clash", fmt::format("[{}] the decision \"{}\" answers {}; {} is wanted here.", section, decision, is.text(), wanted));
    }

    // What a decision answers against what procedure.toml makes of it.
    void an_amount(std::string_view section, const std::string& decision) {
        const Type is = answered(decision);
        const Type* amount = is.has_members() ? is.member("amount") : &is;
        if (!amount || (!amount->is_any() && amount->kind() != Type::Kind::number)) {
            unfit(section, decision, is, "a number, or rows of part and amount,");
        }
    }
    void uses() {
        an_amount("fee", r_.fee.decision);
        if (r_.proposal) {
            an_amount("proposal", r_.proposal->amount);
            const Type is = answered(r_.proposal->decision);
            const Type* outcome = is.has_members() ? is.member("outcome") : is.is_any() ? &is : nullptr;
            if (!outcome || (!outcome->is_any() && outcome->kind() != Type::Kind::string)) {
                unfit("proposal", r_.proposal->decision, is, "rows of outcome and reason");
            }
        }
    }

    void references() {
        uses();
        reference("fee", "decision", r_.fee.decision);
        if (r_.proposal) {
            reference("proposal", "decision", r_.proposal->decision);
            reference("proposal", "amount", r_.proposal->amount);
            if (r_.kind == Kind::declaration) {
                report_.add(procedure("proposal"), "check.proposal", "A declaration is not decided, so nothing is proposed.");
            }
        }
        for (const auto& answer : answers_of(r_.rules(), "outcome")) {
            if (answer.code != "grant" && answer.code != "refuse" && answer.code != "look") {
                report_.add(at(answer), "check.word", fmt::format("{}: row {}, output {}: the outcome \"{}\" must be \"grant\", \"refuse\" or \"look\".",
                                                                  answer.decision, answer.row, answer.column, answer.code));
            }
        }
    }

    // What a table answers is shown to people: it needs words in the languages of the law.
    void words() {
        for (const auto& answer : answers_of(r_.rules(), "reason")) {
            wanted(answer, word_for(r_.reasons, answer.code), fmt::format("[reason.{}] text", answer.code));
        }
        for (const auto& answer : answers_of(r_.rules(), "part")) {
            wanted(answer, word_for(r_.parts, answer.code), fmt::format("[part] {}", answer.code));
        }
        annotations();
        for (const auto& name : decisions_named(r_)) {
            const RuleWord* word = word_for(r_.decisions, name);
            for (const std::string_view language : {"ar", "fr"}) {
                if (word && !word->text.find(language)) {
                    report_.add(at(*r_.rules().file_of(name), fmt::format("name=\"{}\"", name)), "check.text-missing",
                                fmt::format("The decision \"{}\" has no title ({}): write [decision] {} in texts.{}.toml.", name, language, name, language));
                }
            }
        }
    }

    // The table's own wording is French; whoever reads Arabic has a right to the reason too.
    void annotations() {
        for (const auto& file : r_.rules().files()) {
            for (const auto& [name, table] : file.model->tables()) {
                for (const auto& rule : table->description().rules) {
                    for (const auto& note : rule.annotations) {
                        const std::string code = column_code(note);
                        const RuleWord* word = word_for(r_.annotations, code);
                        if (word && !word->text.find("ar")) {
                            report_.add(at(file, fmt::format("\"{}\"", rule.id.empty() ? name : rule.id)), "check.text-missing",
                                        fmt::format("{}: the note \"{}\" has no text (ar): write [note] {} in texts.ar.toml.", name, note, code));
                        }
                    }
                }
            }
        }
    }

    void wanted(const Answer& answer, const RuleWord* word, const std::string& path) {
        for (const std::string_view language : {"ar", "fr"}) {
            if (!word || !word->text.find(language)) {
                report_.add(at(answer), "check.text-missing", fmt::format("{}: row {}, output {}: \"{}\" has no text ({}): write {} in texts.{}.toml.", answer.decision,
                                                                          answer.row, answer.column, answer.code, language, path, language));
            }
        }
    }

    const Revision& r_;
    const Sources& sources_;
    Report& report_;
    std::vector<std::string> clashing_;  // decisions whose table has cells that do not fit
};

}  // namespace

// What an answer is to the rules; Any when it can be several things.
Type type_of(const form::Field& field) {
    using form::FieldType;
    switch (field.type) {
        case FieldType::number:
        case FieldType::money: return Type::Kind::number;
        case FieldType::yes_no: return Type::Kind::boolean;
        case FieldType::date: return field.partial ? Type() : Type(Type::Kind::date);
        case FieldType::multi_choice: return Type::list_of(Type::Kind::string);
        case FieldType::person_name:
        case FieldType::identity_document:
        case FieldType::commune: return Type::Kind::context;
        case FieldType::attachment: return {};
        default: return Type::Kind::string;
    }
}

Type type_of_fact(std::string_view name) {
    if (name == "day") {
        return Type::Kind::date;
    }
    return name == "level" || name == "age" ? Type::Kind::number : Type::Kind::string;
}

void check_tables(const Revision& revision, const Sources& sources, Report& report) { TableCheck(revision, sources, report).run(); }

}  // namespace wasl::catalogue::impl
