// What a caller is told when a node refuses or fails (X-Road's REST errors). The answers of a provider,
// of whatever status, are no faults: they pass as they are.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace wasl::exchange {

// Whose part it was: the caller's request, our node, or the provider's node and what is behind it.
enum class FaultSide { client, client_proxy, server_proxy };

enum class FaultKind {
    bad_request, ssl_authentication_failed, unknown_member, unknown_service, access_denied, service_disabled,
    service_missing_url, service_malformed_url, service_failed, network_error, service_type, invalid_request,
    invalid_signature_value, missing_signature, inconsistent_response, invalid_security_server,
    outdated_global_conf, logging_failed, timestamping_failed, database_error, internal_error, io_error, maintenance_mode,
};

// Spelling of the types: as the documents have it, or as since version 7.8 of X-Road. With the newer
// one the caller's own mistakes are faults of its node (500), as that implementation does.
enum class FaultSpelling { documented, newer };

struct Fault {
    FaultSide side = FaultSide::client_proxy;
    FaultKind kind = FaultKind::internal_error;
    std::string message;  // for the caller's developer; never data of a person
    std::string detail;   // a UUID to look up in the journal

    bool operator==(const Fault&) const = default;
};

// "Client.BadRequest", "Server.ServerProxy.AccessDenied"; "server.serverproxy.access_denied".
std::string fault_type(FaultSide side, FaultKind kind, FaultSpelling spelling);
// 500 when the type begins with "server.", else 400; in any letter case.
int fault_status(std::string_view type) noexcept;
// Both spellings of one type are the same; letter case and '_' do not count.
bool same_fault_type(std::string_view a, std::string_view b);

struct FaultResponse {
    int status = 500;
    std::string error_header;  // X-Road-Error
    std::string content_type;
    std::string body;
};

// JSON, or XML when `accept` lists text/xml, application/xml or text/* (the first such decides which;
// weights do not count).
FaultResponse render_fault(const Fault& fault, std::string_view accept, FaultSpelling spelling);

}  // namespace wasl::exchange
