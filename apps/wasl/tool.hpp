// What the subcommands share: reading files, complaining, finding our own folders.
#pragma once

#include "base/result.hpp"
#include "lingua/language.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace wasl::app {

// The whole file; "-" is standard input. Key "file.unreadable".
Result<std::string> read_file(const std::filesystem::path& path);
// Replaces the file at once: written beside it, synced, renamed.
Result<void> write_file(const std::filesystem::path& path, std::string_view content);
// "wasl: what: detail" on standard error.
void complain(const Error& error);
void complain(std::string_view words);
// What a file or an error says, without control characters that would steer a terminal.
std::string printable(std::string_view text);

// The language asked for, else the terminal's (LC_ALL, LC_MESSAGES, LANG), else English.
lingua::Language terminal_language(std::string_view asked);

// Folder of the pack and of the shipped procedures: $WASL_SHARE, beside the program, or the source tree
// the program was built in.
std::filesystem::path share_folder();
std::filesystem::path pack_folder();

}  // namespace wasl::app
