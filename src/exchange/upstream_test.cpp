#include "exchange/upstream.hpp"

#include "base/text.hpp"
#include "http/server.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <deque>
#include <future>
#include <mutex>
#include <thread>

using namespace wasl;
using namespace wasl::exchange;
using namespace std::chrono_literals;

namespace {

// A registry on this machine that gives tokens and answers what the test wants.
class PlainRegistry {
public:
    PlainRegistry() {
        http::Router router;
        router.post("/token", [this](http::Request& request) -> http::Reply { return give_token(request); });
        router.get("/api/companies/{number}", [this](http::Request& request) -> http::Reply { return answer(request); });
        server_.emplace(http::Server::create({.port = 0, .threads = 1}, std::move(router)).value());
        server_->start();
    }
    ~PlainRegistry() { server_->stop(0ms); }
    PlainRegistry(const PlainRegistry&) = delete;
    PlainRegistry& operator=(const PlainRegistry&) = delete;

    [[nodiscard]] std::string at(std::string_view path) const { return "http://127.0.0.1:" + std::to_string(server_->port()) + std::string(path); }
    [[nodiscard]] UpstreamConfiguration configuration() const {
        UpstreamConfiguration out{.url = at("/api")};
        out.credentials = ClientCredentials{at("/token"), "wasl node", "s:cret+1", "companies.read"};
        out.pause = 2ms;
        out.rest = 150ms;
        out.failures_to_rest = 3;
        return out;
    }
    // Statuses of the next answers; 200 when none is left.
    void then(std::initializer_list<int> statuses) {
        const std::lock_guard lock(mutex_);
        next_.assign(statuses);
    }
    void revoke_tokens() { ++generation_; }

    std::atomic<int> tokens = 0, asked = 0;
    std::atomic<bool> refuses_clients = false;

private:
    http::Reply give_token(http::Request& request) {
        ++tokens;
        const auto expected = "Basic " + to_base64("wasl+node:s%3Acret%2B1");
        if (refuses_clients || request.header("authorization") != expected ||
            request.body() != "grant_type=client_credentials&scope=companies.read") {
            return http::Response::json(R"({"error":"invalid_client"})", 401);
        }
        return http::Response::json(R"({"access_token":"t-)" + std::to_string(generation_) + R"(","token_type":"bearer","expires_in":3600})");
    }
    http::Reply answer(http::Request& request) {
        ++asked;
        int status = 200;
        {
            const std::lock_guard lock(mutex_);
            if (!next_.empty()) {
                status = next_.front();
                next_.pop_front();
            }
        }
        if (request.header("authorization") != "Bearer t-" + std::to_string(generation_)) status = 401;
        return http::Response::json(R"({"number":")" + std::string(request.parameter("number")) + "\"}", status);
    }

    std::optional<http::Server> server_;
    std::mutex mutex_;
    std::deque<int> next_;
    std::atomic<int> generation_ = 1;
};

// Ends after the upstreams of a test: declared before them.
http::Client client() { return http::Client::create({}).value(); }

Result<UpstreamAnswer> ask(Upstream& upstream, std::string path = "/companies/1529") {
    std::promise<Result<UpstreamAnswer>> promise;
    upstream.get(std::move(path), [&](Result<UpstreamAnswer> answer) { promise.set_value(std::move(answer)); });
    return promise.get_future().get();
}

std::string key_of(const Result<UpstreamAnswer>& answer) { return answer ? std::to_string(answer->status) : answer.error().key; }

}  // namespace

TEST_CASE("RFC 6749 section 4.4: one token serves many calls, and a new one is had when it is refused") {
    auto sender = client();
    PlainRegistry registry;
    const auto upstream = Upstream::create(registry.configuration(), sender).value();
    const auto first = ask(*upstream).value();
    CHECK(first.status == 200);
    CHECK(first.body == R"({"number":"1529"})");
    for (int i = 0; i < 5; ++i) CHECK(key_of(ask(*upstream)) == "200");
    CHECK(registry.tokens == 1);
    registry.revoke_tokens();
    CHECK(key_of(ask(*upstream)) == "200");
    CHECK(registry.tokens == 2);
}

