#include "trust/impl/files.hpp"

#include "base/text.hpp"
#include "trust/key_files.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wasl::trust {

namespace {

constexpr std::size_t most_bytes = 1U << 20U;

struct Descriptor {
    int fd = -1;
    explicit Descriptor(int opened) : fd(opened) {}
    Descriptor(const Descriptor&) = delete;
    Descriptor& operator=(const Descriptor&) = delete;
    ~Descriptor() {
        if (fd >= 0) {
            ::close(fd);
        }
    }
};

std::unexpected<Error> io_failure(const std::filesystem::path& file) {
    return fail(Code::internal, "trust.io", file.string() + ": " + std::strerror(errno));
}

Result<void> write_synced(const std::filesystem::path& file, std::string_view bytes) {
    const Descriptor out(::open(file.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, S_IRUSR | S_IWUSR));
    if (out.fd < 0) {
        return io_failure(file);
    }
    while (!bytes.empty()) {
        const auto written = ::write(out.fd, bytes.data(), bytes.size());
        if (written < 0) {
            return io_failure(file);
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return ::fsync(out.fd) == 0 ? Result<void>() : io_failure(file);
}

Result<std::string> read_all(int fd, const std::filesystem::path& file) {
    std::string bytes;
    std::array<char, 4096> buffer{};
    for (;;) {
        const auto count = ::read(fd, buffer.data(), buffer.size());
        if (count < 0) {
            return io_failure(file);
        }
        if (count == 0) {
            return bytes;
        }
        bytes.append(buffer.data(), static_cast<std::size_t>(count));
        if (bytes.size() > most_bytes) {
            return fail(Code::too_large, "trust.io", file.string() + ": larger than 1 MB");
        }
    }
}

}  // namespace

Result<void> write_private_file(const std::filesystem::path& file, std::string_view bytes, Replace replace) {
    std::error_code ignored;
    auto beside = file;
    beside += ".new";
    std::filesystem::remove(beside, ignored);  // left by an interrupted run
    TRY(write_synced(beside, bytes));
    if (replace == Replace::no) {  // a link never replaces, so that of two at once one is first
        if (::link(beside.c_str(), file.c_str()) != 0) {
            const auto why = errno == EEXIST ? fail(Code::conflict, "trust.key-exists", file.string()) : io_failure(file);
            std::filesystem::remove(beside, ignored);
            return why;
        }
        std::filesystem::remove(beside, ignored);
    } else if (::rename(beside.c_str(), file.c_str()) != 0) {
        return io_failure(file);
    }
    const auto parent = file.has_parent_path() ? file.parent_path() : std::filesystem::path(".");
    const Descriptor folder(::open(parent.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (folder.fd < 0 || ::fsync(folder.fd) != 0) {
        return io_failure(parent);
    }
    return {};
}

Result<std::string> read_small_file(const std::filesystem::path& file) {
    const Descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
    if (in.fd < 0) {
        return errno == ENOENT ? fail(Code::not_found, "trust.file-missing", file.string()) : io_failure(file);
    }
    return read_all(in.fd, file);
}

Result<std::string> read_private_file(const std::filesystem::path& file) {
    const Descriptor in(::open(file.c_str(), O_RDONLY | O_NOFOLLOW | O_CLOEXEC));
    if (in.fd < 0) {
        if (errno == ELOOP) {
            return fail(Code::forbidden, "trust.key-readable-by-others", file.string() + " is a link");
        }
        return errno == ENOENT ? fail(Code::not_found, "trust.key-missing", file.string()) : io_failure(file);
    }
    struct stat status {};
    if (::fstat(in.fd, &status) != 0) {
        return io_failure(file);
    }
    if (!S_ISREG(status.st_mode) || (status.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
        return fail(Code::forbidden, "trust.key-readable-by-others",
                    file.string() + " must be a plain file of mode 0600: chmod 600 " + file.string());
    }
    return read_all(in.fd, file);
}

Result<std::string> read_secret(const std::filesystem::path& file) {
    const auto text = TRY(read_private_file(file));
    const auto line = trim(std::string_view(text).substr(0, text.find_first_of("\r\n")));
    if (line.empty()) {
        return fail(Code::invalid, "trust.secret-empty", file.string() + " is empty");
    }
    return std::string(line);
}

Result<void> make_private_folder(const std::filesystem::path& folder) {
    std::error_code problem;
    if (std::filesystem::is_directory(folder, problem)) {
        return {};
    }
    if (folder.has_parent_path()) {
        std::filesystem::create_directories(folder.parent_path(), problem);
    }
    if (::mkdir(folder.c_str(), S_IRWXU) != 0 && errno != EEXIST) {
        return io_failure(folder);
    }
    return {};
}

}  // namespace wasl::trust
