#include "http/impl/writer.hpp"

#include "base/text.hpp"
#include "base/time.hpp"
#include "http/compression.hpp"

#include <fmt/format.h>

#include <charconv>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

namespace wasl::http {

namespace {

constexpr std::size_t worth_compressing = 1024;
constexpr std::size_t file_piece = 64U << 10U;

void append_number(std::string& out, std::uint64_t value) {
    char digits[20];
    const auto end = std::to_chars(digits, digits + sizeof digits, value).ptr;
    out.append(digits, end);
}

// A value can never end its line: that would be response splitting.
void append_value(std::string& out, std::string_view value) {
    const std::size_t from = out.size();
    out += value;
    for (std::size_t at = from; at < out.size(); ++at) {
        const auto byte = static_cast<unsigned char>(out[at]);
        if (byte < 0x20 || byte == 0x7F) {
            out[at] = ' ';
        }
    }
}

void append_header(std::string& out, std::string_view name, std::string_view value) {
    out += name;
    out += ": ";
    append_value(out, value);
    out += "\r\n";
}

bool may_have_body(int status) noexcept { return status >= 200 && status != 204 && status != 304; }

// Owns a file descriptor inside a stream's closure.
struct Descriptor {
    explicit Descriptor(int number) : fd(number) {}
    Descriptor(Descriptor&& other) noexcept : fd(std::exchange(other.fd, -1)) {}
    Descriptor& operator=(Descriptor&&) = delete;
    ~Descriptor() {
        if (fd >= 0) {
            ::close(fd);
        }
    }
    int fd;
};

Result<bool> read_piece(int fd, std::string& out) {
    const std::size_t before = out.size();
    out.resize(before + file_piece);
    const ssize_t count = ::read(fd, out.data() + before, file_piece);
    out.resize(before + static_cast<std::size_t>(std::max<ssize_t>(count, 0)));
    if (count < 0) {
        return fail(Code::internal, "http.file-read");
    }
    return count > 0;
}

struct Chosen {
    std::optional<std::uint64_t> length;
    std::string_view encoding;
    std::string_view content_type;  // when the response has none
    std::string etag;
};

bool wants_gzip(const WriteContext& context) {
    return context.request != nullptr && accepts_gzip(context.request->header("Accept-Encoding"));
}

void choose_precompressed(const Precompressed& made, const WriteContext& context, Rendered& out, Chosen& chosen) {
    const bool gz = !made.gzip.empty() && wants_gzip(context);
    chosen.etag = gz ? made.etag.substr(0, made.etag.size() - 1) + "-gz\"" : made.etag;
    chosen.content_type = made.content_type;
    const bool readable = context.request != nullptr &&
                          (context.request->method() == Method::get || context.request->method() == Method::head);
    if (out.keep.status == 200 && readable && matches_etag(context.request->header("If-None-Match"), made.etag)) {
        out.keep.status = 304;
        return;
    }
    out.bytes = gz ? made.gzip : made.identity;
    chosen.encoding = gz ? "gzip" : "";
    chosen.length = out.bytes.size();
}

void choose_text(std::string& text, const WriteContext& context, Rendered& out, Chosen& chosen) {
    if (out.keep.compress && text.size() >= worth_compressing && out.keep.header("Content-Encoding").empty() &&
        wants_gzip(context)) {
        text = gzip(text, 4);  // 4: two thirds of the time of 6 for 3 % more bytes
        chosen.encoding = "gzip";
    }
    out.bytes = text;
    chosen.length = text.size();
}

void choose_file(const std::string& path, Rendered& out, Chosen& chosen) {
    Descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW));
    struct stat status {};
    if (file.fd < 0 || ::fstat(file.fd, &status) != 0 || !S_ISREG(status.st_mode)) {
        out.keep = Response::text("404 http.not-found\n", 404);
        out.bytes = std::get<std::string>(out.keep.body);
        chosen.length = out.bytes.size();
        return;
    }
    chosen.length = static_cast<std::uint64_t>(status.st_size);
    out.stream = Stream{[held = std::move(file)](std::string& piece) { return read_piece(held.fd, piece); }};
}

Chosen choose_body(const WriteContext& context, Rendered& out) {
    Chosen chosen;
    Response& response = out.keep;
    if (auto* text = std::get_if<std::string>(&response.body)) {
        choose_text(*text, context, out, chosen);
    } else if (const auto* shared = std::get_if<SharedBytes>(&response.body)) {
        out.bytes = **shared;
        chosen.length = out.bytes.size();
    } else if (const auto* made = std::get_if<std::shared_ptr<const Precompressed>>(&response.body)) {
        choose_precompressed(**made, context, out, chosen);
    } else if (const auto* file = std::get_if<File>(&response.body)) {
        choose_file(std::string(file->path), out, chosen);
    } else if (auto* stream = std::get_if<Stream>(&response.body)) {
        out.stream = std::move(*stream);
        out.chunked = context.minor_version == 1;
        out.close = !out.chunked;
    } else if (const auto* body = std::get_if<SharedBody>(&response.body); body != nullptr && *body) {
        chosen.length = (*body)->size();
        if ((*body)->in_file()) {
            out.file = *body;
        } else {
            out.bytes = (*body)->view();
        }
    }
    return chosen;
}

