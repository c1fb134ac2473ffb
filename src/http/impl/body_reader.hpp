// Takes a request's body out of the connection's bytes, by Content-Length or chunked.
#pragma once

#include "http/body.hpp"
#include "http/head.hpp"
#include "http/impl/chunked.hpp"

#include <memory>
#include <optional>
#include <string_view>

namespace wasl::http {

class BodyReader {
public:
    BodyReader(const Head& head, std::size_t limit, std::unique_ptr<Body> body)
        : chunked_(head.chunked), left_(head.content_length.value_or(0)), limit_(limit), body_(std::move(body)) {
        if (!chunked_ && left_ > limit_) {
            error_ = Error{Code::too_large, "http.body-too-large", {}};
        }
        done_ = !chunked_ && left_ == 0;
    }

    // Consumes what belongs to the body, moving `input` on.
    void take(std::string_view& input);
    [[nodiscard]] bool needs_more() const noexcept { return !done_ && !error_; }
    // invalid "http.chunk" (400), too_large "http.body-too-large" (413), or storage (507).
    [[nodiscard]] const std::optional<Error>& error() const noexcept { return error_; }
    [[nodiscard]] std::size_t received() const noexcept { return body_->size(); }
    Result<std::unique_ptr<Body>> finish();  // error() when there is one

private:
    bool keep(std::string_view piece);

    bool chunked_;
    bool done_ = false;
    std::uint64_t left_;
    std::size_t limit_;
    ChunkedDecoder decoder_;
    std::unique_ptr<Body> body_;
    std::optional<Error> error_;
};

}  // namespace wasl::http
