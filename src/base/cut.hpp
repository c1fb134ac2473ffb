// Text kept to a length: cut between two characters, never inside one.
#pragma once

#include <cstddef>
#include <string_view>

namespace wasl {

// At most so many bytes of UTF-8 text.
inline std::string_view cut_at_character(std::string_view utf8, std::size_t most_bytes) noexcept {
    if (utf8.size() <= most_bytes) return utf8;
    while (most_bytes > 0 && (static_cast<unsigned char>(utf8[most_bytes]) & 0xC0U) == 0x80U) --most_bytes;
    return utf8.substr(0, most_bytes);
}

}  // namespace wasl
