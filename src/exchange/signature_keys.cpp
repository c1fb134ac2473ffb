#include "exchange/signature_keys.hpp"

#include "base/digest.hpp"
#include "base/openssl.hpp"
#include "base/text.hpp"
#include "exchange/p256_table.hpp"
#include "trust/keys.hpp"

#include <array>
#include <atomic>
#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/rsa.h>

namespace wasl::exchange {

namespace {

using enum SignatureAlgorithm;

using openssl::Bio;
using openssl::DigestContext;
using openssl::Freed;
using openssl::Key;
using openssl::KeyContext;
using EcSignature = std::unique_ptr<ECDSA_SIG, Freed<ECDSA_SIG_free>>;

// A refused signature leaves nothing in the thread's queue of errors, which TLS reads to tell its own.
class QuietErrors {
public:
    QuietErrors() { ERR_set_mark(); }
    ~QuietErrors() { ERR_pop_to_mark(); }
    QuietErrors(const QuietErrors&) = delete;
    QuietErrors& operator=(const QuietErrors&) = delete;
};

constexpr std::size_t secret_minimum = 32;

constexpr std::array<std::pair<SignatureAlgorithm, std::string_view>, 6> names = {{
    {rsa_pss_sha512, "rsa-pss-sha512"},
    {rsa_v1_5_sha256, "rsa-v1_5-sha256"},
    {hmac_sha256, "hmac-sha256"},
    {ecdsa_p256_sha256, "ecdsa-p256-sha256"},
    {ecdsa_p384_sha384, "ecdsa-p384-sha384"},
    {ed25519, "ed25519"},
}};

std::unexpected<Error> bad_key(std::string detail) { return fail(Code::invalid, "exchange.key-malformed", std::move(detail)); }
std::unexpected<Error> cannot_sign() { return fail(Code::internal, "exchange.sign-failed"); }

const unsigned char* bytes_of(std::string_view text) { return reinterpret_cast<const unsigned char*>(text.data()); }
unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }

// Half of a raw ECDSA signature; 0 for other algorithms.
std::size_t half_size(SignatureAlgorithm algorithm) {
    return algorithm == ecdsa_p256_sha256 ? 32 : algorithm == ecdsa_p384_sha384 ? 48 : 0;
}

const EVP_MD* hash_of(SignatureAlgorithm algorithm) {
    switch (algorithm) {
        case rsa_pss_sha512: return EVP_sha512();
        case ecdsa_p384_sha384: return EVP_sha384();
        case ed25519: return nullptr;
        default: return EVP_sha256();
    }
}

bool is_curve(const EVP_PKEY* key, std::string_view wanted) {
    std::array<char, 80> name{};
    std::size_t size = 0;
    return EVP_PKEY_get_group_name(key, name.data(), name.size(), &size) == 1 && std::string_view(name.data(), size) == wanted;
}

bool fits(const EVP_PKEY* key, SignatureAlgorithm algorithm) {
    const int kind = EVP_PKEY_get_base_id(key);
    const int bits = EVP_PKEY_get_bits(key);
    const bool rsa_size = bits >= 2048 && bits <= 8192;
    switch (algorithm) {
        case rsa_pss_sha512: return (kind == EVP_PKEY_RSA || kind == EVP_PKEY_RSA_PSS) && rsa_size;
        case rsa_v1_5_sha256: return kind == EVP_PKEY_RSA && rsa_size;
        case ecdsa_p256_sha256: return kind == EVP_PKEY_EC && is_curve(key, "prime256v1");
        case ecdsa_p384_sha384: return kind == EVP_PKEY_EC && is_curve(key, "secp384r1");
        case ed25519: return kind == EVP_PKEY_ED25519;
        case hmac_sha256: return false;
    }
    return false;
}

bool set_padding(EVP_PKEY_CTX* context, SignatureAlgorithm algorithm) {
    if (algorithm == rsa_pss_sha512) {
        return EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PSS_PADDING) > 0 &&
               EVP_PKEY_CTX_set_rsa_mgf1_md(context, EVP_sha512()) > 0 && EVP_PKEY_CTX_set_rsa_pss_saltlen(context, 64) > 0;
    }
    return algorithm != rsa_v1_5_sha256 || EVP_PKEY_CTX_set_rsa_padding(context, RSA_PKCS1_PADDING) > 0;
}

