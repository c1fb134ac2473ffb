// Cosigning: another member keeps the last checkpoint it saw of a journal, in its own folder with its
// own key, and signs a new one only when a consistency proof shows that nothing before it changed.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "trust/checkpoint.hpp"
#include "trust/daily_map.hpp"
#include "trust/keys.hpp"
#include "trust/merkle.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::trust {

struct CosignRequest {
    std::string note;                 // signed checkpoint
    std::uint64_t old_size = 0;       // what the proof starts from: the cosigner's last size
    std::vector<Digest> consistency;  // RFC 9162 proof from old_size to the checkpoint's size
};

struct MapCosignRequest {
    std::string note;                 // signed map head
    std::string checkpoint_note;      // signed checkpoint that the map names (size and root)
    std::vector<Digest> consistency;  // between the cosigner's last size and that size, whichever is smaller first
};

// Port to a cosigner: in process now, through the exchange later.
class CosignerClient {
public:
    virtual ~CosignerClient() = default;
    // Size of the last checkpoint it cosigned for this origin; 0 when none.
    [[nodiscard]] virtual Result<std::uint64_t> last_size(std::string_view origin) = 0;
    // The signature line to add to the note. Keys: "trust.cosign-unknown-member", "trust.cosign-bad-signature",
    // "trust.cosign-rollback", "trust.cosign-fork", "trust.cosign-stale" (old_size is not its last size: ask again),
    // "trust.cosign-bad-proof".
    [[nodiscard]] virtual Result<NoteSignature> cosign(const CosignRequest& request, Instant now) = 0;
    // The same for a daily map: refused ("trust.cosign-map-rewritten") when another map of this or a later
    // day was cosigned before.
    [[nodiscard]] virtual Result<NoteSignature> cosign_map(const MapCosignRequest& request, Instant now) = 0;
};

// A cosigner on this machine. Folder: cosigner.pem (0600), state/ (last checkpoint and map of each
// origin), evidence/ (pairs of notes that contradict each other, kept for ever). State is on disk before
// a signature leaves.
class Cosigner final : public CosignerClient {
public:
    // `member` is the cosigner's own; `trust` holds the checkpoint keys of the members it watches.
    static Result<std::unique_ptr<Cosigner>> open_or_create(const std::filesystem::path& folder, std::string member,
                                                            TrustStore trust, Instant now);
    ~Cosigner() override;

    [[nodiscard]] Result<std::uint64_t> last_size(std::string_view origin) override;
    [[nodiscard]] Result<NoteSignature> cosign(const CosignRequest& request, Instant now) override;
    [[nodiscard]] Result<NoteSignature> cosign_map(const MapCosignRequest& request, Instant now) override;

    // Replaces the keys it believes (after a rotation).
    void trust(TrustStore trust);
    // Its public key with use cosign.
    [[nodiscard]] TrustedKey public_key() const;
    // The last cosigned checkpoint of an origin with the cosignature; key "trust.cosign-none".
    [[nodiscard]] Result<std::string> last_note(std::string_view origin) const;
    [[nodiscard]] std::vector<std::filesystem::path> evidence() const;

private:
    struct Impl;
    explicit Cosigner(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

// Asks for one cosignature and gives the note with it; asks again once when the client's last size moved.
// `nodes` serves the journal's own hashes.
Result<std::string> ask_for_cosignature(std::string_view note_bytes, const NodeSource& nodes, CosignerClient& cosigner,
                                        Instant now);
Result<std::string> ask_for_map_cosignature(std::string_view map_note, std::string_view checkpoint_note,
                                            const NodeSource& nodes, CosignerClient& cosigner, Instant now);

}  // namespace wasl::trust
