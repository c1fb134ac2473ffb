// The node at run time: between the information systems of its members (the edge: X-Road's REST
// protocol) and the nodes of others (peers: the same messages, signed by the member's key, over TLS 1.3
// with both certificates).
//
//   IS → edge: authenticate, address, journal, sign → peer node → check, journal → provider's service
//   IS ← edge: verify, journal                      ← peer node ← sign, journal  ←
//
// A request is on disk at a node before it leaves it; the answer's entry follows, with a later request's or
// within 20 ms.
// Members of one node meet through the same signed and journaled path, without a socket between them:
// what makes an exchange provable is the signatures and the journals of both, and TLS from a process to
// itself would protect nothing.
//
// Wire between nodes: the X-Road message itself, same method and target, with
//   Wasl-Head-Digest    sha-512 of the head bytes (head.hpp): every header that passes is signed by it
//   Content-Digest      sha-512 of the body, also of an empty one
//   Signature-Input, Signature   label and tag `wasl-1`, by the member's key
// Own fields of these names that the IS sent travel as `Wasl-Pass-NAME` and are given back their names.
#pragma once

#include "base/clock.hpp"
#include "base/result.hpp"
#include "exchange/access.hpp"
#include "exchange/fault.hpp"
#include "exchange/monitoring.hpp"
#include "exchange/registry.hpp"
#include "exchange/registry_keeper.hpp"
#include "exchange/services.hpp"
#include "exchange/signature_keys.hpp"
#include "http/client.hpp"
#include "http/metrics.hpp"
#include "http/router.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

namespace wasl::store {
class Store;
}
namespace wasl::http {
struct Options;
}

