// Turns a Response into bytes.
#pragma once

#include "http/body.hpp"
#include "http/message.hpp"
#include "http/reply.hpp"
#include "http/status.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::http {

// What the head of one reply depends on besides the response.
struct WriteContext {
    const Request* request = nullptr;        // null for refusals before routing
    bool keep_alive = true;
    int minor_version = 1;
    std::string_view date;                   // RFC 9110 §5.6.7
    const std::vector<Header>* default_headers = nullptr;
    const Header* transport_security = nullptr;  // null on plain connections
    bool raw = false;                        // headers and reason exactly as given, see Router::raw
};

// A response whose head is in `head`; the body is one of: `bytes` (alive as long as this is), a
// body that lies in a file, a stream, or nothing.
struct Rendered {
    std::string head;
    std::string_view bytes;
    SharedBody file;           // read in pieces
    std::optional<Stream> stream;
    bool chunked = false;      // the stream goes out in chunks
    bool close = false;        // the end of the stream is the end of the connection
    int status = 200;
    Response keep;             // owns the bytes
};

// Chooses identity or gzip, answers If-None-Match for precompressed bodies, opens files. A file
// that cannot be opened becomes a 404. Not movable after: `bytes` may view `keep`.
void prepare(Response response, const WriteContext& context, Rendered& out);

std::string http_date(std::int64_t unix_seconds);  // "Sun, 06 Nov 1994 08:49:37 GMT"

}  // namespace wasl::http
