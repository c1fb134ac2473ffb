#include "trust/impl/der.hpp"

#include <cstdint>

namespace wasl::trust::der {

std::string tagged(unsigned char tag, std::string_view content) {
    std::string out(1, static_cast<char>(tag));
    const auto length = content.size();
    if (length < 0x80) {
        out.push_back(static_cast<char>(length));
    } else {
        std::string digits;
        for (auto rest = length; rest != 0; rest >>= 8U) {
            digits.insert(digits.begin(), static_cast<char>(rest & 0xFFU));
        }
        out.push_back(static_cast<char>(0x80U | digits.size()));
        out += digits;
    }
    return out.append(content);
}

std::string sequence(std::initializer_list<std::string_view> parts) {
    std::string content;
    for (const auto part : parts) {
        content += part;
    }
    return tagged(0x30, content);
}

std::string unsigned_integer(std::string_view big_endian) {
    while (big_endian.size() > 1 && big_endian.front() == '\0') {
        big_endian.remove_prefix(1);
    }
    std::string content;
    if (big_endian.empty() || (static_cast<unsigned char>(big_endian.front()) & 0x80U) != 0) {
        content.push_back('\0');
    }
    return tagged(0x02, content.append(big_endian));
}

std::string octet_string(std::string_view bytes) { return tagged(0x04, bytes); }
std::string object_id(std::string_view encoded) { return tagged(0x06, encoded); }

bool take(std::string_view& bytes, unsigned char tag, std::string_view& content) {
    if (bytes.size() < 2 || static_cast<unsigned char>(bytes[0]) != tag) {
        return false;
    }
    std::size_t length = static_cast<unsigned char>(bytes[1]);
    std::size_t at = 2;
    if (length >= 0x80) {
        const auto count = length & 0x7FU;
        if (count == 0 || count > 4 || bytes.size() < 2 + count || bytes[2] == '\0') {
            return false;
        }
        length = 0;
        for (; at < 2 + count; ++at) {
            length = (length << 8U) | static_cast<unsigned char>(bytes[at]);
        }
        if (length < 0x80) {
            return false;
        }
    }
    if (bytes.size() - at < length) {
        return false;
    }
    content = bytes.substr(at, length);
    bytes.remove_prefix(at + length);
    return true;
}

}  // namespace wasl::trust::der
