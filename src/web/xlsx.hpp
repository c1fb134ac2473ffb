// A spreadsheet written row by row (ECMA-376 SpreadsheetML in a ZIP with data descriptors): one sheet, text
// cells only, memory bounded by the compressor's window. Nothing is ever held but the piece being written.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::web {

class XlsxWriter {
public:
    // Begins the file: the parts around the sheet, then the sheet itself. `right_to_left` turns the sheet.
    XlsxWriter(std::string& out, std::string_view sheet_name, bool right_to_left);
    ~XlsxWriter();
    XlsxWriter(const XlsxWriter&) = delete;
    XlsxWriter& operator=(const XlsxWriter&) = delete;

    // Cells are text, made harmless; what a spreadsheet can not hold (control characters, more than
    // 32,767 characters) is left out.
    void row(std::string& out, const std::vector<std::string>& cells);
    // Ends the sheet and the file.
    void finish(std::string& out);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::web
