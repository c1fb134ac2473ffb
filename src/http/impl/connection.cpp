// The coroutines of a connection. g++ 12 miscompiles richer forms: every co_await is
// `co_await f(named, named)` or `auto x = co_await f(named)`, with nothing built inside the call.
#include "http/impl/connection.hpp"

#include "base/log.hpp"
#include "http/impl/body_reader.hpp"
#include "http/impl/request_builder.hpp"
#include "http/impl/writer.hpp"
#include "http/impl/x509.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>

#include <fmt/format.h>

#include <array>

namespace wasl::http {

namespace {

using asio::awaitable;
using boost::system::error_code;
using PlainStream = Tcp::socket;
using TlsStream = asio::ssl::stream<Tcp::socket>;

constexpr std::string_view nothing;
constexpr std::size_t first_buffer = 4096;
constexpr std::size_t body_buffer = 64U << 10U;
constexpr std::size_t write_piece = 256U << 10U;
constexpr std::size_t flush_above = 64U << 10U;
constexpr std::size_t linger_bytes = 512U << 20U;  // so that a browser that still sends sees the refusal
constexpr std::chrono::milliseconds linger_time{10'000}, shutdown_time{1'000};
constexpr std::chrono::milliseconds pull_time{600'000};  // one piece of a stream may be long in the making

auto token(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

template <class AnyStream>
class Serving final : public Connection {
public:
    template <class... Arguments>
    Serving(std::shared_ptr<Loop> loop, std::shared_ptr<Shared> shared, std::string peer, Arguments&&... arguments)
        : Connection(std::move(loop), std::move(shared), std::move(peer), tls),
          stream_(std::forward<Arguments>(arguments)...),
          buffer_(first_buffer) {}

    static awaitable<void> run(std::shared_ptr<Serving> self) {
        auto& me = *self;
        const bool ready = co_await me.shake_hands();
        if (!ready) {
            co_await me.let_alert_arrive();
            me.close_socket();
            co_return;
        }
        for (bool open = true; open;) {
            open = co_await me.one_request();
        }
        co_await me.finish();
    }

private:
    static constexpr bool tls = std::is_same_v<AnyStream, TlsStream>;

    [[nodiscard]] std::string_view buffered() const { return {buffer_.data() + begin_, end_ - begin_}; }
    void cancel_socket() override {
        error_code ignored;
        stream_.lowest_layer().cancel(ignored);
    }
    void close_socket() override {
        error_code ignored;
        stream_.lowest_layer().close(ignored);
    }

    awaitable<bool> shake_hands() {
        if constexpr (tls) {
            enter(Phase::idle, shared_->options.limits.head);
            error_code error;
            auto done = token(error);
            co_await stream_.async_handshake(asio::ssl::stream_base::server, done);
            certificate_ = peer_certificate(stream_.native_handle());
            if (error) {
                note_handshake(error);
            }
            co_return !error;
        }
        co_return true;
    }

    // Why the handshake failed: closing with unread bytes in the kernel would destroy the alert.
    awaitable<void> let_alert_arrive() {
        if constexpr (tls) {
            error_code error;
            Tcp::socket& socket = stream_.next_layer();
            (void)socket.shutdown(Tcp::socket::shutdown_send, error);
            enter(Phase::closing, shutdown_time);
            std::array<char, 1024> sink{};
            auto room = asio::buffer(sink);
            while (!error && !aborted_) {
                auto done = token(error);
                co_await socket.async_read_some(room, done);
            }
        }
        co_return;
    }

    // More bytes behind those buffered; false at the end, on an error or when time ran out.
    awaitable<bool> read_more() {
        if (begin_ > 0) {
            std::copy(buffer_.begin() + begin_, buffer_.begin() + end_, buffer_.begin());
            end_ -= begin_;
            begin_ = 0;
        }
        if (end_ == buffer_.size()) {
            buffer_.resize(buffer_.size() * 2);
        }
        error_code error;
        auto done = token(error);
        auto room = asio::buffer(buffer_.data() + end_, buffer_.size() - end_);
        const std::size_t count = co_await stream_.async_read_some(room, done);
        end_ += count;
        co_return !error && count > 0 && !aborted_;
    }

    // Sends out_ and then `bytes`, in pieces with a deadline each.
    awaitable<bool> flush(std::string_view bytes) {
        std::string_view first = out_;
        while (!first.empty() || !bytes.empty()) {
            enter(Phase::writing, shared_->options.limits.write);
            const std::string_view a = first.substr(0, write_piece);
            const std::string_view b = bytes.substr(0, write_piece - a.size());
            std::array<asio::const_buffer, 2> pieces{asio::buffer(a.data(), a.size()), asio::buffer(b.data(), b.size())};
            error_code error;
            auto done = token(error);
            co_await asio::async_write(stream_, pieces, done);
            if (error || aborted_) {
                co_return false;
            }
            first.remove_prefix(a.size());
            bytes.remove_prefix(b.size());
        }
        out_.clear();
        co_return true;
    }

    // Length of the next head, or 0 when the connection is to end.
    awaitable<std::size_t> read_head() {
        const Limits& limits = shared_->options.limits;
        std::size_t searched = 0;
        for (;;) {
            while (buffered().starts_with("\r\n")) {
                begin_ += 2;  // RFC 9112 §2.2: empty lines before a request
                searched = 0;
            }
            const std::string_view seen = buffered();
            if (const std::size_t length = head_length(seen, searched); length != 0 && length <= limits.head_bytes) {
                co_return length;
            }
            if (has_bare_line_feed(seen)) {
                refusal_ = {400, "http.head"};
                co_return 0;
            }
            if (seen.size() >= limits.head_bytes) {
                refusal_ = {431, "http.head-too-large"};
                co_return 0;
            }
            searched = seen.size();
            const bool flushed = co_await flush(nothing);
            if (!flushed || (seen.empty() && shared_->stopping)) {
                co_return 0;
            }
            if (seen.empty()) {
                if (buffer_.size() > body_buffer / 2) {
                    buffer_ = std::vector<char>(first_buffer);  // thousands of idle connections hold little
                    begin_ = end_ = 0;
                }
                enter(Phase::idle, limits.idle);
            } else if (phase_ != Phase::head) {
                enter(Phase::head, limits.head);
            }
            const bool more = co_await read_more();
            if (!more || expired_) {
                if (expired_ && phase_ == Phase::head) {
                    refusal_ = {408, "http.head-timeout"};
                }
                co_return 0;
            }
        }
    }

    // One request from its first byte to its reply; false when the connection is to end.
    awaitable<bool> one_request() {
        const std::size_t length = co_await read_head();
        if (length == 0) {
            if (refusal_) {
                refuse(buffered());
            }
            co_return false;
        }
        const std::string_view bytes = buffered().substr(0, length);
        auto head = parse_head(bytes, shared_->options.limits, &shared_->router);
        if (!head) {
            refusal_ = {head.error().status, std::string(head.error().key)};
            refuse(bytes);
            co_return false;
        }
        if (!build_request(*head, bytes)) {
            co_return false;
        }
        const Head frame = std::move(*head);  // its views die when the buffer moves; only the numbers are used
        begin_ += length;
        if (frame.chunked || frame.content_length.value_or(0) > 0) {
            const bool whole = co_await read_body(frame);
            if (!whole) {
                co_return false;
            }
        }
        const bool alive = co_await answer();
        co_return alive;
    }

    // False when the connection is to end; a refusal is then already in out_.
    awaitable<bool> read_body(const Head& frame) {
        const Limits& limits = shared_->options.limits;
        BodyReader reader(frame, body_limit_, new_body());
        take_body(reader);
        if (reader.needs_more() && frame.expects_continue) {
            out_ += "HTTP/1.1 100 Continue\r\n\r\n";
        }
        const bool flushed = co_await flush(nothing);
        if (!flushed) {
            co_return false;
        }
        const auto begun = std::chrono::steady_clock::now();
        // What fits into the buffer of heads needs no greater one: most bodies of messages are small.
        const bool small = frame.content_length && *frame.content_length <= buffer_.size();
        if (reader.needs_more() && !small && buffer_.size() < body_buffer) {
            buffer_.resize(body_buffer);
        }
        while (reader.needs_more()) {
            const std::size_t rate = std::max<std::size_t>(limits.body_bytes_per_second, 1);
            enter(Phase::body, limits.body);
            deadline_ = begun + limits.body + std::chrono::milliseconds(reader.received() * 1000 / rate);
            const bool more = co_await read_more();
            if (!more || expired_) {
                // A protocol of its own answers and records this in its own words.
                if (raw_ != nullptr && raw_->options.error_page && !aborted_) {
                    refuse_body({Code::invalid, expired_ ? "http.body-timeout" : "http.body-truncated", {}});
                } else if (expired_) {
                    refusal_ = {408, "http.body-timeout"};
                    refuse({});
                }
                co_return false;
            }
            take_body(reader);
        }
        auto body = reader.finish();
        if (!body) {
            refuse_body(body.error());
            co_return false;
        }
        RequestBuilder::give_body(*request_, std::move(*body));
        co_return true;
    }

    void refuse_body(const Error& error) {
        keep_alive_ = false;
        begin_reply();
        append(render(error));
    }

    void take_body(BodyReader& reader) {
        std::string_view input = buffered();
        reader.take(input);
        begin_ = end_ - input.size();
    }

    // Calls the handler, waits for a Later, writes the reply. False: the connection is to end.
    awaitable<bool> answer() {
        begin_reply();
        auto reply = handle();
        std::optional<Response> response;
        if (auto* now = std::get_if<Response>(&reply)) {
            response = std::move(*now);
        } else if (const auto* error = std::get_if<Error>(&reply)) {
            response = render(*error);
        } else {
            const bool flushed = co_await flush(nothing);
            if (!flushed) {
                co_return false;
            }
            start_later(std::get<Later>(reply));
            const auto allowed = patience();
            const bool come = co_await wait(allowed);
            if (!come) {
                co_return false;
            }
            response = take_delivered();
        }
        const bool sent = co_await send(*response);
        request_.reset();
        co_return sent && keep_alive_ && !shared_->stopping;
    }

    // Until signal(); false when the connection is being aborted. Running out of time is not: look.
    awaitable<bool> wait(std::chrono::milliseconds allowed) {
        enter(Phase::waiting, allowed);
        while (!signalled_) {
            error_code error;
            auto done = token(error);
            co_await event_.async_wait(done);
        }
        signalled_ = false;
        expired_ = false;
        co_return !aborted_;
    }

    awaitable<bool> send(Response& response) {
        Rendered outgoing;
        prepare_reply(std::move(response), outgoing);
        if (outgoing.stream) {
            const bool sent = co_await send_stream(outgoing);
            co_return sent && !outgoing.close;
        }
        if (outgoing.file) {
            const bool sent = co_await send_file(outgoing);
            co_return sent;
        }
        if (out_.size() + outgoing.bytes.size() <= flush_above) {
            out_ += outgoing.bytes;  // leaves with the next read, together with pipelined replies
            co_return true;
        }
        const bool sent = co_await flush(outgoing.bytes);
        co_return sent;
    }

    // A body that has been written a moment ago: read here, without the pool and without a mapping.
    awaitable<bool> send_file(Rendered& outgoing) {
        std::vector<char> piece(write_piece);
        for (std::uint64_t at = 0; at < outgoing.file->size();) {
            const auto count = outgoing.file->read(at, piece.data(), piece.size());
            if (!count) {
                abort();
                co_return false;
            }
            const std::string_view bytes(piece.data(), *count);
            const bool sent = co_await flush(bytes);
            if (!sent) {
                co_return false;
            }
            at += *count;
        }
        co_return true;
    }

    // Pulls on the pool, writes here: the next pull starts when the last piece has left.
    awaitable<bool> send_stream(Rendered& outgoing) {
        auto pull = std::make_shared<Pull>(std::move(*outgoing.stream));
        for (bool more = true; more;) {
            if (!start_pull(pull)) {
                co_return false;
            }
            const bool come = co_await wait(pull_time);
            if (!come || !pull->more) {
                log::warning("http.stream-cut", {{"route", pattern_}, {"aborted", aborted_ ? "yes" : "no"}});
                abort();
                co_return false;
            }
            more = *pull->more;
            if (outgoing.chunked && !pull->piece.empty()) {
                out_ += fmt::format("{:x}\r\n", pull->piece.size());
                pull->piece += "\r\n";
            }
            if (outgoing.chunked && !more) {
                pull->piece += "0\r\n\r\n";
            }
            const bool sent = co_await flush(pull->piece);
            if (!sent) {
                co_return false;
            }
        }
        co_return true;
    }

    // Sends what is left, then lets the other side read it before the socket goes: closing with
    // unread bytes in the kernel would reset the connection and destroy the reply (RFC 9112 §9.6).
    awaitable<void> finish() {
        expired_ = false;
        const bool flushed = co_await flush(nothing);
        if (flushed && !aborted_) {
            enter(Phase::closing, shared_->stopping ? shutdown_time : linger_time);
            co_await say_goodbye();
            std::size_t drained = 0;
            begin_ = end_ = 0;
            while (drained < linger_bytes) {
                const bool more = co_await read_more();
                if (!more) {
                    break;
                }
                drained += end_;
                begin_ = end_ = 0;
            }
        }
        close_socket();
    }

    awaitable<void> say_goodbye() {
        error_code error;
        if constexpr (tls) {
            enter(Phase::closing, shutdown_time);
            auto done = token(error);
            co_await stream_.async_shutdown(done);
        } else {
            stream_.shutdown(Tcp::socket::shutdown_send, error);
        }
        co_return;
    }

    AnyStream stream_;
    std::vector<char> buffer_;
    std::size_t begin_ = 0;
    std::size_t end_ = 0;
};

template <class AnyStream>
void spawn(std::shared_ptr<Serving<AnyStream>> serving, Loop& loop) {
    auto coroutine = Serving<AnyStream>::run(std::move(serving));
    asio::co_spawn(loop.context, std::move(coroutine), report_defect);
}

}  // namespace

void serve(Tcp::socket socket, std::shared_ptr<Loop> loop, std::shared_ptr<Shared> shared, std::string peer) {
    Loop& on = *loop;
    if (const auto context = shared->tls_now()) {
        spawn(std::make_shared<Serving<TlsStream>>(std::move(loop), std::move(shared), std::move(peer),
                                                   std::move(socket), *context), on);
    } else {
        spawn(std::make_shared<Serving<PlainStream>>(std::move(loop), std::move(shared), std::move(peer),
                                                     std::move(socket)), on);
    }
}

}  // namespace wasl::http
