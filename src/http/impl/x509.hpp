// OpenSSL's objects, owned.
#pragma once

#include "http/certificate.hpp"

#include <openssl/ssl.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace wasl::http {

template <auto function>
struct FreedBy {
    template <class T>
    void operator()(T* what) const noexcept {
        function(what);
    }
};
template <class T, auto function>
using Handle = std::unique_ptr<T, FreedBy<function>>;

// What OpenSSL has to say about the last failure of this thread; empties its list.
std::string openssl_words();

Certificate describe(X509* x509);
SharedCertificate peer_certificate(const SSL* ssl);  // null when none was shown

}  // namespace wasl::http
