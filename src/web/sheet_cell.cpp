#include "web/sheet_cell.hpp"

namespace wasl::web {

std::string harmless_cell(std::string_view text) {
    constexpr std::string_view dangerous = "=+-@\t\r";
    std::string out;
    if (!text.empty() && dangerous.find(text.front()) != std::string_view::npos) out += '\'';
    out += text;
    return out;
}

void append_csv_line(std::string& out, const std::vector<std::string>& cells) {
    bool first = true;
    for (const auto& cell : cells) {
        if (!first) out += ',';
        first = false;
        const auto text = harmless_cell(cell);
        if (text.find_first_of(",\"\r\n") == std::string::npos) {
            out += text;
            continue;
        }
        out += '"';
        for (const char c : text) {
            if (c == '"') out += '"';
            out += c;
        }
        out += '"';
    }
    out += "\r\n";
}

}  // namespace wasl::web
