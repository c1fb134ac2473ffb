#include "exchange_node.hpp"

#include "control.hpp"
#include "evidence_exchange.hpp"
#include "exchange_bodies.hpp"
#include "exchange_configuration.hpp"
#include "exchange_doctor_files.hpp"
#include "exchange_fetch.hpp"
#include "exchange_journals.hpp"
#include "exchange_keys.hpp"
#include "exchange_management.hpp"
#include "exchange_services.hpp"
#include "exchange_watcher.hpp"
#include "tool.hpp"

#include "base/json.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "exchange/checkpoint_watch.hpp"
#include "exchange/exchange_journal.hpp"
#include "exchange/journal_segments.hpp"
#include "exchange/registry_keys.hpp"
#include "exchange/timestamp_keeper.hpp"
#include "http/server.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <future>
#include <map>
#include <mutex>
#include <thread>

namespace wasl::app {

namespace {

using Path = std::filesystem::path;

constexpr std::int64_t segments_every_seconds = 10;
constexpr std::size_t most_examinations = 8;  // at once, by wasl doctor

std::string address_text(std::string_view scheme, const std::string& host, std::uint16_t port) {
    const bool six = host.contains(':');
    return fmt::format("{}://{}{}{}:{}", scheme, six ? "[" : "", host, six ? "]" : "", port);
}

http::Options door(const Listen& listen, http::Metrics& metrics) {
    http::Options out;
    out.address = listen.address;
    out.port = listen.port;
    out.metrics = &metrics;
    out.hsts = false;
    out.limits.connections_per_address = out.limits.connections;  // machines of one office stand behind one address
    return out;
}

}  // namespace

struct ExchangeNode::Impl {
    Host* host = nullptr;
    http::Metrics* metrics = nullptr;
    // In order of dependence: what is used stands before its users, so that it goes after them.
    std::unique_ptr<ExchangeConfiguration> configuration;
    ExchangeJournals journals;
    std::shared_ptr<http::Client> client;
    std::unique_ptr<ExchangeServices> services;
    std::unique_ptr<exchange::RegistryKeeper> registry;
    std::unique_ptr<exchange::Node> node;
    std::unique_ptr<http::Server> edge, peer, management;
    std::unique_ptr<ExchangeWatcher> watcher;
    std::unique_ptr<ExchangeManagement> managed;
    std::mutex configuring;  // the registry's thread asks for it, operators, and ours

    Instant segments_next;  // when journals are looked at again

    std::thread thread, answering;
    std::mutex guard;
    std::condition_variable wake;
    bool stopping = false;

    [[nodiscard]] const Path& data() const { return host->options().data; }
    [[nodiscard]] Instant now() const { return host->options().clock->now(); }
    [[nodiscard]] const ExchangeFile& file() const { return configuration->started(); }

    Result<exchange::NodeConfiguration> configured() {
        const auto snapshot = registry->newest();
        auto out = TRY(configuration->of_node(journals, *services, snapshot.get()));
        managed->merge(out);
        return out;
    }

    Result<void> open_registry() {
        exchange::RegistryKeeper::Options options;
        options.instance = file().instance;
        const auto keys = TRY(read_file(file().registry_keys));
        options.keys = TRY(exchange::parse_registry_keys(keys));
        options.file = exchange_registry(data());
        options.mirrors = file().mirrors;
        // Whoever serves a snapshot is not believed for it: any certificate will do, and ours is shown, for
        // other nodes ask for one.
        http::TlsSettings settings{.certificate_file = file().peer_tls.certificate.string(), .key_file = file().peer_tls.key.string(), .verify = false};
        options.fetch = [this, any = TRY(http::load_tls_context(settings))](const std::string& address) {
            return fetch(*client, {.url = address, .tls = any});
        };
        options.clock = host->options().clock;
        options.rules = {.refresh_seconds = file().refresh_seconds, .warn_seconds = file().warn_hours * 3'600, .expire_seconds = file().expire_days * 86'400};
        registry = TRY(exchange::RegistryKeeper::open(std::move(options)));
        registry->on_change([this](const exchange::Snapshot&) { static_cast<void>(configure_again("registry")); });
        return {};
    }

