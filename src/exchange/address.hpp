// Who is called and by whom: X-Road identifiers and addresses (message protocol for REST, r1).
//
//   {METHOD} /r1/{instance}/{class}/{member}/{subsystem}/{service}[/path][?query]
//   X-Road-Client: {instance}/{class}/{member}[/{subsystem}]
//
// Each identifier is percent-encoded on its own; "%2F" inside one is a slash of the identifier. Of the
// path behind the service there is one reading only: what could be read in two ways is refused, so
// that the path whose right was decided is the path that the provider is called with.
// Keys: "exchange.address-malformed", "exchange.identifier-malformed", "exchange.path-ambiguous".
#pragma once

#include "base/result.hpp"

#include <compare>
#include <optional>
#include <string>
#include <string_view>

namespace wasl::exchange {

// A member, or (with a subsystem code) one of its subsystems. Codes are decoded UTF-8, 1 to 255 bytes,
// without control characters.
struct ClientId {
    std::string instance;
    std::string member_class;
    std::string member_code;
    std::string subsystem_code = {};  // empty: the member itself

    auto operator<=>(const ClientId&) const = default;
    [[nodiscard]] std::string text() const;  // encoded, as in X-Road-Client
    [[nodiscard]] ClientId member() const { return {instance, member_class, member_code}; }  // whose subsystem it is
};
Result<ClientId> parse_client_id(std::string_view header);

// A service of a subsystem.
struct ServiceId {
    ClientId provider;  // always with a subsystem
    std::string service_code;

    auto operator<=>(const ServiceId&) const = default;
    [[nodiscard]] std::string text() const;  // five encoded parts, as in x-road-service
};
Result<ServiceId> parse_service_id(std::string_view text);

// X-Road-Security-Server: instance/class/member/serverCode.
struct NodeId {
    ClientId owner;  // without subsystem
    std::string server_code;

    auto operator<=>(const NodeId&) const = default;
    [[nodiscard]] std::string text() const;
};
Result<NodeId> parse_node_id(std::string_view header);

// X-Road-Represented-Party: [class/]code.
struct RepresentedParty {
    std::string party_class;  // may be empty
    std::string party_code;

    auto operator<=>(const RepresentedParty&) const = default;
    [[nodiscard]] std::string text() const;
};
Result<RepresentedParty> parse_represented_party(std::string_view header);

// A request target taken apart.
struct ServiceAddress {
    ServiceId service;
    std::string raw_path;              // behind the service, as sent: forwarded unchanged; may be empty
    std::optional<std::string> query;  // without '?', as sent; not part of any right
    std::string path;                  // decoded once: what rights are decided on; empty, or begins with '/'

    [[nodiscard]] std::string target() const;  // "/r1/…" with identifiers encoded in one way
};

// At most 8 KB. The path behind the service is refused ("exchange.path-ambiguous") when a server might
// read it otherwise than we do: "." or ".." as a segment (also encoded), an encoded slash, a backslash,
// ';' (also encoded: path parameters), a doubled slash, a control character or NUL, bytes that are no
// UTF-8, and "%25" before two hex digits (decoded twice, it is something else). In the query stand the
// characters of RFC 3986, '[' and ']', and '%' as it comes; another is "exchange.address-malformed".
Result<ServiceAddress> parse_service_address(std::string_view raw_target);

// The one normalisation of a path behind a service: decoded once, or refused as above.
Result<std::string> decision_path(std::string_view raw_path);

// Address of the provider's service for this call: the path behind the service URL (one slash between
// them), then the query. With no path, the URL as it stands.
std::string provider_url(std::string_view service_url, const ServiceAddress& address);

}  // namespace wasl::exchange
