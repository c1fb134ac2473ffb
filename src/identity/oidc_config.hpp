// The national identity as an operator sets it up: table [oidc] of node.toml
// (docs/national-identity.md).
#pragma once

#include "base/result.hpp"
#include "jurisdiction/toml.hpp"
#include "trust/jose.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::identity {

// What an `acr` of the provider is worth here.
struct OidcLevel {
    std::string acr;
    int level = 0;  // actor.hpp
    bool operator==(const OidcLevel&) const = default;
};

// Names of claims; empty: the provider has none of the kind.
struct OidcClaims {
    std::string document = "cnie";       // national number
    std::string document_kind = "cnie";  // what that number is, in the words of the pack
    std::string given_arabic = "given_name#ar";
    std::string family_arabic = "family_name#ar";
    std::string given_latin = "given_name";
    std::string family_latin = "family_name";
    std::string birth = "birthdate";
    std::string mandates;
    bool operator==(const OidcClaims&) const = default;
};

struct OidcConfig {
    std::string issuer;  // exactly as the provider writes it in `iss`
    std::string client_id;
    std::string secret_file;  // in the folder of keys; empty: private_key_jwt (RFC 7523) with our
                              // own P-256 key
    std::string ca_file;      // PEM of the provider's authority; empty: the system's roots
    std::vector<std::string> scopes{"openid"};
    std::vector<trust::JwsAlgorithm> algorithms{trust::JwsAlgorithm::es256};
    std::vector<OidcLevel> levels;  // at least one
    std::int64_t max_age_seconds =
        0;  // how old the person's sign-in at the provider may be; 0: not asked
    std::int64_t skew_seconds = 60;
    std::map<std::string, std::string, std::less<>>
        name;  // of the national identity by language; may be empty
    OidcClaims claims;

    // 0 for an acr that is not listed.
    [[nodiscard]] int level_of(std::string_view acr) const noexcept;
    // Those worth at least `level`, the best first.
    [[nodiscard]] std::vector<std::string> acrs_of(int level) const;
    [[nodiscard]] int best_level() const noexcept;
};

// https, or http on a loopback address for trials; no user, query or fragment.
bool acceptable_provider_url(std::string_view url) noexcept;

// Everything wrong with the table at once, by line; a configuration when there is nothing.
struct OidcReading {
    std::optional<OidcConfig> config;
    std::vector<toml_text::Problem> problems;
};
OidcReading read_oidc(const toml_text::Node& table);

}  // namespace wasl::identity
