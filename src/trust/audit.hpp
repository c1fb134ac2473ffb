// The audit of a journal: recomputes every leaf, chain link, tile, checkpoint, signature and seal from
// the rows, and names the first entry or row that differs.
#pragma once

#include "base/result.hpp"
#include "store/store.hpp"
#include "trust/checkpoint.hpp"
#include "trust/keys.hpp"
#include "trust/seal.hpp"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::trust {

struct AuditFinding {
    std::string key;    // message key, "audit.leaf-differs"
    std::string where;  // "entry 41", "tile 0/3", "checkpoint 1200", "receipt", "cosigned checkpoint 90"
    std::string detail;
};

struct AuditReport {
    std::uint64_t entries = 0;
    std::uint64_t checkpoints = 0;
    std::uint64_t erased = 0;           // entries without content: only their leaf can be checked
    std::uint64_t segments = 0;         // files in which older entries stand
    std::uint64_t last_cosigned = 0;    // tree size; entries below it are protected by another member
    Digest root;
    std::vector<AuditFinding> findings;  // in order; the first names the first that differs
    [[nodiscard]] bool clean() const noexcept { return findings.empty(); }
};

struct AuditOptions {
    std::string member;
    const TrustStore* trust = nullptr;             // checkpoint, seal and cosign keys; needed
    std::span<const std::string> seals = {};       // receipts (seal bytes) to hold against the journal
    std::span<const std::string> cosigned = {};    // notes kept by cosigners
    std::size_t stop_after = 20;                   // findings
    std::string clock_kind = "clock.accepted";     // only an entry of this kind may be earlier than the one before
    // Each entry in order, for whoever recomputes states; an error becomes a finding "audit.state-differs"
    // with the error's detail.
    std::function<Result<void>(const store::JournalRow&)> visit = {};
};

// What a damaged store answers (codes internal, not_found, invalid, unprocessable), unlike one that can not be read now.
[[nodiscard]] bool is_damage(const Error& error) noexcept;
// The finding "audit.unreadable" of such an error.
AuditFinding unreadable(std::string where, const Error& error);

// An error only when the store cannot be read; what differs, is missing or damaged is a finding.
Result<AuditReport> audit(store::Reader& reader, const AuditOptions& options);

}  // namespace wasl::trust
