// The small grammar that heads of requests and responses share (RFC 9110 §5.6).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace wasl::http {

inline bool is_token_character(char c) noexcept {  // RFC 9110 §5.6.2
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

inline bool is_token(std::string_view text) noexcept {
    for (const char c : text) {
        if (!is_token_character(c)) {
            return false;
        }
    }
    return !text.empty();
}

// Optional white space is space and tab alone (RFC 9110 §5.6.3): a vertical tab before "chunked" is an
// attack, not a blank.
inline std::string_view without_blanks(std::string_view text) noexcept {
    const std::size_t first = text.find_first_not_of(" \t");
    if (first == std::string_view::npos) {
        return {};
    }
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// No control characters but the tab: neither a line's end nor a NUL can hide in it.
inline bool is_field_value(std::string_view value) noexcept {
    for (const char c : value) {
        const auto byte = static_cast<unsigned char>(c);
        if ((byte < 0x20 && c != '\t') || byte == 0x7F) {
            return false;
        }
    }
    return true;
}

// Content-Length: decimal digits alone, at most 15.
inline std::optional<std::uint64_t> length_digits(std::string_view text) noexcept {
    if (text.empty() || text.size() > 15) {
        return std::nullopt;
    }
    std::uint64_t value = 0;
    for (const char c : text) {
        if (c < '0' || c > '9') {
            return std::nullopt;
        }
        value = value * 10 + static_cast<std::uint64_t>(c - '0');
    }
    return value;
}

}  // namespace wasl::http
