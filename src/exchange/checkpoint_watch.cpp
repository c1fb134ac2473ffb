#include "exchange/checkpoint_watch.hpp"

#include "base/json.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "exchange/small_file.hpp"
#include "trust/checkpoint.hpp"
#include "trust/merkle.hpp"

#include <algorithm>

namespace wasl::exchange {

namespace {

std::unexpected<Error> odd(std::string why) { return fail(Code::invalid, "exchange.checkpoint-malformed", std::move(why)); }

constexpr std::size_t digest_bytes = 32;

// Whether a checkpoint key of the member, as the registry has it, signed the note while it counted.
bool signed_by(const RegisteredMember& member, const trust::SignedCheckpoint& head) {
    trust::TrustStore keys;
    for (const auto& key : member.keys) {
        const auto known = trust::PublicKey::from_spki(key.spki);
        if (key.use != MemberKeyUse::checkpoint || !known) continue;
        keys.add({*known, head.checkpoint.member, trust::KeyUse::checkpoint, key.valid_from, key.valid_to});
    }
    return trust::check_note_signature(head.note, head.checkpoint.origin, head.checkpoint.member, head.checkpoint.time, keys) ==
           trust::SignatureState::good;
}

}  // namespace

std::string write_checkpoint_proof(const CheckpointProof& proof) {
    json::Array hashes;
    for (const auto& hash : proof.consistency) hashes.emplace_back(to_base64(hash.view()));
    return json::write(json::Object{{"note", proof.note}, {"old_size", proof.old_size}, {"consistency", hashes}});
}

Result<CheckpointProof> parse_checkpoint_proof(std::string_view text) {
    const auto value = json::parse(text, {.bytes = 1U << 20U, .depth = 3});
    if (!value || value->object() == nullptr) return odd("no JSON object");
    CheckpointProof out;
    out.note = (*value)["note"].text_or("");
    const auto size = (*value)["old_size"].integer();
    const auto* hashes = (*value)["consistency"].array();
    if (out.note.empty() || !size || *size < 0 || hashes == nullptr || value->object()->size() != 3) return odd("note, old_size, consistency");
    out.old_size = static_cast<std::uint64_t>(*size);
    for (const auto& hash : *hashes) {
        const auto bytes = from_base64(hash.text_or(""));
        if (!bytes || bytes->size() != digest_bytes) return odd("a hash is 32 bytes in base64");
        out.consistency.push_back(digest_from_bytes(*bytes));
    }
    return out;
}

std::filesystem::path CheckpointWatch::file_of(const ClientId& member) const {
    return folder_ / (percent_encode(member.member().text()) + ".note");
}

Result<std::uint64_t> CheckpointWatch::last_size(const ClientId& member) const {
    const std::lock_guard lock(guard_);
    const auto note = read_small_file(file_of(member));
    if (!note) return 0;
    return TRY(trust::parse_signed_checkpoint(*note)).checkpoint.size;
}

Result<void> CheckpointWatch::keep_evidence(const ClientId& member, std::string_view ours, std::string_view theirs, Instant now) {
    const json::Object pair{{"member", member.text()}, {"seen_at", now.iso()}, {"seen_before", ours}, {"shown_now", theirs}};
    const auto text = json::write_pretty(pair);
    return write_small_file(folder_ / "evidence" / (sha256(std::string(ours) + std::string(theirs)).hex() + ".json"), text);
}

Result<bool> CheckpointWatch::take(const RegisteredMember& member, const CheckpointProof& proof, Instant now) {
    const std::lock_guard lock(guard_);
    const auto theirs = trust::parse_signed_checkpoint(proof.note);
    if (!theirs) return odd(theirs.error().detail);
    if (!signed_by(member, *theirs)) return fail(Code::forbidden, "exchange.checkpoint-signature", member.id.text());
    const auto file = file_of(member.id);
    const auto kept = read_small_file(file);
    if (!kept) {
        TRY(write_small_file(file, proof.note));
        return true;
    }
    const auto ours = TRY(trust::parse_signed_checkpoint(*kept));
    const auto& before = ours.checkpoint;
    const auto& after = theirs->checkpoint;
    const auto caught = [&](const char* key) -> Result<bool> {
        TRY(keep_evidence(member.id, *kept, proof.note, now));
        const auto detail = member.id.text() + ": seen " + std::to_string(before.size) + ", shown " + std::to_string(after.size);
        log::error(key, {{"detail", detail}});
        return fail(Code::conflict, key, detail);
    };
    if (after.origin != before.origin || after.size < before.size) return caught("exchange.checkpoint-rollback");
    if (after.size == before.size) return after.root == before.root ? Result<bool>(false) : caught("exchange.checkpoint-fork");
    if (proof.old_size != before.size) return fail(Code::conflict, "exchange.checkpoint-stale", std::to_string(before.size));
    if (!trust::verify_consistency(before.size, after.size, before.root, after.root, proof.consistency)) return caught("exchange.checkpoint-fork");
    TRY(write_small_file(file, proof.note));
    return true;
}

std::vector<std::filesystem::path> CheckpointWatch::evidence() const {
    std::vector<std::filesystem::path> out;
    std::error_code none;
    for (const auto& entry : std::filesystem::directory_iterator(folder_ / "evidence", none)) out.push_back(entry.path());
    std::ranges::sort(out);
    return out;
}

}  // namespace wasl::exchange
