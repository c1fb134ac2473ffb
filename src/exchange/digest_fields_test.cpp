#include "exchange/digest_fields.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::exchange;

namespace {

std::string key_of(const Result<void>& result) { return result ? "good" : result.error().key; }

const std::string hello = "{\"hello\": \"world\"}";
const std::string hello_512 =
    "sha-512=:WZDPaVn/7XgHaAy8pmojAkGWoRx2UFChF41A2svX+TaPm+AbwAgBWnrIiYllu7BNNyealdVLvRwEmTHWXvJwew==:";
const std::string hello_256 = "sha-256=:X48E9qOokqqrvdts8nOJRJN3OWDUoyWxBf7kbu9DBPE=:";

}  // namespace

TEST_CASE("the digest of the example body of RFC 9421 is the printed one") {
    BodyDigests digests = digests_of(hello);
    CHECK(digest_field(digests) == hello_512 + ", " + hello_256);
    digests.sha256.clear();
    CHECK(digest_field(digests) == hello_512);
}

TEST_CASE("a body that passes in pieces has the digest of the whole; an empty body has one too") {
    BodyHasher hasher({DigestAlgorithm::sha256, DigestAlgorithm::sha512});
    for (const char c : hello) { hasher.update(std::string_view(&c, 1)); }
    CHECK(digest_field(hasher.finish()) == digest_field(digests_of(hello)));
    CHECK(to_hex(BodyHasher().finish().sha512).starts_with("cf83e1357eefb8bd"));
}

TEST_CASE("every known digest must agree, unknown and insecure ones are passed over") {
    const BodyDigests body = digests_of(hello);
    CHECK(key_of(check_digest_field(hello_512, body)) == "good");
    CHECK(key_of(check_digest_field(hello_256 + ", " + hello_512, body)) == "good");
    CHECK(key_of(check_digest_field("md5=:AAAA:, " + hello_256, body)) == "good");
    CHECK(key_of(check_digest_field(hello_512, digests_of("altered"))) == "exchange.digest-mismatch");
    // One right and one wrong digest is a wrong body.
    const std::string wrong_256 = "sha-256=:" + to_base64(digests_of("other").sha256) + ":";
    CHECK(key_of(check_digest_field(hello_512 + ", " + wrong_256, body)) == "exchange.digest-mismatch");
    // A digest that was not computed has not been checked.
    BodyDigests only_512 = body;
    only_512.sha256.clear();
    CHECK(key_of(check_digest_field(hello_256, only_512)) == "exchange.digest-mismatch");
}

TEST_CASE("a missing, malformed or useless digest is named") {
    const BodyDigests body = digests_of(hello);
    CHECK(key_of(check_digest_field(std::nullopt, body)) == "exchange.digest-missing");
    CHECK(key_of(check_digest_field(hello_256, body, DigestAlgorithm::sha512)) == "exchange.digest-missing");
    CHECK(key_of(check_digest_field("md5=:AAAA:", body)) == "exchange.digest-unsupported");
    CHECK(key_of(check_digest_field("", body)) == "exchange.digest-unsupported");
    for (const char* bad : {"sha-512=abc", "sha-512", "sha-512=:AAAA:", "sha-512=(:AAAA:)", "sha-512=:AA", "SHA-512=:AAAA:"}) {
        CAPTURE(bad);
        CHECK(key_of(check_digest_field(bad, body)) == "exchange.digest-malformed");
    }
}

TEST_CASE("the wanted digest is the heaviest known one") {
    CHECK(choose_digest("sha-256=10, sha-512=3").value() == DigestAlgorithm::sha256);
    CHECK(choose_digest("sha-256=3, sha-512=3").value() == DigestAlgorithm::sha512);
    CHECK(choose_digest("sha-512=3, sha-256=3").value() == DigestAlgorithm::sha512);
    CHECK(choose_digest("md5=10, sha-256=1, sha-512=0").value() == DigestAlgorithm::sha256);
    CHECK(!choose_digest("md5=10, sha-512=0").value());
    CHECK(!choose_digest("").value());
    for (const char* bad : {"sha-256=11", "sha-256=-1", "sha-256", "sha-256=1.0", "sha-256=(1)"}) {
        CAPTURE(bad);
        CHECK(choose_digest(bad).error().key == "exchange.digest-malformed");
    }
    CHECK(want_digest_field({{DigestAlgorithm::sha512, 10}, {DigestAlgorithm::sha256, 3}}) == "sha-512=10, sha-256=3");
}
