// The inside of PublicKey, and the private half of software keys.
#pragma once

#include "trust/impl/openssl.hpp"
#include "trust/keys.hpp"

namespace wasl::trust {

struct PublicKey::Impl {
    Curve curve = Curve::p256;
    std::string x;
    std::string y;
    std::string spki;
    std::string thumbprint;
    std::uint32_t short_id = 0;
    KeyHandle key;
};

// PKCS#8 PEM of a signer made by this process; "trust.sign-failed" for a token's.
Result<std::string> private_key_pem(const Signer& signer);

}  // namespace wasl::trust
