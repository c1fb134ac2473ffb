// uses: batch
// A batch of any bytes, as JSON and as CSV: no crash; lines numbered in order, each id once and of its letters.
#include "batch/lines.hpp"

#include <cstdlib>
#include <set>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    for (const auto format : {wasl::batch::Format::json, wasl::batch::Format::csv}) {
        const auto lines = wasl::batch::read_lines(format, text);
        if (!lines) continue;
        std::set<std::string> seen;
        for (const auto& line : *lines) {
            const bool good = line.number == seen.size() + 1 && !line.id.empty() && seen.insert(line.id).second;
            if (!good) std::abort();
        }
        if (seen.empty() || seen.size() > wasl::batch::most_lines) std::abort();
    }
    return 0;
}
