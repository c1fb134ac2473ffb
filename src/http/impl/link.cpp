// The coroutines of a client's connection; the same care as in connection.cpp: every co_await is
// `co_await f(named)` or `auto x = co_await f(named)`.
#include "http/impl/link.hpp"

#include "base/log.hpp"
#include "base/text.hpp"
#include "http/impl/source.hpp"

#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/connect.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace wasl::http {

namespace asio = boost::asio;
using boost::system::error_code;
using Need = Channel::Need;
using End = Channel::End;
using AddressList = std::vector<asio::ip::tcp::endpoint>;
constexpr std::size_t link_piece = 128U << 10U;

namespace {

auto into(error_code& error) { return asio::redirect_error(asio::use_awaitable, error); }

void report_link_defect(const std::exception_ptr& defect) {
    if (defect) {
        try {
            std::rethrow_exception(defect);
        } catch (const std::exception& what) {
            log::error("http.client-defect", {{"what", what.what()}});
        }
    }
}

}  // namespace

struct LinkCoroutines {
    Link& me;

    static asio::awaitable<void> run(std::shared_ptr<Link> self) {
        LinkCoroutines my{*self};
        bool good = co_await my.open();
        while (good) {
            good = co_await my.exchange();
            while (good && !self->call_) {
                self->call_ = self->loop_.next_call(self);
                if (!self->call_) {
                    good = co_await my.until_called();
                }
            }
        }
        my.end();
    }

private:
    void end() const {
        me.channel_.close();
        me.aborted_ = true;
        me.loop_.retire(me);
        if (const CallPointer call = std::move(me.call_)) {
            const Error why = me.failure_.value_or(Error{Code::unavailable, "http.client.closed", {}});
            me.loop_.finish(call, std::unexpected(why));
        }
    }

    // False when aborted or the socket has failed; the next reading or writing tells why.
    asio::awaitable<void> wait(Need need) {
        error_code error;
        auto done = into(error);
        const auto what = need == Need::write ? asio::ip::tcp::socket::wait_write : asio::ip::tcp::socket::wait_read;
        co_await me.channel_.socket.async_wait(what, done);
    }

    // While a large body is sent: the other side may answer early and take no more.
    asio::awaitable<void> wait_either() {
        auto wake = [self = me.shared_from_this()](const error_code&) { self->event_.cancel(); };
        me.event_.expires_at(LinkTime::max());
        me.channel_.socket.async_wait(asio::ip::tcp::socket::wait_write, wake);
        me.channel_.socket.async_wait(asio::ip::tcp::socket::wait_read, wake);
        error_code error;
        auto done = into(error);
        co_await me.event_.async_wait(done);
        (void)me.channel_.socket.cancel(error);
    }

    asio::awaitable<bool> until_called() {
        me.channel_.relax();
        while (!me.call_ && !me.aborted_) {
            error_code error;
            auto done = into(error);
            me.event_.expires_at(LinkTime::max());
            co_await me.event_.async_wait(done);
        }
        co_return !me.aborted_;
    }

    void fail_with(std::string_view key, const std::string& detail) const {
        me.failure_ = Error{Code::unavailable, "http.client." + std::string(key), me.call_->where() + ": " + detail};
    }

    asio::awaitable<bool> open() {
        me.call_->opened = std::chrono::steady_clock::now();
        AddressList addresses;
        const bool resolved = co_await resolve(addresses);
        if (!resolved) {
            co_return false;
        }
        me.call_->enter(Call::Step::connecting);
        error_code error;
        auto done = into(error);
        co_await asio::async_connect(me.channel_.socket, addresses, done);
        if (error || me.aborted_) {
            fail_with("connect", error.message());
            co_return false;
        }
        me.call_->at.connected = me.call_->micros();
        (void)me.channel_.socket.set_option(asio::ip::tcp::no_delay(true), error);
        (void)me.channel_.socket.native_non_blocking(true, error);
        ++me.loop_.shared->connections;
        if (!me.tls_) {
            co_return true;
        }
        const bool secured = co_await secure();
        co_return secured;
    }

    asio::awaitable<bool> resolve(AddressList& out) {
        const Outgoing& request = me.call_->request;
        error_code error;
        const auto numeric = asio::ip::make_address(request.host, error);
        if (!error) {
            out.emplace_back(numeric, request.port);
            co_return true;
        }
        me.call_->enter(Call::Step::resolving);
        asio::ip::tcp::resolver resolver(me.loop_.context);
        const std::string host = request.host;
        const std::string service = std::to_string(request.port);
        const auto flags = asio::ip::tcp::resolver::numeric_service;
        auto done = into(error);
        const auto found = co_await resolver.async_resolve(host, service, flags, done);
        if (error || me.aborted_) {
            fail_with("resolve", error.message());
            co_return false;
        }
        for (const auto& entry : found) {
            out.push_back(entry.endpoint());
        }
        me.call_->at.resolved = me.call_->micros();
        co_return true;
    }

