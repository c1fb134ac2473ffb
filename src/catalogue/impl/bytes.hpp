// Little-endian integers in a flat file; every read is checked.
#pragma once

#include <cstdint>
#include <cstring>
#include <string>
#include <string_view>

namespace wasl::catalogue::impl {

inline void put32(std::string& out, std::uint32_t value) {
    for (int shift = 0; shift < 32; shift += 8) {
        out.push_back(static_cast<char>((value >> shift) & 0xFFU));
    }
}

inline void set32(std::string& out, std::size_t at, std::uint32_t value) {
    for (std::size_t i = 0; i < 4; ++i) {
        out[at + i] = static_cast<char>((value >> (8 * i)) & 0xFFU);
    }
}

// Zero beyond the end: the caller's bounds then fail.
inline std::uint32_t get32(std::string_view bytes, std::size_t at) noexcept {
    if (at > bytes.size() || bytes.size() - at < 4) {
        return 0;
    }
    std::uint32_t value = 0;
    for (std::size_t i = 4; i > 0; --i) {
        value = (value << 8U) | static_cast<unsigned char>(bytes[at + i - 1]);
    }
    return value;
}

// Part of the bytes, shorter or empty where they end.
inline std::string_view part(std::string_view bytes, std::size_t at, std::size_t size) noexcept {
    return at > bytes.size() ? std::string_view() : bytes.substr(at, size);
}

}  // namespace wasl::catalogue::impl
