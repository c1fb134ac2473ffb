// The exchange of a host, as DATA/exchange.toml says: its node with the two doors (edge for the information
// systems of its members, peer for other nodes), the journals of its members, the registry kept fresh,
// timestamps, and the watch over what peers show of their journals.
//
//   DATA/exchange.toml           read when the server starts
//   DATA/exchange/registry.jws   the newest verified snapshot
//   DATA/exchange/MEMBER/        exchange journal of that member (a store)
//   DATA/exchange/MEMBER.stamps/ its heads with their timestamps
//   DATA/exchange/peers.seen/    newest checkpoint seen of each peer, and evidence against them
//   DATA/keys/MEMBER/exchange/   message and checkpoint keys; never in a backup
#pragma once

#include "exchange_doctor.hpp"
#include "exchange_file.hpp"
#include "host.hpp"

#include "exchange/node.hpp"
#include "http/metrics.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::app {

// Whether this host takes part in an exchange.
bool has_exchange(const std::filesystem::path& data);

// Where things of a member stand.
std::filesystem::path exchange_store(const std::filesystem::path& data, std::string_view member);
std::filesystem::path exchange_stamps(const std::filesystem::path& data, std::string_view member);
std::filesystem::path exchange_keys(const std::filesystem::path& data, std::string_view member);
std::filesystem::path exchange_watch(const std::filesystem::path& data);
std::filesystem::path exchange_registry(const std::filesystem::path& data);

// Message and checkpoint keys of a member as the registry lists them; the ring is made when absent. What a
// member sends to whoever keeps the registry.
Result<std::vector<exchange::MemberKey>> exchange_public_keys(const std::filesystem::path& data, std::string_view member,
                                                              const exchange::ClientId& registered, Instant now);

// One more message key in the ring, for a member whose exchange is not running.
Result<void> new_message_key(const std::filesystem::path& data, std::string_view member, const exchange::ClientId& registered, Instant now);

class ExchangeManagement;

class ExchangeNode {
public:
    // Reads exchange.toml and binds both doors, so that mistakes show at once.
    static Result<std::unique_ptr<ExchangeNode>> open(Host& host, http::Metrics& metrics);
    ~ExchangeNode();  // stops

    void start();
    void stop();
    [[nodiscard]] exchange::Node& node() noexcept;
    [[nodiscard]] const ExchangeFile& file() const noexcept;
    // For `wasl doctor`; `refresh` asks the mirrors first. Waits for the network.
    std::vector<DoctorStep> examine(std::string_view peer, bool refresh);
    [[nodiscard]] std::shared_ptr<const exchange::Snapshot> registry() const;  // the newest; null: none yet
    // The exchange journal of a member of this host, and how it is registered; null when it takes no part.
    [[nodiscard]] store::Store* journal(std::string_view member) const;
    [[nodiscard]] const exchange::ClientId* registered(std::string_view member) const;
    [[nodiscard]] ExchangeManagement& management() const noexcept;
    [[nodiscard]] const Zone& zone() const noexcept;  // of days of validity
    [[nodiscard]] std::string edge_address() const;  // "http://127.0.0.1:7080"
    [[nodiscard]] std::string peer_address() const;

private:
    struct Impl;
    explicit ExchangeNode(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::app
