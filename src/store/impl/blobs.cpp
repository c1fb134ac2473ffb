#include "store/impl/blobs.hpp"

#include "base/text.hpp"
#include "store/impl/files.hpp"

#include <fmt/format.h>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <ctime>

namespace wasl::store::impl {

namespace {

constexpr std::int64_t day_seconds = 86'400;
constexpr std::int64_t lately_seconds = 600;

std::int64_t monotonic_seconds() {
    return std::chrono::duration_cast<std::chrono::seconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

bool older_than_a_day(const std::filesystem::path& path) {
    struct stat status {};
    return ::stat(path.c_str(), &status) == 0 && ::time(nullptr) - status.st_mtime > day_seconds;
}

}  // namespace

std::filesystem::path Blobs::path_of(const Digest& digest) const {
    const auto hex = digest.hex();
    return folder_ / hex.substr(0, 2) / hex.substr(2);
}

bool Blobs::there(const Digest& digest) const {
    return ::access(path_of(digest).c_str(), R_OK) == 0;
}

Result<Digest> Blobs::write(std::string_view bytes) {
    const auto digest = sha256(bytes);
    {
        const std::lock_guard lock(mutex_);
        const auto now = monotonic_seconds();
        if (written_lately_.size() > 4'096) {
            std::erase_if(written_lately_, [&](const auto& one) { return now - one.second > lately_seconds; });
        }
        written_lately_[std::string(digest.view())] = now;
    }
    const auto path = path_of(digest);
    if (there(digest) && ::utimensat(AT_FDCWD, path.c_str(), nullptr, 0) == 0) {  // young again for the sweep
        TRY(sync_folder(path.parent_path()));  // whoever wrote it may not have come so far
        return digest;
    }
    TRY(make_folder(path.parent_path()));
    const auto temporary = path.parent_path() / fmt::format("tmp-{}-{}", ::getpid(), temporary_++);
    TRY(write_durably(path, temporary, bytes));
    return digest;
}

Result<std::string> Blobs::read(const Digest& digest) const {
    const auto path = path_of(digest);
    if (!there(digest)) {
        return fail(Code::internal, "store.damaged", fmt::format("blob {} is missing", digest.hex()));
    }
    auto bytes = TRY(read_file(path));
    if (sha256(bytes) != digest) {
        return fail(Code::internal, "store.damaged", fmt::format("blob {} was altered", digest.hex()));
    }
    return bytes;
}

void Blobs::discard(const Digest& digest) {
    if (holds_ > 0) {
        return;
    }
    const std::lock_guard lock(mutex_);
    const auto found = written_lately_.find(std::string(digest.view()));
    if (found != written_lately_.end() && monotonic_seconds() - found->second <= lately_seconds) {
        return;
    }
    ::unlink(path_of(digest).c_str());
}

void Blobs::sweep(unsigned folder, const std::function<bool(const Digest&)>& named) {
    if (holds_ > 0) {
        return;
    }
    std::error_code error;
    const auto prefix = fmt::format("{:02x}", folder & 0xffU);
    for (const auto& file : std::filesystem::directory_iterator(folder_ / prefix, error)) {
        const auto name = file.path().filename().string();
        if (!older_than_a_day(file.path())) {
            continue;
        }
        const auto bytes = from_hex(prefix + name);
        if (name.starts_with("tmp-") || (bytes && bytes->size() == 32 && !named(digest_from_bytes(*bytes)))) {
            const std::lock_guard lock(mutex_);
            if (older_than_a_day(file.path())) {  // nobody wrote it again meanwhile
                ::unlink(file.path().c_str());
            }
        }
    }
}

}  // namespace wasl::store::impl
