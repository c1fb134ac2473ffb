// Keys and algorithms of HTTP signatures (RFC 9421 section 3.3). A key has one algorithm from the day
// it is configured; what a message says (`alg`) can only agree with it.
#pragma once

#include "base/result.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace wasl::trust {
class PublicKey;
class Signer;
}  // namespace wasl::trust

namespace wasl::exchange {

enum class SignatureAlgorithm {
    rsa_pss_sha512,     // salt of 64 bytes, MGF1 with SHA-512; keys of 2048 to 8192 bits
    rsa_v1_5_sha256,
    hmac_sha256,        // a shared secret of 32 bytes or more
    ecdsa_p256_sha256,  // raw r‖s, 64 bytes
    ecdsa_p384_sha384,  // raw r‖s, 96 bytes
    ed25519,            // RFC 8032, 64 bytes
};
std::string_view to_string(SignatureAlgorithm algorithm) noexcept;  // as registered: "ecdsa-p256-sha256"
std::optional<SignatureAlgorithm> parse_signature_algorithm(std::string_view text) noexcept;

// Both are cheap to copy and may be used from several threads.
// Key of a failure to read: "exchange.key-malformed", also when the key does not fit the algorithm.
class VerifyingKey {
public:
    static Result<VerifyingKey> from_pem(std::string_view spki_pem, SignatureAlgorithm algorithm);
    static Result<VerifyingKey> from_spki(std::string_view der, SignatureAlgorithm algorithm);
    static Result<VerifyingKey> from_secret(std::string_view secret);  // hmac-sha256
    static Result<VerifyingKey> of(const trust::PublicKey& key);       // P-256 or Ed25519, by its curve

    [[nodiscard]] SignatureAlgorithm algorithm() const noexcept;
    [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const;
    // For a key that will verify thousands of messages: from now on each takes half the time, in all copies of this key (p256_table.hpp:
    // what it costs). Of other algorithms than ecdsa_p256_sha256: nothing happens.
    void quicken() const;
    [[nodiscard]] bool is_quick() const noexcept;

private:
    friend class SigningKey;
    struct Impl;
    explicit VerifyingKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
    std::shared_ptr<const Impl> impl_;
};

class SigningKey {
public:
    static Result<SigningKey> from_pem(std::string_view pkcs8_pem, SignatureAlgorithm algorithm);
    static Result<SigningKey> from_secret(std::string_view secret);
    static Result<SigningKey> of(std::shared_ptr<const trust::Signer> signer);  // the key of a member
    static Result<SigningKey> generate(SignatureAlgorithm algorithm);           // RSA: 2048 bits

    [[nodiscard]] SignatureAlgorithm algorithm() const noexcept;
    [[nodiscard]] VerifyingKey verifying_key() const;
    // Key "exchange.sign-failed".
    [[nodiscard]] Result<std::string> sign(std::string_view message) const;

private:
    struct Impl;
    explicit SigningKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
    std::shared_ptr<const Impl> impl_;
};

}  // namespace wasl::exchange
