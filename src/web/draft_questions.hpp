// From a form's field to the question on the page, filled with what was answered or typed.
#pragma once

#include "form/form.hpp"
#include "web/views/draft.hpp"
#include "web/visit.hpp"

#include <string>
#include <utility>
#include <vector>

namespace wasl::web {

using Pairs = std::vector<std::pair<std::string, std::string>>;

// `value` is the normalised answer (null: none); `typed` what was posted when the answer was not accepted.
Question question_of(const Visit& visit, const form::Field& field, const json::Value& value, const Pairs* typed, bool refreshes);
// Id of its first input: where an error link leads.
std::string first_input(const Question& question);
// A box of the date of birth or of a form: "1990-05" into its parts.
DateParts date_parts(std::string_view iso);
// Kinds of identity documents, in words.
std::vector<Option> document_kinds(const Visit& visit, std::string_view chosen);

}  // namespace wasl::web
