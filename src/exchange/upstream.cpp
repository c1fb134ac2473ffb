#include "exchange/upstream.hpp"

#include "base/json.hpp"
#include "base/text.hpp"
#include "exchange/services.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <thread>

namespace wasl::exchange {

namespace {

using Moment = std::chrono::steady_clock::time_point;

// What is to be done later: the pauses between tries. What is not done when it ends is dropped.
class Alarm {
public:
    Alarm() : state_(std::make_shared<State>()), thread_([state = state_] { state->run(); }) {}
    ~Alarm() {
        state_->stop();
        // The last call may let go of it on its own thread.
        if (thread_.get_id() == std::this_thread::get_id()) {
            thread_.detach();
        } else {
            thread_.join();
        }
    }
    Alarm(const Alarm&) = delete;
    Alarm& operator=(const Alarm&) = delete;

    void at(Moment when, std::move_only_function<void()> work) { state_->at(when, std::move(work)); }

private:
    using Work = std::move_only_function<void()>;
    struct State {
        std::mutex mutex;
        std::condition_variable changed;
        std::multimap<Moment, Work> waiting;
        bool stopped = false;

        void at(Moment when, Work work) {
            {
                const std::lock_guard lock(mutex);
                if (!stopped) waiting.emplace(when, std::move(work));
            }
            changed.notify_all();
        }
        void stop() {
            std::multimap<Moment, Work> dropped;
            {
                const std::lock_guard lock(mutex);
                stopped = true;
                dropped.swap(waiting);
            }
            changed.notify_all();
        }
        void run() {
            std::unique_lock lock(mutex);
            while (!stopped) {
                if (waiting.empty()) {
                    changed.wait(lock);
                } else if (const auto first = waiting.begin()->first; first > std::chrono::steady_clock::now()) {
                    changed.wait_until(lock, first);
                } else {
                    auto work = waiting.extract(waiting.begin());
                    lock.unlock();
                    work.mapped()();
                    lock.lock();
                }
            }
        }
    };
    std::shared_ptr<State> state_;
    std::thread thread_;
};

bool is_failure(const Result<http::Incoming>& answer) {
    return !answer || answer->status == 429 || answer->status >= 500;
}

// application/x-www-form-urlencoded, as RFC 6749 appendix B asks also of the client's name and secret.
std::string form_encoded(std::string_view text) {
    std::string out;
    for (const char c : text) {
        const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
        out += plain ? std::string(1, c) : c == ' ' ? std::string("+") : fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
    return out;
}

}  // namespace

struct Upstream::Impl : std::enable_shared_from_this<Impl> {
    UpstreamConfiguration configuration;
    HttpUrl url, token_url;
    http::Client* client = nullptr;

    mutable std::mutex mutex;
    UpstreamState counts;
    int failures = 0;  // in a row
    Moment rests_until{};
    bool probing = false;  // one call is on its way to see whether it is back
    std::string token;
    Moment token_until{};
    bool token_asked = false;
    std::vector<std::move_only_function<void(Result<std::string>)>> for_token;
    std::weak_ptr<Alarm> alarm;

    struct Call {
        std::string path;
        Done done;
        int tries = 0;
        bool probe = false;
        bool token_renewed = false;

        Call(std::string to, Done then) : path(std::move(to)), done(std::move(then)) {}
        Call(const Call&) = delete;
        Call& operator=(const Call&) = delete;
        // Dropped while it waited for another try.
        ~Call() {
            if (done) done(fail(Code::unavailable, "http.client.stopped", "it waited for another try"));
        }
    };
    using SharedCall = std::shared_ptr<Call>;

