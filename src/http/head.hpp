// The strict reading of a request's head (RFC 9112), after Beast's parser has accepted it.
#pragma once

#include "http/message.hpp"
#include "http/server.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::http {

// Views into the bytes it was parsed from.
struct Head {
    Method method = Method::get;
    std::string_view method_text;
    std::string_view target;  // of an absolute-form with a path: from its path on
    int minor_version = 1;  // HTTP/1.x
    std::vector<HeaderView> headers;
    std::string_view host;  // of an absolute-form target, else Host
    std::optional<std::uint64_t> content_length;
    bool chunked = false;
    bool keep_alive = true;
    bool expects_continue = false;
};

// Why a head was refused: status and a stable code, e.g. {400, "http.host-missing"}.
struct HeadError {
    int status = 400;
    std::string_view key;
    bool operator==(const HeadError&) const = default;
};

// `bytes` is the whole head with its empty line. The connection must be closed after an error. Targets
// of the router's raw routes may come with any method and may hold bytes above 0x7F.
std::expected<Head, HeadError> parse_head(std::string_view bytes, const Limits& limits = {},
                                          const Router* router = nullptr);

// Length of the head in `bytes` including CRLF CRLF, or 0 while it is not complete; `from` is where
// the last search ended.
std::size_t head_length(std::string_view bytes, std::size_t from = 0) noexcept;

// A line feed without its carriage return: never ours, and no use waiting for the end of such a head.
bool has_bare_line_feed(std::string_view bytes) noexcept;

}  // namespace wasl::http
