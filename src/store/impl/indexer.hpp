// The search index catches up with committed documents, between groups.
#pragma once

#include "store/impl/layout.hpp"
#include "store/impl/sqlite.hpp"

namespace wasl::store::impl {

Result<std::int64_t> backlog(Connection& writer);
// Indexes up to `limit` documents in a transaction of its own; how many there were.
Result<std::size_t> index_some(Connection& writer, const Layout& layout, std::size_t limit);

}  // namespace wasl::store::impl
