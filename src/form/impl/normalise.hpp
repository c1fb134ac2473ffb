// One answer: from what was typed to the shape that is stored.
#pragma once

#include "form/form.hpp"

namespace wasl::form::impl {

// null, "", blanks, [], {} and objects of nothing but empty values.
bool is_empty(const json::Value& value);
// NFC, blanks trimmed, control characters dropped; line ends kept only in long text. Nothing when it is no UTF-8.
std::optional<std::string> clean_text(std::string_view typed, bool lines);
// The stored value; nothing when the answer is empty or wrong, and then `findings` say why.
std::optional<json::Value> normalise(const Field& field, const json::Value& given, const Setting& setting,
                                     std::vector<Finding>& findings);

}  // namespace wasl::form::impl
