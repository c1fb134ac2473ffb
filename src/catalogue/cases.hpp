// Example cases kept beside a procedure, in cases/NAME.toml, run through the code that the pages run.
//
//   [[case]]
//   name = "Two children at school"
//   day = 2026-03-02                      # the day of the request
//   channel = "online"  level = 2  applicant = "person"  age = 34     # facts, all optional
//   [case.answers]                        # as they are typed; numbers with decimals as texts
//   rsu_score = "9.2"
//   [case.expect]                         # what is not said is not compared
//   visible = ["rsu_score", …]            # exactly these questions, in the order of the form
//   papers = ["rsu-score"]                # exactly these papers are asked for
//   missing = ["resident"]                # required answers that are not given
//   refused = ["children_small"]          # answers not accepted, also by a check across questions; unsaid: none
//   fee = "25.00"                         # MAD, or "agent" when an agent must say
//   delay = "30 days"                     # "at once", "2 working days", "1 month", or "maximum"
//   proposal = "grant"                    # or "refuse", "look"
//   reasons = ["conditions-met"]
//   amount = "600.00"                     # MAD
//   [case.expect.decisions]               # any decision of the tables, as FEEL writes its value
//   engineer_study = "true"
#pragma once

#include "catalogue/loader.hpp"
#include "catalogue/revision.hpp"

#include <cstddef>
#include <filesystem>
#include <string>
#include <vector>

namespace wasl::catalogue {

struct CaseResult {
    std::string file;  // "cases/family.toml"
    int line = 0;
    std::string name;
    std::vector<std::string> differences;  // "fee: expected 25.00, is 20.00"; empty: ok
    [[nodiscard]] bool ok() const noexcept { return differences.empty(); }
};

// Of one decision table: how many rows there are, and which no case matched.
struct TableCoverage {
    std::string file, decision;
    std::size_t rows = 0;
    std::vector<std::size_t> missed;  // row numbers from 1
};

struct CasesReport {
    std::vector<CaseResult> cases;
    std::vector<TableCoverage> tables;
    std::vector<Diagnostic> diagnostics;  // of the case files themselves
    [[nodiscard]] bool ok() const noexcept;  // every case ok, and no diagnostic
};

// Runs the folder's cases on a revision. `pack` may be null.
CasesReport run_cases(const std::filesystem::path& folder, const Revision& revision, const jurisdiction::Pack* pack);
// The same on files in memory: (name below cases/, content).
CasesReport run_cases(const std::string& folder_name, const Files& cases, const Revision& revision, const jurisdiction::Pack* pack);

}  // namespace wasl::catalogue
