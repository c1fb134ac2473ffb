#include "http/testing.hpp"

#include "base/text.hpp"
#include "http/body.hpp"
#include "http/impl/request_builder.hpp"

#include <fmt/format.h>

#include <chrono>
#include <fstream>
#include <future>
#include <sstream>
#include <stdexcept>

namespace wasl::http {

namespace {

class Waiting final : public Responder::Target {
public:
    void deliver(std::variant<Response, Error> reply) override { promise.set_value(std::move(reply)); }
    [[nodiscard]] bool wanted() const noexcept override { return true; }
    std::promise<std::variant<Response, Error>> promise;
};

Response error_response(const Error& error) {
    const int status = http_status(error.code);
    return Response::text(fmt::format("{} {}\n", status, error.key), status);
}

Response wait_for(Later& later) {
    auto waiting = std::make_shared<Waiting>();
    auto future = waiting->promise.get_future();
    later.start(Responder(waiting));
    if (future.wait_for(std::chrono::seconds(30)) != std::future_status::ready) {
        throw std::logic_error("a Later that is never answered");
    }
    auto reply = future.get();
    if (auto* response = std::get_if<Response>(&reply)) {
        return std::move(*response);
    }
    return error_response(std::get<Error>(reply));
}

}  // namespace

Request make_request(TestRequest what, const Router* router) {
    const std::string_view method = what.method_text.empty() ? to_string(what.method) : what.method_text;
    std::string head = fmt::format("{} {} HTTP/1.1\r\n", method, what.target);
    bool host = false;
    for (const Header& header : what.headers) {
        head += fmt::format("{}: {}\r\n", header.name, header.value);
        host = host || equals_ignoring_ascii_case(header.name, "host");
    }
    head += host ? "" : "Host: localhost\r\n";
    head += what.body.empty() ? "" : fmt::format("Content-Length: {}\r\n", what.body.size());
    head += "\r\n";
    const auto parsed = parse_head(head, {}, router);
    if (!parsed) {
        throw std::logic_error("test request refused: " + std::string(parsed.error().key));
    }
    const Origin origin{what.peer, what.secure, false, what.client_certificate};
    const Router::Raw* const raw = router != nullptr ? router->find_raw(parsed->target) : nullptr;
    auto request = raw != nullptr ? RequestBuilder::build_raw(*parsed, head, origin, "test", raw->prefix)
                                  : RequestBuilder::build(*parsed, head, origin, "test");
    if (!request) {
        throw std::logic_error("test request refused: " + std::string(request.error().key));
    }
    auto body = std::make_unique<Body>(std::size_t{64} << 20U, "/tmp", raw != nullptr && raw->options.sha512);
    if (!body->append(what.body) || !body->finish()) {
        throw std::logic_error("test body");
    }
    RequestBuilder::give_body(*request, std::move(body));
    return std::move(*request);
}

Response call(const Router& router, Request request) {
    const auto held = std::make_shared<Request>(std::move(request));
    Reply reply = router.handle(*held);
    if (auto* response = std::get_if<Response>(&reply)) {
        return std::move(*response);
    }
    if (auto* later = std::get_if<Later>(&reply)) {
        return wait_for(*later);
    }
    return error_response(std::get<Error>(reply));
}

std::string body_of(Response& response) {
    if (const auto* text = std::get_if<std::string>(&response.body)) {
        return *text;
    }
    if (const auto* shared = std::get_if<SharedBytes>(&response.body)) {
        return **shared;
    }
    if (const auto* made = std::get_if<std::shared_ptr<const Precompressed>>(&response.body)) {
        return (*made)->identity;
    }
    if (const auto* file = std::get_if<File>(&response.body)) {
        std::ostringstream bytes;
        bytes << std::ifstream(file->path, std::ios::binary).rdbuf();
        return std::move(bytes).str();
    }
    if (const auto* body = std::get_if<SharedBody>(&response.body)) {
        return std::string((*body)->view());
    }
    std::string out;
    auto& stream = std::get<Stream>(response.body);
    for (bool more = true; more;) {
        auto next = stream.next(out);
        if (!next) {
            throw std::logic_error("stream: " + next.error().key);
        }
        more = *next;
    }
    return out;
}

}  // namespace wasl::http
