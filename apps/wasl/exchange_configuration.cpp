#include "exchange_configuration.hpp"

#include "exchange_bodies.hpp"
#include "exchange_keys.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

#include <algorithm>

namespace wasl::app {

namespace {

std::filesystem::file_time_type written_at(const std::filesystem::path& file) {
    std::error_code problem;
    return std::filesystem::last_write_time(file, problem);
}

}  // namespace

ExchangeConfiguration::ExchangeConfiguration(Host& host, ExchangeFile started, std::filesystem::file_time_type written)
    : host_(&host), started_(std::move(started)), current_(std::make_shared<const ExchangeFile>(started_)), written_(written) {}

Result<std::unique_ptr<ExchangeConfiguration>> ExchangeConfiguration::open(Host& host) {
    const auto& data = host.options().data;
    const auto written = written_at(data / exchange_file_name);  // before it is read: what comes in between is read again
    auto file = TRY(read_exchange_file(data, host.site().pack->zone()));
    std::unique_ptr<ExchangeConfiguration> out(new ExchangeConfiguration(host, std::move(file), written));
    TRY(out->load_tls());
    return out;
}

std::shared_ptr<const ExchangeFile> ExchangeConfiguration::current() const {
    const std::lock_guard lock(guard_);
    return current_;
}

std::shared_ptr<const http::TlsContext> ExchangeConfiguration::tls() const {
    const std::lock_guard lock(guard_);
    return tls_;
}

void ExchangeConfiguration::put_in_force(std::shared_ptr<const ExchangeFile> fresh) {
    const std::lock_guard lock(guard_);
    current_ = std::move(fresh);
}

void ExchangeConfiguration::reread(const ExchangeJournals& journals, const std::function<bool()>& apply) {
    const auto& data = host_->options().data;
    const auto written = written_at(data / exchange_file_name);
    if (written == written_) return;
    written_ = written;
    auto fresh = read_exchange_file(data, host_->site().pack->zone());
    if (!fresh) return log::error("exchange.file", {{"key", fresh.error().key}, {"detail", fresh.error().detail}});
    if (const auto what = needs_restart(started_, *fresh, journals.registered); !what.empty()) return log::warning("exchange.file", {{"needs", "restart"}, {"for", what}});
    auto before = current();
    put_in_force(std::make_shared<const ExchangeFile>(std::move(*fresh)));
    if (!apply()) return put_in_force(std::move(before));
    log::info("exchange.file", {{"taken", "up"}});
}

std::filesystem::file_time_type ExchangeConfiguration::tls_written() const {
    return std::max(written_at(started_.peer_tls.certificate), written_at(started_.peer_tls.key));
}

Result<void> ExchangeConfiguration::load_tls() {
    tls_read_ = tls_written();
    http::TlsSettings settings;
    settings.certificate_file = started_.peer_tls.certificate.string();
    settings.key_file = started_.peer_tls.key.string();
    settings.only_tls13 = true;
    auto fresh = TRY(http::load_tls_context(settings));
    const std::lock_guard lock(guard_);
    tls_ = std::move(fresh);
    return {};
}

bool ExchangeConfiguration::reread_tls() {
    if (tls_written() == tls_read_) return false;
    const auto done = load_tls();
    if (!done) log::error("exchange.certificate", {{"key", done.error().key}, {"detail", done.error().detail}});
    return done.has_value();
}

// Null when they are not kept.
Result<std::shared_ptr<const exchange::KeptBodies>> ExchangeConfiguration::bodies_of(const ExchangeFile& said, const std::string& member, const exchange::ClientId& id) {
    if (!said.keep_bodies) return nullptr;
    const auto& data = host_->options().data;
    auto& cipher = ciphers_[member];
    if (!cipher.close) cipher = TRY(body_cipher(data, member));
    return std::make_shared<const exchange::KeptBodies>(kept_bodies(said, data, member, id, cipher));
}

void ExchangeConfiguration::erase_old_bodies(const ExchangeJournals& journals) const {
    const auto said = current();
    for (const auto& [member, home] : journals.homes) {
        const auto bodies = kept_bodies(*said, host_->options().data, member, journals.registered.find(member)->second, {});
        const auto days = bodies.erase_old(host_->options().clock->now());
        if (days > 0) log::info("exchange.bodies", {{"member", member}, {"days_erased", static_cast<std::int64_t>(days)}});
    }
}

Result<exchange::NodeConfiguration> ExchangeConfiguration::of_node(const ExchangeJournals& journals, ExchangeServices& services, const exchange::Snapshot* registry) {
    exchange::NodeConfiguration out;
    const auto said = current();
    for (const auto& [member, home] : journals.homes) {
        const auto& id = journals.registered.find(member)->second;
        auto key = TRY(message_key(home->keys(), id, registry, host_->options().clock->now()));
        out.members.push_back({id, std::move(key.key), std::move(key.id), &home->store(), TRY(bodies_of(*said, member, id))});
    }
    for (const auto& service : said->services) out.services.emplace(service.id, TRY(services.configured(service, *said)));
    out.rights = exchange::AccessRights(said->rights);
    for (const auto& group : said->groups) out.local_groups[*group.id.owner][group.id.code] = group.members;
    for (const auto& subsystem : said->subsystems) {
        exchange::ClientAuthentication proof{.proof = subsystem.proof};
        for (const auto& hex : subsystem.certificates) {
            const auto bytes = TRY(from_hex(hex));
            proof.certificates.insert(digest_from_bytes(bytes));
        }
        out.clients.emplace(subsystem.id, std::move(proof));
    }
    out.tls = tls();
    out.spelling = said->spelling;
    return out;
}

}  // namespace wasl::app
