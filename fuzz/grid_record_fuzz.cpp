// uses: base grid
// Any record of a connection check: reading neither crashes nor runs away; what was read is written and read again, the same.
#include "grid/connection_record.hpp"
#include "grid/ledger.hpp"

#include <cstdint>
#include <cstdlib>

using namespace wasl;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto holding = grid::decode_holding(text)) {
        const auto again = grid::decode_holding(grid::encode_holding(*holding));
        if (!again || *again != *holding) std::abort();
    }
    const auto value = json::parse(text);
    const auto record = value ? grid::record_from(*value) : Result<grid::CheckRecord>(std::unexpected(value.error()));
    if (!record) return 0;
    const auto once = json::write(grid::record_json(*record));
    const auto read = grid::record_from(*json::parse(once));
    if (!read || json::write(grid::record_json(*read)) != once) std::abort();
    return 0;
}
