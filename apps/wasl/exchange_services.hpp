// The services of exchange.toml as a node answers for them: an address of an information system, the member's own
// register, or a registry without a node behind a connector.
#pragma once

#include "exchange_file.hpp"
#include "host.hpp"

#include "exchange/services.hpp"
#include "http/client.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

namespace wasl::app {

// One thread at a time. Host and client outlive it and every answer.
class ExchangeServices {
public:
    ExchangeServices(Host& host, http::Client& client) : host_(&host), client_(&client) {}
    // A connector that can not work is off: its service answers 503 until it is mended and exchange.toml is read again.
    Result<exchange::ServiceConfiguration> configured(const ExchangeService& from, const ExchangeFile& file);
    // Services of the file whose connector is off, and why. From any thread.
    [[nodiscard]] std::map<std::string, std::string> connectors_off(const ExchangeFile& file) const;

private:
    // Kept while its file stands as it is: it remembers its token and who was down.
    struct Connected {
        exchange::LocalService service;
        std::string openapi;
        std::filesystem::file_time_type written;
    };
    Result<const Connected*> connected_by(const std::filesystem::path& connector);

    void note_state(const ExchangeService& from, const Result<void>& works);

    mutable std::mutex guard_;
    std::map<std::string, std::string> off_;  // by service
    Host* host_;
    http::Client* client_;
    std::map<std::filesystem::path, Connected> connectors_;  // by file
    std::vector<exchange::LocalService> replaced_;           // answers of theirs may be under way: they end with this object
};

}  // namespace wasl::app
