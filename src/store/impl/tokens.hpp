// Search tokens: the caller folds and separates by blanks, SQLite only stores. So the FTS5
// tokenizer of ours splits at blanks and nothing else.
#pragma once

#include "base/result.hpp"

#include <string>
#include <string_view>
#include <vector>

struct sqlite3;

namespace wasl::store::impl {

Result<void> register_tokenizer(sqlite3* database);  // named "blanks"

// Calls visit(token) for each token of a text.
template <class Visit>
void each_token(std::string_view text, Visit visit) {
    constexpr std::string_view blanks = " \t\n\r";
    for (std::size_t at = 0; (at = text.find_first_not_of(blanks, at)) < text.size();) {
        const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
        visit(text.substr(at, end - at));
        at = end;
    }
}

// All tokens wanted, each whole or (ending in '*') as a beginning: as an FTS5 query, and as a test
// of a text that is not indexed yet. Empty when nothing is asked for.
struct Wanted {
    std::vector<std::string> whole;
    std::vector<std::string> beginnings;

    [[nodiscard]] bool empty() const noexcept { return whole.empty() && beginnings.empty(); }
    [[nodiscard]] std::string match() const;
    [[nodiscard]] bool in(std::string_view text) const;
};
Wanted wanted(const std::vector<std::string>& words, const std::vector<std::string>& filters);

}  // namespace wasl::store::impl
