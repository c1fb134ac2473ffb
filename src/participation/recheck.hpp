// The audit's half of taking part: what the journal says was published, said, supported, hidden and answered is held against
// everything kept, commitments included.
#pragma once

#include "base/result.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>

namespace wasl::participation {

// Keys (internal): "recheck.participation-unreadable" (an entry), "recheck.participation-differs" (a document is not what the
// journal committed to, or is missing), "recheck.participation-counts" (supports or a kept count differ).
class ForumRecheck {
public:
    explicit ForumRecheck(store::Reader& reader) : reader_(reader) {}
    Result<void> visit(const store::JournalRow& row);  // any row; those of other rooms are passed over
    Result<void> finish();
    [[nodiscard]] std::uint64_t entries() const noexcept { return entries_; }

private:
    struct Said {
        std::string consultation, commitment, hidden;  // hidden: the reason while it is hidden
        std::int64_t article = 0, revision = 0;
        std::set<std::string> supports;                // commitments to voices
    };
    struct Suggested {
        std::string commitment;
        std::string handled;  // digest of the answer; empty: waits
    };
    Result<void> check_consultations();
    Result<void> check_comments();
    Result<void> check_supports();
    Result<void> check_suggestions();
    Result<void> check_counts();

    store::Reader& reader_;
    std::map<std::string, std::string> consultations_;  // id → digest of what is public
    std::map<std::string, Said> comments_;
    std::map<std::string, Suggested> suggestions_;
    std::uint64_t entries_ = 0;
};

}  // namespace wasl::participation
