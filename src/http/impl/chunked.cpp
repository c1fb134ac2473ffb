#include "http/impl/chunked.hpp"

#include "http/impl/fields.hpp"

#include <algorithm>

namespace wasl::http {

namespace {

constexpr int size_digits = 8;              // 4 GB a chunk is more than any limit of ours
constexpr std::size_t trailer_bytes = 4096;
// A signature for each chunk is the longest extension that is in use, some 90 bytes.
constexpr std::size_t extension_line_bytes = 256;
constexpr std::size_t extension_bytes = 65'536;

int hex_digit(char c) noexcept {
    if (c >= '0' && c <= '9') { return c - '0'; }
    if (c >= 'a' && c <= 'f') { return c - 'a' + 10; }
    if (c >= 'A' && c <= 'F') { return c - 'A' + 10; }
    return -1;
}

bool is_blank(char c) noexcept { return c == ' ' || c == '\t'; }

// RFC 9110 §5.6.4: blanks, visible characters and bytes above 0x7F; neither a line's end nor a NUL.
bool is_quotable(char c) noexcept {
    const auto byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7F);
}

}  // namespace

std::optional<ChunkedDecoder::Extension> ChunkedDecoder::after(Extension place, char c) noexcept {
    const bool blank = is_blank(c);
    const bool word = is_token_character(c);
    switch (place) {
        case Extension::none:
        case Extension::gap:
        case Extension::value_end:
            if (c == ';') { return Extension::semicolon; }
            if (blank) { return Extension::gap; }
            break;
        case Extension::semicolon:
            if (blank) { return place; }
            if (word) { return Extension::name; }
            break;
        case Extension::name:
        case Extension::name_end:
            if (c == ';') { return Extension::semicolon; }
            if (c == '=') { return Extension::equals; }
            if (blank) { return Extension::name_end; }
            if (word && place == Extension::name) { return place; }
            break;
        case Extension::equals:
            if (blank) { return place; }
            if (c == '"') { return Extension::quoted; }
            if (word) { return Extension::token; }
            break;
        case Extension::token:
            if (word) { return place; }
            return after(Extension::value_end, c);
        case Extension::quoted:
            if (c == '"') { return Extension::value_end; }
            if (c == '\\') { return Extension::escaped; }
            if (is_quotable(c)) { return place; }
            break;
        case Extension::escaped:
            if (is_quotable(c)) { return Extension::quoted; }
            break;
    }
    return std::nullopt;
}

bool ChunkedDecoder::may_end_line() const noexcept {
    return extension_ == Extension::none || extension_ == Extension::name || extension_ == Extension::token ||
           extension_ == Extension::value_end;
}

bool ChunkedDecoder::take_extension(char c) noexcept {
    const auto place = after(extension_, c);
    if (!place || ++extension_line_ > extension_line_bytes || ++extensions_ > extension_bytes) {
        return false;
    }
    extension_ = *place;
    return true;
}

void ChunkedDecoder::take_digit(char c) noexcept {
    const int digit = hex_digit(c);
    if (digit < 0 || digits_ == size_digits) {
        state_ = State::malformed;
        return;
    }
    left_ = (digits_ == 0 ? 0 : left_ * 16) + static_cast<std::uint64_t>(digit);
    ++digits_;
}

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
        extension_ = Extension::none;
        extension_line_ = 0;
        state_ = left_ == 0 ? State::trailer : State::data;
        return;
    }
    if (c == '\r' && may_end_line()) {
        carriage_return_ = true;
        return;
    }
    const bool beyond_size = extension_ != Extension::none || (digits_ > 0 && (c == ';' || is_blank(c)));
    if (!beyond_size) {
        take_digit(c);
    } else if (!take_extension(c)) {
        state_ = State::malformed;
    }
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
