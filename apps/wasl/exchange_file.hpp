// DATA/exchange.toml: how this host takes part in an exchange. Written by hand, or by `wasl sandbox`; read
// strictly, so that a word that nobody reads is an error with its line. docs/exchange.md shows a whole one.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "base/time.hpp"
#include "exchange/access.hpp"
#include "exchange/address.hpp"
#include "exchange/fault.hpp"
#include "exchange/node.hpp"
#include "trust/segment_keeper.hpp"

#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::app {

struct Listen {
    std::string address;     // numeric
    std::uint16_t port = 0;  // 0: any free one
};
struct TlsFiles {
    std::filesystem::path certificate, key;  // PEM
};

struct ExchangeSubsystem {
    exchange::ClientId id;
    std::string member;                     // whose key signs: a member of this host
    exchange::ClientProof proof = exchange::ClientProof::certificate;
    std::vector<std::string> certificates;  // SHA-256 of the DER, hex: information systems that may speak for it
    int line = 0;
};

struct ExchangeService {
    exchange::ServiceId id;
    std::string local;              // answered by this host's own register: "register"; else `url` or `connector`
    std::filesystem::path connector;  // connector.toml: a registry without a node (connector.hpp)
    std::string url;
    std::int64_t timeout_seconds = 60;
    bool verify_tls = true;
    std::filesystem::path ca;       // PEM; empty: the system's
    std::filesystem::path openapi;  // document to be shown; empty: none
    std::string notice;             // when not empty the service is switched off, and callers are told this
    std::vector<exchange::Endpoint> endpoints;  // for listMethods
    int line = 0;
};

struct ExchangeGroup {
    exchange::GroupId id;  // with its owner
    std::vector<exchange::ClientId> members;
};

// Who may change what through the management interface: a token, of which only the SHA-256 stands in the file.
enum class OperatorRole { read, services, rights };
std::string_view to_string(OperatorRole role) noexcept;
struct ExchangeOperator {
    std::string name;
    Digest token;
    std::vector<OperatorRole> roles;
};

struct ExchangeFile {
    std::filesystem::path folder;  // that relative paths begin in: DATA
    std::string instance;
    exchange::NodeId node;

    std::filesystem::path registry_keys;  // JWK Set
    std::vector<std::string> mirrors;     // http:, https: or file: addresses
    std::int64_t refresh_seconds = 60, warn_hours = 24, expire_days = 7;

    Listen edge;
    std::optional<TlsFiles> edge_tls;
    exchange::FaultSpelling spelling = exchange::FaultSpelling::documented;

    Listen peer;
    TlsFiles peer_tls;

    std::optional<Listen> management;     // metrics, records, state: for the operator, on loopback only

    std::string stamp_address;            // empty: none
    std::filesystem::path stamp_roots;    // PEM
    std::int64_t stamp_minutes = 10;
    std::int64_t witness_minutes = 10;    // how often peers are asked for their newest checkpoint
    trust::SegmentRules segments;         // where old rows of the journals go, and how long content is kept
    bool keep_bodies = false;             // encrypted, beside the journals (exchange/kept_bodies.hpp)
    std::int64_t body_days = 30, body_kilobytes = 1'024;  // how long; larger ones are not kept

    std::vector<ExchangeSubsystem> subsystems;
    std::vector<ExchangeService> services;
    std::vector<exchange::AccessRight> rights;
    std::vector<ExchangeGroup> groups;
    std::vector<ExchangeOperator> operators;  // of the management interface; none: it changes nothing
};

// The members of this host that exchange, by their id here, as the registry knows them. `only`: that one alone; empty: all.
std::map<std::string, exchange::ClientId> exchanging_members(const ExchangeFile& file, std::string_view only);

// What of `fresh` a process that began with `started` can not take up; empty: nothing. `registered`: the members whose
// journals are open, as the registry knows them.
std::string needs_restart(const ExchangeFile& started, const ExchangeFile& fresh, const std::map<std::string, exchange::ClientId, std::less<>>& registered);

inline constexpr std::string_view exchange_file_name = "exchange.toml";

// Keys "exchange.file-missing", "exchange.file-malformed" (detail "exchange.toml:LINE: why"). Days of
// validity are those of `zone`.
Result<ExchangeFile> parse_exchange_file(std::string_view text, std::string_view file_name, const std::filesystem::path& folder, const Zone& zone);
Result<ExchangeFile> read_exchange_file(const std::filesystem::path& data, const Zone& zone);

}  // namespace wasl::app
