// Method and path pattern to handler.
#pragma once

#include "http/message.hpp"
#include "http/reply.hpp"

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

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
};

}  // namespace wasl::http
