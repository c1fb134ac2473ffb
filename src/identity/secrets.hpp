// Passwords, one-time passwords and secrets at rest.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>

namespace wasl::identity {

// argon2id, 19 MiB, 2 passes, 1 lane (OWASP's first choice): about 25 ms. Encoded text with its salt.
// Blocks: run on a pool, never on a loop.
std::string hash_password(std::string_view password, Entropy& entropy);
// With an empty `encoded` the same work is done against a fixed hash and the answer is no, so that an
// unknown login takes as long as a wrong password.
bool password_matches(std::string_view password, std::string_view encoded);
// 12 characters or more (NIST SP 800-63B: length, no composition), at most 200, valid UTF-8.
// Keys "identity.password-short", "identity.password-long".
Result<void> acceptable_password(std::string_view password);

// TOTP (RFC 6238): SHA-1, 30 s, six digits, as every authenticator reads.
std::string new_totp_secret(Entropy& entropy);  // 20 bytes
std::string totp_code(std::string_view secret, std::int64_t step);
// The step that matched, within one step of `now` and after `last_step`: the same code never works twice.
std::optional<std::int64_t> totp_matches(std::string_view secret, std::string_view code, Instant now, std::int64_t last_step);
// otpauth:// address for a QR code.
std::string totp_address(std::string_view secret, std::string_view login, std::string_view issuer);

// Encrypts small secrets under a key file (mode 0600, made when absent): AES-256-GCM, random nonce,
// `context` authenticated so that a secret cannot be moved to another row.
class SecretBox {
public:
    // Keys: "trust.key-readable-by-others", "identity.secret-key".
    static Result<SecretBox> open_or_create(const std::filesystem::path& file, Entropy& entropy);
    static SecretBox from_key(std::string key_of_32_bytes) { return SecretBox(std::move(key_of_32_bytes)); }

    [[nodiscard]] std::string close(std::string_view secret, std::string_view context, Entropy& entropy) const;
    [[nodiscard]] Result<std::string> open(std::string_view closed, std::string_view context) const;  // "identity.secret-damaged"
    // A keyed hash of something guessable (a phone number, a code), so that the store alone tells nothing.
    [[nodiscard]] std::string keyed_hash(std::string_view text) const;  // hex

private:
    explicit SecretBox(std::string key) : key_(std::move(key)) {}
    std::string key_;
};

}  // namespace wasl::identity
