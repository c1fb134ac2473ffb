#include "identity/secrets.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

#include <filesystem>

using namespace wasl;
using namespace wasl::identity;

TEST_CASE("passwords: argon2id, a salt each, unknown logins cost the same and never match") {
    SeededEntropy entropy(5);
    const auto encoded = hash_password("correct horse battery", entropy);
    CHECK(encoded.starts_with("$argon2id$"));
    CHECK(encoded != hash_password("correct horse battery", entropy));
    CHECK(password_matches("correct horse battery", encoded));
    CHECK_FALSE(password_matches("correct horse batterz", encoded));
    CHECK_FALSE(password_matches("nobody has this password", ""));
    CHECK(acceptable_password("كلمة سر طويلة"));
    CHECK(acceptable_password("short").error().key == "identity.password-short");
    CHECK(acceptable_password(std::string(201, 'x')).error().key == "identity.password-long");
}

TEST_CASE("TOTP: the vectors of RFC 6238 appendix B, last six digits") {
    const std::string secret = "12345678901234567890";
    CHECK(totp_code(secret, 59 / 30) == "287082");
    CHECK(totp_code(secret, 1111111109 / 30) == "081804");
    CHECK(totp_code(secret, 20000000000 / 30) == "353130");
}

TEST_CASE("TOTP: one step either way, never the same step twice") {
    const std::string secret = "12345678901234567890";
    const Instant now{1111111109LL * 1'000'000};
    const std::int64_t step = 1111111109 / 30;
    CHECK(totp_matches(secret, totp_code(secret, step), now, 0) == step);
    CHECK(totp_matches(secret, totp_code(secret, step - 1), now, 0) == step - 1);
    CHECK_FALSE(totp_matches(secret, totp_code(secret, step), now, step));
    CHECK_FALSE(totp_matches(secret, totp_code(secret, step - 2), now, 0));
    CHECK_FALSE(totp_matches(secret, "", now, 0));
}

TEST_CASE("secrets at rest: altered, moved to another row or under another key they do not open") {
    SeededEntropy entropy(9);
    const auto box = SecretBox::from_key(entropy.bytes(32));
    const auto closed = box.close("totp", "staff:1", entropy);
    CHECK(box.open(closed, "staff:1").value() == "totp");
    CHECK(box.open(closed, "staff:2").error().key == "identity.secret-damaged");
    CHECK_FALSE(SecretBox::from_key(entropy.bytes(32)).open(closed, "staff:1"));
    auto bytes = from_base64(closed).value();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        auto altered = bytes;
        altered[i] = static_cast<char>(altered[i] ^ 1);
        REQUIRE_FALSE(box.open(to_base64(altered), "staff:1"));
    }
}

TEST_CASE("secrets at rest: the key file is made with mode 0600 and refused when others can read it") {
    SystemEntropy entropy;
    const auto folder = std::filesystem::temp_directory_path() / ("wasl-secret-" + to_hex(entropy.bytes(6)));
    const auto file = folder / "secret.key";
    const auto box = SecretBox::open_or_create(file, entropy).value();
    CHECK(std::filesystem::status(file).permissions() == (std::filesystem::perms::owner_read | std::filesystem::perms::owner_write));
    CHECK(SecretBox::open_or_create(file, entropy).value().keyed_hash("x") == box.keyed_hash("x"));
    std::filesystem::permissions(file, std::filesystem::perms::group_read, std::filesystem::perm_options::add);
    CHECK(SecretBox::open_or_create(file, entropy).error().key == "trust.key-readable-by-others");
    std::filesystem::remove_all(folder);
}
