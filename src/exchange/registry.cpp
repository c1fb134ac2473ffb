#include "exchange/registry.hpp"

#include "base/digest.hpp"
#include "base/json.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace wasl::exchange {

namespace {

constexpr std::string_view jws_type = "wasl-registry+json";
constexpr json::Limits jws_limits{.bytes = 48U << 20U, .depth = 3};

std::unexpected<Error> no_jws(std::string why) { return fail(Code::invalid, "exchange.registry-malformed", "JWS: " + std::move(why)); }

// The parts of a flattened JWS, as they stand in it.
struct Jws {
    std::string payload, protected_header, signature;
};

Result<Jws> parse_jws(std::string_view text) {
    const auto value = json::parse(text, jws_limits);
    if (!value || value->object() == nullptr) return no_jws("no JSON object");
    Jws out;
    for (const auto& [name, part] : *value->object()) {
        auto* target = name == "payload" ? &out.payload : name == "protected" ? &out.protected_header : name == "signature" ? &out.signature : nullptr;
        if (target == nullptr) return no_jws("unknown member " + name);
        if (part.string() == nullptr || part.string()->empty()) return no_jws(name + " is no text");
        *target = *part.string();
    }
    if (out.payload.empty() || out.protected_header.empty() || out.signature.empty()) return no_jws("a part is missing");
    return out;
}

std::string header_of(std::string_view key_id) {
    return json::write(json::Object{{"alg", "ES256"}, {"kid", key_id}, {"typ", jws_type}});
}

// The key that the header names; the header has one form only, so that nothing in it can be overlooked.
Result<std::string> key_named(const Jws& jws) {
    const auto header = from_base64url(jws.protected_header);
    if (!header) return no_jws("the header is no base64url");
    const auto value = json::parse(*header, jws_limits);
    if (!value) return no_jws("the header is no JSON");
    std::string key_id((*value)["kid"].text_or(""));
    if (*header != header_of(key_id)) return no_jws("the header is not alg, kid and typ of a registry");
    return key_id;
}

}  // namespace

const RegisteredMember* Snapshot::member(const ClientId& id) const {
    const auto found = std::ranges::find(members, id.member(), &RegisteredMember::id);
    return found == members.end() ? nullptr : &*found;
}

bool Snapshot::has_subsystem(const ClientId& id) const {
    const auto* owner = member(id);
    return owner != nullptr && std::ranges::find(owner->subsystems, id.subsystem_code, &RegisteredSubsystem::code) != owner->subsystems.end();
}

const RegisteredNode* Snapshot::node(const NodeId& id) const {
    const auto found = std::ranges::find(nodes, id, &RegisteredNode::id);
    return found == nodes.end() ? nullptr : &*found;
}

const RegisteredNode* Snapshot::node_with_certificate(std::string_view sha256) const {
    const auto has = [&](const RegisteredNode& node) {
        return std::ranges::find(node.certificates, sha256, &NodeCertificate::sha256) != node.certificates.end();
    };
    const auto found = std::ranges::find_if(nodes, has);
    return found == nodes.end() ? nullptr : &*found;
}

std::vector<const RegisteredNode*> Snapshot::nodes_of(const ClientId& subsystem) const {
    std::vector<const RegisteredNode*> out;
    for (const auto& node : nodes) {
        if (std::ranges::find(node.subsystems, subsystem) != node.subsystems.end()) out.push_back(&node);
    }
    return out;
}

std::vector<GroupId> Snapshot::groups_of(const ClientId& client) const {
    std::vector<GroupId> out;
    for (const auto& group : groups) {
        // A member in a group brings its subsystems with it.
        const bool in = std::ranges::any_of(group.members, [&](const ClientId& one) { return one == client || one == client.member(); });
        if (in) out.push_back({std::nullopt, group.code});
    }
    return out;
}

std::vector<const RegisteredService*> Snapshot::services_of(const ClientId& subsystem) const {
    std::vector<const RegisteredService*> out;
    for (const auto& service : services) {
        if (service.id.provider == subsystem) out.push_back(&service);
    }
    return out;
}

std::vector<const RegisteredService*> Snapshot::services_for(std::string_view evidence_type) const {
    std::vector<const RegisteredService*> out;
    for (const auto& service : services) {
        if (std::ranges::find(service.evidence_types, evidence_type) != service.evidence_types.end()) out.push_back(&service);
    }
    return out;
}

std::string_view to_string(MemberKeyUse use) noexcept {
    return use == MemberKeyUse::message ? "message" : use == MemberKeyUse::checkpoint ? "checkpoint" : "document";
}

