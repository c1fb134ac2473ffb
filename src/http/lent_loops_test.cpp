// A server on the loops of a client: what comes in and what is asked for it stay on one thread, and both end well.
#include "http/client.hpp"
#include "http/server.hpp"

#include <doctest/doctest.h>
#include <pthread.h>

#include <atomic>
#include <chrono>
#include <ctime>
#include <future>
#include <memory>
#include <thread>
#include <vector>

using namespace wasl;
using namespace wasl::http;
using namespace std::chrono_literals;

namespace {

Server serve_on(Router router, std::shared_ptr<Client> client) {
    Options options;
    options.port = 0;
    options.threads = 1;
    options.client = std::move(client);
    auto server = Server::create(std::move(options), std::move(router)).value();
    server.start();
    return server;
}

Result<Incoming> ask(Client& client, std::uint16_t port, const std::string& target) {
    std::promise<Result<Incoming>> answered;
    client.send({.host = "127.0.0.1", .port = port, .target = target}, [&](Result<Incoming> answer) { answered.set_value(std::move(answer)); });
    return answered.get_future().get();
}

// Passes on what it is asked, and says whether the answer came on the thread the question came on.
Router passing_on(Client& to, std::uint16_t port) {
    Router router;
    router.get("/pass", [&to, port](Request&) -> Reply {
        return Later([&to, port, here = std::this_thread::get_id()](Responder responder) {
            to.send({.host = "127.0.0.1", .port = port, .target = "/"}, [here, responder = std::move(responder)](Result<Incoming> answer) mutable {
                const bool same = std::this_thread::get_id() == here;
                responder.send(Response::text(answer ? std::string(answer->bytes()) + (same ? " here" : " elsewhere") : answer.error().key));
            });
        });
    });
    return router;
}

}  // namespace

TEST_CASE("a question and what is asked for it stay on one thread, on as many loops as the client has") {
    for (const unsigned threads : {1U, 3U}) {
        Router end;
        end.get("/", [](Request&) { return Response::text("end"); });
        auto last = serve_on(std::move(end), nullptr);
        const auto inner = std::make_shared<Client>(Client::create({.threads = threads}).value());
        auto middle = serve_on(passing_on(*inner, last.port()), inner);
        auto outer = Client::create({.threads = 2, .connections = 8}).value();
        std::atomic<int> good{0};
        std::vector<std::thread> askers;
        for (int i = 0; i < 4; ++i) {
            askers.emplace_back([&] {
                for (int n = 0; n < 50; ++n) {
                    const auto answer = ask(outer, middle.port(), "/pass");
                    good += answer && answer->bytes() == "end here" ? 1 : 0;
                }
            });
        }
        for (auto& one : askers) { one.join(); }
        CHECK(good == 200);
        middle.stop(100ms);
        CHECK(ask(*inner, last.port(), "/")->bytes() == "end");  // the client goes on without its server
        inner->stop();
    }
}

TEST_CASE("a loop told to stay awake does not sleep, goes on answering, and ends at once when stopped") {
    const auto client = std::make_shared<Client>(Client::create().value());
    client->stay_awake(1h);  // from elsewhere: no effect
    Router router;
    std::promise<clockid_t> told;
    router.get("/", [&](Request&) {
        clockid_t used = 0;
        ::pthread_getcpuclockid(::pthread_self(), &used);
        told.set_value(used);
        client->stay_awake(1h);
        client->stay_awake(1us);  // the longer counts
        return Response::text("awake");
    });
    router.get("/again", [](Request&) { return Response::text("still"); });
    auto server = serve_on(std::move(router), client);
    auto outer = Client::create().value();
    REQUIRE(ask(outer, server.port(), "/")->bytes() == "awake");
    const clockid_t clock = told.get_future().get();
    const auto used = [&] {
        timespec now{};
        REQUIRE(::clock_gettime(clock, &now) == 0);
        return std::chrono::seconds(now.tv_sec) + std::chrono::nanoseconds(now.tv_nsec);
    };
    const auto before = used();
    for (int i = 0; i < 1'000 && used() < before + 20ms; ++i) { std::this_thread::sleep_for(10ms); }
    CHECK(used() >= before + 20ms);  // nothing has arrived meanwhile
    CHECK(ask(outer, server.port(), "/again")->bytes() == "still");
    server.stop(0ms);
    client->stop();
}

TEST_CASE("a server on lent loops that never began, or is stopped while a call is under way, goes without waiting for it") {
    const auto inner = std::make_shared<Client>(Client::create().value());
    {
        Options options;
        options.port = 0;
        options.client = inner;
        const auto never = Server::create(std::move(options), Router()).value();
        CHECK(never.port() != 0);
    }
    std::promise<Responder> asked;
    Router router;
    router.get("/", [&](Request&) -> Reply { return Later([&](Responder responder) { asked.set_value(std::move(responder)); }); });
    auto server = std::make_unique<Server>(serve_on(std::move(router), inner));
    auto outer = Client::create().value();
    auto answer = std::async(std::launch::async, [&, port = server->port()] { return ask(outer, port, "/"); });
    auto late = asked.get_future().get();
    server->stop(0ms);
    server.reset();
    late.send(Response::text("too late"));  // to no effect
    CHECK_FALSE(answer.get().has_value());
    inner->stop();
}
