#include "participation/text.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace wasl::participation {

namespace {

// C0 and C1 controls, delete, and what overrides or embeds a direction: pages isolate what people type, files do not.
bool is_control(char32_t c) noexcept {
    if (c == U'\n' || c == U'\t') return false;
    return c < 0x20 || (c >= 0x7F && c < 0xA0) || (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0x2028 || c == 0x2029 || c == 0xFEFF;
}

// Blanks, joiners, marks of direction, variation selectors, tags: what leaves no ink by itself.
bool is_invisible(char32_t c) noexcept {
    constexpr std::pair<char32_t, char32_t> without_ink[] = {{0, 0x20},          {0x7F, 0xA0},       {0xAD, 0xAD},     {0x34F, 0x34F},   {0x61C, 0x61C},
                                                             {0x115F, 0x1160},   {0x1680, 0x1680},   {0x17B4, 0x17B5}, {0x180B, 0x180F}, {0x2000, 0x200F},
                                                             {0x2028, 0x202F},   {0x205F, 0x206F},   {0x3000, 0x3000}, {0x3164, 0x3164}, {0xFE00, 0xFE0F},
                                                             {0xFEFF, 0xFEFF},   {0xFFA0, 0xFFA0},   {0xE0000, 0xE0FFF}};
    return std::ranges::any_of(without_ink, [c](const auto& range) { return c >= range.first && c <= range.second; });
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
    bool seen = false;
    for (std::size_t at = 0; at < words.size(); ++length) {
        const auto c = next_code_point(words, at);
        if (is_control(c)) return fail(Code::invalid, "participation.control-characters", fmt::format("U+{:04X}", static_cast<unsigned>(c)));
        seen = seen || !is_invisible(c);
    }
    if (!seen) return std::string();
    if (length > longest) return fail(Code::unprocessable, "participation.too-long", fmt::format("{} > {}", length, longest));
    return std::string(words);
}

Result<std::string> clean_text(std::string_view typed, std::size_t longest) {
    auto words = TRY(clean_optional_text(typed, longest));
    if (words.empty()) return fail(Code::unprocessable, "participation.text-missing");
    return words;
}

Result<std::string> clean_name(std::string_view typed, std::size_t longest) {
    auto name = TRY(clean_text(typed, longest));
    if (name.find_first_of("\n\t") != std::string::npos) return fail(Code::invalid, "participation.control-characters", "more than one line");
    return name;
}

}  // namespace wasl::participation
