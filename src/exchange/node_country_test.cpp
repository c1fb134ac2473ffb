#include "exchange/node_test_country.hpp"

#include "base/text.hpp"

#include <doctest/doctest.h>

#include <future>

namespace wasl::exchange::testing {

namespace {

std::shared_ptr<const trust::Signer> fresh_key() { return trust::generate_signer(trust::Curve::p256).value(); }

MemberKey registered(const trust::PublicKey& key, Instant now, MemberKeyUse use) {
    return {key.thumbprint(), key.spki(), VerifyingKey::of(key)->algorithm(), now.plus_seconds(-3'600), now.plus_seconds(86'400), use};
}

}  // namespace

Folder::Folder() {
    SystemEntropy entropy;
    path_ = std::filesystem::temp_directory_path() / ("wasl-exchange-" + to_hex(entropy.bytes(8)));
    std::filesystem::create_directories(path_);
}
Folder::~Folder() { std::filesystem::remove_all(path_); }

ClientId Member::subsystem(const std::string& code) const {
    ClientId out = id;
    out.subsystem_code = code;
    return out;
}

ServedMember Member::served() const {
    return {id, SigningKey::of(signer).value(), signer->public_key().thumbprint(), &journal->store()};
}

std::vector<Row> rows_of(const Member& member) {
    REQUIRE(member.node->settle());
    const auto reader = member.journal->store().read().value();
    std::vector<Row> out;
    for (const auto& row : reader->journal(0, 10'000).value()) { out.push_back({row.kind, row.content}); }
    return out;
}

std::string Answer::header(std::string_view name) const {
    for (const auto& [key, value] : headers) {
        if (equals_ignoring_ascii_case(key, name)) { return value; }
    }
    return {};
}

Answer ask(http::Client& client, http::Outgoing request) {
    std::promise<Answer> told;
    client.send(std::move(request), [&told](Result<http::Incoming> incoming) {
        if (!incoming) { return told.set_value({0, incoming.error().key + ": " + incoming.error().detail, {}, {}}); }
        told.set_value({incoming->status, std::string(incoming->bytes()), incoming->reason, std::move(incoming->headers)});
    });
    return told.get_future().get();
}

void Site::stop() {
    for (auto* server : {&edge, &tls_edge, &peer}) {
        if (*server) { (*server)->stop(std::chrono::milliseconds(200)); }
    }
    if (client) { client->stop(); }
}

Country::Country(const Shape& shape) {
    registry_key = fresh_key();
    stranger = http::make_identity({.common_name = "stranger"});
    outside = std::make_unique<http::Client>(http::Client::create().value());
    const auto enter = [&](Member& member, ClientId id, const std::string& name, const store::Space* disk) {
        member.id = std::move(id);
        member.signer = fresh_key();
        member.journal = JournalHome::open({.member = member.id, .folder = folder.path() / name, .keys = folder.path() / (name + "-keys"), .clock = &system_clock,
                                            .writers = &writers, .reserve_bytes = 0, .disk = disk}).value();
    };
    enter(commune, {"MA", "COM", "tamri"}, "tamri", shape.disk);
    enter(tax, {"MA", "GOV", "tax"}, "tax", shape.tax_disk);
    start_provider();
    open_sites(shape);
}

Country::~Country() {
    here.stop();
    there.stop();
    provider->stop(std::chrono::milliseconds(200));
    outside->stop();
    here.node.reset();
    there.node.reset();
}

void Country::start_provider() {
    http::Router router;
    router.raw("/", [this](http::Request& request) -> http::Reply {
        ++provider_calls;
        if (answer) { return answer(request); }
        http::Response out = http::Response::json("{\"path\":\"" + std::string(request.raw_target()) + "\",\"method\":\"" + std::string(request.method_text()) +
                                                  "\",\"body\":\"" + std::string(request.body()) + "\"}");
        out.reason = "Very Well";
        return out;
    }, {.body_limit = 64U << 20U});
    http::Options options;
    options.port = 0;
    options.threads = 1;
    provider = std::make_unique<http::Server>(http::Server::create(std::move(options), std::move(router)).value());
    provider->start();
}

Site Country::site(NodeId id, const std::vector<Member*>& members, const std::string& name) {
    Site out;
    out.id = std::move(id);
    out.identity = http::make_identity({.common_name = name});
    out.identity.write(folder.path().string(), name);
    out.client = std::make_shared<http::Client>(http::Client::create({.temporary_folder = folder.path().string()}).value());
    out.tls = http::load_tls_context({.certificate_file = folder.path() / (name + ".pem"), .key_file = folder.path() / (name + ".key"), .only_tls13 = true}).value();
    for (const Member* member : members) { out.configuration.members.push_back(member->served()); }
    out.configuration.tls = out.tls;
    return out;
}

void Country::serve(Site& site, const std::string& name, std::uint16_t* peer_port) {
    const auto open = [&](http::Router router, http::ClientCertificates ask_for, bool tls, bool edge) {
        http::Options options;
        if (edge) {
            site.node->edge_refusals(options);
        } else {
            site.node->peer_refusals(options);
        }
        options.port = 0;
        options.threads = 1;
        options.temporary_folder = folder.path().string();
        if (tls) {
            options.tls = {{.certificate_file = folder.path() / (name + ".pem"), .key_file = folder.path() / (name + ".key"), .client_certificates = ask_for, .only_tls13 = true}};
        }
        auto server = std::make_unique<http::Server>(http::Server::create(std::move(options), std::move(router)).value());
        server->start();
        return server;
    };
    http::Router plain, secure, peer;
    site.node->edge_routes(plain, EdgeKind::plain);
    site.node->management_routes(plain);
    site.node->edge_routes(secure, EdgeKind::tls);
    site.node->peer_routes(peer);
    site.edge = open(std::move(plain), http::ClientCertificates::none, false, true);
    site.tls_edge = open(std::move(secure), http::ClientCertificates::optional, true, true);
    site.peer = open(std::move(peer), http::ClientCertificates::required, true, false);
    *peer_port = site.peer->port();
}

void Country::open_sites(const Shape& shape) {
    const Instant now = system_clock.now();
    here = site({commune.id, "node-1"}, shape.one_node ? std::vector<Member*>{&commune, &tax} : std::vector<Member*>{&commune}, "here");
    if (!shape.one_node) { there = site({tax.id, "node-1"}, {&tax}, "there"); }
    Site& answering = shape.one_node ? here : there;
    here.configuration.clients[commune.subsystem("desk")].proof = ClientProof::plain;
    const ServiceId quitus{tax.subsystem("register"), "quitus"};
    const ServiceId closed{tax.subsystem("register"), "closed"};
    const std::string url = "http://127.0.0.1:" + std::to_string(provider->port());
    answering.configuration.services[quitus] = {.type = ServiceType::openapi, .url = url + "/base", .timeout = std::chrono::seconds(20),
                                                .openapi = R"({"openapi":"3.1.0","servers":[{"url":"http://10.0.0.9/inner"}],"paths":{"/persons":{"servers":[{"url":"http://10.0.0.9"}]}}})",
                                                .endpoints = {make_endpoint("GET", "/persons/*").value(), make_endpoint("POST", "/persons").value()}};
    answering.configuration.services[closed] = {.url = url};
    const auto right = [&](const char* id, const ServiceId& service, const char* method, const char* path) {
        return AccessRight{id, commune.subsystem("desk"), service, make_endpoint(method, path).value(), "check of taxes", "law 1, article 2", now.plus_seconds(-60), now.plus_seconds(3'600)};
    };
    answering.configuration.rights = AccessRights({right("r1", quitus, "*", "/persons/**"), right("r2", quitus, "*", "/persons")});
    if (shape.configure_tax) { shape.configure_tax(answering.configuration); }

    NodeLimits limits;
    limits.body_bytes = shape.body_limit;
    limits.connect = std::chrono::milliseconds(2'000);
    limits.whole = std::chrono::milliseconds(20'000);
    std::uint16_t ports[2] = {0, 0};
    const auto start = [&](Site& site, const std::string& name, std::uint16_t* port) {
        site.node = Node::create({.id = site.id, .registry = [this] { return view(); }, .client = site.client, .limits = limits}, site.configuration).value();
        serve(site, name, port);
    };
    start(here, "here", &ports[0]);
    if (!shape.one_node) { start(there, "there", &ports[1]); }

    commune.node = here.node.get();
    tax.node = answering.node.get();

    Snapshot rows;
    rows.instance = "MA";
    const auto member = [&](const Member& one, const char* subsystem, const char* name) {
        return RegisteredMember{one.id, {{"fr", name}},
                                {registered(one.signer->public_key(), now, MemberKeyUse::message),
                                 registered(one.journal->keys().signer(trust::KeyUse::checkpoint, now).value()->public_key(), now, MemberKeyUse::checkpoint)},
                                {{subsystem, {{"fr", subsystem}}}}};
    };
    rows.members = {member(commune, "desk", "Commune de Tamri"), member(tax, "register", "Impôts")};
    const auto node = [&](const Site& site, std::uint16_t port, std::vector<ClientId> subsystems) {
        return RegisteredNode{site.id, "127.0.0.1", port, {{site.identity.fingerprint.hex(), now.plus_seconds(-60), now.plus_seconds(3'600)}}, std::move(subsystems)};
    };
    if (shape.one_node) {
        rows.nodes = {node(here, ports[0], {commune.subsystem("desk"), tax.subsystem("register")})};
    } else {
        rows.nodes = {node(here, ports[0], {commune.subsystem("desk")}), node(there, ports[1], {tax.subsystem("register")})};
    }
    rows.groups = {{"communes", {commune.id}}};
    rows.services = {{quitus, ServiceType::openapi, {{"fr", "Quitus"}}, {"tax-clearance"}}};
    auto made = RegistryAuthority::create(rows, registry_key, now);
    if (!made) { MESSAGE(made.error().key, made.error().detail); }
    authority = std::move(made).value();
    publish([](Snapshot&) {});
}

void Country::publish(const std::function<void(Snapshot&)>& change) {
    const auto changed = authority->change(change, system_clock.now());
    if (!changed) { FAIL(changed.error().key, " ", changed.error().detail); }
    const std::lock_guard lock(guard_);
    view_ = {std::make_shared<const Snapshot>(authority->snapshot()), authority->text(), RegistryState::ok};
}

void Country::begin_again(const std::function<void(Snapshot&)>& change) {
    Snapshot rows = authority->snapshot();
    change(rows);
    registry_key = fresh_key();
    authority = RegistryAuthority::create(std::move(rows), registry_key, system_clock.now()).value();
    publish([](Snapshot&) {});
}

RegistryView Country::view() const {
    const std::lock_guard lock(guard_);
    RegistryView out = view_;
    out.state = out.snapshot ? state : RegistryState::absent;
    return out;
}

Answer Country::call(http::Outgoing request) {
    request.host = "127.0.0.1";
    request.port = here.edge->port();
    return ask(*outside, std::move(request));
}

Answer Country::get(const std::string& target, std::vector<http::Header> more) {
    more.push_back({"X-Road-Client", client()});
    return call({.target = target, .headers = std::move(more)});
}

Answer Country::post(const std::string& target, std::string body, std::vector<http::Header> more) {
    more.push_back({"X-Road-Client", client()});
    more.push_back({"Content-Type", "application/json"});
    return call({.method = "POST", .target = target, .headers = std::move(more), .body = std::move(body)});
}

}  // namespace wasl::exchange::testing