Result<std::string> raw_from_der(std::string_view der, std::size_t half) {
    const unsigned char* at = bytes_of(der);
    const EcSignature signature(d2i_ECDSA_SIG(nullptr, &at, static_cast<long>(der.size())));
    std::string out(2 * half, '\0');
    const bool good = signature && BN_bn2binpad(ECDSA_SIG_get0_r(signature.get()), bytes_of(out), static_cast<int>(half)) >= 0 &&
                      BN_bn2binpad(ECDSA_SIG_get0_s(signature.get()), bytes_of(out) + half, static_cast<int>(half)) >= 0;
    return good ? Result<std::string>(std::move(out)) : cannot_sign();
}

std::optional<std::string> der_from_raw(std::string_view raw, std::size_t half) {
    if (raw.size() != 2 * half) { return std::nullopt; }
    const EcSignature signature(ECDSA_SIG_new());
    BIGNUM* r = BN_bin2bn(bytes_of(raw), static_cast<int>(half), nullptr);
    BIGNUM* s = BN_bin2bn(bytes_of(raw.substr(half)), static_cast<int>(half), nullptr);
    if (!signature || ECDSA_SIG_set0(signature.get(), r, s) != 1) {  // takes both only when it succeeds
        BN_free(r);
        BN_free(s);
        return std::nullopt;
    }
    unsigned char* der = nullptr;
    const int size = i2d_ECDSA_SIG(signature.get(), &der);
    if (size <= 0) { return std::nullopt; }
    std::string out(reinterpret_cast<const char*>(der), static_cast<std::size_t>(size));
    OPENSSL_free(der);
    return out;
}

Result<std::string> sign_with(EVP_PKEY* key, SignatureAlgorithm algorithm, std::string_view message) {
    const QuietErrors quiet;
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* inner = nullptr;  // owned by the context
    if (!context || EVP_DigestSignInit(context.get(), &inner, hash_of(algorithm), nullptr, key) != 1 || !set_padding(inner, algorithm)) {
        return cannot_sign();
    }
    std::size_t size = 0;
    if (EVP_DigestSign(context.get(), nullptr, &size, bytes_of(message), message.size()) != 1) { return cannot_sign(); }
    std::string out(size, '\0');
    if (EVP_DigestSign(context.get(), bytes_of(out), &size, bytes_of(message), message.size()) != 1) { return cannot_sign(); }
    out.resize(size);
    const std::size_t half = half_size(algorithm);
    return half == 0 ? Result<std::string>(std::move(out)) : raw_from_der(out, half);
}

// The digest made apart: what EVP_DigestVerifyInit looks up for each message costs as much as the hash.
bool verify_p256(EVP_PKEY* key, openssl::KeptContext& kept, std::string_view message, std::string_view der) {
    const auto digest = wasl::sha256(message);
    KeyContext context = kept.take();
    if (!context) {
        context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key, nullptr));
        if (!context || EVP_PKEY_verify_init(context.get()) != 1) { return false; }
    }
    const bool good = EVP_PKEY_verify(context.get(), bytes_of(der), der.size(), digest.bytes.data(), digest.bytes.size()) == 1;
    kept.give_back(std::move(context));
    return good;
}

