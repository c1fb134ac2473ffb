// The relying party against a provider in memory: the code flow, its caches, and a provider that
// does not answer.
#include "identity/oidc_client.hpp"

#include "base/digest.hpp"
#include "identity/oidc_testing.hpp"

#include <doctest/doctest.h>

#include <map>

using namespace wasl;
using namespace wasl::identity;
using namespace wasl::identity::testing;

namespace {

class FakeLine final : public ProviderLine {
public:
    std::map<std::string, LineReply, std::less<>> pages;
    std::vector<LineRequest> asked;
    bool down = false;

    Result<LineReply> send(const LineRequest& request) override {
        asked.push_back(request);
        if (down) return fail(Code::unavailable, "oidc.provider-down", "refused");
        const auto found = pages.find(request.url);
        return found == pages.end() ? LineReply{404, "", ""} : found->second;
    }
    [[nodiscard]] std::size_t count(std::string_view url) const {
        return static_cast<std::size_t>(std::ranges::count(asked, url, &LineRequest::url));
    }
};

const std::string base = "https://id.example.ma";
const std::string back = "https://guichet.example.ma/fr/sign-in/national/back";

struct World {
    ManualClock clock{oidc_now};
    SeededEntropy entropy{3};
    FakeLine line;
    TestProvider provider;
    std::shared_ptr<const trust::Signer> ours = trust::generate_signer(trust::Curve::p256).value();
    OidcConfig config = oidc_config();
    std::unique_ptr<OidcClient> client;

    explicit World(bool with_secret = false, bool says_issuer = false, bool takes_claims = false) {
        if (with_secret) config.secret_file = "oidc.secret";
        json::Object document{{"issuer", base},
                              {"authorization_endpoint", base + "/auth"},
                              {"token_endpoint", base + "/token"},
                              {"jwks_uri", base + "/jwks"},
                              {"userinfo_endpoint", base + "/me"},
                              {"end_session_endpoint", base + "/out"},
                              {"response_types_supported", json::Array{"code"}},
                              {"code_challenge_methods_supported", json::Array{"S256"}},
                              {"id_token_signing_alg_values_supported", json::Array{"ES256"}},
                              {"token_endpoint_auth_methods_supported",
                               json::Array{"private_key_jwt", "client_secret_basic"}},
                              {"claims_parameter_supported", takes_claims},
                              {"authorization_response_iss_parameter_supported", says_issuer}};
        line.pages[base + "/.well-known/openid-configuration"] = {200, "application/json",
                                                                  json::write(document)};
        line.pages[base + "/jwks"] = {200, "application/json", provider.jwks()};
        line.pages[base + "/me"] = {200, "application/json",
                                    R"({"sub":"person-1","given_name":"Amina","acr":"loa:none"})"};
        const OidcCredentials credentials =
            with_secret ? OidcCredentials{"se:cret", nullptr} : OidcCredentials{"", ours};
        client = std::make_unique<OidcClient>(config, credentials, line, clock, entropy);
    }
    void answer(const OidcAttempt& attempt, const TestProvider& by) {
        auto claims = TestProvider::id_claims();
        claims.set("nonce", attempt.nonce);
        line.pages[base + "/token"] = {
            200, "application/json",
            json::write(json::Object{{"access_token", "at"}, {"id_token", by.sign(claims)}})};
    }
    std::string finish_key(const OidcAttempt& attempt, std::string_view issuer = {}) {
        const auto done = client->finish(attempt, "code-1", back, issuer);
        return done ? "" : done.error().key;
    }
};

std::string parameter(const std::string& text, const std::string& name) {
    const auto at = text.find(name + "=");
    if (at == std::string::npos) return {};
    const auto from = at + name.size() + 1;
    return percent_decode(text.substr(from, text.find('&', from) - from), true).value();
}

}  // namespace

TEST_CASE(
    "the browser is sent with a fresh state, nonce and S256 challenge; the levels that will do are named") {
    World world;
    const auto start = world.client->start(back, "fr", level_counter_verified).value();
    CHECK(start.url.starts_with(base + "/auth?response_type=code&client_id=guichet&"));
    CHECK(parameter(start.url, "state") == start.attempt.state);
    CHECK(parameter(start.url, "nonce") == start.attempt.nonce);
    CHECK(parameter(start.url, "code_challenge") ==
          to_base64url(sha256(start.attempt.verifier).view()));
    CHECK(parameter(start.url, "code_challenge_method") == "S256");
    CHECK(parameter(start.url, "acr_values") == "loa:high");
    CHECK(parameter(start.url, "redirect_uri") == back);
    const auto again = world.client->start(back, "fr", 0).value();
    CHECK(again.attempt.state != start.attempt.state);
    CHECK(parameter(again.url, "acr_values") == "loa:high loa:low");
    CHECK(parameter(start.url, "prompt") == "login");
    CHECK(parameter(again.url, "prompt").empty());
    CHECK(world.line.count(base + "/.well-known/openid-configuration") == 1);
}

TEST_CASE("a level that must be reached is an essential claim where the provider reads that") {
    World world(false, false, true);
    const auto start = world.client->start(back, "fr", level_counter_verified).value();
    CHECK(parameter(start.url, "claims") ==
          R"({"id_token":{"acr":{"essential":true,"values":["loa:high"]}}})");
    CHECK(parameter(start.url, "prompt").empty());
}

