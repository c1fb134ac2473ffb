// Words for machines: a page keeps directions apart with marks of isolation, an answer in JSON has none.
#pragma once

#include "base/text.hpp"

#include <string>
#include <string_view>

namespace wasl::web {

inline std::string plain_words(std::string text) {
    for (const std::string_view mark : {"\u2066", "\u2067", "\u2068", "\u2069"}) text = replace_all(text, mark, "");
    return text;
}

}  // namespace wasl::web
