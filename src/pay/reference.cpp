#include "pay/reference.hpp"

#include <array>
#include <optional>

namespace wasl::pay {

namespace {

constexpr std::size_t drawn_digits = reference_digits - 2;

unsigned modulo_97(std::string_view digits) {
    unsigned rest = 0;
    for (const char c : digits) rest = (rest * 10 + static_cast<unsigned>(c - '0')) % 97;
    return rest;
}

// What stands between the digits when a reference is copied from a page, a message or a sheet of paper.
constexpr std::array<std::string_view, 14> passed_over = {" ", "-", ".", "\t", "\n", "\r", "\u00A0", "\u202F", "\u200E", "\u200F", "\u2066", "\u2067", "\u2068", "\u2069"};

std::optional<char> arabic_digit(std::string_view two) {
    if (two.size() < 2) return std::nullopt;
    const auto first = static_cast<unsigned char>(two[0]), second = static_cast<unsigned char>(two[1]);
    if (first == 0xD9 && second >= 0xA0 && second <= 0xA9) return static_cast<char>('0' + (second - 0xA0));  // U+0660 …
    if (first == 0xDB && second >= 0xB0 && second <= 0xB9) return static_cast<char>('0' + (second - 0xB0));  // U+06F0 …
    return std::nullopt;
}

}  // namespace

std::string draw_reference(Entropy& entropy) {
    std::string digits(1, static_cast<char>('1' + entropy.below(9)));
    while (digits.size() < drawn_digits) digits += static_cast<char>('0' + entropy.below(10));
    // ISO/IEC 7064 MOD 97-10: the whole number is 1 modulo 97.
    const unsigned check = 98 - modulo_97(digits + "00");
    digits += static_cast<char>('0' + check / 10);
    digits += static_cast<char>('0' + check % 10);
    return digits;
}

Result<std::string> read_reference(std::string_view typed) {
    std::string digits;
    for (std::size_t i = 0; i < typed.size();) {
        const auto rest = typed.substr(i);
        std::size_t passed = 0;
        for (const auto mark : passed_over) {
            if (rest.starts_with(mark)) passed = mark.size();
        }
        if (passed > 0) {
            i += passed;
            continue;
        }
        const auto arabic = arabic_digit(rest);
        const bool plain = rest.front() >= '0' && rest.front() <= '9';
        if ((!arabic && !plain) || digits.size() == reference_digits) return fail(Code::invalid, "pay.reference-malformed");
        digits += arabic ? *arabic : rest.front();
        i += arabic ? 2 : 1;
    }
    if (digits.size() != reference_digits || digits.front() == '0') return fail(Code::invalid, "pay.reference-malformed");
    if (modulo_97(digits) != 1) return fail(Code::invalid, "pay.reference-check");
    return digits;
}

std::string shown_reference(std::string_view reference) {
    std::string out;
    for (std::size_t i = 0; i < reference.size(); ++i) {
        if (i > 0 && i % 4 == 0) out += ' ';
        out += reference[i];
    }
    return out;
}

}  // namespace wasl::pay
