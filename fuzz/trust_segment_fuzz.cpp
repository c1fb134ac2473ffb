// uses: trust
// Whatever is taken for a segment: with its sum made to fit it is refused, or it writes itself again.
#include "base/digest.hpp"
#include "trust/segment.hpp"

#include <cstdint>
#include <cstdlib>
#include <string>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    std::string bytes(reinterpret_cast<const char*>(data), size);
    bytes += wasl::sha256(bytes).view();
    if (const auto read = wasl::trust::parse_segment(bytes)) {
        if (wasl::trust::write_segment(*read) != bytes) std::abort();
        static_cast<void>(wasl::trust::check_segment(*read));
    }
    return 0;
}
