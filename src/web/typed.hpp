// What people type, kept to a length.
#pragma once

#include "base/text.hpp"

#include <string>
#include <string_view>

namespace wasl::web {

// At most so many bytes of UTF-8, cut between two characters, never inside one.
inline std::string cut_at_character(std::string_view utf8, std::size_t most_bytes) {
    if (utf8.size() <= most_bytes) return std::string(utf8);
    std::size_t end = most_bytes;
    while (end > 0 && (static_cast<unsigned char>(utf8[end]) & 0xC0U) == 0x80U) --end;
    return std::string(utf8.substr(0, end));
}

}  // namespace wasl::web
