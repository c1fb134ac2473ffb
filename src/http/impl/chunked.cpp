#include "http/impl/chunked.hpp"

#include <algorithm>

namespace wasl::http {

namespace {

constexpr int size_digits = 8;              // 4 GB a chunk is more than any limit of ours
constexpr std::size_t trailer_bytes = 4096;

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') { return c - '0'; }
    if (c >= 'a' && c <= 'f') { return c - 'a' + 10; }
    if (c >= 'A' && c <= 'F') { return c - 'A' + 10; }
    return -1;
}

}  // namespace

std::string_view ChunkedDecoder::next(std::string_view& input) {
    while (!input.empty()) {
        switch (state_) {
            case State::size: take_size(input); break;
            case State::after_data: take_after_data(input); break;
            case State::trailer: take_trailer(input); break;
            case State::data: {
                const std::size_t count = static_cast<std::size_t>(std::min<std::uint64_t>(left_, input.size()));
                const std::string_view piece = input.substr(0, count);
                input.remove_prefix(count);
                left_ -= count;
                if (left_ == 0) {
                    state_ = State::after_data;
                }
                return piece;
            }
            case State::done:
            case State::malformed: return {};
        }
    }
    return {};
}

void ChunkedDecoder::take_size(std::string_view& input) {
    const char c = input.front();
    input.remove_prefix(1);
    if (carriage_return_) {
        carriage_return_ = false;
        if (c != '\n' || digits_ == 0) {
            state_ = State::malformed;
            return;
        }
        digits_ = 0;
        state_ = left_ == 0 ? State::trailer : State::data;
        return;
    }
    if (c == '\r') {
        carriage_return_ = true;
        return;
    }
    const int digit = hex_digit(c);
    if (digit < 0 || digits_ == size_digits) {
        state_ = State::malformed;
        return;
    }
    left_ = (digits_ == 0 ? 0 : left_ * 16) + static_cast<std::uint64_t>(digit);
    ++digits_;
}

void ChunkedDecoder::take_after_data(std::string_view& input) {
    const char c = input.front();
    input.remove_prefix(1);
    if (!carriage_return_ && c == '\r') {
        carriage_return_ = true;
    } else if (carriage_return_ && c == '\n') {
        carriage_return_ = false;
        state_ = State::size;
    } else {
        state_ = State::malformed;
    }
}

void ChunkedDecoder::take_trailer(std::string_view& input) {
    const char c = input.front();
    input.remove_prefix(1);
    if (++trailer_ > trailer_bytes || (carriage_return_ && c != '\n') || (!carriage_return_ && c == '\n')) {
        state_ = State::malformed;
        return;
    }
    if (c == '\r') {
        carriage_return_ = true;
    } else if (c == '\n') {
        carriage_return_ = false;
        if (line_ == 0) {
            state_ = State::done;
        }
        line_ = 0;
    } else {
        ++line_;
    }
}

}  // namespace wasl::http
