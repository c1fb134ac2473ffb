// uses: exchange
// A snapshot: one text, one value. What is taken as the registry's text is written back to the same bytes;
// what a person may write otherwise is taken again once written; a JWS of nobody is never believed.
#include "exchange/registry.hpp"

#include <cstdlib>

using namespace wasl::exchange;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (verify_snapshot(text, {})) { std::abort(); }
    if (const auto label = snapshot_label(text); label && label->mark.size() != 32) { std::abort(); }
    const auto loose = read_snapshot(text);
    const auto strict = parse_snapshot(text);
    if (strict && (!loose || write_snapshot(*strict) != text)) { std::abort(); }
    if (loose) {
        const auto again = parse_snapshot(write_snapshot(*loose));
        if (!again || !same_rows(*again, *loose)) { std::abort(); }
    }
    return 0;
}
