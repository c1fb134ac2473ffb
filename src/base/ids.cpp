#include "base/ids.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl {

std::string random_id(Entropy& entropy) {
    static constexpr std::string_view alphabet = "0123456789abcdefghjkmnpqrstvwxyz";  // Crockford: no i, l, o, u
    const std::string raw = entropy.bytes(16);
    std::string out;
    unsigned buffer = 0, held = 0;
    for (const char c : raw) {
        buffer = (buffer << 8U) | static_cast<unsigned char>(c);
        for (held += 8; held >= 5;) {
            held -= 5;
            out.push_back(alphabet[(buffer >> held) & 31U]);
        }
        buffer &= (1U << held) - 1U;
    }
    out.push_back(alphabet[(buffer << (5 - held)) & 31U]);
    return out;
}

std::string Reference::text() const { return fmt::format("{}/{}/{}/{:06}", member, desk, series, number); }

Result<Reference> parse_reference(std::string_view text) {
    const auto malformed = [] { return fail(Code::invalid, "reference.malformed", "expected member/desk/series/number"); };
    const auto parts = split(text, '/');
    if (parts.size() != 4) return malformed();
    const auto word = [](std::string_view part) {
        return !part.empty() && part.size() <= 40 &&
               std::ranges::all_of(part, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
    };
    if (!word(parts[0]) || !word(parts[1]) || !word(parts[2])) return malformed();
    const auto digits = parts[3];
    if (digits.size() < 6 || digits.size() > 18 || !std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) {
        return malformed();
    }
    if (digits.size() > 6 && digits.front() == '0') return malformed();  // one spelling a number
    return Reference{std::string(parts[0]), std::string(parts[1]), std::string(parts[2]),
                     static_cast<std::uint64_t>(*to_integer(digits))};
}

}  // namespace wasl