    void open_management() {
        ExchangeManagement::Options options{.file = [this] { return configuration->current(); }, .clock = host->options().clock, .zone = &host->site().pack->zone(), .journals = {},
                                            .registered = journals.registered, .snapshot = [this] { return registry->newest(); }, .key = {}, .configure = {}, .call = {}, .later = {}};
        for (const auto& [member, home] : journals.homes) options.journals.emplace(member, &home->store());
        options.key = [this](const std::string& member) {
            const auto snapshot = registry->newest();
            return message_key(journals.homes.find(member)->second->keys(), journals.registered.find(member)->second, snapshot.get(), now());
        };
        options.configure = [this] { return configure_again("management"); };
        options.call = [this](exchange::OwnCall call, std::move_only_function<void(exchange::OwnAnswer)> done) { node->call(std::move(call), std::move(done)); };
        options.later = [this](std::move_only_function<void()> job) { return host->site().pool != nullptr && host->site().pool->submit(std::move(job)); };
        managed = std::make_unique<ExchangeManagement>(std::move(options));
    }

    Result<void> open_node() {
        exchange::NodeOptions options;
        options.id = file().node;
        options.registry = [keeper = registry.get()] {
            auto view = keeper->view();
            return exchange::RegistryView{std::move(view.snapshot), std::move(view.signed_text), view.state};
        };
        options.client = client;
        options.clock = host->options().clock;
        options.entropy = host->options().entropy;
        options.metrics = metrics;
        auto now_configured = TRY(configured());
        node = TRY(exchange::Node::create(std::move(options), std::move(now_configured)));
        return {};
    }

    http::Reply registry_reply() const {
        const auto text = registry->signed_text();
        if (text == nullptr) return fail(Code::unavailable, "exchange.registry-missing", "no snapshot yet").error();
        auto out = http::Response::json(*text);
        out.set("Cache-Control", "no-store");
        return out;
    }

    Result<void> open_doors() {
        const auto serve_registry = [this](http::Request&) -> http::Reply { return registry_reply(); };
        http::Router edge_router, peer_router;
        node->edge_routes(edge_router, file().edge_tls ? exchange::EdgeKind::tls : exchange::EdgeKind::plain);
        edge_router.get("/registry/snapshot", serve_registry);
        node->peer_routes(peer_router);
        peer_router.get("/registry/snapshot", serve_registry);
        watcher->add_routes(peer_router);
        auto edge_options = door(file().edge, *metrics);
        node->edge_refusals(edge_options);
        if (file().edge_tls) {
            http::Tls tls_files{file().edge_tls->certificate.string(), file().edge_tls->key.string()};
            tls_files.client_certificates = http::ClientCertificates::optional;
            edge_options.tls = {tls_files};
        }
        auto peer_options = door(file().peer, *metrics);
        node->peer_refusals(peer_options);
        http::Tls peer_files{file().peer_tls.certificate.string(), file().peer_tls.key.string()};
        peer_files.client_certificates = http::ClientCertificates::required;
        peer_files.only_tls13 = true;
        peer_options.tls = {peer_files};
        edge_options.client = peer_options.client = client;
        edge = std::make_unique<http::Server>(TRY(http::Server::create(std::move(edge_options), std::move(edge_router))));
        peer = std::make_unique<http::Server>(TRY(http::Server::create(std::move(peer_options), std::move(peer_router))));
        if (!file().management) return {};
        http::Router own;
        node->management_routes(own);
        managed->add_routes(own);
        own.get("/metrics", [this](http::Request&) -> http::Reply { return http::Response::bytes(metrics->exposition(), "text/plain; version=0.0.4"); });
        own.get("/exchange/state", [this](http::Request&) -> http::Reply { return http::Response::json(json::write(state())); });
        management = std::make_unique<http::Server>(TRY(http::Server::create(door(*file().management, *metrics), std::move(own))));
        return {};
    }

    // For the operator: how fresh the registry is, what each mirror said, timestamps, the watch.
    json::Value state() const {
        const auto status = registry->status();
        json::Array mirrors;
        for (const auto& one : status.mirrors) {
            mirrors.emplace_back(json::Object{{"address", one.address}, {"asked", one.asked.iso()}, {"answered", one.answered.iso()},
                                              {"problem", one.problem}, {"detail", one.detail}});
        }
        json::Object out{{"node", file().node.text()},
                         {"registry", json::Object{{"state", exchange::to_string(status.state)}, {"version", status.version}, {"issued_at", status.issued_at.iso()},
                                                   {"seconds_left", status.seconds_left}, {"mirrors", mirrors}}}};
        watcher->add_state(out);
        return out;
    }

    // A node without a snapshot refuses every message: a first start waits for the registry, not long.
    void wait_for_registry() const {
        constexpr int tries = 100;
        constexpr std::chrono::milliseconds pause{50};
        for (int i = 0; i < tries && registry->newest() == nullptr; ++i) std::this_thread::sleep_for(pause);
        if (registry->newest() == nullptr) log::warning("exchange.registry-missing", {{"hint", "wasl doctor says which mirror does not answer"}});
    }

