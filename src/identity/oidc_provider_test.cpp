// What a provider publishes and claims: read strictly, each fault with its key.
#include "identity/oidc_provider.hpp"

#include "identity/oidc_testing.hpp"

#include <doctest/doctest.h>

#include <functional>

using namespace wasl;
using namespace wasl::identity;
using namespace wasl::identity::testing;

namespace {

const Date today{2026, 11, 22};

json::Object published() {
    const std::string base = "https://id.example.ma";
    return {{"issuer", base},
            {"authorization_endpoint", base + "/auth?tenant=ma"},
            {"token_endpoint", base + "/token"},
            {"jwks_uri", base + "/jwks"},
            {"userinfo_endpoint", base + "/me"},
            {"response_types_supported", json::Array{"code"}},
            {"code_challenge_methods_supported", json::Array{"S256"}},
            {"id_token_signing_alg_values_supported", json::Array{"RS256", "ES256"}},
            {"token_endpoint_auth_methods_supported",
             json::Array{"private_key_jwt", "client_secret_post"}},
            {"authorization_response_iss_parameter_supported", true}};
}

std::string refusal(const std::function<void(json::Object&)>& spoil,
                    const OidcConfig& config = oidc_config()) {
    auto document = published();
    spoil(document);
    const auto read = read_discovery(json::write(document), config);
    return read ? "" : read.error().key;
}

jurisdiction::Identifiers identifiers() {
    std::vector<jurisdiction::IdentifierRule> rules(2);
    rules[0].code = "cnie";
    rules[0].pattern = "[A-Z]{1,2}[0-9]{4,8}";
    rules[0].strip = "-./";
    rules[0].upper = true;
    rules[1].code = "ice";
    rules[1].pattern = "[0-9]{15}";
    return jurisdiction::Identifiers::create(rules, {}).value();
}

json::Object claims() {
    return {{"cnie", "ab-123456"},   {"given_name#ar", "أمينة"}, {"family_name#ar", "العلوي"},
            {"given_name", "Amina"}, {"family_name", "Alaoui"},  {"birthdate", "1990-05-12"}};
}

Result<NationalIdentity> read(const json::Object& said, int level = level_counter_verified) {
    IdToken token;
    token.subject = "s-1";
    token.acr = "loa:high";
    token.level = level;
    return read_national(oidc_config(), identifiers(), token, said, today);
}

std::string mandate_refusal(const std::function<void(json::Object&)>& spoil) {
    json::Object mandate{{"id", "m-1"},
                         {"kind", "company"},
                         {"principal", json::Object{{"name", "Atlas"}, {"ice", "001561191000066"}}},
                         {"procedures", json::Array{"trade-licence"}},
                         {"until", "2027-06-01"}};
    spoil(mandate);
    auto said = claims();
    said.set("mandates", json::Array{mandate});
    const auto done = read(said);
    return done ? "" : done.error().key;
}

}  // namespace

TEST_CASE("a discovery document that will do") {
    const auto provider = read_discovery(json::write(published()), oidc_config()).value();
    CHECK(provider.authorization_endpoint == "https://id.example.ma/auth?tenant=ma");
    CHECK(provider.says_issuer);
    CHECK(provider.end_session_endpoint.empty());
    auto config = oidc_config();
    config.secret_file = "oidc.secret";
    CHECK(read_discovery(json::write(published()), config).value().secret_in_body);
}

