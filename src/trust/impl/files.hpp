// Small files that must be whole or absent: keys, cosigner state.
#pragma once

#include "base/result.hpp"
#include "trust/key_files.hpp"

#include <filesystem>
#include <string>

namespace wasl::trust {

// At most 1 MB. "trust.file-missing", "trust.io".
Result<std::string> read_small_file(const std::filesystem::path& file);
Result<void> make_private_folder(const std::filesystem::path& folder);  // mode 0700

}  // namespace wasl::trust
