#include "exchange/node_routes.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/edge.hpp"
#include "exchange/meta.hpp"
#include "exchange/peer.hpp"
#include "http/server.hpp"

#include <algorithm>

namespace wasl::exchange {

namespace {

constexpr std::chrono::seconds grace{5};  // for the reply after the longest exchange
constexpr std::size_t records_at_once = 1'000;
constexpr std::string_view no_registry = "This node's registry is missing or too old";

WireRequest request_of(const http::Request& request) {
    return {std::string(request.method_text()), std::string(request.raw_target()), lines_of(request), request.shared_body(), std::string(request.body_sha512())};
}

// Several lines of a list are one (RFC 9110 §5.3).
std::string accept_of(const http::Request& request) {
    std::string out;
    for (const http::HeaderView& line : request.headers()) {
        if (equals_ignoring_ascii_case(line.name, "Accept")) { out.append(out.empty() ? "" : ", ").append(line.value); }
    }
    return out;
}

http::Response response_of(WireResponse&& answer) {
    http::Response out;
    out.status = answer.status;
    out.reason = std::move(answer.reason);
    out.headers.reserve(answer.headers.size());
    for (HeaderLine& line : answer.headers) { out.headers.push_back({std::move(line.name), std::move(line.value)}); }
    if (auto* text = std::get_if<std::string>(&answer.body)) {
        out.body = std::move(*text);
    } else if (auto& shared = std::get<http::SharedBody>(answer.body)) {
        out.body = std::move(shared);
    }
    return out;
}

http::Response response_of(const Fault& fault, std::string_view accept, FaultSpelling spelling) {
    FaultResponse told = render_fault(fault, accept, spelling);
    http::Response out;
    out.status = fault.kind == FaultKind::logging_failed ? 503 : told.status;
    out.headers = {{"Content-Type", std::move(told.content_type)}, {"X-Road-Error", std::move(told.error_header)}};
    if (out.status == 503) { out.headers.push_back({"Retry-After", "5"}); }
    out.body = std::move(told.body);
    return out;
}

// What the server refuses before the message is whole, or because it is none.
Refusal server_refusal(NodeCore& core, const Error& error, FaultSide side) {
    const auto not_ours = [&](std::string message) { return core.refuse(side, FaultKind::bad_request, std::move(message), error.key, error.detail); };
    if (error.code == Code::not_found) { return not_ours("No such address: a call begins with /r1/"); }
    if (error.code == Code::method_not_allowed) { return not_ours("This address does not take that method"); }
    if (error.code == Code::too_large) { return not_ours("The body is too large"); }
    if (error.code == Code::invalid) { return not_ours("The message is malformed: " + error.key); }
    const FaultSide own = side == FaultSide::client ? FaultSide::client_proxy : side;
    if (error.key == "exchange.registry-missing") { return core.refuse(own, FaultKind::outdated_global_conf, std::string(no_registry), error.key, error.detail); }
    if (error.key == "http.body-storage") { return core.refuse(own, FaultKind::io_error, "The body can not be kept", error.key, error.detail); }
    return core.refuse(own, FaultKind::internal_error, "The node failed: " + error.key, error.key, error.detail);
}

RefusalRow claimed(const http::Request& request, JournalSide side) {
    RefusalRow row;
    row.facts.side = side;
    if (auto words = read_request_words(lines_of(request))) {
        row.facts.client = std::move(words->client);
        row.facts.message_id = words->id.value_or("");
    }
    if (auto address = parse_service_address(request.raw_target())) { row.facts.service = std::move(address->service); }
    row.method = request.method_text();
    row.target = request.raw_target();
    if (const auto& shown = request.client_certificate()) { row.certificate = to_hex(shown->fingerprint.view()); }
    return row;
}

// At the edge a refusal is journaled with whoever it claims to come from, and said as the caller reads it.
http::Response edge_refusal(NodeCore& core, const http::Request& request, const Refusal& refusal) {
    const auto running = core.running();
    RefusalRow row = claimed(request, JournalSide::client);
    const ClientId client = row.facts.client;
    core.journal_refusal(*running, client, std::move(row), refusal);
    return response_of(refusal.fault, accept_of(request), running->configuration.spelling);
}

// Of a head that is none: Accept where its lines can be told apart.
std::string accept_in(std::string_view seen) {
    std::string out;
    for (std::size_t end = seen.find('\n'); end != std::string_view::npos; end = seen.find('\n')) {
        const std::string_view line = trim(seen.substr(0, end));
        if (line.empty()) { break; }
        seen.remove_prefix(end + 1);
        const std::size_t colon = std::min(line.find(':'), line.size());
        if (equals_ignoring_ascii_case(line.substr(0, colon), "Accept") && colon != line.size()) {
            out.append(out.empty() ? "" : ", ").append(trim(line.substr(colon + 1)));
        }
    }
    return out;
}

// Nobody is known yet.
Refusal head_refusal(NodeCore& core, JournalSide by, int status, std::string_view key) {
    constexpr int too_slow = 408, address_too_long = 414, fields_too_large = 431;
    const bool too_large = status == address_too_long || status == fields_too_large;
    std::string message = too_large ? "The head is too large" : status == too_slow ? "The head did not come in time" : "The head is malformed: " + std::string(key);
    const FaultSide side = by == JournalSide::client ? FaultSide::client : FaultSide::server_proxy;
    Refusal refusal = core.refuse(side, FaultKind::bad_request, std::move(message), std::string(key));
    RefusalRow row;
    row.facts.side = by;
    core.journal_refusal(*core.running(), {}, std::move(row), refusal);
    return refusal;
}

http::Reply at_edge(NodeCore& core, http::Request& request, EdgeKind kind) {
    return http::Later([&core, kind, kept = request.keep()](http::Responder responder) {
        EdgeCall call;
        call.request = request_of(*kept);
        call.secure = kind == EdgeKind::tls && kept->secure();
        call.from_here = kept->peer() == "127.0.0.1" || kept->peer() == "::1" || kept->peer() == "::ffff:127.0.0.1";
        call.certificate = kept->client_certificate();
        const FaultSpelling spelling = core.running()->configuration.spelling;
        send(core, std::move(call), [kept, spelling, responder = std::move(responder)](EdgeAnswer answer) mutable {
            if (const auto* fault = std::get_if<Fault>(&answer.what)) {
                return responder.send(response_of(*fault, accept_of(*kept), spelling));
            }
            responder.send(response_of(std::move(std::get<WireResponse>(answer.what))));
        });
    });
}

http::Reply from_peer(NodeCore& core, http::Request& request) {
    return http::Later([&core, kept = request.keep()](http::Responder responder) {
        const auto& shown = kept->client_certificate();
        const Sender sender{false, shown ? to_hex(shown->fingerprint.view()) : ""};
        receive(core, request_of(*kept), sender, [responder = std::move(responder)](WireResponse response) mutable {
            responder.send(response_of(std::move(response)));
        });
    });
}

// What the server itself has to refuse at the edge.
auto edge_error_page(NodeCore& core) {
    return [&core](const http::Request& request, const Error& error) { return edge_refusal(core, request, server_refusal(core, error, FaultSide::client)); };
}

}  // namespace

void add_edge_routes(NodeCore& core, http::Router& router, EdgeKind kind) {
    http::RawOptions options{.body_limit = core.options.limits.body_bytes, .sha512 = true, .later = core.options.limits.whole + grace};
    options.error_page = edge_error_page(core);
    // There is one version of the protocol; another is refused by the protocol's own words, not by a page.
    for (const char digit : std::string_view("023456789")) {
        router.raw(std::string("/r") + digit + "/", [&core](http::Request& request) -> http::Reply {
            return edge_refusal(core, request, core.refuse(FaultSide::client, FaultKind::bad_request, "Only version r1 of the message protocol is known here", "exchange.protocol-version"));
        });
    }
    router.raw("/r1/", [&core, kind](http::Request& request) { return at_edge(core, request, kind); }, std::move(options));
    router.get("/listClients", [&core](http::Request& request) -> http::Reply {
        const auto directory = core.directory();
        if (!directory) {
            const Refusal refusal = core.refuse(FaultSide::client_proxy, FaultKind::outdated_global_conf, std::string(no_registry), "exchange.registry-expired");
            return response_of(refusal.fault, accept_of(request), core.running()->configuration.spelling);
        }
        LocalAnswer answer = list_clients(*directory, request.query("xRoadInstance"), accept_of(request));
        http::Response out = http::Response::bytes(std::move(answer.body), answer.headers[0].value);
        out.status = answer.status;
        return out;
    });
}

void say_edge_refusals(NodeCore& core, http::Options& options) {
    options.error_page = edge_error_page(core);
    options.refusal_page = [&core](int status, std::string_view key, std::string_view seen) {
        return response_of(head_refusal(core, JournalSide::client, status, key).fault, accept_in(seen), core.running()->configuration.spelling);
    };
}

void say_peer_refusals(NodeCore& core, http::Options& options) {
    options.refusal_page = [&core](int status, std::string_view key, std::string_view) {
        return response_of(refusal_response(core, head_refusal(core, JournalSide::provider, status, key)));
    };
}

void add_peer_routes(NodeCore& core, http::Router& router) {
    http::RawOptions options{.body_limit = core.options.limits.body_bytes, .sha512 = true, .later = core.options.limits.whole + grace};
    options.error_page = [&core](const http::Request& request, const Error& error) {
        const Refusal refusal = server_refusal(core, error, FaultSide::server_proxy);
        RefusalRow row = claimed(request, JournalSide::provider);
        const ClientId provider = row.facts.service.provider;
        core.journal_refusal(*core.running(), provider, std::move(row), refusal);
        return response_of(refusal_response(core, refusal));
    };
    router.raw("/r1/", [&core](http::Request& request) { return from_peer(core, request); }, std::move(options));
}

void add_management_routes(NodeCore& core, http::Router& router) {
    router.get("/exchange/records", [&core](http::Request& request) -> http::Reply {
        const auto after = to_integer(request.query("after", "0"));
        if (!after || *after < 0) { return Error{Code::invalid, "exchange.records-after", "after is no number"}; }
        const auto directory = core.directory();
        const RegisteredNode* here = directory ? directory->node(core.options.id) : nullptr;
        std::string out;
        for (const auto& record : core.monitoring.since(static_cast<std::uint64_t>(*after), records_at_once)) {
            out += monitoring_json(*record, core.now().seconds(), here != nullptr ? here->host : "") + "\n";
        }
        return http::Response::bytes(std::move(out), "application/x-ndjson");
    });
    router.get("/exchange/health", [&core](http::Request&) -> http::Reply { return http::Response::json(health_json(core.monitoring)); });
    router.get("/exchange/unknown", [&core](http::Request&) -> http::Reply {
        json::Array out;
        for (const auto& [member, served] : core.running()->members) {
            auto reader = served.journal->store().read();
            const auto found = reader ? unknown_outcomes(**reader, records_at_once) : Result<std::vector<FoundExchange>>(std::unexpected(reader.error()));
            if (!found) { return found.error(); }
            for (const FoundExchange& one : *found) {
                out.emplace_back(json::Object{{"member", member.text()}, {"request_id", one.request_id}, {"message_id", one.message_id},
                                              {"side", to_string(one.side)}, {"client", one.client.text()},
                                              {"service", one.service.text()}, {"at", one.at.iso()}});
            }
        }
        return http::Response::json(json::write(json::Object{{"unknown", std::move(out)}}));
    });
}

}  // namespace wasl::exchange
