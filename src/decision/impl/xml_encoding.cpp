#include "decision/impl/xml_encoding.hpp"

#include "base/text.hpp"

#include <fmt/format.h>

#include <array>
#include <cstdint>
#include <optional>

namespace wasl::decision::impl {

namespace {

// 0x80 to 0x9F of Windows-1252; 0 where it has nothing.
constexpr std::array<char16_t, 32> windows_1252{
    0x20AC, 0,      0x201A, 0x0192, 0x201E, 0x2026, 0x2020, 0x2021, 0x02C6, 0x2030, 0x0160,
    0x2039, 0x0152, 0,      0x017D, 0,      0,      0x2018, 0x2019, 0x201C, 0x201D, 0x2022,
    0x2013, 0x2014, 0x02DC, 0x2122, 0x0161, 0x203A, 0x0153, 0,      0x017E, 0x0178};

using Decoded = std::expected<std::string, EncodingError>;

// `read` is what was decoded until the mistake.
Decoded wrong(std::string_view read, std::string what) {
    return std::unexpected(EncodingError{feel::place_in(read, read.size()), std::move(what)});
}

Decoded utf8(std::string_view bytes) {
    if (is_utf8(bytes)) return std::string(bytes);
    std::size_t at = 0;
    while (at < bytes.size()) {
        auto next = at;
        next_code_point(bytes, next);
        if (!is_utf8(bytes.substr(at, next - at))) break;
        at = next;
    }
    return wrong(bytes.substr(0, at), "this byte is not UTF-8");
}

Decoded one_byte_each(std::string_view bytes, bool windows) {
    std::string out;
    out.reserve(bytes.size() + bytes.size() / 8);
    for (const char byte : bytes) {
        const auto value = static_cast<unsigned char>(byte);
        char32_t c = value;
        if (windows && value >= 0x80 && value < 0xA0) {
            c = windows_1252[value - 0x80U];
            if (c == 0) return wrong(out, fmt::format("Windows-1252 has no character {:02X}", value));
        }
        append_utf8(out, c);
    }
    return out;
}

Decoded ascii(std::string_view bytes) {
    for (std::size_t at = 0; at < bytes.size(); ++at) {
        if (static_cast<unsigned char>(bytes[at]) >= 0x80)
            return wrong(bytes.substr(0, at), "this byte is not US-ASCII");
    }
    return std::string(bytes);
}

Decoded utf16(std::string_view bytes, bool big_endian) {
    std::string out;
    out.reserve(bytes.size());
    const auto unit = [&](std::size_t at) {
        const auto first = static_cast<unsigned char>(bytes[at]);
        const auto second = static_cast<unsigned char>(bytes[at + 1]);
        return static_cast<char32_t>(big_endian ? first << 8U | second : second << 8U | first);
    };
    const auto is = [](char32_t c, char32_t from) { return c >= from && c < from + 0x400; };
    for (std::size_t at = 0; at < bytes.size(); at += 2) {
        if (at + 1 == bytes.size()) return wrong(out, "the UTF-16 text ends in half a character");
        auto c = unit(at);
        if (is(c, 0xD800) && at + 3 < bytes.size() && is(unit(at + 2), 0xDC00)) {
            c = 0x10000 + ((c - 0xD800) << 10U) + (unit(at + 2) - 0xDC00);
            at += 2;
        } else if (is(c, 0xD800) || is(c, 0xDC00)) {
            return wrong(out, "half of a UTF-16 pair stands alone");
        }
        append_utf8(out, c);
    }
    return out;
}

// What the XML declaration says, in small letters; empty when it says nothing.
std::string declared_encoding(std::string_view bytes) {
    constexpr std::size_t longest = 400;
    if (!bytes.starts_with("<?xml")) return {};
    const auto said = bytes.substr(0, std::min(bytes.substr(0, longest).find("?>"), longest));
    auto at = said.find("encoding");
    if (at == std::string_view::npos) return {};
    at = said.find_first_of("\"'", at);
    if (at == std::string_view::npos) return {};
    const auto end = said.find(said[at], at + 1);
    if (end == std::string_view::npos) return {};
    return to_lower_ascii(said.substr(at + 1, end - at - 1));
}

}  // namespace

std::expected<std::string, EncodingError> utf8_of(std::string_view bytes) {
    using namespace std::string_view_literals;
    if (bytes.starts_with("\xEF\xBB\xBF")) return utf8(bytes.substr(3));
    if (bytes.starts_with("\xFE\xFF")) return utf16(bytes.substr(2), true);
    if (bytes.starts_with("\xFF\xFE")) return utf16(bytes.substr(2), false);
    if (bytes.starts_with("\0<\0?"sv)) return utf16(bytes, true);
    if (bytes.starts_with("<\0?\0"sv)) return utf16(bytes, false);
    const auto name = declared_encoding(bytes);
    if (name.empty() || name == "utf-8" || name == "utf8") return utf8(bytes);
    if (name == "us-ascii" || name == "ascii") return ascii(bytes);
    if (name == "iso-8859-1" || name == "latin1") return one_byte_each(bytes, false);
    if (name == "windows-1252" || name == "cp1252") return one_byte_each(bytes, true);
    return wrong("", name.starts_with("utf-16")
                         ? std::string("UTF-16 is declared, but the bytes are not UTF-16")
                         : fmt::format("the encoding \"{}\" is not read", name));
}

}  // namespace wasl::decision::impl
