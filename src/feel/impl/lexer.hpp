// Tokens of FEEL text. Names are not tokens: they may hold blanks and operators, so that the parser
// puts them together from words, numbers and signs with the names in scope.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::feel::impl {

enum class Sign : std::uint8_t {
    none, open, close, open_bracket, close_bracket, open_brace, close_brace, comma, colon, dot, dots, plus, minus, star, power,
    slash, equal, not_equal, less, less_equal, greater, greater_equal, apostrophe, at, other
};

struct Token {
    enum class Kind : std::uint8_t { end, word, number, string, sign };
    Kind kind = Kind::end;
    Sign sign = Sign::none;
    bool spaced = false;  // white space or a comment stands before it
    bool keyword = false;
    std::uint32_t begin = 0;
    std::string_view text;  // as written; a string with its quotes

    [[nodiscard]] bool is(Sign wanted) const noexcept { return kind == Kind::sign && sign == wanted; }
    [[nodiscard]] bool is_word(std::string_view wanted) const noexcept { return kind == Kind::word && text == wanted; }
};

struct SyntaxError {
    std::size_t offset = 0;
    std::string message;
    bool limit = false;  // too large or too deep rather than wrong
};

// The tokens of the text, which must outlive them; the last one has Kind::end.
std::expected<std::vector<Token>, SyntaxError> tokenise(std::string_view text);

// Content of a string token: escapes resolved once, left to right; an unknown escape keeps its backslash.
std::string unescape(std::string_view quoted);

}  // namespace wasl::feel::impl
