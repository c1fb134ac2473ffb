// The audit's half of the state: every dossier is rebuilt from its journal entries and compared with
// its row, byte for byte, and with the index values that lists, queues and due events follow; every
// paper is compared with its digest. Names the first that differs.
#pragma once

#include "base/result.hpp"
#include "dossier/state.hpp"
#include "store/store.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

namespace wasl::jurisdiction {
class Pack;
}
namespace wasl::catalogue {
struct Revision;
}

namespace wasl::dossier {

// One pass over a consistent view. Memory does not grow with the number of dossiers: a chain is
// replayed when its last entry comes by.
//
// Keys (Code::internal; detail names the reference and the entry): "recheck.row-differs", "recheck.index-differs",
// "recheck.erased-in-part" (entries without content in a dossier that was not erased as a whole),
// "recheck.row-missing", "recheck.entry-unreadable", "recheck.entry-impossible",
// "recheck.rows-without-journal", "recheck.paper-differs", "recheck.counter-differs", and where revisions can be found
// "recheck.rule-differs": a decision table, run again on the inputs that a record kept, does not say what the record says.
class Recheck {
public:
    // The published revision of a hash (hex).
    using Revisions = std::function<Result<std::shared_ptr<const catalogue::Revision>>(const std::string& hash)>;
    Recheck(store::Reader& reader, const jurisdiction::Pack& pack, Revisions revisions = {})
        : reader_(reader), pack_(pack), revisions_(std::move(revisions)) {}

    // For trust::AuditOptions::visit: each entry in order. Entries that are no dossier's pass by.
    Result<void> visit(const store::JournalRow& row);
    // Afterwards: no row without a journal, and every paper there and unchanged.
    Result<void> finish();

    [[nodiscard]] std::uint64_t dossiers() const noexcept { return dossiers_; }
    [[nodiscard]] std::uint64_t papers() const noexcept { return papers_; }

private:
    Result<void> replay_chain(const store::JournalRow& last);
    Result<void> check_rules(const State& state, const Event& event, std::uint64_t entry);
    Result<void> check_index(const State& state, const store::JournalRow& last);
    Result<void> check_papers(const std::string& reference, std::string_view digest);

    store::Reader& reader_;
    const jurisdiction::Pack& pack_;
    Revisions revisions_;
    std::uint64_t dossiers_ = 0;
    std::uint64_t papers_ = 0;
};

}  // namespace wasl::dossier
