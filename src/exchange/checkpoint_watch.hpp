// The newest checkpoint that this node saw of each peer's exchange journal. A peer that later shows a journal
// which does not continue it has rolled it back or keeps two: the contradiction is kept as evidence, with
// the peer's own signatures under it. (trust/cosign.hpp does the same among members of one host, and signs.)
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "exchange/registry.hpp"

#include <cstdint>
#include <filesystem>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

// A journal's newest head and the proof (RFC 9162 section 2.1.4) that it continues that of `old_size`.
struct CheckpointProof {
    std::string note;
    std::uint64_t old_size = 0;       // 0: no proof is needed
    std::vector<Digest> consistency;
};
std::string write_checkpoint_proof(const CheckpointProof& proof);  // JSON
Result<CheckpointProof> parse_checkpoint_proof(std::string_view json);  // key "exchange.checkpoint-malformed"

// Thread-safe.
class CheckpointWatch {
public:
    // Folder: one note a member (…/INSTANCE%2FCLASS%2FMEMBER.note) and evidence/.
    explicit CheckpointWatch(std::filesystem::path folder) : folder_(std::move(folder)) {}

    // Size of the newest checkpoint seen of that member; 0 when none.
    [[nodiscard]] Result<std::uint64_t> last_size(const ClientId& member) const;
    // Takes a member's newest head. True when it is newer than ours. Keys "exchange.checkpoint-malformed",
    // "exchange.checkpoint-signature" (no checkpoint key of the registry signed it), "exchange.checkpoint-stale"
    // (its proof does not begin at our size: ask again), and those which keep evidence:
    // "exchange.checkpoint-rollback", "exchange.checkpoint-fork".
    Result<bool> take(const RegisteredMember& member, const CheckpointProof& proof, Instant now);
    [[nodiscard]] std::vector<std::filesystem::path> evidence() const;

private:
    [[nodiscard]] std::filesystem::path file_of(const ClientId& member) const;
    Result<void> keep_evidence(const ClientId& member, std::string_view ours, std::string_view theirs, Instant now);
    std::filesystem::path folder_;
    mutable std::mutex guard_;
};

}  // namespace wasl::exchange
