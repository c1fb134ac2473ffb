// Owning handles for the OpenSSL objects of certificates and timestamps; for .cpp files of this room.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <memory>
#include <string>

namespace wasl::exchange::openssl_handles {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;

inline std::string text_of(BIO* bio) {
    char* bytes = nullptr;
    const long length = BIO_get_mem_data(bio, &bytes);
    return {bytes, static_cast<std::size_t>(length > 0 ? length : 0)};
}

// What OpenSSL says of its last failure; its queue is empty afterwards, for TLS reads the same queue.
inline std::string problem() {
    std::string words(256, '\0');
    const auto code = ERR_peek_last_error();
    ERR_clear_error();
    if (code == 0) return {};
    ERR_error_string_n(code, words.data(), words.size());
    return words.c_str();
}

}  // namespace wasl::exchange::openssl_handles
