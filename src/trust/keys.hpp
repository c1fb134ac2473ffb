// Keys of a member: P-256 for seals, checkpoints and documents, Ed25519 for cosignatures. Private
// keys are PKCS#8 PEM files of mode 0600 in a folder outside the data; public keys travel as a JWK
// Set (RFC 7517) with member, use and validity.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::trust {

enum class KeyUse { seal, checkpoint, cosign, document, exchange };
std::string_view to_string(KeyUse use) noexcept;
std::optional<KeyUse> parse_key_use(std::string_view text) noexcept;

enum class Curve { p256, ed25519 };

// A public key. Cheap to copy; safe to use from several threads.
class PublicKey {
public:
    // Affine coordinates, 32 bytes each, big-endian; key "trust.key-malformed" when not on the curve.
    static Result<PublicKey> p256(std::string_view x, std::string_view y);
    static Result<PublicKey> ed25519(std::string_view raw);  // 32 bytes
    static Result<PublicKey> from_spki(std::string_view der);

    [[nodiscard]] Curve curve() const noexcept;
    [[nodiscard]] const std::string& x() const noexcept;
    [[nodiscard]] const std::string& y() const noexcept;     // empty for Ed25519
    [[nodiscard]] const std::string& spki() const noexcept;  // DER SubjectPublicKeyInfo
    // RFC 7638 JWK thumbprint, SHA-256, base64url: the `kid`.
    [[nodiscard]] const std::string& thumbprint() const noexcept;
    // First four bytes of SHA-256(SPKI), big-endian: names the key in seals and in note signatures
    // of type 0x02.
    [[nodiscard]] std::uint32_t short_id() const noexcept;
    // P-256: ECDSA with SHA-256, raw r‖s of 64 bytes. Ed25519: RFC 8032, 64 bytes.
    [[nodiscard]] bool verify(std::string_view message, std::string_view signature) const;
    // P-256 only: ECDSA-Sig-Value in DER (RFC 3279), strict.
    [[nodiscard]] bool verify_der(std::string_view message, std::string_view signature) const;
    bool operator==(const PublicKey& other) const noexcept;

private:
    struct Impl;
    explicit PublicKey(std::shared_ptr<const Impl> impl) : impl_(std::move(impl)) {}
    std::shared_ptr<const Impl> impl_;
};

// Makes signatures, with a key in a file or in a token (token.hpp). Thread-safe.
class Signer {
public:
    virtual ~Signer() = default;
    [[nodiscard]] virtual const PublicKey& public_key() const noexcept = 0;
    // The form that PublicKey::verify takes. Key "trust.sign-failed".
    [[nodiscard]] virtual Result<std::string> sign(std::string_view message) const = 0;
    // P-256 only: the same in DER.
    [[nodiscard]] Result<std::string> sign_der(std::string_view message) const;
};

// DER ECDSA-Sig-Value from raw r‖s and back; strict, minimal integers.
Result<std::string> ecdsa_der(std::string_view raw);
Result<std::string> ecdsa_raw(std::string_view der);

// A fresh key in memory.
Result<std::unique_ptr<Signer>> generate_signer(Curve curve);
// A fresh key written to `file` with mode 0600 (parent folders made with 0700); key
// "trust.key-exists" when the file is there.
Result<std::unique_ptr<Signer>> generate_signer_file(Curve curve, const std::filesystem::path& file);
// PKCS#8 PEM. Keys: "trust.key-missing", "trust.key-readable-by-others" (group or world bits, or a
// link), "trust.key-malformed".
Result<std::unique_ptr<Signer>> load_signer_file(const std::filesystem::path& file);

// A self-signed X.509 v3 certificate (DER) for document signatures: subject CN and O = member,
// key usage digitalSignature and nonRepudiation, valid from `from` to `to`.
Result<std::string> self_signed_certificate(const Signer& signer, std::string_view member, Instant from, Instant to,
                                            std::uint64_t serial);

