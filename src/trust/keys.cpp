#include "trust/keys.hpp"

#include "base/text.hpp"
#include "trust/impl/der.hpp"
#include "trust/impl/files.hpp"
#include "trust/impl/key_access.hpp"
#include "trust/impl/openssl.hpp"

#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

#include <algorithm>

namespace wasl::trust {

namespace {

constexpr std::size_t coordinate_size = 32;

// SubjectPublicKeyInfo before the point (id-ecPublicKey, prime256v1, uncompressed: RFC 5480) and before
// the raw key (id-Ed25519: RFC 8410).
constexpr std::string_view p256_prefix{
    "\x30\x59\x30\x13\x06\x07\x2a\x86\x48\xce\x3d\x02\x01\x06\x08\x2a\x86\x48\xce\x3d\x03\x01\x07\x03\x42\x00\x04", 27};
constexpr std::string_view ed25519_prefix{"\x30\x2a\x30\x05\x06\x03\x2b\x65\x70\x03\x21\x00", 12};

class SoftwareSigner final : public Signer {
public:
    SoftwareSigner(KeyHandle key, PublicKey public_key) : key_(std::move(key)), public_(std::move(public_key)) {}
    [[nodiscard]] const PublicKey& public_key() const noexcept override { return public_; }
    [[nodiscard]] Result<std::string> sign(std::string_view message) const override {
        return public_.curve() == Curve::ed25519 ? sign_ed25519(message) : sign_p256(message);
    }
    [[nodiscard]] EVP_PKEY* key() const noexcept { return key_.get(); }

private:
    [[nodiscard]] Result<std::string> sign_ed25519(std::string_view message) const {
        const DigestContext context(EVP_MD_CTX_new());
        std::string signature(2 * coordinate_size, '\0');
        auto length = signature.size();
        if (!context || EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, key_.get()) != 1 ||
            EVP_DigestSign(context.get(), octets(signature), &length, octets(message), message.size()) != 1 ||
            length != signature.size()) {
            return fail(Code::internal, "trust.sign-failed", openssl::problem());
        }
        return signature;
    }
    [[nodiscard]] Result<std::string> sign_p256(std::string_view message) const {
        const auto digest = sha256(message);
        KeyContext context = kept_.take();
        bool ready = context != nullptr;
        if (!ready) {
            context.reset(EVP_PKEY_CTX_new_from_pkey(nullptr, key_.get(), nullptr));
            ready = context && EVP_PKEY_sign_init(context.get()) == 1;
        }
        std::string der(80, '\0');
        auto length = der.size();
        if (!ready || EVP_PKEY_sign(context.get(), octets(der), &length, digest.bytes.data(), digest.bytes.size()) != 1) {
            return fail(Code::internal, "trust.sign-failed", openssl::problem());
        }
        kept_.give_back(std::move(context));
        der.resize(length);
        return ecdsa_raw(der);
    }
    KeyHandle key_;
    PublicKey public_;
    mutable openssl::KeptContext kept_;
};

Result<PublicKey> public_half(const EVP_PKEY* key) {
    unsigned char* bytes = nullptr;
    const int length = i2d_PUBKEY(key, &bytes);
    if (length <= 0) {
        return fail(Code::invalid, "trust.key-malformed", openssl::problem());
    }
    const std::string der(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(length));
    OPENSSL_free(bytes);
    return PublicKey::from_spki(der);
}

Result<std::unique_ptr<SoftwareSigner>> software_signer(KeyHandle key) {
    auto public_key = TRY(public_half(key.get()));
    return std::make_unique<SoftwareSigner>(std::move(key), std::move(public_key));
}

Result<KeyHandle> generate(Curve curve) {
    KeyHandle key(curve == Curve::p256 ? EVP_EC_gen("P-256") : EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
    if (!key) {
        return fail(Code::internal, "trust.sign-failed", openssl::problem());
    }
    return key;
}

Result<std::string> private_pem(EVP_PKEY* key) {
    const Bio out(BIO_new(BIO_s_mem()));
    if (!out || PEM_write_bio_PKCS8PrivateKey(out.get(), key, nullptr, nullptr, 0, nullptr, nullptr) != 1) {
        return fail(Code::internal, "trust.sign-failed", openssl::problem());
    }
    return openssl::text_of(out.get());
}

int no_passphrase(char*, int, int, void*) { return -1; }

}  // namespace

std::string_view to_string(KeyUse use) noexcept {
    switch (use) {
        case KeyUse::seal: return "seal";
        case KeyUse::checkpoint: return "checkpoint";
        case KeyUse::cosign: return "cosign";
        case KeyUse::document: return "document";
        case KeyUse::exchange: return "exchange";
    }
    return "";
}

std::optional<KeyUse> parse_key_use(std::string_view text) noexcept {
    for (const auto use : {KeyUse::seal, KeyUse::checkpoint, KeyUse::cosign, KeyUse::document, KeyUse::exchange}) {
        if (text == to_string(use)) {
            return use;
        }
    }
    return std::nullopt;
}

Result<PublicKey> PublicKey::p256(std::string_view x, std::string_view y) {
    if (x.size() != coordinate_size || y.size() != coordinate_size) {
        return fail(Code::invalid, "trust.key-malformed", "a coordinate of P-256 has 32 bytes");
    }
    return from_spki(std::string(p256_prefix).append(x).append(y));
}

Result<PublicKey> PublicKey::ed25519(std::string_view raw) {
    return from_spki(std::string(ed25519_prefix).append(raw));
}

Result<PublicKey> PublicKey::from_spki(std::string_view der) {
    auto impl = std::make_shared<Impl>();
    std::string json;
    if (der.size() == p256_prefix.size() + 2 * coordinate_size && der.starts_with(p256_prefix)) {
        impl->curve = Curve::p256;
        impl->x = der.substr(p256_prefix.size(), coordinate_size);
        impl->y = der.substr(p256_prefix.size() + coordinate_size);
        // RFC 7638 section 3.2: members in this order, no white space.
        json = R"({"crv":"P-256","kty":"EC","x":")" + to_base64url(impl->x) + R"(","y":")" + to_base64url(impl->y) + "\"}";
    } else if (der.size() == ed25519_prefix.size() + coordinate_size && der.starts_with(ed25519_prefix)) {
        impl->curve = Curve::ed25519;
        impl->x = der.substr(ed25519_prefix.size());
        json = R"({"crv":"Ed25519","kty":"OKP","x":")" + to_base64url(impl->x) + "\"}";  // RFC 8037 section 2
    } else {
        return fail(Code::invalid, "trust.key-malformed", "neither P-256 (uncompressed) nor Ed25519");
    }
    const auto* at = octets(der);
    impl->key.reset(d2i_PUBKEY(nullptr, &at, static_cast<long>(der.size())));
    if (!impl->key) {
        return fail(Code::invalid, "trust.key-malformed", openssl::problem());
    }
    impl->spki = der;
    impl->thumbprint = to_base64url(sha256(json).view());
    const auto digest = sha256(der);
    for (std::size_t i = 0; i < 4; ++i) {
        impl->short_id = (impl->short_id << 8U) | digest.bytes[i];
    }
    return PublicKey(std::move(impl));
}

