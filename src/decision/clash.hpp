// Types that cannot meet in a model, found before anybody asks it anything.
#pragma once

#include <span>
#include <vector>

#include "decision/model.hpp"

namespace wasl::decision {

// Operands, arguments (by position and by name), conditions, filters, tests and results of kinds
// that cannot be meant, in every expression of the file and of what it imports: bodies of functions
// and loops, knowledge models, cells of tables. What is not known is not guessed at: an expression
// over a name without a type says nothing. Key: "decision.type-clash"; each with file, line, element,
// text, position and, in a table, row and column. Nothing for a file that is no readable model.
std::vector<Finding> clashes(const File& file, std::span<const File> others = {});

// Names of inputs that some decision requires and none of its expressions
// reads.
std::vector<std::string> unread_inputs(const File& file);

// What a decision answers, where it is known: its declared type, else that of
// its literal expression or of its table's only output; of several outputs a
// context of them (one row). Any otherwise.
feel::Type answer_type(const File& file, std::string_view decision);

}  // namespace wasl::decision
