// The exchange journals of a host, opened together; and what of an exchange goes into a backup.
#pragma once

#include "exchange_file.hpp"
#include "host.hpp"

#include "exchange/exchange_journal.hpp"
#include "store/writers.hpp"

#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace wasl::app {

struct ExchangeJournals {
    std::unique_ptr<store::Writers> writers;  // outlives the homes
    std::map<std::string, std::unique_ptr<exchange::JournalHome>, std::less<>> homes;  // by member of this host
    std::map<std::string, exchange::ClientId, std::less<>> registered;                 // the same, in the registry
};
// Key "exchange.file-malformed" for a member that is not in node.toml, or that stands for two.
Result<ExchangeJournals> open_exchange_journals(Host& host, const ExchangeFile& file);

// TO/exchange/MEMBER (a backup of each journal) and TO/host/: exchange.toml with the public files it names, the
// registry's snapshot, timestamps and what was seen of peers. Keys stay where they are. With a running node its
// journals are taken, else they are opened for it. `report` gets the numbers of each.
Result<void> back_up_exchange(Host& host, const std::filesystem::path& to, json::Object& report);
// The same back into an empty place; journals checked against their manifests. How many entries.
Result<std::uint64_t> restore_exchange(const std::filesystem::path& from, const std::filesystem::path& data);

}  // namespace wasl::app
