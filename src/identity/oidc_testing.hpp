// Helpers of the tests of the national identity: a provider's key, and tokens to spoil.
#pragma once

#include "base/text.hpp"
#include "identity/actor.hpp"
#include "identity/oidc_token.hpp"

#include <memory>
#include <string>

namespace wasl::identity::testing {

inline const Instant oidc_now = parse_instant("2026-11-22T09:00:00Z").value();

inline OidcConfig oidc_config() {
    OidcConfig config;
    config.issuer = "https://id.example.ma";
    config.client_id = "guichet";
    config.levels = {{"loa:low", level_code_verified}, {"loa:high", level_counter_verified}};
    config.claims.mandates = "mandates";
    return config;
}

class TestProvider {
public:
    explicit TestProvider(trust::Curve curve = trust::Curve::p256)
        : signer_(trust::generate_signer(curve).value()) {}

    [[nodiscard]] trust::JwkSet keys() const { return trust::JwkSet::parse(jwks()).value(); }
    [[nodiscard]] std::string jwks() const { return trust::public_jwk_set(signer_->public_key()); }

    [[nodiscard]] std::string sign(const json::Object& claims,
                                   std::string_view type = "JWT") const {
        const bool ec = signer_->public_key().curve() == trust::Curve::p256;
        const json::Object header{{"alg", ec ? "ES256" : "EdDSA"},
                                  {"typ", type},
                                  {"kid", signer_->public_key().thumbprint()}};
        const auto text =
            to_base64url(json::write(header)) + "." + to_base64url(json::write(claims));
        return text + "." + to_base64url(signer_->sign(text).value());
    }

    static json::Object id_claims() {
        return {{"iss", "https://id.example.ma"},
                {"aud", "guichet"},
                {"sub", "person-1"},
                {"nonce", "n-1"},
                {"acr", "loa:high"},
                {"sid", "s-1"},
                {"iat", oidc_now.seconds() - 5},
                {"exp", oidc_now.seconds() + 300}};
    }
    static json::Object logout_claims() {
        return {{"iss", "https://id.example.ma"},
                {"aud", "guichet"},
                {"sub", "person-1"},
                {"sid", "s-1"},
                {"jti", "j-1"},
                {"iat", oidc_now.seconds() - 5},
                {"exp", oidc_now.seconds() + 120},
                {"events", json::Object{{"http://schemas.openid.net/event/backchannel-logout",
                                         json::Object{}}}}};
    }

private:
    std::unique_ptr<trust::Signer> signer_;
};

}  // namespace wasl::identity::testing
