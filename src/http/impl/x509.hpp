// OpenSSL's objects, owned.
#pragma once

#include "base/openssl.hpp"
#include "http/certificate.hpp"

#include <openssl/ssl.h>

#include <memory>
#include <string>

namespace wasl::http {

template <class T, auto function>
using Handle = std::unique_ptr<T, openssl::Freed<function>>;

// What OpenSSL has to say about the last failure of this thread; empties its list.
std::string openssl_words();

Certificate describe(X509* x509);
SharedCertificate peer_certificate(const SSL* ssl);  // null when none was shown

}  // namespace wasl::http
