#include "exchange_services.hpp"

#include "connector.hpp"
#include "evidence_exchange.hpp"
#include "tool.hpp"

#include "base/log.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace wasl::app {

Result<const ExchangeServices::Connected*> ExchangeServices::connected_by(const std::filesystem::path& connector_file) {
    std::error_code problem;
    const auto written = std::filesystem::last_write_time(connector_file, problem);
    const auto found = connectors_.find(connector_file);
    if (found != connectors_.end() && found->second.written == written) return &found->second;
    const auto connector = TRY(read_connector(connector_file));
    Connected fresh{TRY(connector_service(connector, *client_, host_->site().pack->zone(), *host_->options().clock)), connector_openapi(connector), written};
    if (found != connectors_.end()) replaced_.push_back(found->second.service);
    return &connectors_.insert_or_assign(connector_file, std::move(fresh)).first->second;
}

// What one connector lacks is no reason for the others, and for all else of the host, to stand still.
void ExchangeServices::note_state(const ExchangeService& from, const Result<void>& works) {
    const std::lock_guard lock(guard_);
    const auto id = from.id.text();
    if (works) {
        off_.erase(id);
        return;
    }
    off_.insert_or_assign(id, fmt::format("{}: {} {}", from.connector.string(), works.error().key, works.error().detail));
    log::error("exchange.connector-off", {{"service", id}, {"file", from.connector.string()}, {"key", works.error().key}, {"detail", works.error().detail}});
}

std::map<std::string, std::string> ExchangeServices::connectors_off(const ExchangeFile& file) const {
    const std::lock_guard lock(guard_);
    std::map<std::string, std::string> out;
    for (const auto& service : file.services) {
        const auto found = off_.find(service.id.text());
        if (found != off_.end() && !service.connector.empty()) out.insert(*found);
    }
    return out;
}

Result<exchange::ServiceConfiguration> ExchangeServices::configured(const ExchangeService& from, const ExchangeFile& file) {
    exchange::ServiceConfiguration out;
    if (!from.openapi.empty()) out.type = exchange::ServiceType::openapi;
    out.url = from.url;
    if (from.local == "register") {
        const auto of = std::ranges::find(file.subsystems, from.id.provider, &ExchangeSubsystem::id);
        if (of == file.subsystems.end()) {
            return fail(Code::invalid, "exchange.file-malformed", fmt::format("{}:{}: a service of an unknown subsystem", exchange_file_name, from.line));
        }
        out.local = register_service(*host_, of->member);
        if (from.openapi.empty()) {
            out.type = exchange::ServiceType::openapi;
            out.openapi = TRY(register_openapi(*host_, of->member));
        }
    }
    if (!from.connector.empty()) {
        const auto connected = connected_by(from.connector);
        note_state(from, connected ? Result<void>() : std::unexpected(connected.error()));
        out.local = connected ? (*connected)->service : connector_off(connected.error().key);
        if (from.openapi.empty()) {
            out.type = exchange::ServiceType::openapi;
            if (connected) out.openapi = (*connected)->openapi;
        }
    }
    out.timeout = std::chrono::seconds(from.timeout_seconds);
    out.verify_tls = from.verify_tls;
    if (!from.ca.empty()) out.tls = TRY(http::load_tls_context({.ca_files = {from.ca.string()}}));
    if (!from.openapi.empty()) out.openapi = TRY(read_file(from.openapi));
    if (!from.notice.empty()) out.disabled_notice = from.notice;
    out.endpoints = from.endpoints;
    return out;
}

}  // namespace wasl::app
