#include "identity/oidc_client.hpp"

#include "base/digest.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "trust/key_files.hpp"

#include <fmt/format.h>

#include <mutex>
#include <optional>

namespace wasl::identity {

namespace {

constexpr std::int64_t discovery_seconds = 3'600;
constexpr std::int64_t stale_seconds =
    86'400;  // an old copy is used while the provider's pages are down
constexpr std::int64_t retry_seconds = 5;  // after a failure nobody asks again for so long
constexpr std::int64_t refresh_every_seconds =
    60;  // for keys that a token names and we do not have
constexpr std::int64_t assertion_seconds = 60;
constexpr std::int64_t micros = 1'000'000;
constexpr std::string_view assertion_type =
    "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

// One document of the provider, kept while it is fresh and a day longer when no newer one is to be
// had.
template <class T>
struct Copy {
    std::optional<T> value;
    std::int64_t fetched = 0;  // monotonic
    std::int64_t failed = 0;
    Error failure;
};

using Fields = std::vector<std::pair<std::string, std::string>>;

std::string form_of(const Fields& fields) {
    std::string out;
    for (const auto& [name, value] : fields) {
        out += (out.empty() ? "" : "&") + percent_encode(name) + "=" + percent_encode(value);
    }
    return out;
}

std::string with_query(const std::string& url, const Fields& fields) {
    return url + (url.find('?') == std::string::npos ? "?" : "&") + form_of(fields);
}

std::string random_word(Entropy& entropy) {
    return to_base64url(entropy.bytes(32));
}

// A level that must be reached: acr_values alone is a wish, which a running session at the provider
// may ignore. Where the provider reads no `claims`, the person signs in there again.
std::pair<std::string, std::string> must_reach(const OidcProvider& provider,
                                               const std::vector<std::string>& acrs) {
    if (!provider.takes_claims) return {"prompt", "login"};
    json::Array values;
    for (const auto& acr : acrs) values.emplace_back(acr);
    const json::Object acr{{"essential", true}, {"values", std::move(values)}};
    return {"claims", json::write(json::Object{{"id_token", json::Object{{"acr", acr}}}})};
}

}  // namespace

struct OidcClient::Impl {
    OidcConfig config;
    OidcCredentials credentials;
    ProviderLine* line = nullptr;
    const Clock* clock = nullptr;
    Entropy* entropy = nullptr;
    mutable std::mutex guard;  // of the copies
    std::mutex asking;         // one at a time asks for discovery or keys
    Copy<OidcProvider> provider;
    Copy<trust::JwkSet> keys;
    std::int64_t refreshed = 0;

    [[nodiscard]] std::int64_t tick() const {
        return clock->monotonic_micros() + discovery_seconds * micros;
    }

    Result<std::string> document(const std::string& url) {
        const auto reply =
            TRY(line->send({.url = url, .headers = {{"Accept", "application/json"}}}));
        if (reply.status != 200)
            return fail(Code::unavailable, "oidc.provider-says",
                        fmt::format("{} from {}", reply.status, url));
        return reply.body;
    }

    // The kept copy, a fetched one, or the failure of a moment ago. Only one thread asks; the
    // others wait for it.
    template <class T, class Fetch>
    Result<T> kept(Copy<T>& copy, bool renew, const Fetch& fetch) {
        const auto fresh = [&](std::int64_t seconds) {
            return copy.value && tick() - copy.fetched < seconds * micros;
        };
        const auto known = [&]() -> std::optional<Result<T>> {
            const std::lock_guard lock(guard);
            if (!renew && fresh(discovery_seconds)) return Result<T>(*copy.value);
            const bool just_failed =
                copy.failed != 0 && tick() - copy.failed < retry_seconds * micros;
            if (!just_failed) return std::nullopt;
            return copy.value ? Result<T>(*copy.value) : Result<T>(std::unexpected(copy.failure));
        };
        if (auto now = known()) return *now;
        const std::lock_guard alone(asking);
        if (auto now = known()) return *now;
        Result<T> got = fetch();
        const std::lock_guard lock(guard);
        if (got) {
            copy = {.value = *got, .fetched = tick(), .failed = 0, .failure = {}};
            return got;
        }
        log::warning("oidc.provider", {{"key", got.error().key}, {"detail", got.error().detail}});
        copy.failed = tick();
        copy.failure = got.error();
        return fresh(stale_seconds) ? Result<T>(*copy.value) : got;
    }

    Result<OidcProvider> discover() {
        return kept(provider, false, [this]() -> Result<OidcProvider> {
            const bool slash = config.issuer.ends_with('/');
            return read_discovery(TRY(document(config.issuer + (slash ? "" : "/") +
                                               ".well-known/openid-configuration")),
                                  config);
        });
    }

