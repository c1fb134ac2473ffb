// uses: store
// The file of notes after a crash: any bytes are passed over, or give entries that are written as they were read.
#include "store/impl/notes.hpp"

#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace wasl::store::impl;
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const Note& note : read_notes(text, 1)) {
        const auto again = read_notes(write_note(1, note.number, note.entry), 1);
        if (again.size() != 1 || again[0].entry.content != note.entry.content) {
            std::abort();
        }
    }
    const auto made = read_notes(write_note(1, size, {.chain = "c", .kind = "k", .content = std::string(text)}), 1);
    if (made.size() != 1 || made[0].entry.content != text) {
        std::abort();
    }
    return 0;
}