TEST_CASE("of many calls that wait for a token, one asks for it") {
    auto sender = client();
    PlainRegistry registry;
    const auto upstream = Upstream::create(registry.configuration(), sender).value();
    std::vector<std::future<Result<UpstreamAnswer>>> answers;
    for (int i = 0; i < 20; ++i) {
        auto promise = std::make_shared<std::promise<Result<UpstreamAnswer>>>();
        answers.push_back(promise->get_future());
        upstream->get("/companies/1", [promise](Result<UpstreamAnswer> answer) { promise->set_value(std::move(answer)); });
    }
    for (auto& answer : answers) CHECK(key_of(answer.get()) == "200");
    CHECK(registry.tokens == 1);
}

TEST_CASE("a client that the token endpoint refuses is told its words, never our secret") {
    auto sender = client();
    PlainRegistry registry;
    registry.refuses_clients = true;
    const auto upstream = Upstream::create(registry.configuration(), sender).value();
    const auto refused = ask(*upstream);
    CHECK(key_of(refused) == "exchange.upstream-token");
    CHECK(refused.error().detail == "401 invalid_client");
    CHECK(registry.asked == 0);
}

TEST_CASE("what fails without an answer, or with 429 or 5xx, is tried again; other statuses stand") {
    auto sender = client();
    PlainRegistry registry;
    const auto upstream = Upstream::create(registry.configuration(), sender).value();
    registry.then({503, 429});
    CHECK(key_of(ask(*upstream)) == "200");
    CHECK(registry.asked == 3);
    registry.then({404});
    CHECK(key_of(ask(*upstream)) == "404");
    CHECK(registry.asked == 4);
    registry.then({500, 502, 503});
    const auto failed = ask(*upstream);
    CHECK(key_of(failed) == "exchange.upstream-status");
    CHECK(failed.error().detail == "503");
    CHECK(upstream->state().failed == 1);
}

TEST_CASE("the breaker leaves a registry that is down in peace, then lets one call see whether it is back") {
    auto sender = client();
    PlainRegistry registry;
    auto configuration = registry.configuration();
    configuration.tries = 1;
    const auto upstream = Upstream::create(configuration, sender).value();
    registry.then({500, 500, 500, 500});
    for (int i = 0; i < 3; ++i) CHECK(key_of(ask(*upstream)) == "exchange.upstream-status");
    CHECK(upstream->state().resting);
    const int before = registry.asked;
    CHECK(key_of(ask(*upstream)) == "exchange.upstream-resting");
    CHECK(registry.asked == before);
    std::this_thread::sleep_for(200ms);
    CHECK(key_of(ask(*upstream)) == "exchange.upstream-status");   // still down: rests again
    CHECK(key_of(ask(*upstream)) == "exchange.upstream-resting");
    std::this_thread::sleep_for(200ms);
    CHECK(key_of(ask(*upstream)) == "200");
    CHECK_FALSE(upstream->state().resting);
    CHECK(upstream->state().refused == 2);
}

TEST_CASE("what waits for another try ends with the upstream") {
    auto sender = client();
    PlainRegistry registry;
    auto configuration = registry.configuration();
    configuration.pause = 60s;
    auto upstream = Upstream::create(configuration, sender).value();
    registry.then({503});
    std::promise<Result<UpstreamAnswer>> promise;
    upstream->get("/companies/1", [&](Result<UpstreamAnswer> answer) { promise.set_value(std::move(answer)); });
    while (registry.asked == 0) std::this_thread::sleep_for(1ms);
    std::this_thread::sleep_for(20ms);
    upstream.reset();
    CHECK(key_of(promise.get_future().get()) == "http.client.stopped");
}

TEST_CASE("a registry that nobody answers for, and an address that is none") {
    auto sender = client();
    UpstreamConfiguration nobody{.url = "http://127.0.0.1:9"};
    nobody.tries = 2;
    nobody.pause = 1ms;
    const auto upstream = Upstream::create(nobody, sender).value();
    CHECK(key_of(ask(*upstream)) == "http.client.connect");
    CHECK(upstream->state().tries == 2);
    CHECK(Upstream::create({.url = "ftp://registry/"}, sender).error().key == "exchange.url-malformed");
    CHECK(Upstream::create({.url = "http://registry/?a=b"}, sender).error().key == "exchange.url-malformed");
}
