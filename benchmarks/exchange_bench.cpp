// uses: exchange | OpenSSL::Crypto
// Signed, journaled, durable exchanges through two nodes, each a process of its own, beside the same chain through two
// nginx with TLS of both sides and no signatures, and the bound: that chain's time plus two signatures and two
// verifications, on two cores. Needs http_loader beside it, and nginx.
//   exchange_bench FOLDER [seconds]      the folder must be on the disk that is meant
#include "exchange_chain.hpp"

#include "exchange/exchange_journal.hpp"
#include "exchange/node.hpp"
#include "exchange/registry_keys.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "http/server.hpp"
#include "http/testing.hpp"
#include "trust/keys.hpp"

#include <mutex>

namespace {

using namespace wasl;
using namespace wasl::exchange;
using bench::must;

const ClientId asker{"MA", "COM", "asker"}, answerer{"MA", "GOV", "answerer"};
const ClientId desk{"MA", "COM", "asker", "desk"}, office{"MA", "GOV", "answerer", "office"};
const ServiceId small{office, "small"}, large_service{office, "large"};
constexpr int asker_port = 18'111, answerer_port = 18'112;
const std::string path = "/r1/MA/GOV/answerer/office/";

void wait_for_end() {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    int which = 0;
    sigwait(&ends, &which);
}

void block_signals() {
    sigset_t ends;
    sigemptyset(&ends);
    sigaddset(&ends, SIGTERM);
    sigaddset(&ends, SIGINT);
    ::pthread_sigmask(SIG_BLOCK, &ends, nullptr);
}

// The registry, the same in both processes; keys of members are files in the folder.
std::shared_ptr<const Snapshot> registry(const std::filesystem::path& folder, Instant now) {
    auto out = std::make_shared<Snapshot>();
    out->instance = "MA";
    out->version = 1;
    out->issued_at = now;
    const auto certificate = must(http::load_certificate(folder / "node.pem")).fingerprint.hex();
    const auto enter = [&](const ClientId& id, const char* name, const char* subsystem, int port) {
        const auto key = must(trust::load_signer_file(folder / (std::string(name) + ".pem")))->public_key();
        out->members.push_back({id, {{"fr", name}}, {{key.thumbprint(), key.spki(), SignatureAlgorithm::ecdsa_p256_sha256, now.plus_seconds(-60), now.plus_seconds(86'400)}}, {{subsystem, {}}}});
        ClientId sub = id;
        sub.subsystem_code = subsystem;
        out->nodes.push_back({{id, "node"}, "127.0.0.1", static_cast<std::uint16_t>(port), {}, {sub}});
    };
    enter(asker, "asker", "desk", asker_port);
    enter(answerer, "answerer", "office", answerer_port);
    out->nodes[0].certificates = {{must(http::load_certificate(folder / "asker-node.pem")).fingerprint.hex(), now.plus_seconds(-60), now.plus_seconds(86'400)}};
    out->nodes[1].certificates = {{certificate, now.plus_seconds(-60), now.plus_seconds(86'400)}};
    return out;
}

http::Server open_server(http::Router router, std::uint16_t port, const std::filesystem::path& folder, const std::string& tls,
                         std::shared_ptr<http::Client> client = nullptr) {
    http::Options options;
    options.client = std::move(client);
    options.port = port;
    options.threads = 1;
    options.limits.connections_per_address = 1'000;
    options.temporary_folder = folder;
    if (!tls.empty()) {
        options.tls = {{.certificate_file = folder / (tls + ".pem"), .key_file = folder / (tls + ".key"), .client_certificates = http::ClientCertificates::required, .only_tls13 = true}};
    }
    auto server = must(http::Server::create(std::move(options), std::move(router)));
    server.start();
    return server;
}

int run_node(const std::filesystem::path& folder, const std::string& name, int provider_port, int large_port) {
    block_signals();
    log::set_level(log::Level::error);
    const bool asks = name == "asker";
    const ClientId& member = asks ? asker : answerer;
    SystemClock clock;
    store::Writers writers(1);
    auto home = must(JournalHome::open({.member = member, .folder = folder / name, .keys = folder / (name + "-keys"), .clock = &clock, .writers = &writers, .reserve_bytes = 0}));
    auto snapshot = registry(folder, clock.now());
    const RegistryView view{snapshot, std::make_shared<const std::string>("{}"), RegistryState::ok};
    const std::shared_ptr<const trust::Signer> signer = must(trust::load_signer_file(folder / (name + ".pem")));
    NodeConfiguration configuration;
    configuration.members = {{member, must(SigningKey::of(signer)), signer->public_key().thumbprint(), &home->store()}};
    const std::string tls = asks ? "asker-node" : "node";
    configuration.tls = must(http::load_tls_context({.certificate_file = folder / (tls + ".pem"), .key_file = folder / (tls + ".key"), .only_tls13 = true}));
    configuration.clients[desk].proof = ClientProof::plain;
    const auto serves = [&](const ServiceId& id, int port) {
        configuration.services[id].url = fmt::format("http://127.0.0.1:{}", port);
        return AccessRight{id.service_code, desk, id, must(make_endpoint("*", "**")), "bench", "none", clock.now().plus_seconds(-60), clock.now().plus_seconds(86'400)};
    };
    configuration.rights = AccessRights({serves(small, provider_port), serves(large_service, large_port)});
    auto client = std::make_shared<http::Client>(must(http::Client::create({.threads = std::thread::hardware_concurrency(), .temporary_folder = folder})));
    auto node = must(Node::create({.id = {member, "node"}, .registry = [view] { return view; }, .client = client}, std::move(configuration)));
    http::Router router;
    if (asks) {
        node->edge_routes(router, EdgeKind::plain);
    } else {
        node->peer_routes(router);
    }
    auto server = open_server(std::move(router), static_cast<std::uint16_t>(asks ? 0 : answerer_port), folder, asks ? "" : tls, client);
    fmt::print("{}\n", server.port());
    std::fflush(stdout);
    wait_for_end();
    server.stop(std::chrono::milliseconds(200));
    client->stop();
    static_cast<void>(home->store().settle());
    return 0;
}

// An information system with large answers: GET /N gives N bytes, POST takes any.
int run_provider(const std::filesystem::path& folder) {
    block_signals();
    http::Router router;
    router.raw("/", [](http::Request& request) -> http::Reply {
        static std::mutex guard;
        static std::map<std::string, http::SharedBytes> answers;
        if (request.method() != http::Method::get) { return http::Response::json("{\"taken\":true}"); }
        const std::string size(request.raw_target().substr(1));
        const std::lock_guard lock(guard);
        auto& bytes = answers[size];
        if (!bytes) { bytes = std::make_shared<const std::string>(std::stoul(size), 'a'); }
        http::Response out;
        out.headers = {{"Content-Type", "application/octet-stream"}};
        out.body = bytes;
        return out;
    }, {.body_limit = 64U << 20U});
    auto server = open_server(std::move(router), 0, folder, "");
    fmt::print("{}\n", server.port());
    std::fflush(stdout);
    wait_for_end();
    server.stop(std::chrono::milliseconds(200));
    return 0;
}

void prepare(const std::filesystem::path& folder) {
    std::filesystem::remove_all(folder);
    std::filesystem::create_directories(folder);
    http::make_identity({.valid_until = 86'400}).write(folder, "node");
    http::make_identity({.valid_until = 86'400}).write(folder, "asker-node");
    for (const char* name : {"asker", "answerer"}) { must(trust::generate_signer_file(trust::Curve::p256, folder / (std::string(name) + ".pem"))); }
}

void bodies(std::uint16_t edge, const bench::Process& asks, const bench::Process& answers) {
    auto client = must(http::Client::create({.connections = 64}));
    for (const auto& [bytes, connections, requests] : {std::tuple{10'240, 64, 4'000}, {1'048'576, 8, 200}, {10'485'760, 8, 48}}) {
        const auto body = std::make_shared<const std::string>(bytes, 'b');
        const double up = bench::large(client, connections, requests, edge, path + "large/up", body, false, 0);
        const double down = bench::large(client, connections, requests, edge, path + "large/" + std::to_string(bytes), nullptr, false, static_cast<std::size_t>(bytes));
        const char* limits = bytes == 10'485'760 ? " (limits 140 and 200)" : "";
        fmt::print("{} KB bodies, {} connections: up {:.0f} MB/s, down {:.0f} MB/s{}; private memory {:.0f} and {:.0f} MB\n", bytes / 1024, connections, up, down, limits,
                   bench::private_mb(asks.id()), bench::private_mb(answers.id()));
    }
    const double cold = bench::large(client, 8, 1'500, edge, path + "small", nullptr, true, 0);
    fmt::print("a new connection for each call, 8 at once: {:.0f} /s\n", cold);
    client.stop();
}

}  // namespace

int main(int count, char** words) {
    const std::vector<std::string> all(words + 1, words + count);
    if (all.size() == 5 && all[0] == "node") { return run_node(all[1], all[2], std::stoi(all[3]), std::stoi(all[4])); }
    if (all.size() == 2 && all[0] == "provider") { return run_provider(all[1]); }
    if (all.empty()) { bench::die("FOLDER [seconds]"); }
    const std::filesystem::path folder = std::filesystem::absolute(all[0]);
    const double seconds = all.size() > 1 ? std::stod(all[1]) : 8;
    const std::string program = std::filesystem::read_symlink("/proc/self/exe");
    const auto loader = std::filesystem::path(program).parent_path() / "http_loader";
    prepare(folder);
    std::string body = "{\"n\":\"{n}\",\"pad\":\"";
    body += std::string(118 - body.size(), 'x') + "\"}";

    const bench::Nginx nginx(folder, std::string(120, 'a'));
    if (!nginx.running()) { bench::die("nginx does not run"); }
    const bench::ChainPorts ports;
    const std::string chain_url = fmt::format("http://127.0.0.1:{}{}small", ports.edge, path);
    bench::load(loader, 64, 1, body, chain_url);
    const bench::Rate chain = bench::load(loader, 64, seconds, body, chain_url);
    const bench::Rate chain_one = bench::load(loader, 1, 3, body, chain_url);
    const double ecdsa = bench::ecdsa_micros();
    const double sync = bench::sync_micros(folder);
    const double bound = 2e6 / (2e6 / chain.a_second + ecdsa);
    fmt::print("two nginx: {:.0f} /s, p50 at one connection {:.0f} us; two signatures and two verifications {:.0f} us; bound {:.0f} /s; a disk sync {:.0f} us\n", chain.a_second,
               chain_one.p50_us, ecdsa, bound, sync);

    const bench::Process provider(program, {"provider", folder.string()});
    const bench::Process answers(program, {"node", folder.string(), "answerer", std::to_string(ports.provider), std::to_string(provider.first)});
    const bench::Process asks(program, {"node", folder.string(), "asker", "1", "1"});
    const std::string url = fmt::format("http://127.0.0.1:{}{}small", asks.first, path);
    bench::load(loader, 64, 1, body, url);
    const double cpu_before[] = {bench::cpu_micros(asks.id()), bench::cpu_micros(answers.id())};
    const bench::Rate ours = bench::load(loader, 64, seconds, body, url);
    const double exchanges = ours.a_second * seconds;
    fmt::print("processor time an exchange: asking node {:.0f} us, answering node {:.0f} us\n", (bench::cpu_micros(asks.id()) - cpu_before[0]) / exchanges,
               (bench::cpu_micros(answers.id()) - cpu_before[1]) / exchanges);
    fmt::print("two nodes: {:.0f} /s (limit 3,000), {:.2f} of the bound (limit 0.40), p50 {:.1f} ms, p99 {:.1f} ms; private memory {:.0f} and {:.0f} MB (limit 100)\n", ours.a_second,
               ours.a_second / bound, ours.p50_us / 1000, ours.p99_us / 1000, bench::private_mb(asks.id()), bench::private_mb(answers.id()));
    const bench::Rate one = bench::load(loader, 1, 3, body, url);
    fmt::print("one connection: p50 {:.0f} us, {:.0f} us more than two nginx (limit 600 + two syncs = {:.0f})\n", one.p50_us, one.p50_us - chain_one.p50_us, 600 + 2 * sync);
    bodies(static_cast<std::uint16_t>(asks.first), asks, answers);
    return ours.a_second < 3'000 || ours.a_second < 0.4 * bound ? 1 : 0;
}
