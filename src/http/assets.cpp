#include "http/assets.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"
#include "http/compression.hpp"

#include <map>
#include <stdexcept>
#include <unordered_map>

namespace wasl::http {

namespace {

constexpr std::size_t digest_digits = 10;
constexpr std::string_view for_ever = "public, max-age=31536000, immutable";

// "site.css" and "3f2a91bc04" give "site.3f2a91bc04.css".
std::string with_digest(std::string_view name, std::string_view digest) {
    const std::size_t slash = name.rfind('/');
    std::size_t dot = name.rfind('.');
    if (dot == std::string_view::npos || (slash != std::string_view::npos && dot < slash)) {
        dot = name.size();
    }
    return std::string(name.substr(0, dot)) + "." + std::string(digest) + std::string(name.substr(dot));
}

}  // namespace

struct Assets::Impl {
    struct Found {
        std::shared_ptr<const Precompressed> body;
        bool immutable = false;
    };
    std::string prefix;
    std::unordered_map<std::string, Found> by_path;  // without prefix
    std::map<std::string, std::string, std::less<>> public_path;
};

Assets::Assets(std::string prefix) : impl_(std::make_unique<Impl>()) { impl_->prefix = std::move(prefix); }
Assets::~Assets() = default;
Assets::Assets(Assets&&) noexcept = default;

void Assets::add(std::string_view name, std::string content) {
    const std::string digest = sha256(content).hex().substr(0, digest_digits);
    const std::string named = with_digest(name, digest);
    const auto body = precompress(std::move(content), std::string(content_type_of(name)));
    impl_->by_path[named] = {body, true};
    impl_->by_path[std::string(name)] = {body, false};
    impl_->public_path[std::string(name)] = impl_->prefix + named;
}

const std::string& Assets::path(std::string_view name) const {
    const auto at = impl_->public_path.find(name);
    if (at == impl_->public_path.end()) {
        throw std::logic_error("no asset " + std::string(name));
    }
    return at->second;
}

Reply Assets::serve(Request& request) const {
    const auto at = impl_->by_path.find(std::string(request.parameter("rest")));
    if (at == impl_->by_path.end()) {
        return Error{Code::not_found, "http.not-found", {}};
    }
    Response response = Response::shared(at->second.body);
    response.set("Cache-Control", std::string(at->second.immutable ? for_ever : "public, no-cache"));
    return response;
}

void Assets::mount(Router& router) const {
    router.get(impl_->prefix + "{rest...}", [this](Request& request) { return serve(request); });
}

std::string_view content_type_of(std::string_view filename) noexcept {
    constexpr std::pair<std::string_view, std::string_view> types[] = {
        {".html", "text/html; charset=utf-8"},
        {".css", "text/css; charset=utf-8"},
        {".js", "text/javascript; charset=utf-8"},
        {".mjs", "text/javascript; charset=utf-8"},
        {".svg", "image/svg+xml"},
        {".json", "application/json"},
        {".webmanifest", "application/manifest+json"},
        {".txt", "text/plain; charset=utf-8"},
        {".csv", "text/csv; charset=utf-8"},
        {".xml", "application/xml"},
        {".png", "image/png"},
        {".jpg", "image/jpeg"},
        {".jpeg", "image/jpeg"},
        {".ico", "image/x-icon"},
        {".webp", "image/webp"},
        {".woff2", "font/woff2"},
        {".woff", "font/woff"},
        {".pdf", "application/pdf"},
        {".xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"},
    };
    for (const auto& [ending, type] : types) {
        if (filename.ends_with(ending)) {
            return type;
        }
    }
    return "application/octet-stream";
}

}  // namespace wasl::http