Curve PublicKey::curve() const noexcept { return impl_->curve; }
const std::string& PublicKey::x() const noexcept { return impl_->x; }
const std::string& PublicKey::y() const noexcept { return impl_->y; }
const std::string& PublicKey::spki() const noexcept { return impl_->spki; }
const std::string& PublicKey::thumbprint() const noexcept { return impl_->thumbprint; }
std::uint32_t PublicKey::short_id() const noexcept { return impl_->short_id; }
bool PublicKey::operator==(const PublicKey& other) const noexcept { return impl_->spki == other.impl_->spki; }

bool PublicKey::verify(std::string_view message, std::string_view signature) const {
    if (impl_->curve == Curve::p256) {
        const auto der = ecdsa_der(signature);
        return der && verify_der(message, *der);
    }
    const DigestContext context(EVP_MD_CTX_new());
    const bool good = context && EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, impl_->key.get()) == 1 &&
                      EVP_DigestVerify(context.get(), octets(signature), signature.size(), octets(message),
                                       message.size()) == 1;
    ERR_clear_error();
    return good;
}

bool PublicKey::verify_der(std::string_view message, std::string_view signature) const {
    if (impl_->curve != Curve::p256 || !ecdsa_raw(signature)) {
        return false;
    }
    const auto digest = sha256(message);
    const KeyContext context(EVP_PKEY_CTX_new_from_pkey(nullptr, impl_->key.get(), nullptr));
    const bool good = context && EVP_PKEY_verify_init(context.get()) == 1 &&
                      EVP_PKEY_verify(context.get(), octets(signature), signature.size(), digest.bytes.data(),
                                      digest.bytes.size()) == 1;
    ERR_clear_error();
    return good;
}

