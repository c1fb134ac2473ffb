#include "trust/verify.hpp"

#include "trust/examples.hpp"

#include <doctest/doctest.h>

#include <algorithm>

using namespace wasl;
using namespace wasl::trust;
using namespace wasl::trust::testing;

namespace {

bool says(const Verification& seen, std::string_view key) {
    return std::ranges::any_of(seen.reasons, [&](const Reason& reason) { return reason.key == key; });
}

}  // namespace

TEST_CASE("a paper with its bundle is valid and shows its facts") {
    const Examples example;
    const auto seen = verify_bundle(example.paper_bundle(), example.trust);
    for (const auto& reason : seen.reasons) {
        INFO(reason.key << " " << reason.detail);
        CHECK(reason.weight == Verdict::valid);
    }
    CHECK(seen.verdict == Verdict::valid);
    CHECK(exit_code(seen.verdict) == 0);
    CHECK(seen.what == "receipt");
    CHECK(seen.reference == example.reference);
    CHECK(seen.paper.size() == 4);
    CHECK(seen.paper[3].second == "two\nlines \\ and a backslash");
    CHECK(seen.cosigned_by == std::vector<std::string>{"ministry"});
    CHECK(verify_file(example.paper_bundle(), example.trust).verdict == Verdict::valid);
}

TEST_CASE("a QR text is valid by itself, and unknown without keys") {
    const Examples example;
    CHECK(verify_qr(example.url(), example.trust).verdict == Verdict::valid);
    CHECK(verify_file(example.url() + "\n", example.trust).verdict == Verdict::valid);
    const auto unknown = verify_qr(example.url(), TrustStore{});
    CHECK(unknown.verdict == Verdict::cannot_tell);
    CHECK(exit_code(unknown.verdict) == 2);
    CHECK(says(unknown, "verify.seal-key-unknown"));
    CHECK(verify_qr("https://example.org/", example.trust).verdict == Verdict::invalid);
}

TEST_CASE("every character of a QR text after the host changed is never valid as it stood") {
    const Examples example;
    const auto url = example.url();
    const auto seal = seal_bytes_from_text(url).value();
    for (std::size_t i = url.find("/v/") + 3; i < url.size(); ++i) {
        const auto altered = flipped(url, i);
        const auto seen = verify_qr(altered, example.trust);
        REQUIRE(seen.verdict != Verdict::valid);
    }
}

TEST_CASE("a byte of a seal changed makes it invalid: only its version leaves the question open") {
    const Examples example;
    const auto seal = seal_bytes_from_text(example.url()).value();
    for (std::size_t i = 0; i < seal.size(); ++i) {
        for (const int bit : {1, 4, 0x80}) {
            const auto altered = flipped(seal, i, static_cast<unsigned char>(bit));
            const auto seen = verify_qr(seal_url(altered, "commune-tamri.example").value(), example.trust);
            INFO("byte " << i << " bit " << bit);
            CHECK(seen.verdict == (i == 0 ? Verdict::cannot_tell : Verdict::invalid));
        }
    }
}

TEST_CASE("a byte of a bundle changed leaves the question open only in its version, its seal's version or a name") {
    const Examples example;
    for (const auto& text : {example.paper_bundle(), example.no_decision_bundle()}) {
        const auto original = parse_bundle(text).value();
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto altered = flipped(text, i, i % 2 == 0 ? 1 : 4);
            const auto seen = verify_bundle(altered, example.trust);
            if (seen.verdict != Verdict::cannot_tell) {
                continue;
            }
            INFO("byte " << i << " of: " << text.substr(i < 20 ? 0 : i - 20, 40));
            // The cosigner's line then bears a name or a key that nobody knows: a map needs one who is known.
            const bool nobody_cosigned = original.no_decision && says(seen, "verify.map-not-cosigned");
            CHECK((says(seen, "verify.version-unknown") || nobody_cosigned));
        }
    }
}

