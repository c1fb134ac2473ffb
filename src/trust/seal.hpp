// The seal: what a paper says, in at most some 260 bytes, signed with P-256 and printed as a QR code
// that anyone can check offline. It carries the journal's size and root at the moment of sealing, so
// that a receipt later exposes a journal that was rolled back.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "trust/keys.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace wasl::trust {

enum class PaperKind : std::uint8_t { receipt = 1, document = 2, decision = 3, silence_record = 4, certificate = 5, payment = 6 };
std::string_view to_string(PaperKind kind) noexcept;  // "receipt", "document", …, "silence-record"
std::optional<PaperKind> parse_paper_kind(std::string_view text) noexcept;

inline constexpr std::size_t subject_digest_bytes = 24;
inline constexpr std::size_t max_seal_text = 480;

// What the issuing module asks to be sealed; travels as seal_claims of a journal row.
struct SealRequest {
    PaperKind kind = PaperKind::receipt;
    std::string reference;  // full text of the Reference: member/desk/series/number
    // SHA-256 of the canonical text of the paper (see bundle.hpp).
    Digest subject;
    std::optional<Date> due = {};          // last day of the answer
    std::optional<Date> valid_until = {};  // of a document
    std::string facts = {};  // short and public, e.g. a document type code; at most 32 bytes of UTF-8
};
// To and from the bytes of JournalEntry::seal_claims (JSON). Key "trust.seal-claims-malformed".
std::string write_seal_request(const SealRequest& request);
Result<SealRequest> parse_seal_request(std::string_view bytes);

struct Seal {
    PaperKind kind = PaperKind::receipt;
    std::string member;     // 1–40 characters [a-z0-9-]
    std::string reference;  // full text; begins with member + "/"
    std::string subject;    // first 24 bytes of SHA-256 of the canonical text (96-bit collisions)
    Instant issued;         // whole seconds
    std::optional<Date> due = {};
    std::optional<Date> valid_until = {};
    std::string facts = {};
    std::uint64_t leaf_index = 0;  // of the entry that issued the paper
    std::uint64_t size = 0;        // of the tree in the checkpoint of that commit group
    Digest root;
    std::uint32_t key_id = 0;      // PublicKey::short_id of the seal key
    std::string signature = {};    // 64 bytes r‖s over "wasl-seal-v1\n" ‖ body
    bool operator==(const Seal&) const = default;
};

// Body and signature; `seal.key_id` and `.signature` are filled. Key "trust.seal-field".
Result<std::string> make_seal(Seal& seal, const Signer& signer);
Result<std::string> write_seal(const Seal& seal);
// Strict: writing it again gives the same bytes. Keys "trust.seal-malformed", "trust.seal-version".
Result<Seal> parse_seal(std::string_view bytes);

// "https://HOST/v/" + base45 (RFC 9285), where the three characters of base45 that a URL cannot carry in
// one path segment (space, '%', '/') are percent-encoded: the text stays within QR alphanumeric mode.
// Key "trust.seal-too-long" above 480 characters.
Result<std::string> seal_url(std::string_view seal_bytes, std::string_view host);
// From that URL, from its last path segment alone, or from bare base45.
Result<std::string> seal_bytes_from_text(std::string_view text);

// Subject digest of a paper from its canonical text.
Digest subject_digest(std::string_view canonical_text);
// Of the member's key of use seal that the seal names, valid at the issued instant.
SignatureState check_seal(std::string_view seal_bytes, const Seal& seal, const TrustStore& trust);

}  // namespace wasl::trust
