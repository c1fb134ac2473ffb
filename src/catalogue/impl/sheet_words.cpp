#include "catalogue/impl/sheet_words.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace wasl::catalogue::sheet {
namespace {

// Presentation forms B (U+FE80–FEFC): first code point of each run and the plain letter.
constexpr std::array<std::pair<char32_t, char32_t>, 36> presentation = {{
    {0xFE80, 0x621}, {0xFE81, 0x627}, {0xFE83, 0x627}, {0xFE85, 0x648}, {0xFE87, 0x627}, {0xFE89, 0x64A},
    {0xFE8D, 0x627}, {0xFE8F, 0x628}, {0xFE93, 0x647}, {0xFE95, 0x62A}, {0xFE99, 0x62A}, {0xFE9D, 0x62C},
    {0xFEA1, 0x62D}, {0xFEA5, 0x62E}, {0xFEA9, 0x62F}, {0xFEAB, 0x630}, {0xFEAD, 0x631}, {0xFEAF, 0x632},
    {0xFEB1, 0x633}, {0xFEB5, 0x634}, {0xFEB9, 0x635}, {0xFEBD, 0x636}, {0xFEC1, 0x637}, {0xFEC5, 0x638},
    {0xFEC9, 0x639}, {0xFECD, 0x63A}, {0xFED1, 0x641}, {0xFED5, 0x642}, {0xFED9, 0x643}, {0xFEDD, 0x644},
    {0xFEE1, 0x645}, {0xFEE5, 0x646}, {0xFEE9, 0x647}, {0xFEED, 0x648}, {0xFEEF, 0x64A}, {0xFEF1, 0x64A},
}};

char32_t plain_presentation(char32_t c) {
    char32_t letter = c;
    for (const auto& [first, plain] : presentation) {
        if (c < first) {
            break;
        }
        letter = plain;
    }
    return letter;
}

constexpr char32_t tatweel = 0x640;

bool is_invisible(char32_t c) {
    return c == 0x621 || c == 0xFE80 || (c >= 0x64B && c <= 0x65F) || c == 0x670 || (c >= 0x200B && c <= 0x200F) ||
           (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0xFEFF || c == 0xAD ||
           (c >= 0x300 && c <= 0x36F);
}

char32_t fold_arabic(char32_t c) {
    switch (c) {
        case 0x622: case 0x623: case 0x625: case 0x671: return 0x627;  // alef
        case 0x624: return 0x648;                                      // waw with hamza
        case 0x626: case 0x649: case 0x6CC: case 0x6D2: return 0x64A;  // ya
        case 0x629: case 0x6C1: case 0x6D5: case 0x6BE: case 0x6C0: return 0x647;  // ha
        case 0x62B: return 0x62A;                                      // tha written ta
        case 0x6A9: return 0x643;                                      // kaf
        default: return c;
    }
}

char32_t fold_latin(char32_t c) {
    if (c >= 'A' && c <= 'Z') {
        return c + 32;
    }
    if (c >= 0xC0 && c <= 0xDE && c != 0xD7) {
        c += 0x20;
    }
    switch (c) {
        case 0xE0: case 0xE1: case 0xE2: case 0xE3: case 0xE4: return 'a';
        case 0xE7: return 'c';
        case 0xE8: case 0xE9: case 0xEA: case 0xEB: return 'e';
        case 0xEC: case 0xED: case 0xEE: case 0xEF: return 'i';
        case 0xF2: case 0xF3: case 0xF4: case 0xF5: case 0xF6: return 'o';
        case 0xF9: case 0xFA: case 0xFB: case 0xFC: return 'u';
        default: return c;
    }
}

int digit_of(char32_t c) {
    if (c >= '0' && c <= '9') {
        return static_cast<int>(c - '0');
    }
    for (const char32_t zero : {char32_t{0x660}, char32_t{0x6F0}, char32_t{0xFF10}}) {
        if (c >= zero && c <= zero + 9) {
            return static_cast<int>(c - zero);
        }
    }
    return -1;
}

bool is_letter(char32_t c) {
    return (c >= 'a' && c <= 'z') || (c >= 0x621 && c <= 0x64A && c != tatweel) || (c >= 0x671 && c <= 0x6D3) ||
           (c >= 0x2D30 && c <= 0x2D7F) || c == 0x153 || c == 0xE6 || c == 0x6D5;
}

bool is_blank(char32_t c) {
    return c == ' ' || c == '\t' || c == 0xA0 || (c >= 0x2000 && c <= 0x200A) || c == 0x202F || c == 0x205F ||
           c == 0x3000;
}

char mark_of(char32_t c) {
    switch (c) {
        case 0x2010: case 0x2011: case 0x2012: case 0x2013: case 0x2014: case 0x2015: case 0x2212: case tatweel: return '-';
        case 0x2022: case 0x25CF: case 0x25AA: case 0x25E6: case 0xB7: case 0x25A0: case 0x2023: case 0xF0B7:
        case 0x27A2: case 0x25BA: case 0x2714: case 0x25C6: case 0xF0A7: return '*';
        case 0x60C: return ',';
        case 0x61B: return ';';
        case 0x61F: return '?';
        case 0x66A: case 0x2030: return '%';
        case 0x66B: return '\x01';  // Arabic decimal sign
        case 0x66C: return '\x02';  // Arabic thousands sign
        case 0x2019: case 0x2018: case 0x60: return '\'';
        case 0xAB: case 0xBB: case 0x201C: case 0x201D: return '"';
        case 0xFF08: case 0xFD3E: case 0xFD3F: return '(';
        case 0xFF1A: return ':';
        case 0x20AC: return '\x05';  // euro
        case 0xBD: case 0xBC: case 0xBE: return '\x03';  // one half, one quarter …
        default: return c < 0x80 && c > 0x20 ? static_cast<char>(c) : '\x04';  // anything else is foreign
    }
}

struct Lexer {
    std::string_view text;
    Tokens out;
    std::size_t last_end = 0;

    void push(Token::Kind kind, std::string word, std::size_t begin, std::size_t end) {
        if (kind == Token::Kind::line && (out.empty() || out.back().kind == Token::Kind::line)) {
            last_end = end;
            return;
        }
        const bool glued = !out.empty() && last_end == begin && out.back().kind != Token::Kind::line;
        out.push_back({kind, std::move(word), begin, end, glued});
        last_end = end;
    }

    // One folded code point, or two for a lam-alef ligature.
    static void fold(char32_t c, std::u32string& into) {
        if (c >= 0xFEF5 && c <= 0xFEFC) {
            into += U"\u0644\u0627";
            return;
        }
        if (c >= 0xFE80 && c <= 0xFEF4) {
            c = plain_presentation(c);
        }
        into.push_back(fold_latin(fold_arabic(c)));
    }

    void run() {
        std::string word, digits;
        std::size_t word_at = 0, digits_at = 0, at = 0;
        bool parted = false;  // a mark of direction or the like inside digits: not surely one number
        auto flush = [&](std::size_t end) {
            if (!word.empty()) {
                push(Token::Kind::word, std::move(word), word_at, end);
                word.clear();
            }
            if (!digits.empty()) {
                push(Token::Kind::number, std::move(digits), digits_at, end);
                digits.clear();
            }
        };
        while (at < text.size()) {
            const std::size_t begin = at;
            const char32_t c = next_code_point(text, at);
            // A tatweel lengthens a word; anywhere else offices type it for a dash ("10ـ15").
            if (is_invisible(c) || (c == tatweel && !word.empty())) {
                parted = !digits.empty();
                if (word.empty() && digits.empty() && last_end == begin) {
                    last_end = at;
                }
                continue;
            }
            if (const int digit = digit_of(c); digit >= 0) {
                if (!word.empty() || parted) {
                    flush(begin);
                }
                parted = false;
                digits_at = digits.empty() ? begin : digits_at;
                digits.push_back(static_cast<char>('0' + digit));
                continue;
            }
            parted = false;
            std::u32string folded;
            fold(c, folded);
            if (is_letter(folded[0])) {
                if (!digits.empty()) {
                    flush(begin);
                }
                word_at = word.empty() ? begin : word_at;
                for (const char32_t letter : folded) {
                    append_utf8(word, letter);
                }
                continue;
            }
            flush(begin);
            if (c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029 || c == 0x0B) {
                push(Token::Kind::line, "\n", begin, at);
            } else if (!is_blank(c)) {
                push(Token::Kind::mark, std::string(1, mark_of(c)), begin, at);
            }
        }
        flush(text.size());
        while (!out.empty() && out.back().kind == Token::Kind::line) {
            out.pop_back();
        }
    }
};

struct NumberWord {
    std::string_view word;
    int value;
};

// Folded spellings. 1–9 stand before عشر for the teens; tens follow و.
constexpr NumberWord small_numbers[] = {
    {"صفر", 0}, {"واحد", 1}, {"واحدا", 1}, {"واحده", 1}, {"احد", 1}, {"احدي", 1}, {"اتنان", 2}, {"اتنين", 2}, {"اتنتان", 2},
    {"اتنتين", 2}, {"اتنا", 2}, {"اتني", 2}, {"اتنتا", 2}, {"اتنتي", 2}, {"تلات", 3}, {"تلاته", 3}, {"اربع", 4},
    {"اربعه", 4}, {"خمس", 5}, {"خمسه", 5}, {"ست", 6}, {"سته", 6}, {"سبع", 7}, {"سبعه", 7}, {"تمان", 8},
    {"تماني", 8}, {"تمانيه", 8}, {"تسع", 9}, {"تسعه", 9}, {"عشر", 10}, {"عشره", 10}};
constexpr NumberWord tens_numbers[] = {
    {"عشرون", 20}, {"عشرين", 20}, {"تلاتون", 30}, {"تلاتين", 30}, {"اربعون", 40}, {"اربعين", 40},
    {"خمسون", 50}, {"خمسين", 50}, {"ستون", 60}, {"ستين", 60}, {"سبعون", 70}, {"سبعين", 70},
    {"تمانون", 80}, {"تمانين", 80}, {"تسعون", 90}, {"تسعين", 90}};
constexpr NumberWord hundred_numbers[] = {
    {"مايه", 100}, {"ميه", 100}, {"مايتان", 200}, {"مايتين", 200}, {"مايتا", 200}, {"مايتي", 200},
    {"ميتان", 200}, {"ميتين", 200}, {"ميتا", 200}, {"ميتي", 200}, {"تلاتمايه", 300}, {"تلاتميه", 300},
    {"اربعمايه", 400}, {"اربعميه", 400}, {"خمسمايه", 500}, {"خمسميه", 500}, {"ستمايه", 600}, {"ستميه", 600},
    {"سبعمايه", 700}, {"سبعميه", 700}, {"تمانمايه", 800}, {"تمانميه", 800}, {"تمانيمايه", 800},
    {"تسعمايه", 900}, {"تسعميه", 900}};
constexpr NumberWord latin_numbers[] = {
    {"zero", 0}, {"un", 1}, {"une", 1}, {"deux", 2}, {"trois", 3}, {"quatre", 4}, {"cinq", 5}, {"six", 6},
    {"sept", 7}, {"huit", 8}, {"neuf", 9}, {"dix", 10}, {"onze", 11}, {"douze", 12}, {"treize", 13},
    {"quatorze", 14}, {"quinze", 15}, {"seize", 16}, {"vingt", 20}, {"trente", 30}, {"quarante", 40},
    {"cinquante", 50}, {"soixante", 60}, {"one", 1}, {"two", 2}, {"three", 3}, {"four", 4}, {"five", 5},
    {"seven", 7}, {"eight", 8}, {"nine", 9}, {"ten", 10}, {"fifteen", 15}, {"twenty", 20}, {"thirty", 30},
    {"forty", 40}, {"sixty", 60}, {"ninety", 90}};

template <std::size_t N>
int value_in(const NumberWord (&list)[N], std::string_view word) noexcept {
    for (const auto& entry : list) {
        if (entry.word == word) {
            return entry.value;
        }
    }
    return -1;
}

std::string_view without(std::string_view word, std::string_view prefix) {
    return word.starts_with(prefix) && word.size() > prefix.size() ? word.substr(prefix.size()) : std::string_view();
}

// 1–99: "خمسة", "خمسة عشر", "خمسة وعشرون", "خمسةعشر".
std::optional<std::int64_t> below_hundred(const Tokens& tokens, std::size_t& at) {
    const std::string_view word = word_at(tokens, at);
    if (const int tens = value_in(tens_numbers, word); tens > 0) {
        ++at;
        return tens;
    }
    int units = value_in(small_numbers, word);
    for (const std::string_view ten : {std::string_view("عشره"), std::string_view("عشر")}) {
        if (units < 0 && word.ends_with(ten) && word.size() > ten.size()) {
            const int joined = value_in(small_numbers, word.substr(0, word.size() - ten.size()));
            if (joined > 0 && joined < 10) {
                ++at;
                return 10 + joined;
            }
        }
    }
    if (units < 0) {
        return std::nullopt;
    }
    ++at;
    if (units > 0 && units < 10 && value_in(small_numbers, word_at(tokens, at)) == 10) {
        ++at;
        return 10 + units;
    }
    if (units > 0 && units < 10) {  // "خمسة وعشرون", "خمسة و عشرون"
        const std::string_view next = word_at(tokens, at);
        if (const int tens = value_in(tens_numbers, without(next, "و")); tens > 0) {
            ++at;
            return tens + units;
        }
        if (const int tens = value_in(tens_numbers, word_at(tokens, at + 1)); next == "و" && tens > 0) {
            at += 2;
            return tens + units;
        }
    }
    if (word == "احد" || word == "احدي" || word == "اتنا" || word == "اتني" || word == "اتنتا" || word == "اتنتي") {
        return std::nullopt;  // only half of a number
    }
    return units;
}

// Up to 999.
std::optional<std::int64_t> below_thousand(const Tokens& tokens, std::size_t& at) {
    std::size_t from = at;
    std::int64_t hundreds = value_in(hundred_numbers, word_at(tokens, at));
    if (hundreds < 0) {
        const int units = value_in(small_numbers, word_at(tokens, at));
        const int hundred = value_in(hundred_numbers, word_at(tokens, at + 1));
        if (units >= 3 && units <= 9 && hundred == 100) {  // "خمس مائة"
            hundreds = units * 100;
            from = at + 1;
        }
    }
    if (hundreds < 0) {
        return below_hundred(tokens, at);
    }
    at = from + 1;
    // "مائة وعشرون", "مائة و خمسة وعشرون"
    const std::string_view next = word_at(tokens, at);
    if (next == "و") {
        std::size_t rest = at + 1;
        if (const auto low = below_hundred(tokens, rest)) {
            at = rest;
            return hundreds + *low;
        }
    } else if (const std::string_view bare = without(next, "و"); !bare.empty()) {
        Tokens tail(tokens.begin() + static_cast<std::ptrdiff_t>(at),
                    tokens.begin() + static_cast<std::ptrdiff_t>(std::min(tokens.size(), at + 4)));
        tail[0].text = std::string(bare);
        std::size_t used = 0;
        if (const auto low = below_hundred(tail, used)) {
            at += used;
            return hundreds + *low;
        }
    }
    return hundreds;
}

std::optional<std::int64_t> latin_number(const Tokens& tokens, std::size_t& at) {
    std::int64_t total = 0;
    bool any = false;
    std::size_t here = at;
    int last = 1000;
    while (here < tokens.size()) {
        std::size_t look = here;
        if (any && (word_at(tokens, look) == "et" || tokens[look].is_mark('-'))) {
            ++look;
        }
        const std::string_view word = word_at(tokens, look);
        if (any && last == 4 && (word == "vingt" || word == "vingts")) {
            total += 76;  // quatre-vingt: 4 becomes 80
            last = 80;
        } else if (word == "cent" || word == "cents") {
            if (any && (last < 2 || last > 9)) {
                return std::nullopt;
            }
            total = any ? total * 100 : 100;
            last = 100;
        } else if (const int value = value_in(latin_numbers, word);
                   value >= 0 && (!any || (last >= 20 && value < 20 && value > 0) || (last == 100 && value > 0))) {
            total += value;
            last = value;
        } else {
            break;
        }
        any = true;
        here = look + 1;
    }
    if (!any) {
        return std::nullopt;
    }
    at = here;
    return total;
}

}  // namespace

std::string_view word_at(const Tokens& tokens, std::size_t at) noexcept {
    return at < tokens.size() && tokens[at].kind == Token::Kind::word ? std::string_view(tokens[at].text)
                                                                      : std::string_view();
}

bool mark_at(const Tokens& tokens, std::size_t at, char c) noexcept { return at < tokens.size() && tokens[at].is_mark(c); }

Tokens tokenise(std::string_view text) {
    Lexer lexer{text, {}, 0};
    lexer.run();
    return std::move(lexer.out);
}

std::string folded_line(const Tokens& tokens, std::size_t from, std::size_t to) {
    std::string out = " ";
    for (std::size_t i = from; i < std::min(to, tokens.size()); ++i) {
        out += tokens[i].kind == Token::Kind::line ? "\n" : tokens[i].text;
        out += ' ';
    }
    return out;
}

bool starts_number_word(std::string_view folded) noexcept {
    return value_in(small_numbers, folded) >= 0 || value_in(tens_numbers, folded) >= 0 ||
           value_in(hundred_numbers, folded) >= 0 || value_in(latin_numbers, folded) >= 0;
}

std::optional<std::int64_t> number_in_words(const Tokens& tokens, std::size_t& at) {
    if (const auto latin = latin_number(tokens, at)) {
        return latin;
    }
    std::size_t here = at;
    std::int64_t thousands = 0;
    const std::string_view first = word_at(tokens, here);
    if (first == "الف") {
        thousands = 1000;
        ++here;
    } else if (first == "الفان" || first == "الفين" || first == "الفي") {
        thousands = 2000;
        ++here;
    } else {
        const auto low = below_thousand(tokens, here);
        if (!low) {
            return std::nullopt;
        }
        const std::string_view next = word_at(tokens, here);
        if (*low < 3 || (next != "الف" && next != "الفا" && next != "الاف")) {
            at = here;
            return low;
        }
        thousands = *low * 1000;
        ++here;
    }
    at = here;
    // "ألف وخمسمائة"
    const std::string_view next = word_at(tokens, here);
    Tokens tail(tokens.begin() + static_cast<std::ptrdiff_t>(here),
                tokens.begin() + static_cast<std::ptrdiff_t>(std::min(tokens.size(), here + 6)));
    std::size_t used = next == "و" ? 1 : 0;
    if (used == 0) {
        const std::string_view bare = without(next, "و");
        if (bare.empty()) {
            return thousands;
        }
        tail[0].text = std::string(bare);
    }
    if (const auto low = below_thousand(tail, used)) {
        at = here + used;
        return thousands + *low;
    }
    return thousands;
}

std::string source_of(std::string_view text, const Tokens& tokens, std::size_t from, std::size_t to) {
    const auto edge = [](const Token& token) {
        return token.kind == Token::Kind::line ||
               (token.kind == Token::Kind::mark && std::string_view("*-,;:.").find(token.text[0]) != std::string_view::npos);
    };
    while (from < to && edge(tokens[from])) {
        ++from;
    }
    while (to > from && edge(tokens[to - 1])) {
        --to;
    }
    if (to - from >= 2 && tokens[from].is_mark('(') && tokens[to - 1].is_mark(')')) {
        bool whole = true;
        for (std::size_t i = from + 1; i + 1 < to; ++i) {
            whole = whole && !tokens[i].is_mark('(') && !tokens[i].is_mark(')');
        }
        if (whole) {
            return source_of(text, tokens, from + 1, to - 1);
        }
    }
    if (from >= to) {
        return {};
    }
    std::string out;
    bool blank = false;  // runs of blanks and line ends become one blank
    std::size_t at = tokens[from].begin;
    while (at < tokens[to - 1].end) {
        const std::size_t begin = at;
        const char32_t c = next_code_point(text, at);
        if (is_blank(c) || c == '\n' || c == '\r') {
            blank = true;
            continue;
        }
        if (blank && !out.empty()) {
            out += ' ';
        }
        blank = false;
        out += text.substr(begin, at - begin);
    }
    return out;
}

}  // namespace wasl::catalogue::sheet
