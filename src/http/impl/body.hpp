// Bytes of a request's body: memory up to a bound, then an unlinked temporary file, mapped at the end.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <string>
#include <string_view>

namespace wasl::http {

class Body {
public:
    Body(std::size_t in_memory, std::string folder) : in_memory_(in_memory), folder_(std::move(folder)) {}
    ~Body();
    Body(const Body&) = delete;
    Body& operator=(const Body&) = delete;

    // Keys: "http.body-storage" (507 when the disk is full, 500 otherwise).
    Result<void> append(std::string_view bytes);
    Result<void> finish();  // maps the file; view() is whole afterwards
    [[nodiscard]] std::string_view view() const noexcept;
    [[nodiscard]] std::size_t size() const noexcept { return size_; }

private:
    Result<void> open();
    Result<void> write(std::string_view bytes);

    std::size_t in_memory_;
    std::string folder_;
    std::string memory_;
    std::size_t size_ = 0;
    int file_ = -1;
    void* mapped_ = nullptr;
};

}  // namespace wasl::http
