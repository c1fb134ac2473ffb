#include "http/impl/connection.hpp"

namespace wasl::http {

Connection::Connection(std::shared_ptr<Loop> loop, std::shared_ptr<Shared> shared, std::string peer)
    : loop_(std::move(loop)),
      shared_(std::move(shared)),
      peer_(std::move(peer)),
      peer_key_(address_key(peer_)),
      proxy_(shared_->is_proxy(peer_)),
      event_(loop_->context) {
    event_.expires_at(SteadyTime::max());
    loop_->connections.insert(this);
}

Connection::~Connection() {
    loop_->connections.erase(this);
    shared_->leave(peer_key_, proxy_);
}

void Connection::enter(Phase phase, std::chrono::milliseconds allowed) {
    phase_ = phase;
    deadline_ = std::chrono::steady_clock::now() + allowed;
}

void Connection::check_deadline(SteadyTime now) {
    if (now < deadline_) {
        return;
    }
    deadline_ = SteadyTime::max();
    expired_ = true;
    switch (phase_) {
        case Phase::waiting: signal(); break;
        case Phase::head:
        case Phase::body: cancel_socket(); break;  // a 408 is still owed
        case Phase::idle:
        case Phase::writing:
        case Phase::closing: close_socket(); break;
    }
}

void Connection::begin_stop() {
    if (phase_ == Phase::idle) {
        close_socket();
    }
}

void Connection::abort() {
    aborted_ = true;
    signal();
    close_socket();
}

void Connection::signal() {
    signalled_ = true;
    event_.cancel();
}

void Connection::deliver(std::uint64_t sequence, std::variant<Response, Error> reply) {
    if (sequence == sequence_ && !delivered_) {
        delivered_ = std::move(reply);
        signal();
    }
}

void Connection::piece_ready(std::uint64_t sequence) {
    if (sequence == sequence_) {
        signal();
    }
}

}  // namespace wasl::http
