#include "catalogue/cases.hpp"

#include "base/text.hpp"
#include "catalogue/impl/source.hpp"
#include "catalogue/proposal.hpp"
#include "decision/model.hpp"
#include "jurisdiction/pack.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <set>

namespace wasl::catalogue {
namespace {

namespace fs = std::filesystem;
using impl::Section;
using Covered = std::set<std::pair<std::string, std::size_t>>;  // decision, row

constexpr std::uintmax_t largest_file = 1U << 20U;

std::string list_in_words(const std::vector<std::string>& values) { return values.empty() ? "nothing" : fmt::format("{}", fmt::join(values, ", ")); }

std::string delay_in_words(const DelayCase* one) {
    if (!one) {
        return "maximum";
    }
    if (one->n == 0) {
        return "at once";
    }
    return fmt::format("{} {}{}{}", one->n, one->working ? "working " : "", one->unit == DelayUnit::month ? "month" : "day", one->n == 1 ? "" : "s");
}

class CaseRun {
public:
    CaseRun(const Revision& revision, const jurisdiction::Pack* pack, Section& given, Covered& covered)
        : revision_(revision), given_(given), covered_(covered) {
        setting_.pack = pack;
        setting_.today = given.date("day").value_or(Date{2026, 1, 15});
        today_ = setting_.today.iso();
        setting_.facts.set("channel", given.text("channel", "online"));
        setting_.facts.set("level", given.integer("level", 2, 1, 3));
        setting_.facts.set("applicant", given.text("applicant", "person"));
        if (const auto age = given.optional_integer("age")) {
            setting_.facts.set("age", *age);
        }
        answers_ = given.object("answers");
        checked_ = form::check(revision.form, answers_, setting_);
    }

    std::vector<std::string> differences() {
        cover();
        unknown_answers();
        auto expect = given_.section("expect");
        refused_answers(expect ? &*expect : nullptr);
        if (expect) {
            lists(*expect);
            numbers(*expect);
            proposal(*expect);
            decisions(expect->object("decisions"));
            expect->finish();
        } else {
            differ("expect", "something: add [case.expect]", "nothing");
        }
        return std::move(out_);
    }

private:
    [[nodiscard]] const jurisdiction::Law* law() const { return setting_.pack == nullptr ? nullptr : &setting_.pack->law_on(setting_.today); }
    [[nodiscard]] Facts facts() const { return {&checked_.answers, &setting_.facts, today_, &revision_.form}; }
    void differ(std::string_view what, std::string_view wanted, std::string_view is) { out_.push_back(fmt::format("{}: expected {}, is {}", what, wanted, is)); }
    void same(std::string_view what, const std::string& wanted, const std::string& is) {
        if (wanted != is) {
            differ(what, wanted, is);
        }
    }

    // form::check drops what the form does not ask; in a case it is a slip of the pen.
    void unknown_answers() {
        for (const auto& [name, value] : answers_) {
            if (!revision_.form.field(name)) {
                out_.push_back(fmt::format("the answer {} is to no question of the form", name));
            }
        }
    }

    // Unless the case says which answers are refused, none is.
    void refused_answers(Section* expect) {
        std::vector<std::string> refused;
        const bool told = expect && expect->has("refused");
        for (const auto& finding : checked_.findings) {
            if (finding.warning || finding.key == "form.required") {
                continue;
            }
            refused.push_back(finding.field);
            if (!told) {
                out_.push_back(fmt::format("the answer to {} is not accepted ({})", finding.field, finding.key));
            }
        }
        if (told) {
            same("refused", list_in_words(expect->strings("refused")), list_in_words(refused));
        }
    }

    [[nodiscard]] std::vector<std::string> visible() const {
        std::vector<std::string> out;
        for (const std::size_t page : form::visible_pages(revision_.form, checked_.answers, setting_)) {
            for (const auto& field : revision_.form.pages[page].fields) {
                if (form::is_visible(revision_.form, field, checked_.answers, setting_)) {
                    out.push_back(field.id);
                }
            }
        }
        return out;
    }

    void lists(Section& expect) {
        std::vector<std::string> papers, missing;
        for (const std::size_t index : papers_for(revision_, facts())) {
            papers.push_back(revision_.requirements[index].code);
        }
        for (const auto& finding : checked_.findings) {
            if (finding.key == "form.required") {
                missing.push_back(finding.field);
            }
        }
        const auto compare = [&](std::string_view key, const std::vector<std::string>& is) {
            if (expect.has(key)) {
                same(key, list_in_words(expect.strings(key)), list_in_words(is));
            }
        };
        compare("visible", visible());
        compare("papers", papers);
        compare("missing", missing);
    }

