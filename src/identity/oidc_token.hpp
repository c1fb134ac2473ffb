// What an OpenID provider signs: ID tokens (OpenID Connect Core 1.0 §3.1.3.7) and logout tokens
// (OpenID Connect Back-Channel Logout 1.0 §2.6). Pure: keys, configuration and time are given.
//
// Refusals, each of its own (Code::unauthenticated; operators read them, people a sentence for
// their kind):
//   oidc.token-malformed   no compact JWS, no strict JSON object, a claim of another type, or over
//   64 KB oidc.algorithm         not among those configured; "none" and keyed hashes never are
//   oidc.critical          a header extension that has to be understood
//   oidc.key-unknown       no key of that name: the set may be old
//   oidc.signature         the named key did not sign this
//   oidc.issuer            `iss` is not the configured one
//   oidc.audience          `aud` does not name us, or names somebody whom we do not know beside us
//   oidc.authorized-party  `azp` is another client
//   oidc.expired           `exp` is over
//   oidc.issued-at         `iat` is absent, in the future, or over ten minutes old
//   oidc.not-before        `nbf` is in the future
//   oidc.nonce             not the nonce of this attempt
//   oidc.subject           `sub` is absent, or not 1 to 255 ASCII characters
//   oidc.auth-time         asked for with max_age and absent, or in the future
//   oidc.auth-too-old      the sign-in at the provider is older than max_age
//   oidc.acr               absent, or of no level here
//   oidc.acr-low           worth less than was asked for
//   oidc.access-token      `at_hash` is not that of the access token that came along
//   oidc.logout-type       `typ` is of another kind of token
//   oidc.logout-events     the back-channel event is absent
//   oidc.logout-nonce      there is a nonce: it may be an ID token in disguise
//   oidc.logout-subject    neither `sub` nor `sid`
//   oidc.logout-id         `jti` is absent
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "identity/oidc_config.hpp"
#include "trust/jose.hpp"

#include <string>
#include <string_view>

namespace wasl::identity {

struct IdTokenAsked {
    std::string nonce;
    int level = 0;             // the least that will do
    std::string access_token;  // that came with it; empty: none
    Instant now;
};

struct IdToken {
    std::string subject;  // `sub`, of this issuer
    std::string session;  // `sid`, empty when absent
    std::string acr;
    int level = 0;
    Instant issued, expires;
    json::Object claims;  // all of them
};

Result<IdToken> verify_id_token(std::string_view compact, const trust::JwkSet& keys,
                                const OidcConfig& config, const IdTokenAsked& asked);

struct LogoutToken {
    std::string subject, session;  // one of them may be empty
    std::string id;                // `jti`: to be taken once
    Instant expires;
};

Result<LogoutToken> verify_logout_token(std::string_view compact, const trust::JwkSet& keys,
                                        const OidcConfig& config, Instant now);

}  // namespace wasl::identity
