// Whether a folder holds keys already: for tools that read beside a server and must make none.
#pragma once

#include <filesystem>

namespace wasl::trust {

bool has_keys(const std::filesystem::path& folder);      // of a KeyRing
bool has_cosigner(const std::filesystem::path& folder);  // of a Cosigner

}  // namespace wasl::trust
