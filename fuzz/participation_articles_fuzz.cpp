// uses: participation
#include "participation/articles.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

using namespace wasl::participation;

// Whatever is read has rising numbers and something under each.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const auto read = read_articles({reinterpret_cast<const char*>(data), size});
    if (!read) return 0;
    std::int64_t last = 0;
    for (const auto& article : *read) {
        if (article.number <= last || article.text.empty()) std::abort();
        last = article.number;
    }
    return 0;
}
