// OpenSSL as the files of trust speak to it; only .cpp files of trust include this.
#pragma once

#include "base/openssl.hpp"

#include <string>
#include <string_view>

namespace wasl::trust {

using openssl::Bio;
using openssl::Certificate;
using openssl::DigestContext;
using openssl::Freed;
using openssl::KeyContext;
using KeyHandle = openssl::Key;

// OpenSSL takes bytes as unsigned, with their number beside them.
inline const unsigned char* octets(std::string_view bytes) { return reinterpret_cast<const unsigned char*>(bytes.data()); }
inline unsigned char* octets(std::string& bytes) { return reinterpret_cast<unsigned char*>(bytes.data()); }

}  // namespace wasl::trust
