#include "catalogue/impl/disk.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fstream>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wasl::catalogue::impl {
namespace {

namespace fs = std::filesystem;

std::unexpected<Error> io_error(const fs::path& path, std::string_view key, int problem) {
    const Code code = problem == ENOSPC || problem == EDQUOT ? Code::insufficient_storage : Code::unavailable;
    return fail(code, std::string(key), fmt::format("{}: {}", path.string(), std::strerror(problem)));
}

Result<void> write_to(const fs::path& path, std::string_view content, int flags, std::string_view key) {
    const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | flags, 0644);
    if (file < 0) {
        return io_error(path, key, errno);
    }
    while (!content.empty()) {
        const ssize_t written = ::write(file, content.data(), content.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written <= 0) {
            const int problem = errno;
            ::close(file);
            return io_error(path, key, problem);
        }
        content.remove_prefix(static_cast<std::size_t>(written));
    }
    const int problem = ::fsync(file) == 0 ? 0 : errno;
    ::close(file);
    return problem == 0 ? Result<void>() : io_error(path, key, problem);
}

}  // namespace

Result<std::string> read_whole(const fs::path& path, std::uintmax_t most, std::string_view error_key) {
    std::error_code error;
    if (fs::is_directory(path, error)) {
        return io_error(path, error_key, EISDIR);
    }
    const auto size = fs::file_size(path, error);
    if (error) {
        return io_error(path, error_key, error.value());
    }
    if (size > most) {
        return fail(Code::too_large, std::string(error_key), fmt::format("{}: {} bytes; at most {} are read", path.string(), size, most));
    }
    std::ifstream in(path, std::ios::binary);
    std::string content((std::istreambuf_iterator<char>(in)), std::istreambuf_iterator<char>());
    if (!in.is_open() || in.bad()) {
        return io_error(path, error_key, EIO);
    }
    return content;
}

Result<void> write_whole(const fs::path& path, std::string_view content, std::string_view error_key) {
    return write_to(path, content, O_TRUNC, error_key);
}

Result<void> replace_whole(const fs::path& path, std::string_view content, std::string_view error_key) {
    const fs::path beside = path.string() + ".new";
    TRY(write_to(beside, content, O_TRUNC, error_key));
    std::error_code error;
    fs::rename(beside, path, error);
    if (error) {
        return io_error(path, error_key, error.value());
    }
    sync_folder(path.parent_path());
    return {};
}

void sync_folder(const fs::path& folder) noexcept {
    const int file = ::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file >= 0) {
        ::fsync(file);
        ::close(file);
    }
}

Result<std::shared_ptr<const Mapping>> Mapping::open(const fs::path& path, std::string_view error_key) {
    const int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
    if (file < 0) {
        return io_error(path, error_key, errno);
    }
    struct stat status {};
    if (::fstat(file, &status) != 0 || status.st_size <= 0) {
        ::close(file);
        return io_error(path, error_key, EINVAL);
    }
    const auto size = static_cast<std::size_t>(status.st_size);
    void* data = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, file, 0);
    ::close(file);
    if (data == MAP_FAILED) {
        return io_error(path, error_key, errno);
    }
    return std::shared_ptr<const Mapping>(new Mapping(data, size));
}

Mapping::~Mapping() { ::munmap(data_, size_); }

}  // namespace wasl::catalogue::impl
