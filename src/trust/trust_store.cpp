// Public keys as a JWK Set (RFC 7517, RFC 7518 section 6.2, RFC 8037).
#include "base/json.hpp"
#include "base/text.hpp"
#include "trust/impl/files.hpp"
#include "trust/keys.hpp"

namespace wasl::trust {

namespace {

constexpr std::size_t most_keys = 20'000;  // all communes with several rotations each

std::unexpected<Error> malformed(std::size_t index, std::string_view why) {
    return fail(Code::invalid, "trust.jwks-malformed", "key " + std::to_string(index) + ": " + std::string(why));
}

Result<PublicKey> parse_public_key(const json::Value& jwk) {
    const auto x = TRY(from_base64url(jwk["x"].text_or("")));
    if (jwk["kty"].text_or("") == "EC" && jwk["crv"].text_or("") == "P-256") {
        return PublicKey::p256(x, TRY(from_base64url(jwk["y"].text_or(""))));
    }
    if (jwk["kty"].text_or("") == "OKP" && jwk["crv"].text_or("") == "Ed25519") {
        return PublicKey::ed25519(x);
    }
    return fail(Code::invalid, "trust.key-malformed", "kty and crv must be EC P-256 or OKP Ed25519");
}

Result<TrustedKey> parse_key(const json::Value& jwk, std::size_t index) {
    auto key = parse_public_key(jwk);
    if (!key) {
        return malformed(index, key.error().detail);
    }
    const auto use = parse_key_use(jwk["use"].text_or(""));
    const auto from = jwk["nbf"].integer();
    const auto to = jwk["exp"].integer();
    const auto member = jwk["member"].text_or("");
    if (!use || member.empty() || !from || !to || *from > *to) {
        return malformed(index, "use, member, nbf and exp are needed");
    }
    constexpr std::int64_t most_seconds = 253'402'300'800;  // the year 10000
    if (*from < 0 || *to > most_seconds) {
        return malformed(index, "nbf or exp out of range");
    }
    if (jwk["kid"].text_or("") != key->thumbprint()) {
        return malformed(index, "kid is not the RFC 7638 thumbprint");
    }
    if ((*use == KeyUse::cosign) != (key->curve() == Curve::ed25519)) {
        return malformed(index, "Ed25519 is for cosign, P-256 for the other uses");
    }
    std::string certificate;
    if (const auto* chain = jwk["x5c"].array(); chain != nullptr && chain->size() == 1) {
        certificate = TRY(from_base64(chain->front().text_or("")));
    }
    return TrustedKey{*key, std::string(member), *use, {*from * 1'000'000}, {*to * 1'000'000}, certificate};
}

json::Value to_jwk(const TrustedKey& key) {
    json::Object jwk;
    const bool ec = key.key.curve() == Curve::p256;
    jwk.set("kty", ec ? "EC" : "OKP");
    jwk.set("crv", ec ? "P-256" : "Ed25519");
    jwk.set("x", to_base64url(key.key.x()));
    if (ec) {
        jwk.set("y", to_base64url(key.key.y()));
    }
    jwk.set("kid", key.key.thumbprint());
    jwk.set("member", key.member);
    jwk.set("use", to_string(key.use));
    jwk.set("nbf", key.valid_from.seconds());
    jwk.set("exp", key.valid_to.seconds());
    if (!key.certificate.empty()) {
        jwk.set("x5c", json::Array{json::Value(to_base64(key.certificate))});
    }
    return jwk;
}

}  // namespace

Result<TrustStore> TrustStore::parse(std::string_view jwk_set) {
    const auto value = json::parse(jwk_set);
    if (!value) {
        return fail(Code::invalid, "trust.jwks-malformed", value.error().key + " " + value.error().detail);
    }
    const auto* keys = (*value)["keys"].array();
    if (keys == nullptr || keys->size() > most_keys) {
        return fail(Code::invalid, "trust.jwks-malformed", "an object with the array `keys` is needed");
    }
    TrustStore store;
    for (std::size_t i = 0; i < keys->size(); ++i) {
        store.add(TRY(parse_key((*keys)[i], i)));
    }
    return store;
}

Result<TrustStore> TrustStore::load(const std::filesystem::path& file) { return parse(TRY(read_small_file(file))); }

std::string TrustStore::write() const {
    json::Array keys;
    for (const auto& key : keys_) {
        keys.push_back(to_jwk(key));
    }
    json::Object set;
    set.set("keys", std::move(keys));
    return json::write_pretty(set);
}

void TrustStore::add(TrustedKey key) {
    for (auto& known : keys_) {
        if (known.key == key.key && known.use == key.use && known.member == key.member) {
            known = std::move(key);  // the newer word on its validity
            return;
        }
    }
    keys_.push_back(std::move(key));
}

void TrustStore::add(const TrustStore& other) {
    for (const auto& key : other.keys_) {
        add(key);
    }
}

std::vector<const TrustedKey*> TrustStore::find(std::string_view member, KeyUse use) const {
    std::vector<const TrustedKey*> found;
    for (const auto& key : keys_) {
        if (key.use == use && key.member == member) {
            found.push_back(&key);
        }
    }
    return found;
}

std::vector<const TrustedKey*> TrustStore::find(std::string_view member, KeyUse use, std::uint32_t short_id) const {
    auto found = find(member, use);
    std::erase_if(found, [&](const TrustedKey* key) { return key->key.short_id() != short_id; });
    return found;
}

}  // namespace wasl::trust