TEST_CASE(
    "the code is redeemed with the verifier and our signed assertion; userinfo adds what the token leaves out, and no more") {
    World world;
    const auto attempt = world.client->start(back, "fr", 0).value().attempt;
    world.answer(attempt, world.provider);
    const auto done = world.client->finish(attempt, "code-1", back, "").value();
    CHECK(done.token.subject == "person-1");
    CHECK(done.claims.find("given_name")->text_or("") == "Amina");
    CHECK(done.claims.find("acr")->text_or("") == "loa:high");
    const auto request = *std::ranges::find(world.line.asked, base + "/token", &LineRequest::url);
    CHECK(parameter(request.body, "code_verifier") == attempt.verifier);
    CHECK(parameter(request.body, "code") == "code-1");
    constexpr std::array es256{trust::JwsAlgorithm::es256};
    const auto assertion =
        trust::read_jws(parameter(request.body, "client_assertion"), es256).value();
    CHECK(trust::JwkSet::parse(world.client->public_keys()).value().verify(assertion));
    CHECK(json::parse(assertion.payload).value()["aud"].text_or("") == base);
}

TEST_CASE("with a secret, client_secret_basic, both parts encoded first") {
    World world(true);
    const auto attempt = world.client->start(back, "fr", 0).value().attempt;
    world.answer(attempt, world.provider);
    REQUIRE(world.client->finish(attempt, "code-1", back, ""));
    const auto request = *std::ranges::find(world.line.asked, base + "/token", &LineRequest::url);
    CHECK(std::ranges::find(request.headers,
                            std::pair<std::string, std::string>(
                                "Authorization", "Basic " + to_base64("guichet:se%3Acret"))) !=
          request.headers.end());
    CHECK(request.body.find("secret") == std::string::npos);
    CHECK(world.client->public_keys().empty());
}

TEST_CASE("oidc.issuer: the answer names its provider where that was promised, and never another") {
    World silent, promised(false, true);
    for (auto* world : {&silent, &promised}) {
        const auto attempt = world->client->start(back, "fr", 0).value().attempt;
        world->answer(attempt, world->provider);
        CHECK(world->finish_key(attempt, "https://evil.example") == "oidc.issuer");
        CHECK(world->finish_key(attempt, base).empty());
        CHECK(world->finish_key(attempt) == (world == &promised ? "oidc.issuer" : ""));
    }
}

TEST_CASE(
    "oidc.code, oidc.client, oidc.provider-says, oidc.userinfo: what the provider answers instead") {
    World world;
    const auto attempt = world.client->start(back, "fr", 0).value().attempt;
    const auto says = [&](int status, std::string body) {
        world.line.pages[base + "/token"] = {status, "application/json", std::move(body)};
        return world.finish_key(attempt);
    };
    CHECK(says(400, R"({"error":"invalid_grant"})") == "oidc.code");
    CHECK(says(401, R"({"error":"invalid_client"})") == "oidc.client");
    CHECK(says(500, "<html>") == "oidc.provider-says");
    CHECK(says(200, "{}") == "oidc.token-malformed");
    world.answer(attempt, world.provider);
    world.line.pages[base + "/me"].body = R"({"sub":"person-2"})";
    CHECK(world.finish_key(attempt) == "oidc.userinfo");
}

TEST_CASE(
    "a token under a key newer than our copy: the keys are asked for again, once a minute at most") {
    World world;
    const TestProvider next, forger;
    const auto attempt = world.client->start(back, "fr", 0).value().attempt;
    world.answer(attempt, world.provider);
    REQUIRE(world.finish_key(attempt).empty());
    world.line.pages[base + "/jwks"].body = next.jwks();
    world.answer(attempt, next);
    CHECK(world.finish_key(attempt).empty());
    CHECK(world.line.count(base + "/jwks") == 2);
    world.answer(attempt, forger);
    for (int i = 0; i < 5; ++i) CHECK(world.finish_key(attempt) == "oidc.key-unknown");
    CHECK(world.line.count(base + "/jwks") == 2);
    world.clock.advance_seconds(61);
    CHECK(world.finish_key(attempt) == "oidc.key-unknown");
    CHECK(world.line.count(base + "/jwks") == 3);
}

TEST_CASE(
    "oidc.provider-down: said at once, asked again after five seconds; an old copy serves a day") {
    World world;
    world.line.down = true;
    for (int i = 0; i < 5; ++i)
        CHECK(world.client->start(back, "fr", 0).error().key == "oidc.provider-down");
    CHECK(world.line.asked.size() == 1);
    CHECK(world.client->sign_out_url(back, "fr").empty());
    world.line.down = false;
    CHECK(!world.client->start(back, "fr", 0));
    world.clock.advance_seconds(6);
    REQUIRE(world.client->start(back, "fr", 0));
    CHECK(
        world.client->sign_out_url("https://x.ma/fr", "fr")
            .starts_with(
                base + "/out?client_id=guichet&post_logout_redirect_uri=https%3A%2F%2Fx.ma%2Ffr"));
    world.line.down = true;
    world.clock.advance_seconds(3'601);
    CHECK(world.client->start(back, "fr", 0));
    world.clock.advance_seconds(86'400);
    CHECK(world.client->start(back, "fr", 0).error().key == "oidc.provider-down");
}
