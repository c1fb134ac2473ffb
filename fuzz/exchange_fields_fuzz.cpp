// uses: exchange
// Structured fields: what is read, written and read again is the same value.
#include "exchange/structured_fields.hpp"

#include <cstdlib>

namespace sf = wasl::exchange::sf;

static void again(std::string_view text, auto parse) {
    const auto value = parse(text);
    if (!value) { return; }
    const auto written = sf::serialize(*value);
    if (!written) { std::abort(); }
    const auto second = parse(*written);
    if (!second || !(*second == *value) || sf::serialize(*second) != written) { std::abort(); }
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    again(text, [](std::string_view field) { return sf::parse_item(field); });
    again(text, [](std::string_view field) { return sf::parse_list(field); });
    again(text, [](std::string_view field) { return sf::parse_dictionary(field); });
    return 0;
}
