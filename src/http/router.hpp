// Method and path pattern to handler.
#pragma once

#include "http/message.hpp"
#include "http/reply.hpp"

#include <chrono>
#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::http {

// Called on a loop, by several threads at once: must not block.
using Handler = std::function<Reply(Request&)>;

inline constexpr std::size_t default_body_limit = 1U << 20U;          // 1 MB
// Beyond what a dossier takes (40 MB): too much is then said beside the field, not by refusing the body. Bodies stand
// in a temporary file, not in memory.
inline constexpr std::size_t upload_body_limit = 100U * (1U << 20U);

struct RouteOptions {
    std::size_t body_limit = default_body_limit;  // bytes; more is answered 413 before it is read
};

struct RawOptions {
    std::size_t body_limit = default_body_limit;  // bytes; more is answered 413 before it is read
    bool sha512 = false;                          // Request::body_sha512, computed while the body arrives
    // For a deferred reply; zero: Limits::later.
    std::chrono::milliseconds later{0};
    // What the server itself has to refuse here (body too large, disk full, reply too late, defect).
    // Default: the server's error page.
    std::function<Response(const Request&, const Error&)> error_page = {};
};

// Patterns: "/a/{name}/b" takes one segment, "/a/{rest...}" the whole remainder (one or more
// segments). A literal segment goes before a parameter. Registered before the server starts,
// read-only afterwards.
class Router {
public:
    Router();
    ~Router();
    Router(Router&&) noexcept;
    Router& operator=(Router&&) noexcept;

    // A malformed pattern or the same method and pattern twice is a defect (std::logic_error).
    // HEAD is answered by GET's handler unless it has its own.
    Router& on(Method method, std::string_view pattern, Handler handler, RouteOptions options = {});
    Router& get(std::string_view pattern, Handler handler) { return on(Method::get, pattern, std::move(handler)); }
    Router& post(std::string_view pattern, Handler handler, RouteOptions options = {}) {
        return on(Method::post, pattern, std::move(handler), options);
    }

    // For protocols that read the target themselves: every target that begins with `prefix` ("/r1/")
    // goes to the handler with any method, before any other route. Request::raw_target is as sent;
    // path() is the prefix, query() and parameters are empty. The response's headers are written
    // exactly as given and in order: no headers of the server's own but Content-Length, Connection,
    // and Date when none is given. Host and framing are read as strictly as ever. Two prefixes must
    // not overlap (std::logic_error).
    Router& raw(std::string_view prefix, Handler handler, RawOptions options = {});

    struct Raw {
        std::string prefix;  // also the label of metrics
        Handler handler;
        RawOptions options;
    };
    // Null when the target belongs to no raw route.
    [[nodiscard]] const Raw* find_raw(std::string_view target) const noexcept;

    struct Match {
        const Handler* handler = nullptr;       // null: 404, or 405 when `allow` is not empty
        std::string_view pattern;               // as registered: the label of metrics
        std::vector<Parameter> parameters;
        std::size_t body_limit = default_body_limit;
        std::string allow;                      // value of Allow for 405 and OPTIONS
    };
    [[nodiscard]] Match match(Method method, std::string_view path) const;

    // Matches, calls, and turns no match into Error not_found ("http.not-found") or
    // method_not_allowed ("http.method-not-allowed", detail = Allow). Used by the server and tests.
    [[nodiscard]] Reply handle(Request& request) const;

private:
    struct Node;
    std::unique_ptr<Node> root_;
    std::vector<std::unique_ptr<Raw>> raw_;
};

}  // namespace wasl::http
