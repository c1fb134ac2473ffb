// Each rule of OpenID Connect Core §3.1.3.7 and of Back-Channel Logout §2.6 refuses with its own
// key.
#include "identity/oidc_token.hpp"

#include "base/digest.hpp"
#include "identity/oidc_testing.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace wasl;
using namespace wasl::identity;
using namespace wasl::identity::testing;

namespace {

const TestProvider& provider() {
    static const TestProvider one;
    return one;
}

IdTokenAsked asked() {
    return {.nonce = "n-1", .level = 0, .access_token = "", .now = oidc_now};
}

std::string id_refusal(const std::function<void(json::Object&)>& spoil,
                       const OidcConfig& config = oidc_config(),
                       const IdTokenAsked& ask = asked()) {
    auto claims = TestProvider::id_claims();
    spoil(claims);
    const auto done = verify_id_token(provider().sign(claims), provider().keys(), config, ask);
    return done ? "" : done.error().key;
}

std::string logout_refusal(const std::function<void(json::Object&)>& spoil,
                           std::string_view type = "logout+jwt") {
    auto claims = TestProvider::logout_claims();
    spoil(claims);
    const auto done = verify_logout_token(provider().sign(claims, type), provider().keys(),
                                          oidc_config(), oidc_now);
    return done ? "" : done.error().key;
}

auto put(std::string name, json::Value value) {
    return [name = std::move(name), value = std::move(value)](json::Object& claims) {
        claims.set(name, value);
    };
}
auto drop(std::string name) {
    return [name = std::move(name)](json::Object& claims) { claims.erase(name); };
}
void as_it_is(json::Object&) {}

std::int64_t at(std::int64_t seconds) {
    return oidc_now.seconds() + seconds;
}

}  // namespace

TEST_CASE("a good ID token says who, how surely and in which session of the provider") {
    const auto token = verify_id_token(provider().sign(TestProvider::id_claims()),
                                       provider().keys(), oidc_config(), asked())
                           .value();
    CHECK(token.subject == "person-1");
    CHECK(token.session == "s-1");
    CHECK(token.acr == "loa:high");
    CHECK(token.level == level_counter_verified);
}

TEST_CASE("oidc.signature, oidc.key-unknown: another's key signs nothing for the provider") {
    const TestProvider other;
    const auto forged = verify_id_token(other.sign(TestProvider::id_claims()), provider().keys(),
                                        oidc_config(), asked());
    REQUIRE(!forged);
    CHECK(forged.error().key == "oidc.key-unknown");
    auto token = provider().sign(TestProvider::id_claims());
    token[token.size() - 10] = token[token.size() - 10] == 'A' ? 'B' : 'A';
    CHECK(verify_id_token(token, provider().keys(), oidc_config(), asked()).error().key ==
          "oidc.signature");
}

TEST_CASE("oidc.algorithm: none, keyed hashes, and what is not configured") {
    const TestProvider edwards(trust::Curve::ed25519);
    CHECK(verify_id_token(edwards.sign(TestProvider::id_claims()), edwards.keys(), oidc_config(),
                          asked())
              .error()
              .key == "oidc.algorithm");
    auto config = oidc_config();
    config.algorithms = {trust::JwsAlgorithm::eddsa};
    CHECK(
        verify_id_token(edwards.sign(TestProvider::id_claims()), edwards.keys(), config, asked()));
    for (const auto* header : {R"({"alg":"none"})", R"({"alg":"HS256"})"}) {
        const auto token =
            to_base64url(header) + "." + to_base64url(json::write(TestProvider::id_claims())) + ".";
        CHECK(verify_id_token(token, provider().keys(), oidc_config(), asked()).error().key ==
              "oidc.algorithm");
    }
}

TEST_CASE(
    "oidc.critical and oidc.token-malformed: extensions, broken JSON, claims of another type") {
    const auto crit =
        to_base64url(R"({"alg":"ES256","crit":["x"]})") + "." + to_base64url("{}") + ".AAAA";
    CHECK(verify_id_token(crit, provider().keys(), oidc_config(), asked()).error().key ==
          "oidc.critical");
    CHECK(verify_id_token("nothing", provider().keys(), oidc_config(), asked()).error().key ==
          "oidc.token-malformed");
    for (const auto* name : {"nonce", "sub", "acr", "exp", "iat", "azp"})
        CHECK_MESSAGE(id_refusal(put(name, json::Array{})) == "oidc.token-malformed", name);
    CHECK(id_refusal(put("exp", "soon")) == "oidc.token-malformed");
    CHECK(id_refusal(put("exp", json::Number{"1e99"})) == "oidc.token-malformed");
}

TEST_CASE("oidc.issuer: exactly the configured one") {
    CHECK(id_refusal(put("iss", "https://id.example.ma/")) == "oidc.issuer");
    CHECK(id_refusal(drop("iss")) == "oidc.issuer");
}

TEST_CASE("oidc.audience and oidc.authorized-party: us, and us alone") {
    CHECK(id_refusal(put("aud", "another")) == "oidc.audience");
    CHECK(id_refusal(drop("aud")) == "oidc.audience");
    CHECK(id_refusal(put("aud", json::Array{"guichet", "another"})) == "oidc.audience");
    CHECK(id_refusal(put("aud", json::Array{"guichet"})).empty());
    CHECK(id_refusal(put("azp", "another")) == "oidc.authorized-party");
    CHECK(id_refusal(put("azp", "guichet")).empty());
}