    [[nodiscard]] http::Outgoing outgoing(const HttpUrl& to) const {
        http::Outgoing out;
        out.host = to.host;
        out.port = to.port;
        if (to.tls) out.tls = configuration.tls;
        out.target = to.target;
        out.timeouts.connect = std::min(configuration.timeout, std::chrono::milliseconds{5'000});
        out.timeouts.idle = configuration.timeout;
        out.timeouts.whole = configuration.timeout;
        out.limits.body = configuration.answer_bytes;
        out.limits.body_in_memory = configuration.answer_bytes;
        return out;
    }

    // Whether a call may go; while the other side rests only one does, to see.
    bool admit(Call& call) {
        const std::lock_guard lock(mutex);
        ++counts.calls;
        if (failures < configuration.failures_to_rest) return true;
        if (probing || std::chrono::steady_clock::now() < rests_until) {
            ++counts.refused;
            return false;
        }
        probing = call.probe = true;
        return true;
    }

    void finish(const SharedCall& call, Result<UpstreamAnswer> answer) {
        {
            const std::lock_guard lock(mutex);
            if (call->probe) probing = false;
            if (answer) {
                failures = 0;
            } else {
                ++counts.failed;
                if (++failures >= configuration.failures_to_rest) {
                    rests_until = std::chrono::steady_clock::now() + configuration.rest;
                }
            }
        }
        std::exchange(call->done, nullptr)(std::move(answer));
    }

    void attempt(SharedCall call) {
        {
            const std::lock_guard lock(mutex);
            ++counts.tries;
        }
        ++call->tries;
        if (!configuration.credentials) return send(std::move(call), {});
        with_token([self = shared_from_this(), call](Result<std::string> held) {
            if (!held) return self->after_failure(call, std::move(held.error()));
            self->send(call, *held);
        });
    }

    void send(const SharedCall& call, const std::string& bearer) {
        auto out = outgoing(url);
        if (out.target.ends_with('/') && call->path.starts_with('/')) out.target.pop_back();
        out.target += call->path;
        out.headers.push_back({"Accept", "application/json"});
        if (!bearer.empty()) out.headers.push_back({"Authorization", "Bearer " + bearer});
        client->send(std::move(out), [self = shared_from_this(), call, bearer](Result<http::Incoming> answer) {
            self->answered(call, bearer, std::move(answer));
        });
    }

    void answered(const SharedCall& call, const std::string& bearer, Result<http::Incoming> answer) {
        if (is_failure(answer)) {
            return after_failure(call, answer ? Error{Code::unavailable, "exchange.upstream-status", std::to_string(answer->status)}
                                              : std::move(answer.error()));
        }
        // A token may end before its time: one new one, then the answer stands.
        if (answer->status == 401 && !bearer.empty() && !call->token_renewed) {
            call->token_renewed = true;
            {
                const std::lock_guard lock(mutex);
                if (token == bearer) token.clear();
            }
            return with_token([self = shared_from_this(), call](Result<std::string> held) {
                if (!held) return self->after_failure(call, std::move(held.error()));
                self->send(call, *held);
            });
        }
        finish(call, UpstreamAnswer{answer->status, std::string(answer->header("content-type")), std::string(answer->bytes())});
    }

    void after_failure(const SharedCall& call, Error error) {
        if (call->tries >= configuration.tries || error.key == "http.client.stopped") return finish(call, std::unexpected(std::move(error)));
        const auto pause = configuration.pause * (1LL << std::min(call->tries - 1, 10));
        if (const auto clock = alarm.lock()) {
            clock->at(std::chrono::steady_clock::now() + pause, [weak = weak_from_this(), call] {
                if (const auto self = weak.lock()) self->attempt(call);
            });
        }
    }

    // Gives the token in force; of many that wait for a new one, one asks.
    void with_token(std::move_only_function<void(Result<std::string>)> use) {
        std::string held;
        {
            const std::lock_guard lock(mutex);
            if (token.empty() || std::chrono::steady_clock::now() >= token_until) {
                for_token.push_back(std::move(use));
                use = nullptr;
                if (std::exchange(token_asked, true)) return;
            } else {
                held = token;
            }
        }
        if (!held.empty()) return use(std::move(held));
        auto out = outgoing(token_url);
        const auto& credentials = *configuration.credentials;
        out.method = "POST";
        out.headers = {{"Authorization", "Basic " + to_base64(form_encoded(credentials.client) + ":" + form_encoded(credentials.secret))},
                       {"Content-Type", "application/x-www-form-urlencoded"}, {"Accept", "application/json"}};
        out.body = "grant_type=client_credentials" + (credentials.scope.empty() ? std::string() : "&scope=" + form_encoded(credentials.scope));
        client->send(std::move(out), [self = shared_from_this()](Result<http::Incoming> answer) { self->token_answered(std::move(answer)); });
    }

    // RFC 6749, section 5.1: access_token, token_type "Bearer" in any letter case, expires_in in seconds.
    void token_answered(Result<http::Incoming> answer) {
        const auto made = read_token(answer);
        std::vector<std::move_only_function<void(Result<std::string>)>> waiting;
        {
            const std::lock_guard lock(mutex);
            token_asked = false;
            token = made ? made->text : std::string();
            if (made) token_until = std::chrono::steady_clock::now() + made->life;
            waiting.swap(for_token);
        }
        for (auto& use : waiting) use(made ? Result<std::string>(made->text) : std::unexpected(made.error()));
    }

    struct Token {
        std::string text;
        std::chrono::seconds life;
    };
    static Result<Token> read_token(const Result<http::Incoming>& answer) {
        const auto refused = [](std::string why) { return fail(Code::unavailable, "exchange.upstream-token", std::move(why)); };
        if (!answer) return refused(answer.error().key + ": " + answer.error().detail);
        const auto document = json::parse(answer->bytes());
        if (answer->status != 200) {
            const auto why = document ? (*document)["error"].text_or("") : std::string_view();
            return refused(fmt::format("{} {}", answer->status, why.substr(0, 100)));
        }
        if (!document) return refused("the answer is no JSON");
        const auto bearer = (*document)["access_token"].text_or("");
        if (bearer.empty() || bearer.size() > 8'192 || std::ranges::any_of(bearer, [](char c) { return c <= ' ' || c > '~'; })) {
            return refused("no access_token");
        }
        if (to_lower_ascii((*document)["token_type"].text_or("")) != "bearer") return refused("its type is not Bearer");
        constexpr std::int64_t usual_seconds = 300, early_seconds = 10;
        const auto seconds = std::clamp<std::int64_t>((*document)["expires_in"].integer_or(usual_seconds), 1, 86'400);
        return Token{std::string(bearer), std::chrono::seconds(std::max<std::int64_t>(seconds - early_seconds, 1))};
    }
};

Upstream::Upstream(std::shared_ptr<Impl> impl, std::shared_ptr<void> alarm) : impl_(std::move(impl)), alarm_(std::move(alarm)) {}
Upstream::~Upstream() = default;

Result<std::unique_ptr<Upstream>> Upstream::create(UpstreamConfiguration configuration, http::Client& client) {
    auto impl = std::make_shared<Impl>();
    impl->url = TRY(parse_http_url(configuration.url));
    if (impl->url.target.find('?') != std::string::npos) return fail(Code::invalid, "exchange.url-malformed", "the address has a query");
    if (configuration.credentials) impl->token_url = TRY(parse_http_url(configuration.credentials->token_url));
    impl->configuration = std::move(configuration);
    impl->client = &client;
    auto alarm = std::make_shared<Alarm>();
    impl->alarm = alarm;
    return std::unique_ptr<Upstream>(new Upstream(std::move(impl), std::move(alarm)));  // NOLINT: the constructor is private
}

void Upstream::get(std::string path, Done done) {
    auto call = std::make_shared<Impl::Call>(std::move(path), std::move(done));
    if (!impl_->admit(*call)) {
        std::exchange(call->done, nullptr)(fail(Code::unavailable, "exchange.upstream-resting", impl_->url.host));
        return;
    }
    impl_->attempt(std::move(call));
}

UpstreamState Upstream::state() const {
    const std::lock_guard lock(impl_->mutex);
    auto out = impl_->counts;
    out.resting = impl_->failures >= impl_->configuration.failures_to_rest;
    return out;
}

}  // namespace wasl::exchange
