#include "http/reply.hpp"

#include "base/log.hpp"
#include "base/text.hpp"

namespace wasl::http {

Response& Response::set(std::string_view name, std::string value) {
    for (Header& header : headers) {
        if (equals_ignoring_ascii_case(header.name, name)) {
            header.value = std::move(value);
            return *this;
        }
    }
    headers.push_back({std::string(name), std::move(value)});
    return *this;
}

Response& Response::add(std::string_view name, std::string value) {
    headers.push_back({std::string(name), std::move(value)});
    return *this;
}

std::string_view Response::header(std::string_view name) const noexcept {
    for (const Header& header : headers) {
        if (equals_ignoring_ascii_case(header.name, name)) {
            return header.value;
        }
    }
    return {};
}

Response Response::html(std::string page, int status) {
    Response out;
    out.status = status;
    out.headers.reserve(8);
    out.headers.push_back({"Content-Type", "text/html; charset=utf-8"});
    out.headers.push_back({"Cache-Control", "no-store"});
    out.body = std::move(page);
    out.compress = true;
    return out;
}

Response Response::text(std::string words, int status) {
    Response out;
    out.status = status;
    out.headers.push_back({"Content-Type", "text/plain; charset=utf-8"});
    out.body = std::move(words);
    return out;
}

Response Response::json(std::string document, int status) {
    Response out;
    out.status = status;
    out.headers.push_back({"Content-Type", "application/json"});
    out.headers.push_back({"Cache-Control", "no-store"});
    out.body = std::move(document);
    return out;
}

Response Response::bytes(std::string content, std::string content_type) {
    Response out;
    out.headers.push_back({"Content-Type", std::move(content_type)});
    out.body = std::move(content);
    return out;
}

Response Response::redirect(std::string_view location, int status) {
    Response out;
    out.status = status;
    std::string encoded;  // a Location is ASCII; Arabic in a path arrives here decoded
    for (const char c : location) {
        const auto byte = static_cast<unsigned char>(c);
        encoded += byte > 0x20 && byte < 0x7F ? std::string(1, c) : percent_encode(std::string_view(&c, 1));
    }
    out.headers.push_back({"Location", std::move(encoded)});
    out.headers.push_back({"Cache-Control", "no-store"});
    return out;
}

Response Response::empty(int status) {
    Response out;
    out.status = status;
    return out;
}

Response Response::shared(std::shared_ptr<const Precompressed> body) {
    Response out;
    out.body = std::move(body);
    return out;
}

Response Response::download(std::string content, std::string content_type, std::string_view filename) {
    Response out = bytes(std::move(content), std::move(content_type));
    out.set("Content-Disposition", attachment_disposition(filename));
    out.set("X-Content-Type-Options", "nosniff");
    out.set("Cache-Control", "no-store");
    return out;
}

Responder& Responder::operator=(Responder&& other) noexcept {
    if (this != &other) {
        const Responder dropped(std::move(target_));  // answers 500 when it was still owed
        target_ = std::move(other.target_);
    }
    return *this;
}

Responder::~Responder() {
    if (target_) {
        log::error("http.reply-forgotten");
        target_->deliver(Error{Code::internal, "http.defect", "reply forgotten"});
    }
}

void Responder::send(Response response) {
    if (const auto target = std::exchange(target_, nullptr)) {
        target->deliver(std::move(response));
    }
}

void Responder::fail(const Error& error) {
    if (const auto target = std::exchange(target_, nullptr)) {
        target->deliver(error);
    }
}

bool Responder::wanted() const noexcept { return target_ && target_->wanted(); }

std::string attachment_disposition(std::string_view filename) {
    std::string plain;  // for the few readers that do not know filename*
    for (const char c : filename) {
        const bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                          c == '_' || c == '.';
        plain += good ? c : '_';
    }
    return "attachment; filename=\"" + plain + "\"; filename*=UTF-8''" + percent_encode(filename);
}

}  // namespace wasl::http
