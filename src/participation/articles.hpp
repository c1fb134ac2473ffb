// A text typed or pasted, read into its numbered articles. An article begins with a line of its own:
//   "المادة 3", "Article 3 : Objet", "Art. 3 – Title", "ⴰⵎⴰⴳⵔⴰⴷ 3", "3. Title"
// with digits of either script; what follows until the next such line is its text. Pure.
//
// Error keys [unprocessable] (detail: the line): participation.no-article (nothing begins an article, or words stand before the
// first) · participation.article-order (numbers do not rise) · participation.article-empty · participation.too-many-articles ·
// those of text.hpp.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::participation {

struct ArticleText {
    std::int64_t number = 0;
    std::string title, text;  // the title may be empty
    bool operator==(const ArticleText&) const = default;
};

Result<std::vector<ArticleText>> read_articles(std::string_view text);

}  // namespace wasl::participation
