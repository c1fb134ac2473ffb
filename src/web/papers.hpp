// Receipts, decisions and documents as papers: their facts in the reader's words, the seal as a QR code,
// the bundle inside, signed (PAdES). Drawn on first request and kept: the same bytes ever after.
// These calls wait for the disk: use them on the pool.
#pragma once

#include "dossier/papers.hpp"
#include "paper/paper.hpp"
#include "trust/bundle.hpp"
#include "web/site.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace wasl::web {

enum class PaperOf : std::uint8_t { receipt, document, decision };

// One paper of a dossier. `id` names the document; empty for receipt and decision.
struct PaperWanted {
    PaperOf of = PaperOf::receipt;
    std::string id;
};

// Keys: "web.no-paper" (there is none, or not yet), "web.paper-unsealed".
Result<std::string> paper_pdf(Site& site, MemberSite& member, const dossier::Stored& dossier, const PaperWanted& wanted);
// Receipt in large print, for the counter: the same facts, not kept, not signed (the kept one is).
Result<std::string> paper_large_print(Site& site, MemberSite& member, const dossier::Stored& dossier, const PaperWanted& wanted);
// What `wasl verify` takes beside the trusted keys: seal, facts, and the entry's place in the journal.
Result<std::string> paper_bundle(MemberSite& member, const Site& site, const dossier::Stored& dossier, const PaperWanted& wanted);
// Text of the QR code: "https://HOST/v/…".
Result<std::string> paper_seal_text(MemberSite& member, const Site& site, const dossier::Stored& dossier, const PaperWanted& wanted);

}  // namespace wasl::web
