#include "http/impl/body_reader.hpp"

#include <algorithm>

namespace wasl::http {

bool BodyReader::keep(std::string_view piece) {
    if (body_->size() + piece.size() > limit_) {
        error_ = Error{Code::too_large, "http.body-too-large", {}};
        return false;
    }
    if (auto kept = body_->append(piece); !kept) {
        error_ = std::move(kept.error());
        return false;
    }
    return true;
}

void BodyReader::take(std::string_view& input) {
    if (!chunked_) {
        const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
        if (keep(input.substr(0, count))) {
            input.remove_prefix(count);
            left_ -= count;
            done_ = left_ == 0;
        }
        return;
    }
    while (!input.empty() && needs_more()) {
        const std::string_view piece = decoder_.next(input);
        if (decoder_.malformed()) {
            error_ = Error{Code::invalid, "http.chunk", {}};
            return;
        }
        if (!piece.empty() && !keep(piece)) {
            return;
        }
        done_ = decoder_.done();
    }
}

Result<std::unique_ptr<Body>> BodyReader::finish() {
    if (error_) {
        return std::unexpected(*error_);
    }
    TRY(body_->finish());
    return std::move(body_);
}

}  // namespace wasl::http
