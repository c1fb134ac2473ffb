// uses: lingua
// Folding and stemming take any bytes; folding twice gives what folding once gave.
#include "lingua/fold.hpp"
#include "lingua/language.hpp"
#include "lingua/stem.hpp"

#include <cstddef>
#include <cstdint>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    const auto once = wasl::lingua::fold(text);
    if (wasl::lingua::fold(once) != once) {
        std::abort();
    }
    static_cast<void>(wasl::lingua::query_words(text));
    static_cast<void>(wasl::lingua::index_tokens(text));
    static_cast<void>(wasl::lingua::negotiate(text));
    return 0;
}
