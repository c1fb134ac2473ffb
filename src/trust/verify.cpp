#include "trust/verify.hpp"

#include "base/ids.hpp"
#include "base/text.hpp"
#include "trust/checkpoint.hpp"
#include "trust/daily_map.hpp"
#include "trust/leaf.hpp"
#include "trust/pades.hpp"

#include <algorithm>

namespace wasl::trust {

namespace {

constexpr auto good = Verdict::valid;
constexpr auto bad = Verdict::invalid;
constexpr auto open_question = Verdict::cannot_tell;

void say(Verification& out, Verdict weight, std::string key, std::string detail = {}) {
    out.reasons.push_back({weight, std::move(key), std::move(detail)});
}

// One bad finding makes all invalid; else one open question leaves it open.
void conclude(Verification& out) {
    const auto any = [&](Verdict weight) { return std::ranges::any_of(out.reasons, [&](const Reason& r) { return r.weight == weight; }); };
    out.verdict = any(bad) ? bad : any(open_question) || out.reasons.empty() ? open_question : good;
}

// A key that a paper names: the use, the member it claims, and the short ids of its signatures.
struct Claim {
    KeyUse use = KeyUse::seal;
    const std::string& member;
    std::vector<std::uint32_t> ids = {};
};

// Whoever knows the member's keys knows that this is none of them; a known key of another member was not
// used by this one either. Only a member that the trust file does not know leaves the question open.
bool is_contradicted(const Claim& claim, const TrustStore& trust) {
    return std::ranges::any_of(trust.keys(), [&](const TrustedKey& known) {
        return known.use == claim.use && (known.member == claim.member || std::ranges::find(claim.ids, known.key.short_id()) != claim.ids.end());
    });
}

std::vector<std::uint32_t> ids_of(const Note& note) {
    std::vector<std::uint32_t> out;
    for (const auto& signature : note.signatures) out.push_back(signature.key_id);
    return out;
}

// "verify.seal-good", "-wrong", "-key-unknown", "-key-not-valid".
void say_signature(Verification& out, SignatureState state, const std::string& what, const Claim& claim, const TrustStore& trust) {
    const auto& who = claim.member;
    switch (state) {
        case SignatureState::good: return say(out, good, "verify." + what + "-good", "by " + who);
        case SignatureState::wrong: return say(out, bad, "verify." + what + "-wrong", "the signature is not by " + who);
        case SignatureState::unknown_key:
            return say(out, is_contradicted(claim, trust) ? bad : open_question, "verify." + what + "-key-unknown",
                       "no such key of " + who + " in the trust file");
        case SignatureState::key_not_valid_then:
            return say(out, bad, "verify." + what + "-key-not-valid", "the key of " + who + " was not valid at that instant");
    }
}

void say_malformed(Verification& out, const Error& error, std::string key) {
    const bool newer = error.key.ends_with("-version");
    say(out, newer ? open_question : bad, newer ? "verify.version-unknown" : std::move(key), error.key + ": " + error.detail);
}

void check_cosigners(Verification& out, const Note& note, std::string_view member, const TrustStore& trust) {
    const auto found = check_cosignatures(note, trust);
    if (!found.all_good) {
        say(out, bad, "verify.cosignature-wrong", "a line claims a known cosigner and is not by it");
    }
    for (const auto& fact : found.good) {
        if (fact.member != member) {
            out.cosigned_by.push_back(fact.member);
            say(out, good, "verify.cosigned", "by " + fact.member + " at " + fact.at.iso());
        }
    }
}

bool check_seal_bytes(Verification& out, std::string_view bytes, const TrustStore& trust) {
    const auto seal = parse_seal(bytes);
    if (!seal) {
        say_malformed(out, seal.error(), "verify.seal-malformed");
        return false;
    }
    out.what = to_string(seal->kind);
    out.member = seal->member;
    out.reference = seal->reference;
    out.seal = *seal;
    say_signature(out, check_seal(bytes, *seal, trust), "seal", {KeyUse::seal, seal->member, {seal->key_id}}, trust);
    return true;
}

void check_inclusion(Verification& out, const InclusionEvidence& evidence, const TrustStore& trust) {
    const auto& seal = *out.seal;
    const auto leaf = parse_leaf(evidence.leaf);
    const auto head = parse_signed_checkpoint(evidence.checkpoint);
    if (!leaf || !head) {
        return say(out, bad, "verify.entry-malformed", leaf ? head.error().detail : leaf.error().detail);
    }
    const auto& checkpoint = head->checkpoint;
    say_signature(out, check_note_signature(head->note, checkpoint_origin(seal.member), seal.member, checkpoint.time, trust),
                  "checkpoint", {KeyUse::checkpoint, seal.member, ids_of(head->note)}, trust);
    const bool same_entry = evidence.index == seal.leaf_index && leaf->at.seconds() == seal.issued.seconds();
    const bool same_tree = checkpoint.size != seal.size || checkpoint.root == seal.root;
    if (!same_entry || !same_tree || checkpoint.member != seal.member || checkpoint.size < seal.size ||
        !verify_inclusion(evidence.index, checkpoint.size, hash_leaf(evidence.leaf), evidence.path, checkpoint.root)) {
        return say(out, bad, "verify.entry-wrong", "the entry is not in the journal that the checkpoint signs");
    }
    say(out, good, "verify.entry-good", "entry " + std::to_string(evidence.index) + " of " + std::to_string(checkpoint.size));
    check_cosigners(out, head->note, seal.member, trust);
}

void check_paper(Verification& out, const PaperBundle& bundle, const TrustStore& trust) {
    if (!check_seal_bytes(out, bundle.seal, trust)) {
        return;
    }
    if (subject_digest(bundle.paper).view().substr(0, subject_digest_bytes) != out.seal->subject) {
        say(out, bad, "verify.paper-altered", "the text of the paper is not the one that was sealed");
    } else if (auto facts = parse_canonical_text(bundle.paper)) {
        out.paper = std::move(*facts);
        say(out, good, "verify.paper-good");
    } else {
        say(out, bad, "verify.paper-malformed", facts.error().detail);
    }
    if (bundle.inclusion) {
        check_inclusion(out, *bundle.inclusion, trust);
    }
}

void check_no_decision(Verification& out, const NoDecisionBundle& bundle, const TrustStore& trust) {
    out.what = "no-decision";
    const auto note = parse_note(bundle.map);
    const auto head = note ? parse_map_text(note->text) : std::unexpected(note.error());
    const auto line = parse_map_line(bundle.line);
    if (!head || !line) {
        return say(out, bad, "verify.map-malformed", head ? line.error().detail : head.error().detail);
    }
    out.member = head->member;
    out.reference = bundle.reference;
    out.day = head->day;
    say_signature(out, check_note_signature(*note, map_origin(head->member), head->member, head->time, trust), "map",
                  {KeyUse::checkpoint, head->member, ids_of(*note)}, trust);
    const auto reference = parse_reference(bundle.reference);
    if (!reference || reference->member != head->member || commitment(bundle.salt, bundle.reference) != line->reference) {
        say(out, bad, "verify.map-other-dossier", "the line is not of " + bundle.reference);
    }
    if (!verify_inclusion(bundle.index, head->size, hash_leaf(bundle.line), bundle.path, head->root)) {
        say(out, bad, "verify.map-line-wrong", "the line is not in the map");
    }
    if (line->decided) {
        say(out, bad, "verify.map-decided", "the map says that a decision existed on " + head->day.iso());
    } else {
        say(out, good, "verify.map-undecided", "no decision before " + head->end.iso());
    }
    check_cosigners(out, *note, head->member, trust);
    if (out.cosigned_by.empty()) {
        say(out, open_question, "verify.map-not-cosigned", "no other member that the trust file knows has cosigned this map");
    }
}

void check_bundle(Verification& out, std::string_view text, const TrustStore& trust) {
    const auto bundle = parse_bundle(text);
    if (!bundle) {
        return say_malformed(out, bundle.error(), "verify.bundle-malformed");
    }
    if (bundle->paper) {
        check_paper(out, *bundle->paper, trust);
    } else {
        check_no_decision(out, *bundle->no_decision, trust);
    }
}

void check_document_key(Verification& out, const SignedPdf& seen, const TrustStore& trust) {
    const auto key = certificate_key(seen.certificate);
    if (!key) {
        return say(out, bad, "verify.pdf-wrong", key.error().detail);
    }
    auto state = SignatureState::unknown_key;
    for (const auto* known : trust.find(out.member, KeyUse::document)) {
        if (known->key == *key) {
            state = known->valid_at(seen.at) ? SignatureState::good : SignatureState::key_not_valid_then;
        }
    }
    const bool of_another = std::ranges::any_of(trust.keys(), [&](const TrustedKey& known) {
        return known.key == *key && known.member != out.member;
    });
    if (state == SignatureState::unknown_key && of_another) {
        return say(out, bad, "verify.pdf-wrong", "the PDF is signed by another member than its paper names");
    }
    say_signature(out, state, "pdf", {KeyUse::document, out.member}, trust);
}

}  // namespace

int exit_code(Verdict verdict) noexcept { return verdict == Verdict::valid ? 0 : verdict == Verdict::invalid ? 1 : 2; }

std::string_view to_string(Verdict verdict) noexcept {
    switch (verdict) {
        case Verdict::valid: return "valid";
        case Verdict::invalid: return "invalid";
        case Verdict::cannot_tell: return "cannot-tell";
    }
    return "";
}

Verification verify_qr(std::string_view text, const TrustStore& trust) {
    Verification out;
    const auto bytes = seal_bytes_from_text(text);
    if (!bytes) {
        say_malformed(out, bytes.error(), "verify.seal-malformed");
    } else {
        check_seal_bytes(out, *bytes, trust);
    }
    conclude(out);
    return out;
}

Verification verify_bundle(std::string_view json_text, const TrustStore& trust) {
    Verification out;
    check_bundle(out, json_text, trust);
    conclude(out);
    return out;
}

Verification verify_pdf(std::string_view pdf, const TrustStore& trust) {
    Verification out;
    const auto seen = read_signed_pdf(pdf);
    if (!seen) {
        // A PDF without any trace of ours says nothing; one with traces was changed. One that we drew and that breaks off
        // was damaged; whole and never signed (a copy in large print) it says nothing, and its QR code is to be asked.
        const bool broken_off = is_drawn_by_us(pdf) && !pdf.ends_with("%%EOF\n");
        const bool traces = broken_off || pdf.find("wasl-update") != std::string_view::npos || pdf.find("(wasl.json)") != std::string_view::npos;
        const bool foreign = seen.error().key == "trust.pdf-unsigned" && !traces;
        say(out, foreign ? open_question : bad, foreign ? "verify.pdf-not-ours" : "verify.pdf-altered",
            seen.error().key + ": " + seen.error().detail);
    } else if (seen->attachment.empty()) {
        say(out, open_question, "verify.pdf-without-bundle", "signed, but it carries no wasl.json");
    } else {
        check_bundle(out, seen->attachment, trust);
        check_document_key(out, *seen, trust);
    }
    conclude(out);
    return out;
}

Verification verify_file(std::string_view bytes, const TrustStore& trust) {
    if (bytes.starts_with("%PDF-") || bytes.find("%wasl-update-1") != std::string_view::npos) {
        return verify_pdf(bytes, trust);
    }
    const auto text = trim(bytes);
    if (text.starts_with('{') || text.find("wasl-bundle/") != std::string_view::npos) {
        return verify_bundle(bytes, trust);
    }
    if (text.size() <= 2 * max_seal_text && !text.empty() && is_utf8(text)) {
        return verify_qr(text, trust);
    }
    Verification out;
    say(out, open_question, "verify.not-ours", "neither a PDF, a bundle nor the text of a seal");
    conclude(out);
    return out;
}

Result<std::string> seal_from_file(std::string_view bytes) {
    const auto of_bundle = [](std::string_view text) -> Result<std::string> {
        const auto bundle = TRY(parse_bundle(text));
        if (!bundle.paper) {
            return fail(Code::invalid, "trust.no-seal", "a proof of no decision has no seal");
        }
        TRY(parse_seal(bundle.paper->seal));
        return bundle.paper->seal;
    };
    if (bytes.starts_with("%PDF-")) {
        const auto pdf = TRY(read_signed_pdf(bytes));
        return of_bundle(pdf.attachment);
    }
    return trim(bytes).starts_with('{') ? of_bundle(bytes) : seal_bytes_from_text(bytes);
}

}  // namespace wasl::trust
