// Chunked transfer coding (RFC 9112 §7.1), strict: no extensions, no folded sizes, trailers read and dropped.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace wasl::http {

class ChunkedDecoder {
public:
    enum class State { size, data, after_data, trailer, done, malformed };

    // Consumes from `input` (moving it on) until it can give a piece of the body, needs more bytes,
    // is done or has found a fault. The piece views the input; empty when there is none yet.
    std::string_view next(std::string_view& input);
    [[nodiscard]] State state() const noexcept { return state_; }
    [[nodiscard]] bool done() const noexcept { return state_ == State::done; }
    [[nodiscard]] bool malformed() const noexcept { return state_ == State::malformed; }

private:
    void take_size(std::string_view& input);
    void take_after_data(std::string_view& input);
    void take_trailer(std::string_view& input);

    State state_ = State::size;
    std::uint64_t left_ = 0;     // of the size line's value, then of the data
    int digits_ = 0;
    bool carriage_return_ = false;
    std::size_t line_ = 0;       // length of the trailer line
    std::size_t trailer_ = 0;    // bytes of all trailers
};

}  // namespace wasl::http
