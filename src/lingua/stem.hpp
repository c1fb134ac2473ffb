// Words for the full-text index: folded, stemmed in Arabic, French and English (Snowball).
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wasl::lingua {

// Tokens of a text, separated by single blanks, ready for a full-text index that splits at blanks.
// Each word gives its folded form and its stems, so that either finds it.
std::string index_tokens(std::string_view text);

// One word of a query: any of its alternatives may match; words are joined by AND.
struct QueryWord {
    std::vector<std::string> alternatives;
    bool operator==(const QueryWord&) const = default;
};

// Words of a query without articles and other little words (unless there are only those).
// At most 16 words; tokens hold letters and digits only, safe in any query syntax.
std::vector<QueryWord> query_words(std::string_view query);

// The folded words of a text in order (letters and digits), without stemming.
std::vector<std::string> words(std::string_view text);

}  // namespace wasl::lingua
