#include "base/markup.hpp"

#include <array>

namespace wasl {

namespace {

// Replacement of each byte, empty for most.
constexpr auto replacements = [] {
    std::array<std::string_view, 256> table{};
    table['&'] = "&amp;";
    table['<'] = "&lt;";
    table['>'] = "&gt;";
    table['"'] = "&quot;";
    table['\''] = "&#39;";
    return table;
}();

}  // namespace

void append_escaped(std::string& out, std::string_view text) {
    std::size_t start = 0;
    for (std::size_t at = 0; at < text.size(); ++at) {
        const auto replacement = replacements[static_cast<unsigned char>(text[at])];
        if (!replacement.empty()) {
            out.append(text, start, at - start);
            out += replacement;
            start = at + 1;
        }
    }
    out.append(text, start);
}

std::string escaped(std::string_view text) {
    std::string out;
    out.reserve(text.size());
    append_escaped(out, text);
    return out;
}

}  // namespace wasl
