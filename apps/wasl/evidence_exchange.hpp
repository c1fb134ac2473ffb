// Evidence over the exchange, on both sides: the register of a member as a service, and the holders of
// others as a source for the dossiers of a member.
#pragma once

#include "host.hpp"

#include "dossier/evidence.hpp"
#include "exchange/node.hpp"
#include "register/evidence.hpp"

#include <functional>
#include <memory>
#include <string>

namespace wasl::app {

// Answers in this process from the register of that member of the host, by the endpoints of
// register/evidence.hpp. Every answer is journaled with it; the person reads it on /me/looks.
exchange::LocalService register_service(Host& host, std::string member);
// OpenAPI of that service. The member's store opens.
Result<std::string> register_openapi(Host& host, const std::string& member);

using SnapshotPort = std::function<std::shared_ptr<const exchange::Snapshot>()>;

// Asks, as `client`, the service of the registry that proves a type (exchange::Snapshot::service_for). `node`
// and what `snapshot` reads outlive the source and every answer.
std::shared_ptr<dossier::EvidenceSource> exchange_evidence(Host& host, std::string member, exchange::Node& node, SnapshotPort snapshot,
                                                           exchange::ClientId client);

// Every member of this host that has a subsystem in exchange.toml asks from now on as the last of them, or no longer:
// before the node goes.
class ExchangeNode;
Result<void> connect_exchange(Host& host, ExchangeNode& exchange);
void disconnect_exchange(Host& host, const ExchangeNode& exchange);

}  // namespace wasl::app
