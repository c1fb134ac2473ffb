// Rows that may not wait for a group: written down at once, in the journal with the next group.
#pragma once

#include "base/result.hpp"
#include "store/journal.hpp"

#include <atomic>
#include <cstdint>
#include <memory>

namespace wasl::store {

class Store;

// Where a row that was noted has come to stand.
struct NotedRow {
    static constexpr std::uint64_t none = UINT64_MAX;  // no group has taken it yet
    std::atomic<std::uint64_t> seq{none};
};

// What a store that keeps notes can do besides (SqliteOptions::notes).
class NoteTaker {
public:
    virtual ~NoteTaker() = default;
    virtual Result<std::shared_ptr<const NotedRow>> note(JournalEntry entry) = 0;
};

// Writes a row down on the calling thread, which waits for the disk: for one that comes alone and may not wait for a
// group. It is on disk on return; it takes its place in the journal with the next group, before that group's commands,
// and when the process ends before, at the next opening. Errors (Code::unavailable): "store.not-noted", "store.notes-full"
// (nothing was written: submit it), "store.io".
Result<std::shared_ptr<const NotedRow>> note(Store& store, JournalEntry entry);

}  // namespace wasl::store
