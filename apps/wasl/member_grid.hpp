// The network of one member, where it keeps one: DATA/grid/MEMBER with its tables (grid/network_folder.hpp) and
// connection.toml, what connections are held to. Read again by itself when either changed.
#pragma once

#include "grid/connections.hpp"
#include "grid/network_folder.hpp"
#include "jurisdiction/pack.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <string_view>

namespace wasl::app {

// connection.toml, strict; what it leaves out keeps the value of grid::ConnectionRules. Key "grid.connection-rules"
// (detail: "FILE:LINE: why").
Result<grid::ConnectionRules> read_connection_rules(std::string_view text, std::string_view file);
// The rules beside a network: FOLDER/connection.toml, or the usual ones where there is no such file.
Result<grid::ConnectionRules> connection_rules_of(const std::filesystem::path& folder);

// Safe from several threads.
class MemberGrid {
public:
    MemberGrid(std::filesystem::path folder, std::shared_ptr<const jurisdiction::Pack> pack);

    [[nodiscard]] grid::NetworkFolder& folder() noexcept { return folder_; }
    // Null where there is no network. One that no connection can be checked against says why, and so does the log, once.
    std::shared_ptr<const grid::NetworkInForce> in_force();
    [[nodiscard]] grid::Connections& connections() noexcept { return connections_; }

private:
    std::shared_ptr<const grid::NetworkInForce> prepare(const grid::KeptNetwork& kept);

    grid::NetworkFolder folder_;
    std::shared_ptr<const jurisdiction::Pack> pack_;
    std::mutex guard_;
    std::string hash_;                                  // of what was prepared last
    std::filesystem::file_time_type rules_written_;     // of connection.toml then
    std::shared_ptr<const grid::KeptNetwork> kept_;
    std::shared_ptr<const grid::NetworkInForce> prepared_;
    grid::Connections connections_;
};

}  // namespace wasl::app