Result<std::string> Signer::sign_der(std::string_view message) const { return ecdsa_der(TRY(sign(message))); }

Result<std::string> ecdsa_der(std::string_view raw) {
    if (raw.size() != 2 * coordinate_size) {
        return fail(Code::invalid, "trust.signature-malformed", "r and s have 32 bytes each");
    }
    return der::sequence({der::unsigned_integer(raw.substr(0, coordinate_size)),
                          der::unsigned_integer(raw.substr(coordinate_size))});
}

Result<std::string> ecdsa_raw(std::string_view bytes) {
    auto rest = bytes;
    std::string_view inner;
    std::string raw;
    if (der::take(rest, 0x30, inner) && rest.empty()) {
        for (int i = 0; i < 2; ++i) {
            std::string_view number;
            if (!der::take(inner, 0x02, number)) {
                break;
            }
            if (number.size() > 1 && number.front() == '\0') {
                number.remove_prefix(1);
            }
            if (number.size() > coordinate_size) {
                break;
            }
            raw.append(coordinate_size - number.size(), '\0').append(number);
        }
    }
    // Only the one shortest encoding counts, so that no second signature text exists.
    if (raw.size() != 2 * coordinate_size || !inner.empty() || ecdsa_der(raw).value() != bytes) {
        return fail(Code::invalid, "trust.signature-malformed", "no DER ECDSA-Sig-Value of P-256");
    }
    return raw;
}

Result<std::string> private_key_pem(const Signer& signer) {
    const auto* software = dynamic_cast<const SoftwareSigner*>(&signer);
    if (software == nullptr) {
        return fail(Code::internal, "trust.sign-failed", "a token does not give its key away");
    }
    return private_pem(software->key());
}

Result<std::unique_ptr<Signer>> generate_signer(Curve curve) {
    auto key = TRY(generate(curve));
    return TRY(software_signer(std::move(key)));
}

Result<std::unique_ptr<Signer>> generate_signer_file(Curve curve, const std::filesystem::path& file) {
    auto key = TRY(generate(curve));
    auto signer = TRY(software_signer(std::move(key)));
    const auto pem = TRY(private_pem(signer->key()));
    if (file.has_parent_path()) {
        TRY(make_private_folder(file.parent_path()));
    }
    TRY(write_private_file(file, pem, Replace::no));
    return signer;
}

Result<std::unique_ptr<Signer>> load_signer_file(const std::filesystem::path& file) {
    const auto pem = TRY(read_private_file(file));
    const Bio in(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
    KeyHandle key(in ? PEM_read_bio_PrivateKey(in.get(), nullptr, no_passphrase, nullptr) : nullptr);
    if (!key) {
        return fail(Code::invalid, "trust.key-malformed", file.string() + ": " + openssl::problem());
    }
    auto signer = software_signer(std::move(key));
    if (!signer) {
        return fail(Code::invalid, "trust.key-malformed", file.string() + ": " + signer.error().detail);
    }
    return std::move(*signer);
}

}  // namespace wasl::trust
