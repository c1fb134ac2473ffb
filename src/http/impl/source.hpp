// The bytes of a request's body, wherever they lie, in pieces.
#pragma once

#include "http/client.hpp"

#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

#include <algorithm>

namespace wasl::http {

class Source {
public:
    // Key "http.client.request": the file can not be opened or is shorter than its range.
    static Result<Source> open(const Outgoing& request) {
        Source out;
        if (const auto* text = std::get_if<std::string>(&request.body)) {
            out.memory_ = *text;
        } else if (const auto* shared = std::get_if<SharedBytes>(&request.body)) {
            out.memory_ = *shared ? std::string_view(**shared) : std::string_view();
        } else if (const auto* body = std::get_if<SharedBody>(&request.body)) {
            if (*body && (*body)->in_file()) {
                out.body_ = body->get();
                out.size_ = (*body)->size();
                return out;
            }
            out.memory_ = *body ? (*body)->view() : std::string_view();
        } else {
            const auto& range = std::get<FileRange>(request.body);
            out.file_ = ::open(range.path.c_str(), O_RDONLY | O_CLOEXEC);
            if (out.file_ < 0) {
                return fail(Code::invalid, "http.client.request", range.path + ": " + std::strerror(errno));
            }
            out.offset_ = range.offset;
            out.size_ = range.length;
            return out;
        }
        out.size_ = out.memory_.size();
        return out;
    }
    Source(Source&& other) noexcept
        : memory_(other.memory_), body_(other.body_), file_(std::exchange(other.file_, -1)),
          offset_(other.offset_), size_(other.size_), at_(other.at_) {}
    Source& operator=(Source&&) = delete;
    ~Source() {
        if (file_ >= 0) {
            ::close(file_);
        }
    }

    [[nodiscard]] std::uint64_t size() const noexcept { return size_; }
    [[nodiscard]] bool done() const noexcept { return at_ == size_; }

    // The next piece, at most `room.size()` bytes, in `room` or in memory of the request's own.
    Result<std::string_view> next(std::vector<char>& room) {
        const std::size_t most = static_cast<std::size_t>(std::min<std::uint64_t>(room.size(), size_ - at_));
        std::string_view piece;
        if (body_ != nullptr) {
            const std::size_t count = TRY(body_->read(at_, room.data(), most));
            piece = {room.data(), count};
        } else if (file_ >= 0) {
            const ssize_t got = ::pread(file_, room.data(), most, static_cast<off_t>(offset_ + at_));
            if (got <= 0) {
                return fail(Code::invalid, "http.client.request", got == 0 ? "file too short" : std::strerror(errno));
            }
            piece = {room.data(), static_cast<std::size_t>(got)};
        } else {
            piece = memory_.substr(static_cast<std::size_t>(at_), most);
        }
        at_ += piece.size();
        return piece;
    }

private:
    Source() = default;
    std::string_view memory_;
    const Body* body_ = nullptr;
    int file_ = -1;
    std::uint64_t offset_ = 0;
    std::uint64_t size_ = 0;
    std::uint64_t at_ = 0;
};

}  // namespace wasl::http
