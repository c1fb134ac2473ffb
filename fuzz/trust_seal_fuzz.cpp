// uses: trust base
// A seal as bytes or as the text of a QR code: what is accepted is written back as it came.
#include "trust/seal.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    if (const auto seal = wasl::trust::parse_seal(input)) {
        if (wasl::trust::write_seal(*seal).value() != input) {
            std::abort();
        }
    }
    if (const auto bytes = wasl::trust::seal_bytes_from_text(input)) {
        if (!wasl::trust::parse_seal(*bytes)) {
            std::abort();
        }
    }
    return 0;
}
