// Files that must be there after the power fails.
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace wasl::store::impl {

// A file handle that closes itself.
class Handle {
public:
    explicit Handle(int descriptor = -1) noexcept : descriptor_(descriptor) {}
    Handle(Handle&& other) noexcept;
    Handle& operator=(Handle&& other) noexcept;
    ~Handle();
    [[nodiscard]] int get() const noexcept { return descriptor_; }
    [[nodiscard]] bool open() const noexcept { return descriptor_ >= 0; }

private:
    int descriptor_;
};

// The last system error: "store.disk-full" or "store.io".
Error system_error(std::string_view doing, const std::filesystem::path& path);

Result<std::string> read_file(const std::filesystem::path& path);
// Through `temporary` in the same file system: written, synced, renamed, the folder synced.
Result<void> write_durably(const std::filesystem::path& path, const std::filesystem::path& temporary, std::string_view bytes);
Result<void> sync_folder(const std::filesystem::path& folder);
Result<void> make_folder(const std::filesystem::path& folder);  // with its parents; 0700
Result<Handle> lock_exclusively(const std::filesystem::path& file);  // "store.locked"
Result<Digest> digest_of_file(const std::filesystem::path& path);
// Copies and syncs; the digest of what was copied.
Result<Digest> copy_durably(const std::filesystem::path& from, const std::filesystem::path& to);
// A file of that many allocated bytes.
Result<void> allocate_file(const std::filesystem::path& path, std::int64_t bytes);

}  // namespace wasl::store::impl
