#include "trust/keys.hpp"

#include "trust/test_support.hpp"

#include <doctest/doctest.h>

#include <fstream>

using namespace wasl;
using namespace wasl::trust;
using namespace wasl::trust::testing;

TEST_CASE("a signature of each curve verifies, and no altered one does") {
    for (const auto curve : {Curve::p256, Curve::ed25519}) {
        const auto signer = generate_signer(curve).value();
        const auto other = generate_signer(curve).value();
        const auto signature = signer->sign("the words").value();
        CHECK(signature.size() == 64);
        CHECK(signer->public_key().verify("the words", signature));
        CHECK_FALSE(signer->public_key().verify("other words", signature));
        CHECK_FALSE(other->public_key().verify("the words", signature));
        for (std::size_t i = 0; i < signature.size(); ++i) {
            REQUIRE_FALSE(signer->public_key().verify("the words", flipped(signature, i)));
        }
        CHECK_FALSE(signer->public_key().verify("the words", ""));
    }
}

TEST_CASE("RFC 7638: the thumbprint names the key") {
    // RFC 8037 appendix A.3.
    const auto raw = from_base64url("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo").value();
    const auto key = PublicKey::ed25519(raw).value();
    CHECK(key.thumbprint() == "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
}

TEST_CASE("a point that is not on the curve is no key") {
    const std::string x(32, '\x01');
    const std::string y(32, '\x02');
    CHECK(PublicKey::p256(x, y).error().key == "trust.key-malformed");
    CHECK(PublicKey::p256("short", y).error().key == "trust.key-malformed");
    CHECK(PublicKey::from_spki("nonsense").error().key == "trust.key-malformed");
}

TEST_CASE("DER signatures have one encoding only") {
    std::string raw(64, '\0');
    raw[0] = '\x80';
    raw[63] = '\x01';
    const auto der = ecdsa_der(raw).value();
    CHECK(ecdsa_raw(der).value() == raw);
    // A longer length form, a padded integer, trailing bytes: the same numbers, refused.
    CHECK_FALSE(ecdsa_raw(der + '\0').has_value());
    CHECK_FALSE(ecdsa_raw(from_hex("3008020200010202000" "1").value()).has_value());
    CHECK_FALSE(ecdsa_raw(from_hex("308106020101020101").value()).has_value());
    CHECK_FALSE(ecdsa_raw("").has_value());
}

TEST_CASE("a key file has mode 0600 and is refused when others may read it") {
    const TemporaryFolder folder;
    const auto file = folder.path() / "keys" / "one.pem";
    const auto made = generate_signer_file(Curve::p256, file).value();
    using std::filesystem::perms;
    CHECK((std::filesystem::status(file).permissions() & perms::mask) == (perms::owner_read | perms::owner_write));
    CHECK((std::filesystem::status(file.parent_path()).permissions() & perms::mask) == perms::owner_all);
    CHECK(load_signer_file(file).value()->public_key() == made->public_key());
    CHECK(generate_signer_file(Curve::p256, file).error().key == "trust.key-exists");

    for (const auto bit : {perms::group_read, perms::others_read, perms::group_write}) {
        std::filesystem::permissions(file, bit, std::filesystem::perm_options::add);
        CHECK(load_signer_file(file).error().key == "trust.key-readable-by-others");
        std::filesystem::permissions(file, bit, std::filesystem::perm_options::remove);
    }
    std::filesystem::create_symlink(file, folder.path() / "link.pem");
    CHECK(load_signer_file(folder.path() / "link.pem").error().key == "trust.key-readable-by-others");
    CHECK(load_signer_file(folder.path() / "none.pem").error().key == "trust.key-missing");
    std::ofstream(file, std::ios::trunc) << "-----BEGIN PRIVATE KEY-----\nnonsense\n-----END PRIVATE KEY-----\n";
    CHECK(load_signer_file(file).error().key == "trust.key-malformed");
}

TEST_CASE("a member's keys are made once and found again") {
    const TemporaryFolder folder;
    const auto place = folder.path() / "commune-tamri";
    std::string kid;
    {
        const auto ring = KeyRing::open_or_create(place, "commune-tamri", noon).value();
        kid = ring.signer(KeyUse::seal, noon).value()->public_key().thumbprint();
        CHECK(ring.public_keys().keys().size() == 3);
        CHECK_FALSE(ring.certificate(noon).value().empty());
    }
    const auto again = KeyRing::open_or_create(place, "commune-tamri", noon.plus_seconds(60)).value();
    CHECK(again.signer(KeyUse::seal, noon).value()->public_key().thumbprint() == kid);
    CHECK(again.signer(KeyUse::seal, noon.plus_seconds(4 * 365 * 86'400LL)).error().key == "trust.no-valid-key");
    CHECK(KeyRing::open_or_create(place, "commune-agadir", noon).error().key == "trust.keys-of-another-member");
}

TEST_CASE("after a rotation the new key signs and the old one still verifies for a while") {
    const TemporaryFolder folder;
    auto ring = KeyRing::open_or_create(folder.path() / "m", "m", noon).value();
    const auto old_key = ring.signer(KeyUse::seal, noon).value()->public_key();
    const auto later = noon.plus_seconds(100 * 86'400);
    REQUIRE(ring.rotate(KeyUse::seal, later).has_value());
    const auto new_key = ring.signer(KeyUse::seal, later).value()->public_key();
    CHECK_FALSE(new_key == old_key);
    const auto reopened = KeyRing::open_or_create(folder.path() / "m", "m", later).value();
    CHECK(reopened.signer(KeyUse::seal, later).value()->public_key() == new_key);
    const auto store = TrustStore::parse(reopened.public_keys().write()).value();
    const auto found = store.find("m", KeyUse::seal, old_key.short_id());
    REQUIRE(found.size() == 1);
    // The older one can still be asked for by name; another's, or the same for another use, is not in the ring.
    CHECK(reopened.signer_of(KeyUse::seal, old_key).value()->public_key() == old_key);
    CHECK(ring.signer_of(KeyUse::seal, new_key).value()->public_key() == new_key);
    CHECK(reopened.signer_of(KeyUse::document, old_key).error().key == "trust.key-missing");
    CHECK(reopened.signer_of(KeyUse::seal, generate_signer(Curve::p256).value()->public_key()).error().key == "trust.key-missing");
    CHECK(found[0]->valid_at(later.plus_seconds(29 * 86'400)));
    CHECK_FALSE(found[0]->valid_at(later.plus_seconds(31 * 86'400)));
    CHECK(store.find("m", KeyUse::seal).size() == 2);
}

TEST_CASE("keys are renewed before they end, each once") {
    auto ring = KeyRing::in_memory("m", noon).value();
    const auto soon = noon.plus_seconds((3 * 365 - 30) * 86'400LL);
    CHECK(ring.rotate_if_due(noon).value() == 0);
    CHECK(ring.rotate_if_due(soon).value() == 3);
    CHECK(ring.rotate_if_due(soon).value() == 0);
    CHECK(ring.signer(KeyUse::seal, noon.plus_seconds(4 * 365 * 86'400LL)).has_value());
    CHECK(ring.certificate(soon).has_value());
}

TEST_CASE("a JWK Set is read as it was written, and lies in it are refused") {
    const auto ring = KeyRing::in_memory("m", noon).value();
    auto store = ring.public_keys();
    const auto cosigner = generate_signer(Curve::ed25519).value();
    store.add({cosigner->public_key(), "w", KeyUse::cosign, noon, noon.plus_seconds(60)});
    const auto text = store.write();
    const auto again = TrustStore::parse(text).value();
    CHECK(again.write() == text);
    CHECK(again.keys().size() == 4);
    CHECK(again.find("m", KeyUse::document)[0]->certificate == ring.certificate(noon).value());

    const auto altered = [&](std::string_view from, std::string_view to) {
        return TrustStore::parse(replace_all(text, from, to));
    };
    CHECK(altered("\"kid\": \"", "\"kid\": \"A").error().key == "trust.jwks-malformed");
    CHECK(altered("\"use\": \"cosign\"", "\"use\": \"seal\"").error().key == "trust.jwks-malformed");
    CHECK(altered("\"use\": \"seal\"", "\"use\": \"sig\"").error().key == "trust.jwks-malformed");
    CHECK(altered("\"nbf\"", "\"was\"").error().key == "trust.jwks-malformed");
    CHECK(altered("P-256", "P-384").error().key == "trust.jwks-malformed");
    CHECK(TrustStore::parse("[]").error().key == "trust.jwks-malformed");
    CHECK(TrustStore::parse("{").error().key == "trust.jwks-malformed");
    CHECK(TrustStore::parse("{\"keys\": []}")->keys().empty());
}