    void add_gauges() {
        metrics->gauge("wasl_exchange_registry_seconds_left", "Seconds until the registry's snapshot is too old to exchange anything",
                       [this] { return static_cast<double>(registry->status().seconds_left); });
        metrics->gauge("wasl_exchange_registry_version", "Version of the registry's snapshot",
                       [this] { return static_cast<double>(registry->status().version); });
    }

    // For `wasl doctor`.
    std::vector<DoctorStep> examine(std::string_view other, bool fresh) {
        if (fresh) static_cast<void>(registry->refresh());  // each mirror's failure is told among the steps
        DoctorView view{.file = &file(), .registry = registry.get(), .node = node.get(), .client = client.get(), .tls = configuration->tls(), .keys = {},
                        .connectors_off = services->connectors_off(*configuration->current()), .caught = journals_caught(data()), .now = now()};
        const auto snapshot = registry->newest();
        std::unique_lock one(configuring);
        for (const auto& [member, home] : journals.homes) {
            const auto& id = journals.registered.find(member)->second;
            const auto key = message_key(home->keys(), id, snapshot.get(), now());
            view.keys.emplace_back(id, key ? key->id : key.error().detail);
        }
        one.unlock();
        return app::examine(view, other);
    }

    // Questions of wasl doctor and wasl exchange new-key.
    Result<json::Object> operate(std::string_view action, const json::Value& arguments) {
        if (action == "doctor") return json::Object{{"steps", doctor_json(examine(arguments["peer"].text_or(""), false))}};
        if (action != "new-key" && action != "body-read") return fail(Code::invalid, "control.unknown-action", std::string(action));
        const auto home = journals.homes.find(arguments["member"].text_or(""));
        if (home == journals.homes.end()) return fail(Code::not_found, "exchange.member-missing", std::string(arguments["member"].text_or("")));
        if (action == "body-read") return note_reading(home->second->store(), arguments);
        const std::lock_guard one(configuring);
        TRY(home->second->keys().rotate(trust::KeyUse::exchange, now()));
        log::info("exchange.new-key", {{"member", home->first}});
        return json::Object{{"member", home->first}};
    }

    // New certificates, and keys that the registry has come to know.
    Result<void> configure_again(std::string_view why) {
        if (node == nullptr) return {};
        const std::lock_guard one(configuring);
        const auto fresh = configured();
        const auto done = fresh ? node->configure(*fresh) : Result<void>(std::unexpected(fresh.error()));
        if (!done) log::error("exchange.configure", {{"why", why}, {"key", done.error().key}, {"detail", done.error().detail}});
        return done;
    }

    // Old rows to their segments, a few a second at most.
    void keep_segments() {
        if (now() < segments_next) return;
        bool more = false;
        for (const auto& [member, home] : journals.homes) {
            const auto done = exchange::keep_segments(home->store(), configuration->current()->segments, now());
            if (!done) {
                log::error("exchange.segments", {{"member", member}, {"key", done.error().key}, {"detail", done.error().detail}});
            } else if (done->moved + done->erased > 0) {
                more = true;
                log::info("exchange.segments", {{"member", member}, {"moved", static_cast<std::int64_t>(done->moved)}, {"erased", static_cast<std::int64_t>(done->erased)}});
            }
        }
        configuration->erase_old_bodies(journals);
        segments_next = now().plus_seconds(more ? 1 : segments_every_seconds);
    }

    void loop() {
        std::unique_lock lock(guard);
        while (!stopping) {
            lock.unlock();
            if (configuration->reread_tls()) static_cast<void>(configure_again("certificate"));
            configuration->reread(journals, [this] { return configure_again("exchange.toml").has_value(); });
            watcher->round();
            keep_segments();
            lock.lock();
            wake.wait_for(lock, std::chrono::seconds(1), [&] { return stopping; });
        }
    }

