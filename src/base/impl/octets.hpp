// Bytes as OpenSSL takes them.
#pragma once

#include <string>
#include <string_view>

namespace wasl {

inline unsigned char* octets(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }
inline const unsigned char* octets(std::string_view bytes) {
    return reinterpret_cast<const unsigned char*>(bytes.data());
}

}  // namespace wasl
