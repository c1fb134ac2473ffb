// Services about services (X-Road's metaservices): listMethods, allowedMethods and getOpenAPI, called like any
// service and only with GET; and listClients, asked of the own node.
#pragma once

#include "exchange/node_core.hpp"

#include <functional>
#include <string>
#include <string_view>

namespace wasl::exchange {

bool is_metaservice(std::string_view method, std::string_view service_code) noexcept;

// A metaservice's call: who asks, and what it is.
struct MetaCall {
    std::shared_ptr<const Running> running;
    std::shared_ptr<const Directory> directory;
    ClientId client;
    ServiceId service;
    std::optional<std::string> query;
};
// An Error is the fault's: "exchange.meta-request" is InvalidRequest, anything else InternalError.
void answer_meta(NodeCore& core, const MetaCall& call, LocalDone done);

// Groups of the client as that provider sees them: the registry's and its own.
std::vector<GroupId> groups_for(const Running& running, const Directory& directory, const ClientId& client, const ClientId& provider);

// Members and subsystems of the registry, JSON when `accept` lists application/json, else XML.
LocalAnswer list_clients(const Directory& directory, std::string_view instance, std::string_view accept);

// The description with its server addresses replaced, so that inner addresses stay hidden. JSON is rewritten
// whole; of YAML the blocks `servers` of the document, its paths and operations are replaced as text.
Result<std::string> with_server(std::string_view openapi, std::string_view server_url);

}  // namespace wasl::exchange
