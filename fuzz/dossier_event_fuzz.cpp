// uses: dossier
// Journal entries of any bytes: refused, or read and written back to the same value and bytes.
#include "dossier/codec.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace wasl::dossier;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (const auto event = decode_event(bytes)) {
        const auto text = encode(*event);
        const auto again = decode_event(text);
        if (!again || !(*again == *event) || encode(*again) != text) { std::abort(); }
    }
    if (const auto state = decode_state(bytes)) {
        const auto again = decode_state(encode(*state));
        if (!again || !(*again == *state)) { std::abort(); }
    }
    return 0;
}
