// What a node works by while it runs: exchange.toml, the certificate of its peer door, the keys of its members, and
// whether bodies are kept. What changes in the files is taken up; what needs a new start is said in the log.
#pragma once

#include "exchange_file.hpp"
#include "exchange_journals.hpp"
#include "exchange_services.hpp"
#include "host.hpp"

#include "exchange/kept_bodies.hpp"
#include "exchange/node.hpp"
#include "http/client.hpp"

#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>

namespace wasl::app {

class ExchangeConfiguration {
public:
    // Reads both files. Keys as read_exchange_file and http::load_tls_context. `host` outlives it.
    static Result<std::unique_ptr<ExchangeConfiguration>> open(Host& host);

    // As the host began with it: doors, registry, timestamps.
    [[nodiscard]] const ExchangeFile& started() const noexcept { return started_; }
    // As it is now: who may do what. Safe from several threads, as tls() is.
    [[nodiscard]] std::shared_ptr<const ExchangeFile> current() const;
    [[nodiscard]] std::shared_ptr<const http::TlsContext> tls() const;

    // When exchange.toml was written anew: subsystems, services, groups, rights and operators are taken up, all or none.
    // `apply` configures the node by them; false: what stood before stands again. One thread at a time.
    void reread(const ExchangeJournals& journals, const std::function<bool()>& apply);
    // When certificate or key were written anew they are read again; true: they count from the next of_node() on.
    bool reread_tls();

    // All of it but what operators have set (ExchangeManagement::merge). One thread at a time.
    Result<exchange::NodeConfiguration> of_node(const ExchangeJournals& journals, ExchangeServices& services, const exchange::Snapshot* registry);

    // Bodies whose days are over.
    void erase_old_bodies(const ExchangeJournals& journals) const;

private:
    ExchangeConfiguration(Host& host, ExchangeFile started, std::filesystem::file_time_type written);
    Result<void> load_tls();
    [[nodiscard]] std::filesystem::file_time_type tls_written() const;
    void put_in_force(std::shared_ptr<const ExchangeFile> fresh);
    Result<std::shared_ptr<const exchange::KeptBodies>> bodies_of(const ExchangeFile& said, const std::string& member, const exchange::ClientId& id);

    Host* host_;
    ExchangeFile started_;
    mutable std::mutex guard_;
    std::shared_ptr<const ExchangeFile> current_;      // under guard_
    std::shared_ptr<const http::TlsContext> tls_;      // under guard_
    std::filesystem::file_time_type written_, tls_read_;
    std::map<std::string, exchange::BodyCipher> ciphers_;  // by member; when bodies were kept once
};

}  // namespace wasl::app
