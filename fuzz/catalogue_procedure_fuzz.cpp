// uses: catalogue
// A procedure folder of any bytes: findings, never a crash; what loads survives its canonical form.
#include "catalogue/loader.hpp"

#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace wasl::catalogue;
    const std::string bytes(reinterpret_cast<const char*>(data), size);
    Files files;  // "#FILE name" lines part the input
    for (std::size_t at = bytes.starts_with("#FILE ") ? 0 : std::string::npos; at != std::string::npos;) {
        const std::size_t line = std::min(bytes.find('\n', at), bytes.size());
        const std::size_t next = bytes.find("\n#FILE ", line == bytes.size() ? line : line - 1);
        files.emplace_back(bytes.substr(at + 6, line - at - 6), bytes.substr(line, next == std::string::npos ? next : next - line));
        at = next == std::string::npos ? next : next + 1;
    }
    const auto loaded = load_procedure("p", files, nullptr, {2026, 11, 21});
    if (loaded.revision) {
        const auto again = revision_from_json(canonical(*loaded.revision));
        if (loaded.diagnostics.empty() && (!again || (*again)->hash != loaded.revision->hash)) std::abort();
    }
    return 0;
}
