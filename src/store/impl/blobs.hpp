// Blobs: files under their SHA-256, blobs/ab/cdef…, written durably before the command that
// names them. A file without a name is harmless and swept a day later.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"

#include <atomic>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace wasl::store::impl {

class Blobs {
public:
    explicit Blobs(std::filesystem::path folder) : folder_(std::move(folder)) {}

    Result<Digest> write(std::string_view bytes);  // any thread
    Result<std::string> read(const Digest& digest) const;
    [[nodiscard]] bool there(const Digest& digest) const;
    [[nodiscard]] std::filesystem::path path_of(const Digest& digest) const;

    // Deletes bytes whose last name is gone, unless somebody wrote the same bytes a moment ago and
    // may be about to name them, or a backup is copying: then a later sweep does.
    void discard(const Digest& digest);
    // Deletes nameless files older than a day in one of the 256 folders, and left-over temporary
    // files: one call a minute goes round in four hours.
    void sweep(unsigned folder, const std::function<bool(const Digest&)>& named);

    // While one lives, nothing is deleted.
    class Hold {
    public:
        explicit Hold(Blobs& blobs) : blobs_(blobs) { ++blobs_.holds_; }
        ~Hold() { --blobs_.holds_; }
        Hold(const Hold&) = delete;
        Hold& operator=(const Hold&) = delete;

    private:
        Blobs& blobs_;
    };

private:
    std::filesystem::path folder_;
    std::atomic<int> holds_{0};
    std::atomic<std::uint64_t> temporary_{0};
    std::mutex mutex_;
    std::unordered_map<std::string, std::int64_t> written_lately_;  // digest → monotonic seconds
};

}  // namespace wasl::store::impl
