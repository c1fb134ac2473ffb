// What a node answers for: the services of its subsystems, each behind an address of its information
// system or answered in this process.
#pragma once

#include "base/result.hpp"
#include "exchange/access.hpp"
#include "exchange/address.hpp"
#include "exchange/head.hpp"
#include "exchange/registry.hpp"
#include "http/client.hpp"

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace wasl::exchange {

// A call whose signature, sender and right have been checked and whose request is on disk.
struct LocalCall {
    ServiceId service;
    std::string method;
    std::string path;                  // behind the service, decoded: ServiceAddress::path
    std::optional<std::string> query;  // without '?', as sent
    RequestWords words;                // client, message id (always there), user, issue, represented party
    std::string request_id;            // names the exchange in the journals of both sides
    std::vector<HeaderLine> headers;   // as a provider would get them
    http::SharedBody body;             // never null
    Instant at;
    // What allowed the call; empty for a metaservice.
    std::string right_id, purpose, legal_basis;
};

struct LocalAnswer {
    int status = 200;
    std::vector<HeaderLine> headers = {};  // Content-Type and the like
    std::string body = {};
};

// Answers in this process. `done` exactly once, from any thread; the function itself must not block.
// An Error becomes ServiceFailed with the error's key; refusals of the service are answers with a status.
using LocalDone = std::move_only_function<void(Result<LocalAnswer>)>;
using LocalService = std::function<void(LocalCall call, LocalDone done)>;

struct ServiceConfiguration {
    ServiceType type = ServiceType::rest;
    std::string url = {};     // "https://10.0.0.5:8443/base"; unused with `local`
    LocalService local = {};  // goes before `url`
    std::chrono::milliseconds timeout{60'000};
    bool verify_tls = true;   // of an https address: the system's roots, unless `tls` says otherwise
    std::shared_ptr<const http::TlsContext> tls = {};
    std::optional<std::string> disabled_notice = {};  // switched off; told to the caller
    std::string openapi = {};      // the description itself, JSON or YAML; empty: fetched from `openapi_url`
    std::string openapi_url = {};
    std::vector<Endpoint> endpoints = {};  // for listMethods; rights are decided apart
    bool soap = false;             // registered for SOAP: refused over REST (ServiceType)
    // For every registered client, without a right, and not listed: it decides by what the message itself proves.
    bool open = false;
};
using Services = std::map<ServiceId, ServiceConfiguration>;

// An absolute http or https address taken apart. Key "exchange.url-malformed" (user names, fragments,
// white space and bytes beyond ASCII are refused).
struct HttpUrl {
    bool tls = false;
    std::string host;  // IPv6 without brackets
    std::uint16_t port = 0;
    std::string target;  // path and query; "/" when there is none
};
Result<HttpUrl> parse_http_url(std::string_view text);

}  // namespace wasl::exchange
