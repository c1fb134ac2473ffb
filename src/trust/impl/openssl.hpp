// OpenSSL as the files of trust speak to it; only .cpp files of trust include this.
#pragma once

#include "base/openssl.hpp"

namespace wasl::trust {

using openssl::Bio;
using openssl::Certificate;
using openssl::DigestContext;
using openssl::Freed;
using openssl::KeyContext;
using KeyHandle = openssl::Key;

inline const unsigned char* octets(const char* text) { return reinterpret_cast<const unsigned char*>(text); }
inline unsigned char* octets(char* text) { return reinterpret_cast<unsigned char*>(text); }

}  // namespace wasl::trust
