// What only the keeper of a long journal asks of a store: rows that stand elsewhere leave it. Apart from
// Transaction, so that nothing else comes to lean on it.
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"

#include <cstdint>

namespace wasl::store {

class Transaction;

class RowKeeper {
public:
    virtual ~RowKeeper() = default;
    virtual Result<void> drop_rows(std::uint64_t below, Instant finished) = 0;
};

// Rows with seq < `below` and checkpoints of at most `below` entries leave the store; tiles stay, numbers go on,
// and a chain whose last row left goes on behind it, unless that row is older than `finished`. The caller has
// them on disk elsewhere, named by the same transaction. Keys "store.rows-needed" [invalid] (the last row and a
// checkpoint beyond `below` stay), "store.keeps-all-rows" [internal] for a store that can not.
Result<void> drop_rows(Transaction& transaction, std::uint64_t below, Instant finished);

}  // namespace wasl::store
