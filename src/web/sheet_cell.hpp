// Cells of an export: harmless in whatever program opens them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wasl::web {

// A cell that begins with = + - @ (also full-width), tab or a line break would be read as a formula: a
// leading apostrophe keeps it text (OWASP, CSV injection). Everything else stays as it is.
std::string harmless_cell(std::string_view text);

// One CSV line (RFC 4180: CRLF, quotes doubled), each cell made harmless and quoted: a program that separates by
// semicolons, as those set to French or Arabic do, must not find the beginning of a cell inside one.
void append_csv_line(std::string& out, const std::vector<std::string>& cells);

}  // namespace wasl::web
