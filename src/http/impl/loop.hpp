// What one thread of the server owns, and what all of them share.
#pragma once

#include "http/metrics.hpp"
#include "http/rate_limit.hpp"
#include "http/server.hpp"

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>

#include <atomic>
#include <chrono>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <unordered_map>

namespace wasl::http {

namespace asio = boost::asio;
using Tcp = asio::ip::tcp;
using SteadyTime = std::chrono::steady_clock::time_point;

// Shared by all loops; read-only after start, or atomic, or locked.
struct Shared {
    Options options;
    Router router;
    Header transport_security;
    std::unique_ptr<Pool> pool;
    std::atomic<bool> stopping{false};
    std::atomic<std::size_t> connections{0};
    std::uint64_t id_seed = 0;
    std::atomic<std::uint64_t> next_id{0};

    std::mutex tls_mutex;
    std::shared_ptr<asio::ssl::context> tls;  // null: plain
    std::shared_ptr<asio::ssl::context> tls_now() {
        const std::lock_guard lock(tls_mutex);
        return tls;
    }

    std::mutex address_mutex;
    std::unordered_map<std::string, std::size_t> per_address;
    bool enter(const std::string& key, bool exempt);  // false: too many
    void leave(const std::string& key, bool exempt);

    std::array<Counter*, 6> by_class{};  // [2] counts 2xx
    Histogram* seconds = nullptr;

    [[nodiscard]] std::string new_id();
    [[nodiscard]] bool is_proxy(const std::string& address) const;
};

class Connection;

// Held by shared_ptr: a Responder may outlive the server and still post here, to no effect.
struct Loop {
    Loop() : Loop(std::make_shared<asio::io_context>(1)) {}
    explicit Loop(std::shared_ptr<asio::io_context> on) : held(std::move(on)), context(*held) {}

    std::shared_ptr<asio::io_context> held;  // its own, or a client's
    asio::io_context& context;
    asio::executor_work_guard<asio::io_context::executor_type> work{context.get_executor()};
    Tcp::acceptor acceptor{context};
    asio::steady_timer tick{context};
    asio::steady_timer accept_pause{context};
    bool ended = false;  // stop() has aborted what was left
    std::set<Connection*> connections;  // touched on this loop's thread only

    // The Date header, made once a second.
    [[nodiscard]] const std::string& date();

private:
    std::int64_t date_second_ = -1;
    std::string date_;
};

}  // namespace wasl::http
