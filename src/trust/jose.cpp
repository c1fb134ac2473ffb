#include "trust/jose.hpp"

#include "base/text.hpp"
#include "trust/impl/openssl.hpp"

#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include <algorithm>
#include <array>
#include <utility>

namespace wasl::trust {

namespace {

constexpr std::size_t most_keys_of_issuer = 100;
constexpr std::size_t most_header_bytes = 4'096;
constexpr int least_rsa_bits = 2'048;
constexpr int most_rsa_bits = 8'192;

constexpr std::array<std::pair<JwsAlgorithm, std::string_view>, 3> algorithms{{
    {JwsAlgorithm::es256, "ES256"},
    {JwsAlgorithm::rs256, "RS256"},
    {JwsAlgorithm::eddsa, "EdDSA"},
}};

auto malformed_jws(std::string_view why) {
    return fail(Code::invalid, "trust.jws-malformed", std::string(why));
}
auto malformed_key(std::string_view why) {
    return fail(Code::invalid, "trust.jwks-malformed", std::string(why));
}

using openssl::Number;
using Builder = std::unique_ptr<OSSL_PARAM_BLD, Freed<OSSL_PARAM_BLD_free>>;
using Parameters = std::unique_ptr<OSSL_PARAM, Freed<OSSL_PARAM_free>>;

Number number_of(const std::string& bytes) {
    return Number(BN_bin2bn(octets(bytes), static_cast<int>(bytes.size()), nullptr));
}

Result<KeyHandle> rsa_key(const std::string& modulus, const std::string& exponent) {
    const auto n = number_of(modulus);
    const auto e = number_of(exponent);
    const bool sane = n && e && exponent.size() <= 8 && BN_is_odd(e.get()) == 1 &&
                      BN_is_one(e.get()) == 0 && BN_is_odd(n.get()) == 1 &&
                      BN_num_bits(n.get()) >= least_rsa_bits &&
                      BN_num_bits(n.get()) <= most_rsa_bits;
    if (!sane) return malformed_key("an RSA key needs 2048 to 8192 bits and an odd exponent");
    const Builder builder(OSSL_PARAM_BLD_new());
    const bool built = builder &&
                       OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_N, n.get()) == 1 &&
                       OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_RSA_E, e.get()) == 1;
    const Parameters parameters(built ? OSSL_PARAM_BLD_to_param(builder.get()) : nullptr);
    const KeyContext context(EVP_PKEY_CTX_new_from_name(nullptr, "RSA", nullptr));
    EVP_PKEY* made = nullptr;
    const bool good =
        parameters && context && EVP_PKEY_fromdata_init(context.get()) == 1 &&
        EVP_PKEY_fromdata(context.get(), &made, EVP_PKEY_PUBLIC_KEY, parameters.get()) == 1;
    KeyHandle key(made);
    if (!good) return malformed_key(openssl::problem());
    return key;
}

bool rsa_verifies(EVP_PKEY* key, std::string_view message, std::string_view signature) {
    const DigestContext context(EVP_MD_CTX_new());
    EVP_PKEY_CTX* inner = nullptr;  // owned by the context
    const bool good =
        context && EVP_DigestVerifyInit(context.get(), &inner, EVP_sha256(), nullptr, key) == 1 &&
        EVP_PKEY_CTX_set_rsa_padding(inner, RSA_PKCS1_PADDING) == 1 &&
        EVP_DigestVerify(context.get(), octets(signature), signature.size(),
                         octets(message), message.size()) == 1;
    ERR_clear_error();
    return good;
}

std::optional<JwsAlgorithm> algorithm_of(const json::Value& jwk) {
    const auto kind = jwk["kty"].text_or("");
    if (kind == "RSA") return JwsAlgorithm::rs256;
    if (kind == "EC" && jwk["crv"].text_or("") == "P-256") return JwsAlgorithm::es256;
    if (kind == "OKP" && jwk["crv"].text_or("") == "Ed25519") return JwsAlgorithm::eddsa;
    return std::nullopt;
}

// For signatures, as far as the key says anything about it (RFC 7517 §4.2 to §4.4).
bool meant_for(const json::Value& jwk, JwsAlgorithm algorithm) {
    if (jwk["use"].text_or("sig") != "sig") return false;
    if (const auto* operations = jwk["key_ops"].array()) {
        if (std::ranges::none_of(*operations,
                                 [](const auto& one) { return one.text_or("") == "verify"; }))
            return false;
    }
    return jwk["alg"].text_or(to_string(algorithm)) == to_string(algorithm);
}

Result<std::string> header_word(const json::Value& header, std::string_view name) {
    if (header[name].is_null()) return std::string();
    if (header[name].string() == nullptr) return malformed_jws(std::string(name) + " is no text");
    return *header[name].string();
}

}  // namespace

struct JwkSet::Key {
    JwsAlgorithm algorithm{};
    std::string id;
    std::optional<PublicKey> key;  // P-256 and Ed25519
    KeyHandle rsa;

    [[nodiscard]] bool verifies(const Jws& token) const {
        if (algorithm == JwsAlgorithm::rs256)
            return rsa_verifies(rsa.get(), token.signed_part, token.signature);
        return key->verify(token.signed_part, token.signature);
    }
};

