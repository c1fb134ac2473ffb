// The text of a snapshot: sorted keys, no spaces, read strictly.
#include "exchange/registry.hpp"
#include "exchange/registry_keys.hpp"

#include "base/json.hpp"
#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace wasl::exchange {

namespace {

using json::Array;
using json::Object;
using json::Value;

std::unexpected<Error> malformed(std::string_view where, std::string_view why) {
    return fail(Code::invalid, "exchange.registry-malformed", fmt::format("{}: {}", where, why));
}

// --- writing: the members of each object stand in order of their names ------------------------------------------

Value write(const Names& names) {
    Object out;
    for (const auto& [language, name] : names) out.set(language, name);
    return out;
}

template <class List, class One>
Array list_of(const List& items, One one) {
    Array out;
    for (const auto& item : items) out.emplace_back(one(item));
    return out;
}

Value write(const MemberKey& key) {
    return Object{{"algorithm", to_string(key.algorithm)}, {"id", key.id}, {"spki", to_base64(key.spki)},
                  {"use", to_string(key.use)},
                  {"valid_from", key.valid_from.iso()}, {"valid_to", key.valid_to.iso()}};
}

Value write(const RegisteredMember& member) {
    const auto subsystem = [](const RegisteredSubsystem& one) -> Value {
        return Object{{"code", one.code}, {"names", write(one.names)}};
    };
    Object out{{"id", member.id.text()}, {"keys", list_of(member.keys, [](const auto& key) { return write(key); })},
               {"names", write(member.names)}, {"subsystems", list_of(member.subsystems, subsystem)}};
    if (!member.territory.empty()) out.set("territory", list_of(member.territory, [](const std::string& one) -> Value { return one; }));
    return out;
}

Value text_of(const ClientId& id) { return id.text(); }

Value write(const RegisteredNode& node) {
    const auto certificate = [](const NodeCertificate& one) -> Value {
        return Object{{"sha256", one.sha256}, {"valid_from", one.valid_from.iso()}, {"valid_to", one.valid_to.iso()}};
    };
    return Object{{"certificates", list_of(node.certificates, certificate)}, {"host", node.host}, {"id", node.id.text()},
                  {"port", static_cast<std::int64_t>(node.port)}, {"subsystems", list_of(node.subsystems, text_of)}};
}

Value write(const RegisteredService& service) {
    return Object{{"evidence_types", list_of(service.evidence_types, [](const std::string& type) -> Value { return type; })},
                  {"id", service.id.text()}, {"names", write(service.names)},
                  {"type", service.type == ServiceType::rest ? "rest" : "openapi"}};
}

// --- reading ------------------------------------------------------------------------------------------------------

// One object of the text: every field is asked for by name, and what was not asked for is refused.
class Fields {
public:
    static Result<Fields> of(const Value& value, std::string where) {
        if (value.object() == nullptr) return malformed(where, "an object is needed");
        return Fields(*value.object(), std::move(where));
    }
    [[nodiscard]] const std::string& where() const noexcept { return where_; }
    [[nodiscard]] bool has(std::string_view name) const { return object_->find(name) != nullptr; }
    [[nodiscard]] std::string at(std::string_view name) const {
        return where_.empty() ? std::string(name) : fmt::format("{}.{}", where_, name);
    }

