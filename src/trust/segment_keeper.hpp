// Long journals: complete runs of old entries move from the store's rows into segments (segment.hpp), which are
// kept as the store's blobs: on disk before the rows leave, named by the transaction in which they do, part of
// every backup, and checked against their digest when read. A process that dies in the middle leaves the rows where
// they were, and a file without a name that is swept a day later.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "store/store.hpp"
#include "trust/segment.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::trust {

// Add it to the schema of a store whose rows move; others do without.
store::CollectionSpec segments_collection();

struct SegmentRules {
    std::uint64_t entries = 4'096;          // of a segment: is_segment_place(0, entries)
    std::int64_t rows_seconds = 48 * 3'600; // entries stay in the store at least so long …
    std::uint64_t rows_most = 2'000'000;    // … unless there are more than that
    std::int64_t keep_seconds = 0;          // then salts and contents of a segment are erased; 0: never
    std::int64_t chain_seconds = 3 * 86'400; // a chain without entries for so long never goes on
};

struct KeptSegment {
    std::uint64_t first = 0, end = 0;  // seq; end exclusive
    Digest file;                       // SHA-256 of the segment's bytes: its blob
    Instant newest;                    // of its last entry
    std::optional<Instant> erased;
    bool operator==(const KeptSegment&) const = default;
};
// In order of `first`, from the one that holds `from`. None for a store without segments.
Result<std::vector<KeptSegment>> kept_segments(store::Reader& reader, std::uint64_t from = 0, std::size_t limit = 1'000);
// Read and checked against its digest. Keys "store.damaged", "trust.segment-malformed".
Result<Segment> read_segment(store::Reader& reader, const KeptSegment& kept);

// Moves the next run when its time has come; nothing when not. The file is checked whole before the rows leave.
// One thread at a time a store, and not a writer's.
Result<std::optional<KeptSegment>> move_segment(store::Store& store, const SegmentRules& rules, Instant now);
// Erases the oldest segment whose time is over; `also` within the same transaction, with its entries as they
// were.
using AlsoErase = std::function<Result<void>(store::Transaction&, const Segment&)>;
Result<std::optional<KeptSegment>> erase_segment(store::Store& store, const SegmentRules& rules, Instant now, const AlsoErase& also = {});

// The whole journal, wherever its entries stand. The reader outlives it; one thread at a time.
class JournalHistory {
public:
    explicit JournalHistory(store::Reader& reader) : reader_(&reader) {}
    Result<std::vector<store::JournalRow>> rows(std::uint64_t first, std::size_t limit);
    // As Reader::checkpoint_covering.
    Result<std::optional<store::Checkpoint>> checkpoint_covering(std::uint64_t at_least);

private:
    Result<const Segment*> segment_of(std::uint64_t seq);  // null: none holds it
    store::Reader* reader_;
    std::shared_ptr<const Segment> last_;
};

}  // namespace wasl::trust