TEST_CASE("oidc.expired, oidc.issued-at, oidc.not-before: with a minute for the clocks") {
    CHECK(id_refusal(put("exp", at(-60))) == "oidc.expired");
    CHECK(id_refusal(put("exp", at(-59))).empty());
    CHECK(id_refusal(drop("exp")) == "oidc.expired");
    CHECK(id_refusal(put("iat", at(61))) == "oidc.issued-at");
    CHECK(id_refusal(put("iat", at(60))).empty());
    CHECK(id_refusal(put("iat", at(-661))) == "oidc.issued-at");
    CHECK(id_refusal(drop("iat")) == "oidc.issued-at");
    CHECK(id_refusal(put("nbf", at(61))) == "oidc.not-before");
    CHECK(id_refusal(put("nbf", json::Number{std::to_string(at(10)) + ".5"})).empty());
}

TEST_CASE("oidc.nonce: that of this attempt, and no empty one") {
    CHECK(id_refusal(put("nonce", "n-2")) == "oidc.nonce");
    CHECK(id_refusal(drop("nonce")) == "oidc.nonce");
    auto ask = asked();
    ask.nonce.clear();
    CHECK(id_refusal(put("nonce", ""), oidc_config(), ask) == "oidc.nonce");
}

TEST_CASE("oidc.subject: 1 to 255 ASCII characters") {
    CHECK(id_refusal(drop("sub")) == "oidc.subject");
    CHECK(id_refusal(put("sub", std::string(256, 'a'))) == "oidc.subject");
    CHECK(id_refusal(put("sub", "أمينة")) == "oidc.subject");
    CHECK(id_refusal(put("sub", std::string(255, 'a'))).empty());
}

TEST_CASE("oidc.auth-time and oidc.auth-too-old: when a fresh sign-in is asked for") {
    auto config = oidc_config();
    config.max_age_seconds = 100;
    CHECK(id_refusal(as_it_is, config) == "oidc.auth-time");
    CHECK(id_refusal(put("auth_time", at(-161)), config) == "oidc.auth-too-old");
    CHECK(id_refusal(put("auth_time", at(-160)), config).empty());
    CHECK(id_refusal(put("auth_time", at(61)), config) == "oidc.auth-time");
    CHECK(id_refusal(put("auth_time", at(-9'999))).empty());
}

TEST_CASE("oidc.acr and oidc.acr-low: an unknown level is none, a lower one is not enough") {
    CHECK(id_refusal(put("acr", "0")) == "oidc.acr");
    CHECK(id_refusal(drop("acr")) == "oidc.acr");
    auto ask = asked();
    ask.level = level_counter_verified;
    CHECK(id_refusal(put("acr", "loa:low"), oidc_config(), ask) == "oidc.acr-low");
    CHECK(id_refusal(as_it_is, oidc_config(), ask).empty());
}

TEST_CASE("oidc.access-token: at_hash belongs to the access token that came along") {
    auto ask = asked();
    ask.access_token = "jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y";  // OpenID Connect Core A.3
    CHECK(id_refusal(put("at_hash", "77QmUPtjPfzWtF2AnpK9RQ"), oidc_config(), ask).empty());
    CHECK(id_refusal(put("at_hash", "77QmUPtjPfzWtF2AnpK9RA"), oidc_config(), ask) ==
          "oidc.access-token");
    CHECK(id_refusal(put("at_hash", "77QmUPtjPfzWtF2AnpK9RQ")) == "oidc.access-token");
    CHECK(id_refusal(as_it_is, oidc_config(), ask).empty());
}

TEST_CASE("a good logout token says whose sessions end") {
    const auto token =
        verify_logout_token(provider().sign(TestProvider::logout_claims(), "logout+jwt"),
                            provider().keys(), oidc_config(), oidc_now)
            .value();
    CHECK(token.subject == "person-1");
    CHECK(token.session == "s-1");
    CHECK(token.id == "j-1");
    CHECK(logout_refusal(drop("sid")).empty());
    CHECK(logout_refusal(drop("sub")).empty());
    CHECK(logout_refusal(as_it_is, "JWT").empty());
}

TEST_CASE("oidc.logout-…: no event, a nonce, nobody named, no identifier, another kind of token") {
    CHECK(logout_refusal(drop("events")) == "oidc.logout-events");
    CHECK(logout_refusal(put("events", json::Object{{"http://schemas.openid.net/event/other",
                                                     json::Object{}}})) == "oidc.logout-events");
    CHECK(logout_refusal(
              put("events", json::Object{{"http://schemas.openid.net/event/backchannel-logout",
                                          true}})) == "oidc.logout-events");
    CHECK(logout_refusal(put("nonce", "n-1")) == "oidc.logout-nonce");
    CHECK(logout_refusal([](json::Object& claims) { claims.erase("sub"), claims.erase("sid"); }) ==
          "oidc.logout-subject");
    CHECK(logout_refusal(put("sub", "")) == "oidc.subject");
    CHECK(logout_refusal(drop("jti")) == "oidc.logout-id");
    CHECK(logout_refusal(as_it_is, "at+jwt") == "oidc.logout-type");
}

TEST_CASE("a logout token is for us and of now, as an ID token is") {
    CHECK(logout_refusal(put("iss", "https://evil.example")) == "oidc.issuer");
    CHECK(logout_refusal(put("aud", "another")) == "oidc.audience");
    CHECK(logout_refusal(put("exp", at(-60))) == "oidc.expired");
    CHECK(logout_refusal(put("iat", at(-661))) == "oidc.issued-at");
    CHECK(verify_logout_token(provider().sign(TestProvider::id_claims()), provider().keys(),
                              oidc_config(), oidc_now)
              .error()
              .key == "oidc.logout-nonce");
}
