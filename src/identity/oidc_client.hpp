// The relying party: authorization code flow with PKCE (RFC 7636, S256), state and nonce, client
// authentication, and the provider's discovery and keys kept in memory. Calls block while the
// provider answers: use them on a pool of their own, never on a loop.
//
// Keys beside those of oidc_token.hpp and oidc_provider.hpp:
//   oidc.provider-down  [unavailable]      no answer, or not in time; the detail says why
//   oidc.provider-says  [unavailable]      an answer that is none: the status, and `error` where
//   there is one oidc.code           [unauthenticated]  the provider does not know this code
//   (forged, used, or too old) oidc.client         [unavailable]      the provider does not know
//   us: client_id, secret or key oidc.userinfo       [unauthenticated]  claims of another subject,
//   or none oidc.secret         [internal]         the file of the client secret is absent, empty,
//   or open to others
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "identity/oidc_config.hpp"
#include "identity/oidc_provider.hpp"
#include "identity/oidc_token.hpp"
#include "trust/keys.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::identity {

struct LineRequest {
    std::string method = "GET";
    std::string url;
    std::vector<std::pair<std::string, std::string>> headers;
    std::string body;
};
struct LineReply {
    int status = 0;
    std::string content_type;
    std::string body;
};

// The way to the provider; blocks. Key "oidc.provider-down".
class ProviderLine {
public:
    virtual ~ProviderLine() = default;
    virtual Result<LineReply> send(const LineRequest& request) = 0;
};
// Over http::Client: ten seconds at most, no redirect followed, certificates checked against
// `ca_file` or the system's roots.
Result<std::unique_ptr<ProviderLine>> provider_line(const std::string& ca_file);

// How we show the provider who we are: exactly one of the two.
struct OidcCredentials {
    std::string secret;  // client_secret_basic, or _post where the provider has only that
    std::shared_ptr<const trust::Signer> signer;  // private_key_jwt (RFC 7523 §2.2), ES256
};
// The secret from its file, or the key DATA/keys/oidc.pem, made when absent.
Result<OidcCredentials> oidc_credentials(const OidcConfig& config,
                                         const std::filesystem::path& keys);

// One attempt to sign in: kept by who asked, in a sealed cookie, until the browser comes back.
struct OidcAttempt {
    std::string state, nonce, verifier;
    int level = 0;  // the least that was asked for
};
struct OidcStart {
    OidcAttempt attempt;
    std::string url;  // where the browser goes
};

struct OidcFinish {
    IdToken token;
    json::Object claims;  // of the token and of userinfo, each only once
};

class OidcClient {
public:
    OidcClient(OidcConfig config, OidcCredentials credentials, ProviderLine& line,
               const Clock& clock, Entropy& entropy);
    ~OidcClient();

    [[nodiscard]] const OidcConfig& config() const noexcept;
    // `level` 0: any level that the configuration knows. `redirect_uri` must come again with
    // finish().
    Result<OidcStart> start(std::string_view redirect_uri, std::string_view language, int level);
    // `issuer`: the `iss` of the answer, empty when absent (RFC 9207). "oidc.issuer" when it is
    // another's or missing where promised.
    Result<OidcFinish> finish(const OidcAttempt& attempt, std::string_view code,
                              std::string_view redirect_uri, std::string_view issuer);
    Result<LogoutToken> logout(std::string_view token);
    // Where a person may sign out of the national identity as well; empty when the provider has no
    // such page or is not known yet. Asks nobody.
    [[nodiscard]] std::string sign_out_url(std::string_view return_to,
                                           std::string_view language) const;
    // Our public key for the provider, as a JWK Set; empty with a secret.
    [[nodiscard]] std::string public_keys() const;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::identity