    asio::awaitable<bool> secure() {
        const Outgoing& request = me.call_->request;
        me.call_->enter(Call::Step::securing);
        SslSession session = request.fresh ? nullptr : std::move(me.destination_->session);
        const std::string& name = request.server_name.empty() ? request.host : request.server_name;
        if (auto begun = me.channel_.secure(*me.tls_, name, session.get()); !begun) {
            me.failure_ = begun.error();
            co_return false;
        }
        for (;;) {
            const Channel::Outcome outcome = me.channel_.handshake();
            if (me.aborted_ || !outcome.good()) {
                const bool refused = !me.channel_.watch().refused.empty();
                const std::string ended = outcome.end == End::open ? outcome.failure : "the other side has hung up";
                fail_with(refused ? "tls-peer" : "tls", refused ? me.channel_.watch().refused : ended);
                co_return false;
            }
            if (outcome.need == Need::nothing) {
                break;
            }
            co_await wait(outcome.need);
        }
        if (auto checked = me.check_secured(); !checked) {
            me.failure_ = checked.error();
            co_return false;
        }
        co_return true;
    }

    // One request and its response. True: another call may come.
    asio::awaitable<bool> exchange() {
        Call& call = *me.call_;
        const CallPointer held = me.call_;
        me.failure_.reset();
        me.surplus_ = false;
        me.sent_before_ = me.channel_.sent();
        ResponseReader reader({.head_method = call.request.method == "HEAD",
                               .sha512 = call.request.sha512,
                               .limits = call.request.limits,
                               .folder = me.loop_.shared->options.temporary_folder});
        const bool whole = co_await send(reader);
        if (whole && !call.over()) {
            call.at.sent = call.micros();
            call.enter(Call::Step::receiving);
        }
        co_await receive(reader);
        const bool reusable = me.conclude(reader) && whole;
        co_return reusable;
    }

    // False when not everything was sent: an early response, or failure_.
    asio::awaitable<bool> send(ResponseReader& reader) {
        Call& call = *me.call_;
        call.enter(Call::Step::sending);
        auto source = Source::open(call.request);
        if (!source) {
            me.failure_ = source.error();
            co_return false;
        }
        std::string first = request_head(call.request, source->size());
        if (source->size() > 0 && source->size() <= link_piece / 2) {
            const auto piece = source->next(me.loop_.scratch);
            if (!piece) {
                me.failure_ = piece.error();
                co_return false;
            }
            first += *piece;
        }
        bool good = co_await push(first, reader);
        while (good && !source->done()) {
            const auto piece = source->next(me.loop_.scratch);
            if (!piece) {
                me.failure_ = piece.error();
                co_return false;
            }
            const std::string_view bytes = *piece;
            good = co_await push(bytes, reader);
            if (good && !source->done()) {
                good = !answered_early(reader);
            }
        }
        co_return good;
    }

    // Takes the bytes before the first wait: `bytes` may lie in the scratch.
    asio::awaitable<bool> push(std::string_view bytes, ResponseReader& reader) {
        Channel::Outcome outcome = me.channel_.write(bytes);
        for (;;) {
            if (outcome.good()) {
                outcome = me.channel_.flush();
            }
            if (me.aborted_) {
                co_return false;
            }
            if (!outcome.good()) {
                me.failure_ = me.failure("write", outcome);
                co_return false;
            }
            me.call_->progress = std::chrono::steady_clock::now();
            if (outcome.need == Need::nothing) {
                co_return true;
            }
            co_await wait_either();
            if (me.aborted_ || answered_early(reader)) {
                co_return false;
            }
        }
    }

    // Whether a response has begun to come while the request is still being sent.
    bool answered_early(ResponseReader& reader) const {
        const Channel::Outcome outcome = me.channel_.read(me.loop_.scratch.data(), me.loop_.scratch.size());
        if (outcome.count > 0) {
            me.take(reader, outcome.count);
            return true;
        }
        if (!outcome.good()) {
            me.failure_ = me.failure("write", outcome);
            return true;
        }
        return false;
    }

    // Also after a failed write: the reason may have come as a response, or as an alert.
    asio::awaitable<void> receive(ResponseReader& reader) {
        if (me.failure_ && me.failure_->key != "http.client.write") {
            co_return;
        }
        if (!me.failure_ && !me.aborted_ && !reader.begun()) {
            co_await wait(Need::read);  // nothing can be there yet: a look would be a call of the system in vain
        }
        while (!reader.done() && !reader.error() && !me.aborted_) {
            const Channel::Outcome outcome = me.channel_.read(me.loop_.scratch.data(), me.loop_.scratch.size());
            if (outcome.count > 0) {
                me.take(reader, outcome.count);
            } else if (!outcome.failure.empty()) {
                if (!me.failure_ || outcome.tls) {
                    me.failure_ = me.failure("read", outcome);
                }
                co_return;
            } else if (outcome.end != End::open) {
                reader.end(outcome.end == End::proper);
                co_return;
            } else {
                co_await wait(outcome.need);
            }
        }
    }
};

void Link::start() {
    call_->link = weak_from_this();
    auto coroutine = LinkCoroutines::run(shared_from_this());
    asio::co_spawn(loop_.context, std::move(coroutine), report_link_defect);
}

}  // namespace wasl::http