std::string_view to_string(JwsAlgorithm algorithm) noexcept {
    return algorithms[static_cast<std::size_t>(algorithm)].second;
}

std::optional<JwsAlgorithm> jws_algorithm_from(std::string_view name) noexcept {
    for (const auto& [algorithm, known] : algorithms) {
        if (known == name) return algorithm;
    }
    return std::nullopt;
}

Result<Jws> read_jws(std::string_view compact, std::span<const JwsAlgorithm> allowed) {
    if (compact.size() > most_jws_bytes) return fail(Code::too_large, "trust.jws-too-large");
    const auto parts = split(compact, '.');
    if (parts.size() != 3) return malformed_jws("a token has three parts");
    if (parts[0].size() > most_header_bytes) return malformed_jws("the header is too long");
    const auto head = from_base64url(parts[0]);
    auto payload = from_base64url(parts[1]);
    auto signature = from_base64url(parts[2]);
    if (!head || !payload || !signature) return malformed_jws("a part is not base64url");
    const auto header = json::parse(*head, {.bytes = most_header_bytes, .depth = 8});
    if (!header || header->object() == nullptr)
        return malformed_jws("the header is no JSON object");
    const auto name = TRY(header_word(*header, "alg"));
    const auto algorithm = jws_algorithm_from(name);
    if (!algorithm || std::ranges::find(allowed, *algorithm) == allowed.end()) {
        return fail(Code::invalid, "trust.jws-algorithm", name.substr(0, 40));
    }
    if (header->object()->find("crit") != nullptr) return fail(Code::invalid, "trust.jws-critical");
    Jws out;
    out.algorithm = *algorithm;
    out.key_id = TRY(header_word(*header, "kid"));
    out.type = TRY(header_word(*header, "typ"));
    out.payload = std::move(*payload);
    out.signed_part = compact.substr(0, parts[0].size() + 1 + parts[1].size());
    out.signature = std::move(*signature);
    return out;
}

Result<JwkSet> JwkSet::parse(std::string_view json) {
    const auto value = json::parse(json, {.bytes = 1U << 20U, .depth = 8});
    if (!value) return malformed_key(value.error().detail);
    const auto* list = (*value)["keys"].array();
    if (list == nullptr || list->size() > most_keys_of_issuer)
        return malformed_key("`keys` is no list of at most 100");
    JwkSet out;
    for (const auto& jwk : *list) {
        const auto algorithm = algorithm_of(jwk);
        if (!algorithm || !meant_for(jwk, *algorithm)) continue;
        auto key = std::make_shared<Key>();
        key->algorithm = *algorithm;
        key->id = jwk["kid"].text_or("");
        const auto part = [&](std::string_view name) -> Result<std::string> {
            const auto bytes = from_base64url(jwk[name].text_or(""));
            if (!bytes || bytes->empty())
                return malformed_key(std::string(name) + " of a key is not base64url");
            return *bytes;
        };
        if (*algorithm == JwsAlgorithm::rs256) {
            const auto modulus = TRY(part("n"));
            const auto exponent = TRY(part("e"));
            key->rsa = TRY(rsa_key(modulus, exponent));
        } else {
            const bool two = *algorithm == JwsAlgorithm::es256;
            const auto x = TRY(part("x"));
            auto made = two ? PublicKey::p256(x, TRY(part("y"))) : PublicKey::ed25519(x);
            if (!made) return malformed_key(made.error().detail);
            key->key = std::move(*made);
        }
        out.keys_.push_back(std::move(key));
    }
    return out;
}

Result<void> JwkSet::verify(const Jws& token) const {
    bool tried = false;
    for (const auto& key : keys_) {
        if (key->algorithm != token.algorithm || (!token.key_id.empty() && key->id != token.key_id))
            continue;
        tried = true;
        if (key->verifies(token)) return {};
    }
    if (!tried)
        return fail(Code::unauthenticated, "trust.jws-key-unknown", token.key_id.substr(0, 80));
    return fail(Code::unauthenticated, "trust.jws-signature");
}

Result<std::string> sign_jws(const Signer& signer, std::string_view type,
                             std::string_view payload) {
    if (signer.public_key().curve() != Curve::p256)
        return fail(Code::internal, "trust.sign-failed", "a JWS of ours is ES256");
    const json::Object header{
        {"alg", "ES256"}, {"kid", signer.public_key().thumbprint()}, {"typ", type}};
    auto out = to_base64url(json::write(header)) + "." + to_base64url(payload);
    const auto signature = TRY(signer.sign(out));
    return out + "." + to_base64url(signature);
}

std::string public_jwk_set(const PublicKey& key) {
    const bool ec = key.curve() == Curve::p256;
    json::Object jwk{{"kty", ec ? "EC" : "OKP"},
                     {"crv", ec ? "P-256" : "Ed25519"},
                     {"x", to_base64url(key.x())}};
    if (ec) jwk.set("y", to_base64url(key.y()));
    jwk.set("kid", key.thumbprint());
    jwk.set("use", "sig");
    jwk.set("alg", ec ? "ES256" : "EdDSA");
    json::Array keys;
    keys.emplace_back(std::move(jwk));
    return json::write(json::Object{{"keys", std::move(keys)}});
}

}  // namespace wasl::trust
