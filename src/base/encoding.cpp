// Hexadecimal, base64, base45, base32 and percent encodings of text.hpp.
#include "base/text.hpp"

#include <array>
#include <cstdint>

namespace wasl {

namespace {

constexpr std::string_view base64_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::string_view base64url_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base45_alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
constexpr std::string_view base32_alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

unsigned octet(std::string_view bytes, std::size_t i) { return static_cast<unsigned char>(bytes[i]); }

using Table = std::array<std::int16_t, 256>;
constexpr Table table_of(std::string_view alphabet) {
    Table table{};
    table.fill(-1);
    for (std::size_t i = 0; i < alphabet.size(); ++i) {
        table[static_cast<unsigned char>(alphabet[i])] = static_cast<std::int16_t>(i);
    }
    return table;
}

// Groups of `bits` bits, most significant first, as letters of an alphabet of 2^bits. Digests and signatures of
// every message pass here: written in place, the width known to the compiler.
template <unsigned bits>
std::string encode_bits(std::string_view bytes, std::string_view alphabet) {
    std::string out((bytes.size() * 8 + bits - 1) / bits, '\0');
    char* to = out.data();
    unsigned buffer = 0, held = 0;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        buffer = (buffer << 8U) | octet(bytes, i);
        held += 8;
        while (held >= bits) {
            held -= bits;
            *to++ = alphabet[(buffer >> held) & ((1U << bits) - 1U)];
        }
    }
    if (held > 0) *to = alphabet[(buffer << (bits - held)) & ((1U << bits) - 1U)];
    return out;
}

// Strict: left-over bits must be zero and fewer than a letter's worth.
template <unsigned bits>
Result<std::string> decode_bits(std::string_view text, const Table& table, const char* key) {
    std::string out(text.size() * bits / 8, '\0');
    char* to = out.data();
    unsigned buffer = 0, held = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const int value = table[octet(text, i)];
        if (value < 0) return fail(Code::invalid, key, "letter at offset " + std::to_string(i));
        buffer = (buffer << bits) | static_cast<unsigned>(value);
        held += bits;
        if (held >= 8) {
            held -= 8;
            *to++ = static_cast<char>(static_cast<unsigned char>((buffer >> held) & 0xFFU));
        }
    }
    if (held >= bits || (buffer & ((1U << held) - 1U)) != 0) return fail(Code::invalid, key, "length or trailing bits");
    return out;
}

}  // namespace

std::string to_hex(std::string_view bytes) { return encode_bits<4>(bytes, "0123456789abcdef"); }

Result<std::string> from_hex(std::string_view hex) {
    static constexpr auto table = [] {
        auto t = table_of("0123456789abcdef");
        for (char c = 'A'; c <= 'F'; ++c) t[static_cast<unsigned char>(c)] = static_cast<std::int16_t>(c - 'A' + 10);
        return t;
    }();
    if (hex.size() % 2 != 0) return fail(Code::invalid, "hex.malformed", "odd length");
    return decode_bits<4>(hex, table, "hex.malformed");
}

std::string to_base64(std::string_view bytes) {
    auto out = encode_bits<6>(bytes, base64_alphabet);
    out.append((4 - out.size() % 4) % 4, '=');
    return out;
}

Result<std::string> from_base64(std::string_view text) {
    static constexpr auto table = table_of(base64_alphabet);
    if (text.size() % 4 != 0) return fail(Code::invalid, "base64.malformed", "length is no multiple of four");
    for (int i = 0; i < 2 && !text.empty() && text.back() == '='; ++i) text.remove_suffix(1);
    return decode_bits<6>(text, table, "base64.malformed");
}

std::string to_base64url(std::string_view bytes) { return encode_bits<6>(bytes, base64url_alphabet); }

Result<std::string> from_base64url(std::string_view text) {
    static constexpr auto table = table_of(base64url_alphabet);
    return decode_bits<6>(text, table, "base64.malformed");
}

std::string to_base32(std::string_view bytes) { return encode_bits<5>(bytes, base32_alphabet); }

Result<std::string> from_base32(std::string_view text) {
    static constexpr auto table = table_of(base32_alphabet);
    return decode_bits<5>(text, table, "base32.malformed");
}

// RFC 9285: two bytes become three letters, a last single byte two.
std::string to_base45(std::string_view bytes) {
    std::string out;
    out.reserve(bytes.size() / 2 * 3 + 2);
    for (std::size_t i = 0; i < bytes.size(); i += 2) {
        const bool pair = i + 1 < bytes.size();
        unsigned n = pair ? octet(bytes, i) * 256 + octet(bytes, i + 1) : octet(bytes, i);
        for (int letters = pair ? 3 : 2; letters > 0; --letters, n /= 45) out.push_back(base45_alphabet[n % 45]);
    }
    return out;
}

Result<std::string> from_base45(std::string_view text) {
    static constexpr auto table = table_of(base45_alphabet);
    std::string out;
    out.reserve(text.size() / 3 * 2 + 1);
    for (std::size_t i = 0; i < text.size(); i += 3) {
        const std::size_t letters = std::min<std::size_t>(3, text.size() - i);
        if (letters == 1) return fail(Code::invalid, "base45.malformed", "a single letter is left");
        unsigned n = 0, weight = 1;
        for (std::size_t k = 0; k < letters; ++k, weight *= 45) {
            const int value = table[octet(text, i + k)];
            if (value < 0) return fail(Code::invalid, "base45.malformed", "letter at offset " + std::to_string(i + k));
            n += static_cast<unsigned>(value) * weight;
        }
        if (n > (letters == 3 ? 0xFFFFU : 0xFFU)) return fail(Code::invalid, "base45.malformed", "group too large");
        if (letters == 3) out.push_back(static_cast<char>(static_cast<unsigned char>(n >> 8U)));
        out.push_back(static_cast<char>(static_cast<unsigned char>(n & 0xFFU)));
    }
    return out;
}

std::string percent_encode(std::string_view text) {
    static constexpr std::string_view digits = "0123456789ABCDEF";
    static constexpr auto unreserved = [](char c) {
        return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.' ||
               c == '_' || c == '~';
    };
    std::string out;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t from = at;
        while (at < text.size() && unreserved(text[at])) ++at;
        out.append(text, from, at - from);
        if (at == text.size()) break;
        const auto byte = static_cast<unsigned char>(text[at++]);
        out.push_back('%');
        out.push_back(digits[byte >> 4U]);
        out.push_back(digits[byte & 0xFU]);
    }
    return out;
}

Result<std::string> percent_decode(std::string_view text, bool plus_is_space) {
    std::string out;
    out.reserve(text.size());
    for (std::size_t i = 0; i < text.size(); ++i) {
        if (text[i] == '+' && plus_is_space) {
            out.push_back(' ');
        } else if (text[i] == '%') {
            const auto byte = i + 2 < text.size() ? from_hex(text.substr(i + 1, 2)) : Result<std::string>(fail(Code::invalid, ""));
            if (!byte) return fail(Code::invalid, "percent.malformed", "escape at offset " + std::to_string(i));
            out += *byte;
            i += 2;
        } else {
            out.push_back(text[i]);
        }
    }
    return out;
}

}  // namespace wasl
