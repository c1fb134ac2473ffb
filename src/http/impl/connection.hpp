// One connection of a client: reads, routes, writes, one request after the other.
#pragma once

#include "http/certificate.hpp"
#include "http/head.hpp"
#include "http/impl/loop.hpp"
#include "http/impl/writer.hpp"
#include "http/message.hpp"
#include "http/reply.hpp"

#include <memory>
#include <optional>
#include <string>

namespace wasl::http {

// A stream's pull, shared between the connection and the pool's job.
struct Pull {
    explicit Pull(Stream from) : stream(std::move(from)) {}
    void run();
    Stream stream;
    std::string piece;
    Result<bool> more = true;
};

// What is answered before routing, in one plain line or by Options::refusal_page.
struct Refusal {
    int status = 400;
    std::string key;
};

// The part that does not depend on TLS and does not wait. Lives on its loop's thread; only its mailbox is reached from others.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(std::shared_ptr<Loop> loop, std::shared_ptr<Shared> shared, std::string peer, bool tls);
    virtual ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Called by the loop's tick. Interrupts what waits longer than it may.
    void check_deadline(SteadyTime now);
    // Called when the server stops: idle connections end now, others after their reply.
    void begin_stop();
    void abort();  // ends at once

    // A deferred reply, or the next piece of a stream, has come. Stale sequences are ignored.
    void deliver(std::uint64_t sequence, std::variant<Response, Error> reply);
    void piece_ready(std::uint64_t sequence);

protected:
    enum class Phase { idle, head, body, waiting, writing, closing };

    virtual void cancel_socket() = 0;
    virtual void close_socket() = 0;
    void enter(Phase phase, std::chrono::milliseconds allowed);
    void signal();

    Reply handle();                       // calls the route; an exception becomes "http.defect"
    void start_later(Later& later);
    // Makes request_ of a head; false: refused, the reply is in out_.
    bool build_request(const Head& head, std::string_view bytes);
    [[nodiscard]] std::unique_ptr<Body> new_body() const;
    [[nodiscard]] std::chrono::milliseconds patience() const;  // for a deferred reply
    Response take_delivered();            // or 503 when none came in time
    Response render(const Error& error);  // by the server's error page
    void note_handshake(const boost::system::error_code& error) const;
    void begin_reply() { begun_ = std::chrono::steady_clock::now(); }
    void prepare_reply(Response response, Rendered& outgoing);  // its head goes to out_
    void append(Response response);       // whole, to out_: what is followed by the end of the connection
    void refuse(std::string_view seen);   // refusal_ to out_
    void refuse_unreadable(const HeadError& error);  // by the server's error page: only the target was wrong
    bool start_pull(const std::shared_ptr<Pull>& pull);  // on the pool; piece_ready follows

    std::shared_ptr<Loop> loop_;
    std::shared_ptr<Shared> shared_;
    std::string peer_;
    std::string peer_key_;
    bool proxy_ = false;
    bool tls_ = false;
    bool aborted_ = false;
    bool expired_ = false;
    Phase phase_ = Phase::idle;
    SteadyTime deadline_ = SteadyTime::max();

    asio::steady_timer event_;
    bool signalled_ = false;
    std::uint64_t sequence_ = 0;  // of the wait whose answer is wanted
    std::optional<std::variant<Response, Error>> delivered_;

    std::string out_;  // bytes to be sent with the next flush
    std::optional<Refusal> refusal_;
    std::shared_ptr<Request> request_;
    SharedCertificate certificate_;      // of the peer
    const Router::Raw* raw_ = nullptr;   // the route, when it is one
    std::size_t body_limit_ = 0;
    std::string_view pattern_;  // of the route; the router lives as long as the loops
    bool keep_alive_ = true;
    int minor_version_ = 1;
    SteadyTime begun_;

private:
    WriteContext write_context();
    void note(const Rendered& outgoing);
    [[nodiscard]] Response refusal_page(std::string_view seen) const;
};

// Logs what ended a connection's coroutine: a defect of ours.
void report_defect(const std::exception_ptr& defect);

// Starts the coroutine of an accepted socket.
void serve(Tcp::socket socket, std::shared_ptr<Loop> loop, std::shared_ptr<Shared> shared, std::string peer);

}  // namespace wasl::http
