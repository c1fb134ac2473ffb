// `wasl check` and `wasl import idarati`: the arguments after the subcommand's name, the exit code back.
#pragma once

#include <span>
#include <string>
#include <vector>

namespace wasl::app {

// DIR… : prints "file:line: message" for each finding. 0 clean, 1 findings, 2 wrong usage.
int run_check(std::span<const std::string> args);

// DIR…: runs the example cases beside each procedure. 0 all ok, 1 some differ (or a procedure has none), 2 wrong usage.
int run_test(std::span<const std::string> roots, bool as_json);

// FILE… --out DIR --report FILE.jsonl [--member ID] [--data DIR]: 0 imported, 1 nothing was written, 2 wrong usage.
// With a member whose host stands in the data folder, the sheets are published in its catalogue as well.
int run_import_idarati(std::span<const std::string> args);

}  // namespace wasl::app
