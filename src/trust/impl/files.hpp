// Small files that must be whole or absent: keys, cosigner state.
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace wasl::trust {

enum class Replace { no, yes };
// Written beside, synced, moved into place, folder synced; mode 0600. "trust.io", or with Replace::no
// "trust.key-exists".
Result<void> write_private_file(const std::filesystem::path& file, std::string_view bytes, Replace replace);
// At most 1 MB. "trust.file-missing", "trust.io".
Result<std::string> read_small_file(const std::filesystem::path& file);
// The same, refused when group or world may read it or it is a link: "trust.key-readable-by-others".
Result<std::string> read_private_file(const std::filesystem::path& file);
Result<void> make_private_folder(const std::filesystem::path& folder);  // mode 0700

}  // namespace wasl::trust
