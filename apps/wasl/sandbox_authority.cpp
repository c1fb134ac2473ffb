#include "sandbox_authority.hpp"

#include "sandbox_seed.hpp"

#include "base/log.hpp"
#include "exchange/registry_keys.hpp"
#include "http/server.hpp"
#include "trust/keys.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <mutex>
#include <optional>

namespace wasl::app {

namespace {

constexpr std::int64_t sign_every_seconds = 60;
constexpr std::int64_t certificate_seconds = 30 * 86'400;
constexpr std::int64_t renew_before_seconds = 15 * 86'400;
// Every node has asked for the registry again by then (exchange.toml: refresh_seconds), and a server has read
// its changed files.
constexpr std::int64_t listed_before_use_seconds = 8;
constexpr std::int64_t used_before_drop_seconds = 30;

http::Options on_loopback(std::uint16_t port) {
    http::Options out;
    out.port = port;
    out.threads = 1;
    out.pool_threads = 1;
    return out;
}

enum class Step { none, listed, used };

}  // namespace

struct SandboxAuthority::Impl {
    SandboxPorts ports;
    SystemClock clock;
    std::shared_ptr<const trust::Signer> key;
    std::optional<exchange::CertificateAuthority> roots;
    std::unique_ptr<exchange::TimestampAuthority> timestamps;
    std::unique_ptr<exchange::RegistryAuthority> registry;
    std::vector<SandboxProcess> processes;
    std::map<std::string, std::filesystem::path> folders;
    std::map<std::string, exchange::TlsIdentity> certificates;  // in use, by process
    std::map<std::string, exchange::TlsIdentity> fresh;         // listed, not in use yet
    Step step = Step::none;
    Instant stepped, signed_at;
    std::atomic<bool> roll_asked = false;
    std::mutex doors;  // the servers below; asked from the own door's thread
    std::unique_ptr<http::Server> registry_door, timestamps_door, own_door;

    [[nodiscard]] Instant now() const { return {clock.now().seconds() * 1'000'000}; }

    Result<void> open_registry_door() {
        http::Router router;
        router.get("/registry/snapshot", [this](http::Request&) -> http::Reply { return http::Response::json(*registry->text()); });
        registry_door = std::make_unique<http::Server>(TRY(http::Server::create(on_loopback(ports.registry), std::move(router))));
        registry_door->start();
        return {};
    }
    Result<void> open_timestamps_door() {
        http::Router router;
        router.post("/tsa", [this](http::Request& request) -> http::Reply {
            auto answer = timestamps->answer(request.body());
            if (!answer) return answer.error();
            return http::Response::bytes(std::move(*answer), std::string(exchange::timestamp_reply_type));
        });
        timestamps_door = std::make_unique<http::Server>(TRY(http::Server::create(on_loopback(ports.timestamps), std::move(router))));
        timestamps_door->start();
        return {};
    }

    http::Reply switch_door(std::string_view what, bool open) {
        const std::lock_guard lock(doors);
        auto& door = what == "registry" ? registry_door : timestamps_door;
        if (what != "registry" && what != "timestamps") return Error{Code::invalid, "sandbox.door", std::string(what)};
        if (!open) {
            door.reset();
        } else if (door == nullptr) {
            if (const auto done = what == "registry" ? open_registry_door() : open_timestamps_door(); !done) return done.error();
        }
        return http::Response::text(fmt::format("{} is {}\n", what, open ? "open" : "shut"));
    }

    Result<void> open_own_door() {
        http::Router router;
        router.post("/sandbox/shut", [this](http::Request& request) { return switch_door(request.query("what"), false); });
        router.post("/sandbox/open", [this](http::Request& request) { return switch_door(request.query("what"), true); });
        router.post("/sandbox/roll", [this](http::Request&) -> http::Reply {
            roll_asked = true;
            return http::Response::text("new certificates are on their way\n");
        });
        own_door = std::make_unique<http::Server>(TRY(http::Server::create(on_loopback(ports.own), std::move(router))));
        own_door->start();
        return {};
    }

    Result<exchange::TlsIdentity> issue(const SandboxProcess& process) const {
        return roots->issue_node("node-" + process.name, {"127.0.0.1", "localhost"}, now().plus_seconds(-60), now().plus_seconds(certificate_seconds));
    }

    static exchange::NodeCertificate row_of(const exchange::TlsIdentity& identity) { return {identity.sha256, identity.valid_from, identity.valid_to}; }

    // Rows of the nodes: the certificates in use, and those that will be.
    Result<void> list_certificates() {
        return registry->change([this](exchange::Snapshot& rows) {
            for (auto& node : rows.nodes) {
                const auto process = std::ranges::find(processes, node.id, &SandboxProcess::node);
                if (process == processes.end()) continue;
                node.certificates = {row_of(certificates.at(process->name))};
                if (const auto next = fresh.find(process->name); next != fresh.end()) node.certificates.push_back(row_of(next->second));
            }
        }, next_signature());
    }

    // Signatures are a microsecond apart at least, so that each is newer than the one before.
    Instant next_signature() {
        signed_at = std::max(clock.now(), signed_at.plus_micros(1));
        return signed_at;
    }

