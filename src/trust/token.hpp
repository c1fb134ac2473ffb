// Keys in a token: made in it, used in it, never read out of it (PKCS#11 2.40, OASIS). P-256 only: a
// cosigner's Ed25519 key stays in a file.
//
// A token is named by its RFC 7512 address:
//   pkcs11:token=wasl?module-path=/usr/lib/softhsm/libsofthsm2.so&pin-source=/etc/wasl/pin
// module-path is the maker's library; pin-source a file of mode 0600 with the PIN on its first line
// (pin-value is refused: an address is no place for a secret).
//
// Keys: "trust.token-address" (detail says what is wrong with it), "trust.token-module",
// "trust.token-absent", "trust.token-pin", "trust.token-key-missing", "trust.token-failed"
// (detail: the step and the token's answer), and those of reading the PIN's file.
#pragma once

#include "base/result.hpp"
#include "trust/keys.hpp"

#include <memory>
#include <string_view>

namespace wasl::trust {

class Token : public std::enable_shared_from_this<Token> {
public:
    // Loads the module, finds the one token that the address names and logs in.
    static Result<std::shared_ptr<Token>> open(std::string_view address);
    ~Token();
    Token(const Token&) = delete;
    Token& operator=(const Token&) = delete;

    // A fresh key that cannot be taken out; CKA_ID is its RFC 7638 thumbprint.
    [[nodiscard]] Result<std::unique_ptr<Signer>> generate(std::string_view label);
    // The private half of this public key.
    [[nodiscard]] Result<std::unique_ptr<Signer>> find(const PublicKey& key);

private:
    struct Impl;
    explicit Token(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
    friend class TokenSigner;
};

}  // namespace wasl::trust
