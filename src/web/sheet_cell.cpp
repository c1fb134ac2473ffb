#include "web/sheet_cell.hpp"

#include <algorithm>

namespace wasl::web {

namespace {

// Full-width forms that spreadsheets take for their ASCII twins: ＝ ＋ － ＠.
constexpr std::string_view wide[] = {"\xEF\xBC\x9D", "\xEF\xBC\x8B", "\xEF\xBC\x8D", "\xEF\xBC\xA0"};

bool begins_formula(std::string_view text) {
    constexpr std::string_view dangerous = "=+-@\t\r\n";
    if (text.empty()) return false;
    if (dangerous.find(text.front()) != std::string_view::npos) return true;
    return std::ranges::any_of(wide, [text](std::string_view sign) { return text.starts_with(sign); });
}

}  // namespace

std::string harmless_cell(std::string_view text) {
    std::string out;
    if (begins_formula(text)) out += '\'';
    out += text;
    return out;
}

void append_csv_line(std::string& out, const std::vector<std::string>& cells) {
    bool first = true;
    for (const auto& cell : cells) {
        if (!first) out += ',';
        first = false;
        out += '"';
        for (const char c : harmless_cell(cell)) {
            if (c == '"') out += '"';
            out += c;
        }
        out += '"';
    }
    out += "\r\n";
}

}  // namespace wasl::web
