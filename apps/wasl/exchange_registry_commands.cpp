// wasl registry: what a small country's authority needs, and what a host sends to it.
#include "exchange_commands.hpp"
#include "exchange_file.hpp"
#include "exchange_node.hpp"
#include "tool.hpp"

#include "base/clock.hpp"
#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/authority.hpp"
#include "exchange/certificates.hpp"
#include "exchange/registry_keys.hpp"
#include "jurisdiction/pack.hpp"
#include "jurisdiction/toml.hpp"
#include "trust/keys.hpp"

#include <fmt/format.h>

#include <iostream>
#include <set>

namespace wasl::app {

namespace {

constexpr int unusable = 2;

int stop_with(const Error& error, int code) {
    complain(error);
    return code;
}

// The tree of a TOML file as JSON; numbers of ours are whole.
Result<json::Value> json_of(const toml_text::Node& node, std::string_view file) {
    if (node.table() != nullptr) {
        json::Object out;
        for (const auto& [key, value] : *node.table()) out.set(key, TRY(json_of(value, file)));
        return json::Value(std::move(out));
    }
    if (node.array() != nullptr) {
        json::Array out;
        for (const auto& value : *node.array()) out.push_back(TRY(json_of(value, file)));
        return json::Value(std::move(out));
    }
    if (node.string() != nullptr) return json::Value(*node.string());
    if (node.integer() != nullptr) return json::Value(*node.integer());
    if (node.boolean() != nullptr) return json::Value(*node.boolean());
    return fail(Code::invalid, "exchange.registry-malformed", fmt::format("{}:{}: {} has no place in a registry", file, node.line, node.kind()));
}

// Rows as a person keeps them: what is signed is not written there, and an empty list may be left out.
Result<exchange::Snapshot> read_rows(const std::string& source) {
    const auto text = TRY(read_file(source));
    json::Value rows;
    if (source.ends_with(".toml")) {
        const auto root = toml_text::parse(text);
        if (!root) return fail(Code::invalid, "exchange.registry-malformed", fmt::format("{}:{}: {}", source, root.error().line, root.error().message));
        rows = TRY(json_of(*root, source));
    } else {
        rows = TRY(json::parse(text));
    }
    auto* object = rows.object();
    if (object == nullptr) return fail(Code::invalid, "exchange.registry-malformed", source + ": an object is needed");
    object->set("version", 0);
    object->set("issued_at", Instant{}.iso());
    for (const auto* list : {"members", "nodes", "groups", "services", "revocations"}) {
        if (object->find(list) == nullptr) object->set(list, json::Array());
    }
    auto read = exchange::read_snapshot(json::write(rows));
    if (!read) read.error().detail = source + ": " + read.error().detail;
    return read;
}

Result<exchange::Snapshot> verified_file(const RegistryArgs& args) {
    const auto keys_text = TRY(read_file(args.keys));
    const auto keys = TRY(exchange::parse_registry_keys(keys_text));
    const auto text = TRY(read_file(args.source));
    auto snapshot = TRY(exchange::verify_snapshot(text, keys));
    if (!args.instance.empty() && snapshot.instance != args.instance) return fail(Code::forbidden, "exchange.registry-instance", snapshot.instance);
    return snapshot;
}

bool exists(const std::string& file) {
    std::error_code problem;
    return std::filesystem::exists(file, problem);
}

Result<exchange::Snapshot> sign_rows(const RegistryArgs& args) {
    auto rows = TRY(read_rows(args.source));
    const std::shared_ptr<const trust::Signer> signer = TRY(trust::load_signer_file(args.key));
    const auto key = TRY(exchange::SigningKey::of(signer));
    const auto key_id = signer->public_key().thumbprint();
    std::optional<exchange::Snapshot> before;
    if (exists(args.out)) {
        // Only what this very key signed is continued: a file that somebody changed must not make a version.
        const auto text = TRY(read_file(args.out));
        before = TRY(exchange::verify_snapshot(text, {{key_id, key.verifying_key()}}));
    }
    auto next = TRY(exchange::next_snapshot(std::move(rows), before ? &*before : nullptr, SystemClock().now()));
    const auto text = TRY(exchange::sign_snapshot(next, key_id, key));
    TRY(write_file(args.out, text));
    return next;
}

json::Value key_row(const exchange::MemberKey& key) {
    return json::Object{{"algorithm", exchange::to_string(key.algorithm)}, {"id", key.id}, {"spki", to_base64(key.spki)},
                        {"use", exchange::to_string(key.use)},
                        {"valid_from", key.valid_from.iso()}, {"valid_to", key.valid_to.iso()}};
}

Result<json::Object> own_rows(const RegistryArgs& args) {
    const auto pack = TRY(jurisdiction::load_pack(pack_folder()));
    const auto file = TRY(read_exchange_file(args.data, pack->zone()));
    json::Array members, subsystems;
    std::set<std::string> done;
    for (const auto& subsystem : file.subsystems) {
        subsystems.emplace_back(subsystem.id.text());
        if (!done.insert(subsystem.member).second) continue;
        const auto id = subsystem.id.member();
        json::Array keys;
        for (const auto& key : TRY(exchange_public_keys(args.data, subsystem.member, id, SystemClock().now()))) keys.push_back(key_row(key));
        members.emplace_back(json::Object{{"id", id.text()}, {"keys", keys}});
    }
    const auto pem = TRY(read_file(file.peer_tls.certificate));
    const auto facts = TRY(exchange::certificate_facts(pem));
    const json::Object certificate{{"sha256", facts.sha256}, {"valid_from", facts.valid_from.iso()}, {"valid_to", facts.valid_to.iso()}};
    const json::Object node{{"id", file.node.text()}, {"certificates", json::Array{certificate}}, {"subsystems", subsystems}};
    return json::Object{{"members", members}, {"nodes", json::Array{node}}};
}

void print_snapshot(const exchange::Snapshot& snapshot) {
    std::cout << fmt::format("{} version {}, signed {}\n", snapshot.instance, snapshot.version, snapshot.issued_at.iso());
    for (const auto& member : snapshot.members) {
        std::cout << fmt::format("member   {}  {}  ({} keys)\n", member.id.text(), member.names.empty() ? "" : printable(member.names.begin()->second), member.keys.size());
    }
    for (const auto& node : snapshot.nodes) {
        std::cout << fmt::format("node     {}  {}:{}\n", node.id.text(), node.host, node.port);
        for (const auto& certificate : node.certificates) std::cout << fmt::format("           {} until {}\n", certificate.sha256, certificate.valid_to.iso());
    }
    for (const auto& service : snapshot.services) std::cout << fmt::format("service  {}\n", service.id.text());
    for (const auto& group : snapshot.groups) std::cout << fmt::format("group    {}  ({} members)\n", printable(group.code), group.members.size());
    for (const auto& one : snapshot.revocations) std::cout << fmt::format("revoked  {} from {}: {}\n", printable(one.of), one.at.iso(), printable(one.reason));
}

}  // namespace

int registry_new_key(const RegistryArgs& args) {
    const auto signer = trust::generate_signer_file(trust::Curve::p256, args.key);
    if (!signer) return stop_with(signer.error(), 1);
    std::cout << exchange::write_registry_keys({(*signer)->public_key()});
    return 0;
}

int registry_sign(const RegistryArgs& args) {
    const auto done = sign_rows(args);
    if (!done) return stop_with(done.error(), done.error().key == "file.unreadable" ? unusable : 1);
    std::cerr << fmt::format("{} version {}, signed {}\n", done->instance, done->version, done->issued_at.iso());
    return 0;
}

int registry_verify(const RegistryArgs& args) {
    const auto snapshot = verified_file(args);
    if (!snapshot) return stop_with(snapshot.error(), snapshot.error().key == "file.unreadable" ? unusable : 1);
    std::cout << fmt::format("good: {} version {}, signed {}\n", snapshot->instance, snapshot->version, snapshot->issued_at.iso());
    return 0;
}

int registry_show(const RegistryArgs& args) {
    const auto snapshot = verified_file(args);
    if (!snapshot) return stop_with(snapshot.error(), snapshot.error().key == "file.unreadable" ? unusable : 1);
    if (args.json) {
        const auto value = json::parse(exchange::write_snapshot(*snapshot));
        if (value) std::cout << json::write_pretty(*value);
    } else {
        print_snapshot(*snapshot);
    }
    return 0;
}

int registry_keys(const RegistryArgs& args) {
    const auto rows = own_rows(args);
    if (!rows) return stop_with(rows.error(), unusable);
    std::cout << json::write_pretty(*rows);
    return 0;
}

}  // namespace wasl::app
