// uses: store
// Page cursors come back from URLs: any text is refused or gives the same cursor again.
#include "store/impl/cursor.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    if (size == 0) {
        return 0;
    }
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    const std::size_t values = data[0] % 4U;
    if (const auto cursor = wasl::store::impl::parse_cursor(text, values)) {
        const auto again = wasl::store::impl::parse_cursor(wasl::store::impl::write_cursor(*cursor), values);
        if (!again || *again != *cursor) {
            std::abort();
        }
    }
    return 0;
}