TEST_CASE("a member that the trust file knows has no other keys; a known key is not another member's") {
    const Examples example;
    const Examples stranger;  // the same name, other keys
    CHECK(verify_qr(stranger.url(), example.trust).verdict == Verdict::invalid);
    const auto someone = KeyRing::in_memory("ministry-of-others", noon).value();
    CHECK(verify_qr(example.url(), someone.public_keys()).verdict == Verdict::cannot_tell);
    auto seal = parse_seal(seal_bytes_from_text(example.url()).value()).value();
    seal.member = "commune-tamrj";
    seal.reference = "commune-tamrj/0/2026/000123";
    const auto renamed = verify_qr(to_base45(write_seal(seal).value()), example.trust);
    CHECK(renamed.verdict == Verdict::invalid);
    CHECK(says(renamed, "verify.seal-key-unknown"));
}

TEST_CASE("every byte of a bundle changed is found, or the bundle says the same") {
    const Examples example;
    for (const auto& text : {example.paper_bundle(), example.no_decision_bundle()}) {
        const auto original = parse_bundle(text).value();
        for (std::size_t i = 0; i < text.size(); ++i) {
            const auto altered = flipped(text, i, i % 2 == 0 ? 1 : 4);
            const auto seen = verify_bundle(altered, example.trust);
            if (seen.verdict != Verdict::valid) {
                continue;
            }
            // A signature by a name that nobody knows is ignored (C2SP signed-note), and then nobody cosigned.
            if (seen.cosigned_by.empty()) {
                continue;
            }
            // White space between members is the one thing that may differ.
            const auto again = parse_bundle(altered);
            REQUIRE(again.has_value());
            REQUIRE(write_bundle(*again) == text);
        }
    }
}

TEST_CASE("a paper whose text, seal, entry or checkpoint is another's is invalid") {
    const Examples example;
    const Examples other;
    const auto check = [&](auto change, std::string_view key, Verdict verdict = Verdict::invalid) {
        auto paper = example.paper;
        change(paper);
        const auto seen = verify_bundle(write_bundle({.paper = paper}), example.trust);
        CHECK(seen.verdict == verdict);
        INFO(key);
        CHECK(says(seen, key));
    };
    check([](PaperBundle& p) { p.paper += "more: words\n"; }, "verify.paper-altered");
    check([&](PaperBundle& p) { p.seal = other.paper.seal; }, "verify.seal-key-unknown");
    check([](PaperBundle& p) { p.seal = flipped(p.seal, 5); }, "verify.seal-key-unknown");
    check([](PaperBundle& p) { p.seal = flipped(p.seal, 9); }, "verify.seal-wrong");
    check([](PaperBundle& p) { p.seal[0] = 9; }, "verify.version-unknown", Verdict::cannot_tell);
    check([](PaperBundle& p) { p.inclusion->index = 5; }, "verify.entry-wrong");
    check([](PaperBundle& p) { p.inclusion->path.pop_back(); }, "verify.entry-wrong");
    check([](PaperBundle& p) { p.inclusion->leaf = flipped(p.inclusion->leaf, 3); }, "verify.entry-wrong");
    check([](PaperBundle& p) { p.inclusion->checkpoint = replace_all(p.inclusion->checkpoint, "\n11\n", "\n12\n"); },
          "verify.checkpoint-wrong");
    check([](PaperBundle& p) { p.inclusion->checkpoint = "no note"; }, "verify.entry-malformed");
    auto text = replace_all(example.paper_bundle(), "wasl-bundle/1", "wasl-bundle/2");
    CHECK(verify_bundle(text, example.trust).verdict == Verdict::cannot_tell);
}

