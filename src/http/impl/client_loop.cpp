// Where calls find connections: the pool of one loop.
#include "http/impl/link.hpp"

#include "base/log.hpp"
#include "http/metrics.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <thread>
#include <utility>

namespace wasl::http {

namespace {

constexpr std::chrono::milliseconds tick_period{50};
constexpr std::size_t scratch_bytes = 128U << 10U;

std::string_view words_of(Call::Step step) {
    switch (step) {
        case Call::Step::waiting: return "waiting for a connection";
        case Call::Step::resolving: return "resolving the name";
        case Call::Step::connecting: return "connecting";
        case Call::Step::securing: return "TLS handshake";
        case Call::Step::sending: return "sending the request";
        case Call::Step::receiving: return "waiting for the response";
    }
    return {};
}

// An exception of the caller's continuation is a defect, and stays his.
void call_done(Client::Done done, Result<Incoming> result) {
    try {
        done(std::move(result));
    } catch (const std::exception& defect) {
        log::error("http.client-defect", {{"what", defect.what()}});
    }
}

std::string key_of(const Outgoing& request) {
    std::string out = request.host;
    out.append(" ").append(std::to_string(request.port)).append(" ");
    out.append(std::to_string(reinterpret_cast<std::uintptr_t>(request.tls.get())));
    return request.tls ? out.append(" ").append(request.server_name) : out;
}

}  // namespace

Call::~Call() {
    if (done) {
        call_done(std::move(done), fail(Code::unavailable, "http.client.stopped", where()));
    }
}

void Call::enter(Step next) {
    step = next;
    progress = std::chrono::steady_clock::now();
}

std::int64_t Call::micros() const {
    return std::chrono::duration_cast<std::chrono::microseconds>(std::chrono::steady_clock::now() - begun).count();
}

std::string Call::where() const { return fmt::format("{}:{}", request.host, request.port); }

bool Call::late(LinkTime now) const noexcept {
    const Timeouts& allowed = request.timeouts;
    const bool opening = step == Step::resolving || step == Step::connecting || step == Step::securing;
    const bool moving = step == Step::sending || step == Step::receiving;
    return now >= begun + allowed.whole || (opening && now >= opened + allowed.connect) ||
           (moving && now >= progress + allowed.idle);
}

ClientLoop::ClientLoop(std::shared_ptr<ClientShared> with) : shared(std::move(with)), scratch(scratch_bytes) {}

ClientLoop::~ClientLoop() {
    // What was posted too late holds calls only; links have ended with their sockets.
    calls_.clear();
}

void ClientLoop::submit(const CallPointer& call) {
    if (shared->stopping) {
        return;
    }
    calls_.insert(call);
    schedule_tick();
    const auto& tls = call->request.tls;
    if (tls && tls->settings.verify && !tls->chain && tls->settings.peers.empty() && call->request.peers.empty()) {
        finish(call, fail(Code::unavailable, "http.client.tls", call->where() + ": nothing says whom to believe"));
        return;
    }
    if (auto sendable = check_sendable(call->request); !sendable) {
        finish(call, std::unexpected(std::move(sendable.error())));
        return;
    }
    place(call);
}

bool ClientLoop::place_on_idle(Destination& destination, const CallPointer& call) {
    while (!destination.idle.empty()) {
        const std::shared_ptr<Link> link = std::move(destination.idle.back());
        destination.idle.pop_back();
        if (!link->retired && link->suits(*call) && link->quiet()) {
            link->assign(call);
            return true;
        }
        link->abort();
        retire(*link);
    }
    return false;
}

void ClientLoop::forget_unused() {
    constexpr std::size_t most = 256;  // beyond it, those kept for their TLS session alone go
    if (destinations_.size() > most) {
        std::erase_if(destinations_, [](const auto& one) { return one.second->open == 0 && one.second->waiting.empty(); });
    }
}

void ClientLoop::place(const CallPointer& call) {
    forget_unused();
    std::string key = key_of(call->request);
    auto& destination = destinations_[key];
    if (!destination) {
        destination = std::make_shared<Destination>();
        destination->key = std::move(key);
        destination->tls = call->request.tls;
    }
    const std::shared_ptr<Destination> held = destination;  // stays although retiring links may erase it
    if (!call->request.fresh && !call->retried && place_on_idle(*held, call)) {
        return;
    }
    destinations_[held->key] = held;
    if (held->open >= shared->connections_per_loop && !held->idle.empty()) {
        const std::shared_ptr<Link> oldest = held->idle.front();  // for a fresh one
        held->idle.erase(held->idle.begin());
        oldest->abort();
        retire(*oldest);
        destinations_[held->key] = held;
    }
    if (held->open < shared->connections_per_loop) {
        open(held, call);
    } else if (waiting_ < shared->options.waiting) {
        held->waiting.push_back(call);
        ++waiting_;
    } else {
        finish(call, fail(Code::unavailable, "http.client.busy", call->where()));
    }
}

void ClientLoop::open(const std::shared_ptr<Destination>& destination, const CallPointer& call) {
    ++destination->open;
    std::make_shared<Link>(*this, destination, call)->start();
}

CallPointer ClientLoop::next_call(const std::shared_ptr<Link>& link) {
    Destination& destination = *link->destination();
    while (!destination.waiting.empty()) {
        const CallPointer call = destination.waiting.front();
        if (!call->over() && (call->request.fresh || call->retried || !link->suits(*call))) {
            break;  // needs another connection: this one makes room
        }
        destination.waiting.pop_front();
        --waiting_;
        if (!call->over()) {
            call->link = link;
            call->reused = true;
            ++shared->reused;
            return call;
        }
    }
    if (!destination.waiting.empty()) {
        link->abort();
        retire(*link);
        return nullptr;
    }
    link->idle_since = std::chrono::steady_clock::now();
    destination.idle.push_back(link);
    schedule_tick();
    return nullptr;
}

void ClientLoop::retire(Link& link) {
    if (link.retired) {
        return;
    }
    link.retired = true;
    const std::shared_ptr<Destination> destination = link.destination();
    --destination->open;
    std::erase_if(destination->idle, [&](const auto& idle) { return idle.get() == &link; });
    serve_waiting(destination);
    if (destination->open == 0 && destination->waiting.empty() && !destination->session) {
        destinations_.erase(destination->key);
    }
}

void ClientLoop::serve_waiting(const std::shared_ptr<Destination>& destination) {
    while (!shared->stopping && !destination->waiting.empty() && destination->open < shared->connections_per_loop) {
        const CallPointer call = std::move(destination->waiting.front());
        destination->waiting.pop_front();
        --waiting_;
        if (!call->over()) {
            open(destination, call);
        }
    }
}

void ClientLoop::retry(const CallPointer& call) {
    call->retried = true;
    call->enter(Call::Step::waiting);
    ++shared->retried;
    boost::asio::post(context, [this, call] {
        if (!call->over()) {
            place(call);
        }
    });
}

void ClientLoop::finish(const CallPointer& call, Result<Incoming> result) {
    if (call->over()) {
        return;
    }
    if (!result && call->sent_once) {
        call->sent_once->detail += "; again: " + result.error().key;
        result = std::unexpected(std::move(*call->sent_once));
    }
    calls_.erase(call);
    ++shared->requests;
    shared->failed += result ? 0 : 1;
    if (Counter* const count = result ? shared->good_count : shared->failed_count) {
        count->add();
        shared->seconds->observe(call->micros());
    }
    call_done(std::exchange(call->done, nullptr), std::move(result));
}

void ClientLoop::schedule_tick() {
    if (ticking_ || shared->stopping) {
        return;
    }
    ticking_ = true;
    tick_.expires_after(tick_period);
    tick_.async_wait([this](const boost::system::error_code&) {
        ticking_ = false;
        if (!shared->stopping) {
            on_tick();
        }
    });
}

void ClientLoop::on_tick() {
    const LinkTime now = std::chrono::steady_clock::now();
    std::vector<CallPointer> late;
    std::ranges::copy_if(calls_, std::back_inserter(late), [&](const CallPointer& call) { return call->late(now); });
    for (const CallPointer& call : late) {
        const std::shared_ptr<Link> link = call->link.lock();
        finish(call, fail(Code::unavailable, "http.client.timeout",
                          fmt::format("{}: {}", call->where(), words_of(call->step))));
        if (link) {
            link->abort();
        }
    }
    bool idle = false;
    std::vector<std::shared_ptr<Link>> old;
    for (const auto& [key, destination] : destinations_) {
        for (const auto& link : destination->idle) {
            const bool keep = now < link->idle_since + shared->options.keep_idle;
            idle = idle || keep;
            if (!keep) {
                old.push_back(link);
            }
        }
    }
    for (const auto& link : old) {
        link->abort();
        retire(*link);
    }
    if (idle || !calls_.empty()) {
        schedule_tick();
    }
}

void ClientLoop::stay_awake(std::chrono::microseconds time) {
    awake_until_ = std::max(awake_until_, std::chrono::steady_clock::now() + time);
    if (!std::exchange(awake_, true)) {
        look_again();
    }
}

// While something is posted the loop asks what has arrived and does not wait for it.
void ClientLoop::look_again() {
    awake_ = !shared->stopping && std::chrono::steady_clock::now() < awake_until_;
    if (awake_) {
        std::this_thread::yield();
        boost::asio::post(context, [this] { look_again(); });
    }
}

void ClientLoop::stop() {
    const std::set<CallPointer> left = std::exchange(calls_, {});
    for (const CallPointer& call : left) {
        finish(call, fail(Code::unavailable, "http.client.stopped", call->where()));
    }
    for (const auto& [key, destination] : destinations_) {
        destination->waiting.clear();
    }
    const std::vector<Link*> open(links.begin(), links.end());
    for (Link* const link : open) {
        link->abort();
    }
    tick_.cancel();
    work_.reset();
}

}  // namespace wasl::http
