#include "http/router.hpp"

#include "base/text.hpp"

#include <array>
#include <map>
#include <stdexcept>

namespace wasl::http {

namespace {

constexpr std::size_t method_count = 7;

struct Route {
    Handler handler;
    std::string pattern;
    RouteOptions options;
    std::vector<std::string> names;  // of the parameters, in order
};

std::size_t index_of(Method method) { return static_cast<std::size_t>(method); }

bool is_parameter(std::string_view segment) { return segment.starts_with('{') && segment.ends_with('}'); }

}  // namespace

struct Router::Node {
    std::map<std::string, std::unique_ptr<Node>, std::less<>> literals;
    std::unique_ptr<Node> parameter;
    std::unique_ptr<Node> rest;
    std::array<std::unique_ptr<Route>, method_count> routes;

    [[nodiscard]] bool ends_here() const {
        for (const auto& route : routes) {
            if (route) {
                return true;
            }
        }
        return false;
    }

    // Depth-first, literal before parameter before rest; `values` holds the parameters taken.
    const Node* find(std::string_view path, std::vector<std::string_view>& values) const {
        if (path.empty()) {
            return ends_here() ? this : nullptr;
        }
        const std::string_view inner = path.substr(1);  // path begins with '/'
        const std::size_t end = std::min(inner.find('/'), inner.size());
        const std::string_view segment = inner.substr(0, end);
        if (const auto at = literals.find(segment); at != literals.end()) {
            if (const Node* found = at->second->find(inner.substr(end), values)) {
                return found;
            }
        }
        if (parameter && !segment.empty()) {
            values.push_back(segment);
            if (const Node* found = parameter->find(inner.substr(end), values)) {
                return found;
            }
            values.pop_back();
        }
        if (rest && !inner.empty()) {
            values.push_back(inner);
            return rest.get();
        }
        return nullptr;
    }
};

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

Router& Router::on(Method method, std::string_view pattern, Handler handler, RouteOptions options) {
    if (!pattern.starts_with('/')) {
        throw std::logic_error("route without leading slash: " + std::string(pattern));
    }
    auto route = std::make_unique<Route>();
    route->handler = std::move(handler);
    route->pattern = std::string(pattern);
    route->options = options;
    Node* node = root_.get();
    const std::vector<std::string_view> segments = split(pattern.substr(1), '/');
    for (std::size_t i = 0; i < segments.size(); ++i) {
        const std::string_view segment = segments[i];
        if (!is_parameter(segment)) {
            auto& next = node->literals[std::string(segment)];
            next = next ? std::move(next) : std::make_unique<Node>();
            node = next.get();
            continue;
        }
        std::string_view name = segment.substr(1, segment.size() - 2);
        const bool whole = name.ends_with("...");
        if (whole && i + 1 != segments.size()) {
            throw std::logic_error("{rest...} must be last: " + std::string(pattern));
        }
        name = whole ? name.substr(0, name.size() - 3) : name;
        route->names.emplace_back(name);
        auto& next = whole ? node->rest : node->parameter;
        next = next ? std::move(next) : std::make_unique<Node>();
        node = next.get();
    }
    auto& slot = node->routes[index_of(method)];
    if (slot) {
        throw std::logic_error("route twice: " + std::string(pattern));
    }
    slot = std::move(route);
    return *this;
}

Router& Router::raw(std::string_view prefix, Handler handler, RawOptions options) {
    if (!prefix.starts_with('/')) {
        throw std::logic_error("raw route without leading slash: " + std::string(prefix));
    }
    for (const auto& other : raw_) {
        if (prefix.starts_with(other->prefix) || other->prefix.starts_with(prefix)) {
            throw std::logic_error("raw routes overlap: " + std::string(prefix));
        }
    }
    raw_.push_back(std::make_unique<Raw>(std::string(prefix), std::move(handler), std::move(options)));
    return *this;
}

const Router::Raw* Router::find_raw(std::string_view target) const noexcept {
    for (const auto& raw : raw_) {
        if (target.starts_with(raw->prefix)) {
            return raw.get();
        }
    }
    return nullptr;
}

Router::Match Router::match(Method method, std::string_view path) const {
    Match out;
    if (method == Method::other) {
        return out;
    }
    std::vector<std::string_view> values;
    const Node* const node = root_->find(path, values);
    if (node == nullptr) {
        return out;
    }
    const Route* route = node->routes[index_of(method)].get();
    if (route == nullptr && method == Method::head) {
        route = node->routes[index_of(Method::get)].get();
    }
    if (route == nullptr) {
        for (std::size_t i = 0; i < method_count; ++i) {
            if (node->routes[i]) {
                out.allow += (out.allow.empty() ? "" : ", ") + std::string(to_string(Method(i)));
                if (Method(i) == Method::get && !node->routes[index_of(Method::head)]) {
                    out.allow += ", HEAD";
                }
            }
        }
        return out;
    }
    out.handler = &route->handler;
    out.pattern = route->pattern;
    out.body_limit = route->options.body_limit;
    out.parameters.reserve(values.size());
    for (std::size_t i = 0; i < values.size(); ++i) {
        out.parameters.push_back({route->names[i], std::string(values[i])});
    }
    return out;
}

Reply Router::handle(Request& request) const {
    if (const Raw* const raw = find_raw(request.raw_target())) {
        return raw->handler(request);
    }
    Match found = match(request.method(), request.path());
    if (found.handler != nullptr) {
        request.set_parameters(std::move(found.parameters));
        return (*found.handler)(request);
    }
    if (found.allow.empty()) {
        return Error{Code::not_found, "http.not-found", {}};
    }
    if (request.method() == Method::options) {
        Response response = Response::empty(204);
        response.set("Allow", std::move(found.allow));
        return response;
    }
    return Error{Code::method_not_allowed, "http.method-not-allowed", std::move(found.allow)};
}

}  // namespace wasl::http
