#include "base/digest.hpp"
#include "base/ids.hpp"
#include "base/text.hpp"

#include <doctest/doctest.h>

#include <set>

using namespace wasl;

TEST_CASE("references: one spelling each, and nothing else") {
    const auto reference = parse_reference("commune-tamri/0/2026/000123").value();
    CHECK(reference.number == 123);
    CHECK(reference.text() == "commune-tamri/0/2026/000123");
    CHECK(parse_reference("c/0/2026/1234567").value().number == 1234567);
    for (const char* bad : {"", "c/0/2026", "c/0/2026/12", "c/0/2026/0000123", "C/0/2026/000123", "c//2026/000123", "c/0/2026/00012x"}) {
        CHECK_FALSE(parse_reference(bad));
    }
}

TEST_CASE("random ids: 26 letters, never twice") {
    SeededEntropy entropy(1);
    std::set<std::string> seen;
    for (int i = 0; i < 1000; ++i) seen.insert(random_id(entropy));
    CHECK(seen.size() == 1000);
    CHECK(seen.begin()->size() == 26);
}

TEST_CASE("entropy: numbers below a bound are below it and reach every value") {
    SeededEntropy entropy(3);
    std::set<std::uint32_t> seen;
    for (int i = 0; i < 400; ++i) seen.insert(entropy.below(10));
    CHECK(seen.size() == 10);
    CHECK(*seen.rbegin() == 9);
}

TEST_CASE("digests: published examples") {
    CHECK(sha256("abc").hex() == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
    CHECK(sha256("a", "bc") == sha256("abc"));
    CHECK(Sha256().update("a").update("bc").finish() == sha256("abc"));
    CHECK(to_hex(hmac_sha256("key", "The quick brown fox jumps over the lazy dog")) ==
          "f7bc83f430538424b13298e6aa6fb143ef4d59a14946175997479dbc2d1a3cd8");
    CHECK(digest_from_bytes(sha256("x").view()) == sha256("x"));
    CHECK_THROWS(digest_from_bytes("short"));
}
