#include "tool.hpp"

#include "base/text.hpp"
#include "lingua/messages.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fmt/format.h>

#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

namespace wasl::app {

Result<std::string> read_file(const std::filesystem::path& path) {
    std::ostringstream content;
    if (path == "-") {
        content << std::cin.rdbuf();
        return content.str();
    }
    std::ifstream in(path, std::ios::binary);
    if (!in || std::filesystem::is_directory(path)) return fail(Code::not_found, "file.unreadable", path.string());
    content << in.rdbuf();
    return content.str();
}

Result<void> write_file(const std::filesystem::path& path, std::string_view content) {
    const auto beside = path.string() + ".new";
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    const bool written = file >= 0 && ::write(file, content.data(), content.size()) == static_cast<ssize_t>(content.size()) && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    std::error_code problem;
    if (written) std::filesystem::rename(beside, path, problem);
    if (!written || problem) return fail(Code::internal, "file.unwritable", path.string());
    return {};
}

namespace {

// A key without a sentence of its own is told by its code, never by a sentence of the pages.
std::string_view words_of(Code code) {
    switch (code) {
        case Code::not_found:
        case Code::gone: return "not-found";
        case Code::invalid:
        case Code::unprocessable:
        case Code::unsupported: return "form";
        case Code::unauthenticated:
        case Code::forbidden: return "not-allowed";
        case Code::conflict: return "not-now";
        case Code::too_large:
        case Code::too_many: return "too-much";
        case Code::insufficient_storage: return "disk-full";
        default: return "failed";
    }
}

}  // namespace

void complain(const Error& error) {
    const auto own = lingua::find_key("errors." + error.key);
    const auto key = own ? own : lingua::find_key(fmt::format("errors.command.{}", words_of(error.code)));
    auto said = key ? lingua::say(terminal_language({}), *key) : std::string();
    if (!error.detail.empty() && said.ends_with('.')) said.pop_back();
    std::cerr << fmt::format("wasl: {}{}{} [{}]\n", said, error.detail.empty() ? "" : ": ", printable(error.detail), error.key);
}

std::string printable(std::string_view text) {
    std::string out;
    for (const char c : is_utf8(text) ? std::string(text) : percent_encode(text)) {
        const auto byte = static_cast<unsigned char>(c);
        out += byte < 0x20 && c != '\n' && c != '\t' ? '?' : (byte == 0x7F ? '?' : c);
    }
    return out;
}

lingua::Language terminal_language(std::string_view asked) {
    if (const auto language = lingua::from_tag(asked)) return *language;
    for (const auto* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
        const char* value = std::getenv(name);
        if (value == nullptr || *value == '\0') continue;
        const std::string_view locale(value);
        const auto language = lingua::from_tag(locale.substr(0, locale.find_first_of("_.@")));
        return language.value_or(lingua::Language::en);
    }
    return lingua::Language::en;
}

void complain(std::string_view words) { std::cerr << "wasl: " << words << '\n'; }

std::filesystem::path share_folder() {
    if (const char* given = std::getenv("WASL_SHARE"); given != nullptr && *given != '\0') return given;
    std::error_code problem;
    const auto self = std::filesystem::read_symlink("/proc/self/exe", problem);
    // build/bin/wasl stands two folders below the tree; an installed bin/wasl has share/wasl beside it.
    for (const auto& candidate : {self.parent_path() / "../share/wasl", self.parent_path() / "../..", self.parent_path() / "../../.."}) {
        if (std::filesystem::is_directory(candidate / "jurisdictions", problem)) return std::filesystem::canonical(candidate, problem);
    }
    return std::filesystem::current_path();
}

std::filesystem::path pack_folder() { return share_folder() / "jurisdictions/ma"; }

}  // namespace wasl::app
