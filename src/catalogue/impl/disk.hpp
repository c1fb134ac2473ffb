// The few file operations that the catalogue and the import need: whole files, durable.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>
#include <string_view>

namespace wasl::catalogue::impl {

Result<std::string> read_whole(const std::filesystem::path& path, std::uintmax_t most, std::string_view error_key);
// Written, fsynced.
Result<void> write_whole(const std::filesystem::path& path, std::string_view content, std::string_view error_key);
// Written beside, fsynced, renamed over.
Result<void> replace_whole(const std::filesystem::path& path, std::string_view content, std::string_view error_key);
void sync_folder(const std::filesystem::path& folder) noexcept;

// A file mapped read-only for as long as the object lives.
class Mapping {
public:
    static Result<std::shared_ptr<const Mapping>> open(const std::filesystem::path& path, std::string_view error_key);
    Mapping(const Mapping&) = delete;
    Mapping& operator=(const Mapping&) = delete;
    ~Mapping();
    [[nodiscard]] std::string_view bytes() const noexcept { return {static_cast<const char*>(data_), size_}; }

private:
    Mapping(void* data, std::size_t size) : data_(data), size_(size) {}
    void* data_;
    std::size_t size_;
};

}  // namespace wasl::catalogue::impl