bool verify_with(EVP_PKEY* key, openssl::KeptContext& kept, SignatureAlgorithm algorithm, std::string_view message, std::string_view signature) {
    const QuietErrors quiet;
    std::optional<std::string> der;
    if (const std::size_t half = half_size(algorithm); half != 0) {
        der = der_from_raw(signature, half);
        if (!der) { return false; }
        signature = *der;
    }
    if (algorithm == ecdsa_p256_sha256) { return verify_p256(key, kept, message, signature); }
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* inner = nullptr;
    return context && EVP_DigestVerifyInit(context.get(), &inner, hash_of(algorithm), nullptr, key) == 1 &&
           set_padding(inner, algorithm) &&
           EVP_DigestVerify(context.get(), bytes_of(signature), signature.size(), bytes_of(message), message.size()) == 1;
}

int no_passphrase(char*, int, int, void*) { return -1; }  // never ask on a terminal

}  // namespace

std::string_view to_string(SignatureAlgorithm algorithm) noexcept {
    for (const auto& [value, name] : names) {
        if (value == algorithm) { return name; }
    }
    return {};
}

std::optional<SignatureAlgorithm> parse_signature_algorithm(std::string_view text) noexcept {
    for (const auto& [value, name] : names) {
        if (name == text) { return value; }
    }
    return std::nullopt;
}

// ---- verifying ----

struct VerifyingKey::Impl {
    Impl(SignatureAlgorithm of, Key from, std::string shared) : algorithm(of), key(std::move(from)), secret(std::move(shared)) {}
    Impl(const Impl&) = delete;
    Impl& operator=(const Impl&) = delete;
    ~Impl() { delete table.load(); }
    SignatureAlgorithm algorithm;
    Key key;
    std::string secret;
    mutable openssl::KeptContext context = {};
    mutable std::atomic<const P256Table*> table{nullptr};  // ours; once there, it stays
};

Result<VerifyingKey> VerifyingKey::from_spki(std::string_view der, SignatureAlgorithm algorithm) {
    const QuietErrors quiet;
    const unsigned char* at = bytes_of(der);
    Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
    if (!key || at != bytes_of(der) + der.size()) { return bad_key("not a public key"); }
    if (!fits(key.get(), algorithm)) { return bad_key("another kind of key than " + std::string(to_string(algorithm))); }
    return VerifyingKey(std::make_shared<const Impl>(algorithm, std::move(key), std::string()));
}

Result<VerifyingKey> VerifyingKey::from_pem(std::string_view spki_pem, SignatureAlgorithm algorithm) {
    const QuietErrors quiet;
    const Bio bio(BIO_new_mem_buf(spki_pem.data(), static_cast<int>(spki_pem.size())));
    Key key(bio ? PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
    if (!key) { return bad_key("not a public key in PEM"); }
    if (!fits(key.get(), algorithm)) { return bad_key("another kind of key than " + std::string(to_string(algorithm))); }
    return VerifyingKey(std::make_shared<const Impl>(algorithm, std::move(key), std::string()));
}

Result<VerifyingKey> VerifyingKey::from_secret(std::string_view secret) {
    if (secret.size() < secret_minimum) { return bad_key("a secret has 32 bytes or more"); }
    return VerifyingKey(std::make_shared<const Impl>(hmac_sha256, Key(), std::string(secret)));
}

Result<VerifyingKey> VerifyingKey::of(const trust::PublicKey& key) {
    return from_spki(key.spki(), key.curve() == trust::Curve::p256 ? ecdsa_p256_sha256 : ed25519);
}

SignatureAlgorithm VerifyingKey::algorithm() const noexcept { return impl_->algorithm; }

bool VerifyingKey::verify(std::string_view message, std::string_view signature) const {
    if (impl_->algorithm == hmac_sha256) { return equals_in_constant_time(wasl::hmac_sha256(impl_->secret, message), signature); }
    if (const P256Table* table = impl_->table.load(std::memory_order_acquire)) {
        const QuietErrors quiet;
        return table->verify(wasl::sha256(message), signature);
    }
    return verify_with(impl_->key.get(), impl_->context, impl_->algorithm, message, signature);
}

bool VerifyingKey::is_quick() const noexcept { return impl_->table.load() != nullptr; }

void VerifyingKey::quicken() const {
    if (impl_->algorithm != ecdsa_p256_sha256 || impl_->table.load() != nullptr) { return; }
    const QuietErrors quiet;
    auto made = P256Table::of(impl_->key.get());
    const P256Table* none = nullptr;
    if (made && impl_->table.compare_exchange_strong(none, made.get())) { static_cast<void>(made.release()); }
}

// ---- signing ----

struct SigningKey::Impl {
    SignatureAlgorithm algorithm;
    Key key;
    std::string secret;
    std::shared_ptr<const trust::Signer> signer;
};

Result<SigningKey> SigningKey::from_pem(std::string_view pkcs8_pem, SignatureAlgorithm algorithm) {
    const QuietErrors quiet;
    const Bio bio(BIO_new_mem_buf(pkcs8_pem.data(), static_cast<int>(pkcs8_pem.size())));
    Key key(bio ? PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr) : nullptr);
    if (!key) { return bad_key("not a private key in PEM"); }
    if (!fits(key.get(), algorithm)) { return bad_key("another kind of key than " + std::string(to_string(algorithm))); }
    return SigningKey(std::make_shared<const Impl>(Impl{algorithm, std::move(key), {}, nullptr}));
}

