// What wasl doctor finds on this host's disk: the files that a start reads, read as it would, whether or not a node runs.
#pragma once

#include "exchange_doctor.hpp"

#include "base/time.hpp"
#include "exchange/address.hpp"

#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace wasl::app {

// The steps that fail, none when the next start finds all it reads. `runs`: a node goes on with what it read before. Days of
// validity are those of `zone`.
std::vector<DoctorStep> examine_files(const std::filesystem::path& data, const Zone& zone, bool runs);

// Members of other nodes whose journal was caught rolled back or forked, each with the files of evidence.
std::multimap<exchange::ClientId, std::string> journals_caught(const std::filesystem::path& data);

}  // namespace wasl::app
