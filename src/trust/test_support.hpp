// Helpers of trust's own tests.
#pragma once

#include "base/text.hpp"
#include "base/time.hpp"
#include "trust/keys.hpp"

#include <cstdlib>
#include <filesystem>
#include <string>

namespace wasl::trust::testing {

inline Instant at(std::string_view text) { return parse_instant(text).value(); }
inline const Instant noon = parse_instant("2026-11-21T12:00:00Z").value();

// A folder of this test, gone at its end.
class TemporaryFolder {
public:
    TemporaryFolder() {
        auto pattern = (std::filesystem::temp_directory_path() / "wasl-trust-XXXXXX").string();
        path_ = ::mkdtemp(pattern.data());
    }
    TemporaryFolder(const TemporaryFolder&) = delete;
    TemporaryFolder& operator=(const TemporaryFolder&) = delete;
    ~TemporaryFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

// The text with one byte changed.
inline std::string flipped(std::string bytes, std::size_t position, unsigned char mask = 1) {
    bytes[position] = static_cast<char>(static_cast<unsigned char>(bytes[position]) ^ mask);
    return bytes;
}

}  // namespace wasl::trust::testing
