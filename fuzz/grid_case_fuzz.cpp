// uses: base grid
// Any text as a case file: reading and solving neither crash nor run away, and an answer is a finite one.
#include "grid/matpower.hpp"
#include "grid/study.hpp"

#include <cmath>
#include <cstdint>
#include <cstdlib>

using namespace wasl::grid;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto network = read_matpower(text, {.bytes = 1U << 20U, .elements = 200'000});
    if (!network || network->buses.size() > 2000) return 0;
    const auto solved = study(*network);
    if (!solved) return 0;
    for (const auto& bus : solved->buses) {
        if (!std::isfinite(bus.magnitude_pu)) std::abort();
    }
    static_cast<void>(study_json(*network, *solved));
    return 0;
}
