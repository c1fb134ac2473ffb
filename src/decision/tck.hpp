// The test-case format of the DMN TCK, and the runner of a tree laid out like it:
// compliance-level-*/NNNN-name/ with models (*.dmn) and test cases (*.xml) of namespace
// http://www.omg.org/spec/DMN/20160719/testcase.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "decision/model.hpp"

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::decision::tck {

struct Failure {
    std::string node;  // result node
    std::string expected, got;
    std::string reason;  // first finding, or why the case could not run
    [[nodiscard]] std::string words() const;  // "fee: expected 1, got null | fees.dmn:3: …"
};

// One test case: passed when all its result nodes are as expected.
struct CaseResult {
    std::string folder;  // "compliance-level-2/0001-input-data-string"
    std::string file;    // "0001-input-data-string-test-01"
    std::string name;    // id of the case, or its number in the file; empty: the file as a whole
    std::vector<Failure> failures;
    [[nodiscard]] bool passed() const noexcept { return failures.empty(); }
};

// What now() and today() read, since some cases ask for them.
struct Clock {
    std::optional<Instant> now;
    std::optional<Zone> zone;
};

// The cases of one test file against the models beside it. A model that cannot be read fails its
// cases; a file that cannot be read, or holds no case, is one failed case itself. A case without a
// result node fails, since nothing was asked. No cases for a file whose root is another one's
// (`testCases` is what is wanted) and whose name is no test's ("…-test-01.xml").
std::vector<CaseResult> run_file(std::string_view folder, const File& cases,
                                 std::span<const File> models, const Clock& clock,
                                 const Limits& limits = {});

// The failed case that stands for a whole file.
CaseResult unreadable(std::string_view folder, std::string_view file, std::string reason);

// Numbers within 1e-8; lists and contexts member by member; all else as FEEL's equality says.
bool agrees(const feel::Value& got, const feel::Value& expected);

// Lines of the TCK's tck_results.csv, all five fields in quotes, as the vendors publish theirs:
//   "compliance-level-2/0001-input-data-string","0001-input-data-string-test-01","001","SUCCESS",""
// folder, test file, id of the case, SUCCESS or ERROR, and what was wrong with its reason.
std::string csv(std::span<const CaseResult> results);

}  // namespace wasl::decision::tck
