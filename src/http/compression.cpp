#include "http/compression.hpp"

#include "base/digest.hpp"
#include "base/text.hpp"

#include <zlib.h>

#include <stdexcept>

namespace wasl::http {

namespace {

constexpr int gzip_window = 15 + 16;  // zlib's way to say "gzip, not zlib"

// Bytes go to zlib through a non-const pointer that it does not write to.
Bytef* input(std::string_view bytes) { return const_cast<Bytef*>(reinterpret_cast<const Bytef*>(bytes.data())); }

bool is_zero_weight(std::string_view parameters) {
    const std::size_t q = parameters.find("q=");
    if (q == std::string_view::npos) {
        return false;
    }
    const std::string_view weight = trim(parameters.substr(q + 2));
    return weight.find_first_not_of("0.") == std::string_view::npos;
}

std::string_view opaque(std::string_view etag) noexcept { return etag.starts_with("W/") ? etag.substr(2) : etag; }

}  // namespace

std::string gzip(std::string_view bytes, int level) {
    z_stream stream{};
    if (::deflateInit2(&stream, level, Z_DEFLATED, gzip_window, 8, Z_DEFAULT_STRATEGY) != Z_OK) {
        throw std::bad_alloc();
    }
    std::string out(::deflateBound(&stream, bytes.size()), '\0');
    stream.next_in = input(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    stream.next_out = reinterpret_cast<Bytef*>(out.data());
    stream.avail_out = static_cast<uInt>(out.size());
    const int ended = ::deflate(&stream, Z_FINISH);
    out.resize(stream.total_out);
    ::deflateEnd(&stream);
    if (ended != Z_STREAM_END) {
        throw std::runtime_error("deflate");
    }
    return out;
}

Result<std::string> gunzip(std::string_view bytes, std::size_t limit) {
    z_stream stream{};
    if (::inflateInit2(&stream, gzip_window) != Z_OK) {
        throw std::bad_alloc();
    }
    std::string out;
    stream.next_in = input(bytes);
    stream.avail_in = static_cast<uInt>(bytes.size());
    int state = Z_OK;
    char buffer[16384];
    while (state == Z_OK && out.size() <= limit) {
        stream.next_out = reinterpret_cast<Bytef*>(buffer);
        stream.avail_out = sizeof buffer;
        state = ::inflate(&stream, Z_NO_FLUSH);
        out.append(buffer, sizeof buffer - stream.avail_out);
    }
    ::inflateEnd(&stream);
    if (state != Z_STREAM_END || out.size() > limit) {
        return fail(Code::invalid, "http.gzip", out.size() > limit ? "too large" : "malformed");
    }
    return out;
}

bool accepts_gzip(std::string_view accept_encoding) noexcept {
    bool star = false;
    while (!accept_encoding.empty()) {
        const std::size_t end = std::min(accept_encoding.find(','), accept_encoding.size());
        const std::string_view item = trim(accept_encoding.substr(0, end));
        accept_encoding.remove_prefix(end == accept_encoding.size() ? end : end + 1);
        const std::size_t semicolon = std::min(item.find(';'), item.size());
        const std::string_view coding = trim(item.substr(0, semicolon));
        const bool allowed = !is_zero_weight(item.substr(semicolon));
        if (equals_ignoring_ascii_case(coding, "gzip") || equals_ignoring_ascii_case(coding, "x-gzip")) {
            return allowed;
        }
        star = star || (coding == "*" && allowed);
    }
    return star;
}

bool compressible(std::string_view content_type) noexcept {
    const std::string_view type = trim(content_type.substr(0, std::min(content_type.find(';'), content_type.size())));
    return type.starts_with("text/") || type.ends_with("+json") || type.ends_with("+xml") ||
           type == "application/json" || type == "application/javascript" || type == "application/xml";
}

std::shared_ptr<const Precompressed> precompress(std::string bytes, std::string content_type) {
    auto out = std::make_shared<Precompressed>();
    out->etag = strong_etag(bytes);
    out->content_type = std::move(content_type);
    if (compressible(out->content_type) && bytes.size() > 256) {
        out->gzip = gzip(bytes, 9);
        if (out->gzip.size() + 64 >= bytes.size()) {
            out->gzip.clear();
        }
    }
    out->identity = std::move(bytes);
    return out;
}

std::string strong_etag(std::string_view bytes) {
    return '"' + to_base64url(sha256(bytes).view().substr(0, 16)) + '"';
}

bool matches_etag(std::string_view if_none_match, std::string_view etag) noexcept {
    if (trim(if_none_match) == "*") {
        return true;
    }
    while (!if_none_match.empty()) {
        const std::size_t end = std::min(if_none_match.find(','), if_none_match.size());
        std::string_view candidate = opaque(trim(if_none_match.substr(0, end)));
        if_none_match.remove_prefix(end == if_none_match.size() ? end : end + 1);
        if (candidate == opaque(etag)) {
            return true;
        }
        // Our gzip form of the same bytes.
        if (candidate.ends_with("-gz\"") && candidate.substr(0, candidate.size() - 4) == etag.substr(0, etag.size() - 1)) {
            return true;
        }
    }
    return false;
}

Response with_etag(const Request& request, Response response) {
    std::string etag;
    if (const auto* text = std::get_if<std::string>(&response.body)) {
        etag = "W/" + strong_etag(*text);  // weak: gzip on the fly may differ
    } else if (const auto* shared = std::get_if<SharedBytes>(&response.body)) {
        etag = strong_etag(**shared);
    } else if (const auto* made = std::get_if<std::shared_ptr<const Precompressed>>(&response.body)) {
        etag = (*made)->etag;
    } else {
        return response;
    }
    if (response.header("Cache-Control").empty() || response.header("Cache-Control") == "no-store") {
        response.set("Cache-Control", "no-cache");
    }
    if (response.status == 200 && matches_etag(request.header("If-None-Match"), etag)) {
        Response unchanged = Response::empty(304);
        unchanged.set("ETag", etag).set("Cache-Control", std::string(response.header("Cache-Control")));
        return unchanged;
    }
    if (!std::holds_alternative<std::shared_ptr<const Precompressed>>(response.body)) {
        response.set("ETag", etag);  // the writer names the form of a precompressed body itself
    }
    return response;
}

}  // namespace wasl::http
