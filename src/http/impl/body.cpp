#include "http/impl/body.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace wasl::http {

namespace {

std::unexpected<Error> storage_failure(std::string_view doing) {
    const int why = errno;
    const bool full = why == ENOSPC || why == EDQUOT || why == EFBIG;
    return fail(full ? Code::insufficient_storage : Code::internal, "http.body-storage",
                std::string(doing) + ": " + std::strerror(why));
}

}  // namespace

Body::~Body() {
    if (mapped_ != nullptr) {
        ::munmap(mapped_, size_);
    }
    if (file_ >= 0) {
        ::close(file_);
    }
}

Result<void> Body::append(std::string_view bytes) {
    if (file_ < 0 && memory_.size() + bytes.size() <= in_memory_) {
        memory_.append(bytes);
        size_ += bytes.size();
        return {};
    }
    if (file_ < 0) {
        TRY(open());
        TRY(write(memory_));
        memory_ = {};
    }
    TRY(write(bytes));
    size_ += bytes.size();
    return {};
}

Result<void> Body::open() {
    file_ = ::open(folder_.c_str(), O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
    if (file_ < 0) {  // a file system without O_TMPFILE: a name that lives for an instant
        std::string name = folder_ + "/wasl-body-XXXXXX";
        file_ = ::mkostemp(name.data(), O_CLOEXEC);
        if (file_ >= 0) {
            ::unlink(name.c_str());
        }
    }
    if (file_ < 0) {
        return storage_failure("open");
    }
    return {};
}

Result<void> Body::write(std::string_view bytes) {
    while (!bytes.empty()) {
        const ssize_t written = ::write(file_, bytes.data(), bytes.size());
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            return storage_failure("write");
        }
        bytes.remove_prefix(static_cast<std::size_t>(written));
    }
    return {};
}

Result<void> Body::finish() {
    if (file_ < 0 || size_ == 0) {
        return {};
    }
    void* const at = ::mmap(nullptr, size_, PROT_READ, MAP_PRIVATE, file_, 0);
    if (at == MAP_FAILED) {
        return storage_failure("mmap");
    }
    mapped_ = at;
    return {};
}

std::string_view Body::view() const noexcept {
    if (mapped_ != nullptr) {
        return {static_cast<const char*>(mapped_), size_};
    }
    return memory_;
}

}  // namespace wasl::http
