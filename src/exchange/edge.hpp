// The consumer's side of a node: a call of an information system becomes a signed, journaled message to the
// provider's node; the answer is verified before the caller sees it.
#pragma once

#include "exchange/node_core.hpp"
#include "http/certificate.hpp"

#include <functional>
#include <memory>
#include <string>
#include <variant>

namespace wasl::exchange {

// A call as it came in, headers with those of its connection.
struct EdgeCall {
    WireRequest request;
    // How the information system proved who it is.
    bool trusted = false;  // this process itself
    bool secure = false;
    bool from_here = false;
    http::SharedCertificate certificate;  // null: none
};

// What the caller gets: the provider's answer with the five headers, or a fault.
struct EdgeAnswer {
    std::variant<WireResponse, Fault> what;
    std::string message_id, request_id;  // empty when nothing was sent
};
using EdgeDone = std::move_only_function<void(EdgeAnswer)>;

// `done` exactly once, from any thread. The core outlives the exchange.
void send(NodeCore& core, EdgeCall call, EdgeDone done);

// A message to a node: over TLS, or handed over when it is this one. Errors as of http::Client.
using TransportDone = std::move_only_function<void(Result<WireResponse>, std::string certificate)>;
void transport(NodeCore& core, const Running& running, const Directory& directory, const RegisteredNode& node, const WireRequest& request,
               TransportDone done);

}  // namespace wasl::exchange
