#include "http/body.hpp"

#include <openssl/evp.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <stdexcept>
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

// SHA-512 while the bytes pass. A failure of OpenSSL here is a defect, not an error value.
struct Body::Running {
    Running() : context(EVP_MD_CTX_new(), EVP_MD_CTX_free) {
        static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA512", nullptr);
        must(EVP_DigestInit_ex2(context.get(), method, nullptr));
    }
    static void must(int result) {
        if (result != 1) {
            throw std::runtime_error("OpenSSL digest failed");
        }
    }
    void update(std::string_view bytes) { must(EVP_DigestUpdate(context.get(), bytes.data(), bytes.size())); }
    std::string end() {
        std::string out(64, '\0');
        must(EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(out.data()), nullptr));
        return out;
    }
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context;
};

Body::Body(std::size_t in_memory, std::string folder, bool digest)
    : in_memory_(in_memory), folder_(std::move(folder)), running_(digest ? std::make_unique<Running>() : nullptr) {}

Body::~Body() {
    if (mapped_ != nullptr) {
        ::munmap(mapped_, size_);
    }
    if (file_ >= 0) {
        ::close(file_);
    }
}

Result<void> Body::append(std::string_view bytes) {
    if (running_) {
        running_->update(bytes);
    }
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
    if (running_) {
        sha512_ = running_->end();
        running_.reset();
    }
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

Result<std::size_t> Body::read(std::uint64_t at, char* to, std::size_t most) const {
    if (at >= size_) {
        return std::size_t{0};
    }
    const std::size_t count = std::min<std::size_t>(most, size_ - static_cast<std::size_t>(at));
    if (file_ < 0) {
        std::memcpy(to, memory_.data() + at, count);
        return count;
    }
    for (;;) {
        const ssize_t got = ::pread(file_, to, count, static_cast<off_t>(at));
        if (got > 0) {
            return static_cast<std::size_t>(got);
        }
        if (got == 0 || errno != EINTR) {
            return storage_failure("read");
        }
    }
}

std::string_view Body::view() const noexcept {
    if (mapped_ != nullptr) {
        return {static_cast<const char*>(mapped_), size_};
    }
    return memory_;
}

}  // namespace wasl::http
