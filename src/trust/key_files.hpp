// Files of keys and secrets, as other rooms may touch them.
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace wasl::trust {

// Whether a folder holds keys already: for tools that read beside a server and must make none.
bool has_keys(const std::filesystem::path& folder);      // of a KeyRing
bool has_cosigner(const std::filesystem::path& folder);  // of a Cosigner

enum class Replace { no, yes };
// Written beside, synced, moved into place, folder synced; mode 0600: whole or absent. "trust.io", or with Replace::no
// "trust.key-exists", also when another process was first.
Result<void> write_private_file(const std::filesystem::path& file, std::string_view bytes, Replace replace);
// At most 1 MB of a plain file that its owner alone can read. Keys: "trust.key-missing" (Code::not_found),
// "trust.key-readable-by-others" (group or world may read it, or it is a link), "trust.io".
Result<std::string> read_private_file(const std::filesystem::path& file);

// A secret of one line (a PIN, a password, an address): the first line without the blanks around it, from a plain
// file that its owner alone can read. Keys: "trust.key-missing", "trust.key-readable-by-others", "trust.secret-empty",
// "trust.io"; the detail names the file and the remedy, never what it holds.
Result<std::string> read_secret(const std::filesystem::path& file);

}  // namespace wasl::trust
