// A document that an administration hands over as evidence: the PDF of its act, signed by it, inside the JSON of the
// answer. The answer's signature says who gave it; the document's own signature (PAdES) goes on proving it in the file.
//
//   "document": {"content": base64, "media_type": "application/pdf", "name": "T-1.pdf", "sha256": hex}
#pragma once

#include "base/json.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "exchange/registry.hpp"

#include <optional>
#include <string>

namespace wasl::exchange {

// Of the PDF; as an uploaded paper.
inline constexpr std::size_t held_document_limit = 10U << 20U;

struct HeldDocument {
    std::string name;
    std::string bytes;
};

// Puts it into an answer.
void put_document(json::Object& answer, const HeldDocument& document);
// What stands in an answer; nothing when the holder has none to give. Key "evidence.document-malformed": no PDF, too large,
// or not the bytes that its digest names.
Result<std::optional<HeldDocument>> document_in(const json::Value& answer);

// That the PDF is whole and was signed by a key which the registry lists for documents of that member, within its time and
// not revoked now. Keys "evidence.document-unsigned" (no signature, or changed since), "evidence.document-signer" (a
// signature, but of a key that is not the holder's).
Result<void> check_signed_by(const HeldDocument& document, const Snapshot& registry, const ClientId& holder, Instant now);

}  // namespace wasl::exchange
