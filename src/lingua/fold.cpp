#include "lingua/fold.hpp"

#include "base/text.hpp"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>

#include <array>
#include <cstdint>
#include <memory>
#include <stdexcept>

namespace wasl::lingua {

namespace {

// IRCAM's Tifinagh letters and their Latin ones, as typed without diacritics in a search box.
struct Letter {
    char32_t tifinagh;
    std::string_view latin;
};
constexpr Letter tifinagh_letters[] = {
    {U'ⴰ', "a"}, {U'ⴱ', "b"}, {U'ⴲ', "b"}, {U'ⴳ', "g"}, {U'ⴴ', "g"}, {U'ⴵ', "j"}, {U'ⴶ', "j"}, {U'ⴷ', "d"}, {U'ⴸ', "d"}, {U'ⴹ', "d"},
    {U'ⴺ', "d"}, {U'ⴻ', "e"}, {U'ⴼ', "f"}, {U'ⴽ', "k"}, {U'ⴾ', "k"}, {U'ⴿ', "k"}, {U'ⵀ', "h"}, {U'ⵁ', "h"}, {U'ⵂ', "h"}, {U'ⵃ', "h"},
    {U'ⵄ', "e"}, {U'ⵅ', "kh"}, {U'ⵆ', "kh"}, {U'ⵇ', "q"}, {U'ⵈ', "q"}, {U'ⵉ', "i"}, {U'ⵊ', "j"}, {U'ⵋ', "j"}, {U'ⵌ', "j"}, {U'ⵍ', "l"},
    {U'ⵎ', "m"}, {U'ⵏ', "n"}, {U'ⵐ', "n"}, {U'ⵑ', "ng"}, {U'ⵒ', "p"}, {U'ⵓ', "u"}, {U'ⵔ', "r"}, {U'ⵕ', "r"}, {U'ⵖ', "gh"}, {U'ⵗ', "gh"},
    {U'ⵘ', "j"}, {U'ⵙ', "s"}, {U'ⵚ', "s"}, {U'ⵛ', "ch"}, {U'ⵜ', "t"}, {U'ⵝ', "t"}, {U'ⵞ', "ch"}, {U'ⵟ', "t"}, {U'ⵠ', "v"}, {U'ⵡ', "w"},
    {U'ⵢ', "y"}, {U'ⵣ', "z"}, {U'ⵤ', "z"}, {U'ⵥ', "z"}, {U'ⵦ', "e"}, {U'ⵧ', "o"}, {U'ⵯ', "w"},
};

// Letters of written Tamazight and neighbours that do not decompose to plain Latin ones.
constexpr Letter latin_extras[] = {
    {U'ɣ', "gh"}, {U'Ɣ', "gh"}, {U'γ', "gh"}, {U'Γ', "gh"}, {U'ɛ', "e"}, {U'Ɛ', "e"}, {U'ε', "e"}, {U'Ε', "e"},
    {U'œ', "oe"}, {U'Œ', "oe"}, {U'æ', "ae"}, {U'Æ', "ae"}, {U'ß', "ss"}, {U'ẞ', "ss"}, {U'ø', "o"}, {U'Ø', "o"},
    {U'đ', "d"}, {U'Đ', "d"}, {U'ł', "l"}, {U'Ł', "l"}, {U'ı', "i"}, {U'ħ', "h"}, {U'Ħ', "h"}, {U'ŋ', "ng"}, {U'Ŋ', "ng"},
    {U'’', "'"}, {U'‘', "'"}, {U'ʼ', "'"}, {U'´', "'"}, {U'`', "'"},
};

// Arabic letters that searchers do not tell apart; 0 means the letter goes.
struct Plain {
    char32_t from, to;
};
constexpr Plain arabic_letters[] = {
    {U'ء', 0}, {U'آ', U'ا'}, {U'أ', U'ا'}, {U'إ', U'ا'}, {U'ٱ', U'ا'}, {0x0672, U'ا'}, {0x0673, U'ا'},
    {U'ؤ', U'و'}, {U'ئ', U'ي'}, {U'ى', U'ي'}, {U'ة', U'ه'}, {0x0640, 0}, {0x0674, 0}, {0x0670, 0},
    {0x06CC, U'ي'}, {0x06D2, U'ي'}, {0x06A9, U'ك'}, {0x06AF, U'ك'}, {0x06AD, U'ك'}, {0x0763, U'ك'}, {0x06A4, U'ف'},
    {0x06A5, U'ف'}, {0x067E, U'ب'}, {0x0686, U'ج'}, {0x0698, U'ز'}, {0x06C1, U'ه'}, {0x06C0, U'ه'}, {0x06D5, U'ه'},
    {0x0675, U'ا'}, {0x0676, U'و'}, {0x0678, U'ي'},
};

bool is_mark_of_direction_or_joining(char32_t c) {
    return (c >= 0x200B && c <= 0x200F) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2060 && c <= 0x2069) || c == 0x061C ||
           c == 0xFEFF || c == 0x00AD;
}

bool is_arabic_sign(char32_t c) {
    return (c >= 0x0610 && c <= 0x061A) || (c >= 0x064B && c <= 0x065F) || (c >= 0x06D6 && c <= 0x06ED && c != 0x06DD && c != 0x06DE && c != 0x06E9);
}

const icu::Normalizer2& nfkc_casefold() {
    static const icu::Normalizer2* const made = [] {
        UErrorCode status = U_ZERO_ERROR;
        const auto* instance = icu::Normalizer2::getNFKCCasefoldInstance(status);
        return U_FAILURE(status) ? throw std::logic_error("ICU has no normalization data") : instance;
    }();
    return *made;
}

const icu::Normalizer2& nfd() {
    static const icu::Normalizer2* const made = [] {
        UErrorCode status = U_ZERO_ERROR;
        const auto* instance = icu::Normalizer2::getNFDInstance(status);
        return U_FAILURE(status) ? throw std::logic_error("ICU has no normalization data") : instance;
    }();
    return *made;
}

void fold_code_point(std::string& out, char32_t c, int depth);

// Everything without a rule of ours: compatibility case folding, then decomposition without marks.
void fold_by_unicode(std::string& out, char32_t c, int depth) {
    const auto value = static_cast<UChar32>(c);
    const int digit = u_charDigitValue(value);
    if (digit >= 0) {
        out += static_cast<char>('0' + digit);
        return;
    }
    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString decomposed =
        nfd().normalize(nfkc_casefold().normalize(icu::UnicodeString(value), status), status);
    for (int at = 0; at < decomposed.length(); at = decomposed.moveIndex32(at, 1)) {
        const UChar32 part = decomposed.char32At(at);
        const auto kind = u_charType(part);
        if (kind == U_NON_SPACING_MARK || kind == U_ENCLOSING_MARK) {
            continue;
        }
        if (part == value || depth >= 3) {
            append_utf8(out, static_cast<char32_t>(part));
        } else {
            fold_code_point(out, static_cast<char32_t>(part), depth + 1);
        }
    }
}

void fold_code_point(std::string& out, char32_t c, int depth) {
    if (c < 0x80) {
        out += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c == '`' ? '\'' : static_cast<char>(c);
        return;
    }
    if (is_arabic_sign(c) || is_mark_of_direction_or_joining(c)) {
        return;
    }
    for (const auto& letter : latin_extras) {
        if (letter.tifinagh == c) {
            out += letter.latin;
            return;
        }
    }
    for (const auto& letter : arabic_letters) {
        if (letter.from == c) {
            if (letter.to != 0) {
                append_utf8(out, letter.to);
            }
            return;
        }
    }
    for (const auto& letter : tifinagh_letters) {
        if (letter.tifinagh == c) {
            out += letter.latin;
            return;
        }
    }
    fold_by_unicode(out, c, depth);
}

// The folded forms of one range of code points, at most 7 bytes each, made once.
class Table {
public:
    Table(char32_t first, char32_t last) : first_(first), last_(last), cells_(std::make_unique<Cell[]>(last - first + 1)) {
        std::string folded;
        for (char32_t c = first; c <= last; ++c) {
            folded.clear();
            fold_code_point(folded, c, 0);
            Cell& cell = cells_[c - first];
            cell.long_form = folded.size() > sizeof cell.bytes;
            cell.size = static_cast<std::uint8_t>(cell.long_form ? 0 : folded.size());
            folded.copy(cell.bytes.data(), cell.size);
        }
    }
    // False when `c` is not in the range or its form is too long for a cell.
    bool append(std::string& out, char32_t c) const {
        if (c < first_ || c > last_ || cells_[c - first_].long_form) {
            return false;
        }
        const Cell& cell = cells_[c - first_];
        out.append(cell.bytes.data(), cell.size);
        return true;
    }

private:
    struct Cell {
        std::array<char, 6> bytes{};
        std::uint8_t size = 0;
        bool long_form = false;
    };
    char32_t first_, last_;
    std::unique_ptr<Cell[]> cells_;
};

}  // namespace

