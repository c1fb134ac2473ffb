// Files of keys and secrets, as other rooms may touch them.
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <string>

namespace wasl::trust {

// Whether a folder holds keys already: for tools that read beside a server and must make none.
bool has_keys(const std::filesystem::path& folder);      // of a KeyRing
bool has_cosigner(const std::filesystem::path& folder);  // of a Cosigner

// A secret of one line (a PIN, a password, an address): the first line without the blanks around it, from a plain
// file that its owner alone can read. Keys: "trust.key-missing", "trust.key-readable-by-others", "trust.secret-empty",
// "trust.io"; the detail names the file and the remedy, never what it holds.
Result<std::string> read_secret(const std::filesystem::path& file);

}  // namespace wasl::trust