    Result<std::string> text(std::string_view name) {
        const auto* value = take(name);
        if (value == nullptr || value->string() == nullptr) return malformed(at(name), "text is needed");
        return *value->string();
    }
    Result<Instant> instant(std::string_view name) {
        const auto found = parse_instant(TRY(text(name)));
        if (!found) return malformed(at(name), "no instant");
        return *found;
    }
    Result<std::int64_t> integer(std::string_view name, std::int64_t from, std::int64_t to) {
        const auto* value = take(name);
        const auto number = value == nullptr ? std::nullopt : value->integer();
        if (!number || *number < from || *number > to) {
            return malformed(at(name), fmt::format("a number from {} to {} is needed", from, to));
        }
        return *number;
    }
    Result<ClientId> client(std::string_view name, bool with_subsystem) {
        return client_of(TRY(text(name)), with_subsystem, at(name));
    }
    Result<Names> names() {
        Names out;
        const auto* value = take("names");
        if (value == nullptr || value->object() == nullptr) return malformed(at("names"), "an object is needed");
        for (const auto& [language, name] : *value->object()) {
            const bool tag = language.size() >= 2 && language.size() <= 3 &&
                             std::ranges::all_of(language, [](char c) { return c >= 'a' && c <= 'z'; });
            if (!tag || name.string() == nullptr) return malformed(at("names"), "language to text");
            out.emplace(language, *name.string());
        }
        return out;
    }
    // Each item by `one(value, where)`.
    template <class Item, class One>
    Result<std::vector<Item>> list(std::string_view name, One one) {
        const auto* value = take(name);
        if (value == nullptr || value->array() == nullptr) return malformed(at(name), "a list is needed");
        std::vector<Item> out;
        for (std::size_t i = 0; i < value->array()->size(); ++i) {
            out.push_back(TRY(one((*value->array())[i], fmt::format("{}[{}]", at(name), i))));
        }
        return out;
    }
    Result<void> nothing_else() const {
        for (const auto& [name, value] : *object_) {
            if (!taken_.contains(name)) return malformed(at(name), "unknown field");
        }
        return {};
    }