TEST_CASE("no decision by the end of a day is proven by the member's map and another's cosignature") {
    const Examples example;
    const auto seen = verify_bundle(example.no_decision_bundle(), example.trust);
    CHECK(seen.verdict == Verdict::valid);
    CHECK(seen.what == "no-decision");
    CHECK(seen.day == Date{2026, 11, 21});
    CHECK(seen.cosigned_by == std::vector<std::string>{"ministry"});

    const auto without_cosigner = verify_bundle(example.no_decision_bundle(), example.keys.public_keys());
    CHECK(without_cosigner.verdict == Verdict::cannot_tell);
    CHECK(says(without_cosigner, "verify.map-not-cosigned"));

    const Examples decided(true);
    CHECK(says(verify_bundle(decided.no_decision_bundle(), decided.trust), "verify.map-decided"));
    CHECK(verify_bundle(decided.no_decision_bundle(), decided.trust).verdict == Verdict::invalid);

    auto proof = example.no_decision;
    proof.reference = "commune-tamri/0/2026/000124";
    CHECK(says(verify_bundle(write_bundle({.no_decision = proof}), example.trust), "verify.map-other-dossier"));
    proof = example.no_decision;
    proof.line = flipped(proof.line, 40);
    CHECK(says(verify_bundle(write_bundle({.no_decision = proof}), example.trust), "verify.map-line-wrong"));
    proof = example.no_decision;
    proof.map = replace_all(proof.map, "day 2026-11-21", "day 2026-11-22");
    CHECK(verify_bundle(write_bundle({.no_decision = proof}), example.trust).verdict == Verdict::invalid);
}

TEST_CASE("a member may not cosign its own map") {
    Examples example;
    auto trust = example.keys.public_keys();
    trust.add({example.cosigner->public_key(), example.member, KeyUse::cosign, noon.plus_seconds(-60), noon.plus_seconds(900'000)});
    auto note = parse_note(example.no_decision.map).value();
    note.signatures.resize(1);
    note.signatures.push_back(
        cosign_note(note.text, checkpoint_origin(example.member), *example.cosigner, noon.plus_seconds(50'000)).value());
    example.no_decision.map = write_note(note);
    CHECK(verify_bundle(example.no_decision_bundle(), trust).verdict == Verdict::cannot_tell);
}

TEST_CASE("what is not ours cannot be told, and a bundle that is no bundle is refused") {
    const Examples example;
    CHECK(verify_file("", example.trust).verdict == Verdict::cannot_tell);
    CHECK(verify_file(std::string(5'000, 'x'), example.trust).verdict == Verdict::cannot_tell);
    CHECK(verify_file("%PDF-1.4 nothing of ours", example.trust).verdict == Verdict::cannot_tell);
    for (const std::string_view bad : {"{}", "[]", "{", R"({"format":"wasl-bundle/1"})", R"({"format":"wasl-bundle/1","what":"other"})"}) {
        CHECK(parse_bundle(bad).error().key == "trust.bundle-malformed");
        CHECK(verify_bundle(bad, example.trust).verdict == Verdict::invalid);
    }
    const auto extra = replace_all(example.paper_bundle(), "\"what\"", "\"more\": 1,\n  \"what\"");
    CHECK(parse_bundle(extra).error().key == "trust.bundle-malformed");
}

TEST_CASE("the canonical text says exactly what the facts say") {
    const PaperFacts facts{{"a", "one\ntwo"}, {"b", "back\\slash"}, {"c", ""}, {"d.e-f_1", "العربية"}};
    const auto text = canonical_text(facts).value();
    CHECK(text == "a: one\\ntwo\nb: back\\\\slash\nc: \nd.e-f_1: العربية\n");
    CHECK(parse_canonical_text(text).value() == facts);
    CHECK(canonical_text({{"Bad Name", "x"}}).error().key == "trust.paper-malformed");
    CHECK(canonical_text({{"a", "\x01"}}).error().key == "trust.paper-malformed");
    CHECK(canonical_text({{"a", "\xFF"}}).error().key == "trust.paper-malformed");
    for (const std::string_view bad : {"a", "a: b", "A: b\n", "a: \\x\n", "a: \\", "a:b\n"}) {
        CHECK(parse_canonical_text(bad).error().key == "trust.paper-malformed");
    }
}
