// uses: http
// Chunked bodies: whole or cut at any place, the same body or the same refusal.
#include "http/impl/chunked.hpp"

#include <cstdlib>
#include <string>

static std::string decode(std::string_view bytes, std::size_t step, wasl::http::ChunkedDecoder& decoder) {
    std::string out;
    while (!bytes.empty() && !decoder.done() && !decoder.malformed()) {
        std::string_view piece = bytes.substr(0, step);
        bytes.remove_prefix(piece.size());
        while (!piece.empty() && !decoder.done() && !decoder.malformed()) {
            out += decoder.next(piece);
        }
    }
    return out;
}

extern "C" int LLVMFuzzerTestOneInput(const unsigned char* data, std::size_t size) {
    wasl::http::ChunkedDecoder whole, cut;
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    if (decode(bytes, size, whole) != decode(bytes, 3, cut) || whole.state() != cut.state()) { std::abort(); }
    return 0;
}
