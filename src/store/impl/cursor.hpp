// Where a page ended: the values of the last document in its index, and its row.
#pragma once

#include "base/result.hpp"
#include "store/value.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::store::impl {

struct Cursor {
    std::vector<Value> values;
    std::int64_t id = 0;

    bool operator==(const Cursor&) const = default;
};

std::string write_cursor(const Cursor& cursor);
// Comes back from a URL: anything malformed is "store.cursor".
Result<Cursor> parse_cursor(std::string_view text, std::size_t values);

}  // namespace wasl::store::impl
