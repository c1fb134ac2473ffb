// Readings as they were handed in, one file a period: the file itself as a blob, and who brought it when.
#pragma once

#include "base/time.hpp"
#include "store/store.hpp"

#include <optional>
#include <string>
#include <vector>

namespace wasl::grid {

struct KeptReadings {
    Date from, until;      // of most of its readings; until exclusive
    Digest file;           // the blob
    std::string name, by;  // of the file; of who brought it
    std::int64_t rows = 0;
    Instant at;

    bool operator==(const KeptReadings&) const = default;
};

std::vector<store::CollectionSpec> readings_collections();
// Takes the place of an earlier file of the same period. The blob is written before (Store::write_blob).
Result<void> keep_readings(store::Transaction& tx, const KeptReadings& readings);
// Newest period first. Key "grid.readings-malformed" [internal].
Result<std::vector<KeptReadings>> kept_readings(store::Reader& reader, std::size_t limit = 60);

}  // namespace wasl::grid
