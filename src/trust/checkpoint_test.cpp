#include "trust/checkpoint.hpp"

#include "trust/test_support.hpp"

#include <doctest/doctest.h>

using namespace wasl;
using namespace wasl::trust;
using namespace wasl::trust::testing;

namespace {

const Checkpoint head{"wasl/commune-tamri", 1'234, sha256("root"), noon.plus_micros(5), "commune-tamri"};

}  // namespace

TEST_CASE("a checkpoint reads as C2SP tlog-checkpoint writes it") {
    CHECK(checkpoint_text(head) ==
          "wasl/commune-tamri\n1234\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n"  // SHA-256("root")
          "time 2026-11-21T12:00:00.000005Z\nmember commune-tamri\n");
    CHECK(parse_checkpoint(checkpoint_text(head)).value() == head);
    for (const std::string_view bad :
         {"", "wasl/commune-tamri\n", "wasl/commune-tamri\n01234\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n"
              "time 2026-11-21T12:00:00.000005Z\nmember commune-tamri\n",
          "wasl/commune-tamri\n1234\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n"
          "time 2026-11-21T13:00:00.000005+01:00\nmember commune-tamri\n",
          "wasl/commune-tamri\n-1\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n"
          "time 2026-11-21T12:00:00.000005Z\nmember commune-tamri\n",
          "wasl/other\n1234\nSBNJTRN+FjG7owHVrKtue7eqdM4RhdRWVl71HXN2d7I=\n"
          "time 2026-11-21T12:00:00.000005Z\nmember commune-tamri\n"}) {
        CHECK(parse_checkpoint(bad).error().key == "trust.checkpoint-malformed");
    }
}

TEST_CASE("the member's signature is good, wrong, unknown, or by a key that was not valid then") {
    const auto ring = KeyRing::in_memory("commune-tamri", noon).value();
    const auto bytes = sign_checkpoint(head, *ring.signer(KeyUse::checkpoint, noon).value()).value();
    const auto note = parse_note(bytes).value();
    const auto check = [&](const Note& seen, Instant when, const TrustStore& trust) {
        return check_note_signature(seen, head.origin, head.member, when, trust);
    };
    const auto trust = ring.public_keys();
    CHECK(check(note, noon, trust) == SignatureState::good);
    CHECK(check(note, noon, TrustStore{}) == SignatureState::unknown_key);
    CHECK(check(note, noon.plus_seconds(-7'200), trust) == SignatureState::key_not_valid_then);
    auto altered = note;
    altered.text = replace_all(note.text, "1234", "1235");
    CHECK(check(altered, noon, trust) == SignatureState::wrong);
    // A seal key is no checkpoint key.
    const auto with_seal_key = parse_note(sign_checkpoint(head, *ring.signer(KeyUse::seal, noon).value()).value()).value();
    CHECK(check(with_seal_key, noon, trust) == SignatureState::unknown_key);
}

TEST_CASE("cosignature/v1 by another member adds a line that anyone can check") {
    const auto ring = KeyRing::in_memory("commune-tamri", noon).value();
    const auto cosigner = generate_signer(Curve::ed25519).value();
    TrustStore trust;
    trust.add({cosigner->public_key(), "ministry", KeyUse::cosign, noon.plus_seconds(-60), noon.plus_seconds(3'600)});
    const auto bytes = sign_checkpoint(head, *ring.signer(KeyUse::checkpoint, noon).value()).value();
    const auto line = cosign_note(checkpoint_text(head), "wasl/ministry", *cosigner, noon.plus_seconds(90)).value();
    CHECK(line.bytes.size() == 72);
    const auto merged = merge_signatures(bytes, {line}).value();
    CHECK(merge_signatures(merged, {line}).value() == merged);  // once is enough
    auto note = parse_note(merged).value();
    CHECK(write_note(note) == merged);
    auto found = check_cosignatures(note, trust);
    REQUIRE(found.good.size() == 1);
    CHECK(found.good[0].member == "ministry");
    CHECK(found.good[0].at == noon.plus_seconds(90));
    CHECK(found.all_good);
    CHECK(check_cosignatures(note, TrustStore{}).good.empty());

    for (std::size_t i = 0; i < line.bytes.size(); ++i) {
        note.signatures[1].bytes = flipped(line.bytes, i);
        const auto seen = check_cosignatures(note, trust);
        REQUIRE(seen.good.empty());
        REQUIRE_FALSE(seen.all_good);
    }
    const auto late = cosign_note(checkpoint_text(head), "wasl/ministry", *cosigner, noon.plus_seconds(4'000)).value();
    note.signatures[1] = late;
    CHECK(check_cosignatures(note, trust).good.empty());
}

TEST_CASE("a note that is not exactly a note is refused") {
    const auto ring = KeyRing::in_memory("commune-tamri", noon).value();
    const auto bytes = sign_checkpoint(head, *ring.signer(KeyUse::checkpoint, noon).value()).value();
    const auto refused = [](const std::string& text) { return parse_note(text).error().key == "trust.note-malformed"; };
    CHECK(refused(""));
    CHECK(refused("text only\n"));
    CHECK(refused(checkpoint_text(head) + "\n"));
    CHECK(refused(bytes.substr(0, bytes.size() - 1)));
    CHECK(refused(bytes + "more\n"));
    CHECK(refused(bytes + "\n"));
    CHECK(refused(replace_all(bytes, "wasl/commune-tamri ", "wasl/commune+tamri ")));
    CHECK(refused(replace_all(bytes, "member ", "member\t")));
    CHECK(refused(replace_all(bytes, "member ", "member\xFF")));
    auto note = parse_note(bytes).value();
    note.signatures.resize(17, note.signatures[0]);
    CHECK(refused(write_note(note)));
}

TEST_CASE("every byte of a signed checkpoint flipped in turn is noticed") {
    const auto ring = KeyRing::in_memory("commune-tamri", noon).value();
    const auto trust = ring.public_keys();
    const auto bytes = sign_checkpoint(head, *ring.signer(KeyUse::checkpoint, noon).value()).value();
    for (std::size_t i = 0; i < bytes.size(); ++i) {
        for (const unsigned char mask : std::array<unsigned char, 4>{1, 4, 32, 128}) {
            const auto parsed = parse_signed_checkpoint(flipped(bytes, i, mask));
            REQUIRE_FALSE((parsed && parsed->checkpoint == head &&
                           check_note_signature(parsed->note, head.origin, head.member, noon, trust) == SignatureState::good));
        }
    }
}
