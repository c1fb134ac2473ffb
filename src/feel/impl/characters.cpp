#include "feel/impl/characters.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>

namespace wasl::feel::impl {

bool is_name_start(char32_t c) noexcept {
    if (c < 0x80) return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '?';
    struct Interval { char32_t first, last; };
    static constexpr Interval intervals[] = {{0xC0, 0xD6},     {0xD8, 0xF6},     {0xF8, 0x2FF},    {0x370, 0x37D},
                                             {0x37F, 0x1FFF},  {0x200C, 0x200D}, {0x2070, 0x218F}, {0x2C00, 0x2FEF},
                                             {0x3001, 0xD7FF}, {0xF900, 0xFDCF}, {0xFDF0, 0xFFFD}, {0x10000, 0xEFFFF}};
    if (is_space(c)) return false;
    return std::any_of(std::begin(intervals), std::end(intervals), [&](const Interval& i) { return c >= i.first && c <= i.last; });
}

bool is_name_part(char32_t c) noexcept {
    return (c >= '0' && c <= '9') || is_name_start(c) || c == 0xB7 || (c >= 0x300 && c <= 0x36F) || c == 0x203F || c == 0x2040;
}

bool is_space(char32_t c) noexcept {
    if (c < 0x80) return c == ' ' || (c >= 0x09 && c <= 0x0D);
    return c == 0x85 || c == 0xA0 || c == 0x1680 || c == 0x180E || (c >= 0x2000 && c <= 0x200B) || c == 0x2028 || c == 0x2029 ||
           c == 0x202F || c == 0x205F || c == 0x3000 || c == 0xFEFF;
}

bool is_keyword(std::string_view word) noexcept {
    static constexpr std::array<std::string_view, 20> words = {
        "and",    "between",  "else", "every", "external", "false", "for",       "function", "if",   "in",
        "instance", "not", "null", "of",    "or",       "return", "satisfies", "some",     "then", "true"};
    return std::find(words.begin(), words.end(), word) != words.end();
}

bool is_plain_name(std::string_view text) noexcept {
    bool word_begins = true;
    std::size_t word_at = 0;
    for (std::size_t at = 0; at < text.size();) {
        const auto start = at;
        const auto c = next_code_point(text, at);
        if (c == ' ') {
            if (word_begins || is_keyword(text.substr(word_at, start - word_at))) return false;
            word_begins = true;
        } else {
            if (word_begins) word_at = start;
            if (c == U'\uFFFD' || (word_begins ? !is_name_start(c) : !is_name_part(c))) return false;
            word_begins = false;
        }
    }
    return !word_begins && !is_keyword(text.substr(word_at));
}

}  // namespace wasl::feel::impl