TEST_CASE(
    "oidc.discovery-…: malformed, another issuer, plain endpoints, methods that we do not have") {
    CHECK(read_discovery("<html>", oidc_config()).error().key == "oidc.discovery-malformed");
    CHECK(read_discovery(R"({"issuer":"a","issuer":"b"})", oidc_config()).error().key ==
          "oidc.discovery-malformed");
    const auto set = [](std::string name, json::Value value) {
        return [=](json::Object& document) { document.set(name, value); };
    };
    CHECK(refusal(set("issuer", "https://id.example.ma/")) == "oidc.discovery-issuer");
    CHECK(refusal(set("token_endpoint", "http://id.example.ma/token")) ==
          "oidc.discovery-endpoint");
    CHECK(refusal([](json::Object& document) { document.erase("jwks_uri"); }) ==
          "oidc.discovery-endpoint");
    CHECK(refusal(set("code_challenge_methods_supported", json::Array{"plain"})) ==
          "oidc.discovery-method");
    CHECK(refusal([](json::Object& document) {
              document.erase("code_challenge_methods_supported");
          }) == "oidc.discovery-method");
    CHECK(refusal(set("response_types_supported", json::Array{"id_token"})) ==
          "oidc.discovery-method");
    CHECK(refusal(set("grant_types_supported", json::Array{"implicit"})) ==
          "oidc.discovery-method");
    CHECK(refusal(set("id_token_signing_alg_values_supported", json::Array{"HS256"})) ==
          "oidc.discovery-method");
    CHECK(refusal(set("token_endpoint_auth_methods_supported", json::Array{"none"})) ==
          "oidc.discovery-method");
}

TEST_CASE("claims become a person's facts, the number in the form that a counter would have kept") {
    const auto who = read(claims()).value();
    CHECK(who.document_number == "AB123456");
    CHECK(who.document_kind == "cnie");
    CHECK(who.name.arabic() == "أمينة العلوي");
    CHECK(who.birth == "1990-05-12");
    CHECK(!who.says_mandates);
    auto said = claims();
    said.set("birthdate", "0000-05-12");
    CHECK(read(said).value().birth.empty());
}

TEST_CASE(
    "oidc.claim-…: of another type or too long, and no number where the card is said to have been seen") {
    const auto with = [](std::string name, json::Value value) {
        auto said = claims();
        said.set(std::move(name), std::move(value));
        const auto done = read(said);
        return done ? std::string() : done.error().key;
    };
    CHECK(with("cnie", 7) == "oidc.claim-document");
    CHECK(with("cnie", "") == "oidc.claim-document");
    CHECK(with("given_name", std::string(201, 'a')) == "oidc.claim-name");
    CHECK(with("given_name", "a\nb") == "oidc.claim-name");
    CHECK(with("birthdate", "1990-13-01") == "oidc.claim-birth");
    auto bare = claims();
    bare.erase("cnie");
    CHECK(read(bare, level_code_verified));
    CHECK(read(bare).error().key == "oidc.claim-document");
}

TEST_CASE("oidc.claim-mandate: a mandate needs a name, a number of its kind, a scope and an end") {
    const auto set = [](std::string name, json::Value value) {
        return [=](json::Object& mandate) { mandate.set(name, value); };
    };
    CHECK(mandate_refusal([](json::Object&) {}).empty());
    for (const auto* name : {"id", "kind", "principal", "procedures", "until"}) {
        CHECK_MESSAGE(mandate_refusal([&](json::Object& mandate) { mandate.erase(name); }) ==
                          "oidc.claim-mandate",
                      name);
    }
    CHECK(mandate_refusal(set("procedures", json::Array{})) == "oidc.claim-mandate");
    CHECK(mandate_refusal(set("until", "2026-01-01")) == "oidc.claim-mandate");
    CHECK(mandate_refusal(set("kind", "parent")) == "oidc.claim-mandate");
    CHECK(mandate_refusal(set("principal", json::Object{{"name", "Atlas"}, {"ice", "12"}})) ==
          "oidc.claim-mandate");
    CHECK(mandate_refusal(set("principal", json::Object{{"ice", "001561191000066"}})) ==
          "oidc.claim-mandate");
    auto said = claims();
    said.set("mandates", json::Array{});
    CHECK(read(said).value().says_mandates);
}

TEST_CASE("userinfo is worth asking when something configured is not in the token") {
    auto said = claims();
    CHECK(wants_more_claims(oidc_config(), said));
    said.set("mandates", json::Array{});
    CHECK(!wants_more_claims(oidc_config(), said));
}
