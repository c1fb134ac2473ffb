#include "http/server.hpp"

#include "base/clock.hpp"
#include "base/log.hpp"
#include "base/text.hpp"
#include "http/impl/connection.hpp"
#include "http/impl/link.hpp"
#include "http/impl/loop.hpp"
#include "http/impl/tls.hpp"
#include "http/security_headers.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>
#include <sys/socket.h>

#include <algorithm>
#include <condition_variable>
#include <cstring>
#include <future>
#include <thread>

namespace wasl::http {

namespace {

using boost::system::error_code;
constexpr std::chrono::seconds tls_check{5};
constexpr std::chrono::milliseconds accept_retry{100};

std::string text_of(const Tcp::endpoint& peer) {
    asio::ip::address address = peer.address();
    if (address.is_v6() && address.to_v6().is_v4_mapped()) {
        address = asio::ip::make_address_v4(asio::ip::v4_mapped, address.to_v6());
    }
    return address.to_string();
}

Response plain_error(const Request&, const Error& error) {
    const int status = http_status(error.code);
    return Response::text(fmt::format("{} {}\n", status, error.key), status);
}

// Several of our own loops share the port; nobody else may. SO_REUSEPORT alone would let a second
// `serve` of the same user steal half of the connections in silence.
Result<void> refuse_taken_port(const Tcp::endpoint& at) {
    asio::io_context context;
    Tcp::acceptor probe(context);
    error_code error;
    (void)probe.open(at.protocol(), error);
    (void)probe.set_option(Tcp::acceptor::reuse_address(true), error);
    (void)probe.bind(at, error);
    if (error) {
        return fail(Code::conflict, error == asio::error::address_in_use ? "http.port-in-use" : "http.address",
                    error.message());
    }
    return {};
}

Result<void> listen_on(Tcp::acceptor& acceptor, const Tcp::endpoint& at) {
    error_code error;
    (void)acceptor.open(at.protocol(), error);
    if (!error) {
        (void)acceptor.set_option(Tcp::acceptor::reuse_address(true), error);
    }
    const int yes = 1;
    if (!error && ::setsockopt(acceptor.native_handle(), SOL_SOCKET, SO_REUSEPORT, &yes, sizeof yes) != 0) {
        return fail(Code::internal, "http.address", std::strerror(errno));
    }
    if (!error) {
        (void)acceptor.bind(at, error);
    }
    if (!error) {
        (void)acceptor.listen(1024, error);
    }
    if (error) {
        return fail(Code::conflict, error == asio::error::address_in_use ? "http.port-in-use" : "http.address",
                    error.message());
    }
    return {};
}

std::chrono::milliseconds tick_of(const Limits& limits) {
    const auto least = std::min({limits.head, limits.idle, limits.body, limits.write, limits.later});
    return std::clamp(least / 4, std::chrono::milliseconds(10), std::chrono::milliseconds(250));
}

}  // namespace

struct Server::Impl {
    std::shared_ptr<Shared> shared = std::make_shared<Shared>();
    std::vector<std::shared_ptr<Loop>> loops;
    std::vector<std::thread> threads;
    std::uint16_t port = 0;
    TlsStamp stamp;  // under shared->tls_mutex
    SteadyTime next_tls_check;
    std::chrono::milliseconds tick{250};
    std::mutex mutex;
    std::condition_variable changed;
    enum class State { ready, running, stopping, stopped } state = State::ready;

