// uses: base jurisdiction
// Any bytes as a file of the pack: findings, never a crash. The first byte chooses the file.
#include "jurisdiction/pack.hpp"

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    using namespace wasl::jurisdiction;
    static constexpr const char* names[] = {"pack.toml",        "delays.toml", "silence.toml",     "extension.toml", "investment.toml",
                                            "formalities.toml", "money.toml",  "identifiers.toml", "holidays.toml",  "divisions.csv"};
    if (size == 0 || size > 65'536) {
        return 0;
    }
    const PackFile file{names[data[0] % std::size(names)], std::string(reinterpret_cast<const char*>(data) + 1, size - 1)};
    const auto pack = Pack::read({&file, 1});
    if (pack || pack.error().empty()) {
        __builtin_trap();  // one file alone is never a whole pack
    }
    return 0;
}
