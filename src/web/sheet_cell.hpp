// Cells of an export: harmless in whatever program opens them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace wasl::web {

// A cell that begins with = + - @, tab or carriage return would be read as a formula: a leading
// apostrophe keeps it text (OWASP, CSV injection). Everything else stays as it is.
std::string harmless_cell(std::string_view text);

// One CSV line (RFC 4180: CRLF, quotes doubled), each cell made harmless.
void append_csv_line(std::string& out, const std::vector<std::string>& cells);

}  // namespace wasl::web
