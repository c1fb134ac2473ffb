// A member's network as its keepers put it in force, read again by itself when they put another one there.
//
//   FOLDER/in-force              a link to one of:
//   FOLDER/networks/NAME/*.csv   tables in canonical form, never changed; NAME begins with the network's hash
//   FOLDER/connection.toml       what connections are held to; read elsewhere
#pragma once

#include "grid/network_csv.hpp"

#include <filesystem>
#include <memory>
#include <string>

namespace wasl::grid {

struct KeptNetwork {
    MeteredNetwork metered;  // in canonical order
    std::string hash;        // network_hash
    std::string folder;      // NAME
};

// Safe from several threads.
class NetworkFolder {
public:
    explicit NetworkFolder(std::filesystem::path folder);
    ~NetworkFolder();
    // The network in force; null when none is. One that cannot be read leaves the last good one in force; without any,
    // its error. Costs one look at a link while nothing changed.
    Result<std::shared_ptr<const KeptNetwork>> now();
    [[nodiscard]] const std::filesystem::path& folder() const noexcept;

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

// The tables of a folder of any form that read_network_csv understands; other files are passed over. Keys of
// read_network_csv, "grid.csv-file" for a folder that is not there or has no buses.csv.
Result<MeteredNetwork> read_network_folder(const std::filesystem::path& folder);
// Writes the canonical form into a folder that is made if it is not there; tables that were there are replaced, and
// one that the network does not need is removed. Keys "grid.unwritable", and those of read_network_csv for a network that
// tables cannot say (a number that is not finite): then nothing is written.
Result<void> write_network_folder(const std::filesystem::path& folder, const MeteredNetwork& metered);
// Puts a network in force: written beside the others, on disk, then the link is changed. The hash. Keys of both.
Result<std::string> install_network(const std::filesystem::path& folder, const MeteredNetwork& metered);

}  // namespace wasl::grid
