// Archives as desktops write them, and as an enemy does.
#include "batch/parcel.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>
#include <zlib.h>

#include <random>
#include <vector>

using namespace wasl;
using namespace wasl::batch;

namespace {

constexpr std::string_view lines = "line,member,procedure,papers.identity\r\n1,m,p,a.pdf\r\n";

struct Entry {
    std::string name, content;
    bool deflated = true;
    std::uint32_t flags = 0x800, method_said = 99;  // 99: as it is
    std::optional<std::uint32_t> size_said, crc_said;
    std::string local_name = {};                    // empty: the same
    std::string behind = {};                        // bytes behind the packed ones, counted with them
    bool sizes_behind = false;                      // in a record of its own, as desktops that write as they pack; but for the packed one
    std::optional<std::size_t> lies_at = {};        // where another's head is: nothing of its own is written
};

std::string number(std::uint32_t value, int width) {
    std::string out;
    for (int i = 0; i < width; ++i) out += static_cast<char>(value >> (8U * static_cast<unsigned>(i)) & 0xFFU);
    return out;
}
std::string two(std::size_t value) { return number(static_cast<std::uint32_t>(value), 2); }
std::string four(std::size_t value) { return number(static_cast<std::uint32_t>(value), 4); }

std::string deflated(const std::string& content) {
    z_stream stream{};
    REQUIRE(::deflateInit2(&stream, 9, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY) == Z_OK);
    std::string out(::deflateBound(&stream, content.size()) + 16, '\0');
    auto in = content;
    stream.next_in = reinterpret_cast<Bytef*>(in.data());
    stream.avail_in = static_cast<uInt>(in.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    REQUIRE(::deflate(&stream, Z_FINISH) == Z_STREAM_END);
    out.resize(stream.total_out);
    ::deflateEnd(&stream);
    return out;
}

std::string archive(const std::vector<Entry>& entries, const std::string& comment = {}) {
    std::string out, directory;
    for (const auto& entry : entries) {
        const auto packed = (entry.deflated ? deflated(entry.content) : entry.content) + entry.behind;
        const auto crc = entry.crc_said.value_or(static_cast<std::uint32_t>(::crc32_z(0, reinterpret_cast<const Bytef*>(entry.content.data()), entry.content.size())));
        const auto method = entry.method_said != 99 ? entry.method_said : entry.deflated ? 8U : 0U;
        const auto size = entry.size_said.value_or(static_cast<std::uint32_t>(entry.content.size()));
        const auto flags = entry.flags | (entry.sizes_behind ? 8U : 0U);
        const auto facts = [&](const std::string& name, bool known) {
            return two(20) + two(flags) + two(method) + four(0) + four(known ? crc : 0) + four(packed.size()) + four(known ? size : 0) +
                   two(name.size()) + two(0);
        };
        const auto& local = entry.local_name.empty() ? entry.name : entry.local_name;
        directory += "PK\x01\x02" + two(20) + facts(entry.name, true) + two(0) + two(0) + two(0) + four(0) +
                     four(entry.lies_at.value_or(out.size()));
        directory += entry.name;
        if (entry.lies_at) continue;
        out.append("PK\x03\x04" + facts(local, !entry.sizes_behind)).append(local).append(packed);
        if (entry.sizes_behind) out += "PK\x07\x08" + four(crc) + four(packed.size()) + four(size);
    }
    const auto begin = out.size();
    return out + directory + std::string("PK\x05\x06") + two(0) + two(0) + two(entries.size()) + two(entries.size()) + four(directory.size()) + four(begin) +
           two(comment.size()) + comment;
}

std::string said(const Result<Parcel>& parcel) { return parcel ? "read" : parcel.error().key; }
std::string said(const Result<std::string>& bytes) { return bytes ? "read" : bytes.error().key; }

const Entry good_lines{.name = "lines.csv", .content = std::string(lines), .size_said = {}, .crc_said = {}};
const Entry good_paper{.name = "a.pdf", .content = "%PDF-1.4", .deflated = false, .size_said = {}, .crc_said = {}};

Entry with(Entry entry, auto change) {
    change(entry);
    return entry;
}

}  // namespace

TEST_CASE("an archive as desktops write it: lines, papers by name, folders and their own files passed over") {
    const auto bytes = archive({{.name = "envoi/", .content = "", .deflated = false, .size_said = {}, .crc_said = {}},
                                with(good_lines, [](Entry& e) { e.name = "envoi/lines.csv"; }),
                                with(good_paper, [](Entry& e) { e.name = "envoi/pièces/ورقة.pdf"; }), good_paper,
                                with(good_paper, [](Entry& e) { e.name = "__MACOSX/envoi/._lines.csv"; }),
                                with(good_paper, [](Entry& e) { e.name = "envoi/.DS_Store"; })},
                               "made by a desktop");
    CHECK(looks_like_archive(bytes));
    CHECK_FALSE(looks_like_archive(lines));
    const auto parcel = Parcel::open(bytes).value();
    CHECK(parcel.lines_format() == Format::csv);
    CHECK(parcel.lines_text().value() == lines);
    CHECK(parcel.papers() == 2);
    CHECK(parcel.paper("ورقة.pdf").value() == "%PDF-1.4");
    CHECK(said(parcel.paper("envoi/pièces/ورقة.pdf")) == "batch.paper-unknown");
}

TEST_CASE("an archive of a desktop that packs as it writes: the sizes stand behind the files, the packed one before them too") {
    const auto streamed = [](Entry& e) { e.sizes_behind = true; };
    const auto parcel = Parcel::open(archive({with(good_lines, streamed), with(good_paper, streamed)})).value();
    CHECK(parcel.lines_text().value() == lines);
    CHECK(parcel.paper("a.pdf").value() == "%PDF-1.4");
}

TEST_CASE("what was sent, taken apart: lines where they lie, and an archive that may be moved about") {
    const auto alone = read_content(false, Format::csv, lines).value();
    CHECK(alone.lines.size() == 1);
    CHECK(alone.papers.papers() == 0);
    auto content = read_content(true, Format::json, archive({good_lines, good_paper})).value();
    const auto moved = std::move(content);
    CHECK(moved.format == Format::csv);
    CHECK(moved.papers.paper("a.pdf").value() == "%PDF-1.4");
}

TEST_CASE("batch.zip-lines: exactly one file of lines") {
    CHECK(said(Parcel::open(archive({good_paper}))) == "batch.zip-lines");
    CHECK(said(Parcel::open(archive({good_lines, with(good_lines, [](Entry& e) { e.name = "other.JSON"; })}))) == "batch.zip-lines");
}

TEST_CASE("batch.zip-name: a name stands once, and is one") {
    CHECK(said(Parcel::open(archive({good_lines, good_paper, with(good_paper, [](Entry& e) { e.name = "b/a.pdf"; })}))) == "batch.zip-name");
    for (const auto* name : {"..", "b/..", "\xFF.pdf", "a\n.pdf", "a|b.pdf", ""}) {
        CHECK_MESSAGE(said(Parcel::open(archive({good_lines, with(good_paper, [&](Entry& e) { e.name = name; })}))) == "batch.zip-name", name);
        // The same where nothing is claimed of the name's encoding.
        const auto unclaimed = [&](Entry& e) { e.name = name, e.flags = 0; };
        CHECK_MESSAGE(said(Parcel::open(archive({good_lines, with(good_paper, unclaimed)}))) == "batch.zip-name", name);
    }
    CHECK(said(Parcel::open(archive({good_lines, good_paper, good_paper}))) == "batch.zip-name");
    // A name that ends early for C: nobody reads another one than is looked at.
    const auto parcel = Parcel::open(archive({good_lines, with(good_paper, [](Entry& e) { e.name = std::string("a.pdf\0.exe", 10); })}));
    CHECK((!parcel || said(parcel->paper("a.pdf")) == "batch.paper-unknown"));
}

TEST_CASE("batch.zip-encrypted, batch.zip-malformed: what cannot be unpacked as it says") {
    CHECK(said(Parcel::open(archive({good_lines, with(good_paper, [](Entry& e) { e.flags = 0x801; })}))) == "batch.zip-encrypted");
    CHECK(said(Parcel::open(archive({good_lines, with(good_paper, [](Entry& e) { e.method_said = 14; })}))) == "batch.zip-malformed");
    CHECK(said(Parcel::open(archive({good_lines, with(good_paper, [](Entry& e) { e.local_name = "b.pdf"; })}))) == "batch.zip-malformed");
    const auto bytes = archive({good_lines, good_paper});
    for (std::size_t cut = 0; cut < bytes.size(); ++cut) CHECK(said(Parcel::open(bytes.substr(0, cut))) == "batch.zip-malformed");
    CHECK(said(Parcel::open(bytes + "x")) == "batch.zip-malformed");
    CHECK(said(Parcel::open("x" + bytes)) == "batch.zip-malformed");
    auto uncounted = bytes;  // a file that the end of the directory does not count
    uncounted[bytes.size() - 22 + 8] = uncounted[bytes.size() - 22 + 10] = 1;
    CHECK(said(Parcel::open(uncounted)) == "batch.zip-malformed");
    const auto longer = Parcel::open(archive({with(good_lines, [](Entry& e) { e.behind = "more"; })})).value();
    CHECK(said(longer.lines_text()) == "batch.zip-malformed");
    CHECK(said(Parcel::open({})) == "batch.zip-malformed");
    CHECK(said(Parcel::open(archive({}))) == "batch.zip-lines");
}

TEST_CASE("batch.too-large: too many files, refused before their directory is read") {
    const auto many = [](std::size_t count) {
        std::vector<Entry> out{good_lines};
        while (out.size() < count) out.push_back(with(good_paper, [&](Entry& e) { e.name = std::to_string(out.size()), e.content = ""; }));
        return archive(out);
    };
    CHECK(said(Parcel::open(many(most_files))) == "read");
    CHECK(said(Parcel::open(many(most_files + 1))) == "batch.too-large");
    auto hidden = many(most_files + 1);  // and says that it has none
    for (const auto at : {8U, 9U, 10U, 11U}) hidden[hidden.size() - 22 + at] = 0;
    CHECK(said(Parcel::open(std::move(hidden))) == "batch.too-large");
}

TEST_CASE("files that lie over each other are refused before any is unpacked") {
    const std::string ruled(4096, 'r');
    const auto inner = with(good_paper, [&](Entry& e) { e.name = "b.pdf", e.content = ruled; });
    // The paper around it holds the head and the bytes of the other one, which the directory then names too.
    auto around = archive({inner});
    around.resize(around.size() - 22 - 46 - inner.name.size());
    const auto outer = with(good_paper, [&](Entry& e) { e.content = around; });
    CHECK(said(Parcel::open(archive({outer, good_lines}))) == "read");
    const auto over = with(inner, [&](Entry& e) { e.lies_at = 30 + outer.name.size(); });
    CHECK(said(Parcel::open(archive({outer, over, good_lines}))) == "batch.zip-malformed");
}

TEST_CASE("a bomb is not unpacked: sizes are believed only so far, and held to") {
    const auto paper = [](auto change) { return Parcel::open(archive({good_lines, with({.name = "a.pdf", .content = std::string(1U << 20U, 'x'), .size_said = {}, .crc_said = {}}, change)})); };
    CHECK(said(paper([](Entry&) {}).value().paper("a.pdf")) == "read");
    CHECK(said(paper([](Entry& e) { e.size_said = 100; }).value().paper("a.pdf")) == "batch.zip-malformed");
    CHECK(said(paper([](Entry& e) { e.size_said = (1U << 20U) + 1; }).value().paper("a.pdf")) == "batch.zip-malformed");
    CHECK(said(paper([](Entry& e) { e.crc_said = 1; }).value().paper("a.pdf")) == "batch.zip-malformed");
    CHECK(said(paper([](Entry& e) { e.size_said = 11U << 20U; }).value().paper("a.pdf")) == "upload.too-large");
    CHECK(said(paper([](Entry& e) { e.size_said = 300U << 20U; })) == "batch.too-large");
    CHECK(said(Parcel::open(archive({with(good_lines, [](Entry& e) { e.size_said = 5U << 20U; })}))) == "batch.too-large");
    CHECK(said(Parcel::open(std::string(most_archive_bytes + 1, 'P'))) == "batch.too-large");
}

TEST_CASE("property: whatever byte of an archive is changed, what is unpacked is what was packed, or nothing") {
    const auto bytes = archive({good_lines, with(good_paper, [](Entry& e) { e.deflated = true; e.content = std::string(200, 'p'); })});
    std::mt19937 chance(5);
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        auto changed = bytes;
        changed[at] = static_cast<char>(static_cast<unsigned char>(changed[at]) ^ (1U << chance() % 8));
        const auto parcel = Parcel::open(std::move(changed));
        if (!parcel) continue;
        if (const auto text = parcel->lines_text()) CHECK(*text == lines);
        if (const auto paper = parcel->paper("a.pdf")) CHECK(*paper == std::string(200, 'p'));
    }
}
