#include "web/export_file.hpp"

#include "web/sheet_cell.hpp"
#include "web/xlsx.hpp"

#include <memory>
#include <utility>

namespace wasl::web {

namespace {

http::Response downloaded(std::string_view type, std::string_view filename, http::Stream body) {
    http::Response response;
    response.set("Content-Type", std::string(type));
    response.set("Content-Disposition", http::attachment_disposition(filename));
    response.set("X-Content-Type-Options", "nosniff");
    response.set("Cache-Control", "no-store");
    response.body = std::move(body);
    return response;
}

}  // namespace

http::Response csv_file(ExportList list) {
    const std::string filename = list.name + ".csv";
    auto lines = [list = std::move(list), first = true](std::string& out) mutable -> Result<bool> {
        if (first) {
            out += "\xEF\xBB\xBF";  // tells spreadsheet programs that the text is UTF-8
            append_csv_line(out, list.head);
            first = false;
        }
        const auto rows = TRY(list.next());
        for (const auto& row : rows) append_csv_line(out, row);
        return !rows.empty();
    };
    return downloaded("text/csv; charset=utf-8", filename, http::Stream{std::move(lines)});
}

http::Response xlsx_file(ExportList list, lingua::Language language) {
    const std::string filename = list.name + ".xlsx";
    const bool rtl = lingua::direction(language) == lingua::Direction::rtl;
    auto rows = [list = std::move(list), rtl,
                 writer = std::unique_ptr<XlsxWriter>()](std::string& out) mutable -> Result<bool> {
        if (writer == nullptr) {
            writer = std::make_unique<XlsxWriter>(out, "Wasl", rtl);
            writer->row(out, list.head);
        }
        const auto some = TRY(list.next());
        for (const auto& row : some) writer->row(out, row);
        if (some.empty()) writer->finish(out);
        return !some.empty();
    };
    return downloaded("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", filename,
                      http::Stream{std::move(rows)});
}

}  // namespace wasl::web
