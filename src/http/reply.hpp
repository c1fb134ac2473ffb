// What a handler gives back: a Response at once, or a Later whose Responder is used from any thread.
#pragma once

#include "base/result.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace wasl::http {

struct Header {
    std::string name;
    std::string value;
};

using SharedBytes = std::shared_ptr<const std::string>;

class Body;  // body.hpp: what a request or a client's response has brought in

// An immutable body compressed once and served many times (sheets, assets): build with
// precompress() in compression.hpp, keep it, and give the pointer to every response.
struct Precompressed {
    std::string identity;
    std::string gzip;          // empty when compressing does not pay
    std::string content_type;  // with charset
    std::string etag;          // strong, quoted: of the identity bytes; the gzip form gets "-gz"
};

// A file sent in pieces by the pool, in constant memory. The path must not come from a request.
struct File {
    std::string path;
};

// A body pulled piece by piece on the pool: the server asks for the next piece only when the last
// one has left, so that a slow reader holds neither memory nor a thread. `next` appends to `out`
// (64 KB a call is right) and returns false after the last piece. An error cuts the connection,
// so that nobody takes a torn export for a whole one.
struct Stream {
    std::move_only_function<Result<bool>(std::string& out)> next;
};

struct Response {
    int status = 200;
    std::vector<Header> headers;
    std::variant<std::string, SharedBytes, std::shared_ptr<const Precompressed>, File, Stream,
                 std::shared_ptr<const Body>>
        body;
    // Compress the text body for readers that accept gzip. A page that holds a secret and echoes
    // what was typed must mask the secret afresh in every reply (BREACH): identity's CSRF tokens do.
    bool compress = false;
    // Written on raw routes in place of the phrase that belongs to the status; may be empty.
    std::optional<std::string> reason = {};

    Response& set(std::string_view name, std::string value);  // replaces
    Response& add(std::string_view name, std::string value);  // appends: Set-Cookie
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;  // empty when absent

    static Response html(std::string page, int status = 200);           // compress, no-store
    static Response text(std::string words, int status = 200);          // text/plain; charset=utf-8
    static Response json(std::string document, int status = 200);       // application/json
    static Response bytes(std::string content, std::string content_type);
    static Response redirect(std::string_view location, int status = 303);
    static Response empty(int status = 204);
    static Response shared(std::shared_ptr<const Precompressed> body);
    // Served as a download: Content-Disposition attachment with an RFC 8187 name, nosniff.
    static Response download(std::string content, std::string content_type, std::string_view filename);
};

// Content-Disposition value for a download; any Unicode file name (RFC 6266, RFC 8187).
std::string attachment_disposition(std::string_view filename);

// Completes one deferred reply. Move-only; send from any thread, once. Dropped unsent, it answers
// 500 and logs a defect. When the person has gone, send does nothing.
class Responder {
public:
    // Where the reply goes: a connection, or a test.
    class Target {
    public:
        virtual ~Target() = default;
        virtual void deliver(std::variant<Response, Error> reply) = 0;  // from any thread, once
        [[nodiscard]] virtual bool wanted() const noexcept = 0;
    };
    explicit Responder(std::shared_ptr<Target> target) noexcept : target_(std::move(target)) {}
    Responder(Responder&&) noexcept = default;
    Responder& operator=(Responder&&) noexcept;
    ~Responder();

    void send(Response response);
    void fail(const Error& error);  // rendered by the server's error page
    // True while the reply can still reach somebody; may turn false at any time.
    [[nodiscard]] bool wanted() const noexcept;

private:
    std::shared_ptr<Target> target_;
};

// Run by the server as soon as the handler has returned: hand the responder to the store's writer
// or to a pool and return at once.
//   return Later([&, request = request.keep()](Responder responder) mutable { … });
struct Later {
    explicit Later(std::move_only_function<void(Responder)> begin) : start(std::move(begin)) {}
    std::move_only_function<void(Responder)> start;
};

// An Error is rendered by the server's error page with the request's language.
using Reply = std::variant<Response, Later, Error>;

}  // namespace wasl::http
