// Plain text and encodings. Bytes travel as std::string / std::string_view.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl {

// UTF-8 (RFC 3629: no overlong forms, no surrogates, at most U+10FFFF).
bool is_utf8(std::string_view bytes) noexcept;
// Next code point at `at`, which moves past it; U+FFFD for a malformed byte (moves by one).
char32_t next_code_point(std::string_view utf8, std::size_t& at) noexcept;
void append_utf8(std::string& out, char32_t code_point);
std::size_t count_code_points(std::string_view utf8) noexcept;

std::string_view trim(std::string_view text) noexcept;  // ASCII white space
std::vector<std::string_view> split(std::string_view text, char separator);
std::string join(const std::vector<std::string>& parts, std::string_view separator);
std::string to_lower_ascii(std::string_view text);
std::string to_upper_ascii(std::string_view text);
bool equals_ignoring_ascii_case(std::string_view a, std::string_view b) noexcept;
std::string replace_all(std::string text, std::string_view from, std::string_view to);
// Whole text as a decimal integer; nothing else is accepted (no sign but '-', no blanks).
std::optional<std::int64_t> to_integer(std::string_view text) noexcept;

// Comparison of secrets, independent of where they differ.
bool equals_in_constant_time(std::string_view a, std::string_view b) noexcept;

std::string to_hex(std::string_view bytes);
Result<std::string> from_hex(std::string_view hex);
std::string to_base64(std::string_view bytes);                 // RFC 4648 section 4, padded
Result<std::string> from_base64(std::string_view text);        // strict: padded, no blanks
std::string to_base64url(std::string_view bytes);              // RFC 4648 section 5, no padding
Result<std::string> from_base64url(std::string_view text);
std::string to_base45(std::string_view bytes);                 // RFC 9285
Result<std::string> from_base45(std::string_view text);
std::string to_base32(std::string_view bytes);                 // RFC 4648 section 6, no padding (TOTP keys)
Result<std::string> from_base32(std::string_view text);

std::string percent_encode(std::string_view text);             // all but RFC 3986 unreserved
// Fails on a malformed escape. `plus_is_space` for application/x-www-form-urlencoded.
Result<std::string> percent_decode(std::string_view text, bool plus_is_space = false);

}  // namespace wasl
