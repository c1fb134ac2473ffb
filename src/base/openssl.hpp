// Owning handles for the objects of OpenSSL, and what it says when it fails: one set for all rooms.
// For .cpp files that speak to it; no public header includes this.
#pragma once

#include <openssl/bio.h>
#include <openssl/bn.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <array>
#include <atomic>
#include <memory>
#include <string>

namespace wasl::openssl {

template <auto Free>
struct Freed {
    template <class T>
    void operator()(T* object) const noexcept {
        Free(object);
    }
};
using Key = std::unique_ptr<EVP_PKEY, Freed<EVP_PKEY_free>>;
using KeyContext = std::unique_ptr<EVP_PKEY_CTX, Freed<EVP_PKEY_CTX_free>>;
using DigestContext = std::unique_ptr<EVP_MD_CTX, Freed<EVP_MD_CTX_free>>;
using Certificate = std::unique_ptr<X509, Freed<X509_free>>;
using Bio = std::unique_ptr<BIO, Freed<BIO_free_all>>;
using Number = std::unique_ptr<BIGNUM, Freed<BN_free>>;

// A context that stands ready between the uses of one key: making one and fetching its algorithm costs 2 µs, of the
// 22 of a signature with P-256. A thread that finds it taken makes its own; of two that come back one stays.
class KeptContext {
public:
    KeptContext() = default;
    ~KeptContext() { EVP_PKEY_CTX_free(kept_.load()); }
    KeptContext(const KeptContext&) = delete;
    KeptContext& operator=(const KeptContext&) = delete;
    [[nodiscard]] KeyContext take() noexcept { return KeyContext(kept_.exchange(nullptr)); }  // null: taken, or none yet
    void give_back(KeyContext context) noexcept { EVP_PKEY_CTX_free(kept_.exchange(context.release())); }

private:
    std::atomic<EVP_PKEY_CTX*> kept_{nullptr};
};

// What was written into a memory BIO so far.
inline std::string text_of(BIO* memory) {
    char* bytes = nullptr;
    const long length = BIO_get_mem_data(memory, &bytes);
    return {bytes, static_cast<std::size_t>(length > 0 ? length : 0)};
}

// What OpenSSL says of its last failure, the innermost, or that it says nothing. Its queue is empty afterwards: TLS
// reads the same queue to tell its own failures.
inline std::string problem() {
    std::string out;
    while (const auto code = ERR_get_error()) {
        std::array<char, 256> line{};
        ERR_error_string_n(code, line.data(), line.size());
        out = line.data();
    }
    return out.empty() ? "no detail from OpenSSL" : out;
}

}  // namespace wasl::openssl
