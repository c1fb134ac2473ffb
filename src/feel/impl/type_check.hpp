// Types of an expression without evaluating it, and the places where they clash.
#pragma once

#include "feel/impl/names.hpp"
#include "feel/impl/program.hpp"

namespace wasl::feel::impl {

// Looks at every part of the expression, also those that an evaluation would not reach: bodies of
// functions and loops, filters, both ways of a condition. What is not known is not guessed at. `scope`
// is the one it was compiled with; `tested` the type of "?" in unary tests.
CheckedType check_types(const Program& program, const Scope& scope, const Type& tested = {});

}  // namespace wasl::feel::impl
