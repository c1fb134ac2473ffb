// wasl test: the example cases kept beside each procedure, run through the code that the pages run.
#include "catalogue_commands.hpp"
#include "tool.hpp"

#include "base/clock.hpp"
#include "catalogue/cases.hpp"
#include "jurisdiction/pack.hpp"

#include <fmt/format.h>

#include <filesystem>
#include <iostream>

namespace wasl::app {

namespace {

struct Tested {
    std::filesystem::path folder;
    std::shared_ptr<const catalogue::Revision> revision;  // null: the folder cannot be read
    catalogue::CasesReport report;
    [[nodiscard]] bool ok() const { return revision != nullptr && report.ok() && !report.cases.empty(); }
};

Tested test_folder(const std::filesystem::path& folder, const jurisdiction::Pack& pack, Date today) {
    Tested out{folder, catalogue::load_procedure(folder, &pack, today).revision, {}};
    if (out.revision) out.report = catalogue::run_cases(folder, *out.revision, &pack);
    return out;
}

void print(const Tested& one) {
    const auto name = one.folder.filename().string();
    if (one.revision == nullptr) {
        std::cout << fmt::format("{}: cannot be read; `wasl check {}` says why\n", name, one.folder.string());
        return;
    }
    for (const auto& finding : one.report.diagnostics) std::cout << finding.text() << '\n';
    for (const auto& each : one.report.cases) {
        std::cout << fmt::format("{} {}: {}\n", each.ok() ? "ok    " : "not ok", name, each.name);
        for (const auto& line : each.differences) std::cout << fmt::format("       {}:{}: {}\n", each.file, each.line, line);
    }
    if (one.report.cases.empty()) std::cout << fmt::format("not ok {}: there are no cases (cases/*.toml)\n", name);
    std::size_t rows = 0, missed = 0;
    std::string where;
    for (const auto& table : one.report.tables) {
        rows += table.rows;
        missed += table.missed.size();
        if (!table.missed.empty()) {
            where += fmt::format("{}{} row {}", where.empty() ? "" : "; ", table.decision, fmt::join(table.missed, ", "));
        }
    }
    if (rows > 0) {
        std::cout << fmt::format("       {}: rows covered {} of {}{}\n", name, rows - missed, rows, where.empty() ? "" : "; not covered: " + where);
    }
}

json::Object to_json(const Tested& one) {
    json::Array cases, tables, diagnostics;
    for (const auto& each : one.report.cases) {
        json::Array differences;
        for (const auto& line : each.differences) differences.emplace_back(line);
        cases.emplace_back(json::Object{{"file", each.file}, {"line", each.line}, {"name", each.name}, {"ok", each.ok()}, {"differences", std::move(differences)}});
    }
    for (const auto& table : one.report.tables) {
        json::Array missed;
        for (const auto row : table.missed) missed.emplace_back(static_cast<std::uint64_t>(row));
        tables.emplace_back(json::Object{{"file", table.file}, {"decision", table.decision}, {"rows", static_cast<std::uint64_t>(table.rows)}, {"notCovered", std::move(missed)}});
    }
    for (const auto& finding : one.report.diagnostics) diagnostics.emplace_back(finding.text());
    return {{"procedure", one.folder.filename().string()}, {"readable", one.revision != nullptr}, {"ok", one.ok()},
            {"cases", std::move(cases)}, {"tables", std::move(tables)}, {"findings", std::move(diagnostics)}};
}

}  // namespace

int run_test(std::span<const std::string> roots, bool as_json) {
    const auto pack = jurisdiction::load_pack(pack_folder());
    if (!pack) {
        complain(pack.error());
        return 2;
    }
    const Date today = (*pack)->zone().date_at(SystemClock().now());
    std::size_t good = 0, bad = 0;
    bool all_ok = true;
    json::Array procedures;
    for (const auto& root : roots) {
        const auto folders = catalogue::procedure_folders(root);
        if (folders.empty()) {
            complain(root + ": there is no procedure here: no folder with a procedure.toml");
            return 2;
        }
        for (const auto& folder : folders) {
            const auto one = test_folder(folder, **pack, today);
            for (const auto& each : one.report.cases) ++(each.ok() ? good : bad);
            all_ok = all_ok && one.ok();
            if (as_json) {
                procedures.emplace_back(to_json(one));
            } else {
                print(one);
            }
        }
    }
    if (as_json) std::cout << json::write_pretty(json::Object{{"ok", all_ok}, {"procedures", std::move(procedures)}}) << '\n';
    std::cerr << fmt::format("{} cases ok, {} not ok\n", good, bad);
    return all_ok ? 0 : 1;
}

}  // namespace wasl::app
