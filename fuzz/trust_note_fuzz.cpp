// uses: trust base
// Signed notes, checkpoints and map heads: one canonical form each.
#include "trust/checkpoint.hpp"
#include "trust/daily_map.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view input(reinterpret_cast<const char*>(data), size);
    const auto note = wasl::trust::parse_note(input);
    const auto text = note ? std::string_view(note->text) : input;
    if (note && wasl::trust::write_note(*note) != input) {
        std::abort();
    }
    const auto checkpoint = wasl::trust::parse_checkpoint(text);
    const auto map = wasl::trust::parse_map_text(text);
    if ((checkpoint && wasl::trust::checkpoint_text(*checkpoint) != text) || (map && wasl::trust::map_text(*map) != text)) {
        std::abort();
    }
    return 0;
}
