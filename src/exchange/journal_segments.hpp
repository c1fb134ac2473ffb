// An exchange journal over the years: old rows move to segments (trust/segment_keeper.hpp), and when the time of
// keeping is over the content of a segment goes, with what the index and the registry's copies held for it. What
// stays for ever are leaves and tiles, so that the journal still verifies.
#pragma once

#include "base/result.hpp"
#include "store/store.hpp"
#include "trust/segment_keeper.hpp"

#include <cstddef>

namespace wasl::exchange {

struct SegmentRound {
    std::size_t moved = 0, erased = 0;  // segments
};
// What is due now, at most `most` segments of each: the rest is for the next round. Not from a writer's thread.
Result<SegmentRound> keep_segments(store::Store& journal, const trust::SegmentRules& rules, Instant now, std::size_t most = 16);

}  // namespace wasl::exchange
