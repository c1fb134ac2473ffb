#include "http/message.hpp"

#include "base/text.hpp"
#include "http/cookies.hpp"
#include "http/impl/request_builder.hpp"
#include "http/path.hpp"

#include <arpa/inet.h>
#include <array>

namespace wasl::http {

namespace {

constexpr std::array<std::pair<std::string_view, Method>, 7> methods{{{"GET", Method::get},
                                                                     {"HEAD", Method::head},
                                                                     {"POST", Method::post},
                                                                     {"PUT", Method::put},
                                                                     {"PATCH", Method::patch},
                                                                     {"DELETE", Method::del},
                                                                     {"OPTIONS", Method::options}}};

bool is_address(std::string_view text) {
    const std::string name(text);
    unsigned char bytes[16];
    return ::inet_pton(AF_INET, name.c_str(), bytes) == 1 || ::inet_pton(AF_INET6, name.c_str(), bytes) == 1;
}

// The last element of the last X-Forwarded-For line is what the believed proxy itself saw; everything
// before it is hearsay.
void believe_proxy(const Head& head, std::string& peer, bool& secure) {
    for (const HeaderView& line : head.headers) {
        if (equals_ignoring_ascii_case(line.name, "x-forwarded-for")) {
            std::string_view last = line.value.substr(line.value.rfind(',') + 1);
            last = trim(last);
            if (is_address(last)) {
                peer = std::string(last);
            }
        } else if (equals_ignoring_ascii_case(line.name, "x-forwarded-proto")) {
            secure = equals_ignoring_ascii_case(trim(line.value.substr(line.value.rfind(',') + 1)), "https");
        }
    }
}

}  // namespace

std::string_view to_string(Method method) noexcept {
    return method == Method::other ? "OTHER" : methods[static_cast<std::size_t>(method)].first;
}

std::optional<Method> parse_method(std::string_view text) noexcept {
    for (const auto& [name, method] : methods) {
        if (name == text) {
            return method;
        }
    }
    return std::nullopt;
}

Request::Request() = default;
Request::~Request() = default;
Request::Request(Request&&) noexcept = default;
Request& Request::operator=(Request&&) noexcept = default;

std::string_view Request::query(std::string_view name, std::string_view fallback) const noexcept {
    for (const Parameter& parameter : query_) {
        if (parameter.name == name) {
            return parameter.value;
        }
    }
    return fallback;
}

std::string_view Request::header(std::string_view name) const noexcept {
    for (const HeaderView& line : headers_) {
        if (equals_ignoring_ascii_case(line.name, name)) {
            return line.value;
        }
    }
    return {};
}

bool Request::has_header(std::string_view name) const noexcept {
    for (const HeaderView& line : headers_) {
        if (equals_ignoring_ascii_case(line.name, name)) {
            return true;
        }
    }
    return false;
}

std::optional<std::string_view> Request::cookie(std::string_view name) const noexcept {
    for (const HeaderView& line : headers_) {
        if (equals_ignoring_ascii_case(line.name, "cookie")) {
            if (const auto value = find_cookie(line.value, name)) {
                return value;
            }
        }
    }
    return std::nullopt;
}

std::string_view Request::body() const noexcept { return body_ ? body_->view() : std::string_view{}; }

std::shared_ptr<const Body> Request::shared_body() const {
    static const auto nothing = std::make_shared<const Body>(0, std::string());
    return body_ ? body_ : nothing;
}

std::string_view Request::body_sha512() const noexcept {
    return body_ ? std::string_view(body_->sha512()) : std::string_view{};
}

std::string_view Request::parameter(std::string_view name) const noexcept {
    for (const Parameter& parameter : parameters_) {
        if (parameter.name == name) {
            return parameter.value;
        }
    }
    return {};
}

Request RequestBuilder::with_head(const Head& head, std::string_view head_bytes, const Origin& origin, std::string id) {
    Request request;
    request.method_ = head.method;
    request.id_ = std::move(id);
    request.head_.assign(head_bytes.begin(), head_bytes.end());
    // The views of the head point into the connection's buffer: move them to the copy.
    const char* const copy = request.head_.data();
    const auto moved = [&](std::string_view view) {
        return view.empty() ? std::string_view{}
                            : std::string_view(copy + (view.data() - head_bytes.data()), view.size());
    };
    request.method_text_ = moved(head.method_text);
    request.target_ = moved(head.target);
    request.headers_.reserve(head.headers.size());
    for (const HeaderView& line : head.headers) {
        request.headers_.push_back({moved(line.name), moved(line.value)});
    }
    request.host_ = to_lower_ascii(head.host);
    request.client_certificate_ = origin.certificate;
    request.peer_ = origin.peer;
    request.secure_ = origin.secure;
    if (origin.believed_proxy) {
        believe_proxy(head, request.peer_, request.secure_);
    }
    return request;
}

Request RequestBuilder::build_unreadable(const Head& head, std::string_view head_bytes, const Origin& origin, std::string id) {
    auto request = with_head(head, head_bytes, origin, std::move(id));
    const std::string_view path = request.target_.substr(0, request.target_.find('?'));
    std::size_t end = 0;
    for (std::size_t at = 0; at < path.size(); ++at) {
        const char c = path[at];
        if (c == '/') {
            end = at + 1;
        } else if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && c != '-') {
            break;
        } else if (at + 1 == path.size()) {
            end = path.size();
        }
    }
    request.path_ = path.starts_with('/') ? std::string(path.substr(0, end)) : "/";
    return request;
}

std::expected<Request, HeadError> RequestBuilder::build(const Head& head, std::string_view head_bytes,
                                                        const Origin& origin, std::string id) {
    auto request = with_head(head, head_bytes, origin, std::move(id));
    Result<Target> target = parse_target(request.target_);
    if (!target) {
        return std::unexpected(HeadError{400, target.error().key == "http.path" ? "http.path" : "http.target"});
    }
    request.path_ = std::move(target->path);
    request.query_string_ = target->query_string;
    if (!request.query_string_.empty()) {
        auto query = parse_query(request.query_string_);
        if (!query) {
            return std::unexpected(HeadError{400, "http.query"});
        }
        request.query_ = std::move(*query);
    }
    return request;
}

Request RequestBuilder::build_raw(const Head& head, std::string_view head_bytes, const Origin& origin, std::string id,
                                  std::string_view prefix) {
    auto request = with_head(head, head_bytes, origin, std::move(id));
    request.path_ = std::string(prefix);
    return request;
}

void RequestBuilder::give_body(Request& request, std::shared_ptr<const Body> body) {
    request.body_ = std::move(body);
}

}  // namespace wasl::http
