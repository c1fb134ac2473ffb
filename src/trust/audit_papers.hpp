// The part of an audit that looks at what a journal's checkpoints were used for: stored seals and daily lists.
#pragma once

#include "base/result.hpp"
#include "store/store.hpp"
#include "trust/audit.hpp"
#include "trust/segment_keeper.hpp"

#include <string>

namespace wasl::trust {

struct AuditPapers {
    store::Reader& reader;
    JournalHistory& history;
    const AuditOptions& options;
    AuditReport& report;  // findings are added to it, up to options.stop_after
    [[nodiscard]] bool enough() const noexcept { return report.findings.size() >= options.stop_after; }
    void find(std::string key, std::string where, std::string detail = {}) const;
};
// After all checkpoints were recomputed. Errors are the reader's.
Result<void> check_seals(const AuditPapers& of);
Result<void> check_maps(const AuditPapers& of);

}  // namespace wasl::trust