    static Result<ClientId> client_of(std::string_view text, bool with_subsystem, std::string_view where) {
        auto id = parse_client_id(text);
        if (!id || id->subsystem_code.empty() == with_subsystem) {
            return malformed(where, with_subsystem ? "INSTANCE/CLASS/MEMBER/SUBSYSTEM is needed" : "INSTANCE/CLASS/MEMBER is needed");
        }
        return std::move(*id);
    }

private:
    Fields(const Object& object, std::string where) : object_(&object), where_(std::move(where)) {}
    const Value* take(std::string_view name) {
        taken_.emplace(name);
        return object_->find(name);
    }
    const Object* object_;
    std::string where_;
    std::set<std::string, std::less<>> taken_;
};

Result<std::string> plain_text(const Value& value, std::string_view where) {
    if (value.string() == nullptr || value.string()->empty()) return malformed(where, "text is needed");
    return *value.string();
}

// Two clients of a list, each either a member or a subsystem.
Result<ClientId> any_client(const Value& value, std::string_view where) {
    auto id = parse_client_id(value.text_or(""));
    if (!id) return malformed(where, "INSTANCE/CLASS/MEMBER[/SUBSYSTEM] is needed");
    return std::move(*id);
}

Result<ClientId> subsystem_client(const Value& value, std::string_view where) {
    return Fields::client_of(value.text_or(""), true, where);
}

Result<MemberKey> read_key(const Value& value, std::string where) {
    auto fields = TRY(Fields::of(value, std::move(where)));
    MemberKey out;
    const auto algorithm = parse_signature_algorithm(TRY(fields.text("algorithm")));
    if (!algorithm || *algorithm == SignatureAlgorithm::hmac_sha256) return malformed(fields.at("algorithm"), "no algorithm of public keys");
    out.algorithm = *algorithm;
    out.id = TRY(fields.text("id"));
    auto spki = from_base64(TRY(fields.text("spki")));
    if (!spki || !VerifyingKey::from_spki(*spki, out.algorithm)) return malformed(fields.at("spki"), "no key of that algorithm");
    out.spki = std::move(*spki);
    const auto thumbprint = key_thumbprint(out.spki);
    if (!thumbprint || *thumbprint != out.id) return malformed(fields.at("id"), "not the key's thumbprint (RFC 7638)");
    const auto use = parse_member_key_use(TRY(fields.text("use")));
    if (!use) return malformed(fields.at("use"), "message, checkpoint or document");
    out.use = *use;
    out.valid_from = TRY(fields.instant("valid_from"));
    out.valid_to = TRY(fields.instant("valid_to"));
    if (out.valid_to <= out.valid_from) return malformed(fields.where(), "valid_to is not after valid_from");
    TRY(fields.nothing_else());
    return out;
}

Result<RegisteredSubsystem> read_subsystem(const Value& value, std::string where) {
    auto fields = TRY(Fields::of(value, std::move(where)));
    RegisteredSubsystem out{TRY(fields.text("code")), TRY(fields.names())};
    if (out.code.empty()) return malformed(fields.at("code"), "text is needed");
    TRY(fields.nothing_else());
    return out;
}

Result<RegisteredMember> read_member(const Value& value, std::string where) {
    auto fields = TRY(Fields::of(value, std::move(where)));
    RegisteredMember out;
    out.id = TRY(fields.client("id", false));
    out.names = TRY(fields.names());
    out.keys = TRY(fields.list<MemberKey>("keys", read_key));
    out.subsystems = TRY(fields.list<RegisteredSubsystem>("subsystems", read_subsystem));
    if (fields.has("territory")) {
        out.territory = TRY(fields.list<std::string>("territory", plain_text));
        if (out.territory.empty()) return malformed(fields.at("territory"), "leave it out when there is none");
    }
    TRY(fields.nothing_else());
    return out;
}

Result<NodeCertificate> read_node_certificate(const Value& value, std::string where) {
    auto fields = TRY(Fields::of(value, std::move(where)));
    NodeCertificate out{TRY(fields.text("sha256")), TRY(fields.instant("valid_from")), TRY(fields.instant("valid_to"))};
    const bool hex = out.sha256.size() == 64 && out.sha256.find_first_not_of("0123456789abcdef") == std::string::npos;
    if (!hex) return malformed(fields.at("sha256"), "64 lower-case hex digits are needed");
    if (out.valid_to <= out.valid_from) return malformed(fields.where(), "valid_to is not after valid_from");
    TRY(fields.nothing_else());
    return out;
}

Result<RegisteredNode> read_registered_node(const Value& value, std::string where) {
    auto fields = TRY(Fields::of(value, std::move(where)));
    RegisteredNode out;
    auto id = parse_node_id(TRY(fields.text("id")));
    if (!id) return malformed(fields.at("id"), "INSTANCE/CLASS/MEMBER/SERVER is needed");
    out.id = std::move(*id);
    out.host = TRY(fields.text("host"));
    const bool plain = !out.host.empty() && out.host.find_first_not_of(
        "abcdefghijklmnopqrstuvwxyz0123456789-.:") == std::string::npos;
    if (!plain) return malformed(fields.at("host"), "a lower-case name or an address is needed");
    out.port = static_cast<std::uint16_t>(TRY(fields.integer("port", 1, 65'535)));
    out.certificates = TRY(fields.list<NodeCertificate>("certificates", read_node_certificate));
    out.subsystems = TRY(fields.list<ClientId>("subsystems", subsystem_client));
    TRY(fields.nothing_else());
    return out;
}

Result<RegisteredGroup> read_group(const Value& value, std::string where) {
    auto fields = TRY(Fields::of(value, std::move(where)));
    RegisteredGroup out{TRY(fields.text("code")), TRY(fields.list<ClientId>("members", any_client))};
    if (out.code.empty()) return malformed(fields.at("code"), "text is needed");
    TRY(fields.nothing_else());
    return out;
}

Result<RegisteredService> read_service(const Value& value, std::string where) {
    auto fields = TRY(Fields::of(value, std::move(where)));
    RegisteredService out;
    auto id = parse_service_id(TRY(fields.text("id")));
    if (!id) return malformed(fields.at("id"), "five parts are needed");
    out.id = std::move(*id);
    const auto type = TRY(fields.text("type"));
    if (type != "rest" && type != "openapi") return malformed(fields.at("type"), "rest or openapi");
    out.type = type == "rest" ? ServiceType::rest : ServiceType::openapi;
    out.names = TRY(fields.names());
    out.evidence_types = TRY(fields.list<std::string>("evidence_types", plain_text));
    TRY(fields.nothing_else());
    return out;
}

Result<Revocation> read_revocation(const Value& value, std::string where) {
    auto fields = TRY(Fields::of(value, std::move(where)));
    Revocation out{TRY(fields.text("of")), TRY(fields.instant("at")), TRY(fields.text("reason"))};
    if (out.of.empty()) return malformed(fields.at("of"), "a certificate's digest or a key's thumbprint is needed");
    TRY(fields.nothing_else());
    return out;
}

// --- what must agree ----------------------------------------------------------------------------------------------

// Looks through one snapshot for what contradicts itself.
class Agreement {
public:
    explicit Agreement(const Snapshot& snapshot) : snapshot_(snapshot) {}

    Result<void> check() {
        if (snapshot_.instance.empty()) return malformed("instance", "text is needed");
        TRY(members());
        TRY(nodes());
        for (const auto& group : snapshot_.groups) {
            TRY(once("group", group.code));
            for (const auto& client : group.members) TRY(known(client, "group " + group.code));
        }
        for (const auto& service : snapshot_.services) {
            TRY(once("service", service.id.text()));
            TRY(known(service.id.provider, "service " + service.id.text()));
        }
        return {};
    }

private:
    Result<void> members() {
        for (const auto& member : snapshot_.members) {
            if (member.id.instance != snapshot_.instance) return malformed(member.id.text(), "a member of another instance");
            TRY(once("member", member.id.text()));
            clients_.insert(member.id);
            for (const auto& key : member.keys) TRY(once("key", key.id));
            for (const auto& subsystem : member.subsystems) {
                ClientId id = member.id;
                id.subsystem_code = subsystem.code;
                TRY(once("subsystem", id.text()));
                clients_.insert(std::move(id));
            }
        }
        return {};
    }
    Result<void> nodes() {
        for (const auto& node : snapshot_.nodes) {
            TRY(once("node", node.id.text()));
            TRY(known(node.id.owner, "node " + node.id.text()));
            for (const auto& certificate : node.certificates) TRY(once("certificate", certificate.sha256));
            for (const auto& subsystem : node.subsystems) {
                TRY(known(subsystem, "node " + node.id.text()));
                TRY(once("subsystem of " + node.id.text(), subsystem.text()));
            }
        }
        return {};
    }
    Result<void> known(const ClientId& id, const std::string& where) const {
        return clients_.contains(id) ? Result<void>() : malformed(where, "unknown " + id.text());
    }
    Result<void> once(const std::string& kind, const std::string& name) {
        return seen_.emplace(kind, name).second ? Result<void>() : malformed(kind + " " + name, "stands twice");
    }

    const Snapshot& snapshot_;
    std::set<ClientId> clients_;
    std::set<std::pair<std::string, std::string>> seen_;
};

constexpr json::Limits text_limits{.bytes = 32U << 20U, .depth = 8};

}  // namespace

std::string write_snapshot(const Snapshot& snapshot) {
    const auto group = [](const RegisteredGroup& one) -> Value {
        return Object{{"code", one.code}, {"members", list_of(one.members, text_of)}};
    };
    const auto revocation = [](const Revocation& one) -> Value {
        return Object{{"at", one.at.iso()}, {"of", one.of}, {"reason", one.reason}};
    };
    const auto any = [](const auto& one) { return write(one); };
    return json::write(Object{{"groups", list_of(snapshot.groups, group)},
                              {"instance", snapshot.instance},
                              {"issued_at", snapshot.issued_at.iso()},
                              {"members", list_of(snapshot.members, any)},
                              {"nodes", list_of(snapshot.nodes, any)},
                              {"revocations", list_of(snapshot.revocations, revocation)},
                              {"services", list_of(snapshot.services, any)},
                              {"version", snapshot.version}});
}

Result<Snapshot> read_snapshot(std::string_view text) {
    const auto value = json::parse(text, text_limits);
    if (!value) return malformed("text", value.error().key + " " + value.error().detail);
    auto fields = TRY(Fields::of(*value, ""));
    Snapshot out;
    out.instance = TRY(fields.text("instance"));
    out.version = static_cast<std::uint64_t>(TRY(fields.integer("version", 0, 999'999'999'999'999)));
    out.issued_at = TRY(fields.instant("issued_at"));
    out.members = TRY(fields.list<RegisteredMember>("members", read_member));
    out.nodes = TRY(fields.list<RegisteredNode>("nodes", read_registered_node));
    out.groups = TRY(fields.list<RegisteredGroup>("groups", read_group));
    out.services = TRY(fields.list<RegisteredService>("services", read_service));
    out.revocations = TRY(fields.list<Revocation>("revocations", read_revocation));
    TRY(fields.nothing_else());
    TRY(Agreement(out).check());
    return out;
}

Result<Snapshot> parse_snapshot(std::string_view text) {
    auto out = TRY(read_snapshot(text));
    if (write_snapshot(out) != text) return malformed("text", "not in the one form: sorted keys, no spaces");
    return out;
}

bool same_rows(const Snapshot& a, const Snapshot& b) {
    Snapshot left = a, right = b;
    left.version = right.version = 0;
    left.issued_at = right.issued_at = {};
    return write_snapshot(left) == write_snapshot(right);
}

}  // namespace wasl::exchange
