#include "http/client.hpp"

#include "base/text.hpp"
#include "http/impl/link.hpp"
#include "http/metrics.hpp"

#include <boost/asio/post.hpp>

#include <algorithm>
#include <mutex>
#include <thread>

namespace wasl::http {

namespace {

thread_local ClientLoop* loop_here = nullptr;

}  // namespace

std::string_view Incoming::header(std::string_view name) const noexcept {
    for (const Header& header : headers) {
        if (equals_ignoring_ascii_case(header.name, name)) {
            return header.value;
        }
    }
    return {};
}

struct Client::Impl {
    std::shared_ptr<ClientShared> shared = std::make_shared<ClientShared>();
    std::vector<std::shared_ptr<ClientLoop>> loops;
    std::vector<std::thread> threads;
    std::atomic<std::size_t> next{0};
    std::mutex stop_mutex;
};

Client::Client(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Client::Client(Client&&) noexcept = default;

Client& Client::operator=(Client&& other) noexcept {
    if (this != &other) {
        if (impl_) {
            stop();
        }
        impl_ = std::move(other.impl_);
    }
    return *this;
}

Client::~Client() {
    if (impl_) {
        stop();
    }
}

Result<Client> Client::create(ClientOptions options) {
    auto impl = std::make_unique<Impl>();
    ClientShared& shared = *impl->shared;
    const unsigned threads = std::max(1U, options.threads);
    shared.connections_per_loop = std::max<std::size_t>(1, (options.connections + threads - 1) / threads);
    if (options.metrics != nullptr) {
        constexpr std::string_view name = "http_client_requests_total";
        constexpr std::string_view help = "Requests sent to others, by whether a response came";
        shared.good_count = &options.metrics->counter(name, help, {{"result", "answered"}});
        shared.failed_count = &options.metrics->counter(name, help, {{"result", "failed"}});
        shared.seconds = &options.metrics->histogram("http_client_seconds", "From request to response, whole");
    }
    shared.options = std::move(options);
    for (unsigned i = 0; i < threads; ++i) {
        impl->loops.push_back(std::make_shared<ClientLoop>(impl->shared));
    }
    for (const auto& loop : impl->loops) {
        impl->threads.emplace_back([at = loop.get()] {
            loop_here = at;
            at->context.run();
        });
    }
    return Client(std::move(impl));
}

void Client::send(Outgoing request, Done done) {
    auto call = std::make_shared<Call>(std::move(request), std::move(done));
    if (impl_->shared->stopping) {
        return;  // the call ends with "stopped"
    }
    // Who is on one of the loops already stays on it.
    const bool here = loop_here != nullptr && loop_here->shared == impl_->shared;
    ClientLoop& loop = here ? *loop_here : *impl_->loops[impl_->next.fetch_add(1, std::memory_order_relaxed) % impl_->loops.size()];
    boost::asio::post(loop.context, [&loop, held = std::move(call)] { loop.submit(held); });
}

void Client::stay_awake(std::chrono::microseconds time) {
    if (loop_here != nullptr && loop_here->shared == impl_->shared) {
        loop_here->stay_awake(time);
    }
}

void Client::stop() {
    const std::lock_guard lock(impl_->stop_mutex);
    if (impl_->shared->stopping.exchange(true)) {
        return;
    }
    for (const auto& loop : impl_->loops) {
        boost::asio::post(loop->context, [&on = *loop] { on.stop(); });
    }
    for (std::thread& thread : impl_->threads) {
        thread.join();
    }
    // Loops stay until the client goes: a send() that was under way may still post, to no effect.
}

std::vector<std::shared_ptr<boost::asio::io_context>> loops_of(const Client& client) {
    std::vector<std::shared_ptr<boost::asio::io_context>> out;
    for (const auto& loop : client.impl_->loops) {
        out.emplace_back(loop, &loop->context);
    }
    return out;
}

ClientCounts Client::counts() const noexcept {
    const ClientShared& shared = *impl_->shared;
    return {shared.requests, shared.failed, shared.connections, shared.resumed, shared.reused, shared.retried};
}

}  // namespace wasl::http
