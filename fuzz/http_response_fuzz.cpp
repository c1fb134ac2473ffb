// uses: http
// A response: whole or cut at any place the same message or the same refusal; never both framings.
#include "http/impl/response_reader.hpp"

#include <cstdlib>

using namespace wasl::http;

static std::string outcome(std::string_view bytes, std::size_t step) {
    ResponseReader reader({.limits = {.head_bytes = 512, .header_count = 8, .body = 4096}});
    while (!bytes.empty() && !reader.done() && !reader.error()) {
        std::string_view piece = bytes.substr(0, step);
        const std::size_t before = piece.size();
        reader.take(piece);
        bytes.remove_prefix(before - piece.size());
    }
    reader.end(true);
    if (reader.error()) { return reader.error()->key; }
    const auto incoming = reader.finish();
    if (!incoming || incoming->status < 200 || incoming->status > 599) { std::abort(); }
    return std::to_string(incoming->status) + incoming->reason + std::string(incoming->bytes()) + std::string(bytes);
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (outcome(bytes, size + 1) != outcome(bytes, 3)) { std::abort(); }
    return 0;
}
