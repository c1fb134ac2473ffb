// Words and numbers of published sheets: Arabic as offices type it (with and without marks, with
// Eastern digits, with presentation forms of a copied PDF), French, some English. Each token keeps
// its place in the source, so that a case can be quoted as published.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::catalogue::sheet {

struct Token {
    enum class Kind { word, number, mark, line };
    Kind kind = Kind::word;
    std::string text;           // folded; digits are 0–9; marks are one ASCII sign ('-' for all dashes, '*' for bullets)
    std::size_t begin = 0, end = 0;  // bytes of the source
    bool glued = false;         // nothing between this token and the one before

    [[nodiscard]] bool is(std::string_view what) const noexcept { return text == what; }
    [[nodiscard]] bool is_mark(char c) const noexcept { return kind == Kind::mark && text[0] == c; }
};
using Tokens = std::vector<Token>;

// Folding: hamza carriers, alef maqsura and ta marbuta to their plain letters, tha to ta (a common
// slip in numbers), no vowel signs, Latin lower case without accents.
Tokens tokenise(std::string_view text);
// The folded words joined by single blanks, for phrase tests: " خلال 30 يوما " (with outer blanks).
std::string folded_line(const Tokens& tokens, std::size_t from, std::size_t to);

// A number written in words (Arabic, French, English) starting at `at`; moves `at` past it.
// Nothing when no number starts there. A number of digits only is not a number in words.
std::optional<std::int64_t> number_in_words(const Tokens& tokens, std::size_t& at);
bool starts_number_word(std::string_view folded) noexcept;

// Folded text of the word at `at`; empty when there is none.
std::string_view word_at(const Tokens& tokens, std::size_t at) noexcept;
bool mark_at(const Tokens& tokens, std::size_t at, char c) noexcept;

// Source text of tokens [from, to), trimmed of blanks, bullets and closing punctuation.
std::string source_of(std::string_view text, const Tokens& tokens, std::size_t from, std::size_t to);

}  // namespace wasl::catalogue::sheet