std::optional<MemberKeyUse> parse_member_key_use(std::string_view text) noexcept {
    for (const auto use : {MemberKeyUse::message, MemberKeyUse::checkpoint, MemberKeyUse::document}) {
        if (to_string(use) == text) return use;
    }
    return std::nullopt;
}

bool RegisteredMember::is_meant_by(std::string_view named) const {
    const auto whole = id.text();
    const auto local = std::string_view(whole).substr(id.instance.size() + 1);
    return named == whole || named == local || std::ranges::find(territory, named) != territory.end();
}

const RegisteredService* Snapshot::service_for(std::string_view evidence_type, std::string_view named) const {
    const RegisteredService* chosen = nullptr;
    const RegisteredMember* holder = nullptr;
    for (const auto* service : services_for(evidence_type)) {
        const auto* owner = member(service->id.provider);
        if (owner == nullptr || (!named.empty() && !owner->is_meant_by(named))) continue;
        if (holder != nullptr && holder != owner) return nullptr;
        holder = owner;
        if (chosen == nullptr || service->id < chosen->id) chosen = service;
    }
    return chosen;
}

bool Snapshot::revoked(std::string_view certificate_or_key, Instant at) const {
    return std::ranges::any_of(revocations, [&](const Revocation& one) { return one.of == certificate_or_key && one.at <= at; });
}

const MemberKey* Snapshot::key(const ClientId& id, std::string_view key_id, Instant at) const {
    const auto* owner = member(id);
    if (owner == nullptr) return nullptr;
    const auto found = std::ranges::find(owner->keys, key_id, &MemberKey::id);
    if (found == owner->keys.end() || found->use != MemberKeyUse::message) return nullptr;
    return found->valid_at(at) && !revoked(key_id, at) ? &*found : nullptr;
}

bool Snapshot::certificate_counts(const RegisteredNode& node_, std::string_view sha256, Instant at) const {
    const auto found = std::ranges::find(node_.certificates, sha256, &NodeCertificate::sha256);
    return found != node_.certificates.end() && found->valid_from <= at && at < found->valid_to && !revoked(sha256, at);
}

Result<std::string> sign_snapshot(const Snapshot& snapshot, std::string_view key_id, const SigningKey& key) {
    if (key.algorithm() != SignatureAlgorithm::ecdsa_p256_sha256) {
        return fail(Code::invalid, "exchange.registry-signature", "the registry's key must be ECDSA P-256");
    }
    const std::string payload = write_snapshot(snapshot);
    TRY(parse_snapshot(payload));  // nothing is signed that nobody would take
    const std::string header = to_base64url(header_of(key_id)), body = to_base64url(payload);
    const auto signature = TRY(key.sign(header + "." + body));
    return json::write(json::Object{{"payload", body}, {"protected", header}, {"signature", to_base64url(signature)}});
}

Result<Snapshot> verify_snapshot(std::string_view text, const RegistryKeys& keys) {
    const auto jws = TRY(parse_jws(text));
    const auto key_id = TRY(key_named(jws));
    const auto wrong = [](std::string why) { return fail(Code::forbidden, "exchange.registry-signature", std::move(why)); };
    const auto key = keys.find(key_id);
    if (key == keys.end()) return wrong("no such key of the registry is known here: " + key_id);
    const auto signature = from_base64url(jws.signature);
    const bool fits = key->second.algorithm() == SignatureAlgorithm::ecdsa_p256_sha256;
    if (!fits || !signature || !key->second.verify(jws.protected_header + "." + jws.payload, *signature)) {
        return wrong("the key " + key_id + " did not sign this");
    }
    const auto payload = from_base64url(jws.payload);
    if (!payload) return no_jws("the payload is no base64url");
    return parse_snapshot(*payload);
}

// A snapshot has one text, and no text within it holds a quote as it is: the field is found without reading the rows.
Result<SnapshotLabel> snapshot_label(std::string_view text) {
    constexpr std::string_view field = "\"issued_at\":\"";
    constexpr std::size_t digits = 32;
    const auto jws = TRY(parse_jws(text));
    auto payload = from_base64url(jws.payload);
    const std::size_t at = payload ? payload->find(field) : std::string::npos;
    if (at == std::string::npos) return no_jws("no time of its signature");
    const std::size_t from = at + field.size(), end = std::min(payload->find('"', from), payload->size());
    const auto issued = parse_instant(std::string_view(*payload).substr(from, end - from));
    if (!issued) return no_jws("no time of its signature");
    payload->erase(from, end - from);
    return SnapshotLabel{sha256(jws.protected_header + "." + *payload).hex().substr(0, digits), *issued};
}

}  // namespace wasl::exchange
