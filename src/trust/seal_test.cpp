#include "trust/seal.hpp"

#include "trust/leaf.hpp"
#include "trust/test_support.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::trust;
using namespace wasl::trust::testing;

namespace {

Seal receipt() {
    Seal seal;
    seal.member = "commune-tamri";
    seal.reference = "commune-tamri/0/2026/000123";
    seal.subject = subject_digest("paper\n").view().substr(0, subject_digest_bytes);
    seal.issued = noon;
    seal.due = Date{2027, 1, 20};
    seal.facts = "birth-extract";
    seal.leaf_index = 41;
    seal.size = 44;
    seal.root = sha256("root");
    return seal;
}

}  // namespace

TEST_CASE("a seal is read as it was written and fits a QR code") {
    const auto ring = KeyRing::in_memory("commune-tamri", noon).value();
    auto seal = receipt();
    const auto bytes = make_seal(seal, *ring.signer(KeyUse::seal, noon).value()).value();
    CHECK(parse_seal(bytes).value() == seal);
    CHECK(check_seal(bytes, seal, ring.public_keys()) == SignatureState::good);
    const auto url = seal_url(bytes, "services.commune-tamri.ma").value();
    CHECK(url.size() <= max_seal_text);
    CHECK(url.starts_with("https://services.commune-tamri.ma/v/"));
    // One path segment, and nothing but what QR alphanumeric mode holds.
    CHECK(url.substr(36).find_first_not_of("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ$%*+-.:") == std::string::npos);
    CHECK(seal_bytes_from_text(url).value() == bytes);
    CHECK(seal_bytes_from_text(url.substr(36)).value() == bytes);
    CHECK(seal_bytes_from_text(to_base45(bytes)).value() == bytes);
    CHECK(seal_bytes_from_text("https://any.host/v/" + to_base45(bytes)).value() == bytes);
    CHECK(seal_bytes_from_text("https://any.host/w/" + to_base45(bytes)).error().key == "trust.seal-malformed");
    CHECK(seal_bytes_from_text("nonsense").error().key == "trust.seal-malformed");
}

TEST_CASE("the longest seal still fits 480 characters with a host of 25 letters") {
    const auto ring = KeyRing::in_memory("m", noon).value();
    auto seal = receipt();
    seal.member = std::string(40, 'm');
    seal.reference = seal.member + "/desk-4/2026/123456789";
    seal.facts = std::string(32, 'f');
    seal.valid_until = Date{2030, 1, 1};
    const auto bytes = make_seal(seal, *ring.signer(KeyUse::seal, noon).value()).value();
    CHECK(seal_url(bytes, std::string(25, 'h')).has_value());
    CHECK(seal_url(bytes, std::string(200, 'h')).error().key == "trust.seal-too-long");
}

TEST_CASE("every byte of a seal flipped in turn is noticed") {
    const auto ring = KeyRing::in_memory("commune-tamri", noon).value();
    const auto trust = ring.public_keys();
    auto seal = receipt();
    const auto bytes = make_seal(seal, *ring.signer(KeyUse::seal, noon).value()).value();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        for (int bit = 0; bit < 8; ++bit) {
            const auto altered = flipped(bytes, i, static_cast<unsigned char>(1U << static_cast<unsigned>(bit)));
            const auto parsed = parse_seal(altered);
            REQUIRE_FALSE((parsed && check_seal(altered, *parsed, trust) == SignatureState::good));
        }
    }
}

TEST_CASE("a seal made outside the validity of its key, or by another key, does not count") {
    const auto ring = KeyRing::in_memory("commune-tamri", noon).value();
    auto seal = receipt();
    seal.issued = noon.plus_seconds(-86'400);
    const auto early = make_seal(seal, *ring.signer(KeyUse::seal, noon).value()).value();
    CHECK(check_seal(early, seal, ring.public_keys()) == SignatureState::key_not_valid_then);
    const auto other = KeyRing::in_memory("commune-tamri", noon).value();
    CHECK(check_seal(early, seal, other.public_keys()) == SignatureState::unknown_key);
    seal = receipt();
    const auto by_checkpoint_key = make_seal(seal, *ring.signer(KeyUse::checkpoint, noon).value()).value();
    CHECK(check_seal(by_checkpoint_key, seal, ring.public_keys()) == SignatureState::unknown_key);
}

TEST_CASE("a seal refuses what it cannot say exactly") {
    const auto ring = KeyRing::in_memory("commune-tamri", noon).value();
    const auto signer = ring.signer(KeyUse::seal, noon).value();
    const auto refused = [&](auto change) {
        auto seal = receipt();
        change(seal);
        const auto made = make_seal(seal, *signer);
        return !made && made.error().key == "trust.seal-field";
    };
    CHECK(refused([](Seal& s) { s.reference = "other/0/2026/000123"; }));
    CHECK(refused([](Seal& s) { s.reference = "commune-tamri/0/2026/1"; }));
    CHECK(refused([](Seal& s) { s.issued = noon.plus_micros(1); }));
    CHECK(refused([](Seal& s) { s.due = Date{2300, 1, 1}; }));
    CHECK(refused([](Seal& s) { s.facts = std::string(33, 'x'); }));
    CHECK(refused([](Seal& s) { s.facts = "two\nlines"; }));
    CHECK(refused([](Seal& s) { s.leaf_index = 44; }));
    CHECK(refused([](Seal& s) { s.subject.pop_back(); }));
    auto seal = receipt();
    auto bytes = make_seal(seal, *signer).value();
    bytes[0] = 2;
    CHECK(parse_seal(bytes).error().key == "trust.seal-version");
    CHECK(parse_seal("").error().key == "trust.seal-malformed");
}

TEST_CASE("a seal request travels through a journal row unchanged") {
    const SealRequest request{PaperKind::document, "m/0/2026/000001", sha256("x"), Date{2026, 12, 1}, Date{2027, 1, 1}, "t"};
    const auto again = parse_seal_request(write_seal_request(request)).value();
    CHECK(again.kind == request.kind);
    CHECK(again.reference == request.reference);
    CHECK(again.subject == request.subject);
    CHECK(again.due == request.due);
    CHECK(again.valid_until == request.valid_until);
    CHECK(again.facts == request.facts);
    CHECK(parse_seal_request("{}").error().key == "trust.seal-claims-malformed");
    CHECK(parse_seal_request("[").error().key == "trust.seal-claims-malformed");
}

TEST_CASE("a leaf is read as it was written, and strictly") {
    const Leaf leaf{sha256("c"), sha256("d"), 2, sha256("p"), noon, "dossier.filed"};
    const auto bytes = write_leaf(leaf).value();
    CHECK(bytes.size() == 114 + 13);
    CHECK(parse_leaf(bytes).value() == leaf);
    CHECK(parse_leaf(bytes + "x").error().key == "trust.leaf-malformed");
    CHECK(parse_leaf(bytes.substr(1)).error().key == "trust.leaf-malformed");
    auto first = leaf;
    first.position = 1;
    CHECK(write_leaf(first).error().key == "trust.leaf-malformed");  // the first has nothing before it
    first.previous = {};
    CHECK(write_leaf(first).has_value());
    first.kind = "With Blank";
    CHECK(write_leaf(first).error().key == "trust.leaf-malformed");
}
