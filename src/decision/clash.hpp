// Types that cannot meet in a model, found before anybody asks it anything.
#pragma once

#include <vector>

#include "decision/model.hpp"

namespace wasl::decision {

// Cells whose constant is not of the output's type, tests that no value of the
// input's type can meet, and expressions over names of known simple types whose
// operands clash ("floors + \"a\""). What is not known is not guessed at: an
// expression over a name without a type says nothing. Imports are not followed.
// Keys: "decision.type-clash"; each with file, line, element and, in a table,
// row and column.
std::vector<Finding> clashes(const File &file);

// Names of inputs that some decision requires and none of its expressions
// reads.
std::vector<std::string> unread_inputs(const File &file);

// What a decision answers, where it is known: its declared type, else that of
// its literal expression or of its table's only output; of several outputs a
// context of them (one row). Any otherwise.
feel::Type answer_type(const File &file, std::string_view decision);

}  // namespace wasl::decision
