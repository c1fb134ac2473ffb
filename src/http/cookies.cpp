#include "http/cookies.hpp"

#include "base/text.hpp"

#include <stdexcept>

namespace wasl::http {

namespace {

constexpr std::size_t cookie_limit = 64;
constexpr std::string_view host_prefix = "__Host-";

bool is_octet(char c) noexcept {  // RFC 6265bis cookie-octet
    const auto byte = static_cast<unsigned char>(c);
    return byte > 0x20 && byte < 0x7F && c != '"' && c != ',' && c != ';' && c != '\\';
}

bool is_name(std::string_view name) noexcept {
    for (const char c : name) {
        if (!is_octet(c) || std::string_view("=()<>@:/[]?{}").find(c) != std::string_view::npos) {
            return false;
        }
    }
    return !name.empty();
}

// Next pair of a Cookie header; false at the end. Malformed pairs have an empty name.
bool next_pair(std::string_view& rest, std::string_view& name, std::string_view& value) noexcept {
    if (rest.empty()) {
        return false;
    }
    const std::size_t end = std::min(rest.find(';'), rest.size());
    const std::string_view pair = trim(rest.substr(0, end));
    rest.remove_prefix(end == rest.size() ? end : end + 1);
    const std::size_t equals = pair.find('=');
    name = {};
    value = {};
    if (equals == std::string_view::npos || equals == 0) {
        return true;
    }
    value = pair.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
        value = value.substr(1, value.size() - 2);
    }
    for (const char c : value) {
        if (!is_octet(c)) {
            return true;
        }
    }
    name = pair.substr(0, equals);
    if (!is_name(name)) {
        name = {};
    }
    return true;
}

}  // namespace

std::vector<Parameter> parse_cookies(std::string_view header) {
    std::vector<Parameter> out;
    std::string_view name;
    std::string_view value;
    while (out.size() < cookie_limit && next_pair(header, name, value)) {
        if (!name.empty()) {
            out.push_back({std::string(name), std::string(value)});
        }
    }
    return out;
}

std::optional<std::string_view> find_cookie(std::string_view header, std::string_view wanted) noexcept {
    std::string_view name;
    std::string_view value;
    for (std::size_t count = 0; count < cookie_limit && next_pair(header, name, value);) {
        if (!name.empty() && name == wanted) {
            return value;
        }
        count += name.empty() ? 0 : 1;
    }
    return std::nullopt;
}

std::string cookie_name(std::string_view name, bool secure) {
    return (secure ? std::string(host_prefix) : std::string()) + std::string(name);
}

std::string set_cookie(const Cookie& cookie, bool secure) {
    if (!is_name(cookie.name)) {
        throw std::logic_error("cookie name: " + cookie.name);
    }
    for (const char c : cookie.value) {
        if (!is_octet(c)) {
            throw std::logic_error("cookie value of " + cookie.name);
        }
    }
    std::string out = cookie_name(cookie.name, secure) + "=" + cookie.value + "; Path=/; HttpOnly; SameSite=Lax";
    if (secure) {
        out += "; Secure";
    }
    if (cookie.max_age_seconds) {
        out += "; Max-Age=" + std::to_string(*cookie.max_age_seconds);
    }
    return out;
}

void set_cookie(Response& response, const Request& request, const Cookie& cookie) {
    response.add("Set-Cookie", set_cookie(cookie, request.secure()));
}

std::optional<std::string_view> own_cookie(const Request& request, std::string_view name) {
    return request.cookie(cookie_name(name, request.secure()));
}

}  // namespace wasl::http
