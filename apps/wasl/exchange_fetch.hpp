// One request to an absolute address and its whole answer, for what runs beside the traffic: mirrors of the
// registry, a timestamp authority, a peer's checkpoint. The calling thread waits.
#pragma once

#include "base/result.hpp"
#include "http/client.hpp"

#include <memory>
#include <string>
#include <vector>

namespace wasl::app {

struct Fetch {
    std::string url;  // http:, https:, or file: (read from this machine; GET only)
    std::string method = "GET";
    std::vector<http::Header> headers = {};
    std::string body = {};
    std::shared_ptr<const http::TlsContext> tls = {};  // for https
    std::vector<Digest> peers = {};                    // believed certificates, when not empty
    std::size_t limit = 48U << 20U;                    // of the answer's body
};
// Any answer. Keys of http::Client; "exchange.url-malformed". Not for file: addresses.
Result<http::Incoming> ask(http::Client& client, Fetch what);
// The body of an answer 200. Keys of http::Client; "exchange.url-malformed"; "exchange.fetch-status".
Result<std::string> fetch(http::Client& client, Fetch what);

}  // namespace wasl::app
