#include "http/impl/connection.hpp"

#include "base/log.hpp"
#include "http/impl/request_builder.hpp"

#include <boost/asio/post.hpp>
#include <fmt/format.h>

namespace wasl::http {

namespace {

// Carries a reply from any thread to the connection's loop.
class Mailbox final : public Responder::Target {
public:
    Mailbox(std::shared_ptr<Loop> loop, std::weak_ptr<Connection> connection, std::uint64_t sequence)
        : loop_(std::move(loop)), connection_(std::move(connection)), sequence_(sequence) {}

    void deliver(std::variant<Response, Error> reply) override {
        // The posted job must not hold the loop: a stopped loop that owned itself would never go.
        asio::post(loop_->context, [to = connection_, sequence = sequence_, held = std::move(reply)]() mutable {
            if (const auto connection = to.lock()) {
                connection->deliver(sequence, std::move(held));
            }
        });
    }
    [[nodiscard]] bool wanted() const noexcept override { return !connection_.expired(); }

private:
    std::shared_ptr<Loop> loop_;
    std::weak_ptr<Connection> connection_;
    std::uint64_t sequence_;
};

}  // namespace

void report_defect(const std::exception_ptr& defect) {
    if (defect) {
        try {
            std::rethrow_exception(defect);
        } catch (const std::exception& what) {
            log::error("http.connection-defect", {{"what", what.what()}});
        }
    }
}

void Pull::run() {
    piece.clear();
    try {
        more = stream.next(piece);
    } catch (const std::exception& defect) {
        more = fail(Code::internal, "http.defect", defect.what());
    }
}

Connection::Connection(std::shared_ptr<Loop> loop, std::shared_ptr<Shared> shared, std::string peer, bool tls)
    : loop_(std::move(loop)),
      shared_(std::move(shared)),
      peer_(std::move(peer)),
      peer_key_(address_key(peer_)),
      proxy_(shared_->is_proxy(peer_)),
      tls_(tls),
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

// Where certificates are asked for, one that is missing must be explained to its owner: by our log.
void Connection::note_handshake(const boost::system::error_code& error) const {
    const bool asked = shared_->options.tls.front().client_certificates != ClientCertificates::none;
    if (asked) {
        log::warning("http.tls-refused", {{"what", error.message()}, {"peer", peer_key_}});
    } else {
        log::debug("http.tls-refused", {{"what", error.message()}});
    }
}

Reply Connection::handle() {
    try {
        return shared_->router.handle(*request_);
    } catch (const std::exception& defect) {
        log::error("http.defect", {{"incident", request_->id()}, {"route", pattern_}, {"what", defect.what()}});
        return Error{Code::internal, "http.defect", request_->id()};
    }
}

void Connection::start_later(Later& later) {
    delivered_.reset();
    signalled_ = false;
    auto mailbox = std::make_shared<Mailbox>(loop_, weak_from_this(), ++sequence_);
    try {
        later.start(Responder(std::move(mailbox)));
    } catch (const std::exception& defect) {
        log::error("http.defect", {{"incident", request_->id()}, {"route", pattern_}, {"what", defect.what()}});
    }
}

bool Connection::build_request(const Head& head, std::string_view bytes) {
    const Origin origin{peer_, tls_, proxy_, certificate_};
    raw_ = shared_->router.find_raw(head.target);
    if (raw_ != nullptr) {
        static const SharedBody no_bytes = [] {
            const auto body = std::make_shared<Body>(0, std::string(), true);
            (void)body->finish();
            return body;
        }();
        request_ = std::make_shared<Request>(
            RequestBuilder::build_raw(head, bytes, origin, shared_->new_id(), raw_->prefix));
        if (raw_->options.sha512) {
            RequestBuilder::give_body(*request_, no_bytes);
        }
        pattern_ = raw_->prefix;
        body_limit_ = raw_->options.body_limit;
    } else {
        auto built = RequestBuilder::build(head, bytes, origin, shared_->new_id());
        if (!built) {
            request_ = std::make_shared<Request>(
                RequestBuilder::build_unreadable(head, bytes, origin, shared_->new_id()));
            refuse_unreadable(built.error());
            return false;
        }
        request_ = std::make_shared<Request>(std::move(*built));
        const Router::Match match = shared_->router.match(request_->method(), request_->path());
        pattern_ = match.pattern;
        body_limit_ = match.body_limit;
    }
    keep_alive_ = head.keep_alive && !shared_->stopping;
    minor_version_ = head.minor_version;
    return true;
}

std::unique_ptr<Body> Connection::new_body() const {
    return std::make_unique<Body>(shared_->options.limits.body_in_memory, shared_->options.temporary_folder,
                                  raw_ != nullptr && raw_->options.sha512);
}

std::chrono::milliseconds Connection::patience() const {
    const bool own = raw_ != nullptr && raw_->options.later.count() > 0;
    return own ? raw_->options.later : shared_->options.limits.later;
}

Response Connection::take_delivered() {
    if (!delivered_) {
        ++sequence_;  // what comes now comes too late
        log::warning("http.reply-late", {{"incident", request_->id()}, {"route", pattern_}});
        return render(Error{Code::unavailable, "http.too-slow", {}});
    }
    auto reply = std::exchange(delivered_, std::nullopt);
    if (auto* response = std::get_if<Response>(&*reply)) {
        return std::move(*response);
    }
    return render(std::get<Error>(*reply));
}

Response Connection::render(const Error& error) {
    Response response;
    try {
        const bool own = raw_ != nullptr && raw_->options.error_page;
        response = own ? raw_->options.error_page(*request_, error) : shared_->options.error_page(*request_, error);
    } catch (const std::exception& defect) {
        log::error("http.error-page", {{"incident", request_->id()}, {"what", defect.what()}});
        response = Response::text("500 http.defect\n", 500);
    }
    if (error.code == Code::method_not_allowed && !error.detail.empty()) {
        response.set("Allow", error.detail);
    }
    return response;
}

WriteContext Connection::write_context() {
    const bool secure = request_ ? request_->secure() : tls_;
    return {request_.get(), keep_alive_ && !shared_->stopping, minor_version_, loop_->date(),
            &shared_->options.default_headers,
            secure && shared_->options.hsts ? &shared_->transport_security : nullptr, raw_ != nullptr};
}

void Connection::prepare_reply(Response response, Rendered& outgoing) {
    if (shared_->options.before_send && raw_ == nullptr) {
        shared_->options.before_send(*request_, response);
    }
    prepare(std::move(response), write_context(), outgoing);
    out_ += outgoing.head;
    note(outgoing);
}

// A small reply that is followed by the end of the connection.
void Connection::append(Response response) {
    Rendered outgoing;
    prepare_reply(std::move(response), outgoing);
    out_ += outgoing.bytes;
}

bool Connection::start_pull(const std::shared_ptr<Pull>& pull) {
    signalled_ = false;
    const std::uint64_t sequence = ++sequence_;
    return shared_->pool->submit([pull, loop = loop_, to = weak_from_this(), sequence] {
        pull->run();
        asio::post(loop->context, [to, sequence] {
            if (const auto connection = to.lock()) {
                connection->piece_ready(sequence);
            }
        });
    });
}

// A plain line with a code, or what the server's owner says.
Response Connection::refusal_page(std::string_view seen) const {
    const auto& [status, key] = *refusal_;
    try {
        if (shared_->options.refusal_page) {
            return shared_->options.refusal_page(status, key, seen);
        }
    } catch (const std::exception& defect) {
        log::error("http.error-page", {{"key", key}, {"what", defect.what()}});
    }
    return Response::text(fmt::format("{} {}\n", status, key), status);
}

// For what is refused before routing.
void Connection::refuse(std::string_view seen) {
    keep_alive_ = false;
    request_.reset();
    raw_ = nullptr;
    begin_reply();
    Rendered outgoing;
    prepare(refusal_page(seen), write_context(), outgoing);
    out_ += outgoing.head;
    out_ += outgoing.bytes;
    pattern_ = {};
    note(outgoing);
    log::debug("http.refused", {{"status", refusal_->status}, {"key", refusal_->key}});
}

void Connection::refuse_unreadable(const HeadError& error) {
    keep_alive_ = false;
    pattern_ = {};
    begin_reply();
    append(render(Error{Code::invalid, std::string(error.key), {}}));
    log::debug("http.refused", {{"status", error.status}, {"key", error.key}});
}

void Connection::note(const Rendered& outgoing) {
    const auto taken = std::chrono::steady_clock::now() - begun_;
    const std::int64_t micros = std::chrono::duration_cast<std::chrono::microseconds>(taken).count();
    if (Counter* counter = shared_->by_class[static_cast<std::size_t>(outgoing.status / 100) % 6]) {
        counter->add();
        shared_->seconds->observe(micros);
    }
    if (shared_->options.access_log && request_) {
        shared_->options.access_log({request_->id(), request_->method_text(), pattern_, request_->peer(),
                                     outgoing.status,
                                     outgoing.file ? outgoing.file->size() : outgoing.bytes.size(), micros});
    }
}

}  // namespace wasl::http
