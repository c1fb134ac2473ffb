// An asynchronous client of HTTP/1.1: pooled kept-alive connections, strict reading, TLS with
// certificates of both sides. Redirects are never followed, nothing is decompressed, no cookie kept.
//
//   auto client = TRY(Client::create({}));
//   client.send({.host = "127.0.0.1", .port = 8080, .target = "/r1/…"}, [](Result<Incoming> answer) { … });
//
// Errors name the step that failed; the detail says host and port and what the system or OpenSSL said:
//   http.client.request    the request itself can not be sent (a character, a port, an own Host)
//   http.client.resolve    the name has no address
//   http.client.connect    no connection
//   http.client.tls        the handshake failed, or the other side refused our certificate
//   http.client.tls-peer   a certificate, but not the expected one, or outside its validity
//   http.client.write      the connection broke while the request was sent
//   http.client.read       it broke while the response was read
//   http.client.closed     the other side ended the connection before the response was whole
//   http.client.timeout    detail says in which step
//   http.client.malformed  the response breaks RFC 9112
//   http.client.too-large  a limit: head, headers or body of the response
//   http.client.busy       too many requests wait for a connection
//   http.client.stopped    the client is stopping
// and "http.body-storage" when the response's body could not be kept. `Code` is unavailable, but for
// request and malformed (invalid), too-large (too_large).
#pragma once

#include "base/digest.hpp"
#include "base/result.hpp"
#include "http/body.hpp"
#include "http/certificate.hpp"
#include "http/reply.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace boost::asio {
class io_context;
}

namespace wasl::http {

// Whom to believe and what to show. At least one of ca_files, system_ca and peers (here or with the
// request) must say whom, unless `verify` is off.
struct TlsSettings {
    std::vector<std::string> ca_files;  // PEM, roots and intermediates: the chain must lead to one
    bool system_ca = false;             // the system's roots as well
    // Exact certificates by fingerprint. With peers alone no chain and no name is asked, only that the
    // certificate is one of them and within its validity.
    std::vector<Digest> peers = {};
    std::string certificate_file = {};  // PEM, leaf first; empty: none is shown
    std::string key_file = {};          // PEM
    bool only_tls13 = false;            // else 1.2 and 1.3
    bool verify = true;                 // off: any certificate
    bool check_name = true;             // with a chain: the host must stand in the certificate (RFC 9525)
};

// Settings loaded once and shared by many requests; connections are pooled per context, so that a
// renewed certificate is used as soon as requests come with a new context.
class TlsContext;
// Key "http.client.tls"; the detail names the file.
Result<std::shared_ptr<const TlsContext>> load_tls_context(const TlsSettings& settings);
// The certificate that is shown, null when none.
SharedCertificate own_certificate(const TlsContext& context);

// A part of a file. The path must not come from a request.
struct FileRange {
    std::string path;
    std::uint64_t offset = 0;
    std::uint64_t length = 0;
};

struct Timeouts {
    std::chrono::milliseconds connect{5'000};  // name, connection and handshake together
    std::chrono::milliseconds idle{30'000};    // no byte moves in either direction
    std::chrono::milliseconds whole{60'000};   // from send() to the last byte, waiting for a connection included
};

struct ResponseLimits {
    std::size_t head_bytes = 32U << 10U;  // status line and headers
    std::size_t header_count = 200;
    std::size_t body = 64U << 20U;
    std::size_t body_in_memory = 64U << 10U;  // more goes to an unlinked file
};

struct Outgoing {
    std::string host = {};                          // name or numeric address, IPv6 without brackets
    std::uint16_t port = 0;
    std::shared_ptr<const TlsContext> tls = {};     // null: http, else https
    std::string method = "GET";                     // any token; case kept
    std::string target = "/";                       // sent as it is; refused with blanks or control characters
    // Sent in order with their letter case. The client adds Host (unless given), Content-Length and
    // Connection itself: the last two and Transfer-Encoding are refused here.
    std::vector<Header> headers = {};
    std::variant<std::string, SharedBytes, SharedBody, FileRange> body = {};
    std::vector<Digest> peers = {};    // when not empty: the certificate must be one of these; see TlsSettings::peers
    std::string server_name = {};      // for TLS; empty: host
    Timeouts timeouts = {};
    ResponseLimits limits = {};
    bool sha512 = false;               // Incoming::body carries its SHA-512
    bool fresh = false;                // on a connection of its own, which is closed afterwards
};

// Microseconds since send(); 0: did not happen (a pooled connection neither connects nor shakes hands).
struct Milestones {
    std::int64_t resolved = 0;
    std::int64_t connected = 0;
    std::int64_t secured = 0;
    std::int64_t sent = 0;        // last byte of the request given to the system
    std::int64_t first_byte = 0;  // of the response
    std::int64_t last_byte = 0;
};

struct Incoming {
    int status = 0;
    std::string reason;           // as sent, may be empty
    std::vector<Header> headers;  // in order, letter case kept, framing headers included
    SharedBody body;              // never null
    SharedCertificate peer;       // null over plain http
    bool reused = false;          // came over a pooled connection
    Milestones at;

    // First value, names compared without case; empty when absent.
    [[nodiscard]] std::string_view header(std::string_view name) const noexcept;
    [[nodiscard]] std::string_view bytes() const noexcept { return body ? body->view() : std::string_view{}; }
};

class Metrics;

struct ClientOptions {
    unsigned threads = 1;                          // loops
    std::size_t connections = 128;                 // to one destination, divided among the loops
    std::size_t waiting = 10'000;                  // requests without a connection, all destinations of one loop
    std::chrono::milliseconds keep_idle{20'000};   // less than the server's idle time
    std::string temporary_folder = "/tmp";
    Metrics* metrics = nullptr;                    // http_client_* there; must outlive the client
};

struct ClientCounts {
    std::uint64_t requests = 0;     // finished, well or not
    std::uint64_t failed = 0;
    std::uint64_t connections = 0;  // opened
    std::uint64_t resumed = 0;      // of these: TLS sessions resumed
    std::uint64_t reused = 0;       // requests sent over a pooled connection
    std::uint64_t retried = 0;      // sent again since a pooled connection had died
};

// Thread-safe. Never blocks but in stop().
class Client {
public:
    using Done = std::move_only_function<void(Result<Incoming>)>;

    static Result<Client> create(ClientOptions options = {});
    Client(Client&&) noexcept;
    Client& operator=(Client&&) noexcept;
    ~Client();  // stops

    // `done` is called exactly once, on a loop of the client (in the caller's thread after stop()); it
    // must not block. A pooled connection that has died is replaced once, when no byte was sent or
    // the method is idempotent (RFC 9110 §9.2.2); nothing else is ever sent twice. If the second try fails too, the error is
    // that of the first when bytes of it were sent: they may have arrived.
    void send(Outgoing request, Done done);

    // Called on one of the loops: it does not sleep before `time` is over, but goes on looking for what arrives, and gives way
    // to other threads meanwhile. For an answer that is expected sooner than a processor at rest wakes up; it costs a
    // processor as long. Elsewhere without effect.
    void stay_awake(std::chrono::microseconds time);

    // Ends what runs with "http.client.stopped", closes all connections, joins the loops. Not from a
    // loop of the client itself.
    void stop();

    [[nodiscard]] ClientCounts counts() const noexcept;

    struct Impl;

private:
    friend std::vector<std::shared_ptr<boost::asio::io_context>> loops_of(const Client& client);
    explicit Client(std::unique_ptr<Impl> impl);
    std::unique_ptr<Impl> impl_;
};

}  // namespace wasl::http
