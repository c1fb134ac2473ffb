#include "web/xlsx.hpp"

#include "base/markup.hpp"
#include "base/text.hpp"
#include "web/sheet_cell.hpp"

#include <zlib.h>

#include <stdexcept>

namespace wasl::web {

namespace {

// Numbers of a ZIP are little-endian (APPNOTE 4.4).
void put16(std::string& out, std::uint32_t value) {
    out += static_cast<char>(value & 0xFFU);
    out += static_cast<char>((value >> 8U) & 0xFFU);
}
void put32(std::string& out, std::uint32_t value) {
    put16(out, value & 0xFFFFU);
    put16(out, value >> 16U);
}

constexpr std::uint32_t made_on = (46U << 9U) | (1U << 5U) | 1U;  // MS-DOS date 2026-01-01: an export tells no time
constexpr std::uint32_t descriptor_follows = 0x0008U, utf8_names = 0x0800U, deflated = 8;

struct ZipEntry {
    std::string name;
    std::uint32_t crc = 0;
    std::uint32_t packed = 0, size = 0, offset = 0;
};

constexpr std::string_view xml_head = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n";

// Without the characters that XML 1.0 can not hold.
std::string xml_text(std::string_view text) {
    constexpr std::size_t longest = 32'767;  // of a cell
    std::string clean;
    std::size_t at = 0, count = 0;
    while (at < text.size() && count < longest) {
        const char32_t c = next_code_point(text, at);
        const bool allowed = c == U'\t' || c == U'\n' || (c >= 0x20 && c != 0xFFFE && c != 0xFFFF);
        if (!allowed) continue;
        append_utf8(clean, c);
        ++count;
    }
    std::string out;
    append_escaped(out, clean);
    return out;
}

}  // namespace

struct XlsxWriter::Impl {
    std::uint64_t written = 0;
    std::vector<ZipEntry> entries;
    z_stream deflater{};
    bool open = false;
    std::uint32_t rows = 0;

    void emit(std::string& out, std::string_view bytes) {
        out += bytes;
        written += bytes.size();
    }

    void begin(std::string& out, std::string_view name) {
        entries.push_back({std::string(name), static_cast<std::uint32_t>(crc32(0, nullptr, 0)), 0, 0, static_cast<std::uint32_t>(written)});
        std::string head;
        put32(head, 0x04034B50U);
        put16(head, 20);
        put16(head, descriptor_follows | utf8_names);
        put16(head, deflated);
        put16(head, 0);
        put16(head, made_on);
        for (int i = 0; i < 3; ++i) put32(head, 0);  // crc and sizes stand in the descriptor
        put16(head, static_cast<std::uint32_t>(name.size()));
        put16(head, 0);
        head += name;
        emit(out, head);
        deflater = {};
        if (deflateInit2(&deflater, 6, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) != Z_OK) throw std::runtime_error("deflateInit2");
        open = true;
    }

    void write(std::string& out, std::string_view bytes, int flush = Z_NO_FLUSH) {
        auto& entry = entries.back();
        // zlib takes a null buffer for the wish to begin again.
        if (!bytes.empty()) entry.crc = static_cast<std::uint32_t>(crc32(entry.crc, reinterpret_cast<const Bytef*>(bytes.data()), static_cast<uInt>(bytes.size())));
        entry.size += static_cast<std::uint32_t>(bytes.size());
        deflater.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
        deflater.avail_in = static_cast<uInt>(bytes.size());
        char buffer[8'192];
        do {
            deflater.next_out = reinterpret_cast<Bytef*>(buffer);
            deflater.avail_out = sizeof buffer;
            deflate(&deflater, flush);
            const std::size_t made = sizeof buffer - deflater.avail_out;
            emit(out, {buffer, made});
            entry.packed += static_cast<std::uint32_t>(made);
        } while (deflater.avail_out == 0);
    }

    void end(std::string& out) {
        write(out, {}, Z_FINISH);
        deflateEnd(&deflater);
        open = false;
        const auto& entry = entries.back();
        std::string tail;
        put32(tail, 0x08074B50U);
        put32(tail, entry.crc);
        put32(tail, entry.packed);
        put32(tail, entry.size);
        emit(out, tail);
    }

    void part(std::string& out, std::string_view name, std::string_view content) {
        begin(out, name);
        write(out, content);
        end(out);
    }

    void directory(std::string& out) {
        const auto start = static_cast<std::uint32_t>(written);
        for (const auto& entry : entries) {
            std::string head;
            put32(head, 0x02014B50U);
            put16(head, 20);
            put16(head, 20);
            put16(head, descriptor_follows | utf8_names);
            put16(head, deflated);
            put16(head, 0);
            put16(head, made_on);
            put32(head, entry.crc);
            put32(head, entry.packed);
            put32(head, entry.size);
            put16(head, static_cast<std::uint32_t>(entry.name.size()));
            for (int i = 0; i < 4; ++i) put16(head, 0);  // extra, comment, disk, internal attributes
            put32(head, 0);
            put32(head, entry.offset);
            head += entry.name;
            emit(out, head);
        }
        std::string tail;
        put32(tail, 0x06054B50U);
        put32(tail, 0);
        put16(tail, static_cast<std::uint32_t>(entries.size()));
        put16(tail, static_cast<std::uint32_t>(entries.size()));
        put32(tail, static_cast<std::uint32_t>(written) - start);
        put32(tail, start);
        put16(tail, 0);
        emit(out, tail);
    }
};

XlsxWriter::XlsxWriter(std::string& out, std::string_view sheet_name, bool right_to_left) : impl_(std::make_unique<Impl>()) {
    const std::string head(xml_head);
    impl_->part(out, "[Content_Types].xml",
                head + "<Types xmlns=\"http://schemas.openxmlformats.org/package/2006/content-types\">"
                       "<Default Extension=\"rels\" ContentType=\"application/vnd.openxmlformats-package.relationships+xml\"/>"
                       "<Default Extension=\"xml\" ContentType=\"application/xml\"/>"
                       "<Override PartName=\"/xl/workbook.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml\"/>"
                       "<Override PartName=\"/xl/worksheets/sheet1.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml\"/>"
                       "</Types>");
    impl_->part(out, "_rels/.rels",
                head + "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
                       "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>");
    impl_->part(out, "xl/workbook.xml",
                head + "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" "
                       "xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"" +
                    xml_text(sheet_name) + "\" sheetId=\"1\" r:id=\"rId1\"/></sheets></workbook>");
    impl_->part(out, "xl/_rels/workbook.xml.rels",
                head + "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"rId1\" "
                       "Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>");
    impl_->begin(out, "xl/worksheets/sheet1.xml");
    impl_->write(out, head + "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetViews><sheetView workbookViewId=\"0\"" +
                          (right_to_left ? " rightToLeft=\"1\"" : "") + "/></sheetViews><sheetData>");
}

XlsxWriter::~XlsxWriter() {
    if (impl_->open) deflateEnd(&impl_->deflater);
}

void XlsxWriter::row(std::string& out, const std::vector<std::string>& cells) {
    std::string xml = "<row r=\"" + std::to_string(++impl_->rows) + "\">";
    for (const auto& cell : cells) xml += "<c t=\"inlineStr\"><is><t xml:space=\"preserve\">" + xml_text(harmless_cell(cell)) + "</t></is></c>";
    xml += "</row>";
    impl_->write(out, xml);
}

void XlsxWriter::finish(std::string& out) {
    impl_->write(out, "</sheetData></worksheet>");
    impl_->end(out);
    impl_->directory(out);
}

}  // namespace wasl::web
