#include "http/head.hpp"

#include "base/text.hpp"
#include "http/impl/fields.hpp"

#include <boost/beast/http/empty_body.hpp>
#include <boost/beast/http/parser.hpp>

#include <algorithm>
#include <limits>

namespace wasl::http {

namespace {

namespace beast = boost::beast;

std::unexpected<HeadError> refuse(int status, std::string_view key) { return std::unexpected(HeadError{status, key}); }

// Beast reads the grammar; what it is lenient about is refused below. Its own limits are set
// beyond ours: ours answer with the right status.
HeadError from_beast(beast::error_code error) {
    if (error == beast::http::error::bad_version) {
        return {505, "http.version"};
    }
    if (error == beast::http::error::bad_transfer_encoding) {
        return {400, "http.transfer-encoding"};
    }
    if (error == beast::http::error::bad_content_length || error == beast::http::error::multiple_content_length) {
        return {400, "http.content-length"};
    }
    return {400, "http.head"};
}

std::optional<HeadError> beast_accepts(std::string_view bytes, const Limits& limits) {
    beast::http::request_parser<beast::http::empty_body> parser;
    parser.header_limit(static_cast<std::uint32_t>(limits.head_bytes + 1));
    parser.body_limit(std::numeric_limits<std::uint64_t>::max());  // the route's limit counts, later
    parser.eager(false);
    beast::error_code error;
    parser.put(boost::asio::buffer(bytes.data(), bytes.size()), error);
    if (error && error != beast::http::error::need_more) {
        return from_beast(error);
    }
    if (!parser.is_header_done()) {
        return HeadError{400, "http.head"};
    }
    return std::nullopt;
}

struct Line {
    std::string_view text;
    bool found = false;
};

Line next_line(std::string_view& rest) {
    const std::size_t end = rest.find("\r\n");
    if (end == std::string_view::npos) {
        return {};
    }
    const Line line{rest.substr(0, end), true};
    rest.remove_prefix(end + 2);
    return line;
}

bool is_host(std::string_view host);

// Absolute-form (RFC 9112 §3.2.2), as sent to a proxy: its path and query are the target, its host counts instead of
// Host. Without a path ("http://a", "http://a?b") it is left for parse_target.
std::expected<void, HeadError> take_authority(Head& head) {
    for (const std::string_view scheme : {std::string_view("http://"), std::string_view("https://")}) {
        if (!equals_ignoring_ascii_case(head.target.substr(0, scheme.size()), scheme)) {
            continue;
        }
        const std::string_view rest = head.target.substr(scheme.size());
        const std::size_t end = std::min(rest.find_first_of("/?"), rest.size());
        head.host = rest.substr(0, end);
        if (!is_host(head.host)) {
            return refuse(400, "http.target");
        }
        if (end < rest.size() && rest[end] == '/') {
            head.target = rest.substr(end);
        }
        return {};
    }
    return {};
}

std::expected<void, HeadError> read_request_line(std::string_view line, Head& head, const Limits& limits,
                                                 const Router* router) {
    const std::size_t first = line.find(' ');
    const std::size_t second = first == std::string_view::npos ? first : line.find(' ', first + 1);
    if (second == std::string_view::npos || line.find(' ', second + 1) != std::string_view::npos) {
        return refuse(400, "http.request-line");
    }
    if (!is_token(line.substr(0, first))) {
        return refuse(400, "http.request-line");
    }
    const std::string_view version = line.substr(second + 1);
    if (version != "HTTP/1.1" && version != "HTTP/1.0") {
        return version.starts_with("HTTP/") ? refuse(505, "http.version") : refuse(400, "http.request-line");
    }
    head.minor_version = version.back() - '0';
    head.target = line.substr(first + 1, second - first - 1);
    if (head.target.size() > limits.target_bytes) {
        return refuse(414, "http.target-too-long");
    }
    if (auto taken = take_authority(head); !taken) {
        return taken;
    }
    const bool raw = router != nullptr && router->find_raw(head.target) != nullptr;
    for (const char c : head.target) {
        const auto byte = static_cast<unsigned char>(c);
        if (byte <= 0x20 || byte == 0x7F || (byte > 0x7F && !raw)) {
            return refuse(400, "http.target");
        }
    }
    head.method_text = line.substr(0, first);
    const auto method = parse_method(head.method_text);
    if (!method && !raw) {
        return refuse(501, "http.method");
    }
    head.method = method.value_or(Method::other);
    return {};
}

std::expected<void, HeadError> read_header_line(std::string_view line, Head& head, const Limits& limits) {
    // obs-fold (RFC 9112 §5.2): two readers would see two different headers.
    if (line.front() == ' ' || line.front() == '\t') {
        return refuse(400, "http.folded-line");
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || colon == 0) {
        return refuse(400, "http.header");
    }
    const std::string_view name = line.substr(0, colon);
    if (!is_token(name)) {
        return refuse(400, "http.header");  // also white space before the colon, RFC 9112 §5.1
    }
    const std::string_view value = without_blanks(line.substr(colon + 1));
    if (!is_field_value(value)) {
        return refuse(400, "http.header");
    }
    if (head.headers.size() == limits.header_count) {
        return refuse(431, "http.too-many-headers");
    }
    head.headers.push_back({name, value});
    return {};
}

bool is_host(std::string_view host) {  // RFC 3986 §3.2.2 in outline; an empty Host names nobody
    if (host.empty() || host.size() > 255) {
        return false;
    }
    for (const char c : host) {
        const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
                          c == '-' || c == '_' || c == ':' || c == '[' || c == ']';
        if (!good) {
            return false;
        }
    }
    return true;
}

void read_connection(std::string_view value, Head& head) {
    for (const std::string_view item : split(value, ',')) {
        if (equals_ignoring_ascii_case(trim(item), "close")) {
            head.keep_alive = false;
        } else if (head.minor_version == 0 && equals_ignoring_ascii_case(trim(item), "keep-alive")) {
            head.keep_alive = true;
        }
    }
}

// How long the message is and where it goes: the headers by which requests are smuggled.
std::expected<void, HeadError> read_framing(Head& head) {
    int hosts = 0;
    std::string_view host;
    int lengths = 0;
    int encodings = 0;
    head.keep_alive = head.minor_version == 1;
    for (const auto& [name, value] : head.headers) {
        if (equals_ignoring_ascii_case(name, "host")) {
            ++hosts;
            host = value;
        } else if (equals_ignoring_ascii_case(name, "content-length")) {
            ++lengths;
            head.content_length = length_digits(value);
            if (!head.content_length) {
                return refuse(400, "http.content-length");
            }
        } else if (equals_ignoring_ascii_case(name, "transfer-encoding")) {
            ++encodings;
            if (value != "chunked") {
                return refuse(400, "http.transfer-encoding");
            }
        } else if (equals_ignoring_ascii_case(name, "connection")) {
            read_connection(value, head);
        } else if (equals_ignoring_ascii_case(name, "expect")) {
            if (!equals_ignoring_ascii_case(value, "100-continue")) {
                return refuse(417, "http.expect");
            }
            head.expects_continue = head.minor_version == 1;
        }
    }
    if (hosts != 1 || !is_host(host)) {
        return refuse(400, hosts == 0 ? "http.host-missing" : "http.host");
    }
    head.host = head.host.empty() ? host : head.host;
    if (lengths > 1) {
        return refuse(400, "http.content-length");
    }
    if (encodings > 1 || (encodings == 1 && (lengths != 0 || head.minor_version == 0))) {
        return refuse(400, "http.transfer-encoding");
    }
    head.chunked = encodings == 1;
    return {};
}

}  // namespace

std::size_t head_length(std::string_view bytes, std::size_t from) noexcept {
    const std::size_t at = bytes.find("\r\n\r\n", from > 3 ? from - 3 : 0);
    return at == std::string_view::npos ? 0 : at + 4;
}

bool has_bare_line_feed(std::string_view bytes) noexcept {
    for (std::size_t at = bytes.find('\n'); at != std::string_view::npos; at = bytes.find('\n', at + 1)) {
        if (at == 0 || bytes[at - 1] != '\r') {
            return true;
        }
    }
    return false;
}

std::expected<Head, HeadError> parse_head(std::string_view bytes, const Limits& limits, const Router* router) {
    if (bytes.size() > limits.head_bytes) {
        return refuse(431, "http.head-too-large");
    }
    if (!bytes.ends_with("\r\n\r\n") || head_length(bytes) != bytes.size()) {
        return refuse(400, "http.head");
    }
    Head head;
    head.headers.reserve(16);
    std::string_view rest = bytes.substr(0, bytes.size() - 2);
    const Line first = next_line(rest);
    if (auto read = read_request_line(first.text, head, limits, router); !read) {
        return std::unexpected(read.error());
    }
    while (!rest.empty()) {
        const Line line = next_line(rest);
        if (!line.found || line.text.empty()) {
            return refuse(400, "http.head");
        }
        if (auto read = read_header_line(line.text, head, limits); !read) {
            return std::unexpected(read.error());
        }
    }
    if (auto read = read_framing(head); !read) {
        return std::unexpected(read.error());
    }
    if (const auto refused = beast_accepts(bytes, limits)) {
        return std::unexpected(*refused);
    }
    return head;
}

}  // namespace wasl::http
