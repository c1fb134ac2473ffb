// The registry of an instance: who takes part, through which nodes, with which certificates and keys,
// in one signed and versioned snapshot that every node keeps, serves and verifies.
//
// On the wire a snapshot is a JSON Web Signature in flattened JSON form (RFC 7515, section 7.2.2),
// ES256 by the registry's key, whose payload is the JSON of `Snapshot`; so anyone can check it with
// common tools. Freshness is the time since `issued_at`: an authority signs the same rows again as
// long as they hold. Revocation is a row of the snapshot; nobody else is asked.
//
// Keys: "exchange.registry-malformed" (detail: where and why), "exchange.registry-signature",
// "exchange.registry-instance", "exchange.registry-rollback", "exchange.registry-expired".
#pragma once

#include "base/result.hpp"
#include "base/time.hpp"
#include "exchange/access.hpp"
#include "exchange/address.hpp"
#include "exchange/signature_keys.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::exchange {

// What a member's key signs: messages (`keyid` = id), the heads of its exchange journal, or its documents (PDF).
enum class MemberKeyUse { message, checkpoint, document };
std::string_view to_string(MemberKeyUse use) noexcept;
std::optional<MemberKeyUse> parse_member_key_use(std::string_view text) noexcept;

struct MemberKey {
    std::string id;    // RFC 7638 thumbprint
    std::string spki;  // DER SubjectPublicKeyInfo
    SignatureAlgorithm algorithm = SignatureAlgorithm::ecdsa_p256_sha256;
    Instant valid_from;
    Instant valid_to;  // exclusive
    MemberKeyUse use = MemberKeyUse::message;

    [[nodiscard]] bool valid_at(Instant at) const noexcept { return valid_from <= at && at < valid_to; }
    bool operator==(const MemberKey&) const = default;
};

using Names = std::map<std::string, std::string>;  // language to name

struct RegisteredSubsystem {
    std::string code;
    Names names;
};

struct RegisteredMember {
    ClientId id;  // without subsystem
    Names names;
    std::vector<MemberKey> keys;  // old and new overlap while one is replaced
    std::vector<RegisteredSubsystem> subsystems;
    std::vector<std::string> territory = {};  // divisions it is the authority of: their codes, or names as people write them

    // Whether the text means this member: its id, with or without the instance, or a division of its territory. Exactly.
    [[nodiscard]] bool is_meant_by(std::string_view named) const;
};

struct NodeCertificate {
    std::string sha256;  // of the DER, lower-case hex
    Instant valid_from;
    Instant valid_to;  // exclusive
};

struct RegisteredNode {
    NodeId id;
    std::string host;
    std::uint16_t port = 0;
    std::vector<NodeCertificate> certificates;  // any of them, within its time
    std::vector<ClientId> subsystems;           // that send and answer through it
};

struct RegisteredGroup {
    std::string code;
    std::vector<ClientId> members;
};

enum class ServiceType { rest, openapi };

struct RegisteredService {
    ServiceId id;
    ServiceType type = ServiceType::rest;
    Names names;
    std::vector<std::string> evidence_types;  // what it can prove; empty: not an evidence service
};

// A certificate (SHA-256 of its DER, hex) or a member key (thumbprint) that counts no longer.
struct Revocation {
    std::string of;
    Instant at;
    std::string reason;
};

struct Snapshot {
    std::string instance;
    std::uint64_t version = 0;  // grows with every change of a row
    Instant issued_at;          // grows with every signature
    std::vector<RegisteredMember> members;
    std::vector<RegisteredNode> nodes;
    std::vector<RegisteredGroup> groups;
    std::vector<RegisteredService> services;
    std::vector<Revocation> revocations;

    [[nodiscard]] const RegisteredMember* member(const ClientId& id) const;  // also of a subsystem's id
    [[nodiscard]] bool has_subsystem(const ClientId& id) const;
    [[nodiscard]] const RegisteredNode* node(const NodeId& id) const;
    [[nodiscard]] const RegisteredNode* node_with_certificate(std::string_view sha256) const;
    [[nodiscard]] std::vector<const RegisteredNode*> nodes_of(const ClientId& subsystem) const;
    [[nodiscard]] std::vector<GroupId> groups_of(const ClientId& client) const;
    [[nodiscard]] std::vector<const RegisteredService*> services_of(const ClientId& subsystem) const;
    [[nodiscard]] std::vector<const RegisteredService*> services_for(std::string_view evidence_type) const;
    // The one to ask for that type: of the members that `named` means (empty: of all), the first by id. Null when no member
    // is left, or more than one: none is guessed.
    [[nodiscard]] const RegisteredService* service_for(std::string_view evidence_type, std::string_view named) const;
    [[nodiscard]] bool revoked(std::string_view certificate_or_key, Instant at) const;
    // The member's message key of that id if it counts at that instant: known, valid, not revoked.
    [[nodiscard]] const MemberKey* key(const ClientId& member, std::string_view key_id, Instant at) const;
    // Likewise a node's certificate.
    [[nodiscard]] bool certificate_counts(const RegisteredNode& node, std::string_view sha256, Instant at) const;
};

// JSON with sorted keys and no spaces, instants in UTC. One snapshot has one text: parse refuses any other
// spelling, and what contradicts itself (two members of one id, a node of an unknown member, a service
// of an unknown subsystem, a key id that is not its thumbprint, an unknown field).
std::string write_snapshot(const Snapshot& snapshot);
Result<Snapshot> parse_snapshot(std::string_view json);
// The same rows as a person writes them: any spelling of the JSON, in any order.
Result<Snapshot> read_snapshot(std::string_view json);
// The same rows: what a version number stands for. `version` and `issued_at` do not count.
bool same_rows(const Snapshot& a, const Snapshot& b);

// The flattened JWS. Fails as the key does.
Result<std::string> sign_snapshot(const Snapshot& snapshot, std::string_view key_id, const SigningKey& key);
// The registry's public keys that a node believes, by key id.
using RegistryKeys = std::map<std::string, VerifyingKey>;
// Keys, in the order found: "exchange.registry-malformed" (no JWS, or its header says something else),
// "exchange.registry-signature" (unknown key or wrong signature), then those of parse_snapshot.
Result<Snapshot> verify_snapshot(std::string_view jws, const RegistryKeys& keys);

// What a signed text says of itself, no signature looked at. Key "exchange.registry-malformed".
struct SnapshotLabel {
    std::string mark;   // of its key and rows, 32 hex digits: the same however often the same authority signs the same rows
    Instant issued_at;
};
Result<SnapshotLabel> snapshot_label(std::string_view jws);

}  // namespace wasl::exchange
