// The provider's side of a node: a message of another node (or of this one) is checked, journaled, called
// for, answered under signature.
#pragma once

#include "exchange/node_core.hpp"

#include <functional>
#include <string>

namespace wasl::exchange {

// Which node a message came from.
struct Sender {
    bool own = false;         // this node itself: members of one process
    std::string certificate;  // SHA-256 of the DER, lower-case hex; empty: none was shown
};

using PeerDone = std::move_only_function<void(WireResponse)>;

// `done` exactly once, from any thread. The core outlives the exchange.
void receive(NodeCore& core, WireRequest request, const Sender& sender, PeerDone done);

// A refusal that is decided before the message could be read (body too large and the like).
WireResponse refusal_response(NodeCore& core, const Refusal& refusal);

}  // namespace wasl::exchange
