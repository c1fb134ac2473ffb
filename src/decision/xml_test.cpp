// How files are read: encodings, entities, and where a mistake lies.
#include "base/text.hpp"
#include "decision/testing.hpp"

#include <chrono>

using namespace wasl;
using namespace wasl::decision;
using namespace wasl::decision::testing;

namespace {

// A model whose decision D is the text "é€", in bytes of the caller.
std::string model_of(std::string_view declaration, std::string_view text) {
    return std::string(declaration) +
           std::string(R"(<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" namespace="urn:e" name="e">
<decision id="D" name="D"><variable name="D"/><literalExpression><text>")") +
           std::string(text) + "\"</text></literalExpression></decision></definitions>";
}

std::string utf16(std::string_view utf8, bool big_endian) {
    std::string out = big_endian ? "\xFE\xFF" : "\xFF\xFE";
    const auto unit = [&](char32_t c) {
        const auto high = static_cast<char>(c >> 8U), low = static_cast<char>(c & 0xFFU);
        out += big_endian ? high : low;
        out += big_endian ? low : high;
    };
    for (std::size_t at = 0; at < utf8.size();) {
        const auto c = next_code_point(utf8, at);
        if (c > 0xFFFF) {
            unit(0xD800 + ((c - 0x10000) >> 10U));
            unit(0xDC00 + ((c - 0x10000) & 0x3FFU));
        } else {
            unit(c);
        }
    }
    return out;
}

std::string read(std::string bytes) {
    const auto model = Model::compile({"e.dmn", std::move(bytes)});
    if (!model) return model.error().detail;
    return feel::to_text(model->evaluate("D", {}).value);
}

}  // namespace

TEST_CASE("encodings: UTF-8 with and without a mark, UTF-16 of both orders, Latin-1, Windows-1252") {
    CHECK(read(model_of("", "é€")) == "\"é€\"");
    CHECK(read("\xEF\xBB\xBF" + model_of(R"(<?xml version="1.0" encoding="UTF-8"?>)", "é€")) == "\"é€\"");
    for (const bool big : {true, false})
        CHECK(read(utf16(model_of(R"(<?xml version="1.0" encoding="UTF-16"?>)", "é€𝄞"), big)) == "\"é€𝄞\"");
    CHECK(read(model_of(R"(<?xml version='1.0' encoding='ISO-8859-1'?>)", "\xE9")) == "\"é\"");
    CHECK(read(model_of(R"(<?xml version="1.0" encoding="windows-1252" ?>)", "\xE9\x80")) == "\"é€\"");
    CHECK(read(model_of(R"(<?xml version="1.0" encoding="US-ASCII"?>)", "e")) == "\"e\"");
}

TEST_CASE("encodings: bytes that the encoding does not have are refused with line and column") {
    // Line 2 of the model up to the quote has 72 characters.
    CHECK(read(model_of("", "\xE9")) == "e.dmn:2:73: this byte is not UTF-8");
    CHECK(read(model_of("", "éé\xE9")) == "e.dmn:2:75: this byte is not UTF-8");
    CHECK(read(model_of(R"(<?xml version="1.0" encoding="windows-1252"?>)", "\x81")) ==
          "e.dmn:2:73: Windows-1252 has no character 81");
    CHECK(read(model_of(R"(<?xml version="1.0" encoding="US-ASCII"?>)", "\xE9")) ==
          "e.dmn:2:73: this byte is not US-ASCII");
    CHECK(read(model_of(R"(<?xml version="1.0" encoding="EBCDIC-CP-FR"?>)", "e")) ==
          "e.dmn:1:1: the encoding \"ebcdic-cp-fr\" is not read");
    CHECK(read(model_of(R"(<?xml version="1.0" encoding="UTF-16"?>)", "e")) ==
          "e.dmn:1:1: UTF-16 is declared, but the bytes are not UTF-16");
    auto half = utf16(model_of("", "e"), true);
    half.pop_back();
    CHECK(read(half).find("ends in half a character") != std::string::npos);
}

TEST_CASE("entities: the laughs of a billion are not told, and the finding says which stays as it is") {
    std::string bomb = "<!DOCTYPE definitions [<!ENTITY lol \"lol\">";
    for (int i = 1; i < 10; ++i) {
        bomb += fmt::format("<!ENTITY lol{} \"", i);
        for (int k = 0; k < 10; ++k) bomb += i == 1 ? "&lol;" : fmt::format("&lol{};", i - 1);
        bomb += "\">";
    }
    const auto begun = std::chrono::steady_clock::now();
    const auto model = compiled({"e.dmn", model_of(bomb + "]>\n", "&lol9;")});
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(2));
    REQUIRE(model.findings().size() == 1);
    CHECK(model.findings()[0].key == "decision.entity");
    CHECK(model.findings()[0].line == 3);
    CHECK(model.findings()[0].detail.find("&lol9;") != std::string::npos);
    CHECK(value(model, "D") == "\"&lol9;\"");
}

TEST_CASE("entities: a file named by one is not opened") {
    const auto model = compiled({"e.dmn", model_of("<!DOCTYPE d [<!ENTITY x SYSTEM \"file:///etc/passwd\">]>", "&x;")});
    CHECK(reports(model.findings(), "decision.entity"));
    CHECK(value(model, "D") == "\"&x;\"");
}

TEST_CASE("entities: those of XML itself, characters by number, CDATA and comments are no finding") {
    const auto model = compiled({"e.dmn", model_of("<!-- &x; --><?p &y;?>", "&lt;&#233;&#x20AC;<![CDATA[&z;]]>&amp;w;")});
    CHECK(model.findings().empty());
    CHECK(value(model, "D") == "\"<é€&z;&w;\"");
}

TEST_CASE("a broken file says line and column") {
    CHECK(read("<definitions>\n  <a></b>").starts_with("e.dmn:2:"));
}
