#include "web/sheet_cell.hpp"
#include "web/xlsx.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

using namespace wasl::web;

TEST_CASE("a cell that begins a formula is made harmless") {
    CHECK(harmless_cell("=1+1") == "'=1+1");
    CHECK(harmless_cell("+212612345678") == "'+212612345678");
    CHECK(harmless_cell("-2") == "'-2");
    CHECK(harmless_cell("@SUM(A1)") == "'@SUM(A1)");
    CHECK(harmless_cell("\tx") == "'\tx");
    CHECK(harmless_cell("\rx") == "'\rx");
    CHECK(harmless_cell("\n=x") == "'\n=x");
    CHECK(harmless_cell("＝1+1") == "'＝1+1");
    CHECK(harmless_cell("＠SUM(A1)") == "'＠SUM(A1)");
    CHECK(harmless_cell("محمد") == "محمد");
    CHECK(harmless_cell("a=1").front() == 'a');
    CHECK(harmless_cell("").empty());
}

TEST_CASE("a CSV line quotes every cell (RFC 4180): no other separator can cut one open") {
    std::string out;
    append_csv_line(out, {"a,b", "say \"yes\"", "=x", "two\nlines", "", "x;=HYPERLINK(1)"});
    CHECK(out == "\"a,b\",\"say \"\"yes\"\"\",\"'=x\",\"two\nlines\",\"\",\"x;=HYPERLINK(1)\"\r\n");
}

namespace {

unsigned le16(const std::string& bytes, std::size_t at) {
    return static_cast<unsigned char>(bytes[at]) | (static_cast<unsigned>(static_cast<unsigned char>(bytes[at + 1])) << 8U);
}
unsigned le32(const std::string& bytes, std::size_t at) { return le16(bytes, at) | (le16(bytes, at + 2) << 16U); }

// The last part of the archive, found by its directory and inflated.
std::string last_part(const std::string& zip) {
    const std::size_t end = zip.size() - 22;
    REQUIRE(le32(zip, end) == 0x06054B50U);
    std::size_t entry = le32(zip, end + 16);
    for (unsigned i = 1; i < le16(zip, end + 10); ++i) entry += 46U + le16(zip, entry + 28);
    const std::size_t head = le32(zip, entry + 42);
    const std::size_t data = head + 30 + le16(zip, head + 26);
    std::string out(le32(zip, entry + 24), '\0');
    z_stream stream{};
    REQUIRE(inflateInit2(&stream, -MAX_WBITS) == Z_OK);
    std::string packed = zip.substr(data, le32(zip, entry + 20));
    stream.next_in = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_in = static_cast<uInt>(packed.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    CHECK(inflate(&stream, Z_FINISH) == Z_STREAM_END);
    inflateEnd(&stream);
    CHECK(crc32(0, reinterpret_cast<const Bytef*>(out.data()), static_cast<uInt>(out.size())) == le32(zip, entry + 16));
    return out;
}

}  // namespace

TEST_CASE("a spreadsheet streams its rows and stays whole") {
    std::string zip;
    XlsxWriter writer(zip, "طابور", true);
    writer.row(zip, {"=cmd", "a<b&c", std::string("bad\x01") + "byte"});
    for (int i = 0; i < 5'000; ++i) writer.row(zip, {"commune-x/0/2026/000001", "مواطن"});
    writer.finish(zip);
    const auto sheet = last_part(zip);
    CHECK(sheet.find("'=cmd") == std::string::npos);  // escaped as XML
    CHECK(sheet.find("&#39;=cmd") != std::string::npos);
    CHECK(sheet.find("a&lt;b&amp;c") != std::string::npos);
    CHECK(sheet.find("badbyte") != std::string::npos);
    CHECK(sheet.find("<row r=\"5001\">") != std::string::npos);
    CHECK(sheet.ends_with("</sheetData></worksheet>"));
    CHECK(sheet.find("rightToLeft") != std::string::npos);
}
