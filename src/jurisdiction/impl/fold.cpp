#include "jurisdiction/impl/fold.hpp"

#include "base/text.hpp"

namespace wasl::jurisdiction {
namespace {

// Latin-1 letters U+00C0–U+00FF without their accents; a blank where there is no letter.
constexpr std::string_view latin = "aaaaaaaceeeeiiiidnooooo ouuuuypsaaaaaaaceeeeiiiidnooooo ouuuuypy";

bool is_mark(char32_t c) {
    return (c >= 0x0610 && c <= 0x061A) || (c >= 0x064B && c <= 0x065F) || c == 0x0670 || c == 0x0640 ||
           (c >= 0x0300 && c <= 0x036F) || (c >= 0x200B && c <= 0x200F) || c == 0xFEFF;
}

char32_t folded(char32_t c) {
    if (c >= 'A' && c <= 'Z') {
        return c - 'A' + 'a';
    }
    if (c >= 0xC0 && c <= 0xFF) {
        return static_cast<char32_t>(latin[c - 0xC0]);
    }
    switch (c) {
        case 0x0622: case 0x0623: case 0x0625: case 0x0671: return 0x0627;  // alef forms
        case 0x0649: case 0x0626: return 0x064A;                            // alef maqsura, ya with hamza
        case 0x0624: return 0x0648;                                         // waw with hamza
        case 0x0629: return 0x0647;                                         // ta marbuta
        case 0x2019: case 0x2018: return ' ';
        default: return c;
    }
}

bool separates(char32_t c) {
    return c <= ' ' || (c < 0x80 && !(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'z')) || c == 0xA0 || c == 0x202F ||
           c == 0x060C || c == 0x061B || c == 0x061F;
}

}  // namespace

std::string fold(std::string_view text) {
    std::string out;
    bool blank = false;
    for (std::size_t at = 0; at < text.size();) {
        const char32_t raw = next_code_point(text, at);
        if (is_mark(raw)) {
            continue;
        }
        const char32_t c = folded(raw);
        if (separates(c)) {
            blank = true;
            continue;
        }
        if (blank && !out.empty()) {
            out += ' ';
        }
        blank = false;
        append_utf8(out, c);
    }
    return out;
}

}  // namespace wasl::jurisdiction
