#include "base/result.hpp"

namespace wasl {

int http_status(Code code) noexcept {
    switch (code) {
        case Code::invalid: return 400;
        case Code::unauthenticated: return 401;
        case Code::forbidden: return 403;
        case Code::not_found: return 404;
        case Code::method_not_allowed: return 405;
        case Code::conflict: return 409;
        case Code::gone: return 410;
        case Code::too_large: return 413;
        case Code::unsupported: return 415;
        case Code::unprocessable: return 422;
        case Code::too_many: return 429;
        case Code::internal: return 500;
        case Code::unavailable: return 503;
        case Code::insufficient_storage: return 507;
    }
    return 500;
}

std::string_view to_string(Code code) noexcept {
    switch (code) {
        case Code::invalid: return "invalid";
        case Code::unauthenticated: return "unauthenticated";
        case Code::forbidden: return "forbidden";
        case Code::not_found: return "not-found";
        case Code::method_not_allowed: return "method-not-allowed";
        case Code::conflict: return "conflict";
        case Code::gone: return "gone";
        case Code::too_large: return "too-large";
        case Code::unsupported: return "unsupported";
        case Code::unprocessable: return "unprocessable";
        case Code::too_many: return "too-many";
        case Code::internal: return "internal";
        case Code::unavailable: return "unavailable";
        case Code::insufficient_storage: return "insufficient-storage";
    }
    return "internal";
}

}  // namespace wasl
