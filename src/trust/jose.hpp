// Signed tokens of other makers: compact JWS (RFC 7515) and the JWK Sets that verify them (RFC
// 7517), read strictly. A token is data from outside: nothing in it chooses the algorithm beyond
// what the caller allows, and "none" and the keyed hashes (HS256 …) do not exist here.
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "trust/keys.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::trust {

// RFC 7518 §3.4 (ECDSA P-256), §3.3 (RSASSA-PKCS1-v1_5), RFC 8037 §3.1 (Ed25519).
enum class JwsAlgorithm : std::uint8_t { es256, rs256, eddsa };
std::string_view to_string(JwsAlgorithm algorithm) noexcept;  // "ES256", "RS256", "EdDSA"
std::optional<JwsAlgorithm> jws_algorithm_from(std::string_view name) noexcept;

inline constexpr std::size_t most_jws_bytes = 64U << 10U;

// A token taken apart; nothing of it is proven before JwkSet::verify.
struct Jws {
    JwsAlgorithm algorithm = JwsAlgorithm::es256;
    std::string key_id;       // `kid`, empty when absent
    std::string type;         // `typ`, empty when absent
    std::string payload;      // decoded
    std::string signed_part;  // ASCII(header) ‖ '.' ‖ ASCII(payload): what the signature covers
    std::string signature;    // decoded
};

// Three base64url parts without padding, a JSON object as header, no duplicate member. Keys:
// "trust.jws-too-large", "trust.jws-malformed", "trust.jws-algorithm" (not among `allowed`),
// "trust.jws-critical" (an extension, RFC 7515 §4.1.11: none is understood; a payload left
// unencoded is one of them).
Result<Jws> read_jws(std::string_view compact, std::span<const JwsAlgorithm> allowed);

// The signing keys of an issuer. Cheap to copy; safe to read from several threads.
class JwkSet {
public:
    JwkSet() = default;
    // Keys of other kinds or uses are passed over (RFC 7517 §5); a key that claims a kind read here
    // and is broken, or an RSA key under 2048 or over 8192 bits, is not. Key
    // "trust.jwks-malformed".
    static Result<JwkSet> parse(std::string_view json);

    [[nodiscard]] std::size_t size() const noexcept { return keys_.size(); }
    // By `kid` where the token names one, else by every key of its algorithm. Keys:
    // "trust.jws-key-unknown" (no key to try: the set may be old), "trust.jws-signature".
    [[nodiscard]] Result<void> verify(const Jws& token) const;

private:
    struct Key;
    std::vector<std::shared_ptr<const Key>> keys_;
};

// A compact JWS of ours, ES256, with `kid` (RFC 7638 thumbprint) and the given `typ`. P-256 only
// ("trust.sign-failed").
Result<std::string> sign_jws(const Signer& signer, std::string_view type, std::string_view payload);
// The JWK Set that verifies it, for who has to know our key.
std::string public_jwk_set(const PublicKey& key);

}  // namespace wasl::trust
