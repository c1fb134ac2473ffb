// Owning handles for OpenSSL objects; only .cpp files of trust include this.
#pragma once

#include <openssl/bio.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace wasl::trust {

template <auto Free>
struct Release {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};

using KeyHandle = std::unique_ptr<EVP_PKEY, Release<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Release<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Release<EVP_MD_CTX_free>>;
using Bio = std::unique_ptr<BIO, Release<BIO_free_all>>;
using Certificate = std::unique_ptr<X509, Release<X509_free>>;

// What OpenSSL says about the last failure; its queue is empty afterwards.
std::string openssl_problem();

inline const unsigned char* octets(const char* text) { return reinterpret_cast<const unsigned char*>(text); }
inline unsigned char* octets(char* text) { return reinterpret_cast<unsigned char*>(text); }

}  // namespace wasl::trust
