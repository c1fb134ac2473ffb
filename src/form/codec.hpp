// Texts as JSON: {"ar": "…", "en": ["…", "unreviewed"]}; a plain string is a reviewed wording.
#pragma once

#include "base/json.hpp"
#include "form/text.hpp"

namespace wasl::form {

json::Value text_to_json(const Text& text);
Result<Text> text_from_json(const json::Value& value);  // key "form.malformed"; null is an empty text

}  // namespace wasl::form
