#include "exchange/services.hpp"

#include "base/text.hpp"
#include "exchange/services_call.hpp"
#include "http/status.hpp"

#include "base/digest.hpp"

#include <algorithm>

namespace wasl::exchange {

namespace {

std::unexpected<Error> bad_url(std::string why) { return fail(Code::invalid, "exchange.url-malformed", std::move(why)); }

ProviderAnswer failed_call(NodeCore& core, const Error& error) {
    using enum FaultKind;
    const bool perhaps_done = !surely_not_done(error);
    const auto failed = [&](FaultKind kind, std::string_view words) {
        return ProviderAnswer{{}, core.refuse(FaultSide::server_proxy, kind, std::string(words) + error.key, error.key, error.detail), perhaps_done};
    };
    if (error.key == "http.client.malformed" || error.key == "http.client.too-large" || error.key == "http.body-storage") {
        return failed(service_failed, "The service's answer can not be taken: ");
    }
    if (error.key.starts_with("http.client.")) {
        return failed(network_error, perhaps_done ? "The service did not answer, and what was asked for may have been done: " : "The service can not be reached: ");
    }
    return failed(service_failed, "The service failed: ");
}

ProviderAnswer answer_of(NodeCore& core, Result<http::Incoming> incoming) {
    if (!incoming) { return failed_call(core, incoming.error()); }
    WireResponse out{incoming->status, std::move(incoming->reason), {}, incoming->body, incoming->body->sha512()};
    out.headers.reserve(incoming->headers.size() + 10);
    for (auto& [name, value] : incoming->headers) { out.headers.push_back({std::move(name), std::move(value)}); }
    return {std::move(out), std::nullopt};
}

}  // namespace

Result<HttpUrl> parse_http_url(std::string_view text) {
    const bool plain = std::ranges::all_of(text, [](char c) { return c > 0x20 && c < 0x7F && c != '\\' && c != '#' && c != '"' && c != '<' && c != '>'; });
    if (!plain || text.size() > 8'192) { return bad_url("a character that no address has, or too long"); }
    HttpUrl out;
    const std::size_t scheme = text.find("://");
    const std::string name = to_lower_ascii(text.substr(0, scheme == std::string_view::npos ? 0 : scheme));
    if (name != "http" && name != "https") { return bad_url("neither http:// nor https://"); }
    out.tls = name == "https";
    text.remove_prefix(scheme + 3);
    const std::size_t end = std::min(text.find_first_of("/?"), text.size());
    std::string_view authority = text.substr(0, end);
    if (authority.contains('@')) { return bad_url("a user name"); }
    std::string_view port;
    if (authority.starts_with('[')) {
        const std::size_t close = authority.find(']');
        if (close == std::string_view::npos) { return bad_url("the address is not closed"); }
        out.host = authority.substr(1, close - 1);
        port = authority.substr(close + 1);
    } else {
        const std::size_t colon = std::min(authority.find(':'), authority.size());
        out.host = authority.substr(0, colon);
        port = authority.substr(colon);
    }
    if (out.host.empty()) { return bad_url("no host"); }
    out.port = out.tls ? 443 : 80;
    if (!port.empty()) {
        const auto number = port.starts_with(':') ? to_integer(port.substr(1)) : std::nullopt;
        if (!number || *number < 1 || *number > 65'535) { return bad_url("port"); }
        out.port = static_cast<std::uint16_t>(*number);
    }
    out.target = text.substr(end);
    if (!out.target.starts_with('/')) { out.target.insert(0, 1, '/'); }
    return out;
}

ProviderAnswer provider_answer(NodeCore& core, Result<LocalAnswer> answer, bool meta) {
    if (!answer) {
        const Error& error = answer.error();
        if (!meta) { return failed_call(core, error); }
        const auto kind = error.key == "exchange.meta-request" ? FaultKind::invalid_request : FaultKind::internal_error;
        return {{}, core.refuse(FaultSide::server_proxy, kind, error.detail, error.key)};
    }
    WireResponse out{answer->status, std::string(http::reason_phrase(answer->status)), std::move(answer->headers), {}, sha512(answer->body)};
    out.body = std::move(answer->body);
    return {std::move(out), std::nullopt};
}

void call_service(NodeCore& core, ServiceCall call, std::move_only_function<void(ProviderAnswer)> done) {
    const ServiceConfiguration& service = call.service;
    if (service.local) {
        const LocalService handler = service.local;
        handler(std::move(call.call), [&core, done = std::move(done)](Result<LocalAnswer> answer) mutable { done(provider_answer(core, std::move(answer), false)); });
        return;
    }
    using enum FaultKind;
    const auto refuse = [&](FaultKind kind, std::string words, std::string detail = {}) {
        done({{}, core.refuse(FaultSide::server_proxy, kind, std::move(words), "exchange.service-address", std::move(detail))});
    };
    if (service.url.empty()) { return refuse(service_missing_url, "The service has no address"); }
    auto url = parse_http_url(provider_url(service.url, call.address));
    if (!url) { return refuse(service_malformed_url, "The service's address is malformed", url.error().detail); }
    http::Outgoing out;
    if (url->tls) {
        out.tls = service.tls ? service.tls : core.provider_tls(service.verify_tls);
        if (!out.tls) { return refuse(internal_error, "TLS to the service is not set up"); }
    }
    out.host = std::move(url->host);
    out.port = url->port;
    out.target = std::move(url->target);
    out.method = std::move(call.call.method);
    for (HeaderLine& line : call.call.headers) { out.headers.push_back({std::move(line.name), std::move(line.value)}); }
    if (call.call.body && call.call.body->size() != 0) { out.body = call.call.body; }
    out.timeouts = {core.options.limits.connect, service.timeout, service.timeout};
    out.limits.body = core.options.limits.body_bytes;
    out.sha512 = true;
    core.options.client->send(std::move(out), [&core, done = std::move(done)](Result<http::Incoming> incoming) mutable { done(answer_of(core, std::move(incoming))); });
}

}  // namespace wasl::exchange
