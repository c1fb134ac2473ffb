// One connection of a client: reads, routes, writes, one request after the other.
#pragma once

#include "http/head.hpp"
#include "http/impl/loop.hpp"
#include "http/message.hpp"
#include "http/reply.hpp"

#include <memory>
#include <optional>
#include <string>

namespace wasl::http {

// The part that does not depend on TLS. Lives on its loop's thread; only Mailbox comes from others.
class Connection : public std::enable_shared_from_this<Connection> {
public:
    Connection(std::shared_ptr<Loop> loop, std::shared_ptr<Shared> shared, std::string peer);
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

    std::shared_ptr<Loop> loop_;
    std::shared_ptr<Shared> shared_;
    std::string peer_;
    std::string peer_key_;
    bool proxy_ = false;
    bool aborted_ = false;
    bool expired_ = false;
    Phase phase_ = Phase::idle;
    SteadyTime deadline_ = SteadyTime::max();

    asio::steady_timer event_;
    bool signalled_ = false;
    std::uint64_t sequence_ = 0;  // of the wait whose answer is wanted
    std::optional<std::variant<Response, Error>> delivered_;
};

// Starts the coroutine of an accepted socket.
void serve_plain(Tcp::socket socket, std::shared_ptr<Loop> loop, std::shared_ptr<Shared> shared, std::string peer);
void serve_tls(Tcp::socket socket, std::shared_ptr<Loop> loop, std::shared_ptr<Shared> shared, std::string peer);

}  // namespace wasl::http