    // Questions are taken up at once, whatever loop() waits for: by that wasl doctor knows a node that hangs. An examination
    // waits for peers, perhaps for minutes: each has a thread of its own.
    void answer_operator() {
        const ControlHandler handler = [this](std::string_view action, const json::Value& arguments) { return operate(action, arguments); };
        std::vector<std::future<void>> examinations;
        std::unique_lock lock(guard);
        while (!stopping) {
            lock.unlock();
            std::erase_if(examinations, [](const auto& one) { return one.wait_for(std::chrono::seconds(0)) == std::future_status::ready; });
            for (auto& asked : take_requests(data() / "control/exchange")) {
                if (asked.action == "doctor" && examinations.size() < most_examinations) {
                    examinations.push_back(std::async(std::launch::async, [&handler, asked = std::move(asked)] { answer_request(asked, handler); }));
                } else {
                    answer_request(asked, handler);
                }
            }
            lock.lock();
            wake.wait_for(lock, std::chrono::seconds(1), [&] { return stopping; });
        }
        lock.unlock();
        examinations.clear();  // waits for them: the client is stopping, so they end
    }
};

ExchangeNode::ExchangeNode(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ExchangeNode::~ExchangeNode() { stop(); }

Result<std::unique_ptr<ExchangeNode>> ExchangeNode::open(Host& host, http::Metrics& metrics) {
    auto impl = std::make_unique<Impl>();
    auto& own = *impl;
    own.host = &host;
    own.metrics = &metrics;
    own.configuration = TRY(ExchangeConfiguration::open(host));
    std::error_code problem;
    std::filesystem::create_directories(own.data() / "control/exchange/control", problem);  // where the doctor's questions come
    own.client = std::make_shared<http::Client>(TRY(http::Client::create({.threads = std::max(1U, std::thread::hardware_concurrency()), .metrics = &metrics})));
    own.journals = TRY(open_exchange_journals(host, own.file()));
    own.services = std::make_unique<ExchangeServices>(host, *own.client);
    TRY(own.open_registry());
    own.open_management();
    TRY(own.open_node());
    std::map<std::string, store::Store*, std::less<>> stores;
    for (const auto& [member, home] : own.journals.homes) {
        stores.emplace(member, &home->store());
        host.also_back_up(member, &home->store());
    }
    own.watcher = TRY(ExchangeWatcher::create({.host = &host, .file = &own.file(), .client = own.client, .registry = own.registry.get(),
                                               .journals = std::move(stores), .registered = own.journals.registered, .tls = [&own] { return own.configuration->tls(); }}));
    TRY(own.open_doors());
    own.add_gauges();
    return std::unique_ptr<ExchangeNode>(new ExchangeNode(std::move(impl)));
}

void ExchangeNode::start() {
    impl_->registry->start();
    impl_->wait_for_registry();
    impl_->edge->start();
    impl_->peer->start();
    if (impl_->management) impl_->management->start();
    impl_->thread = std::thread([this] { impl_->loop(); });
    impl_->answering = std::thread([this] { impl_->answer_operator(); });
    if (const auto done = connect_exchange(*impl_->host, *this); !done) {
        log::error("exchange.evidence", {{"key", done.error().key}, {"detail", done.error().detail}});
    }
}

void ExchangeNode::stop() {
    for (const auto& [member, home] : impl_->journals.homes) impl_->host->also_back_up(member, nullptr);
    if (impl_->thread.joinable()) disconnect_exchange(*impl_->host, *this);
    {
        const std::lock_guard lock(impl_->guard);
        impl_->stopping = true;
    }
    impl_->wake.notify_all();
    if (impl_->edge) impl_->edge->stop();
    if (impl_->peer) impl_->peer->stop();
    if (impl_->management) impl_->management->stop();
    if (impl_->client) impl_->client->stop();
    if (impl_->thread.joinable()) impl_->thread.join();
    if (impl_->answering.joinable()) impl_->answering.join();
    if (impl_->registry) impl_->registry->stop();
}

std::vector<DoctorStep> ExchangeNode::examine(std::string_view peer, bool refresh) { return impl_->examine(peer, refresh); }
exchange::Node& ExchangeNode::node() noexcept { return *impl_->node; }
const ExchangeFile& ExchangeNode::file() const noexcept { return impl_->file(); }
std::shared_ptr<const exchange::Snapshot> ExchangeNode::registry() const { return impl_->registry->newest(); }
ExchangeManagement& ExchangeNode::management() const noexcept { return *impl_->managed; }
const Zone& ExchangeNode::zone() const noexcept { return impl_->host->site().pack->zone(); }
store::Store* ExchangeNode::journal(std::string_view member) const {
    const auto found = impl_->journals.homes.find(member);
    return found == impl_->journals.homes.end() ? nullptr : &found->second->store();
}

const exchange::ClientId* ExchangeNode::registered(std::string_view member) const {
    const auto found = impl_->journals.registered.find(member);
    return found == impl_->journals.registered.end() ? nullptr : &found->second;
}

std::string ExchangeNode::edge_address() const {
    return address_text(impl_->file().edge_tls ? "https" : "http", impl_->file().edge.address, impl_->edge->port());
}
std::string ExchangeNode::peer_address() const { return address_text("https", impl_->file().peer.address, impl_->peer->port()); }

}  // namespace wasl::app