// A public key in its role. A signature counts when made in [valid_from, valid_to).
struct TrustedKey {
    PublicKey key;
    std::string member;
    KeyUse use = KeyUse::seal;
    Instant valid_from;
    Instant valid_to;
    std::string certificate = {};  // DER, only for use document

    [[nodiscard]] bool valid_at(Instant at) const noexcept { return valid_from <= at && at < valid_to; }
};

// What a verifier can say of a signature; wrong: the key is known and did not make it.
enum class SignatureState { good, wrong, unknown_key, key_not_valid_then };

// The public keys that a verifier believes: a JWK Set file, made by `wasl trust export`. Each key has
// kty, crv, x, y, kid (RFC 7638, checked), member, use, nbf and exp (seconds), and x5c for documents.
class TrustStore {
public:
    static Result<TrustStore> parse(std::string_view jwk_set);  // key "trust.jwks-malformed"
    static Result<TrustStore> load(const std::filesystem::path& file);
    [[nodiscard]] std::string write() const;  // the JWK Set

    void add(TrustedKey key);
    void add(const TrustStore& other);
    [[nodiscard]] const std::vector<TrustedKey>& keys() const noexcept { return keys_; }
    [[nodiscard]] std::vector<const TrustedKey*> find(std::string_view member, KeyUse use) const;
    [[nodiscard]] std::vector<const TrustedKey*> find(std::string_view member, KeyUse use, std::uint32_t short_id) const;

private:
    std::vector<TrustedKey> keys_;
};

// The keys of one member in a folder: `keys.json` (JWK Set of every public key ever used) and one
// `<use>.<kid>.pem` a private key. The newest valid key of a use signs. With a file `token.uri` (a token's
// address, see token.hpp) new keys are made in that token, and `<use>.<kid>.p11` says where a key is.
class KeyRing {
public:
    struct Validity {
        std::int64_t days = 3 * 365;     // of a new key
        std::int64_t overlap_days = 30;  // how long the old key stays valid after a rotation
    };
    // Opens the folder (mode 0700), or makes it with one key for each use but cosign.
    static Result<KeyRing> open_or_create(const std::filesystem::path& folder, std::string_view member, Instant now,
                                          Validity validity);
    static Result<KeyRing> open_or_create(const std::filesystem::path& folder, std::string_view member, Instant now) {
        return open_or_create(folder, member, now, Validity{});
    }
    // Keys of a fresh member that live in memory only (tests).
    static Result<KeyRing> in_memory(std::string_view member, Instant now);

    KeyRing(KeyRing&&) noexcept;
    KeyRing& operator=(KeyRing&&) noexcept;
    ~KeyRing();

    [[nodiscard]] const std::string& member() const noexcept;
    // The signer in force at `now`; key "trust.no-valid-key".
    [[nodiscard]] Result<std::shared_ptr<const Signer>> signer(KeyUse use, Instant now) const;
    // The private half of one of its keys, also of an older one; key "trust.key-missing" when the ring does not hold it.
    [[nodiscard]] Result<std::shared_ptr<const Signer>> signer_of(KeyUse use, const PublicKey& key) const;
    // Certificate (DER) that belongs to the document key in force.
    [[nodiscard]] Result<std::string> certificate(Instant now) const;
    // A new key of this use signs from now on; the old one verifies until now + overlap.
    Result<void> rotate(KeyUse use, Instant now);
    // Keys made from now on are made in that token (token.hpp), which must open; in files when `address` is
    // empty. Those in force stay where they are until they are rotated.
    Result<void> make_new_keys_in(std::string_view address);
    // Rotates every use whose newest key ends within `days` (a timer calls this daily); how many were.
    Result<int> rotate_if_due(Instant now, std::int64_t days = 60);
    [[nodiscard]] TrustStore public_keys() const;

private:
    struct Impl;
    explicit KeyRing(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::trust
