// Signed notes (C2SP signed-note) and the checkpoint of a journal (C2SP tlog-checkpoint), with
// ECDSA P-256 signatures (type 0x02) by the member and cosignature/v1 (type 0x04, Ed25519) by others.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "trust/keys.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::trust {

struct NoteSignature {
    std::string name;      // of the key: no spaces, no '+'
    std::uint32_t key_id = 0;
    std::string bytes;     // after the key id
    bool operator==(const NoteSignature&) const = default;
};

// A text of whole lines, a blank line, and signature lines "— name base64".
struct Note {
    std::string text;  // ends with a newline
    std::vector<NoteSignature> signatures;
};

// Strict: UTF-8 without control characters, canonical base64, at most 16 signatures and 64 KB.
// Key "trust.note-malformed".
Result<Note> parse_note(std::string_view bytes);
std::string write_note(const Note& note);

// Signature line of a P-256 key: key id = PublicKey::short_id, DER signature over the text.
Result<NoteSignature> sign_note(std::string_view text, std::string_view name, const Signer& signer);
// Cosignature/v1 by an Ed25519 key at `at` (whole seconds): over
// "cosignature/v1\ntime <seconds>\n" ‖ text.
Result<NoteSignature> cosign_note(std::string_view text, std::string_view name, const Signer& signer, Instant at);
// C2SP key id of a cosigner: SHA-256(name ‖ "\n" ‖ 0x04 ‖ key)[:4].
std::uint32_t cosigner_key_id(std::string_view name, const PublicKey& key);

struct CosignatureFact {
    std::string member;  // who cosigned
    Instant at;
};
// The good cosignatures among those of the note by keys of use cosign that the store knows.
// A signature that claims a known key and is wrong makes `all_good` false.
struct Cosignatures {
    std::vector<CosignatureFact> good;
    bool all_good = true;
};
Cosignatures check_cosignatures(const Note& note, const TrustStore& trust);

// The member's own signature (name = origin, key of use checkpoint valid at `at`).
SignatureState check_note_signature(const Note& note, std::string_view origin, std::string_view member,
                                    Instant at, const TrustStore& trust);

// The head of a journal.
struct Checkpoint {
    std::string origin;  // "wasl/commune-tamri"
    std::uint64_t size = 0;
    Digest root;
    Instant time;        // extension line "time 2026-11-21T20:15:00.123456Z"
    std::string member;  // extension line "member commune-tamri"
    bool operator==(const Checkpoint&) const = default;
};

std::string checkpoint_origin(std::string_view member);  // "wasl/" + member
std::string checkpoint_text(const Checkpoint& checkpoint);
// Strict, canonical: writing it again gives the same bytes. Key "trust.checkpoint-malformed".
Result<Checkpoint> parse_checkpoint(std::string_view text);

struct SignedCheckpoint {
    Checkpoint checkpoint;
    Note note;
};
Result<SignedCheckpoint> parse_signed_checkpoint(std::string_view note_bytes);
// The note bytes, signed by the member.
Result<std::string> sign_checkpoint(const Checkpoint& checkpoint, const Signer& signer);
// Adds signature lines to a note that exists; the text must be equal.
Result<std::string> merge_signatures(std::string_view note_bytes, const std::vector<NoteSignature>& more);

}  // namespace wasl::trust
