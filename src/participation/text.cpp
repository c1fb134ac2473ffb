#include "participation/text.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

namespace wasl::participation {

namespace {

// C0 and C1 controls, delete, and what overrides or embeds a direction: pages isolate what people type, files do not.
bool is_control(char32_t c) noexcept {
    if (c == U'\n' || c == U'\t') return false;
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029 || c == 0xFEFF;
}

std::string with_plain_line_ends(std::string_view typed) {
    std::string out;
    out.reserve(typed.size());
    for (std::size_t i = 0; i < typed.size(); ++i) {
        if (typed[i] == '\r' && i + 1 < typed.size() && typed[i + 1] == '\n') continue;
        out += typed[i];
    }
    return out;
}

}  // namespace

Result<std::string> clean_optional_text(std::string_view typed, std::size_t longest) {
    if (!is_utf8(typed)) return fail(Code::invalid, "participation.control-characters", "not UTF-8");
    const auto plain = with_plain_line_ends(typed);
    const auto words = trim(plain);
    std::size_t length = 0;
    for (std::size_t at = 0; at < words.size(); ++length) {
        const auto c = next_code_point(words, at);
        if (is_control(c)) return fail(Code::invalid, "participation.control-characters", fmt::format("U+{:04X}", static_cast<unsigned>(c)));
    }
    if (length > longest) return fail(Code::unprocessable, "participation.too-long", fmt::format("{} > {}", length, longest));
    return std::string(words);
}

Result<std::string> clean_text(std::string_view typed, std::size_t longest) {
    auto words = TRY(clean_optional_text(typed, longest));
    if (words.empty()) return fail(Code::unprocessable, "participation.text-missing");
    return words;
}

}  // namespace wasl::participation
