#include "store/impl/files.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <utility>
#include <vector>

namespace wasl::store::impl {

namespace {

constexpr std::size_t chunk = 256U << 10U;

Result<void> write_all(int descriptor, std::string_view bytes, const std::filesystem::path& path) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
        if (written < 0 && errno == EINTR) {
            continue;
        }
        if (written < 0) {
            return std::unexpected(system_error("write", path));
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

// Visits the file in chunks.
template <class Visit>
Result<void> each_chunk(const std::filesystem::path& path, Visit visit) {
    const Handle file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (!file.open()) {
        return std::unexpected(system_error("open", path));
    }
    std::vector<char> buffer(chunk);
    for (;;) {
        const ssize_t got = ::read(file.get(), buffer.data(), buffer.size());
        if (got < 0 && errno == EINTR) {
            continue;
        }
        if (got < 0) {
            return std::unexpected(system_error("read", path));
        }
        if (got == 0) {
            return {};
        }
        TRY(visit(std::string_view(buffer.data(), static_cast<std::size_t>(got))));
    }
}

}  // namespace

Handle::Handle(Handle&& other) noexcept : descriptor_(std::exchange(other.descriptor_, -1)) {}

Handle& Handle::operator=(Handle&& other) noexcept {
    std::swap(descriptor_, other.descriptor_);
    return *this;
}

Handle::~Handle() {
    if (descriptor_ >= 0) {
        ::close(descriptor_);
    }
}

Error system_error(std::string_view doing, const std::filesystem::path& path) {
    const int error = errno;
    auto detail = fmt::format("{} {}: {}", doing, path.filename().string(), std::strerror(error));
    if (error == ENOSPC || error == EDQUOT) {
        return {Code::insufficient_storage, "store.disk-full", std::move(detail)};
    }
    return {Code::unavailable, "store.io", std::move(detail)};
}

Result<std::string> read_file(const std::filesystem::path& path) {
    std::string out;
    TRY(each_chunk(path, [&](std::string_view bytes) -> Result<void> {
        out += bytes;
        return {};
    }));
    return out;
}

Result<void> write_durably(const std::filesystem::path& path, const std::filesystem::path& temporary, std::string_view bytes) {
    {
        const Handle file(::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
        if (!file.open()) {
            return std::unexpected(system_error("create", temporary));
        }
        auto written = write_all(file.get(), bytes, temporary);
        if (written && ::fsync(file.get()) != 0) {
            written = std::unexpected(system_error("sync", temporary));
        }
        if (!written) {
            ::unlink(temporary.c_str());
            return written;
        }
    }
    if (::rename(temporary.c_str(), path.c_str()) != 0) {
        return std::unexpected(system_error("rename", path));
    }
    return sync_folder(path.parent_path());
}

Result<void> sync_folder(const std::filesystem::path& folder) {
    const Handle handle(::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    if (!handle.open() || ::fsync(handle.get()) != 0) {
        return std::unexpected(system_error("sync", folder));
    }
    return {};
}

Result<void> make_folder(const std::filesystem::path& folder) {
    std::error_code error;
    if (std::filesystem::is_directory(folder, error)) {
        return {};
    }
    if (folder.has_parent_path() && folder.parent_path() != folder) {
        TRY(make_folder(folder.parent_path()));
    }
    if (::mkdir(folder.c_str(), 0700) != 0 && errno != EEXIST) {
        return std::unexpected(system_error("make folder", folder));
    }
    return folder.has_parent_path() ? sync_folder(folder.parent_path()) : Result<void>{};
}

Result<Handle> lock_exclusively(const std::filesystem::path& file) {
    Handle handle(::open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600));
    if (!handle.open()) {
        return std::unexpected(system_error("open", file));
    }
    if (::flock(handle.get(), LOCK_EX | LOCK_NB) != 0) {
        return fail(Code::unavailable, "store.locked", "another process writes to this store");
    }
    return handle;
}

Result<Digest> digest_of_file(const std::filesystem::path& path) {
    Sha256 hash;
    TRY(each_chunk(path, [&](std::string_view bytes) -> Result<void> {
        hash.update(bytes);
        return {};
    }));
    return hash.finish();
}

Result<Digest> copy_durably(const std::filesystem::path& from, const std::filesystem::path& to) {
    const Handle out(::open(to.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600));
    if (!out.open()) {
        return std::unexpected(system_error("create", to));
    }
    Sha256 hash;
    TRY(each_chunk(from, [&](std::string_view bytes) -> Result<void> {
        hash.update(bytes);
        return write_all(out.get(), bytes, to);
    }));
    if (::fsync(out.get()) != 0) {
        return std::unexpected(system_error("sync", to));
    }
    return hash.finish();
}

Result<void> allocate_file(const std::filesystem::path& path, std::int64_t bytes) {
    const Handle file(::open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600));
    if (!file.open()) {
        return std::unexpected(system_error("create", path));
    }
    if (const int error = ::posix_fallocate(file.get(), 0, bytes); error != 0) {
        errno = error;
        auto failed = system_error("allocate", path);
        ::unlink(path.c_str());
        return std::unexpected(std::move(failed));
    }
    return {};
}

}  // namespace wasl::store::impl