Result<SigningKey> SigningKey::from_secret(std::string_view secret) {
    if (secret.size() < secret_minimum) { return bad_key("a secret has 32 bytes or more"); }
    return SigningKey(std::make_shared<const Impl>(Impl{hmac_sha256, nullptr, std::string(secret), nullptr}));
}

Result<SigningKey> SigningKey::of(std::shared_ptr<const trust::Signer> signer) {
    if (!signer) { return bad_key("no signer"); }
    const auto algorithm = signer->public_key().curve() == trust::Curve::p256 ? ecdsa_p256_sha256 : ed25519;
    return SigningKey(std::make_shared<const Impl>(Impl{algorithm, nullptr, {}, std::move(signer)}));
}

Result<SigningKey> SigningKey::generate(SignatureAlgorithm algorithm) {
    const QuietErrors quiet;
    if (algorithm == hmac_sha256) {
        std::string secret(64, '\0');
        if (RAND_bytes(bytes_of(secret), static_cast<int>(secret.size())) != 1) { return cannot_sign(); }
        return from_secret(secret);
    }
    EVP_PKEY* made = nullptr;
    switch (algorithm) {
        case ecdsa_p256_sha256: made = EVP_EC_gen("P-256"); break;
        case ecdsa_p384_sha384: made = EVP_EC_gen("P-384"); break;
        case ed25519: made = EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"); break;
        default: made = EVP_RSA_gen(2048U); break;
    }
    Key key(made);
    if (!key) { return cannot_sign(); }
    return SigningKey(std::make_shared<const Impl>(Impl{algorithm, std::move(key), {}, nullptr}));
}

SignatureAlgorithm SigningKey::algorithm() const noexcept { return impl_->algorithm; }

VerifyingKey SigningKey::verifying_key() const {
    if (impl_->signer) { return VerifyingKey::of(impl_->signer->public_key()).value(); }
    Key key;
    if (impl_->key && EVP_PKEY_up_ref(impl_->key.get()) == 1) { key.reset(impl_->key.get()); }
    return VerifyingKey(std::make_shared<const VerifyingKey::Impl>(impl_->algorithm, std::move(key), impl_->secret));
}

Result<std::string> SigningKey::sign(std::string_view message) const {
    if (impl_->signer) { return impl_->signer->sign(message); }
    if (impl_->algorithm == hmac_sha256) { return wasl::hmac_sha256(impl_->secret, message); }
    return sign_with(impl_->key.get(), impl_->algorithm, message);
}

}  // namespace wasl::exchange