    Result<trust::JwkSet> key_set(bool renew) {
        const auto where = TRY(discover()).jwks_uri;
        return kept(keys, renew, [&]() -> Result<trust::JwkSet> {
            auto read = trust::JwkSet::parse(TRY(document(where)));
            if (!read)
                return fail(Code::unavailable, "oidc.provider-says",
                            "keys: " + read.error().detail);
            return read;
        });
    }

    // A token may name a key newer than our copy: then, once a minute, the keys are asked for
    // again.
    template <class Verify>
    auto verified(const Verify& verify) -> decltype(verify(trust::JwkSet())) {
        auto done = verify(TRY(key_set(false)));
        if (done || done.error().key != "oidc.key-unknown") return done;
        {
            const std::lock_guard lock(guard);
            if (refreshed != 0 && tick() - refreshed < refresh_every_seconds * micros) return done;
            refreshed = tick();
        }
        return verify(TRY(key_set(true)));
    }

    Result<void> sign_request(LineRequest& request, Fields& fields, const OidcProvider& known) {
        if (credentials.signer == nullptr && !known.secret_in_body) {
            // RFC 6749 §2.3.1: both are form-encoded first.
            const auto both =
                percent_encode(config.client_id) + ":" + percent_encode(credentials.secret);
            request.headers.emplace_back("Authorization", "Basic " + to_base64(both));
            return {};
        }
        fields.emplace_back("client_id", config.client_id);
        if (credentials.signer == nullptr) {
            fields.emplace_back("client_secret", credentials.secret);
            return {};
        }
        const auto now = clock->now().seconds();
        const json::Object claims{{"iss", config.client_id},        {"sub", config.client_id},
                                  {"aud", config.issuer},           {"iat", now},
                                  {"exp", now + assertion_seconds}, {"jti", random_word(*entropy)}};
        fields.emplace_back("client_assertion_type", std::string(assertion_type));
        fields.emplace_back("client_assertion",
                            TRY(trust::sign_jws(*credentials.signer, "JWT", json::write(claims))));
        return {};
    }

    // The answer of the token endpoint (RFC 6749 §5).
    Result<json::Value> redeem(const OidcProvider& known, const OidcAttempt& attempt,
                               std::string_view code, std::string_view redirect_uri) {
        LineRequest request{.method = "POST", .url = known.token_endpoint};
        request.headers = {{"Accept", "application/json"},
                           {"Content-Type", "application/x-www-form-urlencoded"}};
        Fields fields{{"grant_type", "authorization_code"},
                      {"code", std::string(code)},
                      {"redirect_uri", std::string(redirect_uri)},
                      {"code_verifier", attempt.verifier}};
        TRY(sign_request(request, fields, known));
        request.body = form_of(fields);
        const auto reply = TRY(line->send(request));
        const auto value = json::parse(reply.body, {.bytes = 256U << 10U, .depth = 16});
        const auto error = value ? (*value)["error"].text_or("") : std::string_view();
        if (error == "invalid_grant")
            return fail(Code::unauthenticated, "oidc.code",
                        std::string((*value)["error_description"].text_or("")).substr(0, 200));
        if (error == "invalid_client" || error == "unauthorized_client" || reply.status == 401)
            return fail(Code::unavailable, "oidc.client", std::string(error));
        if (reply.status != 200 || !value || value->object() == nullptr) {
            return fail(Code::unavailable, "oidc.provider-says",
                        fmt::format("{} {}", reply.status, error.substr(0, 80)));
        }
        return *value;
    }

