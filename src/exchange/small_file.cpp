#include "exchange/small_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <fstream>
#include <sstream>

namespace wasl::exchange {

namespace {

// The name is on disk with the content: without this a rename may be forgotten after a power cut.
void sync_folder(const std::filesystem::path& folder) {
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return;
    ::fsync(file);
    ::close(file);
}

}  // namespace

Result<void> write_small_file(const std::filesystem::path& path, std::string_view content) {
    std::error_code problem;
    std::filesystem::create_directories(path.parent_path(), problem);
    const auto beside = path.string() + ".new";
    const int file = ::open(beside.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    bool written = file >= 0;
    for (std::size_t at = 0; written && at < content.size();) {
        const auto some = ::write(file, content.data() + at, content.size() - at);
        written = some > 0;
        at += written ? static_cast<std::size_t>(some) : 0;
    }
    written = written && ::fsync(file) == 0;
    if (file >= 0) ::close(file);
    if (written) std::filesystem::rename(beside, path, problem);
    if (!written || problem) return fail(Code::internal, "file.unwritable", path.string());
    sync_folder(path.parent_path());
    return {};
}

Result<std::string> read_small_file(const std::filesystem::path& path) {
    std::ifstream in(path, std::ios::binary);
    if (!in) return fail(Code::not_found, "file.unreadable", path.string());
    std::ostringstream text;
    text << in.rdbuf();
    return text.str();
}

}  // namespace wasl::exchange