namespace wasl::exchange {

class KeptBodies;

// A member whose keys and journal live here.
struct ServedMember {
    ClientId member;         // without subsystem
    SigningKey key;          // signs its messages
    std::string key_id;      // as in the registry
    store::Store* journal = nullptr;  // its exchange journal (exchange_journal.hpp); outlives the node
    std::shared_ptr<const KeptBodies> bodies = {};  // null: bodies are not kept (kept_bodies.hpp)
};

// How the information systems of a subsystem prove who they are. Absent: by certificate, and none is known.
enum class ClientProof {
    certificate,  // TLS, with one of these certificates
    tls,          // TLS, without certificate
    plain,        // also plain HTTP, from this machine
};
struct ClientAuthentication {
    ClientProof proof = ClientProof::certificate;
    std::set<Digest> certificates = {};  // SHA-256 of the DER
};

// Replaced as a whole while the node runs.
struct NodeConfiguration {
    std::vector<ServedMember> members;
    Services services;
    AccessRights rights;
    std::map<ClientId, std::map<std::string, std::vector<ClientId>>> local_groups;  // by owner and code
    std::map<ClientId, ClientAuthentication> clients;                               // by subsystem
    // Shown to peers: the node's certificate and key, only_tls13, and `verify` with no roots; who is
    // believed is said by the registry's fingerprints. Null: no peer is reached but this node itself.
    std::shared_ptr<const http::TlsContext> tls;
    FaultSpelling spelling = FaultSpelling::documented;
};

// The registry as it stands now. `state` absent or expired: nothing is exchanged (OutdatedGlobalConf).
struct RegistryView {
    std::shared_ptr<const Snapshot> snapshot;
    std::shared_ptr<const std::string> signed_text;  // the JWS it was read from: kept as evidence
    RegistryState state = RegistryState::absent;
};
// Never blocks; called for every message.
using RegistryPort = std::function<RegistryView()>;

struct NodeLimits {
    std::size_t body_bytes = 64U << 20U;            // of a request or an answer
    std::chrono::milliseconds connect{5'000};       // to one peer
    std::chrono::milliseconds idle{30'000};         // a peer or provider that stands still
    std::chrono::milliseconds whole{90'000};        // from request to answer, all tries together
    std::size_t nonces = 4'000'000;                 // remembered at once; more: refused
    std::size_t open = 20'000;                      // exchanges at once; more: refused
    int refusals_journaled_per_second = 50;         // of one sender; the rest is counted only
};

struct NodeOptions {
    NodeId id;
    RegistryPort registry;
    std::shared_ptr<http::Client> client;  // to peers and providers
    const Clock* clock = nullptr;          // none: the system's
    Entropy* entropy = nullptr;            // none: the system's
    http::Metrics* metrics = nullptr;      // wasl_exchange_…; outlives the node
    NodeLimits limits = {};
};

// A call made by this process itself, for one of its members (the once-only flow): as from the edge,
// signed and journaled alike; the caller answers for who it is.
struct OwnCall {
    ClientId client;                     // a subsystem served here
    ServiceId service;
    std::string method = "GET";
    std::string path = {};               // behind the service, encoded, begins with '/'; may be empty
    std::optional<std::string> query = {};
    std::vector<HeaderLine> headers = {};  // Content-Type, Accept …; X-Road's own come from the fields here
    std::string body = {};
    std::optional<std::string> id = {};       // X-Road-Id; made when absent
    std::optional<std::string> user_id = {};
    std::optional<std::string> issue = {};    // e.g. the dossier's reference
    std::optional<RepresentedParty> represented = {};
};
struct OwnAnswer {
    int status = 0;                       // the provider's, or of the fault
    std::vector<HeaderLine> headers = {};
    std::string body = {};
    std::string message_id, request_id;   // of the journal entries; empty when nothing was sent
    std::optional<Fault> fault = {};      // a node failed or refused
};

// What the operator's pages ask for.
struct NodeStatus {
    std::uint64_t open = 0;               // exchanges under way
    std::uint64_t unknown_outcomes = 0;   // of all members: what was asked for may have been done
    std::uint64_t unrecorded_answers = 0; // answers whose entry could not be kept until the disk took it
    std::uint64_t nonces = 0;
    RegistryState registry = RegistryState::absent;
};

enum class EdgeKind { plain, tls };  // plain: only from this machine

// Thread-safe.
class Node {
public:
    // Reads the nonces of the last minutes and what an earlier process left open from the members'
    // journals. Fails as these do, or with "exchange.configuration" (no client, no registry, a member
    // twice, without journal or with a subsystem).
    static Result<std::unique_ptr<Node>> create(NodeOptions options, NodeConfiguration configuration);
    ~Node();  // call stop() of the servers and of the client before

    // Messages under way end under the configuration they began with. Fails as create() does, and then
    // nothing changes.
    Result<void> configure(NodeConfiguration configuration);

    // `/r1/…` (raw) and `/listClients`, for information systems. The node outlives the router.
    void edge_routes(http::Router& router, EdgeKind kind);
    // For the server of that router: what is no call at all (another address, another method, a head that is malformed, too
    // large or too slow) is refused in the protocol's words too, and journaled. Before the server is made.
    void edge_refusals(http::Options& options);
    // `/r1/…` (raw) for other nodes; the server asks for client certificates (`required`, no CA).
    void peer_routes(http::Router& router);
    // For the server of that router: a head that is malformed, too large or too slow is refused as a call is, and journaled.
    void peer_refusals(http::Options& options);
    // `/exchange/records` (JSON lines; ?after=NUMBER), `/exchange/health`, `/exchange/unknown`: for the
    // management side; rights are the caller's to check.
    void management_routes(http::Router& router);

    void call(OwnCall call, std::move_only_function<void(OwnAnswer)> done);

    // Waits until all that was recorded is on disk. Not from a writer's thread.
    Result<void> settle();

    [[nodiscard]] const NodeId& id() const noexcept;
    [[nodiscard]] NodeStatus status() const;
    [[nodiscard]] Monitoring& monitoring() noexcept;

    struct Impl;

private:
    explicit Node(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::exchange
