#include "catalogue/impl/toml_writer.hpp"

#include "base/text.hpp"

#include <algorithm>
#include <fmt/format.h>
#include <map>

namespace wasl::catalogue::impl {

std::string toml_string(std::string_view text) {
    std::string out = "\"";
    std::size_t at = 0;
    while (at < text.size()) {
        const char32_t c = next_code_point(text, at);
        if (c == '"' || c == '\\') {
            out += '\\';
            append_utf8(out, c);
        } else if (c == '\n') {
            out += "\\n";
        } else if (c == '\t') {
            out += "\\t";
        } else if (c < 0x20 || c == 0x7F) {
            out += fmt::format("\\u{:04X}", static_cast<unsigned>(c));
        } else {
            append_utf8(out, c);
        }
    }
    return out + "\"";
}

std::string toml_strings(const std::vector<std::string>& texts) {
    std::string out = "[";
    for (const auto& text : texts) {
        out += (out.size() > 1 ? ", " : "") + toml_string(text);
    }
    return out + "]";
}

void TextFile::set(std::string path, std::string_view text) {
    if (!trim(text).empty()) {
        texts_.emplace_back(std::move(path), std::string(trim(text)));
    }
}

std::string TextFile::write(std::string_view state) const {
    std::string out = fmt::format("state = \"{}\"\n", state);
    std::map<std::string, std::string> tables;
    std::vector<std::string> order;
    for (const auto& [path, text] : texts_) {
        const std::size_t dot = path.rfind('.');
        const std::string table = dot == std::string::npos ? std::string() : path.substr(0, dot);
        const std::string line = fmt::format("{} = {}\n", path.substr(dot == std::string::npos ? 0 : dot + 1), toml_string(text));
        if (table.empty()) {
            out += line;
            continue;
        }
        if (!tables.contains(table)) {
            order.push_back(table);
        }
        tables[table] += line;
    }
    for (const auto& table : order) {
        out += fmt::format("\n[{}]\n{}", table, tables[table]);
    }
    return out;
}

}  // namespace wasl::catalogue::impl