    bool registry_is_open() {
        const std::lock_guard lock(doors);
        return registry_door != nullptr;
    }

    Result<void> begin_roll() {
        if (step != Step::none) return {};
        for (const auto& process : processes) fresh[process.name] = TRY(issue(process));
        TRY(list_certificates());
        step = Step::listed;
        stepped = clock.now();
        return {};
    }

    Result<void> next_step() {
        if (step == Step::listed && clock.now() >= stepped.plus_seconds(listed_before_use_seconds)) {
            for (const auto& [process, identity] : fresh) TRY(write_sandbox_certificate(folders.at(process), identity));
            step = Step::used;
            stepped = clock.now();
        } else if (step == Step::used && clock.now() >= stepped.plus_seconds(used_before_drop_seconds)) {
            certificates = std::move(fresh);
            fresh.clear();
            TRY(list_certificates());
            step = Step::none;
            log::info("sandbox.certificates-rolled");
        }
        return {};
    }

    Result<void> due() {
        const auto ends = [&](const auto& one) { return clock.now() >= one.second.valid_to.plus_seconds(-renew_before_seconds); };
        // While nobody can read the registry, a new certificate would be one that nobody knows: it waits.
        if (registry_is_open()) {
            if (roll_asked.exchange(false) || std::ranges::any_of(certificates, ends)) TRY(begin_roll());
            TRY(next_step());
        } else if (step == Step::listed) {
            stepped = clock.now();
        }
        if (clock.now() >= signed_at.plus_seconds(sign_every_seconds)) TRY(registry->sign_again(next_signature()));
        return {};
    }
};

SandboxAuthority::SandboxAuthority(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
SandboxAuthority::~SandboxAuthority() {
    // The own door first: it opens and shuts the others.
    impl_->own_door.reset();
    impl_->registry_door.reset();
    impl_->timestamps_door.reset();
}

Result<std::unique_ptr<SandboxAuthority>> SandboxAuthority::create(SandboxPorts ports) {
    auto impl = std::make_unique<Impl>();
    impl->ports = ports;
    impl->key = TRY(trust::generate_signer(trust::Curve::p256));
    const Instant from = impl->now().plus_seconds(-60), to = impl->now().plus_seconds(365 * 86'400LL);
    impl->roots = TRY(exchange::CertificateAuthority::create("Wasl sandbox roots", from, to));
    const auto stamper = TRY(impl->roots->issue_timestamper("Wasl sandbox timestamps", from, to));
    impl->timestamps = TRY(exchange::TimestampAuthority::create(stamper, impl->clock));
    return std::unique_ptr<SandboxAuthority>(new SandboxAuthority(std::move(impl)));
}

SandboxAuthorities SandboxAuthority::addresses() const {
    return {fmt::format("http://127.0.0.1:{}/registry/snapshot", impl_->ports.registry), fmt::format("http://127.0.0.1:{}/tsa", impl_->ports.timestamps)};
}
std::string SandboxAuthority::own_address() const { return fmt::format("http://127.0.0.1:{}", impl_->ports.own); }
std::string SandboxAuthority::registry_keys() const { return exchange::write_registry_keys({impl_->key->public_key()}); }
const std::string& SandboxAuthority::roots_pem() const noexcept { return impl_->roots->certificate_pem(); }
Result<exchange::TlsIdentity> SandboxAuthority::certificate_for(const SandboxProcess& process) { return impl_->issue(process); }
void SandboxAuthority::add_folder(const std::string& process, std::filesystem::path data) { impl_->folders[process] = std::move(data); }

Result<void> SandboxAuthority::open(const SandboxCountry& country, const std::map<std::string, std::vector<exchange::MemberKey>>& keys,
                                    const std::map<std::string, exchange::TlsIdentity>& certificates) {
    exchange::Snapshot rows;
    rows.instance = "MA";
    for (const auto& process : country.processes) {
        exchange::RegisteredNode node{process.node(), "127.0.0.1", process.peer, {Impl::row_of(certificates.at(process.name))}, {}};
        for (const auto& member : process.members) {
            rows.members.push_back({member.member(), member.names, keys.at(member.id), member.subsystems, member.territory});
            for (const auto& subsystem : member.subsystems) node.subsystems.push_back(member.subsystem(subsystem.code));
            for (const auto& service : member.services) {
                const auto type = service.local == "register" ? exchange::ServiceType::openapi : exchange::ServiceType::rest;
                rows.services.push_back({{member.subsystem(service.subsystem), service.code}, type, service.names, service.evidence_types});
            }
        }
        rows.nodes.push_back(std::move(node));
    }
    impl_->processes = country.processes;
    impl_->certificates = certificates;
    impl_->registry = TRY(exchange::RegistryAuthority::create(std::move(rows), impl_->key, impl_->next_signature()));
    TRY(impl_->open_registry_door());
    TRY(impl_->open_timestamps_door());
    return impl_->open_own_door();
}

void SandboxAuthority::round() {
    if (const auto done = impl_->due(); !done) log::error("sandbox.authority", {{"key", done.error().key}, {"detail", done.error().detail}});
}

void SandboxAuthority::roll() { impl_->roll_asked = true; }

}  // namespace wasl::app
