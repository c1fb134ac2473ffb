// Small files that are replaced at once: written beside, synced, renamed; the folder is made when absent.
#pragma once

#include "base/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace wasl::exchange {

Result<void> write_small_file(const std::filesystem::path& path, std::string_view content);  // key "file.unwritable"
Result<std::string> read_small_file(const std::filesystem::path& path);                      // key "file.unreadable"

}  // namespace wasl::exchange
