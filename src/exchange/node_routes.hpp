// The doors of a node as routes: for information systems (the edge), for other nodes, for the operator. What is public of
// them is said in node.hpp; the core outlives the routers.
#pragma once

#include "exchange/node.hpp"
#include "exchange/node_core.hpp"
#include "http/router.hpp"

namespace wasl::exchange {

void add_edge_routes(NodeCore& core, http::Router& router, EdgeKind kind);
void say_edge_refusals(NodeCore& core, http::Options& options);
void say_peer_refusals(NodeCore& core, http::Options& options);
void add_peer_routes(NodeCore& core, http::Router& router);
void add_management_routes(NodeCore& core, http::Router& router);

}  // namespace wasl::exchange
