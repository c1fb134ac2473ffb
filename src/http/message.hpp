// A request as a handler sees it: parsed, checked, its path normalised once.
#pragma once

#include "base/result.hpp"

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace wasl::http {

// `other`: TRACE and any further token; reaches raw routes only, see Request::method_text.
enum class Method { get, head, post, put, patch, del, options, other };

std::string_view to_string(Method method) noexcept;  // "GET" …, as on the wire; "OTHER"
// Case-sensitive, RFC 9110 §9.1; never Method::other.
std::optional<Method> parse_method(std::string_view text) noexcept;

// A name and its value: query parameters, form fields, cookies, route parameters.
struct Parameter {
    std::string name;
    std::string value;
    bool operator==(const Parameter&) const = default;
};

// A header line of a request; views into the request that owns it.
struct HeaderView {
    std::string_view name;
    std::string_view value;  // without white space around it
};

class Body;            // body.hpp: memory up to 64 KB, else an unlinked, mapped file
struct Certificate;    // certificate.hpp
class RequestBuilder;  // impl

// Views returned here live as long as the request. A handler that answers later keeps it with
// `request.keep()`; the server holds it until the reply is written.
class Request : public std::enable_shared_from_this<Request> {
public:
    Request();
    ~Request();
    Request(Request&&) noexcept;
    Request& operator=(Request&&) noexcept;

    // Shared ownership for a Later; safe to read from any thread.
    [[nodiscard]] std::shared_ptr<const Request> keep() const { return shared_from_this(); }

    // HEAD stays HEAD here although the handler of GET is called; the body is cut by the server.
    [[nodiscard]] Method method() const noexcept { return method_; }
    // As on the wire, any token on a raw route.
    [[nodiscard]] std::string_view method_text() const noexcept { return method_text_; }
    // Percent-decoded once, UTF-8, begins with '/', no empty, "." or ".." segment; see path.hpp. On a
    // raw route: the route's prefix alone.
    [[nodiscard]] const std::string& path() const noexcept { return path_; }
    // As on the wire, an absolute-form without its scheme and host; for logs and signatures only, never for
    // rights. On a raw route neither decoded nor checked beyond: no blank, no control character.
    [[nodiscard]] std::string_view raw_target() const noexcept { return target_; }
    // Without '?', still encoded.
    [[nodiscard]] std::string_view query_string() const noexcept { return query_string_; }
    // Decoded, UTF-8, in order; at most 256.
    [[nodiscard]] const std::vector<Parameter>& query() const noexcept { return query_; }
    // First value of that name, or the fallback.
    [[nodiscard]] std::string_view query(std::string_view name, std::string_view fallback = {}) const noexcept;

    [[nodiscard]] const std::vector<HeaderView>& headers() const noexcept { return headers_; }
    // First value, names compared without case; empty when absent.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
    [[nodiscard]] bool has_header(std::string_view name) const noexcept;
    // First cookie of that name.
    [[nodiscard]] std::optional<std::string_view> cookie(std::string_view name) const noexcept;
    // Authority of an absolute-form target, else as sent in Host, lower case, e.g. "localhost:8080".
    [[nodiscard]] const std::string& host() const noexcept { return host_; }

    [[nodiscard]] std::string_view body() const noexcept;
    // The body itself, to be sent on by a Client or in a Response without a copy; never null.
    [[nodiscard]] std::shared_ptr<const Body> shared_body() const;
    // 64 raw bytes, also of an empty body, on raw routes that ask for it (RawOptions); else empty.
    [[nodiscard]] std::string_view body_sha512() const noexcept;

    // What the peer of this connection has shown; null when it has shown none. See Tls.
    [[nodiscard]] const std::shared_ptr<const Certificate>& client_certificate() const noexcept {
        return client_certificate_;
    }

    // Address of the person's side as text, without port: the peer, or what a believed proxy says.
    [[nodiscard]] const std::string& peer() const noexcept { return peer_; }
    // The person's side speaks TLS (to us, or to the believed proxy).
    [[nodiscard]] bool secure() const noexcept { return secure_; }
    // Unique in this process's life, short, safe to show: the incident number of an error page.
    [[nodiscard]] const std::string& id() const noexcept { return id_; }

    // Value of `{name}` in the route's pattern; empty when the pattern has none.
    [[nodiscard]] std::string_view parameter(std::string_view name) const noexcept;
    void set_parameters(std::vector<Parameter> parameters) { parameters_ = std::move(parameters); }

private:
    friend class RequestBuilder;
    Method method_ = Method::get;
    bool secure_ = false;
    std::vector<char> head_;  // the views below point into it
    std::string_view method_text_;
    std::string_view target_;
    std::string_view query_string_;
    std::vector<HeaderView> headers_;
    std::string path_;
    std::string host_;
    std::string peer_;
    std::string id_;
    std::vector<Parameter> query_;
    std::vector<Parameter> parameters_;
    std::shared_ptr<const Body> body_;
    std::shared_ptr<const Certificate> client_certificate_;
};

}  // namespace wasl::http
