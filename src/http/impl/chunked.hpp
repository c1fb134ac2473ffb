// Chunked transfer coding (RFC 9112 §7.1), strict: sizes of at most 8 digits, extensions and trailers read by
// their grammar within bounds and dropped (§7.1.1: one that is not known has to be ignored).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
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
    // Where in `*( BWS ";" BWS name [ BWS "=" BWS ( token / quoted-string ) ] )` the size line stands.
    enum class Extension { none, gap, semicolon, name, name_end, equals, token, quoted, escaped, value_end };
    [[nodiscard]] static std::optional<Extension> after(Extension place, char c) noexcept;
    [[nodiscard]] bool may_end_line() const noexcept;
    [[nodiscard]] bool take_extension(char c) noexcept;
    void take_digit(char c) noexcept;
    void take_size(std::string_view& input);
    void take_after_data(std::string_view& input);
    void take_trailer(std::string_view& input);

    State state_ = State::size;
    std::uint64_t left_ = 0;     // of the size line's value, then of the data
    int digits_ = 0;
    bool carriage_return_ = false;
    Extension extension_ = Extension::none;
    std::size_t extension_line_ = 0;  // bytes of this size line's extensions
    std::size_t extensions_ = 0;      // of all of them
    std::size_t line_ = 0;       // length of the trailer line
    std::size_t trailer_ = 0;    // bytes of all trailers
};

}  // namespace wasl::http
