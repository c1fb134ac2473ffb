#include "identity/oidc_token.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

#include <algorithm>
#include <utility>

namespace wasl::identity {

namespace {

constexpr std::int64_t most_age_seconds = 600;          // of a token when it arrives
constexpr std::int64_t most_instant = 253'402'300'800;  // the year 10000
constexpr std::string_view logout_event = "http://schemas.openid.net/event/backchannel-logout";

std::unexpected<Error> refused(std::string_view key, std::string detail = {}) {
    return fail(Code::unauthenticated, std::string(key), std::move(detail));
}

// The reader's own keys in the words of this module.
std::unexpected<Error> in_our_words(const Error& error) {
    const auto is = [&](std::string_view key) { return error.key == key; };
    const auto key = is("trust.jws-algorithm")     ? "oidc.algorithm"
                     : is("trust.jws-critical")    ? "oidc.critical"
                     : is("trust.jws-key-unknown") ? "oidc.key-unknown"
                     : is("trust.jws-signature")   ? "oidc.signature"
                                                   : "oidc.token-malformed";
    return refused(key, error.detail);
}

struct Claims {
    trust::Jws token;
    json::Value all;

    [[nodiscard]] bool has(std::string_view name) const {
        return all.object()->find(name) != nullptr;
    }
    // Empty when absent; another type is a malformed token.
    [[nodiscard]] Result<std::string> word(std::string_view name) const {
        if (!has(name)) return std::string();
        if (all[name].string() == nullptr)
            return refused("oidc.token-malformed", std::string(name) + " is no text");
        return *all[name].string();
    }
    // NumericDate (RFC 7519 §2) in whole seconds; a fraction is cut.
    [[nodiscard]] Result<std::optional<Instant>> instant(std::string_view name) const {
        if (!has(name)) return std::optional<Instant>();
        const auto* number = all[name].number();
        const auto whole = number == nullptr
                               ? std::nullopt
                               : to_integer(number->text.substr(0, number->text.find('.')));
        if (!whole || *whole < 0 || *whole > most_instant)
            return refused("oidc.token-malformed", std::string(name) + " is no moment");
        return std::optional(Instant{*whole * 1'000'000});
    }
};

Result<Claims> open_token(std::string_view compact, const trust::JwkSet& keys,
                          const OidcConfig& config) {
    auto token = trust::read_jws(compact, config.algorithms);
    if (!token) return in_our_words(token.error());
    if (const auto good = keys.verify(*token); !good) return in_our_words(good.error());
    auto all = json::parse(token->payload, {.bytes = trust::most_jws_bytes, .depth = 16});
    if (!all || all->object() == nullptr)
        return refused("oidc.token-malformed", "the claims are no JSON object");
    return Claims{std::move(*token), std::move(*all)};
}

// Whoever else a token is meant for could use it against us: only ourselves, as a word or a list of
// one.
Result<void> check_audience(const Claims& claims, const OidcConfig& config) {
    const auto& aud = claims.all["aud"];
    if (const auto* list = aud.array()) {
        if (list->size() != 1 || list->front().text_or("") != config.client_id)
            return refused("oidc.audience");
    } else if (aud.text_or("") != config.client_id) {
        return refused("oidc.audience");
    }
    const auto party = TRY(claims.word("azp"));
    if (claims.has("azp") && party != config.client_id) return refused("oidc.authorized-party");
    return {};
}

struct Times {
    Instant issued, expires;
};

Result<Times> check_times(const Claims& claims, const OidcConfig& config, Instant now) {
    const auto expires = TRY(claims.instant("exp"));
    if (!expires || now >= expires->plus_seconds(config.skew_seconds))
        return refused("oidc.expired");
    const auto issued = TRY(claims.instant("iat"));
    if (!issued || *issued > now.plus_seconds(config.skew_seconds) ||
        now > issued->plus_seconds(most_age_seconds + config.skew_seconds)) {
        return refused("oidc.issued-at");
    }
    const auto from = TRY(claims.instant("nbf"));
    if (from && *from > now.plus_seconds(config.skew_seconds)) return refused("oidc.not-before");
    return Times{*issued, *expires};
}

Result<Times> check_common(const Claims& claims, const OidcConfig& config, Instant now) {
    if (claims.all["iss"].text_or("") != config.issuer) return refused("oidc.issuer");
    TRY(check_audience(claims, config));
    return check_times(claims, config, now);
}

bool is_subject(std::string_view text) {
    return !text.empty() && text.size() <= 255 &&
           std::ranges::all_of(text, [](char c) { return c >= ' ' && c < 0x7F; });
}

Result<void> check_auth_time(const Claims& claims, const OidcConfig& config, Instant now) {
    const auto at = TRY(claims.instant("auth_time"));
    if (at && *at > now.plus_seconds(config.skew_seconds)) return refused("oidc.auth-time");
    if (config.max_age_seconds == 0) return {};
    if (!at) return refused("oidc.auth-time");
    if (now > at->plus_seconds(config.max_age_seconds + config.skew_seconds))
        return refused("oidc.auth-too-old");
    return {};
}

// OpenID Connect Core §3.1.3.6: the left half of the hash that the algorithm uses; Ed25519 uses
// SHA-512 (RFC 8032).
std::string half_hash(trust::JwsAlgorithm algorithm, std::string_view text) {
    if (algorithm == trust::JwsAlgorithm::eddsa) return to_base64url(sha512(text).substr(0, 32));
    return to_base64url(sha256(text).view().substr(0, 16));
}

}  // namespace

Result<IdToken> verify_id_token(std::string_view compact, const trust::JwkSet& keys,
                                const OidcConfig& config, const IdTokenAsked& asked) {
    const auto claims = TRY(open_token(compact, keys, config));
    const auto times = TRY(check_common(claims, config, asked.now));
    const auto nonce = TRY(claims.word("nonce"));
    if (asked.nonce.empty() || !equals_in_constant_time(nonce, asked.nonce))
        return refused("oidc.nonce");
    IdToken out;
    out.subject = TRY(claims.word("sub"));
    if (!is_subject(out.subject)) return refused("oidc.subject");
    TRY(check_auth_time(claims, config, asked.now));
    out.acr = TRY(claims.word("acr"));
    out.level = config.level_of(out.acr);
    if (out.level == 0) return refused("oidc.acr", out.acr.substr(0, 80));
    if (out.level < asked.level) return refused("oidc.acr-low", out.acr.substr(0, 80));
    if (claims.has("at_hash")) {
        const auto hash = TRY(claims.word("at_hash"));
        if (asked.access_token.empty() ||
            hash != half_hash(claims.token.algorithm, asked.access_token))
            return refused("oidc.access-token");
    }
    out.session = TRY(claims.word("sid"));
    out.issued = times.issued;
    out.expires = times.expires;
    out.claims = *claims.all.object();
    return out;
}

Result<LogoutToken> verify_logout_token(std::string_view compact, const trust::JwkSet& keys,
                                        const OidcConfig& config, Instant now) {
    const auto claims = TRY(open_token(compact, keys, config));
    const auto type = to_lower_ascii(claims.token.type);
    const bool known =
        type.empty() || type == "jwt" || type == "logout+jwt" || type == "application/logout+jwt";
    if (!known) return refused("oidc.logout-type", claims.token.type.substr(0, 80));
    const auto times = TRY(check_common(claims, config, now));
    if (claims.has("nonce")) return refused("oidc.logout-nonce");
    if (claims.all["events"][logout_event].object() == nullptr)
        return refused("oidc.logout-events");
    LogoutToken out;
    out.subject = TRY(claims.word("sub"));
    out.session = TRY(claims.word("sid"));
    if (claims.has("sub") && !is_subject(out.subject)) return refused("oidc.subject");
    if (out.subject.empty() && out.session.empty()) return refused("oidc.logout-subject");
    out.id = TRY(claims.word("jti"));
    if (out.id.empty()) return refused("oidc.logout-id");
    out.expires = times.expires;
    return out;
}

}  // namespace wasl::identity
