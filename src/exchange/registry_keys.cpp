#include "exchange/registry_keys.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/openssl.hpp"
#include "base/text.hpp"
#include "trust/keys.hpp"

#include <openssl/core_names.h>

#include <vector>

namespace wasl::exchange {

namespace {

std::unexpected<Error> bad(std::string detail) { return fail(Code::invalid, "exchange.key-malformed", std::move(detail)); }

// A parameter of the key as the big-endian octets of a JWK (RFC 7518 section 6): `width` 0 for the shortest form.
Result<std::string> parameter(const EVP_PKEY* key, const char* name, std::size_t width) {
    BIGNUM* raw = nullptr;
    if (EVP_PKEY_get_bn_param(key, name, &raw) != 1) return bad(std::string("no ") + name);
    const openssl::Number number(raw);
    const auto size = static_cast<std::size_t>(BN_num_bytes(number.get()));
    std::string out(width == 0 ? size : width, '\0');
    if (BN_bn2binpad(number.get(), reinterpret_cast<unsigned char*>(out.data()), static_cast<int>(out.size())) < 0) return bad(name);
    return to_base64url(out);
}

}  // namespace

Result<std::string> key_thumbprint(std::string_view spki) {
    if (const auto known = trust::PublicKey::from_spki(spki)) return known->thumbprint();
    const auto* at = reinterpret_cast<const unsigned char*>(spki.data());
    const openssl::Key key(d2i_PUBKEY(nullptr, &at, static_cast<long>(spki.size())));
    if (key == nullptr) return bad("no SubjectPublicKeyInfo");
    json::Object jwk;
    if (EVP_PKEY_is_a(key.get(), "RSA") == 1) {
        jwk = {{"e", TRY(parameter(key.get(), OSSL_PKEY_PARAM_RSA_E, 0))}, {"kty", "RSA"}, {"n", TRY(parameter(key.get(), OSSL_PKEY_PARAM_RSA_N, 0))}};
    } else if (EVP_PKEY_is_a(key.get(), "EC") == 1 && EVP_PKEY_get_bits(key.get()) == 384) {
        constexpr std::size_t width = 48;
        jwk = {{"crv", "P-384"}, {"kty", "EC"}, {"x", TRY(parameter(key.get(), OSSL_PKEY_PARAM_EC_PUB_X, width))},
               {"y", TRY(parameter(key.get(), OSSL_PKEY_PARAM_EC_PUB_Y, width))}};
    } else {
        return bad("neither P-256, P-384, Ed25519 nor RSA");
    }
    return to_base64url(sha256(json::write(jwk)).view());
}

Result<RegistryKeys> parse_registry_keys(std::string_view jwk_set) {
    const auto value = json::parse(jwk_set);
    if (!value || (*value)["keys"].array() == nullptr || (*value)["keys"].array()->empty()) return bad("no JWK Set with keys");
    RegistryKeys out;
    for (const auto& one : *(*value)["keys"].array()) {
        if (one["kty"].text_or("") != "EC" || one["crv"].text_or("") != "P-256") return bad("a key of the registry is EC P-256");
        const auto x = from_base64url(one["x"].text_or("")), y = from_base64url(one["y"].text_or(""));
        if (!x || !y) return bad("x and y are base64url");
        const auto key = trust::PublicKey::p256(*x, *y);
        if (!key) return bad(key.error().detail);
        if (one["kid"].text_or("") != key->thumbprint()) return bad("kid is not the key's thumbprint (RFC 7638)");
        out.emplace(key->thumbprint(), TRY(VerifyingKey::of(*key)));
    }
    return out;
}

std::string write_registry_keys(const std::vector<trust::PublicKey>& keys) {
    json::Array out;
    for (const auto& key : keys) {
        out.emplace_back(json::Object{{"kty", "EC"}, {"crv", "P-256"}, {"x", to_base64url(key.x())}, {"y", to_base64url(key.y())},
                                      {"kid", key.thumbprint()}, {"use", "sig"}, {"alg", "ES256"}});
    }
    return json::write_pretty(json::Object{{"keys", out}});
}

}  // namespace wasl::exchange
