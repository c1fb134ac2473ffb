// The head that the client sends.
#include "base/text.hpp"
#include "http/impl/fields.hpp"
#include "http/impl/link.hpp"

#include <fmt/format.h>

namespace wasl::http {

namespace {

std::unexpected<Error> unsendable(std::string what) {
    return fail(Code::invalid, "http.client.request", std::move(what));
}

bool is_sendable_target(std::string_view target) {
    for (const char c : target) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7F) {
            return false;
        }
    }
    return !target.empty();
}

bool frames(std::string_view name) {
    return equals_ignoring_ascii_case(name, "content-length") ||
           equals_ignoring_ascii_case(name, "transfer-encoding") || equals_ignoring_ascii_case(name, "connection");
}

std::string host_field(const Outgoing& request) {
    const bool usual = request.port == (request.tls ? 443 : 80);
    const bool v6 = request.host.find(':') != std::string::npos;
    const std::string host = v6 ? "[" + request.host + "]" : request.host;
    return usual ? host : fmt::format("{}:{}", host, request.port);
}

}  // namespace

Result<void> check_sendable(const Outgoing& request) {
    if (request.host.empty() || request.port == 0 || !is_field_value(request.host) ||
        request.host.find_first_of(" /@\t") != std::string::npos) {
        return unsendable("host or port");
    }
    if (!is_token(request.method) || request.method == "CONNECT") {
        return unsendable("method");
    }
    if (!is_sendable_target(request.target)) {
        return unsendable("target");
    }
    for (const auto& [name, value] : request.headers) {
        if (!is_token(name) || frames(name) || !is_field_value(value)) {
            return unsendable("header " + name);
        }
    }
    return {};
}

std::string request_head(const Outgoing& request, std::uint64_t body_size) {
    std::string head;
    head.reserve(1024);
    head.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
    bool host = false;
    for (const Header& header : request.headers) {
        host = host || equals_ignoring_ascii_case(header.name, "host");
    }
    if (!host) {
        head.append("Host: ").append(host_field(request)).append("\r\n");
    }
    for (const auto& [name, value] : request.headers) {
        head.append(name).append(": ").append(value).append("\r\n");
    }
    const bool with_body = request.method == "POST" || request.method == "PUT" || request.method == "PATCH";
    if (body_size > 0 || with_body) {
        head.append("Content-Length: ").append(std::to_string(body_size)).append("\r\n");
    }
    head += request.fresh ? "Connection: close\r\n\r\n" : "\r\n";
    return head;
}

}  // namespace wasl::http
