// uses: exchange
// Addresses: one reading only. Written and read again it is the same call; no segment of dots, no empty one.
#include "exchange/access.hpp"

#include <cstdlib>

using namespace wasl::exchange;

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view text(reinterpret_cast<const char*>(data), size);
    if (const auto client = parse_client_id(text); client && parse_client_id(client->text()) != client) { std::abort(); }
    if (size < 300) {
        const auto pattern = PathPattern::parse(text);
        if (pattern && !text.contains('\\') && !pattern->matches(text)) { std::abort(); }
    }
    const auto address = parse_service_address(text);
    if (!address) { return 0; }
    const auto second = parse_service_address(address->target());
    if (!second || second->service != address->service || second->path != address->path) { std::abort(); }
    const std::string path = address->path + "/";
    if (path.contains("/../") || path.contains("/./") || address->path.contains("//") || path.contains(';')) { std::abort(); }
    return 0;
}
