// The server: one loop a core, strict reading, limits and deadlines, TLS with reload.
#pragma once

#include "base/result.hpp"
#include "http/pool.hpp"
#include "http/router.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace wasl::http {

struct Limits {
    std::size_t head_bytes = 16U << 10U;      // request line and headers; more is 431
    std::size_t target_bytes = 8U << 10U;     // more is 414
    std::size_t header_count = 100;           // more is 431
    std::size_t body_in_memory = 64U << 10U;  // more goes to an unlinked file
    std::size_t connections = 10'000;         // more are closed at once
    std::size_t connections_per_address = 200;  // IPv6: per /64; the believed proxy is exempt
    std::chrono::milliseconds head{10'000};   // from its first byte to its last
    std::chrono::milliseconds idle{60'000};   // between two requests of one connection
    std::chrono::milliseconds body{30'000};   // plus the time the bytes take at body_bytes_per_second
    std::size_t body_bytes_per_second = 1024;  // a bad network may be slow, not still
    std::chrono::milliseconds write{60'000};  // for each 256 KB
    std::chrono::milliseconds later{60'000};  // for a deferred reply, then 503
};

enum class ClientCertificates { none, optional, required };

struct Tls {
    std::string certificate_file;  // PEM, leaf first
    std::string key_file;          // PEM
    // Whether the other side is asked for a certificate; `required` refuses a handshake without one.
    // The handler reads it as Request::client_certificate.
    ClientCertificates client_certificates = ClientCertificates::none;
    // PEM: its chain must lead to one of these and be valid. Empty: any certificate whose key the
    // other side holds is let in, even an expired one, and the handler decides (by the registry).
    std::string client_ca_file = {};
    bool only_tls13 = false;  // else 1.2 and 1.3
};

// One finished request, for the access log.
struct Access {
    std::string_view id, method, pattern, peer;
    int status = 0;
    std::uint64_t bytes = 0;   // of the reply's body
    std::int64_t micros = 0;   // from the last byte of the request to the first of the reply
};
// "id=… method=GET route=/a/{x} status=200 bytes=12 micros=80 peer=192.0.2.x": the route's pattern, not the path,
// and the address cut to its network: an access log is no register of who read what.
std::string access_line(const Access& access);

class Metrics;
class Client;

struct Options {
    std::string address = "127.0.0.1";  // numeric, IPv4 or IPv6
    std::uint16_t port = 8080;          // 0: any free port, see Server::port
    unsigned threads = 0;               // loops; 0: one a core
    // Serves on the loops of this client instead of on own ones: what is asked here and passed on there then stays on
    // one thread. The client is stopped after the server; a handler must not wait for it.
    std::shared_ptr<Client> client;
    unsigned pool_threads = 2;          // for streams and files; and jobs of the handlers
    std::vector<Tls> tls;               // none: plain HTTP; one: TLS; more than one is refused
    std::vector<std::string> behind_proxy;  // addresses whose X-Forwarded-For and -Proto are believed
    Limits limits;
    std::string temporary_folder = "/tmp";
    bool hsts = true;                   // Strict-Transport-Security when secure
    // Added to every response that does not set the header itself; default: security_headers.hpp.
    std::vector<Header> default_headers;
    // The page for an error after routing; `incident` is the request's id. Default: a plain line.
    std::function<Response(const Request&, const Error&)> error_page;
    // The answer to what is refused before there is a request: a head that is malformed, too large or too slow. Default: a
    // plain line of the first two ("431 http.head-too-large"). `seen`: what was read of the head, and perhaps what came
    // behind it.
    std::function<Response(int status, std::string_view key, std::string_view seen)> refusal_page;
    // Called on the loop before the response is written; default none. May add headers.
    std::function<void(const Request&, Response&)> before_send;
    std::function<void(const Access&)> access_log;  // default none
    Metrics* metrics = nullptr;         // counts http_requests_total etc. there; must outlive the server
};

class Server {
public:
    // Binds and loads the certificate, so that mistakes show at once. Keys: "http.address",
    // "http.port-in-use", "http.tls".
    static Result<Server> create(Options options, Router router);
    Server(Server&&) noexcept;
    Server& operator=(Server&&) noexcept;
    ~Server();  // stops

    void start();                 // begins to accept, on own threads; returns
    // Stops accepting, lets running requests finish for `grace`, closes the rest, joins.
    void stop(std::chrono::milliseconds grace = std::chrono::milliseconds{5'000});
    // start(), then waits until stop() is called from another thread (a signal's).
    void run();

    [[nodiscard]] std::uint16_t port() const noexcept;
    [[nodiscard]] Pool& pool() noexcept;
    // Reads the certificate files again now; also done every 5 s when they have changed.
    // A bad pair leaves the old one in use and is logged. Key "http.tls".
    Result<void> reload_tls();

    struct Impl;

private:
    explicit Server(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::http
