#include "base/text.hpp"
#include "exchange/edge.hpp"
#include "exchange/peer.hpp"

namespace wasl::exchange {

namespace {

WireResponse response_of(http::Incoming incoming) {
    WireResponse out{incoming.status, std::move(incoming.reason), {}, incoming.body, incoming.body->sha512()};
    out.headers.reserve(incoming.headers.size());
    for (auto& [name, value] : incoming.headers) { out.headers.push_back({std::move(name), std::move(value)}); }
    return out;
}

}  // namespace

void transport(NodeCore& core, const Running& running, const Directory& directory, const RegisteredNode& node, const WireRequest& request,
               TransportDone done) {
    if (node.id == core.options.id) {
        return receive(core, request, {.own = true, .certificate = {}}, [done = std::move(done)](WireResponse response) mutable { done(std::move(response), ""); });
    }
    http::Outgoing out;
    for (const NodeCertificate& one : node.certificates) {
        const auto bytes = from_hex(one.sha256);
        if (bytes && bytes->size() == 32 && directory.certificate_counts(node, one.sha256, core.now())) { out.peers.push_back(digest_from_bytes(*bytes)); }
    }
    if (out.peers.empty() || !running.configuration.tls) {
        const std::string why = out.peers.empty() ? "no certificate of the node counts today" : "this node has no certificate";
        return done(fail(Code::unavailable, "http.client.tls-peer", node.id.text() + ": " + why), "");
    }
    out.host = node.host;
    out.port = node.port;
    out.tls = running.configuration.tls;
    out.method = request.method;
    out.target = request.target;
    out.headers.reserve(request.headers.size());
    for (const HeaderLine& line : request.headers) { out.headers.push_back({line.name, line.value}); }
    if (request.body_size() != 0) { out.body = request.body; }
    const NodeLimits& limits = core.options.limits;
    out.timeouts = {limits.connect, limits.whole, limits.whole};
    out.limits.body = limits.body_bytes;
    out.sha512 = true;
    core.options.client->send(std::move(out), [done = std::move(done)](Result<http::Incoming> incoming) mutable {
        if (!incoming) { return done(std::unexpected(std::move(incoming.error())), ""); }
        std::string certificate = incoming->peer ? to_hex(incoming->peer->fingerprint.view()) : "";
        done(response_of(std::move(*incoming)), std::move(certificate));
    });
}

}  // namespace wasl::exchange
