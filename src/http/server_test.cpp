// The server over real sockets on 127.0.0.1.
#include "http/server.hpp"

#include "http/compression.hpp"
#include "http/impl/test_client.hpp"
#include "http/metrics.hpp"

#include <doctest/doctest.h>

#include <atomic>
#include <fstream>
#include <thread>

using namespace wasl;
using namespace wasl::http;
using namespace std::chrono_literals;

namespace {

Router sample_router() {
    Router router;
    router.get("/hello", [](Request& r) { return Response::text("hello " + std::string(r.query("name"))); });
    router.get("/big", [](Request&) { return Response::text(std::string(3'000'000, 'b')); });
    router.get("/page", [](Request&) { return Response::html(std::string(5'000, 'p')); });
    router.get("/peer", [](Request& r) { return Response::text(r.peer() + (r.secure() ? " secure" : " plain")); });
    router.get("/defect", [](Request&) -> Reply { throw std::runtime_error("secret detail"); });
    router.get("/refused", [](Request&) -> Reply { return Error{Code::forbidden, "test.no", "secret detail"}; });
    router.get("/forgotten", [](Request&) { return Later([](Responder) {}); });
    router.get("/never", [](Request&) {
        return Later([](Responder responder) {
            std::thread([held = std::move(responder)]() mutable { std::this_thread::sleep_for(600ms); }).detach();
        });
    });
    router.get("/later", [](Request& r) {
        return Later([kept = r.keep()](Responder responder) {
            std::thread([kept, held = std::move(responder)]() mutable {
                std::this_thread::sleep_for(2ms);
                held.send(Response::text("later " + std::string(kept->query("name"))));
            }).detach();
        });
    });
    router.post("/echo", [](Request& r) { return Response::text(std::string(r.body())); });
    router.post("/upload", [](Request& r) { return Response::text(std::to_string(r.body().size())); }, {upload_body_limit});
    router.get("/stream/{megabytes}", [](Request& r) {
        const int count = std::stoi(std::string(r.parameter("megabytes"))) * 16;
        Response response = Response::bytes({}, "text/csv");
        response.body = Stream{[left = count](std::string& out) mutable -> Result<bool> {
            out.append(65536, static_cast<char>('a' + left % 26));
            return --left > 0;
        }};
        return response;
    });
    router.get("/torn", [](Request&) {
        Response response = Response::bytes({}, "text/csv");
        response.body = Stream{[n = 0](std::string& out) mutable -> Result<bool> {
            out = "row\n";
            return ++n < 3 ? Result<bool>(true) : Result<bool>(fail(Code::internal, "test.torn"));
        }};
        return response;
    });
    return router;
}

struct Fixture {
    explicit Fixture(Options options = {}) : server(make(std::move(options))) { server.start(); }
    static Server make(Options options) {
        options.port = 0;
        options.threads = options.threads == 0 ? 2 : options.threads;
        auto made = Server::create(std::move(options), sample_router());
        if (!made) {
            throw std::runtime_error(made.error().key + " " + made.error().detail);
        }
        return std::move(*made);
    }
    [[nodiscard]] TestClient client() const { return TestClient(server.port()); }
    Server server;
};

std::string get(std::string_view target, std::string_view more = {}) {
    return "GET " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\n" + std::string(more) + "\r\n";
}

std::string post(std::string_view target, std::string_view body, std::string_view more = {}) {
    return "POST " + std::string(target) + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " +
           std::to_string(body.size()) + "\r\n" + std::string(more) + "\r\n" + std::string(body);
}

std::size_t resident_kilobytes() {
    std::ifstream status("/proc/self/status");
    for (std::string line; std::getline(status, line);) {
        if (line.starts_with("VmRSS:")) {
            return std::stoul(line.substr(6));
        }
    }
    return 0;
}

}  // namespace

TEST_CASE("a thousand requests on one connection") {
    const Fixture fixture;
    TestClient client = fixture.client();
    for (int i = 0; i < 1000; ++i) {
        const TestReply reply = client.ask(get("/hello?name=" + std::to_string(i)));
        REQUIRE(reply.status == 200);
        REQUIRE(reply.body == "hello " + std::to_string(i));
    }
}

TEST_CASE("pipelined requests are answered in order, also around a deferred one") {
    const Fixture fixture;
    TestClient client = fixture.client();
    std::string all;
    for (int i = 0; i < 50; ++i) {
        const std::string n = std::to_string(i);
        all += i % 7 == 3 ? get("/later?name=" + n) : i % 7 == 5 ? post("/echo", "echo " + n) : get("/hello?name=" + n);
    }
    client.send(all);
    for (int i = 0; i < 50; ++i) {
        const TestReply reply = client.reply();
        REQUIRE(reply.status == 200);
        CHECK(reply.body.ends_with(" " + std::to_string(i)));
    }
}

TEST_CASE("a request may arrive byte by byte") {
    const Fixture fixture;
    TestClient client = fixture.client();
    for (const char c : "\r\n" + post("/echo", "slowly")) {
        client.send(std::string_view(&c, 1));
    }
    CHECK(client.reply().body == "slowly");
}

TEST_CASE("pages carry the security headers, and errors too") {
    const Fixture fixture;
    TestClient client = fixture.client();
    for (const char* target : {"/page", "/refused", "/missing", "/defect"}) {
        const TestReply reply = client.ask(get(target));
        CAPTURE(target);
        CHECK(reply.header("X-Content-Type-Options") == "nosniff");
        CHECK(reply.header("Content-Security-Policy").find("frame-ancestors 'none'") != std::string::npos);
        CHECK(reply.header("Content-Security-Policy").find("unsafe") == std::string::npos);
        CHECK(reply.header("Strict-Transport-Security").empty());
    }
}

TEST_CASE("HEAD has GET's head and no body") {
    const Fixture fixture;
    TestClient client = fixture.client();
    client.send("HEAD /hello?name=x HTTP/1.1\r\nHost: a\r\n\r\n");
    const TestReply reply = client.reply(true);
    CHECK(reply.status == 200);
    CHECK(reply.header("Content-Length") == "7");
    CHECK(client.ask(get("/hello")).body == "hello ");
}

TEST_CASE("404, 405 with Allow, an error's status, a defect's incident without its detail") {
    const Fixture fixture;
    TestClient client = fixture.client();
    CHECK(client.ask(get("/missing")).status == 404);
    const TestReply wrong = client.ask(post("/hello", ""));
    CHECK(wrong.status == 405);
    CHECK(wrong.header("Allow") == "GET, HEAD");
    CHECK(client.ask(get("/refused")).status == 403);
    const TestReply defect = client.ask(get("/defect"));
    CHECK(defect.status == 500);
    CHECK(defect.body.find("secret") == std::string::npos);
    CHECK(client.ask(get("/forgotten")).status == 500);
    CHECK(client.ask(get("/hello")).status == 200);
}

TEST_CASE("a deferred reply that takes too long becomes 503, and a late one is dropped") {
    Options options;
    options.limits.later = 100ms;
    const Fixture fixture(options);
    TestClient client = fixture.client();
    CHECK(client.ask(get("/never")).status == 503);
    CHECK(client.ask(get("/hello")).status == 200);
    std::this_thread::sleep_for(700ms);
    CHECK(client.ask(get("/hello")).body == "hello ");
}

TEST_CASE("malformed requests get a small reply with a code, then the connection ends") {
    const Fixture fixture;
    const std::pair<std::string, int> cases[] = {
        {"GET / HTTP/1.1\r\n\r\n", 400},
        {"GET / HTTP/1.1\nHost: a\n\n", 400},
        {"\x16\x03\x01\x02\x01\n\n", 400},
        {"GET /../etc HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"GET /?a=%ff HTTP/1.1\r\nHost: a\r\n\r\n", 400},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400},
        {"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400},
        {"GET / HTTP/3.0\r\nHost: a\r\n\r\n", 505},
        {"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", 501},
        {"GET /" + std::string(20'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 431},
        {"GET /" + std::string(10'000, 'a') + " HTTP/1.1\r\nHost: a\r\n\r\n", 414},
    };
    for (const auto& [bytes, status] : cases) {
        CAPTURE(bytes.substr(0, 60));
        TestClient client = fixture.client();
        const TestReply reply = client.ask(bytes + get("/hello"));  // the smuggled second request
        CHECK(reply.status == status);
        CHECK(reply.header("Connection") == "close");
        ::shutdown(client.descriptor(), SHUT_WR);
        CHECK(client.reply().status == 0);
    }
}

TEST_CASE("bodies: by length, chunked, with 100-continue, large ones from a file") {
    const Fixture fixture;
    TestClient client = fixture.client();
    CHECK(client.ask(post("/echo", "body")).body == "body");
    CHECK(client.ask("POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nWasl\r\n0\r\n\r\n").body == "Wasl");
    client.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n");
    CHECK(client.reply().status == 100);
    CHECK(client.ask("late").body == "late");
    const std::string large(900'000, 'x');
    CHECK(client.ask(post("/echo", large)).body == large);
    CHECK(client.ask(post("/upload", std::string(20'000'000, 'y'))).body == "20000000");
    CHECK(client.ask(get("/hello")).status == 200);
}

TEST_CASE("a body over the route's limit is 413 before it is read") {
    const Fixture fixture;
    TestClient early = fixture.client();
    early.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 2000000\r\nExpect: 100-continue\r\n\r\n");
    const TestReply reply = early.reply();
    CHECK(reply.status == 413);
    CHECK(reply.header("Connection") == "close");
    TestClient eager = fixture.client();
    CHECK(eager.ask(post("/echo", std::string(2'000'000, 'x'))).status == 413);
    TestClient chunked = fixture.client();
    std::string bytes = "POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
    for (int i = 0; i < 40; ++i) {
        bytes += "8000\r\n" + std::string(0x8000, 'x') + "\r\n";
    }
    CHECK(chunked.ask(bytes).status == 413);
}

TEST_CASE("a slow head, a still body and an idle connection end at their deadlines") {
    Options options;
    options.limits.head = 150ms;
    options.limits.body = 150ms;
    options.limits.idle = 300ms;
    const Fixture fixture(options);
    TestClient head = fixture.client();
    head.send("GET / HTTP/1.1\r\nHost:");
    std::atomic<bool> stop = false;
    std::thread drip([&] {
        for (int i = 0; i < 20 && !stop; ++i) {
            std::this_thread::sleep_for(50ms);
            head.send("a");
        }
    });
    CHECK(head.reply().status == 408);
    stop = true;
    drip.join();
    TestClient body = fixture.client();
    body.send("POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nabc");
    CHECK(body.reply().status == 408);
    TestClient idle = fixture.client();
    CHECK(idle.ask(get("/hello")).status == 200);
    CHECK(idle.reply().status == 0);
}

TEST_CASE("too many connections of one address are closed at once") {
    Options options;
    options.limits.connections_per_address = 2;
    const Fixture fixture(options);
    TestClient one = fixture.client();
    TestClient two = fixture.client();
    CHECK(one.ask(get("/hello")).status == 200);
    CHECK(two.ask(get("/hello")).status == 200);
    TestClient three = fixture.client();
    CHECK(three.ask(get("/hello")).status == 0);
}

TEST_CASE("forwarded headers are believed from the named proxy alone") {
    const std::string_view forwarded = "X-Forwarded-For: 6.6.6.6, 41.140.1.2\r\nX-Forwarded-Proto: https\r\n";
    {
        const Fixture stranger;
        CHECK(stranger.client().ask(get("/peer", forwarded)).body == "127.0.0.1 plain");
    }
    Options options;
    options.behind_proxy = {"127.0.0.1"};
    const Fixture proxied(options);
    const TestReply reply = proxied.client().ask(get("/peer", forwarded));
    CHECK(reply.body == "41.140.1.2 secure");
    CHECK_FALSE(reply.header("Strict-Transport-Security").empty());
    CHECK(proxied.client().ask(get("/peer", "X-Forwarded-For: nonsense\r\n")).body == "127.0.0.1 plain");
}

TEST_CASE("pages are compressed for who accepts gzip") {
    const Fixture fixture;
    TestClient client = fixture.client();
    const TestReply packed = client.ask(get("/page", "Accept-Encoding: gzip\r\n"));
    CHECK(packed.header("Content-Encoding") == "gzip");
    CHECK(*gunzip(packed.body, 10'000) == std::string(5'000, 'p'));
    CHECK(client.ask(get("/page")).body == std::string(5'000, 'p'));
}

TEST_CASE("a stream of 100 MB leaves in constant memory") {
    const Fixture fixture;
    TestClient client = fixture.client();
    client.send(get("/stream/100"));
    std::this_thread::sleep_for(100ms);  // nobody reads: the stream must stand still
    const std::size_t before = resident_kilobytes();
    std::size_t total = 0;
    std::size_t most = before;
    char buffer[65536];
    while (total < 100U * 1024U * 1024U) {
        const ssize_t got = ::recv(client.descriptor(), buffer, sizeof buffer, 0);
        REQUIRE(got > 0);
        total += static_cast<std::size_t>(got);
        most = std::max(most, total % (1U << 20U) < 65536 ? resident_kilobytes() : most);
    }
    CHECK(most - before < 16 * 1024);
}

TEST_CASE("streams: chunked on 1.1, to the end on 1.0, cut when they fail") {
    const Fixture fixture;
    TestClient modern = fixture.client();
    const TestReply chunked = modern.ask(get("/stream/1"));
    CHECK(chunked.header("Transfer-Encoding") == "chunked");
    CHECK(chunked.body.size() == 1'048'576);
    CHECK(modern.ask(get("/hello")).status == 200);
    const TestReply old = fixture.client().ask("GET /stream/1 HTTP/1.0\r\nHost: a\r\n\r\n");
    CHECK(old.body.size() == 1'048'576);
    CHECK(old.header("Connection") == "close");
    CHECK(fixture.client().ask(get("/torn")).status == 0);  // no last chunk: nobody takes it for whole
}

TEST_CASE("a large reply reaches a slow reader whole") {
    const Fixture fixture;
    TestClient client = fixture.client();
    client.send(get("/big") + get("/hello"));
    std::this_thread::sleep_for(50ms);
    CHECK(client.reply().body.size() == 3'000'000);
    CHECK(client.reply().body == "hello ");
}

TEST_CASE("stopping lets a running request finish and refuses new connections") {
    auto fixture = std::make_unique<Fixture>();
    TestClient busy = fixture->client();
    TestClient idle = fixture->client();
    CHECK(idle.ask(get("/hello")).status == 200);
    busy.send(get("/later?name=x"));
    std::this_thread::sleep_for(1ms);
    fixture->server.stop();
    const TestReply reply = busy.reply();
    CHECK((reply.status == 200 || reply.status == 0));  // 0: the head had not yet been read
    CHECK(idle.reply().status == 0);
    CHECK_THROWS(static_cast<void>(fixture->client()));
}

TEST_CASE("stopping without grace ends streams and waiting replies") {
    auto fixture = std::make_unique<Fixture>();
    TestClient streaming = fixture->client();
    TestClient waiting = fixture->client();
    streaming.send(get("/stream/100"));
    waiting.send(get("/never"));
    std::this_thread::sleep_for(50ms);
    fixture.reset();
    CHECK(waiting.reply().status == 0);
    std::this_thread::sleep_for(700ms);  // the late responder finds nobody
}

TEST_CASE("a taken port and a wrong address are errors of the start") {
    const Fixture fixture;
    Options options;
    options.port = fixture.server.port();
    CHECK(Server::create(options, Router()).error().key == "http.port-in-use");
    options.address = "localhost";
    CHECK(Server::create(options, Router()).error().key == "http.address");
}

TEST_CASE("access log and metrics see every reply") {
    Metrics metrics;
    std::atomic<int> logged = 0;
    Options options;
    options.metrics = &metrics;
    options.access_log = [&](const Access& access) {
        if (access.pattern == "/hello" && access.status == 200 && access.id.size() == 13) {
            ++logged;
        }
    };
    const Fixture fixture(options);
    TestClient client = fixture.client();
    CHECK(client.ask(get("/hello")).status == 200);
    CHECK(client.ask(get("/missing")).status == 404);
    CHECK(logged == 1);
    CHECK(metrics.exposition().find("http_requests_total{status=\"2xx\"} 1\n") != std::string::npos);
    CHECK(metrics.exposition().find("http_requests_total{status=\"4xx\"} 1\n") != std::string::npos);
}

TEST_CASE("a server can be stopped at any moment, also between two ticks") {
    Options options;
    options.limits.idle = 40ms;  // ticks every 10 ms
    for (int i = 0; i < 60; ++i) {
        const Fixture fixture(options);
        TestClient client = fixture.client();
        client.send(get("/hello"));
        std::this_thread::sleep_for(std::chrono::microseconds(9'000 + i * 50));
    }
    CHECK(true);  // it came here
}
