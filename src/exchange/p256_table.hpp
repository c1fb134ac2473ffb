// Verifying with a P-256 key that comes again and again (docs/decisions/p256-tables.md).
#pragma once

#include "base/digest.hpp"

#include <openssl/types.h>

#include <memory>
#include <string_view>

namespace wasl::exchange {

// Multiples of one public key, as OpenSSL keeps them of the curve's own generator: a verification then multiplies
// two points that both have their table. Some 150 KB, and 20 ms to make. May be used from several threads.
class P256Table {
public:
    // Null: `key` is not on this curve, or this OpenSSL makes no such tables.
    static std::unique_ptr<const P256Table> of(const EVP_PKEY* key);
    P256Table(const P256Table&) = delete;
    P256Table& operator=(const P256Table&) = delete;
    ~P256Table();

    // ECDSA (FIPS 186-5 section 6.4.2) over SHA-256; `signature` is r‖s, 64 bytes. All that it works with is public.
    [[nodiscard]] bool verify(const Digest& digest, std::string_view signature) const;

private:
    struct Impl;
    explicit P256Table(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::exchange