    Result<void> listen();
    Result<void> load();
    bool tls_files_changed();
    void accept(const std::shared_ptr<Loop>& loop);
    void take(Tcp::socket socket, const std::shared_ptr<Loop>& loop);
    void schedule_tick(const std::shared_ptr<Loop>& loop);
    void on_tick(const std::shared_ptr<Loop>& loop);
    template <class Do>
    void on_every_loop(Do what);
    void leave_lent_loops();
};

Result<void> Server::Impl::listen() {
    const Options& options = shared->options;
    error_code error;
    const auto address = asio::ip::make_address(options.address, error);
    if (error) {
        return fail(Code::invalid, "http.address", options.address);
    }
    Tcp::endpoint at(address, options.port);
    if (options.port != 0) {
        TRY(refuse_taken_port(at));
    }
    const unsigned count = options.threads != 0 ? options.threads : std::max(1U, std::thread::hardware_concurrency());
    const auto lent = options.client ? loops_of(*options.client) : std::vector<std::shared_ptr<asio::io_context>>();
    for (unsigned i = 0; i < (lent.empty() ? count : lent.size()); ++i) {
        auto loop = lent.empty() ? std::make_shared<Loop>() : std::make_shared<Loop>(lent[i]);
        TRY(listen_on(loop->acceptor, at));
        at.port(loop->acceptor.local_endpoint().port());
        loops.push_back(std::move(loop));
    }
    port = at.port();
    return {};
}

Result<void> Server::Impl::load() {
    const Tls& files = shared->options.tls.front();
    const TlsStamp seen = stamp_of(files);
    auto made = load_tls(files);
    const std::lock_guard lock(shared->tls_mutex);
    stamp = seen;  // also of a bad pair, so that it is reported once
    shared->tls = TRY(std::move(made));
    return {};
}

void Server::Impl::accept(const std::shared_ptr<Loop>& loop) {
    loop->acceptor.async_accept(loop->context, [this, loop](const error_code& error, Tcp::socket socket) {
        if (error == asio::error::operation_aborted || shared->stopping) {
            return;
        }
        if (error) {  // out of descriptors, most likely: wait, and let others end
            log::warning("http.accept", {{"what", error.message()}});
            loop->accept_pause.expires_after(accept_retry);
            loop->accept_pause.async_wait([this, loop](const error_code& cancelled) {
                if (!cancelled) {
                    accept(loop);
                }
            });
            return;
        }
        take(std::move(socket), loop);
        accept(loop);
    });
}

void Server::Impl::take(Tcp::socket socket, const std::shared_ptr<Loop>& loop) {
    error_code error;
    const Tcp::endpoint from = socket.remote_endpoint(error);
    if (error) {
        return;
    }
    (void)socket.set_option(Tcp::no_delay(true), error);
    std::string peer = text_of(from);
    if (!shared->enter(address_key(peer), shared->is_proxy(peer))) {
        log::debug("http.too-many-connections");
        return;  // the socket closes
    }
    serve(std::move(socket), loop, shared, std::move(peer));
}

void Server::Impl::schedule_tick(const std::shared_ptr<Loop>& loop) {
    loop->tick.expires_after(tick);
    loop->tick.async_wait([this, loop](const error_code& cancelled) {
        // A tick that was due already when stop() cancelled it arrives as if nothing had happened.
        if (!cancelled && !loop->ended) {
            on_tick(loop);
            schedule_tick(loop);
        }
    });
}

void Server::Impl::on_tick(const std::shared_ptr<Loop>& loop) {
    const SteadyTime now = std::chrono::steady_clock::now();
    for (Connection* connection : loop->connections) {
        connection->check_deadline(now);
    }
    if (loop == loops.front() && !shared->options.tls.empty() && now >= next_tls_check) {
        next_tls_check = now + tls_check;
        if (tls_files_changed()) {
            if (auto loaded = load(); loaded) {
                log::info("http.tls-reloaded");
            } else {
                log::error("http.tls-reload", {{"what", loaded.error().detail}});
            }
        }
    }
}

bool Server::Impl::tls_files_changed() {
    const TlsStamp seen = stamp_of(shared->options.tls.front());
    const std::lock_guard lock(shared->tls_mutex);
    return seen != stamp;
}

template <class Do>
void Server::Impl::on_every_loop(Do what) {
    for (const auto& loop : loops) {
        asio::post(loop->context, [loop, what] { what(*loop); });
    }
}

// Their threads go on: waits until nothing of this server is left on them.
void Server::Impl::leave_lent_loops() {
    while (shared->connections > 0) {
        std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    for (const auto& loop : loops) {
        std::promise<void> passed;
        asio::post(loop->context, [&passed, at = loop.get()] {
            at->work.reset();
            passed.set_value();
        });
        passed.get_future().wait();
    }
}

Result<Server> Server::create(Options options, Router router) {
    auto impl = std::make_unique<Impl>();
    Shared& shared = *impl->shared;
    if (options.tls.size() > 1) {
        return fail(Code::invalid, "http.tls", "one certificate at most");
    }
    if (options.default_headers.empty()) {
        options.default_headers = security_headers();
    }
    if (!options.error_page) {
        options.error_page = plain_error;
    }
    if (options.metrics != nullptr) {
        for (std::size_t i = 1; i < shared.by_class.size(); ++i) {
            shared.by_class[i] = &options.metrics->counter("http_requests_total", "Replies by class of status",
                                                           {{"status", fmt::format("{}xx", i)}});
        }
        shared.seconds = &options.metrics->histogram("http_request_seconds", "From request read to reply begun");
        options.metrics->gauge("http_connections", "Open connections",
                               [held = std::weak_ptr(impl->shared)] {
                                   const auto of = held.lock();
                                   return of ? static_cast<double>(of->connections.load()) : 0.0;
                               });
    }
    shared.options = std::move(options);
    shared.router = std::move(router);
    shared.transport_security = strict_transport_security();
    const std::string seed = SystemEntropy().bytes(sizeof shared.id_seed);
    std::memcpy(&shared.id_seed, seed.data(), sizeof shared.id_seed);
    impl->tick = tick_of(shared.options.limits);
    if (!shared.options.tls.empty()) {
        TRY(impl->load());
    }
    TRY(impl->listen());
    shared.pool = std::make_unique<Pool>(shared.options.pool_threads);
    return Server(std::move(impl));
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::Server(Server&&) noexcept = default;
Server& Server::operator=(Server&&) noexcept = default;

Server::~Server() {
    if (impl_) {
        stop(std::chrono::milliseconds(0));
    }
}

void Server::start() {
    const std::lock_guard lock(impl_->mutex);
    if (impl_->state != Impl::State::ready) {
        return;
    }
    impl_->state = Impl::State::running;
    for (const auto& loop : impl_->loops) {
        asio::post(loop->context, [impl = impl_.get(), loop] {
            impl->accept(loop);
            impl->schedule_tick(loop);
        });
        if (!impl_->shared->options.client) {
            impl_->threads.emplace_back([loop] { loop->context.run(); });
        }
    }
}

void Server::stop(std::chrono::milliseconds grace) {
    {
        const std::lock_guard lock(impl_->mutex);
        if (impl_->state == Impl::State::stopping || impl_->state == Impl::State::stopped) {
            return;
        }
        impl_->state = Impl::State::stopping;
    }
    impl_->shared->stopping = true;
    impl_->on_every_loop([](Loop& loop) {
        error_code ignored;
        (void)loop.acceptor.close(ignored);
        for (Connection* connection : loop.connections) {
            connection->begin_stop();
        }
    });
    const SteadyTime end = std::chrono::steady_clock::now() + grace;
    while (impl_->shared->connections > 0 && std::chrono::steady_clock::now() < end) {
        std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    impl_->on_every_loop([lent = impl_->shared->options.client != nullptr](Loop& loop) {
        for (Connection* connection : loop.connections) {
            connection->abort();
        }
        loop.ended = true;
        loop.tick.cancel();
        loop.accept_pause.cancel();
        if (!lent) {
            loop.work.reset();  // run() returns when the last connection is gone
        }
    });
    for (std::thread& thread : impl_->threads) {
        thread.join();
    }
    if (impl_->shared->options.client) {
        impl_->leave_lent_loops();
    }
    impl_->shared->pool.reset();
    const std::lock_guard lock(impl_->mutex);
    impl_->state = Impl::State::stopped;
    impl_->changed.notify_all();
}

void Server::run() {
    start();
    std::unique_lock lock(impl_->mutex);
    impl_->changed.wait(lock, [&] { return impl_->state == Impl::State::stopped; });
}

std::uint16_t Server::port() const noexcept { return impl_->port; }
Pool& Server::pool() noexcept { return *impl_->shared->pool; }
Result<void> Server::reload_tls() {
    return impl_->shared->options.tls.empty() ? Result<void>{} : impl_->load();
}

std::string access_line(const Access& access) {
    std::string network = address_key(access.peer);
    if (const std::size_t dot = network.rfind('.'); dot != std::string::npos) {
        network = network.substr(0, dot) + ".x";
    }
    return fmt::format("id={} method={} route={} status={} bytes={} micros={} peer={}", access.id, access.method,
                       access.pattern.empty() ? "-" : access.pattern, access.status, access.bytes, access.micros,
                       network);
}

}  // namespace wasl::http
