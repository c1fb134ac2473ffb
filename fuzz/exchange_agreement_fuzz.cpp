// uses: exchange
// Whatever is sent as a signed agreement: it is refused, or it writes itself again.
#include "exchange/agreement.hpp"

#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto read = wasl::exchange::parse_signed_agreement(bytes)) {
        const auto again = wasl::exchange::parse_signed_agreement(wasl::exchange::write_signed_agreement(*read));
        if (!again || again->text != read->text || again->signatures.size() != read->signatures.size()) std::abort();
    }
    if (const auto read = wasl::exchange::parse_agreement(bytes)) {
        if (wasl::exchange::write_agreement(*read) != bytes) std::abort();
    }
    return 0;
}
