// What a provider publishes about itself (OpenID Connect Discovery 1.0), and what it says about a
// person in the claims. Pure reading; nothing here asks anybody.
//
// Keys: oidc.discovery-malformed, oidc.discovery-issuer (another than configured),
// oidc.discovery-endpoint (absent, or not https), oidc.discovery-method (no code flow, no PKCE with
// S256, no client authentication that we have); oidc.claim-document, oidc.claim-name,
// oidc.claim-birth, oidc.claim-mandate (of a shape that is not the documented one).
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "identity/mandates.hpp"
#include "identity/oidc_config.hpp"
#include "identity/oidc_token.hpp"
#include "identity/person.hpp"
#include "jurisdiction/identifier.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace wasl::identity {

struct OidcProvider {
    std::string authorization_endpoint, token_endpoint, jwks_uri;
    std::string userinfo_endpoint, end_session_endpoint;  // empty when there is none
    bool says_issuer = false;                             // in the answer to the browser (RFC 9207)
    bool takes_claims = false;    // the `claims` parameter (OpenID Connect Core §5.5)
    bool secret_in_body = false;  // client_secret_post: only where basic is not offered
};

Result<OidcProvider> read_discovery(std::string_view document, const OidcConfig& config);

// A mandate as the provider attests it. For a company: `ice`; for a person: `document`.
struct AttestedMandate {
    std::string reference;  // the provider's own, stable name for it
    MandateKind kind = MandateKind::company;
    std::string name;  // of who is acted for
    std::string ice, document;
    std::vector<std::string> procedures;  // empty: all
    Date from, until;
    bool operator==(const AttestedMandate&) const = default;
};

// Who the provider says came.
struct NationalIdentity {
    std::string issuer, subject, session, acr;
    int level = 0;
    PersonName name;
    std::string birth;            // as in Person; empty when not said
    std::string document_kind;    // "cnie" …, with
    std::string document_number;  // normalised; empty when not said
    std::vector<AttestedMandate> mandates;
    bool says_mandates =
        false;  // the claim was there, even when empty: what is gone from it has ended
};

// Whether something configured is not among these claims, so that the userinfo endpoint is worth
// asking.
bool wants_more_claims(const OidcConfig& config, const json::Object& claims);

// `claims`: those of the ID token, with what userinfo added. A level that says somebody saw the
// card needs the number of that card ("oidc.claim-document").
Result<NationalIdentity> read_national(const OidcConfig& config,
                                       const jurisdiction::Identifiers& identifiers,
                                       const IdToken& token, const json::Object& claims,
                                       Date today);

}  // namespace wasl::identity