void fold_into(std::string& out, std::string_view utf8) {
    static const Table latin(0x80, 0x24F), arabic(0x600, 0x6FF), tifinagh(0x2D30, 0x2D7F);
    for (std::size_t at = 0; at < utf8.size();) {
        const auto byte = static_cast<unsigned char>(utf8[at]);
        if (byte < 0x80) {
            fold_code_point(out, byte, 0);
            ++at;
            continue;
        }
        const char32_t c = next_code_point(utf8, at);
        if (!arabic.append(out, c) && !latin.append(out, c) && !tifinagh.append(out, c)) {
            fold_code_point(out, c, 0);
        }
    }
}

std::string fold(std::string_view utf8) {
    std::string out;
    out.reserve(utf8.size());
    fold_into(out, utf8);
    return out;
}

std::string tifinagh_to_latin(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const char32_t c = next_code_point(text, at);
        const Letter* found = nullptr;
        for (const auto& letter : tifinagh_letters) {
            found = letter.tifinagh == c ? &letter : found;
        }
        found == nullptr ? append_utf8(out, c) : static_cast<void>(out += found->latin);
    }
    return out;
}

std::string latin_to_tifinagh(std::string_view text) {
    static constexpr Letter plain[] = {
        {U'ⵖ', "gh"}, {U'ⵅ', "kh"}, {U'ⵛ', "ch"}, {U'ⴰ', "a"}, {U'ⴱ', "b"}, {U'ⵛ', "c"}, {U'ⴷ', "d"}, {U'ⴻ', "e"},
        {U'ⴼ', "f"}, {U'ⴳ', "g"}, {U'ⵀ', "h"}, {U'ⵉ', "i"}, {U'ⵊ', "j"}, {U'ⴽ', "k"}, {U'ⵍ', "l"}, {U'ⵎ', "m"},
        {U'ⵏ', "n"}, {U'ⵓ', "o"}, {U'ⵒ', "p"}, {U'ⵇ', "q"}, {U'ⵔ', "r"}, {U'ⵙ', "s"}, {U'ⵜ', "t"}, {U'ⵓ', "u"},
        {U'ⵠ', "v"}, {U'ⵡ', "w"}, {U'ⵅ', "x"}, {U'ⵢ', "y"}, {U'ⵣ', "z"}};
    const std::string lower = fold(text);
    std::string out;
    out.reserve(lower.size() * 3);
    for (std::size_t at = 0; at < lower.size();) {
        const Letter* found = nullptr;
        for (const auto& letter : plain) {
            if (std::string_view(lower).substr(at).starts_with(letter.latin)) {
                found = &letter;
                break;
            }
        }
        if (found != nullptr) {
            append_utf8(out, found->tifinagh);
            at += found->latin.size();
        } else {
            append_utf8(out, next_code_point(lower, at));
        }
    }
    return out;
}

}  // namespace wasl::lingua
