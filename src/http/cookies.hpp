// Cookies (RFC 6265bis).
#pragma once

#include "http/message.hpp"
#include "http/reply.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::http {

// Pairs of a Cookie header in order; malformed pairs are dropped. At most 64.
std::vector<Parameter> parse_cookies(std::string_view header);
// First value of that name without allocating.
std::optional<std::string_view> find_cookie(std::string_view header, std::string_view name) noexcept;

// HttpOnly, SameSite=Lax and Path=/ always. Over TLS also Secure and the prefix "__Host-", so that
// no sibling host or plain connection can plant it.
struct Cookie {
    std::string name;   // without prefix: RFC 6265 token
    std::string value;  // RFC 6265 cookie-octets only; anything else is a defect (std::logic_error)
    std::optional<std::int64_t> max_age_seconds;  // none: until the browser closes; 0: delete
};

// Name on the wire: "__Host-name" when secure.
std::string cookie_name(std::string_view name, bool secure);
std::string set_cookie(const Cookie& cookie, bool secure);      // value of Set-Cookie
void set_cookie(Response& response, const Request& request, const Cookie& cookie);
// The cookie under its name for this connection's security.
std::optional<std::string_view> own_cookie(const Request& request, std::string_view name);

}  // namespace wasl::http
