// A run of tokens around a quantity of time, and what can be asked of it.
#pragma once

#include "catalogue/impl/delay_words.hpp"
#include "catalogue/impl/sheet_words.hpp"

#include <initializer_list>
#include <string_view>

namespace wasl::catalogue::sheet {

// The word without "and", "for", "by", "as" and the article in front: "وبالمتوسط" gives "متوسط".
// Each step is asked, so that a word that only begins with such a letter is found as well.
bool among_bare(words::Words list, std::string_view word);
// "سنة", "الأشهر", "بأسبوع": a unit of time, whatever stands in front of it.
bool is_time_word(std::string_view word);

struct Span {
    const Tokens& tokens;
    std::size_t from, to;

    [[nodiscard]] bool empty() const { return from >= to; }
    [[nodiscard]] const Token& first() const { return tokens[from]; }
    [[nodiscard]] const Token& last() const { return tokens[to - 1]; }
    [[nodiscard]] std::string_view word(std::size_t i) const {
        return i >= from && i < to ? word_at(tokens, i) : std::string_view();
    }
    [[nodiscard]] bool any(words::Words list) const;
    [[nodiscard]] bool any_bare(words::Words list) const;
    // Every token is a word of the lists or punctuation that says nothing.
    [[nodiscard]] bool only(std::initializer_list<words::Words> lists) const;
    [[nodiscard]] bool balanced() const;
    static bool is_quiet(const Token& token);
    void strip_quiet_front();
    void strip_quiet_back();
};

// Opens with the words of a case: "بالنسبة ل", "في حالة", "إذا", "pour", a bracket, "for" in one word.
bool opens_case(const Span& span);

}  // namespace wasl::catalogue::sheet
