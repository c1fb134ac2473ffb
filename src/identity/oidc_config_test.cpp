// The table [oidc]: what is read, and that every mistake is named with its line.
#include "identity/oidc_config.hpp"

#include "identity/actor.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::identity;

namespace {

OidcReading read(const std::string& text) {
    const auto root = toml_text::parse(text);
    REQUIRE(root);
    const auto* table = root->find("oidc");
    REQUIRE(table != nullptr);
    return read_oidc(*table);
}

const std::string good = R"([oidc]
issuer = "https://id.example.ma/oidc"
client_id = "guichet"
scopes = ["openid", "identity"]
algorithms = ["ES256", "RS256"]
max_age = 3600
name = { ar = "الهوية", fr = "Identité" }

[oidc.levels]
"loa:low" = "code-verified"
"loa:high" = "counter-verified"

[oidc.claims]
document = "nin"
mandates = "mandates"
)";

}  // namespace

TEST_CASE("a whole table is read; what is not said has its default") {
    const auto reading = read(good);
    REQUIRE(reading.problems.empty());
    REQUIRE(reading.config);
    const auto& config = *reading.config;
    CHECK(config.claims.document == "nin");
    CHECK(config.claims.given_latin == "given_name");
    CHECK(config.secret_file.empty());
    CHECK(config.algorithms.size() == 2);
    CHECK(config.level_of("loa:high") == level_counter_verified);
    CHECK(config.level_of("loa:unknown") == 0);
    CHECK(config.acrs_of(level_code_verified) == std::vector<std::string>{"loa:high", "loa:low"});
    CHECK(config.acrs_of(level_counter_verified) == std::vector<std::string>{"loa:high"});
    CHECK(config.best_level() == level_counter_verified);
}

TEST_CASE("every mistake is named at its line, all of them at once") {
    const auto reading = read(R"([oidc]
issuer = "http://id.example.ma"
client_id = 7
secret_file = "../secret"
scopes = ["profile"]
algorithms = ["none", "HS256"]
clock_skew = 9000
colour = "red"
name = { fr = "Identité" }

[oidc.levels]
"high" = "very sure"

[oidc.claims]
document_kind = "library card"
)");
    CHECK(!reading.config);
    std::vector<int> lines;
    for (const auto& problem : reading.problems) lines.push_back(problem.line);
    CHECK(lines == std::vector<int>{2, 3, 4, 5, 6, 6, 7, 8, 9, 12, 15});
    CHECK(!read("[oidc]\nissuer = \"https://x.ma\"\nclient_id = \"a\"\n").config);
}

TEST_CASE("a provider speaks https; http only on this machine, for trials") {
    for (const auto* url : {"https://id.ma", "https://id.ma:8443/a/b", "http://127.0.0.1:3000",
                            "http://localhost:3000/x", "http://[::1]:9"})
        CHECK_MESSAGE(acceptable_provider_url(url), url);
    for (const auto* url :
         {"http://id.ma", "http://localhost.evil.ma", "http://127.0.0.1.evil.ma", "https://",
          "ftp://id.ma", "https://a@id.ma", "https://id.ma?x", "https://id.ma#x",
          "https://id.ma/\"", "http://localhost@evil.ma", "", "https://id.ma/\n"}) {
        CHECK_MESSAGE(!acceptable_provider_url(url), url);
    }
}
