// uses: trust base
// Bundles, trust files and canonical texts from anywhere: never a crash, and never valid without keys.
#include "trust/verify.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    static const wasl::trust::TrustStore nobody;
    if (wasl::trust::verify_bundle(input, nobody).verdict == wasl::trust::Verdict::valid) {
        std::abort();
    }
    if (const auto facts = wasl::trust::parse_canonical_text(input)) {
        if (wasl::trust::canonical_text(*facts).value() != input) {
            std::abort();
        }
    }
    static_cast<void>(wasl::trust::TrustStore::parse(input));
    return 0;
}