    // Claims that the ID token leaves out (OpenID Connect Core §5.3); those of the token stand.
    Result<void> add_userinfo(const OidcProvider& known, const std::string& access_token,
                              OidcFinish& out) {
        if (known.userinfo_endpoint.empty() || access_token.empty() ||
            !wants_more_claims(config, out.claims))
            return {};
        const auto clean = access_token.find_first_of(" \r\n\t") == std::string::npos;
        if (!clean) return fail(Code::unavailable, "oidc.provider-says", "access token");
        const auto reply =
            TRY(line->send({.url = known.userinfo_endpoint,
                            .headers = {{"Accept", "application/json"},
                                        {"Authorization", "Bearer " + access_token}}}));
        if (reply.status != 200)
            return fail(Code::unavailable, "oidc.provider-says",
                        fmt::format("{} from userinfo", reply.status));
        const auto value = json::parse(reply.body, {.bytes = 256U << 10U, .depth = 16});
        if (!value || value->object() == nullptr)
            return fail(Code::unauthenticated, "oidc.userinfo", "no JSON object");
        if ((*value)["sub"].text_or("") != out.token.subject)
            return fail(Code::unauthenticated, "oidc.userinfo", "another subject");
        for (const auto& [name, claim] : *value->object()) {
            if (out.claims.find(name) == nullptr) out.claims.set(name, claim);
        }
        return {};
    }
};

OidcClient::OidcClient(OidcConfig config, OidcCredentials credentials, ProviderLine& line,
                       const Clock& clock, Entropy& entropy)
    : impl_(std::make_unique<Impl>()) {
    impl_->config = std::move(config);
    impl_->credentials = std::move(credentials);
    impl_->line = &line;
    impl_->clock = &clock;
    impl_->entropy = &entropy;
}
OidcClient::~OidcClient() = default;

const OidcConfig& OidcClient::config() const noexcept {
    return impl_->config;
}

Result<OidcStart> OidcClient::start(std::string_view redirect_uri, std::string_view language,
                                    int level) {
    const auto known = TRY(impl_->discover());
    const auto& config = impl_->config;
    auto& entropy = *impl_->entropy;
    OidcStart out;
    out.attempt = {random_word(entropy), random_word(entropy), random_word(entropy), level};
    const auto acrs = config.acrs_of(level);
    Fields fields{{"response_type", "code"},
                  {"client_id", config.client_id},
                  {"redirect_uri", std::string(redirect_uri)},
                  {"scope", join(config.scopes, " ")},
                  {"state", out.attempt.state},
                  {"nonce", out.attempt.nonce},
                  {"code_challenge", to_base64url(sha256(out.attempt.verifier).view())},
                  {"code_challenge_method", "S256"},
                  {"acr_values", join(acrs, " ")},
                  {"ui_locales", std::string(language)}};
    if (level > 0) fields.push_back(must_reach(known, acrs));
    if (config.max_age_seconds > 0)
        fields.emplace_back("max_age", std::to_string(config.max_age_seconds));
    out.url = with_query(known.authorization_endpoint, fields);
    return out;
}

Result<OidcFinish> OidcClient::finish(const OidcAttempt& attempt, std::string_view code,
                                      std::string_view redirect_uri, std::string_view issuer) {
    const auto known = TRY(impl_->discover());
    const bool from_provider = issuer.empty() ? !known.says_issuer : issuer == impl_->config.issuer;
    if (!from_provider) return fail(Code::unauthenticated, "oidc.issuer", "of the answer");
    const auto answer = TRY(impl_->redeem(known, attempt, code, redirect_uri));
    const std::string access(answer["access_token"].text_or(""));
    IdTokenAsked asked{.nonce = attempt.nonce,
                       .level = attempt.level,
                       .access_token = access,
                       .now = impl_->clock->now()};
    const auto id_token = answer["id_token"].text_or("");
    OidcFinish out;
    out.token = TRY(impl_->verified([&](const trust::JwkSet& keys) {
        return verify_id_token(id_token, keys, impl_->config, asked);
    }));
    out.claims = out.token.claims;
    TRY(impl_->add_userinfo(known, access, out));
    return out;
}

Result<LogoutToken> OidcClient::logout(std::string_view token) {
    const auto now = impl_->clock->now();
    return impl_->verified([&](const trust::JwkSet& keys) {
        return verify_logout_token(token, keys, impl_->config, now);
    });
}

std::string OidcClient::sign_out_url(std::string_view return_to, std::string_view language) const {
    const std::lock_guard lock(impl_->guard);
    const auto& known = impl_->provider.value;
    if (!known || known->end_session_endpoint.empty()) return {};
    return with_query(known->end_session_endpoint,
                      {{"client_id", impl_->config.client_id},
                       {"post_logout_redirect_uri", std::string(return_to)},
                       {"ui_locales", std::string(language)}});
}

std::string OidcClient::public_keys() const {
    return impl_->credentials.signer == nullptr
               ? std::string()
               : trust::public_jwk_set(impl_->credentials.signer->public_key());
}

Result<OidcCredentials> oidc_credentials(const OidcConfig& config,
                                         const std::filesystem::path& keys) {
    OidcCredentials out;
    if (config.secret_file.empty()) {
        const auto file = keys / "oidc.pem";
        auto signer = std::filesystem::exists(file)
                          ? trust::load_signer_file(file)
                          : trust::generate_signer_file(trust::Curve::p256, file);
        out.signer = TRY(std::move(signer));
        return out;
    }
    auto secret = trust::read_secret(keys / config.secret_file);
    if (!secret) return fail(Code::internal, "oidc.secret", secret.error().detail);
    out.secret = std::move(*secret);
    return out;
}

}  // namespace wasl::identity
