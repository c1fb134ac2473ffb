// Bytes of a message's body: memory up to a bound, then an unlinked temporary file. Immutable once
// finished, and shared: what a request brought in can be sent on without a copy in memory.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace wasl::http {

class Body {
public:
    // `digest`: SHA-512 runs along while the bytes arrive.
    Body(std::size_t in_memory, std::string folder, bool digest = false);
    ~Body();
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

    // Keys: "http.body-storage" (507 when the disk is full, 500 otherwise).
    Result<void> append(std::string_view bytes);
    Result<void> finish();  // maps the file; view() is whole afterwards

    // The whole. Of a file it is a mapping: pages that are looked at count as memory until the body
    // goes. Who only passes a body on gives the body itself to a Response or an Outgoing.
    [[nodiscard]] std::string_view view() const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return size_; }
    [[nodiscard]] bool in_file() const noexcept { return file_ >= 0; }
    // 64 raw bytes once finished, when asked for; also of no bytes. Else empty.
    [[nodiscard]] const std::string& sha512() const noexcept { return sha512_; }
    // Bytes from `at`, at most `most`, without touching the mapping. Key "http.body-storage".
    Result<std::size_t> read(std::uint64_t at, char* to, std::size_t most) const;

private:
    struct Running;
    Result<void> open();
    Result<void> write(std::string_view bytes);

    std::size_t in_memory_;
    std::string folder_;
    std::string memory_;
    std::size_t size_ = 0;
    int file_ = -1;
    void* mapped_ = nullptr;
    std::unique_ptr<Running> running_;
    std::string sha512_;
};

using SharedBody = std::shared_ptr<const Body>;

}  // namespace wasl::http
