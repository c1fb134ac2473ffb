// The part of a client's connection that does not wait.
#include "http/impl/link.hpp"

namespace wasl::http {

namespace {

bool is_idempotent(std::string_view method) {
    for (const std::string_view one : {"GET", "HEAD", "PUT", "DELETE", "OPTIONS", "TRACE"}) {
        if (method == one) {
            return true;
        }
    }
    return false;
}

std::int64_t unix_now() {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return std::chrono::duration_cast<std::chrono::seconds>(now).count();
}

}  // namespace

Link::Link(ClientLoop& loop, std::shared_ptr<Destination> destination, CallPointer call)
    : loop_(loop),
      destination_(std::move(destination)),
      call_(std::move(call)),
      tls_(call_->request.tls),
      channel_(loop.context),
      event_(loop.context) {
    loop_.links.insert(this);
}

Link::~Link() { loop_.links.erase(this); }

void Link::assign(CallPointer call) {
    call_ = std::move(call);
    call_->link = weak_from_this();
    call_->reused = true;
    ++loop_.shared->reused;
    event_.cancel();
}

void Link::abort() {
    aborted_ = true;
    event_.cancel();
    channel_.close();
}

bool Link::suits(const Call& call) const {
    return !tls_ || check_peer(*tls_, call.request.peers, peer_.get(), unix_now()).has_value();
}

Result<void> Link::check_secured() {
    peer_ = channel_.peer();
    loop_.shared->resumed += channel_.resumed() ? 1 : 0;
    call_->at.secured = call_->micros();
    auto checked = check_peer(*tls_, call_->request.peers, peer_.get(), unix_now());
    if (!checked) {
        checked.error().detail = call_->where() + ": " + checked.error().detail;
    }
    return checked;
}

Error Link::failure(std::string_view step, const Channel::Outcome& outcome) const {
    const std::string_view key = outcome.tls ? "tls" : outcome.end != Channel::End::open ? "closed" : step;
    const std::string_view words = outcome.end != Channel::End::open ? "the other side has hung up"
                                                                     : std::string_view(outcome.failure);
    return {Code::unavailable, "http.client." + std::string(key), call_->where() + ": " + std::string(words)};
}

void Link::take(ResponseReader& reader, std::size_t count) {
    std::string_view input(loop_.scratch.data(), count);
    const bool first = !reader.begun();
    reader.take(input);
    surplus_ = surplus_ || !input.empty();
    call_->progress = std::chrono::steady_clock::now();
    if (first) {
        call_->at.first_byte = call_->micros();
    }
}

bool Link::may_retry(const ResponseReader& reader) const {
    const bool dead = failure_ ? failure_->key != "http.client.request" && failure_->key != "http.body-storage"
                               : reader.error() && reader.error()->key == "http.client.closed";
    const bool nothing_sent = channel_.sent() == sent_before_;
    return dead && call_->reused && !call_->retried && !reader.begun() && !aborted_ &&
           (nothing_sent || is_idempotent(call_->request.method));
}

bool Link::conclude(ResponseReader& reader) {
    if (channel_.watch().session) {
        destination_->session = std::move(channel_.watch().session);
    }
    const CallPointer call = std::move(call_);
    call_.reset();
    if (call->over()) {
        return false;  // timed out meanwhile
    }
    if (reader.done()) {
        auto incoming = reader.finish();
        if (incoming) {
            call->at.last_byte = call->micros();
            incoming->peer = peer_;
            incoming->reused = call->reused && !call->retried;
            incoming->at = call->at;
        }
        const bool reusable = reader.keep_alive() && !surplus_ && !aborted_ && !call->request.fresh;
        loop_.finish(call, std::move(incoming));
        return reusable;
    }
    call_ = call;  // may_retry and where() look at it
    const bool again = may_retry(reader);
    Error why = failure_                ? *failure_
                : reader.error()        ? *reader.error()
                                        : Error{Code::unavailable, "http.client.closed", call->where()};
    if (reader.error() && why == *reader.error() && why.key.starts_with("http.client.")) {
        why.detail = call->where() + ": " + why.detail;
    }
    call_.reset();
    if (again) {
        if (channel_.sent() != sent_before_) {
            call->sent_once = std::move(why);
        }
        loop_.retry(call);
    } else {
        loop_.finish(call, std::unexpected(std::move(why)));
    }
    return false;
}

}  // namespace wasl::http
