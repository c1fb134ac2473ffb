// uses: catalogue
// The portal's JSON of any bytes: a clear error, or sheets that load without findings.
#include "catalogue/idarati.hpp"

#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace wasl::catalogue;
    const auto sheets = read_idarati({reinterpret_cast<const char*>(data), size}, {});
    if (!sheets) {
        return 0;
    }
    for (const auto& sheet : *sheets) {
        (void)report_line(sheet);
        if (sheet.files.empty()) continue;  // nothing that could be filed: told of in the report
        const auto loaded = load_procedure(sheet.id, sheet.files, nullptr, {2026, 11, 21});
        for (const auto& diagnostic : loaded.diagnostics) {
            std::fputs((diagnostic.text() + "\n").c_str(), stderr);
        }
        if (!loaded.diagnostics.empty()) std::abort();
    }
    return 0;
}
