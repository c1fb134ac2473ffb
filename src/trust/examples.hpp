// Papers of a made-up commune, sealed and proven: what the tests verify, alter and hand to the stranger.
#pragma once

#include "trust/bundle.hpp"
#include "trust/checkpoint.hpp"
#include "trust/daily_map.hpp"
#include "trust/leaf.hpp"
#include "trust/merkle.hpp"
#include "trust/pades.hpp"
#include "trust/seal.hpp"
#include "trust/test_support.hpp"

#include <string>

namespace wasl::trust::testing {

struct Examples {
    std::string member = "commune-tamri";
    std::string reference = "commune-tamri/0/2026/000123";
    KeyRing keys = KeyRing::in_memory(member, noon).value();
    std::unique_ptr<Signer> cosigner = generate_signer(Curve::ed25519).value();
    TrustStore trust;
    PaperBundle paper;
    NoDecisionBundle no_decision;

    explicit Examples(bool decided = false) {
        trust = keys.public_keys();
        trust.add({cosigner->public_key(), "ministry", KeyUse::cosign, noon.plus_seconds(-60), noon.plus_seconds(900'000)});
        make_paper();
        make_no_decision(decided);
    }

    [[nodiscard]] std::string paper_bundle() const { return write_bundle({.paper = paper}); }
    [[nodiscard]] std::string no_decision_bundle() const { return write_bundle({.no_decision = no_decision}); }
    [[nodiscard]] std::string url() const { return seal_url(paper.seal, "commune-tamri.example").value(); }

    [[nodiscard]] std::string cosigned(std::string_view note, Instant when) const {
        const auto text = parse_note(note).value().text;
        return merge_signatures(note, {cosign_note(text, "wasl/ministry", *cosigner, when).value()}).value();
    }

    [[nodiscard]] std::string sign(std::string_view pdf, std::string attachment) const {
        const auto signer = keys.signer(KeyUse::document, noon).value();
        return sign_pdf(pdf, *signer, keys.certificate(noon).value(),
                        {.member = member, .reason = "", .at = noon, .attachment = std::move(attachment)}).value();
    }

private:
    void make_paper() {
        paper.paper = canonical_text({{"title", "وصل الإيداع"}, {"applicant", "فاطمة الزهراء"}, {"reference", reference},
                                      {"note", "two\nlines \\ and a backslash"}}).value();
        std::vector<Digest> leaves;
        for (int i = 0; i < 11; ++i) {
            Leaf leaf;
            leaf.content = sha256(std::to_string(i));
            leaf.chain = sha256("chain");
            leaf.position = 1;
            leaf.at = noon.plus_micros(123);
            leaf.kind = "dossier.filed";
            const auto bytes = write_leaf(leaf).value();
            leaves.push_back(hash_leaf(bytes));
            if (i == 6) {
                paper.inclusion = InclusionEvidence{bytes, 6, {}, {}};
            }
        }
        const VectorNodes nodes(leaves);
        const Checkpoint head{checkpoint_origin(member), 11, root_of(leaves), noon.plus_seconds(2), member};
        paper.inclusion->path = inclusion_proof(6, 11, nodes).value();
        paper.inclusion->checkpoint =
            cosigned(sign_checkpoint(head, *keys.signer(KeyUse::checkpoint, noon).value()).value(), noon.plus_seconds(200));
        Seal seal;
        seal.member = member;
        seal.reference = reference;
        seal.subject = subject_digest(paper.paper).view().substr(0, subject_digest_bytes);
        seal.issued = noon;
        seal.due = Date{2027, 1, 20};
        seal.facts = "birth-extract";
        seal.leaf_index = 6;
        seal.size = 8;
        seal.root = root_at(8, nodes).value();
        paper.seal = make_seal(seal, *keys.signer(KeyUse::seal, noon).value()).value();
    }

    void make_no_decision(bool decided) {
        const std::string salt(16, '\x5a');
        std::vector<MapLine> lines;
        for (int i = 0; i < 9; ++i) {
            lines.push_back({sha256("other " + std::to_string(i)), 2, sha256("h"), true});
        }
        lines.push_back({commitment(salt, reference), 4, sha256("head"), decided});
        const Checkpoint head{checkpoint_origin(member), 11, sha256("root"), noon, member};
        const auto end = at("2026-11-21T23:00:00Z");
        const auto map = DailyMap::build(member, Date{2026, 11, 21}, end, end.plus_seconds(30), head, lines).value();
        const auto place = map.place(commitment(salt, reference)).value();
        no_decision = {reference, salt, write_map_line(place.line), place.index, place.path,
                       cosigned(map.sign(*keys.signer(KeyUse::checkpoint, noon).value()).value(), end.plus_seconds(60))};
    }
};

}  // namespace wasl::trust::testing
