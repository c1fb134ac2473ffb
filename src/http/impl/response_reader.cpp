#include "http/impl/response_reader.hpp"

#include "base/text.hpp"
#include "http/impl/fields.hpp"

#include <algorithm>

namespace wasl::http {

namespace {

constexpr int most_interim = 8;

std::unexpected<Error> malformed(std::string what) {
    return fail(Code::invalid, "http.client.malformed", std::move(what));
}

// HTTP-version SP 3DIGIT SP [reason]; the last blank is missing where some servers have no reason.
Result<void> read_status_line(std::string_view line, ResponseHead& head) {
    if (!line.starts_with("HTTP/1.") || line.size() < 12 || (line[7] != '0' && line[7] != '1') || line[8] != ' ') {
        return malformed("status line");
    }
    const auto code = length_digits(line.substr(9, 3));
    if (!code || *code < 100 || *code > 599 || (line.size() > 12 && line[12] != ' ')) {
        return malformed("status code");
    }
    head.minor_version = line[7] - '0';
    head.status = static_cast<int>(*code);
    head.reason = line.size() > 13 ? line.substr(13) : std::string_view{};
    if (!is_field_value(head.reason)) {
        return malformed("reason phrase");
    }
    return {};
}

Result<void> read_response_field(std::string_view line, ResponseHead& head, std::size_t most) {
    if (line.front() == ' ' || line.front() == '\t') {
        return malformed("folded line");
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
        return malformed("header name");
    }
    const std::string_view value = without_blanks(line.substr(colon + 1));
    if (!is_field_value(value)) {
        return malformed("header value");
    }
    if (head.headers.size() == most) {
        return fail(Code::too_large, "http.client.too-large", "number of headers");
    }
    head.headers.push_back({line.substr(0, colon), value});
    return {};
}

Result<void> read_response_framing(ResponseHead& head) {
    int lengths = 0;
    int encodings = 0;
    bool close = false;
    bool keep = false;
    for (const auto& [name, value] : head.headers) {
        if (equals_ignoring_ascii_case(name, "content-length")) {
            ++lengths;
            head.content_length = length_digits(value);
            if (!head.content_length) {
                return malformed("Content-Length");
            }
        } else if (equals_ignoring_ascii_case(name, "transfer-encoding")) {
            ++encodings;
            if (!equals_ignoring_ascii_case(value, "chunked")) {
                return malformed("Transfer-Encoding");
            }
        } else if (equals_ignoring_ascii_case(name, "connection")) {
            for (const std::string_view item : split(value, ',')) {
                close = close || equals_ignoring_ascii_case(without_blanks(item), "close");
                keep = keep || equals_ignoring_ascii_case(without_blanks(item), "keep-alive");
            }
        }
    }
    head.keep_alive = !close && (keep || head.minor_version == 1);
    if (lengths > 1) {
        return malformed("several Content-Length");
    }
    if (encodings > 1 || (encodings == 1 && (lengths != 0 || head.minor_version == 0))) {
        return malformed("Transfer-Encoding beside another length, or of HTTP/1.0");
    }
    head.chunked = encodings == 1;
    const bool bodiless = head.status == 204 || head.status < 200;
    if (bodiless && (head.chunked || head.content_length.value_or(0) != 0)) {
        return malformed("a body where none can be");
    }
    return {};
}

}  // namespace

Result<ResponseHead> parse_response_head(std::string_view bytes, const ResponseLimits& limits) {
    if (!bytes.ends_with("\r\n\r\n") || head_length(bytes) != bytes.size()) {
        return malformed("head without end");
    }
    ResponseHead head;
    head.headers.reserve(16);
    std::string_view rest = bytes.substr(0, bytes.size() - 2);
    for (bool first = true; !rest.empty(); first = false) {
        const std::size_t end = rest.find("\r\n");
        const std::string_view line = rest.substr(0, end);
        rest.remove_prefix(end + 2);
        if (first) {
            TRY(read_status_line(line, head));
        } else if (line.empty()) {
            return malformed("empty line");
        } else {
            TRY(read_response_field(line, head, limits.header_count));
        }
    }
    TRY(read_response_framing(head));
    return head;
}

void ResponseReader::refuse(Error error) {
    error_ = std::move(error);
    keep_alive_ = false;
}

std::unique_ptr<Body> ResponseReader::new_body() const {
    return std::make_unique<Body>(settings_.limits.body_in_memory, settings_.folder, settings_.sha512);
}

void ResponseReader::take(std::string_view& input) {
    while (!input.empty() && !error_ && state_ != State::done) {
        begun_ = true;
        switch (state_) {
            case State::head: take_head(input); break;
            case State::body: take_body(input); break;
            case State::until_end: take_until_end(input); break;
            case State::done: break;
        }
    }
}

void ResponseReader::take_head(std::string_view& input) {
    const std::size_t before = head_.size();
    head_ += input.substr(0, settings_.limits.head_bytes - before);
    const std::size_t length = head_length(head_, before);
    if (length == 0) {
        input.remove_prefix(head_.size() - before);
        if (has_bare_line_feed(head_)) {
            refuse({Code::invalid, "http.client.malformed", "bare line feed"});
        } else if (head_.size() >= settings_.limits.head_bytes) {
            refuse({Code::too_large, "http.client.too-large", "head"});
        }
        return;
    }
    input.remove_prefix(length - before);
    head_.resize(length);
    if (has_bare_line_feed(head_)) {  // said first, so that it does not matter how the bytes were cut
        refuse({Code::invalid, "http.client.malformed", "bare line feed"});
        return;
    }
    auto head = parse_response_head(head_, settings_.limits);
    if (!head) {
        refuse(std::move(head.error()));
        return;
    }
    if (head->status < 200) {
        if (head->status == 101 || ++interim_ > most_interim) {
            refuse({Code::invalid, "http.client.malformed", "interim response"});
        }
        head_.clear();
        return;
    }
    begin_body(*head);
}

void ResponseReader::begin_body(const ResponseHead& head) {
    incoming_.status = head.status;
    incoming_.reason = std::string(head.reason);
    incoming_.headers.reserve(head.headers.size());
    for (const HeaderView& field : head.headers) {
        incoming_.headers.push_back({std::string(field.name), std::string(field.value)});
    }
    keep_alive_ = head.keep_alive;
    const bool bodiless = settings_.head_method || head.status == 204 || head.status == 304;
    if (!bodiless && !head.chunked && !head.content_length) {
        state_ = State::until_end;
        keep_alive_ = false;
        body_ = new_body();
        return;
    }
    Head frame;
    frame.chunked = !bodiless && head.chunked;
    frame.content_length = bodiless ? 0 : head.content_length.value_or(0);
    reader_.emplace(frame, settings_.limits.body, new_body());
    state_ = reader_->needs_more() || reader_->error() ? State::body : State::done;
    if (reader_->error()) {
        refuse({Code::too_large, "http.client.too-large", "body"});
    }
}

void ResponseReader::take_body(std::string_view& input) {
    reader_->take(input);
    if (const auto& wrong = reader_->error()) {
        if (wrong->key == "http.body-too-large") {
            refuse({Code::too_large, "http.client.too-large", "body"});
        } else if (wrong->key == "http.chunk") {
            refuse({Code::invalid, "http.client.malformed", "chunked coding"});
        } else {
            refuse(*wrong);
        }
    } else if (!reader_->needs_more()) {
        state_ = State::done;
    }
}

void ResponseReader::take_until_end(std::string_view& input) {
    if (body_->size() + input.size() > settings_.limits.body) {
        refuse({Code::too_large, "http.client.too-large", "body"});
    } else if (auto kept = body_->append(input); !kept) {
        refuse(std::move(kept.error()));
    }
    input = {};
}

void ResponseReader::end(bool properly) {
    if (error_ || state_ == State::done) {
        return;
    }
    if (state_ == State::until_end && properly) {
        state_ = State::done;
        return;
    }
    refuse({Code::unavailable, "http.client.closed",
            begun_ ? "the response is cut short" : "before the response's first byte"});
}

Result<Incoming> ResponseReader::finish() {
    if (error_) {
        return std::unexpected(*error_);
    }
    if (reader_) {
        auto body = TRY(reader_->finish());
        incoming_.body = std::move(body);
    } else {
        TRY(body_->finish());
        incoming_.body = std::move(body_);
    }
    return std::move(incoming_);
}

}  // namespace wasl::http