    void numbers(Section& expect) {
        if (expect.has("fee")) {
            same("fee", expect.text("fee"), fee_for(revision_, facts(), law()).value_or("agent"));
        }
        if (expect.has("delay")) {
            same("delay", expect.text("delay"), delay_in_words(delay_for(revision_, facts())));
        }
    }

    void proposal(Section& expect) {
        const auto proposed = proposal_for(revision_, facts());
        if (expect.has("proposal")) {
            same("proposal", expect.text("proposal"), proposed ? std::string(to_string(proposed->advice)) : "none");
        }
        if (expect.has("reasons")) {
            same("reasons", list_in_words(expect.strings("reasons")), list_in_words(proposed ? proposed->reasons : std::vector<std::string>()));
        }
        if (expect.has("amount")) {
            same("amount", expect.text("amount"), proposed && proposed->amount ? proposed->amount->total.fixed(2) : "none");
        }
    }

    void decisions(const json::Object& wanted) {
        for (const auto& [name, value] : wanted) {
            if (!revision_.rules().file_of(name)) {
                differ(name, "a decision of the tables", "none");
                continue;
            }
            const std::string text = value.string() ? *value.string() : json::write(value);
            same(name, text, feel::to_text(revision_.rules().evaluate(name, facts()).value));
        }
    }

    void cover() {
        for (const auto& name : decisions_named(revision_)) {
            if (const auto run = run_rule(revision_, name, facts())) {
                for (const auto& row : fired_rows(run->trace)) {
                    if (row.chosen) {
                        covered_.emplace(row.decision, row.row);
                    }
                }
            }
        }
    }

    const Revision& revision_;
    Section& given_;
    Covered& covered_;
    form::Setting setting_;
    json::Object answers_;
    std::string today_;
    form::Checked checked_;
    std::vector<std::string> out_;
};

std::vector<TableCoverage> coverage(const Revision& revision, const Covered& covered) {
    std::vector<TableCoverage> out;
    for (const auto& file : revision.rules().files()) {
        for (const auto& [decision, table] : file.model->tables()) {
            TableCoverage one{file.name, decision, table->description().rules.size(), {}};
            for (std::size_t row = 1; row <= one.rows; ++row) {
                if (!covered.contains({decision, row})) {
                    one.missed.push_back(row);
                }
            }
            out.push_back(std::move(one));
        }
    }
    return out;
}

}  // namespace

bool CasesReport::ok() const noexcept {
    return diagnostics.empty() && std::ranges::all_of(cases, [](const CaseResult& one) { return one.ok(); });
}

CasesReport run_cases(const std::string& folder_name, const Files& files, const Revision& revision, const jurisdiction::Pack* pack) {
    CasesReport out;
    impl::Report report;
    impl::Places places;
    Covered covered;
    const impl::Sources sources{folder_name.empty() ? "cases" : folder_name + "/cases", &files, &report, nullptr, &places};
    for (const auto& [name, content] : files) {
        const auto root = sources.parse(name);
        if (!root) {
            continue;
        }
        Section section(sources.name(name), *root, report);
        for (auto& item : section.sections("case")) {
            CaseResult one{"cases/" + name, item.place().line, item.required_text("name"), {}};
            Covered reached;
            one.differences = CaseRun(revision, pack, item, reached).differences();
            item.finish();
            if (one.ok()) {
                covered.merge(reached);  // a case that is not met shows nothing of the rows it reached
            }
            out.cases.push_back(std::move(one));
        }
        section.finish();
    }
    out.tables = coverage(revision, covered);
    out.diagnostics = std::move(report.all);
    return out;
}

CasesReport run_cases(const fs::path& folder, const Revision& revision, const jurisdiction::Pack* pack) {
    Files files;
    std::error_code error;
    for (fs::directory_iterator at(folder / "cases", error), end; !error && at != end; at.increment(error)) {
        const std::string name = at->path().filename().string();
        std::error_code size_error;
        if (!name.ends_with(".toml") || at->file_size(size_error) > largest_file || size_error) {
            continue;
        }
        std::ifstream in(at->path(), std::ios::binary);
        files.emplace_back(name, std::string((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>()));
    }
    std::sort(files.begin(), files.end());
    return run_cases(folder.string(), files, revision, pack);
}

}  // namespace wasl::catalogue
