// Upper and lower case of whole texts as Unicode's SpecialCasing says, without a language: what
// towupper and towlower leave out, since they give one character for one.
#include "feel/impl/casing.hpp"

#include "base/text.hpp"
#include "feel/impl/regex.hpp"

#include <algorithm>
#include <array>
#include <clocale>
#include <cwctype>
#include <locale.h>
#include <vector>

namespace wasl::feel::impl {

namespace {

struct Expansion {
    char32_t from;
    const char8_t* to;
};
// Characters whose capitals are several, in order (SpecialCasing.txt, the unconditional mappings).
constexpr Expansion expansions[] = {
    {0xDF, u8"SS"}, {0x149, u8"\u02BC\u004E"}, {0x1F0, u8"\u004A\u030C"},
    {0x390, u8"\u0399\u0308\u0301"}, {0x3B0, u8"\u03A5\u0308\u0301"}, {0x587, u8"\u0535\u0552"},
    {0x1E96, u8"\u0048\u0331"}, {0x1E97, u8"\u0054\u0308"}, {0x1E98, u8"\u0057\u030A"},
    {0x1E99, u8"\u0059\u030A"}, {0x1E9A, u8"\u0041\u02BE"}, {0x1F50, u8"\u03A5\u0313"},
    {0x1F52, u8"\u03A5\u0313\u0300"}, {0x1F54, u8"\u03A5\u0313\u0301"},
    {0x1F56, u8"\u03A5\u0313\u0342"}, {0x1F80, u8"\u1F08\u0399"}, {0x1F81, u8"\u1F09\u0399"},
    {0x1F82, u8"\u1F0A\u0399"}, {0x1F83, u8"\u1F0B\u0399"}, {0x1F84, u8"\u1F0C\u0399"},
    {0x1F85, u8"\u1F0D\u0399"}, {0x1F86, u8"\u1F0E\u0399"}, {0x1F87, u8"\u1F0F\u0399"},
    {0x1F88, u8"\u1F08\u0399"}, {0x1F89, u8"\u1F09\u0399"}, {0x1F8A, u8"\u1F0A\u0399"},
    {0x1F8B, u8"\u1F0B\u0399"}, {0x1F8C, u8"\u1F0C\u0399"}, {0x1F8D, u8"\u1F0D\u0399"},
    {0x1F8E, u8"\u1F0E\u0399"}, {0x1F8F, u8"\u1F0F\u0399"}, {0x1F90, u8"\u1F28\u0399"},
    {0x1F91, u8"\u1F29\u0399"}, {0x1F92, u8"\u1F2A\u0399"}, {0x1F93, u8"\u1F2B\u0399"},
    {0x1F94, u8"\u1F2C\u0399"}, {0x1F95, u8"\u1F2D\u0399"}, {0x1F96, u8"\u1F2E\u0399"},
    {0x1F97, u8"\u1F2F\u0399"}, {0x1F98, u8"\u1F28\u0399"}, {0x1F99, u8"\u1F29\u0399"},
    {0x1F9A, u8"\u1F2A\u0399"}, {0x1F9B, u8"\u1F2B\u0399"}, {0x1F9C, u8"\u1F2C\u0399"},
    {0x1F9D, u8"\u1F2D\u0399"}, {0x1F9E, u8"\u1F2E\u0399"}, {0x1F9F, u8"\u1F2F\u0399"},
    {0x1FA0, u8"\u1F68\u0399"}, {0x1FA1, u8"\u1F69\u0399"}, {0x1FA2, u8"\u1F6A\u0399"},
    {0x1FA3, u8"\u1F6B\u0399"}, {0x1FA4, u8"\u1F6C\u0399"}, {0x1FA5, u8"\u1F6D\u0399"},
    {0x1FA6, u8"\u1F6E\u0399"}, {0x1FA7, u8"\u1F6F\u0399"}, {0x1FA8, u8"\u1F68\u0399"},
    {0x1FA9, u8"\u1F69\u0399"}, {0x1FAA, u8"\u1F6A\u0399"}, {0x1FAB, u8"\u1F6B\u0399"},
    {0x1FAC, u8"\u1F6C\u0399"}, {0x1FAD, u8"\u1F6D\u0399"}, {0x1FAE, u8"\u1F6E\u0399"},
    {0x1FAF, u8"\u1F6F\u0399"}, {0x1FB2, u8"\u1FBA\u0399"}, {0x1FB3, u8"\u0391\u0399"},
    {0x1FB4, u8"\u0386\u0399"}, {0x1FB6, u8"\u0391\u0342"}, {0x1FB7, u8"\u0391\u0342\u0399"},
    {0x1FBC, u8"\u0391\u0399"}, {0x1FC2, u8"\u1FCA\u0399"}, {0x1FC3, u8"\u0397\u0399"},
    {0x1FC4, u8"\u0389\u0399"}, {0x1FC6, u8"\u0397\u0342"}, {0x1FC7, u8"\u0397\u0342\u0399"},
    {0x1FCC, u8"\u0397\u0399"}, {0x1FD2, u8"\u0399\u0308\u0300"},
    {0x1FD3, u8"\u0399\u0308\u0301"}, {0x1FD6, u8"\u0399\u0342"},
    {0x1FD7, u8"\u0399\u0308\u0342"}, {0x1FE2, u8"\u03A5\u0308\u0300"},
    {0x1FE3, u8"\u03A5\u0308\u0301"}, {0x1FE4, u8"\u03A1\u0313"}, {0x1FE6, u8"\u03A5\u0342"},
    {0x1FE7, u8"\u03A5\u0308\u0342"}, {0x1FF2, u8"\u1FFA\u0399"}, {0x1FF3, u8"\u03A9\u0399"},
    {0x1FF4, u8"\u038F\u0399"}, {0x1FF6, u8"\u03A9\u0342"}, {0x1FF7, u8"\u03A9\u0342\u0399"},
    {0x1FFC, u8"\u03A9\u0399"}, {0xFB00, u8"FF"}, {0xFB01, u8"FI"}, {0xFB02, u8"FL"},
    {0xFB03, u8"FFI"}, {0xFB04, u8"FFL"}, {0xFB05, u8"ST"}, {0xFB06, u8"ST"},
    {0xFB13, u8"\u0544\u0546"}, {0xFB14, u8"\u0544\u0535"}, {0xFB15, u8"\u0544\u053B"},
    {0xFB16, u8"\u054E\u0546"}, {0xFB17, u8"\u0544\u053D"}};

locale_t unicode() {
    static const locale_t held = ::newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
    return held;
}

bool is_one_of(std::string_view character, std::string_view characters) {
    const auto regex = Regex::make(characters, "");
    std::vector<Regex::Span> groups;
    std::uint64_t work = 1'000;
    return regex && regex->find(character, 0, groups, work) == Regex::Outcome::match;
}

bool is_cased(std::string_view character) { return is_one_of(character, "\\p{Lu}|\\p{Ll}|\\p{Lt}"); }
// Passed over when the letters around a sigma are looked for: marks, and what stands inside words.
bool is_ignorable(std::string_view character) {
    return is_one_of(character, "[\\p{Mn}\\p{Me}\\p{Cf}\\p{Lm}\\p{Sk}'.:\u2018\u2019\u2024\u2027\u00B7]");
}

// The character that ends at `at`.
std::string_view character_before(std::string_view text, std::size_t at) {
    auto begin = at - 1;
    while (begin > 0 && (static_cast<unsigned char>(text[begin]) & 0xC0U) == 0x80U) --begin;
    return text.substr(begin, at - begin);
}

std::string_view character_at(std::string_view text, std::size_t at) {
    auto end = at;
    next_code_point(text, end);
    return text.substr(at, end - at);
}

enum class Answer { no, yes, too_costly };

// Whether the sigma that lies in begin…end ends a word: after a letter that has cases, before none.
Answer ends_word(std::string_view text, std::size_t begin, std::size_t end, Evaluation& evaluation) {
    constexpr std::uint64_t price = 4;
    while (true) {
        if (begin == 0) return Answer::no;
        if (!evaluation.spend(price)) return Answer::too_costly;
        const auto before = character_before(text, begin);
        if (is_cased(before)) break;
        if (!is_ignorable(before)) return Answer::no;
        begin -= before.size();
    }
    while (end < text.size()) {
        if (!evaluation.spend(price)) return Answer::too_costly;
        const auto after = character_at(text, end);
        if (is_cased(after)) return Answer::no;
        if (!is_ignorable(after)) break;
        end += after.size();
    }
    return Answer::yes;
}

void append_utf8_of(std::string& out, const char8_t* text) {
    for (; *text != 0; ++text) out += static_cast<char>(*text);
}

}  // namespace

std::string upper_case(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto c = next_code_point(text, at);
        const auto* found = std::lower_bound(std::begin(expansions), std::end(expansions), c,
                                             [](const Expansion& e, char32_t wanted) { return e.from < wanted; });
        if (found != std::end(expansions) && found->from == c) {
            append_utf8_of(out, found->to);
        } else {
            append_utf8(out, static_cast<char32_t>(::towupper_l(static_cast<wint_t>(c), unicode())));
        }
    }
    return out;
}

std::optional<std::string> lower_case(std::string_view text, Evaluation& evaluation) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t at = 0; at < text.size();) {
        const auto begin = at;
        const auto c = next_code_point(text, at);
        if (c == U'\u0130') {
            out += "i\u0307";  // a capital I with a dot keeps its dot
        } else if (c == U'\u03A3') {
            const auto last = ends_word(text, begin, at, evaluation);
            if (last == Answer::too_costly) return std::nullopt;
            out += last == Answer::yes ? "\u03C2" : "\u03C3";
        } else {
            append_utf8(out, static_cast<char32_t>(::towlower_l(static_cast<wint_t>(c), unicode())));
        }
    }
    return out;
}

}  // namespace wasl::feel::impl
