// The client's side of one connection, one request after the other, and the loop it lives on.
#pragma once

#include "http/client.hpp"
#include "http/impl/channel.hpp"
#include "http/impl/response_reader.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <deque>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

namespace wasl::http {

using LinkTime = std::chrono::steady_clock::time_point;
class Counter;
class Histogram;
class Link;
struct Destination;

// Shared by all loops of a client.
struct ClientShared {
    ClientOptions options;
    std::size_t connections_per_loop = 1;
    std::atomic<bool> stopping{false};
    std::atomic<std::uint64_t> requests{0}, failed{0}, connections{0}, resumed{0}, reused{0}, retried{0};
    Counter* good_count = nullptr;
    Counter* failed_count = nullptr;
    Histogram* seconds = nullptr;
};

// One request from send() to done(), which is called exactly once: at the latest by the destructor.
struct Call {
    enum class Step { waiting, resolving, connecting, securing, sending, receiving };
    Call(Outgoing what, Client::Done whom) : request(std::move(what)), done(std::move(whom)) {}
    ~Call();
    Call(const Call&) = delete;
    Call& operator=(const Call&) = delete;

    void enter(Step next);
    [[nodiscard]] bool over() const noexcept { return !done; }
    [[nodiscard]] std::int64_t micros() const;  // since send()
    [[nodiscard]] std::string where() const;    // "host:port"
    [[nodiscard]] bool late(LinkTime now) const noexcept;

    Outgoing request;
    Client::Done done;
    LinkTime begun = std::chrono::steady_clock::now();
    LinkTime opened = begun;    // when its connection was begun
    LinkTime progress = begun;  // when bytes have moved last
    Step step = Step::waiting;
    Milestones at;
    bool reused = false;
    bool retried = false;
    std::optional<Error> sent_once;  // why the first try failed whose bytes may have arrived: it is what counts if the second fails
    std::weak_ptr<Link> link;  // that serves it
};
using CallPointer = std::shared_ptr<Call>;

// What one thread of the client owns.
class ClientLoop {
public:
    explicit ClientLoop(std::shared_ptr<ClientShared> with);
    ~ClientLoop();

    void submit(const CallPointer& call);
    void finish(const CallPointer& call, Result<Incoming> result);
    void stay_awake(std::chrono::microseconds time);
    void stop();
    // A link after a good response: its next call, or null: it is idle now. Retired: call `retire`.
    CallPointer next_call(const std::shared_ptr<Link>& link);
    void retire(Link& link);
    void retry(const CallPointer& call);

    std::shared_ptr<ClientShared> shared;
    std::set<Link*> links;
    std::vector<char> scratch;  // for bytes that are used up before anything waits
    boost::asio::io_context context{1};

private:
    void place(const CallPointer& call);
    void forget_unused();
    bool place_on_idle(Destination& destination, const CallPointer& call);
    void open(const std::shared_ptr<Destination>& destination, const CallPointer& call);
    void serve_waiting(const std::shared_ptr<Destination>& destination);
    void schedule_tick();
    void on_tick();
    void look_again();

    std::unordered_map<std::string, std::shared_ptr<Destination>> destinations_;
    std::set<CallPointer> calls_;
    std::size_t waiting_ = 0;
    bool ticking_ = false;
    bool awake_ = false;
    LinkTime awake_until_;
    boost::asio::steady_timer tick_{context};
    boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_{context.get_executor()};
};

// Host, port, TLS context and its server name: what connections are pooled by.
struct Destination {
    std::string key;
    std::shared_ptr<const TlsContext> tls;  // alive as long as its address is part of a key
    std::vector<std::shared_ptr<Link>> idle;  // the last used is used next
    std::size_t open = 0;
    std::deque<CallPointer> waiting;
    SslSession session;  // of the last handshake, for the next
};

class Link : public std::enable_shared_from_this<Link> {
public:
    Link(ClientLoop& loop, std::shared_ptr<Destination> destination, CallPointer call);
    ~Link();
    Link(const Link&) = delete;
    Link& operator=(const Link&) = delete;

    void start();
    void assign(CallPointer call);  // of an idle link
    void abort();
    [[nodiscard]] bool suits(const Call& call) const;
    [[nodiscard]] bool quiet() { return channel_.quiet(); }
    [[nodiscard]] const std::shared_ptr<Destination>& destination() const noexcept { return destination_; }
    bool retired = false;
    LinkTime idle_since;

private:
    friend struct LinkCoroutines;
    Result<void> check_secured();
    Error failure(std::string_view step, const Channel::Outcome& outcome) const;
    void take(ResponseReader& reader, std::size_t count);
    bool conclude(ResponseReader& reader);  // true: the connection may serve another call
    [[nodiscard]] bool may_retry(const ResponseReader& reader) const;

    ClientLoop& loop_;
    std::shared_ptr<Destination> destination_;
    CallPointer call_;
    std::shared_ptr<const TlsContext> tls_;  // keeps the context as long as the connection
    Channel channel_;
    SharedCertificate peer_;
    boost::asio::steady_timer event_;
    bool aborted_ = false;
    bool surplus_ = false;             // bytes behind the response: never another request
    std::uint64_t sent_before_ = 0;    // Channel::sent when the call began
    std::optional<Error> failure_;     // of the call
};

// What a server may serve on; each keeps its client's loop.
std::vector<std::shared_ptr<boost::asio::io_context>> loops_of(const Client& client);

// Whether a head can be made of it, or "http.client.request".
Result<void> check_sendable(const Outgoing& request);
// Head of a request that can be sent.
std::string request_head(const Outgoing& request, std::uint64_t body_size);

}  // namespace wasl::http