// Headers that another server gave and that are sent on: all, but for what belongs to this connection.
void append_given_headers(const WriteContext& context, Rendered& out) {
    bool date = false;
    for (const Header& header : out.keep.headers) {
        if (equals_ignoring_ascii_case(header.name, "content-length") ||
            equals_ignoring_ascii_case(header.name, "transfer-encoding") ||
            equals_ignoring_ascii_case(header.name, "connection")) {
            continue;
        }
        date = date || equals_ignoring_ascii_case(header.name, "date");
        append_header(out.head, header.name, header.value);
    }
    if (!date) {
        append_header(out.head, "Date", context.date);
    }
}

void append_status_line(const WriteContext& context, Rendered& out) {
    out.head += "HTTP/1.1 ";
    append_number(out.head, static_cast<std::uint64_t>(out.status));
    out.head += ' ';
    if (context.raw && out.keep.reason) {
        append_value(out.head, *out.keep.reason);
    } else {
        out.head += reason_phrase(out.status);
    }
    out.head += "\r\n";
}

void append_own_headers(const WriteContext& context, const Chosen& chosen, Rendered& out) {
    const Response& response = out.keep;
    for (const Header& header : response.headers) {
        append_header(out.head, header.name, header.value);
    }
    if (!chosen.content_type.empty() && response.header("Content-Type").empty()) {
        append_header(out.head, "Content-Type", chosen.content_type);
    }
    if (!chosen.encoding.empty()) {
        append_header(out.head, "Content-Encoding", chosen.encoding);
    }
    if (!chosen.etag.empty() && response.header("ETag").empty()) {
        append_header(out.head, "ETag", chosen.etag);
    }
    if ((response.compress || !chosen.etag.empty()) && response.header("Vary").empty()) {
        out.head += "Vary: Accept-Encoding\r\n";
    }
    if (context.default_headers != nullptr) {
        for (const Header& header : *context.default_headers) {
            if (response.header(header.name).empty()) {
                append_header(out.head, header.name, header.value);
            }
        }
    }
    if (context.transport_security != nullptr) {
        append_header(out.head, context.transport_security->name, context.transport_security->value);
    }
}

}  // namespace

void prepare(Response response, const WriteContext& context, Rendered& out) {
    out.keep = std::move(response);
    const Chosen chosen = choose_body(context, out);
    const bool body = may_have_body(out.keep.status);
    out.status = out.keep.status;
    out.head.reserve(1024);
    append_status_line(context, out);
    const bool head_only = context.request != nullptr && context.request->method() == Method::head;
    if (context.raw) {
        append_given_headers(context, out);
    } else {
        append_header(out.head, "Date", context.date);
        append_own_headers(context, chosen, out);
    }
    // What GET's length would be is unknown where HEAD was answered by another server.
    const bool unknown = context.raw && head_only && chosen.length == 0U;
    if (body && out.chunked) {
        out.head += "Transfer-Encoding: chunked\r\n";
    } else if (body && chosen.length && !unknown) {
        out.head += "Content-Length: ";
        append_number(out.head, *chosen.length);
        out.head += "\r\n";
    }
    if (!context.keep_alive || out.close) {
        out.head += "Connection: close\r\n";
    } else if (context.minor_version == 0) {
        out.head += "Connection: keep-alive\r\n";
    }
    out.head += "\r\n";
    if (!body || head_only) {
        out.bytes = {};
        out.file.reset();
        out.stream.reset();
        out.chunked = false;
    }
}

std::string_view reason_phrase(int status) noexcept {
    switch (status) {
        case 200: return "OK";
        case 201: return "Created";
        case 202: return "Accepted";
        case 204: return "No Content";
        case 206: return "Partial Content";
        case 301: return "Moved Permanently";
        case 302: return "Found";
        case 303: return "See Other";
        case 304: return "Not Modified";
        case 307: return "Temporary Redirect";
        case 308: return "Permanent Redirect";
        case 400: return "Bad Request";
        case 401: return "Unauthorized";
        case 403: return "Forbidden";
        case 404: return "Not Found";
        case 405: return "Method Not Allowed";
        case 406: return "Not Acceptable";
        case 408: return "Request Timeout";
        case 409: return "Conflict";
        case 410: return "Gone";
        case 412: return "Precondition Failed";
        case 413: return "Content Too Large";
        case 414: return "URI Too Long";
        case 415: return "Unsupported Media Type";
        case 417: return "Expectation Failed";
        case 422: return "Unprocessable Content";
        case 428: return "Precondition Required";
        case 429: return "Too Many Requests";
        case 431: return "Request Header Fields Too Large";
        case 500: return "Internal Server Error";
        case 501: return "Not Implemented";
        case 502: return "Bad Gateway";
        case 503: return "Service Unavailable";
        case 504: return "Gateway Timeout";
        case 505: return "HTTP Version Not Supported";
        case 507: return "Insufficient Storage";
        default: return "Status";
    }
}

std::string http_date(std::int64_t unix_seconds) {
    constexpr std::string_view days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    constexpr std::string_view months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                           "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    const std::int64_t day = unix_seconds / 86'400;
    const std::int64_t second = unix_seconds % 86'400;
    const Date date = Date::from_days(day);
    return fmt::format("{}, {:02} {} {} {:02}:{:02}:{:02} GMT", days[date.weekday() - 1], date.day,
                       months[date.month - 1], date.year, second / 3600, second / 60 % 60, second % 60);
}

}  // namespace wasl::http
